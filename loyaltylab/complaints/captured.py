"""How many customers had a problem: what the complaint file suggests, and what a survey finds."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, returned_by, take
from loyaltylab.base.stats import between, whole
from loyaltylab.complaints import answers
from loyaltylab.complaints.answers import share

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MULTIPLES = {
    "file × 1/69 %": 0.69,
    "file × 2 (C075, front line)": 0.5,
    "file × 10 (C079)": 0.1,
    "file × 25 (C075)": 0.04,
}
"""Published shares voiced, by which a file is blown up."""


def captured(
    complaints: Data,
    survey: Data,
    *,
    customers: int,
    customer: Hashable = "customer",
    had_problem: Hashable = "had_problem",
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate how many customers had a problem, from the file alone and with a survey.

    *File* counts the customers who stand in the complaint file: nobody silent is among them.
    The published multiples blow it up by shares voiced elsewhere. *Survey* is the share of a
    random sample with a problem, times all customers. *Both* is capture and recapture: of
    those in the sample who had a problem, a share stands in the file; the file divided by that
    share is the estimate (Chapman's 1951 form, which is finite when nobody is found in both; at
    most all customers).
    As the sample is random, it does not matter that some speak up more readily than others;
    it does matter that file and survey mean the same problems of the same time, and that
    customers can be matched.

    Parameters
    ----------
    complaints
        The firm's file of the same period, one row per complaint.
    survey
        One row per customer of a random sample.
    customers
        How many customers the sample was drawn from.
    customer, had_problem
        Columns: who (in both tables), and yes or no (in the survey).
    level
        Coverage of the intervals, from Wilson's for the share; the file is taken as given.

    Returns
    -------
    pandas.DataFrame
        ``method, customers`` (with a problem), ``lower, upper`` (missing where nothing was
        sampled), ``n``: rows behind the share.

    Raises
    ------
    InputError
        For a missing column or value, a customer who stands twice in the survey, fewer
        customers than stand in one of the tables, or nobody with a problem.

    Examples
    --------
    >>> file = pd.DataFrame({"customer": [1, 1, 2, 3]})
    >>> asked = pd.DataFrame({"customer": range(1, 41), "had_problem": [1] * 10 + [0] * 30})
    >>> captured(file, asked, customers=40).iloc[[0, 5, 6]].round(1)
                   method  customers  lower  upper   n
    0          file alone        3.0    NaN    NaN   4
    5  survey × customers       10.0    5.7   16.1  40
    6     survey and file       10.0    5.0   27.8  10
    """
    between("level", level, 0, 1, open_ends=True)
    file = take(complaints, customer=Column(customer, "group"))["customer"]
    answers.once(survey, customer)
    asked = take(survey, customer=Column(customer, "group"), had=Column(had_problem, "flag"))
    customers = whole("customers", customers, 1, 10**14)
    _same_kind(file, asked["customer"], customer)
    known = int(file.nunique())
    if customers < max(known, len(asked)):
        raise InputError(
            f"customers is {customers:,}, fewer than the {max(known, len(asked)):,} who stand in"
            " one of the tables; give the number that the sample was drawn from."
        )
    had = asked.loc[asked["had"].to_numpy(), "customer"]
    if had.empty:
        raise InputError(
            "None of those asked had a problem, so the file cannot be held against the survey;"
            " check how yes and no are coded."
        )
    found = [("file alone", float(known), np.nan, np.nan, len(file))]
    found += [(name, known / p, np.nan, np.nan, len(file)) for name, p in MULTIPLES.items()]
    s = share(asked["had"].to_numpy(), np.arange(len(asked)), level)
    ends = customers * s.lower, customers * s.upper
    found.append(("survey × customers", customers * s.share, *ends, len(asked)))
    matched = had.isin(set(file)).to_numpy()
    m = share(matched, np.arange(len(matched)), level)
    chapman = min((known + 1) * (m.n + 1) / (m.hits + 1) - 1, float(customers))
    top = known / m.lower if m.lower > 0 else float(customers)
    ends = min(known / m.upper, chapman), max(min(top, float(customers)), chapman)
    found.append(("survey and file", chapman, *ends, len(had)))
    names = ["method", "customers", "lower", "upper", "n"]
    return pd.DataFrame(found, columns=names)


def _same_kind(file: pd.Series[Any], asked: pd.Series[Any], customer: Hashable) -> None:
    """Refuse 17 in one table and '17' in the other, which would never meet."""
    kinds = [{isinstance(v, str) for v in ids.unique()} for ids in (file, asked)]
    if kinds[0].isdisjoint(kinds[1]):
        raise InputError(
            f"Column {shown(customer)} holds text in one table and numbers in the other, so that"
            " nobody can be found in both; bring them to one type with astype(str)."
        )


def plot_captured(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw how many customers had a problem, by each method, on a logarithmic axis.

    Parameters
    ----------
    table
        What :func:`captured` returned.
    ax
        Axes to draw on, or None for new ones.

    Raises
    ------
    InputError
        If the table is none of :func:`captured`.

    Examples
    --------
    >>> file = pd.DataFrame({"customer": [1, 2]})
    >>> asked = pd.DataFrame({"customer": [1, 2, 3, 4], "had_problem": [1, 1, 1, 0]})
    >>> plot_captured(captured(file, asked, customers=10)).get_xlabel()
    'customers with a problem (logarithmic)'
    """
    if isinstance(table, pd.DataFrame) and {"lower", "upper", "customers"} <= set(table.columns):
        ends = {c: table[c].fillna(table["customers"]) for c in ("lower", "upper")}
        table = table.assign(**ends)
    table = returned_by(
        "captured()",
        table,
        method=Column("method", "group"),
        **{name: Column(name, "number", 0) for name in ("customers", "lower", "upper")},
    )
    ax = fig.axes(
        ax,
        title="How many customers had a problem",
        x="customers with a problem (logarithmic)",
        y="",
    )
    place = np.arange(len(table))[::-1]
    x = table["customers"].to_numpy()
    reach = np.maximum([x - table["lower"], table["upper"] - x], 0)
    sampled = reach.sum(axis=0) > 0
    ax.errorbar(
        x[sampled],
        place[sampled],
        xerr=reach[:, sampled],
        fmt="o",
        color=fig.BLUE,
        capsize=4,
        ms=8,
        label=fig.label("with a survey (interval)"),
    )
    ax.plot(
        x[~sampled],
        place[~sampled],
        "D",
        color=fig.ORANGE,
        ms=8,
        label=fig.label("from the file alone"),
    )
    ax.set_xscale("log")
    ax.set_yticks(place, [fig.label(str(m)) for m in table["method"]])
    ax.set_ylim(-0.6, len(table) - 0.4)
    fig.legend_above(ax)
    return ax
