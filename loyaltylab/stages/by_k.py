"""Who is loyal when k of the tests must hold, and how the tests overlap."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, returned_by
from loyaltylab.base.stats import between, whole, wilson

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def loyal_by_k(table: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Count who is loyal when k of the tests have to hold, for every k from any (1) to all.

    Parameters
    ----------
    table
        What :func:`checklist` returned.
    level
        Coverage of the interval (Wilson 1927).

    Returns
    -------
    pandas.DataFrame
        ``k, loyal`` (pass at least k for certain), ``possible`` (would, if every unknown test
        held), ``n, share`` (of the certain), ``share_possible, lower, upper``: Wilson's lower end
        of the one and upper end of the other, so that what is not known widens the interval.

    Examples
    --------
    >>> from loyaltylab.stages import checklist
    >>> seen = pd.DataFrame({"customer": [1, 2, 3, 4], "a": [1, 1, 0, 0], "b": [1, 0, 0, None]})
    >>> found = loyal_by_k(checklist(seen, {"a": {"a": 1}, "b": {"b": 1}}))
    >>> found[["k", "loyal", "possible", "share", "share_possible"]]
       k  loyal  possible  share  share_possible
    0  1      2         3   0.50            0.75
    1  2      1         1   0.25            0.25
    """
    between("level", level, 0, 1, open_ends=True)
    names = _tests_of(table)
    least = np.arange(1, len(names) + 1)
    passed, unknown = table["passed"].to_numpy(), table["unknown"].to_numpy()
    n = len(table)
    sure = (passed[:, None] >= least).sum(axis=0)
    maybe = ((passed + unknown)[:, None] >= least).sum(axis=0)
    return pd.DataFrame(
        {
            "k": least,
            "loyal": sure,
            "possible": maybe,
            "n": n,
            "share": sure / n,
            "share_possible": maybe / n,
            "lower": wilson(sure, n, level)[0],
            "upper": wilson(maybe, n, level)[1],
        }
    )


def loyal(table: pd.DataFrame, k: int | Literal["any", "all"] = "all") -> pd.DataFrame:
    """Say of every customer whether he is loyal, if at least k of the tests have to hold.

    Parameters
    ----------
    table
        What :func:`checklist` returned.
    k
        ``"any"`` (1), ``"all"``, or how many of the tests.

    Returns
    -------
    pandas.DataFrame
        ``customer, passed, unknown`` and ``loyal``: True, False, or missing where it turns on a
        test of which nothing is known.

    Raises
    ------
    InputError
        If there are not k tests, or ``table`` is no such table.

    Examples
    --------
    >>> from loyaltylab.stages import checklist
    >>> seen = pd.DataFrame({"customer": [1, 2, 3], "a": [1, 1, 0], "b": [1, None, None]})
    >>> marks = checklist(seen, {"a": {"a": 1}, "b": {"b": 1}})
    >>> loyal(marks, k="any")["loyal"].tolist(), loyal(marks, k=2)["loyal"].tolist()
    ([True, True, <NA>], [True, <NA>, False])
    """
    most = len(_tests_of(table))
    words = {"any": 1, "all": most}
    if isinstance(k, str) and k not in words:
        raise InputError(f"k must be 'any', 'all' or a whole number up to {most}, not {shown(k)}.")
    least = whole("k", words[k] if isinstance(k, str) else k, 1, most)
    passed, unknown = table["passed"].to_numpy(), table["unknown"].to_numpy()
    found = pd.Series(passed >= least, dtype="boolean")
    found[(passed < least) & (passed + unknown >= least)] = pd.NA
    same = table[["customer", "passed", "unknown"]].reset_index(drop=True)
    return same.assign(loyal=found)


