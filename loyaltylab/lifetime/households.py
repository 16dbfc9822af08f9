"""Beside the shopper of 100 a week: how much the households of a purchase log really spend."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, returned_by, take
from loyaltylab.base.stats import between, generator, positive, whole, wilson

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = npt.NDArray[np.float64]
DAYS = 365.25
CELLS = 5_000_000
"""Numbers drawn at once by the bootstrap."""


def weekly_spend(
    data: Data,
    *,
    household: Hashable = "household",
    date: Hashable = "date",
    spend: Hashable = "sales_usd",
    at_least: float = 100.0,
) -> pd.DataFrame:
    """Add a purchase log up by household: spend per week, per week with a purchase, per year.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per purchase or item.
    household, date, spend
        Columns.
    at_least
        Spend in a week that ``share_of_weeks`` counts.

    Returns
    -------
    pandas.DataFrame
        One row per household seen: ``household``, ``spend``, ``weeks`` (length of the whole
        log), ``weeks_shopped`` (those with a purchase), ``spend_per_week``,
        ``spend_per_week_shopped``, ``spend_per_year``, ``share_of_weeks`` (of the log's whole
        weeks, those with at least ``at_least``). Weeks are blocks of seven days from the log's
        first day on, not calendar weeks. Who never bought is not in a log.

    Raises
    ------
    InputError
        For missing or doubled columns, values of another kind, or a log of less than a week.

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 1, 2], "paid": [50.0, 20.0, 14.0],
    ...     "day": pd.to_datetime(["2017-01-02", "2017-01-10", "2017-01-15"])})
    >>> table = weekly_spend(log, household="who", date="day", spend="paid")
    >>> table[["household", "weeks", "weeks_shopped", "spend_per_week"]]
       household  weeks  weeks_shopped  spend_per_week
    0          1    2.0              2            35.0
    1          2    2.0              1             7.0
    """
    at_least = positive("at_least", at_least)
    frame = take(
        data,
        household=Column(household, "group"),
        date=Column(date, "date"),
        spend=Column(spend, "number", 0),
    )
    day = frame["date"].dt.tz_localize(None).dt.floor("D")
    days = (day.max() - day.min()).days + 1
    if days < 7:
        raise InputError(
            f"Column {shown(date)} spans {days} days; a log of at least one week is needed."
        )
    frame["week"] = (day - day.min()).dt.days // 7
    weekly = frame.groupby(["household", "week"], observed=True, sort=True)["spend"].sum()
    cells = weekly.reset_index()
    cells["reached"] = (cells["spend"] >= at_least) & (cells["week"] < days // 7)
    by = cells.groupby("household", observed=True, sort=True)
    table = by.agg(
        spend=("spend", "sum"), weeks_shopped=("week", "count"), reached=("reached", "sum")
    ).reset_index()
    reached = table.pop("reached")
    table.insert(2, "weeks", days / 7)
    table["spend_per_week"] = table["spend"] / table["weeks"]
    table["spend_per_week_shopped"] = table["spend"] / table["weeks_shopped"]
    table["spend_per_year"] = table["spend"] * DAYS / days
    table["share_of_weeks"] = reached / (days // 7)
    return table


def shopper(
    table: pd.DataFrame,
    *,
    spend_per_week: float = 100.0,
    weeks_per_year: float = 50.0,
    years: float = 10.0,
    top: float = 0.1,
    level: float = 0.95,
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Put the households of a log beside the shopper of 100 a week, 50 weeks and 10 years.

    The years are an assumption: a log of one year cannot tell how long anybody stays.

    Parameters
    ----------
    table
        What :func:`weekly_spend` returned.
    spend_per_week, weeks_per_year, years
        The shopper of the story; his revenue is their product.
    top
        Share of the households called the top.
    level, draws, seed
        Coverage of the intervals (Wilson for shares of households, else percentile
        bootstrap over households), bootstrap draws and their seed.

    Returns
    -------
    pandas.DataFrame
        ``quantity, story`` (his number, where the story has one), ``estimate, lower, upper,
        n`` (households).

    Raises
    ------
    InputError
        For another table or values out of range.

    Examples
    --------
    >>> log = pd.DataFrame({"spend_per_year": 60.0 * np.arange(100), "share_of_weeks": 0.1})
    >>> shopper(log, draws=100)[["quantity", "story", "estimate"]].round(2).head(3)
                                              quantity  story  estimate
    0  share of households who spend as much in a year    NaN      0.16
    1            share of household-weeks with as much    NaN      0.10
    2                              mean spend per week  100.0     56.92
    """
    columns = {
        "spend_per_year": Column("spend_per_year", "number", 0),
        "share_of_weeks": Column("share_of_weeks", "number", 0, 1),
    }
    frame = returned_by("weekly_spend()", table, **columns)
    spend, n = frame["spend_per_year"].to_numpy(), len(frame)
    if n < 2:
        raise InputError(f"table must hold at least 2 households, not {n}.")
    weekly = positive("spend_per_week", spend_per_week)
    yearly = weekly * between("weeks_per_year", weeks_per_year, 0, 53)
    span = between("years", years, 0, 100)
    top = between("top", top, 0, 1, open_ends=True)
    reached = int((spend >= yearly).sum())
    ends = [float(end) for end in wilson(reached, n, level)]
    quantities = {
        "share of household-weeks with as much": math.nan,
        "mean spend per week": weekly,
        "10% quantile of spend per week": math.nan,
        "median spend per week": math.nan,
        "90% quantile of spend per week": math.nan,
        f"mean revenue of {span:g} years": yearly * span,
        f"median revenue of {span:g} years": yearly * span,
        f"share of the revenue from the top {top:.3g}": math.nan,
    }
    estimate, lower, upper = _with_interval(frame, span, top, level, draws, seed)
    rows = zip(quantities, quantities.values(), estimate, lower, upper, strict=True)
    first = ("share of households who spend as much in a year", math.nan, reached / n, *ends)
    names = ["quantity", "story", "estimate", "lower", "upper"]
    return pd.DataFrame([first, *rows], columns=names).assign(n=n)


