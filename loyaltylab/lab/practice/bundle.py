"""What a student is given for one exercise, as one file: questions and data, nothing expected."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loyaltylab.base.errors import InputError, some
from loyaltylab.lab.practice.questions import KINDS, Check, Question

FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""Time of every file in a bundle, so that the same data are the same bytes."""


class Given(dict[str, Any]):
    """Parameters and tables by name, also as attributes: ``ex.data.survey``."""

    def __getattr__(self, name: str) -> Any:
        if name in self:
            return self[name]
        raise AttributeError(f"no {name!r} in the data of this exercise; it has {some(self)}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self]


@dataclass(frozen=True)
class Bundle:
    """One student's copy of an exercise, as the student may see it."""

    exercise: str
    student: str
    title: str
    questions: tuple[Question, ...]
    hints: Mapping[str, str]
    parameters: Mapping[str, Any]
    tables: Mapping[str, Any]

    @property
    def data(self) -> Given:
        """Return parameters and tables; the tables are copies."""
        return Given({**self.parameters, **{k: v.copy() for k, v in self.tables.items()}})

    def question(self, key: object) -> Question:
        """Return a question, or say which ones there are."""
        found = {question.key: question for question in self.questions}
        if key not in found:
            raise InputError(f"{self.exercise} has the questions {some(found)}, not {key!r}.")
        return found[str(key)]

    def to_bytes(self) -> bytes:
        """Return the file that is handed out: a zip of JSON and Parquet.

        Of the checks only points and kind go out: no argument of a call, nothing expected.
        """
        spec = {
            "exercise": self.exercise,
            "student": self.student,
            "title": self.title,
            "hints": dict(self.hints),
            "questions": [{"kind": q.kind, **_public(q)} for q in self.questions],
        }
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, value in (("spec", spec), ("parameters", dict(self.parameters))):
                text = json.dumps(value, ensure_ascii=False, indent=1).encode()
                packed.writestr(zipfile.ZipInfo(f"{name}.json", FIRST_DAY), text)
            for name, table in self.tables.items():
                member = zipfile.ZipInfo(f"tables/{name}.parquet", FIRST_DAY)
                packed.writestr(member, table.to_parquet(index=False))
        return out.getvalue()


def _public(question: Question) -> dict[str, Any]:
    checks = [check.model_dump(exclude={"args"}) for check in question.checks]
    return {**question.model_dump(exclude={"checks"}), "checks": checks}


def read(path: Path) -> Bundle:
    """Read the file that an instructor handed out.

    Raises
    ------
    InputError
        Where there is no such file, or it is not one that ``loyaltylab practice issue`` wrote.
    """
    import pandas as pd

    try:
        with zipfile.ZipFile(path) as packed:
            spec, parameters = (
                json.loads(packed.read(f"{n}.json")) for n in ("spec", "parameters")
            )
            tables = {
                Path(name).stem: pd.read_parquet(io.BytesIO(packed.read(name)))
                for name in packed.namelist()
                if name.startswith("tables/")
            }
        questions = tuple(_question(q) for q in spec.pop("questions"))
        return Bundle(**spec, questions=questions, parameters=parameters, tables=tables)
    except FileNotFoundError:
        raise InputError(
            f"There is no file {path}; put the data file that your instructor gave you beside "
            f"the notebook."
        ) from None
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path} is not a data file of an exercise or is damaged ({type(error).__name__}); "
            f"ask your instructor for it again."
        ) from error


def _question(spec: dict[str, Any]) -> Question:
    checks = tuple(Check(**check) for check in spec.pop("checks"))
    return KINDS[spec.pop("kind")](**spec, checks=checks)
