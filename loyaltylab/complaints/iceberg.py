"""The iceberg as arithmetic: from complaints heard to customers lost, as an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.model import Label, model
from loyaltylab.complaints.mouth_picture import counts
from loyaltylab.lifetime import Lifetime

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Share = Annotated[float, Ge(0), Le(1)]
Voice = Annotated[float, Gt(0), Le(1)]
OUTCOMES = 4
ENDS = ("many speak up", "few speak up")
HALF = 0.28
PARTS = ("heard_stay", "heard_leave", "silent_stay", "silent_leave")


@model
class Iceberg:
    """What the complaints that were heard say about the dissatisfied, the leavers, the damage.

    If a share v of those with a problem speaks up, then ``complaints / v`` had one and
    ``complaints (1/v − 1)`` kept silent. Of each outcome (silent, unresolved, resolved,
    resolved quickly) a share leaves, which depends on the loss:

    ``leavers = Σ_outcome customers · ((1 − major) · leave_minor + major · leave_major)``,

    less ``leave_anyway``, the share who would have left without a problem (a rate below it
    counts as nobody). The damage is leavers times what a customer is worth. Each voiced share
    from ``voiced_low`` to ``voiced_high`` gives another answer, and the two ends are the
    interval; it is no confidence interval, for nothing was sampled, and all that is not the
    voiced share is held fixed.

    The leaving rates of the defaults are TARP's *intentions* of the 1970s (claim C077); the
    mix of losses, of outcomes and the customer's worth are illustrative. Losses are taken to
    be mixed alike among those who speak and those who do not.

    Raises
    ------
    InputError
        If a value is not valid, the low voiced share exceeds the high one, a list does not
        hold four rates, or the outcomes of the heard exceed the whole.

    References
    ----------
    US Office of Consumer Affairs / TARP (1979, 1986) for the rates; Goodman, J. (2005), ASQ
    Quality Progress, mailbag of November, for what the 4 % are.

    Examples
    --------
    >>> heard = Iceberg(complaints=100, voiced_low=0.04, voiced_high=0.69, value=500)
    >>> heard.table().iloc[[0, -1]][["voiced", "dissatisfied", "leavers", "damage"]].round(2)
        voiced  dissatisfied  leavers     damage
    0     0.04       2500.00  1752.84  876422.50
    24    0.69        144.93    71.32   35661.63
    """

    complaints: Annotated[int, Ge(0), Label("complaints heard", "customers")] = 100
    voiced_low: Annotated[Voice, Label("voiced share, low end", "share of problems")] = 0.04
    voiced_high: Annotated[Voice, Label("voiced share, high end", "share of problems")] = 0.69
    major: Annotated[Share, Label("problems with a major loss", "share")] = 0.3
    resolved: Annotated[Share, Label("complaints resolved, not quickly", "share of heard")] = 0.35
    quick: Annotated[Share, Label("complaints resolved quickly", "share of heard")] = 0.25
    value: Annotated[float, Ge(0), Label("worth of a customer", "money")] = 500.0
    leave_anyway: Annotated[Share, Label("would leave without a problem", "share")] = 0.0
    leave_minor: Annotated[
        tuple[Share, ...],
        Label("leave after a minor loss: silent, unresolved, resolved, quickly", "shares"),
    ] = (0.63, 0.54, 0.30, 0.05)
    leave_major: Annotated[
        tuple[Share, ...],
        Label("leave after a major loss: silent, unresolved, resolved, quickly", "shares"),
    ] = (0.91, 0.81, 0.46, 0.18)

    def __post_init__(self) -> None:
        if self.voiced_low > self.voiced_high:
            raise InputError(
                f"voiced_low is {self.voiced_low:g}, above voiced_high, {self.voiced_high:g};"
                " give the lower share as voiced_low."
            )
        if self.resolved + self.quick > 1 + 1e-12:
            raise InputError(
                "resolved and quick are shares of the same complaints and must add up to at most"
                f" 1, not {self.resolved + self.quick:g}; lower one of them."
            )
        for name in ("leave_minor", "leave_major"):
            if len(getattr(self, name)) != OUTCOMES:
                raise InputError(
                    f"{name} must hold four shares (silent, unresolved, resolved, resolved"
                    f" quickly), not {len(getattr(self, name))}."
                )

    @classmethod
    def of(cls, lifetime: Lifetime, **fields: Any) -> Self:
        """Take a customer's worth from chapter 10: what losing him today costs.

        Examples
        --------
        >>> Iceberg.of(Lifetime(margin=0.02)).value
        1000.0
        """
        if not isinstance(lifetime, Lifetime):
            raise InputError(f"lifetime must be a Lifetime, not {shown(lifetime)}.")
        return cls(value=lifetime.loss, **fields)

    @property
    def rates(self) -> tuple[float, ...]:
        """Share who leave because of it, by outcome, at this mix of losses."""
        mixed = (
            (1 - self.major) * a + self.major * b
            for a, b in zip(self.leave_minor, self.leave_major, strict=True)
        )
        return tuple(max(rate - self.leave_anyway, 0.0) for rate in mixed)

    def at(self, voiced: float) -> dict[str, float]:
        """Return the counts of :meth:`table` at one voiced share.

        Examples
        --------
        >>> Iceberg(complaints=100).at(0.5)["silent"]
        100.0
        """
        silent, unresolved, resolved, quick = self.rates
        open_share = max(1 - self.resolved - self.quick, 0.0)
        quiet = self.complaints * (1 / voiced - 1)
        heard = self.complaints * (
            open_share * unresolved + self.resolved * resolved + self.quick * quick
        )
        leavers = heard + quiet * silent
        return {
            "voiced": voiced,
            "heard": float(self.complaints),
            "silent": quiet,
            "dissatisfied": self.complaints + quiet,
            "heard_leavers": heard,
            "silent_leavers": quiet * silent,
            "leavers": leavers,
            "damage": leavers * self.value,
            "leavers_per_complaint": leavers / max(self.complaints, 1),
        }

    def table(self) -> pd.DataFrame:
        """Return 25 rows from the low voiced share to the high one.

        ``voiced``; ``heard, silent, dissatisfied`` (customers), ``heard_leavers,
        silent_leavers, leavers``, ``damage`` (money) and ``leavers_per_complaint``. The first
        and the last row are the ends of the interval.
        """
        grid = np.geomspace(self.voiced_low, self.voiced_high, 25)
        grid[[0, -1]] = self.voiced_low, self.voiced_high
        return pd.DataFrame([self.at(float(v)) for v in grid])

    def ends(self) -> pd.DataFrame:
        """Return what :meth:`plot` draws: the two ends, many speak up first.

        ``end``, and ``heard_stay, heard_leave, silent_stay, silent_leave`` (customers).

        Examples
        --------
        >>> Iceberg().ends().round(0)[["end", "heard_stay", "heard_leave", "silent_leave"]]
                     end  heard_stay  heard_leave  silent_leave
        0  many speak up        61.0         39.0          32.0
        1   few speak up        61.0         39.0        1714.0
        """
        rows = []
        for name, voiced in zip(ENDS, (self.voiced_high, self.voiced_low), strict=True):
            found = self.at(voiced)
            gone, quiet = found["heard_leavers"], found["silent_leavers"]
            stay = found["heard"] - gone, found["silent"] - quiet
            rows.append((name, stay[0], gone, stay[1], quiet))
        return pd.DataFrame(rows, columns=["end", *PARTS])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the iceberg twice: the heard above the water, the silent below."""
        ax = fig.axes(
            ax,
            title="The iceberg: how deep it is depends on who speaks up",
            x="voiced share at its high end, and at its low end",
            y="customers with a problem",
        )
        colours = (fig.BLUE, fig.ORANGE, "#9DB8C9", fig.RED)
        words = ("heard, stay", "heard, leave", "silent, stay", "silent, leave")
        for part, colour, text in zip(PARTS, colours, words, strict=True):
            for i in (0, 1):
                word = fig.label(text) if i == 0 else None
                ax.fill_between([0, 1], 0, 0, color=colour, lw=0, gid=f"{part}_{i}", label=word)
        ax.axhline(0, color="black", lw=1.4, zorder=0.9)
        counts(ax)
        counted = ax.yaxis.get_major_formatter()  # below the water too people are counted from 0
        ax.yaxis.set_major_formatter(lambda value, _: counted(abs(value)))
        ax.set_xticks([0, 1], [fig.label(name) for name in ENDS])
        ax.set_xlim(-0.6, 1.6)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table = self.ends()
        for i, row in enumerate(table.to_dict("records")):
            sides = [i - HALF, i + HALF]
            for first, second, sign in (
                ("heard_stay", "heard_leave", 1),
                ("silent_stay", "silent_leave", -1),
            ):
                inner, outer = sign * row[first], sign * (row[first] + row[second])
                artists[f"{first}_{i}"].set_data(sides, 0, inner)
                artists[f"{second}_{i}"].set_data(sides, inner, outer)
        depth = (table["silent_stay"] + table["silent_leave"]).max()
        ax.set_ylim(-fig.ceiling(1.02 * depth), fig.ceiling(1.02 * max(self.complaints, depth / 8)))

    def sentence(self) -> str:
        """Say in one sentence what the complaints stand for, as an interval."""
        few, many = self.at(self.voiced_high), self.at(self.voiced_low)

        def span(name: str) -> str:
            low, high = fig.money(round(few[name])), fig.money(round(many[name]))
            return low if low == high else f"{low} to {high}"

        ends = map(_percent, (self.voiced_high, self.voiced_low))
        voices = " down to ".join(dict.fromkeys(ends))
        heard = (
            "1 complaint heard stands"
            if self.complaints == 1
            else f"{self.complaints:,} complaints heard stand"
        )
        return (
            f"{heard} for {span('dissatisfied')} customers with a problem if {voices} of them"
            f" speak up; {span('leavers')} of these leave over it, and the damage is"
            f" {span('damage')} at {fig.money(self.value)} a customer."
        )


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"