def _with_interval(
    frame: pd.DataFrame, years: float, top: float, level: float, draws: int, seed: Any
) -> tuple[Array, Array, Array]:
    """Return figures of spend, and their percentile bootstrap over households."""
    from scipy.stats import bootstrap

    def figures(sample: Array, weeks: Array, axis: int = -1) -> Array:
        ordered = np.sort(sample, axis=-1)
        mean, total = ordered.mean(axis=-1), ordered.sum(axis=-1)
        highest = ordered[..., -max(1, round(top * ordered.shape[-1])) :].sum(axis=-1)
        low, middle, high = np.quantile(ordered, [0.1, 0.5, 0.9], axis=-1)
        shared = np.divide(highest, total, out=np.zeros_like(total), where=total > 0)
        per_week = [value * 7 / DAYS for value in (mean, low, middle, high)]
        return np.stack([weeks.mean(axis=-1), *per_week, mean * years, middle * years, shared])

    spend, reached = (frame[name].to_numpy() for name in ("spend_per_year", "share_of_weeks"))
    found: Any = bootstrap(
        (spend, reached),
        figures,
        paired=True,
        n_resamples=whole("draws", draws, 100, 100_000),
        batch=max(1, CELLS // len(frame)),
        method="percentile",
        confidence_level=level,
        rng=generator(seed),
    )
    ends = found.confidence_interval
    return figures(spend, reached), ends.low, ends.high


def plot_shopper(
    table: pd.DataFrame, ax: Axes | None = None, *, spend_per_week: float = 100.0
) -> Axes:
    """Draw how many households spend how much a week, beside the shopper of the story.

    Parameters
    ----------
    table
        What :func:`weekly_spend` returned.
    ax
        Axes to draw on, or None for new ones.
    spend_per_week
        The shopper of the story.

    Examples
    --------
    >>> plot_shopper(pd.DataFrame({"spend_per_week": [20.0, 30.0, 130.0]})).get_ylabel()
    'households'
    """
    columns = {"spend_per_week": Column("spend_per_week", "number", 0)}
    spend = returned_by("weekly_spend()", table, **columns)["spend_per_week"].to_numpy()
    story = positive("spend_per_week", spend_per_week)
    ax = fig.axes(
        ax,
        title="What households spend in a week, on average over the log",
        x="spend per week (money)",
        y="households",
    )
    width = story / 20
    last = np.ceil(min(spend.max(), 4 * story) / width) * width
    edges = np.arange(0, last + 1.5 * width, width)
    counts = np.histogram(np.minimum(spend, last + width / 2), bins=edges)[0]
    ax.bar(edges[:-1], counts, width=width, align="edge", color=fig.BLUE, edgecolor="white", lw=0.4)
    for at, colour, style, text in (
        (float(np.median(spend)), fig.GREEN, "-", "median"),
        (float(spend.mean()), fig.ORANGE, "--", "mean"),
        (story, fig.RED, ":", "shopper of the story"),
    ):
        ax.axvline(at, color=colour, ls=style, lw=2, label=fig.label(text))
    ax.set_xlim(0, edges[-1])
    fig.legend_above(ax)
    return ax
