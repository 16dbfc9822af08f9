"""What a redemption curve says: breakage, and what the open points will still cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array, wilson

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class RedemptionFit:
    """What :func:`loyaltylab.winback.points.redemption_curve` found.

    Attributes
    ----------
    lots
        The lots as they stood: ``customer, value, age_days, state``.
    shares
        Shares redeemed, expired and open by age in days, shape ``(3, 1 + draws, ages)``: first as
        estimated, then in each bootstrap sample of customers.
    totals
        Value now redeemed, expired and open, shape ``(3, 1 + draws)``.
    life
        Age at which a lot expires (days), or None.
    level
        Coverage of the intervals.

    Examples
    --------
    >>> from loyaltylab.winback.points import redemption_curve
    >>> ledger = pd.DataFrame({"customer": range(6), "points_cents": 100, "date": "2024-01-01",
    ...     "redeemed": ["2024-01-11", "2024-01-21"] + [None] * 4,
    ...     "expired": [None] * 2 + ["2024-01-31"] * 4})
    >>> fit = redemption_curve(ledger, as_of="2024-12-31", life=30)
    >>> fit.breakage()[["method", "breakage"]].round(2)
                              method  breakage
    0  curve, young lots as censored      0.67
    1          1 − redeemed / issued      0.67
    2               expired / issued      0.67
    """

    lots: pd.DataFrame
    shares: Array
    totals: Array
    life: int | None
    level: float

    @property
    def customers(self) -> int:
        """How many customers the estimate rests on."""
        return int(self.lots["customer"].nunique())

    @property
    def seen_to(self) -> int:
        """Age to which any lot was watched (days): beyond it the curve is not known."""
        return int(self.lots["age_days"].max())

    @property
    def whole(self) -> bool:
        """Whether lots were watched to the end of their life."""
        nothing_left = float(self.shares[2, 0, -1]) <= 1e-12
        return self.life is None or self.seen_to >= self.life or nothing_left

    @property
    def note(self) -> str:
        """What has to be said of the estimate: an empty text, or a sentence."""
        if self.life is None:
            return (
                f"Points do not expire, and the curve is seen to day {self.seen_to}; what is"
                " redeemed later is not in it."
            )
        if self.whole:
            return ""
        return (
            f"Lots live {self.life} days, but none was watched beyond day {self.seen_to}; what is"
            " redeemed later is not known, so breakage may be as low as 0 and every open point"
            " may still be redeemed."
        )

    def table(self) -> pd.DataFrame:
        """Return the curve, one row per age at which any lot ended.

        ``age_days, at_risk`` (value open and watched just before), ``redeemed, expired`` (value at
        that age), ``redeemed_share, lower, upper`` (share redeemed by that age).
        """
        by_age = self.lots.pivot_table(
            index="age_days", columns="state", values="value", aggfunc="sum", fill_value=0.0
        )
        by_age = by_age.reindex(columns=["open", "redeemed", "expired"], fill_value=0.0)
        at_risk = by_age.sum(axis=1)[::-1].cumsum()[::-1]
        ages = by_age.index.to_numpy()
        lower, upper = self._ends(ages)
        return pd.DataFrame(
            {
                "age_days": ages,
                "at_risk": at_risk.to_numpy(),
                "redeemed": by_age["redeemed"].to_numpy(),
                "expired": by_age["expired"].to_numpy(),
                "redeemed_share": self.shares[0, 0, ages],
                "lower": lower,
                "upper": upper,
            }
        )

    def predict(self, ages: Any) -> pd.DataFrame:
        """Return the share redeemed by ages, and the chance of what is then still open.

        Parameters
        ----------
        ages
            Whole days from 0 to ``seen_to``.

        Returns
        -------
        pandas.DataFrame
            ``age_days, redeemed_share, lower, upper, still_redeemed`` (chance that a point open at
            the end of that day is redeemed before it expires), ``n`` (customers).
        """
        wanted = np.asarray(ages)
        good = wanted.ndim == 1 and wanted.size > 0 and wanted.dtype.kind in "iu"
        if not good or wanted.min() < 0 or wanted.max() > self.seen_to:
            raise InputError(
                f"ages must be a list of whole days from 0 to {self.seen_to}, to which lots were"
                f" watched, not {shown(ages)}."
            )
        lower, upper = self._ends(wanted)
        shares = {"redeemed_share": self.shares[0, 0, wanted], "lower": lower, "upper": upper}
        later = still_redeemed(self.shares[:, :1])[0, wanted]
        return pd.DataFrame(
            {"age_days": wanted, **shares, "still_redeemed": later, "n": self.customers}
        )

    def breakage(self) -> pd.DataFrame:
        """Return the share of points never redeemed, by the curve and by two naive ratios.

        See :func:`loyaltylab.winback.liability.breakage`.
        """
        from loyaltylab.winback.liability import breakage

        return breakage(self)

    def liability(self) -> pd.DataFrame:
        """Return what the open points will still cost; see ``liability.liability``."""
        from loyaltylab.winback.liability import liability

        return liability(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share redeemed by age with its interval, and the naive ratio as a line."""
        ax = fig.axes(
            ax,
            title="How much of the points is redeemed, by their age",
            x="age of the points (days)",
            y="share of value redeemed",
        )
        ages = np.arange(self.seen_to + 1)
        lower, upper = self._ends(ages)
        ax.fill_between(ages, lower, upper, step="post", color=fig.BLUE, alpha=0.2, lw=0)
        label = fig.label("young lots counted as censored")
        ax.step(ages, self.shares[0, 0, ages], where="post", color=fig.BLUE, lw=2, label=label)
        ratio = self.totals[0, 0] / self.totals[:, 0].sum()
        label = fig.label("redeemed / issued")
        ax.axhline(ratio, color=fig.RED, ls="--", lw=1.8, label=label)
        ax.set_xlim(0, max(self.seen_to, 1))
        ax.set_ylim(0, 1)
        fig.percent(ax)
        fig.legend_above(ax)
        return ax

    def _ends(self, ages: Any) -> tuple[Array, Array]:
        return self.interval(self.shares[0][:, ages])

    def interval(self, shares: Array) -> tuple[Array, Array]:
        """Return percentile ends of shares; at 0 and 1 those of Wilson, by customers.

        Parameters
        ----------
        shares
            First the estimates, then the same in each sample, shape ``(1 + draws, k)``.
        """
        tail = (1 - self.level) / 2
        point, (lower, upper) = shares[0], np.quantile(shares[1:], [tail, 1 - tail], axis=0)
        none = wilson(0, self.customers, self.level)[1]
        upper = np.where(point <= 1e-12, none, upper)
        lower = np.where(point >= 1 - 1e-12, 1 - none, lower)
        return np.minimum(lower, point), np.maximum(upper, point)


def still_redeemed(shares: Array) -> Array:
    """Return the chance that what is open at the end of each age is redeemed in the end.

    Shape ``(draws, ages)`` from ``(3, draws, ages)``; where nothing is open it is 0.

    Examples
    --------
    >>> still_redeemed(np.array([[[0.2, 0.6]], [[0.0, 0.4]], [[0.8, 0.0]]])).round(3).tolist()
    [[0.5, 0.0]]
    """
    used, _, left = shares
    alive = left > 1e-12
    later = (used[:, -1:] - used) / np.where(alive, left, 1.0)
    return np.where(alive, np.clip(later, 0, 1), 0.0)
