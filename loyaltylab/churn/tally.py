"""Reasons for leaving counted: every cause named, the main one, and what the silent leave open."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, returned_by, take
from loyaltylab.base.stats import between, wilson
from loyaltylab.churn.reasons import RULES
from loyaltylab.drivers.ratings import names
from loyaltylab.lifetime.maximum import normal

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def tally(
    data: Data,
    *,
    causes: Sequence[Hashable] | None = None,
    main: Hashable | None = None,
    answered: Hashable | None = "answered",
    level: float = 0.95,
) -> pd.DataFrame:
    """Count reasons two ways: every cause that was named, and the single main one.

    Parameters
    ----------
    data
        One row per leaver, as :func:`classify_reasons` returns it or coded by hand.
    causes
        Columns of True/False, one for each cause; None takes those of :func:`reason_rules`.
    main
        Column of the one cause that was ticked when only one may be, or None. Missing where
        there is none.
    answered
        Column: whether he took part; None if all did.
    level
        Coverage of the intervals (Wilson).

    Returns
    -------
    pandas.DataFrame
        One row per cause, the most named first: ``cause, named, share, lower, upper`` (of those
        who answered; shares may add up to more than 1), ``if_none, if_all`` (share of all leavers
        if none, or all, of the silent had that cause: what non-response leaves open), with
        ``main`` also ``main_named, main_share, main_lower, main_upper`` (of those who ticked
        one), and ``n`` (answered), ``leavers``.

    Raises
    ------
    InputError
        For bad columns, or if nobody answered.

    Examples
    --------
    >>> left = pd.DataFrame({"price": [1, 1, 0, 0], "staff": [1, 0, 0, 0]})
    >>> table = tally(left.assign(answered=[1, 1, 1, 0]), causes=["price", "staff"])
    >>> table[["cause", "share", "if_none", "if_all", "n"]].round(2)
       cause  share  if_none  if_all  n
    0  price   0.67     0.50    0.75  3
    1  staff   0.33     0.25    0.50  3
    """
    between("level", level, 0, 1, open_ends=True)
    listed = names("causes", list(RULES) if causes is None else causes)
    frame = read(data).reset_index(drop=True)
    wanted = {f"c{i}": Column(c, "flag") for i, c in enumerate(listed)}
    if answered is not None:
        wanted["answered"] = Column(answered, "flag")
    seen = take(frame, **wanted)
    took = seen["answered"].to_numpy() if answered is not None else np.ones(len(seen), bool)
    n, leavers = int(took.sum()), len(seen)
    if n == 0:
        raise InputError(f"Column {shown(answered)} says that nobody answered; nothing to count.")
    named = np.array([int(seen.loc[took, f"c{i}"].sum()) for i in range(len(listed))])
    lower, upper = wilson(named, n, level)
    table = pd.DataFrame(
        {
            "cause": listed,
            "named": named,
            "share": named / n,
            "lower": lower,
            "upper": upper,
            "if_none": named / leavers,
            "if_all": (named + leavers - n) / leavers,
        }
    )
    if main is not None:
        table = table.assign(**_main(frame, main, listed, took, level))
    table = table.assign(n=n, leavers=leavers)
    return table.sort_values(["named", "cause"], ascending=[False, True], ignore_index=True)


def _main(
    frame: pd.DataFrame, main: Hashable, listed: list[Hashable], took: Any, level: float
) -> dict[str, Any]:
    """Count the single cause that was ticked."""
    if int((frame.columns == main).sum()) != 1:
        take(frame, main=Column(main, "group"))  # says what is wrong
    values = frame.iloc[:, int(np.argmax(frame.columns == main))].astype(object)
    given = values[values.notna().to_numpy() & took]
    strange = ~given.isin(listed)
    if strange.any():
        raise InputError(
            f"Column {shown(main)} holds {shown(given[strange].iloc[0])}, which is none of the"
            " causes; name its column among them, or make it missing."
        )
    counts = np.array([int((given == cause).sum()) for cause in listed])
    lower, upper = wilson(counts, len(given), level)
    share = counts / max(len(given), 1)
    return {
        "main_named": counts, "main_share": share, "main_lower": lower, "main_upper": upper
    }  # fmt: skip


def agreement(
    one: Data,
    other: Data,
    *,
    causes: Sequence[Hashable] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Hold two codings of the same leavers against each other, cause by cause (Cohen 1960).

    ``κ = (agree − by chance) / (1 − by chance)``: 0 is what chance would give, 1 is full
    agreement.

    Parameters
    ----------
    one, other
        Two tables of the same leavers in the same order, such as that of the rules and that of a
        person who has not seen it.
    causes
        Columns of True/False that both tables hold; None takes those of :func:`reason_rules`.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        ``cause, kappa, lower, upper, agree`` (share of rows alike), ``one, other`` (how often
        each saw the cause), ``n``. ``kappa`` is NaN where both saw it never, or always. With full
        agreement the interval is that of Wilson's for the share of rows alike.

    Raises
    ------
    InputError
        For bad columns, or tables of unequal length.

    Examples
    --------
    >>> rules = pd.DataFrame({"price": [1, 1, 0, 0, 1, 0]})
    >>> person = pd.DataFrame({"price": [1, 1, 0, 0, 0, 0]})
    >>> agreement(rules, person, causes=["price"])[["kappa", "agree", "n"]].round(2)
       kappa  agree  n
    0   0.67   0.83  6
    """
    between("level", level, 0, 1, open_ends=True)
    listed = names("causes", list(RULES) if causes is None else causes)
    columns = {f"c{i}": Column(c, "flag") for i, c in enumerate(listed)}
    first, second = (take(table, **columns).reset_index(drop=True) for table in (one, other))
    if len(first) != len(second):
        raise InputError(
            f"The two codings hold {len(first):,} and {len(second):,} rows; they must be of the"
            " same leavers, in the same order."
        )
    made = [
        (cause, *_kappa(first[f"c{i}"].to_numpy(), second[f"c{i}"].to_numpy(), level))
        for i, cause in enumerate(listed)
    ]
    columns_out = ["cause", "kappa", "lower", "upper", "agree", "one", "other"]
    return pd.DataFrame(made, columns=columns_out).assign(n=len(first))


