"""Whether customers buy more the longer they stay, or heavy buyers stay longer."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, returned_by, take
from loyaltylab.base.stats import between

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def tenure_slopes(
    data: Data,
    *,
    customer: Hashable = "customer",
    tenure: Hashable = "tenure_years",
    spend: Hashable = "spend",
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare customers of unlike tenure, and each customer with himself.

    ``pooled`` is the least-squares slope of spend on tenure over all rows: it mixes what
    tenure does to a customer with who is still there. ``within`` takes each customer's own
    means off first (fixed effects), so that lasting differences between customers cannot move
    it, nor can leaving that depends on those alone. Leaving *after a poor year* does move it:
    the poor year is then his last one, and the slope is too low (the last example). Leaving
    out each customer's last period shows it: without such leaving ``within`` hardly changes.
    Standard errors allow for rows of one customer that go together (clusters; Student's t
    with one degree of freedom less than there are customers).

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer and period.
    customer, tenure, spend
        Columns.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        ``slope`` (``"pooled"``, ``"within"``), ``estimate, lower, upper`` (money per period
        of tenure), ``n`` (rows), ``customers`` behind it; who is seen once tells nothing
        about ``within`` and is not counted there.

    Raises
    ------
    InputError
        For missing columns and wrong values, or when nobody is seen at two tenures.

    Examples
    --------
    >>> from loyaltylab.lifetime.selection import survivorship
    >>> table = tenure_slopes(survivorship(customers=500, seed=1))
    >>> table[["slope", "estimate", "lower", "upper"]].round(1)
        slope  estimate  lower  upper
    0  pooled       8.5    6.6   10.4
    1  within       0.5   -0.3    1.3
    >>> leaves = tenure_slopes(survivorship(customers=500, reaction=1.0, seed=1))
    >>> leaves[["slope", "estimate", "lower", "upper"]].round(1)[1:]
        slope  estimate  lower  upper
    1  within      -1.8   -2.6   -1.0
    """
    level = between("level", level, 0, 1, open_ends=True)
    frame = take(
        data,
        customer=Column(customer, "group"),
        tenure=Column(tenure, "number", 0),
        spend=Column(spend, "number"),
    ).reset_index(drop=True)
    means = frame.groupby("customer", observed=True)[["tenure", "spend"]].transform("mean")
    own = frame[["tenure", "spend"]] - means
    seen = frame.groupby("customer", observed=True)["tenure"].transform("nunique") > 1
    if frame.loc[seen, "customer"].nunique() < 2:
        raise InputError(
            f"Column {shown(tenure)} must change within at least two customers of column"
            f" {shown(customer)}; give one row per customer and period."
        )
    pooled = frame[["tenure", "spend"]] - frame[["tenure", "spend"]].mean()
    rows = [
        (name, *_slope(part, frame.loc[part.index, "customer"], level))
        for name, part in (("pooled", pooled), ("within", own[seen]))
    ]
    return pd.DataFrame(rows, columns=["slope", "estimate", "lower", "upper", "n", "customers"])


def _slope(
    centred: pd.DataFrame, customer: pd.Series, level: float
) -> tuple[float, float, float, int, int]:
    """Least squares through the means, standard errors clustered by customer."""
    import statsmodels.api as sm

    groups = pd.factorize(customer)[0]
    fit = sm.OLS(centred["spend"].to_numpy(), centred["tenure"].to_numpy()).fit(
        cov_type="cluster", cov_kwds={"groups": groups}, use_t=True
    )
    lower, upper = fit.conf_int(1 - level)[0]
    return float(fit.params[0]), float(lower), float(upper), len(centred), int(groups.max()) + 1


def plot_tenure(panel: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw mean spend by tenure: of all who are there, and of those who stay to the end.

    Parameters
    ----------
    panel
        What :func:`survivorship` returned, or a panel with its columns.
    ax
        Axes to draw on, or None for new ones.

    Examples
    --------
    >>> from loyaltylab.lifetime.selection import survivorship
    >>> plot_tenure(survivorship(customers=200)).get_xlabel()
    'tenure (years)'
    """
    table = mean_spend(panel)
    ax = fig.axes(
        ax, title="Spend by tenure: who is there, and who stays", x="tenure (years)", y="mean spend"
    )
    for name, colour, style, text in (
        ("present", fig.ORANGE, "-", "all who are there in that year"),
        ("stayers", fig.BLUE, "--", "those who stay to the last year"),
    ):
        part = table[table["customers"] == name]
        ax.fill_between(
            part["tenure_years"], part["lower"], part["upper"], color=colour, alpha=0.2, lw=0
        )
        ax.plot(
            part["tenure_years"],
            part["mean_spend"],
            color=colour,
            ls=style,
            lw=2.2,
            label=fig.label(text),
        )
    ax.set_ylim(0)
    fig.legend_above(ax)
    return ax


def mean_spend(panel: pd.DataFrame) -> pd.DataFrame:
    """Return what :func:`plot_tenure` draws: mean spend by tenure with a 95 % interval.

    Returns
    -------
    pandas.DataFrame
        ``customers`` (``"present"``, ``"stayers"``), ``tenure_years, mean_spend, lower,
        upper`` (Student's t), ``n``.

    Examples
    --------
    >>> from loyaltylab.lifetime.selection import survivorship
    >>> mean_spend(survivorship(customers=200, years=2))[["customers", "tenure_years", "n"]]
      customers  tenure_years    n
    0   present             1  200
    1   present             2  146
    2   stayers             1  146
    3   stayers             2  146
    """
    from scipy import stats

    frame = returned_by(
        "survivorship()",
        panel,
        customer=Column("customer", "group"),
        tenure_years=Column("tenure_years", "whole", 0),
        spend=Column("spend", "number"),
    )
    last = frame.groupby("customer", observed=True)["tenure_years"].transform("max")
    parts = {"present": frame, "stayers": frame[last == frame["tenure_years"].max()]}
    tables: list[pd.DataFrame] = []
    for name, part in parts.items():
        by = part.groupby("tenure_years")["spend"]
        table = by.agg(mean_spend="mean", sd="std", n="count").reset_index()
        half = stats.t.ppf(0.975, np.maximum(table["n"] - 1, 1)) * table["sd"] / table["n"] ** 0.5
        table.insert(0, "customers", name)
        table.insert(3, "lower", table["mean_spend"] - half)
        table.insert(4, "upper", table["mean_spend"] + half)
        tables.append(table.drop(columns="sd"))
    return pd.concat(tables, ignore_index=True)
