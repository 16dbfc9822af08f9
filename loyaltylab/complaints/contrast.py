"""Two groups of customers held beside each other: crude, and at the same mix of losses."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import between
from loyaltylab.complaints import answers
from loyaltylab.complaints.answers import Share, combined, one_of, share

CRUDE, ALIKE = "as seen", "at the same mix of losses"
NOTE = (
    "different people: who speaks up was not drawn by lot, and may have differed before",
    "the mix of losses is the same now; what else differs between the two is not",
)


def recovery_contrast(
    data: Data,
    *,
    first: str = "unresolved",
    second: str = "silent",
    outcome: Hashable = "outcome",
    loss: Hashable | None = "loss",
    again: Hashable = "bought_again",
    had_problem: Hashable | None = "had_problem",
    customer: Hashable | None = "customer",
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare who buys again after one outcome with another, as seen and at the same losses.

    Grave problems are voiced more often and end worse, so the crude difference mixes loss with
    outcome. The second row weights the losses as they are in both groups together (direct
    standardisation). Neither row is what speaking up, or help, *did*: that needs a lot, or a
    record of how attached each was before.

    Parameters
    ----------
    data, outcome, loss, again, had_problem, customer
        As for :func:`recovery_table`; ``customer`` must name nobody twice.
    first, second
        Outcomes; the difference is the first less the second.
    level
        Coverage of the intervals (Newcombe 1998; Zou & Donner 2008 for the weighted sum).

    Returns
    -------
    pandas.DataFrame
        ``comparison, first, second`` (outcomes), ``n_first, n_second, share_first,
        share_second, difference, lower, upper, note``: one row as seen, and one at the same
        mix of losses if both groups hold each loss.

    Raises
    ------
    InputError
        For a missing column or value, an unknown outcome, a customer who stands twice, or a
        group in which there is nobody.

    Examples
    --------
    >>> seen = pd.DataFrame({"outcome": ["silent", "unresolved"] * 20, "again": [1, 0, 1, 1] * 10})
    >>> recovery_contrast(seen, loss=None, again="again", had_problem=None, customer=None)[
    ...     ["share_first", "share_second", "difference", "lower", "upper"]].round(2)
       share_first  share_second  difference  lower  upper
    0          0.5           1.0        -0.5   -0.7  -0.24
    """
    between("level", level, 0, 1, open_ends=True)
    for name, given in (("first", first), ("second", second)):
        if given not in answers.OUTCOMES:
            raise InputError(
                f"{name} must be one of {', '.join(map(repr, answers.OUTCOMES))}, not"
                f" {shown(given)}{nearest(given, answers.OUTCOMES)}."
            )
    if first == second:
        raise InputError(f"first and second are both {first!r}; name two different outcomes.")
    answers.once(data, customer)
    columns = answers.optional(
        outcome=(outcome, "group"), loss=(loss, "group"), again=(again, "flag")
    )
    seen = answers.losses(take(answers.having(data, had_problem), **columns), loss)
    seen = seen.assign(outcome=one_of(seen["outcome"], outcome, answers.OUTCOMES))
    groups = [_cells(seen[seen["outcome"] == name], name, level) for name in (first, second)]
    return _compared(groups, (first, second), NOTE)


