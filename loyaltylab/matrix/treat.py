"""What it pays to treat each segment, from an experiment."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, returned_by, take
from loyaltylab.base.stats import amount, between
from loyaltylab.matrix.counts import EVERYONE
from loyaltylab.matrix.levels import SEGMENTS, named, once, spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes

VERDICTS = ("worth it", "not worth it", "cannot be told")


def payoff(
    frame: Data,
    *,
    cost: float,
    margin: float,
    segment: Hashable = "segment",
    treated: Hashable = "treated",
    outcome: Hashable = "own_cents",
    customer: Hashable | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compute what treating a customer of each segment pays, from a randomised treatment.

    ``gain = margin · (mean outcome of the treated - of the untreated) - cost``, with Welch's
    interval (1947). It is the gain of treating only if chance decided who was treated, if the
    segments were formed before, and if the outcome is known of everybody who was in them then:
    also of those who have left or do not answer any more.

    Parameters
    ----------
    frame
        A frame, or the path of a CSV or Parquet file; one row per customer.
    cost
        Cost of treating one customer, in the unit of the outcome (money).
    margin
        Share of the outcome that remains, from 0 to 1; 1 where the outcome is a profit.
    segment
        Column: the segment before the treatment.
    treated
        Column: whether the customer was treated.
    outcome
        Column: what he brought afterwards (money).
    customer
        Column that may name nobody twice; None looks at a column ``customer``, if there is one.
        Both waves of a survey stacked would count everybody twice.
    level
        Coverage of each interval by itself; of several segments looked at together, one is
        more likely to seem worth it by chance.

    Returns
    -------
    pandas.DataFrame
        One row per segment with people in it, and one for ``all``: ``segment, n_treated,
        n_untreated, mean_treated, mean_untreated, lift`` (difference of the means),
        ``break_even_cost`` (``margin · lift``, the most that treating one may cost), ``gain,
        lower, upper`` (per treated customer), ``verdict``: worth it, not worth it, or cannot
        be told where the interval holds 0.

    Raises
    ------
    InputError
        For a missing column or value, a margin that is no share, a customer who stands twice,
        or fewer than two customers in an arm of a segment.

    References
    ----------
    Welch, B. L. (1947), The generalization of "Student's" problem when several different
    population variances are involved, Biometrika 34.

    Examples
    --------
    >>> trial = pd.DataFrame({"segment": ["inert"] * 6, "treated": [1, 1, 1, 0, 0, 0],
    ...                       "money": [140.0, 150, 160, 100, 90, 110]})
    >>> found = payoff(trial, outcome="money", cost=10, margin=0.5)
    >>> found.round(1)[["segment", "lift", "gain", "lower", "upper", "verdict"]]
      segment  lift  gain  lower  upper   verdict
    0   inert  50.0  15.0    3.7   26.3  worth it
    1     all  50.0  15.0    3.7   26.3  worth it
    """
    cost, margin = amount("cost", cost), between("margin", margin, 0, 1)
    between("level", level, 0, 1, open_ends=True)
    people = take(
        frame,
        segment=Column(segment, "group"),
        treated=Column(treated, "flag"),
        outcome=Column(outcome, "number"),
    )
    once(frame, customer)
    people["segment"] = named(people["segment"], segment, SEGMENTS)
    names = [name for name in SEGMENTS if (people["segment"] == name).any()]
    parts = {name: people[people["segment"] == name] for name in names} | {EVERYONE: people}
    return pd.DataFrame(
        [
            {"segment": name, **_gain(part, name, cost, margin, level)}
            for name, part in parts.items()
        ]
    )


def _gain(
    part: pd.DataFrame, name: str, cost: float, margin: float, level: float
) -> dict[str, float | int | str]:
    """Return the numbers of one segment."""
    from statsmodels.stats.weightstats import CompareMeans

    with_, without = (part.loc[part["treated"] == arm, "outcome"] for arm in (True, False))
    if min(len(with_), len(without)) < 2:
        raise InputError(
            f"payoff needs two treated and two untreated customers in each segment, but of"
            f" {shown(name)} {len(with_)} were treated and {len(without)} were not; drop the"
            " segment or get more."
        )
    lift = float(with_.mean() - without.mean())
    ends = (lift, lift)
    if max(with_.std(), without.std()) > 0:
        arms = CompareMeans.from_data(with_, without)
        ends = arms.tconfint_diff(1 - level, usevar="unequal")
    lower, upper = (margin * float(end) - cost for end in ends)
    told = 0 if lower > 0 else 1 if upper < 0 else 2
    return {
        "n_treated": len(with_),
        "n_untreated": len(without),
        "mean_treated": float(with_.mean()),
        "mean_untreated": float(without.mean()),
        "lift": lift,
        "break_even_cost": margin * lift,
        "gain": margin * lift - cost,
        "lower": lower,
        "upper": upper,
        "verdict": VERDICTS[told],
    }


def plot_payoff(table: pd.DataFrame, ax: Axes | None = None, *, unit: str = "money") -> Axes:
    """Draw the gain of treating one customer of each segment, with its interval.

    Parameters
    ----------
    table
        What :func:`payoff` returned.
    ax
        Axes to draw on, or None for new ones.
    unit
        Unit of the outcome, for the label.

    Raises
    ------
    InputError
        If the table is none of :func:`payoff`.

    Examples
    --------
    >>> trial = pd.DataFrame({"segment": ["inert"] * 4, "treated": [1, 1, 0, 0],
    ...                       "money": [140.0, 150, 100, 90]})
    >>> table = payoff(trial, outcome="money", cost=10, margin=0.5)
    >>> plot_payoff(table, unit="yuan").get_ylabel()
    'gain per treated customer (yuan)'
    """
    table = returned_by(
        "payoff()",
        table,
        segment=Column("segment", "group"),
        **{name: Column(name, "number") for name in ("gain", "lower", "upper")},
    )
    ax = fig.axes(
        ax,
        title="What treating a customer pays",
        x="segment before the treatment",
        y=f"gain per treated customer ({unit})",
    )
    place, gain = np.arange(len(table)), table["gain"].to_numpy()
    error = np.maximum([gain - table["lower"], table["upper"] - gain], 0)
    ax.axhline(0, color=fig.GREY, lw=1.2)
    ax.errorbar(place, gain, yerr=error, fmt="o", ms=8, color=fig.BLUE, capsize=5, elinewidth=2)
    ax.set_xticks(place, [spoken(str(name)) for name in table["segment"]])
    ax.set_xlim(-0.6, len(table) - 0.4)
    return ax
