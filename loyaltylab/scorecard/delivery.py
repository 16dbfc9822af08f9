"""The delivery index of one branch: three feeds, their weights, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array, wilson
from loyaltylab.scorecard.rules import Rule

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEEDS = ("phone", "visits", "audit")
Score = Annotated[float, Ge(0), Le(100)]
Weight = Annotated[float, Ge(0)]
STEPS = 31


@model
class DeliveryIndex:
    """One index of a phone line, mystery visits and an audit (document 002, claim C116).

    ``index = Σ w·score / Σ w``, scores from 0 to 100. The score of the visits is the share of
    them that the branch passes, times 100; of n visits it is known with Wilson's interval, which
    the index inherits, times the weight. Phone and audit are taken as given. A feed may be
    missing: *drop* leaves it out, *carry* puts in its earlier score, *worst* counts 0; what it
    could make of the index stands beside it as bounds. The document gives no weights; the
    defaults are illustrative.

    Raises
    ------
    InputError
        If a value is not valid, or all weights of the feeds that are there are 0.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, JASA 22.

    Examples
    --------
    >>> branch = DeliveryIndex(phone=90, passed=0.5, visits=12, audit=80)
    >>> round(branch.index, 1), [round(v, 1) for v in branch.interval]
    (73.3, [65.1, 81.5])
    >>> DeliveryIndex(phone=90, audit=80, lacking="visits").bounds
    (56.666666666666664, 90.0)
    """

    phone: Annotated[Score, Label("phone line", "points of 100")] = 85.0
    passed: Annotated[float, Ge(0), Le(1), Label("visits passed", "share")] = 0.75
    audit: Annotated[Score, Label("quality audit", "points of 100")] = 90.0
    visits: Annotated[int, Ge(1), Label("mystery visits", "visits")] = 12
    weight_phone: Annotated[Weight, Label("weight of the phone line", "relative")] = 1.0
    weight_visits: Annotated[Weight, Label("weight of the visits", "relative")] = 1.0
    weight_audit: Annotated[Weight, Label("weight of the audit", "relative")] = 1.0
    lacking: Annotated[
        Literal["nothing", "phone", "visits", "audit"], Label("missing feed", "name")
    ] = "nothing"
    missing: Annotated[Rule, Label("rule for it", "name")] = "drop"
    earlier: Annotated[Score, Label("its earlier score", "points of 100")] = 70.0
    pass_mark: Annotated[Score, Label("pass mark", "points of 100")] = 80.0

    def __post_init__(self) -> None:
        if not self._there(self._weights()).max() > 0:
            raise InputError(
                "weight_phone, weight_visits and weight_audit must not all be 0 for the feeds that"
                " are there; give one of them a weight above 0."
            )

    def _weights(self) -> Array:
        return np.array([self.weight_phone, self.weight_visits, self.weight_audit], float)

    def _there(self, values: Array) -> Array:
        """Return values with 0 for the feed that lacks."""
        return np.where(np.array(FEEDS) == self.lacking, 0.0, values)

    def _parts(self, weights: Array) -> Array:
        """Return the parts of 1 that the rule gives to each feed; weights ``(..., 3)``."""
        kept = self._there(weights) if self.missing == "drop" else weights
        top = kept.max(axis=-1, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            scaled = kept / top  # before the sum, so that no weight is too large or too small
            parts = scaled / scaled.sum(axis=-1, keepdims=True)
        return np.asarray(parts)

    def _scores(self) -> Array:
        """Return three rows of scores: as found, and with the ends of the visits' interval."""
        lower, upper = wilson(self.passed * self.visits, self.visits)
        rows = [
            [self.phone, 100 * float(np.clip(p, 0, 1)), self.audit]
            for p in (
                self.passed,
                np.minimum(lower, self.passed),
                np.maximum(upper, self.passed),
            )
        ]
        put = {"drop": 0.0, "worst": 0.0, "carry": self.earlier}[self.missing]
        return np.where(np.array(FEEDS) == self.lacking, put, np.array(rows))

    @property
    def index(self) -> float:
        """The index, 0 to 100."""
        return float(self._parts(self._weights()) @ self._scores()[0])

    @property
    def interval(self) -> tuple[float, float]:
        """The index at the ends of the 95 % interval of the visits."""
        parts, scores = self._parts(self._weights()), self._scores()
        return float(parts @ scores[1]), float(parts @ scores[2])

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most that the missing feed could make of the index."""
        weights = self._weights()
        parts = weights / weights.max()
        parts = parts / parts.sum()
        lacks = np.array(FEEDS) == self.lacking
        given = np.where(lacks, 0.0, [self.phone, 100 * self.passed, self.audit])
        least = float(parts @ given)
        return least, least + 100 * float(parts[lacks].sum())

    def table(self) -> pd.DataFrame:
        """Return one row per feed: its score, its part of the index, and the index itself."""
        parts, scores = self._parts(self._weights()), self._scores()
        least, most = self.bounds
        lower, upper = self.interval
        there = np.array(FEEDS) != self.lacking
        return pd.DataFrame(
            {
                "feed": list(FEEDS),
                "there": there,
                "score": scores[0],
                "part": parts,
                "contribution": parts * scores[0],
                "index": self.index,
                "lower": lower,
                "upper": upper,
                "least": least,
                "most": most,
            }
        )

    def curve(self) -> pd.DataFrame:
        """Return index and interval over the part of all weight given to the visits.

        The other two keep their proportions; then the rule for a missing feed applies.
        """
        part = np.linspace(0, 1, STEPS)
        others = np.array([self.weight_phone, 0.0, self.weight_audit])
        if others.max() == 0:  # nothing to keep in proportion: shared alike
            others = np.array([1.0, 0.0, 1.0])
        others = others / others.max()
        others = others / others.sum()
        # at 0 and 1 the rule may drop all that has weight: there the limit is meant
        near = np.clip(part, 1e-12, 1 - 1e-12)[:, None]
        weights = near * np.array([0.0, 1.0, 0.0]) + (1 - near) * others
        value = self._parts(weights) @ self._scores().T
        return pd.DataFrame(
            {"part": part, "index": value[:, 0], "lower": value[:, 1], "upper": value[:, 2]}
        )

    @property
    def here(self) -> float:
        """The part of all weight that the visits were given."""
        weights = self._weights()
        scaled = weights / weights.max()
        return float(scaled[1] / scaled.sum())

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the index against the weight of the visits, with interval and pass mark."""
        ax = fig.axes(
            ax,
            title="Delivery index, by the weight of the visits",
            x="weight of the visits (share of all weight)",
            y="index (points of 100)",
        )
        style: dict[str, Any] = {"color": fig.PALETTE[5], "lw": 1.8}
        ax.plot([], [], gid="lower", label=fig.label("its 95% interval"), **style)
        ax.plot([], [], gid="upper", **style)
        ax.plot([], [], color=fig.BLUE, lw=2.2, gid="index", label=fig.label("index"))
        bounds = fig.label("bounds of the missing")
        ax.plot([], [], color=fig.GREY, lw=3, gid="bounds", label=bounds)
        ax.plot([], [], "o", color=fig.ORANGE, ms=9, gid="here", label=fig.label("as weighed"))
        ax.axhline(0, color=fig.RED, lw=1.2, ls="--", gid="mark", label=fig.label("pass mark"))
        fig.legend_above(ax)
        ax.set_xlim(-0.0213, 1.0217)
        ax.set_ylim(0, 103.7)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        curve = self.curve()
        for name in ("index", "lower", "upper"):
            artists[name].set_data(curve["part"], curve[name])
        artists["here"].set_data([self.here], [self.index])
        artists["bounds"].set_data([self.here, self.here], self.bounds)
        artists["mark"].set_ydata([self.pass_mark, self.pass_mark])

    def sentence(self) -> str:
        """Say in one sentence what the index is, how sure, and whether it passes."""
        (lower, upper), (least, most) = self.interval, self.bounds
        said = "it cannot be told whether that passes"
        if lower >= self.pass_mark:
            said = "that passes" if least >= self.pass_mark else "that passes under this rule"
        elif upper < self.pass_mark:
            said = "that does not pass" + (
                " under this rule" if most >= self.pass_mark and self.lacking != "nothing" else ""
            )
        text = (
            f"The index is {self.index:.1f} of 100 ({lower:.1f} to {upper:.1f} by the chance of"
            f" {self.visits:,} visit{'' if self.visits == 1 else 's'}), the pass mark"
            f" {self.pass_mark:.1f}: {said}"
        )
        if self.lacking == "visits":
            text = (
                f"Without the visits the index is {self.index:.1f} of 100, the pass mark"
                f" {self.pass_mark:.1f}"
            )
        if self.lacking != "nothing":
            rule = {"drop": "is dropped", "carry": "is carried forward", "worst": "counts 0"}
            makes = f"could make of it anything from {least:.1f} to {most:.1f}"
            makes = makes if most > least else "has no weight"
            text += f"; the missing feed ({self.lacking}) {rule[self.missing]}, and {makes}"
        return text + "."
