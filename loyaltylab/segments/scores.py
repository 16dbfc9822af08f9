"""Three scores for three questions: profit and frequency, share of wallet, relative value."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, read, take
from loyaltylab.base.stats import Array, between, positive
from loyaltylab.lifetime import clv, fit_bgnbd, fit_gamma_gamma
from loyaltylab.segments.summary import day_of, histories, span_of, summary


def core_scores(
    data: Any,
    *,
    own: Hashable | None,
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
    until: Any = None,
    weeks_ahead: float = 52.0,
    margin: float = 0.3,
    rival_margin: float = 0.3,
) -> pd.DataFrame:
    """Score the firm's customers on the three questions for core customers (claim C094).

    1. Most profitable and loyal: ``profit`` so far (amount × margin) and ``purchases`` (days).
    2. Gives us most of his spending: ``share_of_wallet``, own amount over that of the category.
    3. Worth more to us than to rivals: ``relative_value`` = ``V / (V + V_rivals)``, above 0.5 where
       he is worth more to us. V is what he is expected to bring in the weeks ahead: purchases by
       BG/NBD times amount by gamma-gamma times margin, fitted for both sides by themselves.

    Questions 2 and 3 need what customers buy from rivals: a household panel or a survey has it, the
    firm's own log or loyalty card has not. "Rivals" are all others together.

    Parameters
    ----------
    data
        Purchases: a frame, the path of a CSV or Parquet file, an ibis table, or (with
        ``own=None``) a ``database.CustomerBase``.
    own
        Column of flags: True for a purchase from the firm, False from a rival. None says that the
        log has own purchases only: then questions 2 and 3 get no column.
    customer, date, amount, until
        As in :func:`summary`; ``until`` is the same day for both sides.
    weeks_ahead
        Length of the time ahead (weeks, above 0).
    margin, rival_margin
        Share of an amount that is margin, above 0 and at most 1; the defaults are illustrative.

    Returns
    -------
    pandas.DataFrame
        One row per customer who ever bought from the firm: ``customer, profit, purchases,
        days_since_last``; with ``own`` also ``share_of_wallet, value_own, value_rivals`` (money in
        the weeks ahead), ``relative_value`` and ``note``: the same text in each row, empty or what
        has to be said of the models of a side, such as that its data hardly identify them. Read it
        before question 3; a side that nobody seems to leave is valued as if nobody ever would. For
        the intervals of the models fit a side with ``lifetime.fit_bgnbd(histories(summary(…)))``.

    Raises
    ------
    InputError
        For wrong columns or values, or where a model of repeat buying cannot be fitted.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": ["a", "a", "b"], "amount": [50.0, 70.0, 20.0],
    ...     "date": ["2024-01-01", "2024-01-21", "2024-01-11"]})
    >>> core_scores(log, own=None, margin=0.5)
      customer  profit  purchases  days_since_last
    0        a    60.0          2                0
    1        b    10.0          1               10
    """
    ahead = positive("weeks_ahead", weeks_ahead)
    share = positive("margin", between("margin", margin, 0, 1))
    rival = positive("rival_margin", between("rival_margin", rival_margin, 0, 1))
    names: dict[str, Any] = {"customer": customer, "date": date, "amount": amount}
    if own is None:
        return _behaviour(summary(data, **names, until=until), share)
    ours, theirs, end = _sides(data, own, names, until)
    mine, others = (summary(side, **names, until=end) for side in (ours, theirs))
    scores = _behaviour(mine, share)
    keyed = others.set_index("customer")
    spent = keyed["amount"].reindex(mine["customer"]).fillna(0.0).to_numpy()
    paid = mine["amount"]
    scores["share_of_wallet"] = _share(np.asarray(paid, np.float64), np.asarray(spent, np.float64))
    value, our_note = _ahead(mine, ahead, share, "the firm")
    scores["value_own"] = value.to_numpy()
    value, their_note = _ahead(others, ahead, rival, "rivals")
    rivals = value.reindex(mine["customer"]).fillna(0.0)
    scores["value_rivals"] = rivals.to_numpy()
    scores["relative_value"] = _share(
        np.asarray(scores["value_own"], np.float64), np.asarray(rivals, np.float64)
    )
    return scores.assign(note=" ".join(filter(None, (our_note, their_note))))


def _behaviour(table: pd.DataFrame, margin: float) -> pd.DataFrame:
    found = table[["customer", "purchases", "days_since_last"]].copy()
    found.insert(1, "profit", table["amount"] * margin)
    return found


def _share(ours: Array, theirs: Array) -> Array:
    """Return ours over both; where neither has anything (all given back) it is 0."""
    mine, both = np.maximum(ours, 0), np.maximum(ours, 0) + np.maximum(theirs, 0)
    return np.asarray(np.divide(mine, both, out=np.zeros_like(mine), where=both > 0))


def _ahead(
    table: pd.DataFrame, weeks: float, margin: float, side: str
) -> tuple[pd.Series[float], str]:
    """Return what each customer is expected to bring in the weeks ahead, and a note on it."""
    if not (table["frequency"] > 0).any():
        raise InputError(
            f"Nobody bought twice from {side}, so that nothing says who will buy again; give a"
            " longer log, or own=None for the first question alone."
        )
    past = histories(table).assign(mean_amount=table["mean_repeat_amount"].fillna(0.0))
    buying, spending = fit_bgnbd(past), fit_gamma_gamma(past)
    value = clv(past, buying, spending, horizon=weeks, margin=margin)
    notes = [f"Purchases from {side}: {text}" for text in (buying.note, spending.note) if text]
    return pd.Series(value["value"].to_numpy(), index=table["customer"]), " ".join(notes)


def _sides(data: Any, own: Hashable, names: dict[str, Any], until: Any) -> tuple[Any, Any, Any]:
    """Split purchases into the firm's and its rivals', and return the last day of both."""
    import ibis

    from loyaltylab.database.purchases import ledger

    if isinstance(getattr(data, "purchases", None), ibis.Table):
        raise InputError(
            f"own is {shown(own)}, but a CustomerBase holds the firm's own purchases only; give"
            " own=None, or a table with rivals' purchases."
        )
    if isinstance(data, ibis.Table):
        if own not in data.columns or not data.schema()[own].is_boolean():
            raise InputError(f"There is no column {shown(own)} of true and false for own.")
        ours, theirs = data.filter(data[own]), data.filter(~data[own])
        sizes = [int(side.count().to_pyarrow().as_py()) for side in (ours, theirs)]
    else:
        data = read(data)
        flag = take(data, own=Column(own, "flag"))["own"].to_numpy()
        ours, theirs = data[flag], data[~flag]
        sizes = [len(ours), len(theirs)]
    if not all(sizes):
        raise InputError(
            f"Column {shown(own)} must mark both own purchases and rivals', but marks {sizes[0]:,}"
            f" and {sizes[1]:,}; give own=None if rivals are not in the log."
        )
    end = span_of(ledger(data, **names))[1] if until is None else day_of("until", until)
    return ours, theirs, end
