"""The folder of an exercise: what it declares, its reference solution, its known mistakes."""

from __future__ import annotations

import ast
import hashlib
import hmac
import json
import re
import runpy
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pydantic

from loyaltylab.base import files
from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.lab.practice.bundle import Bundle
from loyaltylab.lab.practice.questions import Exercise, Judgement, Question

PUBLIC_KEY = b"loyaltylab practice: everybody may know this key"
STUDENT = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
LONGEST = 64


@dataclass(frozen=True)
class Mistake:
    """A plausible wrong answer: the code that makes it, what it must fail, the hint it raises."""

    name: str
    code: str
    fails: Mapping[str, str]


@dataclass(frozen=True)
class Folder:
    """An exercise's files; those of an overlay replace the public ones of the same name."""

    name: str
    places: tuple[Path, ...]

    def path(self, name: str) -> Path:
        """Return where a file lies: in the overlay if it is there, else in the public folder."""
        found = next((p / name for p in self.places if (p / name).exists()), None)
        if found is None:
            raise InputError(f"{self.name} has no {name} in {self.places[-1]}; write one.")
        return found

    def text(self, name: str) -> str:
        """Return a file's text."""
        return self.path(name).read_text(encoding="utf-8")

    @cached_property
    def exercise(self) -> Exercise:
        """Run ``exercise.py`` and return its ``EXERCISE``."""
        path = self.path("exercise.py")
        try:
            found = runpy.run_path(str(path)).get("EXERCISE")
        except pydantic.ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise InputError(f"{path} declares {error.title} {where}: {first['msg']}.") from None
        except (Exception, SystemExit) as error:  # the author's own code
            raise InputError(f"{path} raises {type(error).__name__}: {error}; mend it.") from error
        if not isinstance(found, Exercise):
            raise InputError(f"{path} must bind EXERCISE to an Exercise, not {shown(found)}.")
        return found

    @cached_property
    def hints(self) -> dict[str, str]:
        """Return ``hints.json``: a text for each question and for each known mistake."""
        try:
            hints = json.loads(self.text("hints.json"))
        except ValueError as error:
            raise InputError(f"{self.path('hints.json')} is no JSON: {error}.") from None
        lacking = {q.key for q in self.exercise.questions} - set(hints)
        lacking |= {hint for m in self.mistakes for hint in m.fails.values()} - set(hints)
        if lacking:
            raise InputError(f"{self.path('hints.json')} lacks the hints {some(sorted(lacking))}.")
        return dict(hints)

    @cached_property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Return the known mistakes, ``wrong/*.py``, by name."""
        return tuple(_mistake(p) for p in sorted(self.path("wrong").glob("*.py")))

    def fingerprint(self) -> str:
        """Hash what marks depend on, so that a grade of an older exercise is known as such."""
        parts = [self.text("exercise.py"), self.text("solution.py"), self.text("hints.json")]
        parts += [f"{m.name}\n{m.code}" for m in self.mistakes]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def bundle(self, student: str, key: bytes = PUBLIC_KEY) -> tuple[Bundle, dict[str, str]]:
        """Make one student's copy, and the codes of the options by their letters."""
        import numpy as np

        student = student_id(student)
        parameter_rng, label_rng = np.random.default_rng(seed(key, self.name, student)).spawn(2)
        parameters, tables = self._drawn(parameter_rng, student)
        questions: list[Question] = []
        codes: dict[str, str] = {}
        for question in self.exercise.questions:
            if isinstance(question, Judgement):
                labels = question.labels(label_rng)
                codes |= {letter: code for code, letter in labels.items()}
                question = question.labelled(labels)
            questions.append(question)
        hints = {q.key: self.hints[q.key] for q in self.exercise.questions}
        made = Bundle(
            self.name, student, self.exercise.title, tuple(questions), hints, parameters, tables
        )
        return made, codes

    def _drawn(self, rng: Any, student: str) -> tuple[Any, Any]:
        try:
            parameters = self.exercise.draw(rng)
            return parameters, self.exercise.tables(dict(parameters))
        except (ArithmeticError, LookupError, TypeError, ValueError, NameError) as error:
            if isinstance(error, InputError):
                raise
            why = f"{type(error).__name__}: {error}"
            raise InputError(
                f"{self.path('exercise.py')} draws nothing for {student} ({why}); mend it."
            ) from error


def _mistake(path: Path) -> Mistake:
    code = path.read_text(encoding="utf-8")
    for statement in ast.parse(code, str(path)).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "FAILS":
            return Mistake(path.stem, code, ast.literal_eval(statement.value))
    raise InputError(f'{path} must say what it fails and the hint: FAILS = {{"q1": "percent"}}.')


def seed(key: bytes, exercise: str, student: str) -> int:
    """Return the student's seed: HMAC-SHA256 of exercise and student under the course key.

    Examples
    --------
    >>> seed(b"k", "04_curve", "s123") == seed(b"another", "04_curve", "s123")
    False
    """
    return int.from_bytes(hmac.digest(key, f"{exercise}\n{student}".encode(), "sha256")[:8])


def student_id(given: object) -> str:
    """Return a student's id in the one form in which it draws data: stripped, in small letters.

    Raises
    ------
    InputError
        For what cannot be part of a file's name.

    Examples
    --------
    >>> student_id(" S123 ")
    's123'
    """
    text = given.strip().casefold() if isinstance(given, str) else ""
    if not STUDENT.fullmatch(text) or text.endswith("."):
        raise InputError(
            f"student must be your own id of 1 to {LONGEST} letters a-z, digits and . _ @ + -, "
            f'beginning with a letter or digit, such as "s123", not {shown(given)}.'
        )
    return text


def names_in(place: Path) -> list[str]:
    """Return the names of the exercises in a folder."""
    return sorted(
        {f.parent.name for n in ("exercise", "solution") for f in place.glob(f"*/{n}.py")}
    )


def names(overlay: Path | None = None) -> list[str]:
    """Return the names of all exercises, those of an overlay included."""
    places = [p for p in (overlay, files.root() / "exercises") if p is not None]
    return sorted({name for place in places for name in names_in(place)})


def folder_name(name: object, known: str) -> str:
    """Return `known` where a name or number fits it, else the name as it is."""
    return known if str(name).zfill(2) in (known, *known.split("_", 1)) else str(name)


def folder(name: object, overlay: Path | None = None) -> Folder:
    """Find an exercise by its name or number.

    Parameters
    ----------
    name
        Such as ``"04_curve"``, ``"curve"``, ``"04"`` or ``"4"``.
    overlay
        A private folder of exercises, whose files come before the public ones.

    Raises
    ------
    InputError
        For an unknown exercise, or an overlay that is no folder.

    Examples
    --------
    >>> folder("04").name
    '04_curve'
    """
    if overlay is not None and not overlay.is_dir():
        raise InputError(f"{overlay} is not a folder; --overlay names your folder of exercises.")
    known = names(overlay)
    fits = [k for k in known if folder_name(name, k) == k]
    if len(fits) != 1:
        raise InputError(
            f"There is no exercise {shown(name)}{nearest(name, known)}; there are {some(known)}."
        )
    places = [p / fits[0] for p in (overlay, files.root() / "exercises") if p is not None]
    return Folder(fits[0], tuple(p for p in places if p.is_dir()))