def overlap_of_tests(table: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Count how the customers who pass one test pass another, for every pair.

    Parameters
    ----------
    table
        What :func:`checklist` returned.
    level
        Coverage of the interval (Wilson 1927).

    Returns
    -------
    pandas.DataFrame
        ``first, second, n`` (both known), ``both, only_first, only_second, neither``,
        ``jaccard`` (both of those who pass either; NaN if nobody does) with ``lower, upper``,
        and ``phi``, the correlation of the two (NaN where one does not vary).

    Examples
    --------
    >>> from loyaltylab.stages import checklist
    >>> seen = pd.DataFrame({"customer": [1, 2, 3], "a": [1, 1, 0], "b": [1, 0, 0]})
    >>> found = overlap_of_tests(checklist(seen, {"a": {"a": 1}, "b": {"b": 1}}))
    >>> found[["first", "second", "both", "only_first", "jaccard", "phi"]]
      first second  both  only_first  jaccard  phi
    0     a      b     1           1      0.5  0.5
    """
    between("level", level, 0, 1, open_ends=True)
    records: list[dict[str, Any]] = []
    for a, b in combinations(_tests_of(table), 2):
        pair = table[[a, b]].dropna()
        x, y = (pair[c].to_numpy() == 1 for c in (a, b))
        both, first, second = int((x & y).sum()), int((x & ~y).sum()), int((~x & y).sum())
        either, neither = both + first + second, int((~x & ~y).sum())
        lower, upper = wilson(both, either, level)
        spread = float(x.sum()) * (~x).sum() * y.sum() * (~y).sum()
        records.append(
            {
                "first": a,
                "second": b,
                "n": len(pair),
                "both": both,
                "only_first": first,
                "only_second": second,
                "neither": neither,
                "jaccard": both / either if either else np.nan,
                "lower": float(lower),
                "upper": float(upper),
                "phi": (both * neither - first * second) / np.sqrt(spread) if spread else np.nan,
            }
        )
    return pd.DataFrame(records)


def plot_loyal_by_k(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the share of loyal customers for every k, with its interval.

    Parameters
    ----------
    table
        What :func:`loyal_by_k` returned.
    ax
        Axes to draw on, or None for new ones.

    Examples
    --------
    >>> from loyaltylab.stages import checklist
    >>> seen = pd.DataFrame({"customer": [1, 2], "a": [1, 1], "b": [1, 0]})
    >>> found = loyal_by_k(checklist(seen, {"a": {"a": 1}, "b": {"b": 1}}))
    >>> plot_loyal_by_k(found).get_xlabel()
    'k: how many of the tests must hold'
    """
    shares = ("share", "share_possible", "lower", "upper")
    checked = returned_by(
        "loyal_by_k()",
        table,
        k=Column("k", "whole", 1),
        **{name: Column(name, "number", 0, 1) for name in shares},
    )
    ax = fig.axes(
        ax,
        title="Who is loyal depends on k",
        x="k: how many of the tests must hold",
        y="share of customers called loyal",
    )
    k, share, most = (checked[c].to_numpy() for c in ("k", "share", "share_possible"))
    ax.bar(k, share, color=fig.BLUE, width=0.6, label=fig.label("for certain"))
    if (most > share).any():
        more = fig.label("if all unknown tests held")
        ax.bar(k, most - share, bottom=share, color="#56B4E9", width=0.6, label=more)
    ax.vlines(k, checked["lower"], checked["upper"], color="black", lw=1.5)
    last = len(k)
    words = {1: "any (1)", last: f"all ({last})"} if last > 1 else {}
    ax.set_xticks(k, [fig.label(words.get(int(i), str(i))) for i in k])
    fig.percent(ax)
    ax.set_ylim(0, 1)
    fig.legend_above(ax)
    return ax


def _tests_of(table: object) -> list[str]:
    """Return the names of the tests in a table, which must be that of a checklist."""
    found = returned_by(
        "checklist()",
        table,
        customer=Column("customer", "group"),
        passed=Column("passed", "whole", 0),
        unknown=Column("unknown", "whole", 0),
    )
    names = [c for c in table.columns if c not in found.columns]  # type: ignore[attr-defined]
    if names:
        return names
    raise InputError("table must be what checklist() returned, with a column for every test.")
