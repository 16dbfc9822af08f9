"""The same leavers make different lists: by who is asked, by what, and by who sorts them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, Data, read, rows, take
from loyaltylab.base.stats import between
from loyaltylab.complaints import answers
from loyaltylab.complaints.answers import share

CAUSES = (
    "core_failure",
    "encounter_failure",
    "price",
    "inconvenience",
    "response_failure",
    "competition",
    "ethics",
    "involuntary",
)
"""Keaveney's eight classes of causes."""
STAFF = (
    "involuntary",
    "price",
    "competition",
    "inconvenience",
    "core_failure",
    "ethics",
    "response_failure",
    "encounter_failure",
)
"""An order in which staff may blame: what is not their own fault first (illustrative)."""
ALL, ANSWERED = "all causes, all leavers", "all causes, who answered"
NAMED, MAIN, BLAMED = "named, who answered", "one ticked, who answered", "one, sorted by staff"


def exit_lists(
    data: Data,
    *,
    causes: Sequence[Hashable] = CAUSES,
    named: str | None = "named_",
    main: Hashable | None = "main",
    answered: Hashable | None = "answered",
    staff_order: Sequence[Hashable] | None = STAFF,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the lists of causes that one and the same group of leavers gives.

    *All causes, all leavers*: what truly applied, several per leaver (no real firm knows it).
    *All causes, who answered*: the same for those who gave an interview: the difference is who
    keeps silent. *Named*: what they say. *One ticked*: the one they give when only one may be
    given. *One, sorted by staff*: of each leaver's causes the first in ``staff_order``, among
    all leavers. Lists of one cause per leaver add up to 1, the others to more.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per leaver.
    causes
        Columns of yes and no: did the cause apply.
    named
        What stands before a cause's name in the columns of what was named; None for no such.
    main
        Column of the one cause given, empty where nobody answered; or None.
    answered
        Column of yes and no: gave an interview; or None, then everybody did.
    staff_order
        Every cause, in the order in which staff would blame; or None.
    level
        Coverage of the intervals (Wilson 1927).

    Returns
    -------
    pandas.DataFrame
        ``list, cause, leavers`` (with it), ``n, share, lower, upper``, ``total`` (sum of the
        list's shares) and ``rank`` (1 is the largest; equal ones share the lowest).

    Raises
    ------
    InputError
        For a missing column or value, an unknown cause, nobody who answered, or an order that
        does not hold each cause once.

    Examples
    --------
    >>> seen = pd.DataFrame({"price": [1, 1, 0], "service": [1, 0, 1]})
    >>> exit_lists(seen, causes=["price", "service"], named=None, main=None, answered=None,
    ...            staff_order=["price", "service"])[["list", "cause", "share", "total"]].round(2)
                          list    cause  share  total
    0  all causes, all leavers    price   0.67   1.33
    1  all causes, all leavers  service   0.67   1.33
    2     one, sorted by staff    price   0.67   1.00
    3     one, sorted by staff  service   0.33   1.00
    """
    between("level", level, 0, 1, open_ends=True)
    causes = _listed("causes", causes)
    frame = read(data)
    true = _flags(frame, {c: c for c in causes})
    talked = np.full(len(frame), True)
    if answered is not None:
        talked = take(frame, answered=Column(answered, "flag"))["answered"].to_numpy()
        answers.having(frame, answered, "answered")
    lists: dict[str, npt.NDArray[Any]] = {ALL: true}
    if answered is not None:
        lists[ANSWERED] = true[talked]
    if named is not None:
        lists[NAMED] = _flags(frame, {c: f"{named}{c}" for c in causes})[talked]
    if main is not None:
        given = take(frame.loc[talked], main=Column(main, "group"))["main"].astype(object)
        _known(given, main, causes)
        lists[MAIN] = np.column_stack([given == c for c in causes])
    if staff_order is not None:
        lists[BLAMED] = _blamed(true, causes, _listed("staff_order", staff_order))
    return pd.concat([_counted(n, hits, causes, level) for n, hits in lists.items()]).reset_index(
        drop=True
    )


def _listed(name: str, given: Sequence[Hashable]) -> list[Hashable]:
    """Return a list of names, each once."""
    if isinstance(given, str) or not isinstance(given, list | tuple) or len(given) < 2:
        raise InputError(f"{name} must be a list of at least two columns, not {shown(given)}.")
    if len(set(given)) < len(given):
        raise InputError(f"{name} names a cause twice: {shown(list(given))}; name each once.")
    return list(given)


def _flags(frame: pd.DataFrame, columns: dict[Hashable, Hashable]) -> npt.NDArray[Any]:
    """Return yes and no of several columns, shape ``(leavers, causes)``."""
    named = {f"cause {i}": Column(c, "flag") for i, c in enumerate(columns.values())}
    return take(frame, **named).to_numpy(bool)


def _known(given: pd.Series[Any], column: Hashable, causes: list[Hashable]) -> None:
    wrong = ~given.isin(causes)
    if wrong.any():
        first = given[wrong.to_numpy()].iloc[0]
        raise InputError(
            f"Column {shown(column)} must hold one of the causes, but {rows(wrong)}"
            f" {'holds' if wrong.sum() == 1 else 'hold, first,'} {shown(first)}"
            f"{nearest(first, causes)}; rename it, or add it to causes."
        )


def _blamed(
    true: npt.NDArray[Any], causes: list[Hashable], order: list[Hashable]
) -> npt.NDArray[Any]:
    """Return the one cause of each leaver that comes first in the order."""
    if set(order) != set(causes):
        raise InputError(
            f"staff_order must hold each of the {len(causes)} causes once, not {shown(order)};"
            " give None to leave that list out."
        )
    ordered = true[:, [causes.index(c) for c in order]]
    first = ordered & (ordered.cumsum(axis=1) == 1)
    return np.asarray(first[:, [order.index(c) for c in causes]])


def _counted(
    name: str, hits: npt.NDArray[Any], causes: list[Hashable], level: float
) -> pd.DataFrame:
    """Return the rows of one list."""
    found = [share(hits[:, i], np.arange(len(hits)), level) for i in range(len(causes))]
    table = pd.DataFrame(
        {
            "list": name,
            "cause": causes,
            "leavers": [s.hits for s in found],
            "n": len(hits),
            "share": [s.share for s in found],
            "lower": [s.lower for s in found],
            "upper": [s.upper for s in found],
        }
    )
    rank = table["leavers"].rank(method="min", ascending=False).astype(int)
    return table.assign(total=table["leavers"].sum() / len(hits), rank=rank)
