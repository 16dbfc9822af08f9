"""Classes of the warning: predicted against observed churn, and who stands at the top."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Column, Data, returned_by
from loyaltylab.base.stats import Array, whole, wilson
from loyaltylab.churn.scores import scored

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def in_bins(probability: Array, bins: int) -> Array:
    """Put probabilities into classes of equal size, the lowest 0; equal ones into the same.

    Examples
    --------
    >>> in_bins(np.array([0.3, 0.1, 0.1, 0.9]), 2).tolist()
    [1, 0, 0, 1]
    """
    from scipy.stats import rankdata

    rank = rankdata(probability, method="average")
    return np.asarray(np.minimum((bins * (rank - 0.5) / len(rank)).astype(int), bins - 1))


def calibration(
    data: Data,
    *,
    probability: Hashable = "probability",
    churned: Hashable = "churned",
    bins: int = 10,
    level: float = 0.95,
) -> pd.DataFrame:
    """Hold predicted against observed churn, class by class of the prediction.

    Parameters
    ----------
    data
        One row per customer, none of whom the prediction was fitted to.
    probability, churned
        Columns: predicted chance of leaving, and whether he left.
    bins
        Classes of about equal size, 2 to 50; equal predictions stay together.
    level
        Coverage of the intervals (Wilson).

    Returns
    -------
    pandas.DataFrame
        ``bin`` (1 is the lowest), ``predicted`` (mean), ``observed, lower, upper, n, lost``.

    Raises
    ------
    InputError
        For bad columns, or if all left or all stayed.

    Examples
    --------
    >>> seen = pd.DataFrame({"probability": [0.2] * 10 + [0.8] * 10, "churned": [0, 1] * 10})
    >>> calibration(seen, bins=2)[["predicted", "observed", "n"]]
       predicted  observed   n
    0        0.2       0.5  10
    1        0.8       0.5  10
    """
    frame = scored(data, probability, churned)
    place = in_bins(frame["probability"].to_numpy(), whole("bins", bins, 2, 50))
    table = frame.groupby(place).agg(
        predicted=("probability", "mean"), n=("churned", "size"), lost=("churned", "sum")
    )
    lower, upper = wilson(table["lost"], table["n"], level)
    return pd.DataFrame(
        {
            "bin": np.arange(1, len(table) + 1),
            "predicted": table["predicted"].to_numpy(),
            "observed": (table["lost"] / table["n"]).to_numpy(),
            "lower": lower,
            "upper": upper,
            "n": table["n"].to_numpy(),
            "lost": table["lost"].to_numpy(),
        }
    )


def plot_calibration(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw what :func:`calibration` returned: predicted against observed churn.

    Examples
    --------
    >>> seen = pd.DataFrame({"probability": [0.2] * 10 + [0.8] * 10, "churned": [0, 1] * 10})
    >>> plot_calibration(calibration(seen, bins=2)).get_xlabel()
    'predicted share leaving'
    """
    from matplotlib.ticker import PercentFormatter

    names = ("predicted", "observed", "lower", "upper")
    table = returned_by(
        "calibration()", table, **{name: Column(name, "number", 0, 1) for name in names}
    )
    ax = fig.axes(
        ax, title="Is the warning right?", x="predicted share leaving", y="observed share leaving"
    )
    top = min(1.0, 1.05 * float(table[["predicted", "upper"]].to_numpy().max()))
    ax.plot([0, top], [0, top], color=fig.GREY, lw=1.2, ls="--", label=fig.label("as foretold"))
    ax.vlines(table["predicted"], table["lower"], table["upper"], color=fig.BLUE, lw=1.6)
    ax.plot(
        table["predicted"],
        table["observed"],
        "o",
        color=fig.BLUE,
        ms=6,
        label=fig.label("customers kept apart"),
    )
    ax.set_xlim(0, top)
    ax.set_ylim(0, top)
    fig.percent(ax)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    fig.legend_above(ax)
    return ax


def gains(
    data: Data,
    *,
    probability: Hashable = "probability",
    churned: Hashable = "churned",
    bins: int = 10,
    level: float = 0.95,
) -> pd.DataFrame:
    """Sort customers by their warning, highest first, and count the leavers in each tenth.

    Parameters
    ----------
    data, probability, churned, bins, level
        As in :func:`calibration`.

    Returns
    -------
    pandas.DataFrame
        ``bin`` (1 holds the highest warnings), ``n, lost, rate, lower, upper`` (Wilson),
        ``lift, lift_lower, lift_upper`` (rate over the rate of all, which is taken as known),
        and cumulated from the top ``reached`` (share of customers), ``caught, caught_lower,
        caught_upper`` (share of all leavers among them).

    Raises
    ------
    InputError
        As in :func:`calibration`.

    Examples
    --------
    >>> seen = pd.DataFrame({"probability": [0.2] * 10 + [0.8] * 10, "churned": [0] * 15 + [1] * 5})
    >>> gains(seen, bins=2)[["bin", "rate", "lift", "caught"]]
       bin  rate  lift  caught
    0    1   0.5   2.0     1.0
    1    2   0.0   0.0     1.0
    """
    frame = scored(data, probability, churned)
    place = in_bins(-frame["probability"].to_numpy(), whole("bins", bins, 2, 50))
    table = frame.groupby(place)["churned"].agg(["size", "sum"])
    n, lost = table["size"].to_numpy(), table["sum"].to_numpy()
    base, total = lost.sum() / n.sum(), int(lost.sum())
    lower, upper = wilson(lost, n, level)
    caught = wilson(lost.cumsum(), np.full(len(lost), total), level)
    return pd.DataFrame(
        {
            "bin": np.arange(1, len(n) + 1),
            "n": n,
            "lost": lost,
            "rate": lost / n,
            "lower": lower,
            "upper": upper,
            "lift": lost / n / base,
            "lift_lower": lower / base,
            "lift_upper": upper / base,
            "reached": n.cumsum() / n.sum(),
            "caught": lost.cumsum() / total,
            "caught_lower": caught[0],
            "caught_upper": caught[1],
        }
    )


def plot_gains(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw what :func:`gains` returned: which share of leavers the highest warnings hold.

    Examples
    --------
    >>> seen = pd.DataFrame({"probability": [0.2] * 10 + [0.8] * 10, "churned": [0, 1] * 10})
    >>> plot_gains(gains(seen, bins=2)).get_ylabel()
    'share of all leavers'
    """
    from matplotlib.ticker import PercentFormatter

    names = ("reached", "caught", "caught_lower", "caught_upper")
    table = returned_by("gains()", table, **{name: Column(name, "number", 0, 1) for name in names})
    ax = fig.axes(
        ax,
        title="How many leavers stand at the top of the list",
        x="share of customers, highest warning first",
        y="share of all leavers",
    )
    reached = np.append(0.0, table["reached"])
    low, high = (np.append(0.0, table[f"caught_{end}"]) for end in ("lower", "upper"))
    ax.fill_between(reached, low, high, color=fig.BLUE, alpha=0.2, lw=0)
    ax.plot(
        reached,
        np.append(0.0, table["caught"]),
        color=fig.BLUE,
        lw=2.2,
        marker="o",
        ms=4,
        label=fig.label("by warning"),
    )
    ax.plot([0, 1], [0, 1], color=fig.GREY, lw=1.2, ls="--", label=fig.label("by lot"))
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.02)
    fig.percent(ax)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    fig.legend_above(ax)
    return ax
