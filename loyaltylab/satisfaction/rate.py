"""The satisfaction rate T = S/C: who counts as satisfied, and who never answered."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, Data, returned_by
from loyaltylab.base.stats import between, whole
from loyaltylab.satisfaction.intervals import share
from loyaltylab.satisfaction.survey import (
    By,
    Scale,
    declared,
    groups_of,
    of_group,
    surveyed,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Of = Literal["answered", "asked"]
Asked = int | Mapping[Any, int] | None
MOST = 10**14


def satisfaction_rate(
    data: Data,
    *,
    answer: Hashable = "overall",
    satisfied: Any = 4,
    scale: Any = (1, 5),
    by: By = None,
    count: Hashable | None = None,
    customer: Hashable | None = None,
    asked: Asked = None,
    of: Of = "answered",
    level: float = 0.95,
) -> pd.DataFrame:
    """Count who calls himself satisfied: ``T = S / C`` with a Wilson interval, by group.

    The document divides by all who were *asked*; most reports divide by those who *answered*.
    Both are here, with what the silent could make of it: in the worst case none of them is
    satisfied, which is S over asked, in the best case all are.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per person asked (an answer may
        be missing), or per cell with a column of counts.
    answer
        Column of answers.
    satisfied
        Which answers count: a number or label, from which on they do, or a list of them.
    scale
        Lowest and highest answer, or the labels, worst first.
    by
        Column that splits the people, a list of columns, or None.
    count
        Column of people per row (whole numbers; not weights of another kind), or None.
    customer
        Column that may name nobody twice in a group; None looks at a column ``customer``.
    asked
        How many were asked, if those who never answered have no row: a number, or a dict by
        group. None takes the rows.
    of
        What ``rate`` is a share of: ``"answered"`` or ``"asked"``.
    level
        Coverage of each interval.

    Returns
    -------
    pandas.DataFrame
        ``group, satisfied, answered, asked, rate, lower, upper, worst, best, worst_lower,
        best_upper``. The last two add the chance of the sample to the bounds.

    Raises
    ------
    InputError
        For a missing column, an answer out of scale, a customer who stands twice in a group,
        or fewer asked than answered.

    References
    ----------
    Wilson, E. B. (1927); for the bounds Manski, C. F. (1995), "Identification problems in the
    social sciences" (reported, not verified).

    Examples
    --------
    >>> people = pd.DataFrame({"overall": [5, 4, 4, 2, 3, None, None, 5]})
    >>> satisfaction_rate(people)[["satisfied", "answered", "asked", "rate", "worst", "best"]]
       satisfied  answered  asked      rate  worst  best
    0          4         6      8  0.666667    0.5  0.75
    """
    between("level", level, 0, 1, open_ends=True)
    if of not in ("answered", "asked"):
        raise InputError(f"of must be 'answered' or 'asked', not {shown(of)}.")
    one = declared(scale)
    counts = counted(satisfied, one)
    table = surveyed(data, {"answer": (answer, one)}, by=by, count=count, customer=customer)
    parts = groups_of(table)
    sent = _sent(asked, [name for name, _ in parts])
    rows = []
    for name, part in parts:
        people = part["weight"].to_numpy()
        answered = int(people[part["answer"].notna().to_numpy()].sum())
        yes = int(people[counts(part["answer"].to_numpy())].sum())
        whole_group = int(people.sum()) if sent is None else sent[name]
        if whole_group < answered:
            raise InputError(
                f"asked is {whole_group:,}{of_group(name)}, but {answered:,} answered; give how"
                " many were asked, those who answered among them."
            )
        n = answered if of == "answered" else whole_group
        if n == 0:
            raise InputError(f"Nobody{of_group(name)} answered {shown(answer)}; leave it out.")
        found = share(yes, n, level)
        worst = share(yes, whole_group, level)
        best = share(yes + whole_group - answered, whole_group, level)
        counted_people = (name, yes, answered, whole_group)
        bounds = (worst.value, best.value, worst.lower, best.upper)
        rows.append((*counted_people, *found[:3], *bounds))
    columns = ["group", "satisfied", "answered", "asked", "rate", "lower", "upper"]
    return pd.DataFrame(rows, columns=[*columns, "worst", "best", "worst_lower", "best_upper"])


def counted(satisfied: Any, scale: Scale) -> Any:
    """Return the function that tells which answers count as satisfied; NaN never does."""
    if isinstance(satisfied, Collection) and not isinstance(satisfied, str | bytes | Mapping):
        chosen = [_step(s, scale) for s in satisfied]
        if not chosen:
            raise InputError("satisfied must name at least one answer; the list is empty.")
        return lambda answers: np.isin(answers, chosen)
    cut = _step(satisfied, scale)
    if scale.labels and cut == scale.low:
        raise InputError(
            f"satisfied is {shown(satisfied)}, the worst label of the scale, so that everybody"
            " counts; scale names the labels worst first."
        )
    return lambda answers: answers >= cut


def _step(answer: Any, scale: Scale) -> float:
    if scale.labels:
        if not isinstance(answer, str) or answer not in scale.labels:
            raise InputError(
                f"satisfied must name labels of the scale{nearest(answer, scale.labels)}, which"
                f" are {', '.join(scale.labels)[:120]}, not {shown(answer)}."
            )
        return scale.labels.index(answer) + 1.0
    return between("satisfied", answer, scale.low, scale.high)


def _sent(asked: Asked, groups: list[Any]) -> dict[Any, int] | None:
    if asked is None:
        return None
    if isinstance(asked, Mapping):
        strange = [g for g in asked if g not in groups]
        if strange:
            raise InputError(
                f"asked names {shown(strange[0])}, a group without a row in the table; leave it"
                " out, or add a row with a missing answer."
            )
        lacking = [g for g in groups if g not in asked]
        if lacking:
            raise InputError(
                f"asked says nothing{of_group(lacking[0])}; give a number for each group."
            )
        return {g: whole(f"asked{of_group(g)}", asked[g], 1, MOST) for g in groups}
    if len(groups) > 1:
        raise InputError(
            f"asked must be a dict by group, for there are {len(groups)} groups, not"
            f" {shown(asked)}."
        )
    return {groups[0]: whole("asked", asked, 1, MOST)}


def plot_rates(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the rate of each group with its interval, and the bounds that the silent leave.

    Parameters
    ----------
    table
        What :func:`satisfaction_rate` returned.
    ax
        Axes to draw on, or None for new ones.

    Examples
    --------
    >>> people = pd.DataFrame({"overall": [5, 4, None, 2]})
    >>> plot_rates(satisfaction_rate(people)).get_xlabel()
    'satisfaction rate'
    """
    numbers = ("rate", "lower", "upper", "worst", "best")
    table = returned_by(
        "satisfaction_rate()",
        table,
        group=Column("group", "group"),
        **{name: Column(name, "number", 0, 1) for name in numbers},
    )
    from matplotlib.ticker import PercentFormatter

    ax = fig.axes(ax, title="Who calls himself satisfied", x="satisfaction rate", y="")
    place = np.arange(len(table))[::-1]
    bounds = table["best"] - table["worst"]
    style: dict[str, Any] = {"height": 0.5, "color": fig.ORANGE, "alpha": 0.35}
    ax.barh(place, bounds, left=table["worst"], label=fig.label("worst to best case"), **style)
    error = np.maximum([table["rate"] - table["lower"], table["upper"] - table["rate"]], 0)
    told = fig.label("rate, with interval")
    ax.errorbar(table["rate"], place, xerr=error, fmt="o", color=fig.BLUE, capsize=4, label=told)
    ax.set_yticks(place, [fig.label(str(g)[:40]) for g in table["group"]])
    ax.set_ylim(-0.6, len(table) - 0.4)
    ends = table[["worst", "best", "lower", "upper"]]
    ax.set_xlim(max(0.0, float(ends.min().min()) - 0.03), min(1.0, float(ends.max().max()) + 0.03))
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    fig.legend_above(ax)
    return ax
