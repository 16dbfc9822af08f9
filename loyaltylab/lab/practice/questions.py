"""What an exercise asks: a number, a function, a table, a judgement, each with its checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import pydantic
from annotated_types import Ge, Gt, MinLen

from loyaltylab.lab.practice.codec import Coded, encode

Kind = Literal["number", "text", "flag", "date"]
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Labels of options; drawn for each student, so that a neighbour's letters say nothing."""


class Data(str):
    """As an argument of a call: the table of that name in the student's own data."""


class _Plain(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Check(_Plain):
    """One thing that is compared, and what it is worth.

    ``hidden`` ones are compared only by the grader. For a function, `args` are the arguments of a
    call: a tuple, or a function of the student's parameters that returns one. For a table,
    `column` names what is compared; for a judgement it is ``verdict`` or ``reasons``.
    """

    points: Annotated[int, Ge(1)]
    hidden: bool = False
    column: str = ""
    args: Any = None

    def arguments(self, parameters: Mapping[str, Any]) -> list[Coded]:
        """Return the call's arguments for one student, encoded."""
        given = self.args(parameters) if callable(self.args) else self.args
        return [{"t": "data", "v": str(a)} if isinstance(a, Data) else encode(a) for a in given]


class Question(_Plain):
    """What all questions have: a key (``q1``), the name of the answer, a prompt, checks."""

    kind: ClassVar[str] = ""
    key: Annotated[str, pydantic.Field(pattern=r"^q[1-9]$")]
    name: Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_]*$")]
    prompt: Annotated[str, MinLen(20)]
    checks: Annotated[tuple[Check, ...], MinLen(1)] = (Check(points=2),)
    rel: Annotated[float, Ge(0)] = 1e-3
    abs: Annotated[float, Ge(0)] = 1e-9
    firm: bool = False

    @property
    def points(self) -> int:
        """Points of all checks together."""
        return sum(check.points for check in self.checks)

    def id_of(self, place: int) -> str:
        """Return the name of a check: ``q3``, or ``q3.2`` where there are several."""
        return self.key if len(self.checks) == 1 else f"{self.key}.{place + 1}"

    def probes(self, parameters: Mapping[str, Any]) -> list[Coded]:
        """Return what is asked of the student's process: values and calls, nothing expected."""
        return [{"id": self.key, "name": self.name, "call": None}]


class Number(Question):
    """One number, in a unit, perhaps between bounds that any right answer keeps."""

    kind: ClassVar[str] = "number"
    unit: str
    low: float | None = None
    high: float | None = None
    whole: bool = False


class Function(Question):
    """A function, held against the reference on the calls of its checks."""

    kind: ClassVar[str] = "function"
    arguments: Annotated[tuple[str, ...], MinLen(1)]

    def probes(self, parameters: Mapping[str, Any]) -> list[Coded]:
        """Return the function itself (is there one?) and a call for each check."""
        calls = [
            {"id": f"{self.key}.{place + 1}", "name": self.name, "call": c.arguments(parameters)}
            for place, c in enumerate(self.checks)
        ]
        return [*super().probes(parameters), *calls]

    def id_of(self, place: int) -> str:
        """Return the name of a check; the key alone is the function itself."""
        return f"{self.key}.{place + 1}"


class Table(Question):
    """A frame: its columns with their kinds, and the keys by which rows are matched."""

    kind: ClassVar[str] = "table"
    columns: Annotated[dict[str, Kind], MinLen(2)]
    keys: Annotated[tuple[str, ...], MinLen(1)]

    @pydantic.model_validator(mode="after")
    def _checked_columns(self) -> Table:
        for name in (*self.keys, *(check.column for check in self.checks)):
            if name not in self.columns:
                raise ValueError(f"{self.key}: {name!r} is not one of its columns")
        return self


class Judgement(Question):
    """A verdict and the reasons for it, each chosen from options.

    `verdicts` and `reasons` map codes to texts; `choose` reasons are right. The student answers
    with letters drawn for him alone: ``{"verdict": "K", "reasons": "BT"}``.
    """

    kind: ClassVar[str] = "judgement"
    verdicts: Annotated[dict[str, str], MinLen(2)]
    reasons: Annotated[dict[str, str], MinLen(3)]
    choose: Annotated[int, Gt(0)]
    checks: Annotated[tuple[Check, ...], MinLen(1)] = (
        Check(points=1, column="verdict"),
        Check(points=1, column="reasons"),
    )

    def labels(self, rng: Any) -> dict[str, str]:
        """Draw the letter of each code for one student."""
        codes = [*self.verdicts, *self.reasons]
        return dict(zip(codes, map(str, rng.permutation(list(LETTERS))), strict=False))

    def labelled(self, labels: Mapping[str, str]) -> Judgement:
        """Return the question as the student sees it: letters for codes, in their order."""
        return self.model_copy(
            update={
                part: dict(sorted((labels[code], text) for code, text in options.items()))
                for part, options in (("verdicts", self.verdicts), ("reasons", self.reasons))
            }
        )


KINDS: dict[str, type[Question]] = {c.kind: c for c in (Number, Function, Table, Judgement)}


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One exercise as its ``exercise.py`` declares it.

    `draw` takes a numpy generator and returns the student's parameters (numbers, texts, lists);
    `tables` takes these and returns frames by name. Both must be a function of their argument
    alone. The parameter ``firm_seed`` is the seed of the student's own linked firm.
    """

    title: str
    draw: Callable[[Any], dict[str, Any]]
    tables: Callable[[dict[str, Any]], dict[str, Any]] = field(default=lambda _: {})
    questions: tuple[Question, ...]

    @property
    def points(self) -> int:
        """Points of all questions together."""
        return sum(question.points for question in self.questions)

    def question(self, key: str) -> Question:
        """Return the question of a key such as ``q1``."""
        return next(question for question in self.questions if question.key == key)
