"""Every measure of one and the same survey, side by side, with the order each puts groups in."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Column, Data, read, returned_by
from loyaltylab.satisfaction.axis import csm
from loyaltylab.satisfaction.boxes import headline
from loyaltylab.satisfaction.gaps import disconfirmation_shares
from loyaltylab.satisfaction.grades import GradeRule
from loyaltylab.satisfaction.index import satisfaction_index
from loyaltylab.satisfaction.survey import By, Items

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def every_measure(
    data: Data,
    *,
    items: Items,
    by: By,
    answer: Hashable = "overall",
    recommend: Hashable | None = None,
    expected: Hashable | None = None,
    perceived: Hashable | None = None,
    scale: Any = (1, 5),
    satisfied: Any = 4,
    top: int = 1,
    threshold: float = 0.0,
    rule: GradeRule | None = None,
    count: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return grade, rate, boxes, NPS, index and disconfirmation of each group in one table.

    Parameters
    ----------
    items
        Columns (or a dict with weights) for the CSM, where all weigh the same, and for the
        index, which uses the weights.
    by
        Column, or list of columns, that splits the people.
    answer, recommend, scale, satisfied, top, count, customer, level
        See :func:`headline`.
    expected, perceived, threshold
        See :func:`disconfirmation_shares`; both None leaves disconfirmation out.
    rule
        See :func:`csm`.

    Returns
    -------
    pandas.DataFrame
        ``group, measure, estimate, lower, upper, n, rank, grade``: rank 1 is the best group by
        that measure (ties share the better rank), ``grade`` that of the CSM in English.

    Raises
    ------
    InputError
        As the functions of the measures; expected without perceived, or the other way round.

    Examples
    --------
    >>> people = pd.DataFrame(
    ...     {"shop": ["a", "a", "b", "b"], "overall": [5, 2, 4, 4], "quality": [5, 2, 4, 3]}
    ... )
    >>> found = every_measure(people, items=["quality"], by="shop")
    >>> found.loc[found["measure"].isin(["mean", "top_box"]), ["group", "measure", "rank"]]
      group  measure  rank
    4     a     mean     2
    5     a  top_box     1
    7     b     mean     1
    8     b  top_box     2
    """
    if (expected is None) != (perceived is None):
        raise InputError("expected and perceived belong together: name both columns, or neither.")
    frame = read(data)
    names = list(items)
    who: dict[str, Any] = {"by": by, "count": count, "customer": customer, "level": level}
    grade = csm(frame, items=names, scale=scale, rule=rule, **who)
    index = satisfaction_index(frame, items=items, scale=scale, **who)
    first = headline(
        frame,
        answer=answer,
        recommend=recommend,
        scale=scale,
        top=top,
        satisfied=satisfied,
        **who,
    )
    parts = [
        grade.rename(columns={"score": "estimate", "english": "grade"}).assign(measure="csm"),
        index.rename(columns={"index": "estimate"}).assign(measure="index"),
        first,
    ]
    if expected is not None and perceived is not None:
        gaps = disconfirmation_shares(
            frame, expected=expected, perceived=perceived, scale=scale, threshold=threshold, **who
        )
        parts.append(gaps[gaps["measure"].isin(["mean_gap", "delighted"])])
    columns = ["group", "measure", "estimate", "lower", "upper", "n", "grade"]
    table = pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)
    ranked = table["estimate"].round(12).groupby(table["measure"]).rank("min", ascending=False)
    return table.assign(rank=ranked.astype(int), grade=table["grade"].fillna(""))[
        [*columns[:-1], "rank", "grade"]
    ]


def plot_ranks(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the rank of each group by each measure: lines that cross are orders that differ.

    Parameters
    ----------
    table
        What :func:`every_measure` returned.
    ax
        Axes to draw on, or None for new ones.

    Examples
    --------
    >>> people = pd.DataFrame({"shop": ["a", "b"], "overall": [5, 4], "quality": [5, 4]})
    >>> plot_ranks(every_measure(people, items=["quality"], by="shop")).get_ylabel()
    'rank (1 is the best)'
    """
    table = returned_by(
        "every_measure()",
        table,
        group=Column("group", "group"),
        measure=Column("measure", "group"),
        rank=Column("rank", "whole", 1),
    )
    ax = fig.axes(
        ax, title="Which group is best? It depends", x="measure", y="rank (1 is the best)"
    )
    measures = list(dict.fromkeys(table["measure"]))
    groups = list(dict.fromkeys(table["group"]))
    marks = "osD^vP*X"
    for i, name in enumerate(groups):
        part = table[table["group"] == name].set_index("measure")["rank"].reindex(measures)
        shift = 0.04 * (i - (len(groups) - 1) / 2)  # equal ranks stay apart
        style: dict[str, Any] = {
            "color": fig.PALETTE[i % len(fig.PALETTE)],
            "marker": marks[i % len(marks)],
        }
        label = fig.label(str(name)[:40])
        ax.plot(np.arange(len(measures)), part.to_numpy() + shift, lw=2, ms=7, label=label, **style)
    ax.set_xticks(np.arange(len(measures)), [fig.label(m.replace("_", " ")) for m in measures])
    ax.set_yticks(np.arange(1, len(groups) + 1))
    ax.set_ylim(len(groups) + 0.4, 0.6)
    fig.legend_above(ax)
    return ax