def recovery_paradox(
    data: Data,
    *,
    first: str = "resolved quickly",
    outcome: Hashable = "outcome",
    again: Hashable = "bought_again",
    had_problem: Hashable = "had_problem",
    customer: Hashable | None = "customer",
    level: float = 0.95,
) -> pd.DataFrame:
    """Test the service-recovery paradox, that a healed problem beats none at all.

    The paradox says that customers whose problem was solved well are *more* loyal than those
    who never had one. The table compares the two groups in a survey of all customers; the
    paradox is supported where the whole interval is above 0. It compares people who spoke up
    with everybody, so even a support may be selection.

    Parameters
    ----------
    data, outcome, again, had_problem, customer, level
        As for :func:`recovery_contrast`; here also rows without a problem are used.
    first
        Outcome that is held against no problem.

    Returns
    -------
    pandas.DataFrame
        One row, in the columns of :func:`recovery_contrast`, and ``paradox``: ``"supported"``,
        ``"contradicted"`` or ``"open"``.

    Raises
    ------
    InputError
        As for :func:`recovery_contrast`, or if everybody had a problem.

    References
    ----------
    McCollough, M. A. & Bharadwaj, S. G. (1992) named the paradox; de Matos, Henrique & Rossi
    (2007), Journal of Service Research 10(1), found in 21 studies that it holds for
    satisfaction and not for buying again (both reported, not verified).

    Examples
    --------
    >>> seen = pd.DataFrame({"had_problem": [1] * 50 + [0] * 50, "bought_again": [1, 0] * 50,
    ...                      "outcome": ["resolved quickly"] * 50 + [None] * 50})
    >>> recovery_paradox(seen, customer=None)["paradox"].item()
    'open'
    """
    between("level", level, 0, 1, open_ends=True)
    if first not in answers.OUTCOMES[1:]:
        raise InputError(
            f"first must be one of {', '.join(map(repr, answers.OUTCOMES[1:]))}, not"
            f" {shown(first)}{nearest(first, answers.OUTCOMES[1:])}."
        )
    answers.once(data, customer)
    frame = read(data)
    flags = take(frame, again=Column(again, "flag"), had=Column(had_problem, "flag"))
    had = flags["had"].to_numpy()
    troubled = answers.having(frame, had_problem)
    named = one_of(
        take(troubled, outcome=Column(outcome, "group"))["outcome"], outcome, answers.OUTCOMES
    )
    healed = flags.loc[had].loc[(named == first).to_numpy()]
    clear = flags.loc[~had]
    groups = [
        _cells(part.assign(loss=answers.ALL), name, level)
        for part, name in ((healed, first), (clear, "no problem"))
    ]
    table = _compared(groups, (first, "no problem"), NOTE)
    above, below = table["lower"] > 0, table["upper"] < 0
    return table.assign(paradox=np.select([above, below], ["supported", "contradicted"], "open"))


def _cells(part: pd.DataFrame, name: str, level: float) -> dict[Any, Share]:
    """Return the share who buy again, for each loss and for all."""
    if part.empty:
        raise InputError(
            f"Nobody stands under {name!r}, so that there is nothing to compare; choose outcomes"
            " that occur in the table."
        )
    again: npt.NDArray[Any] = part["again"].to_numpy()
    cells = {answers.ALL: share(again, np.arange(len(part)), level)}
    for kind in answers.LOSSES:
        mine = (part["loss"] == kind).to_numpy()
        if mine.any():
            cells[kind] = share(again[mine], np.arange(mine.sum()), level)
    return cells


def _compared(
    groups: list[dict[Any, Share]], names: tuple[str, str], notes: tuple[str, str]
) -> pd.DataFrame:
    """Return the crude difference, and the standardised one where each loss is in both."""
    a, b = groups
    whole = [a[answers.ALL], b[answers.ALL]]
    mixes: list[tuple[str, dict[Any, float], str]] = [(CRUDE, {answers.ALL: 1.0}, notes[0])]
    kinds = [kind for kind in answers.LOSSES if kind in a or kind in b]
    if kinds and all(kind in a and kind in b for kind in kinds):
        total = sum(s.n for s in whole)
        mixes.append((ALIKE, {k: (a[k].n + b[k].n) / total for k in kinds}, notes[1]))
    rows = []
    for label, mix, note in mixes:
        shares = [sum(w * g[k].share for k, w in mix.items()) for g in groups]
        weights = [*mix.values(), *(-w for w in mix.values())]
        difference, lower, upper = combined(weights, [g[k] for g in groups for k in mix])
        counts = [s.n for s in whole]
        rows.append((label, *names, *counts, *shares, difference, lower, upper, note))
    columns = ["comparison", "first", "second", "n_first", "n_second", "share_first"]
    columns += ["share_second", "difference", "lower", "upper", "note"]
    return pd.DataFrame(rows, columns=columns)
