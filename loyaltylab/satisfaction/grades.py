"""The seven-grade axis, and the rule that turns a score between two grades back into one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array
from loyaltylab.curve.scale import on_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOW, HIGH, STEP = -90.0, 90.0, 30.0
VALUES = (-90.0, -60.0, -30.0, 0.0, 30.0, 60.0, 90.0)
CHINESE = ("十分不满意", "不满意", "较不满意", "基本可以", "较满意", "满意", "十分满意")
ENGLISH = (
    "very dissatisfied",
    "dissatisfied",
    "rather dissatisfied",
    "acceptable",
    "rather satisfied",
    "satisfied",
    "very satisfied",
)
NEAR = 1e-9
"""A score this near to a cut point lies on it: means of grades are rounded binary fractions."""


def grades() -> pd.DataFrame:
    """Return the seven grades of document 002: ``value, chinese, english``.

    The English labels are this course's; no English original was found.

    Examples
    --------
    >>> grades().tail(2)
       value chinese         english
    5   60.0      满意       satisfied
    6   90.0    十分满意  very satisfied
    >>> float(grades()["value"].sum())
    0.0
    """
    return pd.DataFrame({"value": VALUES, "chinese": CHINESE, "english": ENGLISH})


@model
class GradeRule:
    """How a score on the axis from −90 to 90 becomes one of the seven grades again.

    The document turns averages into grades and does not say how. ``nearest`` cuts half-way, at
    ±15, ±45 and ±75; ``floor`` gives the grade that was reached, ``ceiling`` the next one not
    yet passed; own ``cuts`` replace all three. A score that lies exactly on a cut point goes
    where ``ties`` says: ``up``, ``down``, ``outward`` (away from 0), ``inward``, or ``even``
    (as Python's ``round`` does with halves). For floor and ceiling there is no choice: a score
    on a grade has that grade.

    Raises
    ------
    InputError
        For a score outside the axis, or cuts that are not six rising numbers.

    References
    ----------
    Document 002 for the axis (no source known); the rules are this course's own reading.

    Examples
    --------
    >>> [GradeRule(rule=rule).grade(40) for rule in ("nearest", "floor", "ceiling")]
    [30.0, 30.0, 60.0]
    >>> [GradeRule(ties=ties).grade(15) for ties in ("up", "down", "even")]
    [30.0, 0.0, 0.0]
    """

    score: Annotated[float, Ge(-90), Le(90), Label("score", "points from −90 to 90")] = 40.0
    rule: Literal["nearest", "floor", "ceiling"] = "nearest"
    ties: Literal["up", "down", "outward", "inward", "even"] = "up"
    cuts: Annotated[
        tuple[Annotated[float, Ge(-90), Le(90)], ...] | None,
        Label("own cut points between the grades", "six rising points"),
    ] = None

    def __post_init__(self) -> None:
        if self.cuts is None:
            return
        rising = all(b - a > 2 * NEAR for a, b in zip(self.cuts, self.cuts[1:], strict=False))
        if len(self.cuts) != len(VALUES) - 1 or not rising:
            raise InputError(
                "cuts must be six rising points between the seven grades, such as"
                f" (-75, -45, -15, 15, 45, 75), not {shown(self.cuts)}."
            )

    @property
    def points(self) -> tuple[float, ...]:
        """The six cut points, from the lowest to the highest."""
        if self.cuts is not None:
            return self.cuts
        shift = {"nearest": STEP / 2, "floor": STEP, "ceiling": 0.0}[self.rule]
        return tuple(value + shift for value in VALUES[:-1])

    @property
    def upwards(self) -> tuple[bool, ...]:
        """Whether a score exactly on each cut point goes to the higher grade."""
        if self.cuts is None and self.rule != "nearest":
            return (self.rule == "floor",) * (len(VALUES) - 1)
        points = np.array(self.points)
        middle = len(VALUES) // 2
        return tuple(
            {
                "up": True,
                "down": False,
                "outward": point >= 0,
                "inward": point < 0,
                "even": (i + 1 - middle) % 2 == 0,
            }[self.ties]
            for i, point in enumerate(points)
        )

    def grade(self, scores: npt.ArrayLike) -> Any:
        """Return the grade of a score, or of each score of an array, as its value on the axis.

        Raises
        ------
        InputError
            If a score lies outside −90 … 90; the sentence names positions.
        """
        at = on_scale("scores", scores, LOW, HIGH)
        result = np.array(VALUES)[self._places(at)]
        return float(result) if np.ndim(scores) == 0 else result

    def _places(self, at: Array) -> npt.NDArray[np.intp]:
        """Return the number of the grade, from 0, of each score."""
        points, up = np.array(self.points), np.array(self.upwards)
        apart = np.asarray(at)[..., None] - points
        above = np.where(np.abs(apart) <= NEAR, up, apart > 0)
        return np.asarray(above.sum(axis=-1), dtype=np.intp)

    def table(self) -> pd.DataFrame:
        """Return the scores behind each grade: ``value, lower, upper, …, holds_score``.

        ``lower_in`` and ``upper_in`` say (1 or 0) whether the end belongs to the grade.
        """
        up = np.array(self.upwards)
        points = np.array(self.points)
        place = int(self._places(np.array(self.score)))
        return pd.DataFrame(
            {
                "value": VALUES,
                "chinese": CHINESE,
                "english": ENGLISH,
                "lower": [LOW, *points],
                "upper": [*points, HIGH],
                "lower_in": [1, *up.astype(int)],
                "upper_in": [*(~up).astype(int), 1],
                "holds_score": (np.arange(len(VALUES)) == place).astype(int),
            }
        )

    def readings(self) -> pd.DataFrame:
        """Return the score's grade under each of the three rules: what the document leaves open."""
        rows = []
        for rule in ("nearest", "floor", "ceiling"):
            place = int(GradeRule(rule=rule, ties=self.ties)._places(np.array(self.score)))
            rows.append((rule, self.score, VALUES[place], CHINESE[place], ENGLISH[place]))
        return pd.DataFrame(rows, columns=["rule", "score", "value", "chinese", "english"])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the grade of every score as a staircase, and where this score stands on it."""
        ax = fig.axes(
            ax,
            title="The grade that a score is turned into",
            x="score (points from −90 to 90)",
            y="grade (points from −90 to 90)",
        )
        style: dict[str, Any] = {"color": fig.GREY, "lw": 1.2}
        ax.plot([LOW, HIGH], [LOW, HIGH], ls=":", label=fig.label("no grades"), **style)
        ax.plot([], [], color=fig.BLUE, lw=2.6, gid="steps", label=fig.label("this rule"))
        ax.plot([], [], ls="--", gid="reading", label=fig.label("this score"), **style)
        ax.plot([], [], "o", color=fig.RED, ms=9, gid="here", label=fig.label("its grade"))
        ax.set_xlim(-96, 96)
        ax.set_ylim(-98, 98)
        ax.set_xticks(VALUES)
        ax.set_yticks(VALUES)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table = self.table()
        gap = np.full(len(table), math.nan)
        across = np.stack([table["lower"], table["upper"], gap], axis=1)
        height = np.stack([table["value"], table["value"], gap], axis=1)
        artists["steps"].set_data(across.ravel(), height.ravel())
        value = VALUES[int(self._places(np.array(self.score)))]
        artists["here"].set_data([self.score], [value])
        artists["reading"].set_data([self.score, self.score, LOW - 6], [LOW - 8, value, value])

    def sentence(self) -> str:
        """Say in one sentence which grade this rule gives, and which the others would."""
        own = VALUES.index(self.grade(self.score))
        by = f"the rule '{self.rule}'" if self.cuts is None else "these cut points"
        tied = any(abs(self.score - point) <= NEAR for point in self.points)
        where = f", a score on a cut point going {self._tie_words}" if tied else ""
        readings = self.readings()
        if self.cuts is None:
            readings = readings[readings["rule"] != self.rule]
        if set(readings["english"]) == {ENGLISH[own]}:
            names = " and ".join(readings["rule"]) if self.cuts is None else "the plain rules"
            others = f"{names} would give the same grade"
        else:
            told = [f"{r.rule} would make it '{r.english}'" for r in readings.itertuples()]
            others = ", ".join(told)
        return (
            f"A score of {_signed(self.score)} becomes '{ENGLISH[own]}'"
            f" ({_signed(VALUES[own])}) by {by}{where}; {others}."
        )

    @property
    def _tie_words(self) -> str:
        if self.cuts is None and self.rule != "nearest":
            return "to the grade it lies on"
        return {"even": "to the even grade"}.get(self.ties, self.ties)


def _signed(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")