def _kappa(one: Any, other: Any, level: float) -> tuple[float, ...]:
    from statsmodels.stats.inter_rater import cohens_kappa

    n, alike = len(one), float((one == other).mean())
    counts = (alike, int(one.sum()), int(other.sum()))
    chance = one.mean() * other.mean() + (1 - one.mean()) * (1 - other.mean())
    if chance == 1:
        return (np.nan, np.nan, np.nan, *counts)
    cells = np.array([[(~one & ~other).sum(), (~one & other).sum()],
                      [(one & ~other).sum(), (one & other).sum()]], float)  # fmt: skip
    found = cohens_kappa(cells)
    error = float(np.sqrt(max(found.var_kappa, 0.0)))
    kappa = float(found.kappa)
    if error < 1e-9:
        ends = (wilson(round(alike * n), n, level)[i] for i in (0, 1))
        lower, upper = ((float(end) - chance) / (1 - chance) for end in ends)
    else:
        lower, upper = kappa - normal(level) * error, kappa + normal(level) * error
    return (kappa, max(lower, -1.0), min(upper, 1.0), *counts)


def plot_tally(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw what :func:`tally` returned: every cause named, beside the main one if it was asked.

    Examples
    --------
    >>> left = pd.DataFrame({"price": [1, 1, 0], "staff": [1, 0, 0]})
    >>> table = tally(left, causes=["price", "staff"], answered=None)
    >>> [t.get_text() for t in plot_tally(table).get_yticklabels()]
    ['staff', 'price']
    """
    shares = {name: Column(name, "number", 0, 1) for name in ("share", "lower", "upper")}
    mains = {f"main_{name}": Column(f"main_{name}", "number", 0, 1) for name in shares}
    both = isinstance(table, pd.DataFrame) and "main_share" in table
    rows = returned_by(
        "tally()", table, cause=Column("cause", "group"), **shares, **(mains if both else {})
    )[::-1]
    ax = fig.axes(ax, title="Why customers left", x="share of those who answered", y="")
    place = np.arange(len(rows))
    series = [("", fig.BLUE, "all causes named", 0.14)]
    series += [("main_", fig.ORANGE, "the main cause", -0.14)] if both else []
    for prefix, colour, label, shift in series:
        at = place + (shift if both else 0)
        ax.hlines(at, rows[f"{prefix}lower"], rows[f"{prefix}upper"], color=colour, lw=2)
        ax.plot(rows[f"{prefix}share"], at, "o", color=colour, ms=6, label=fig.label(label))
    ax.set_yticks(place, [fig.label(str(c).replace("_", " ")) for c in rows["cause"]], fontsize=9.5)
    ax.set_xlim(0)
    from matplotlib.ticker import PercentFormatter

    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    fig.legend_above(ax)
    return ax
