"""Perceived less expected: dissatisfied, satisfied, delighted."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Data
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import between
from loyaltylab.satisfaction.survey import declared, surveyed, widened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOWEST, HIGHEST = 1.0, 10.0
OUTCOMES = ("dissatisfied", "satisfied", "delighted")
NEAR = 1e-9
"""Answers are decimals: a difference this near to the threshold lies on it."""


def outcome_of(difference: Any, threshold: float) -> Any:
    """Return 0, 1 or 2 for dissatisfied, satisfied or delighted.

    Satisfied is who lies within the threshold on either side, the threshold included.
    """
    gap = np.asarray(difference, float)
    return np.asarray(gap > threshold + NEAR, int) + (gap >= -threshold - NEAR)


@model
class Disconfirmation:
    """One customer's expectation and perception, and what the gap between them is called.

    ``D = perceived − expected``. Below −threshold he is dissatisfied, above it delighted, and
    satisfied in between. With a threshold of 0 this is the sign rule of documents 000 and 002.
    The documents leave open whether degree means a difference or a ratio; the picture shows
    that lines of the same difference and of the same ratio part as expectations rise, and that
    whoever expects the best cannot be delighted any more: the scale ends.

    Raises
    ------
    InputError
        For a value outside the scale from 1 to 10, or a threshold below 0.

    References
    ----------
    Oliver, R. L. (1980), "A cognitive model of the antecedents and consequences of satisfaction
    decisions", Journal of Marketing Research 17 (reported, not verified).

    Examples
    --------
    >>> Disconfirmation(expected=6, perceived=8).outcome
    'delighted'
    >>> Disconfirmation(expected=6, perceived=8, threshold=2).outcome
    'satisfied'
    >>> top = Disconfirmation(expected=9.5, perceived=10, threshold=0.5)
    >>> top.outcome, top.can_be_delighted
    ('satisfied', False)
    """

    expected: Annotated[float, Ge(1), Le(10), Label("expected", "scale 1 to 10")] = 6.0
    perceived: Annotated[float, Ge(1), Le(10), Label("perceived", "scale 1 to 10")] = 8.0
    threshold: Annotated[
        float, Ge(0), Le(9), Label("threshold, up to which a gap is none", "points of the scale")
    ] = 0.0

    @property
    def difference(self) -> float:
        """Perceived less expected, in points of the scale."""
        return self.perceived - self.expected

    @property
    def ratio(self) -> float:
        """Perceived over expected."""
        return self.perceived / self.expected

    @property
    def outcome(self) -> str:
        """``"dissatisfied"``, ``"satisfied"`` or ``"delighted"``."""
        return OUTCOMES[int(outcome_of(self.difference, self.threshold))]

    @property
    def can_be_delighted(self) -> bool:
        """Whether any answer of the scale would delight who expects that much."""
        return bool(outcome_of(HIGHEST - self.expected, self.threshold) == 2)

    def table(self) -> pd.DataFrame:
        """Return what :meth:`plot` draws, over all expectations.

        ``satisfied_from`` and ``delighted_above`` are the borders of the outcomes, cut at the
        ends of the scale; ``same_difference`` and ``same_ratio`` what would have to be perceived
        for the same gap, which may lie beyond the scale.
        """
        expected = np.linspace(LOWEST, HIGHEST, 37)
        return pd.DataFrame(
            {
                "expected": expected,
                "satisfied_from": np.clip(expected - self.threshold, LOWEST, HIGHEST),
                "delighted_above": np.clip(expected + self.threshold, LOWEST, HIGHEST),
                "same_difference": expected + self.difference,
                "same_ratio": expected * self.ratio,
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the three outcomes over the plane of expected and perceived, and this customer."""
        ax = fig.axes(
            ax,
            title="Perceived against expected",
            x="expected (scale 1 to 10)",
            y="perceived (scale 1 to 10)",
        )
        style: dict[str, Any] = {"lw": 2}
        for name, color, dash, words in (
            ("delighted_above", fig.BLUE, "-", "delighted above this"),
            ("satisfied_from", fig.BLUE, ":", "dissatisfied below this"),
            ("same_difference", fig.ORANGE, "--", "same difference"),
            ("same_ratio", fig.ORANGE, "-.", "same ratio"),
        ):
            ax.plot([], [], dash, color=color, gid=name, label=fig.label(words), **style)
        ax.plot([], [], "o", color=fig.BLUE, ms=9, gid="here", label=fig.label("this customer"))
        ax.set_xlim(0.5, 10.5)
        ax.set_ylim(0.5, 10.5)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table = self.table()
        for name in table.columns[1:]:
            inside = table[name].where(table[name].between(LOWEST, HIGHEST))
            artists[name].set_data(table["expected"], inside)
        artists["here"].set_data([self.expected], [self.perceived])

    def sentence(self) -> str:
        """Say in one sentence what the customer is called, and whether the scale had room."""
        room = (
            "nothing on the scale could have delighted such a customer"
            if not self.can_be_delighted
            else f"the largest gap that the scale has room for is {HIGHEST - self.expected:.4g}"
        )
        where = {"dissatisfied": "beyond", "satisfied": "within", "delighted": "beyond"}
        return (
            f"Expected {self.expected:.4g}, perceived {self.perceived:.4g}: the difference of"
            f" {self.difference:.3g} (a ratio of {self.ratio:.3g}) lies"
            f" {where[self.outcome]} the threshold of {self.threshold:.3g}, so this customer is"
            f" {self.outcome}; {room}."
        ).replace("of -", "of −")


def disconfirmation(
    data: Data,
    *,
    expected: Hashable = "expected",
    perceived: Hashable = "perceived",
    scale: Any = (1, 5),
    threshold: float = 0.0,
) -> pd.DataFrame:
    """Return the frame with each person's gap ``perceived − expected``, and what it is called.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per person.
    expected, perceived
        Columns on one scale.
    scale
        Lowest and highest answer, or the labels, worst first.
    threshold
        Up to which size a gap is none, in points of the scale.

    Returns
    -------
    pandas.DataFrame
        The columns of ``data`` and ``difference``, ``ratio`` (perceived over expected; NaN on a
        scale that is not above 0, where it means nothing) and ``outcome``, an ordered categorical;
        missing where an answer is.

    Raises
    ------
    InputError
        For a missing column, an answer out of scale, a threshold below 0 or beyond the scale, or
        a table that has one of the new columns already.

    Examples
    --------
    >>> people = pd.DataFrame({"expected": [3, 4, 2], "perceived": [4, 4, 1]})
    >>> disconfirmation(people)[["difference", "outcome"]]
       difference       outcome
    0         1.0     delighted
    1         0.0     satisfied
    2        -1.0  dissatisfied
    """
    one = declared(scale)
    limit = between("threshold", threshold, 0, one.high - one.low)
    answers = {"expected": (expected, one), "perceived": (perceived, one)}
    table = surveyed(data, answers, repeated=True)
    gap = (table["perceived"] - table["expected"]).to_numpy()
    ratio = table["perceived"].to_numpy() / np.where(one.low > 0, table["expected"], np.nan)
    codes = np.where(np.isnan(gap), -1, outcome_of(gap, limit))
    outcome = pd.Categorical.from_codes(codes, pd.Index(OUTCOMES), ordered=True)
    return widened(data, {"difference": gap, "ratio": ratio, "outcome": outcome})
