"""Who buys again after a problem, by what became of it: in print, and in a reader's data."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab import datasets
from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Column, Data, returned_by, take
from loyaltylab.base.stats import between
from loyaltylab.complaints import answers
from loyaltylab.complaints.answers import one_of, share

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def published_recovery() -> pd.DataFrame:
    """Return TARP's table: who said he would buy again, by outcome and loss (claim C077).

    Returns
    -------
    pandas.DataFrame
        ``loss, outcome, share`` (who would buy again), ``leaving`` (1 less that), ``status``
        (whether the figure was read in print). It tells intentions, and no sample sizes.

    Examples
    --------
    >>> published_recovery()[["loss", "outcome", "share", "leaving"]].head(4)
        loss           outcome  share  leaving
    0  minor            silent   0.37     0.63
    1  minor        unresolved   0.46     0.54
    2  minor          resolved   0.70     0.30
    3  minor  resolved quickly   0.95     0.05
    """
    table = datasets.load("recovery_table")
    percent = table["again_percent"]
    return pd.DataFrame(
        {
            "loss": table["loss"],
            "outcome": table["outcome"],
            "share": percent / 100,
            "leaving": (100 - percent) / 100,
            "status": table["status"],
        }
    )


def recovery_table(
    data: Data,
    *,
    outcome: Hashable = "outcome",
    loss: Hashable | None = "loss",
    again: Hashable = "bought_again",
    had_problem: Hashable | None = "had_problem",
    customer: Hashable | None = "customer",
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate who buys again after a problem, by its outcome and by the loss.

    The shares compare *different people*: nobody was told by lot to keep silent or to speak.
    Whoever speaks up may have been more attached from the start, so the table says what is
    seen beside each outcome, and not what the outcome did.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per problem.
    outcome
        Column: ``"silent"``, ``"unresolved"``, ``"resolved"`` or ``"resolved quickly"``.
    loss
        Column of ``"minor"`` and ``"major"``, or None.
    again
        Column of yes and no: bought here again.
    had_problem
        Column of yes and no, or None if every row is a problem.
    customer
        Column, or None if every row is another person. If customers stand in several rows the
        intervals are widened for that.
    level
        Coverage of the intervals (Wilson 1927, see :func:`~loyaltylab.complaints.answers.share`).

    Returns
    -------
    pandas.DataFrame
        One row per loss and outcome, empty ones too: ``loss, outcome, n`` (problems),
        ``customers, bought_again, share, lower, upper`` and, where the losses are known,
        ``published`` (TARP's intentions). An empty cell has no share.

    Raises
    ------
    InputError
        For a missing column or value, or an unknown outcome or loss.

    Examples
    --------
    >>> seen = pd.DataFrame({"outcome": ["silent"] * 4 + ["resolved"], "again": [1, 0, 0, 0, 1]})
    >>> recovery_table(seen, loss=None, again="again", had_problem=None, customer=None)[
    ...     ["outcome", "n", "share", "lower", "upper"]].round(2)
                outcome  n  share  lower  upper
    0            silent  4   0.25   0.05    0.7
    1        unresolved  0    NaN   0.00    1.0
    2          resolved  1   1.00   0.21    1.0
    3  resolved quickly  0    NaN   0.00    1.0
    """
    between("level", level, 0, 1, open_ends=True)
    columns = answers.optional(
        outcome=(outcome, "group"),
        loss=(loss, "group"),
        again=(again, "flag"),
        customer=(customer, "group"),
    )
    seen = answers.losses(take(answers.having(data, had_problem), **columns), loss)
    seen = seen.assign(outcome=one_of(seen["outcome"], outcome, answers.OUTCOMES))
    people, again_at = answers.whose(seen), seen["again"].to_numpy()
    found = []
    for kind in [answers.ALL] if loss is None else answers.LOSSES:
        for name in answers.OUTCOMES:
            mine = ((seen["loss"] == kind) & (seen["outcome"] == name)).to_numpy()
            found.append((kind, name, *share(again_at[mine], people[mine], level)))
    names = ["loss", "outcome", "n", "customers", "bought_again", "share", "lower", "upper"]
    table = pd.DataFrame(found, columns=names)
    if loss is None:
        return table
    printed = published_recovery().set_index(["loss", "outcome"])["share"]
    keys = pd.MultiIndex.from_frame(table[["loss", "outcome"]])
    return table.assign(published=printed.reindex(keys).to_numpy())


def plot_recovery(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw who buys again by outcome, one line per loss, with TARP's table as hollow marks.

    Parameters
    ----------
    table
        What :func:`recovery_table` returned.
    ax
        Axes to draw on, or None for new ones.

    Raises
    ------
    InputError
        If the table is none of :func:`recovery_table`.

    Examples
    --------
    >>> seen = pd.DataFrame({"outcome": ["silent", "resolved"], "again": [0, 1]})
    >>> found = recovery_table(seen, loss=None, again="again", had_problem=None, customer=None)
    >>> plot_recovery(found).get_ylabel()
    'share who bought again'
    """
    if isinstance(table, pd.DataFrame) and {"share", "lower"} <= set(table.columns):
        table = table[table["share"].notna()]
    limits = {name: Column(name, "number", 0, 1) for name in ("share", "lower", "upper")}
    printed = "published" in getattr(table, "columns", ())
    if printed:
        limits["published"] = Column("published", "number", 0, 1)
    table = returned_by(
        "recovery_table()",
        table,
        loss=Column("loss", "group"),
        outcome=Column("outcome", "group"),
        **limits,
    )
    ax = fig.axes(
        ax, title="Who buys again after a problem", x="outcome", y="share who bought again"
    )
    groups = list(table["loss"].unique())
    for i, name in enumerate(groups):
        part = table[table["loss"] == name]
        at = np.array([answers.OUTCOMES.index(o) for o in part["outcome"]]) + 0.08 * (2 * i - 1)
        y, colour = part["share"].to_numpy(), fig.PALETTE[i]
        reach = np.maximum([y - part["lower"], part["upper"] - y], 0)
        text = "seen" if name == answers.ALL else f"{name} loss, seen"
        ax.errorbar(at, y, yerr=reach, fmt="o-", color=colour, capsize=3, label=fig.label(text))
        if printed:
            text = f"{name} loss, TARP (would buy)"
            style: dict[str, Any] = {
                "mfc": "white",
                "mec": colour,
                "ms": 8,
                "mew": 1.8,
                "ls": "none",
            }
            ax.plot(at, part["published"], marker="D", label=fig.label(text), **style)
    ax.set_xticks(np.arange(len(answers.OUTCOMES)), [fig.label(o) for o in answers.OUTCOMES])
    ax.set_xlim(-0.5, len(answers.OUTCOMES) - 0.5)
    ax.set_ylim(0, 1)
    fig.percent(ax)
    fig.legend_above(ax)
    return ax
