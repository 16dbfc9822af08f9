"""The early-warning model: who is about to leave, judged on customers it has not seen."""

from __future__ import annotations

import warnings as python_warnings
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import Array, between, generator
from loyaltylab.churn.design import Term, design, independent
from loyaltylab.churn.leaks import leaks
from loyaltylab.churn.warning_fit import WarningFit

FOLDS = 5
FEWEST = 20
"""Fewest who left, and who stayed, in either part."""
FAR = 12.0
"""Size of a coefficient, per standard deviation, beyond which it has no finite value."""


def fit_warning(
    data: Data,
    *,
    columns: Sequence[Hashable],
    churned: Hashable = "churned",
    customer: Hashable | None = None,
    reference: Mapping[Hashable, Any] | None = None,
    per: Mapping[Hashable, float] | None = None,
    categories: Sequence[Hashable] = (),
    holdout: float = 0.3,
    date: Hashable | None = None,
    split_at: Any = None,
    level: float = 0.95,
    seed: int | np.random.Generator | None = 0,
) -> WarningFit:
    """Fit a logistic regression of leaving (``statsmodels``' ``Logit``) and keep customers apart.

    ``ln(p / (1 − p)) = a + x b``. A part of the customers is held out: by lot, or all from a date
    on, which is the harder and the more honest test, for that is how a warning is used.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer, with what was known
        of him *before* the time in which he left or stayed.
    columns
        What may foretell leaving; categories as in :func:`fit_cox`.
    churned
        Column: whether he left.
    customer
        Column that names the customer, or None. A customer who stands in two rows is refused, for
        he could stand in both parts.
    reference, per, categories
        As in :func:`fit_cox`.
    holdout
        Share of customers kept apart by lot, strictly between 0 and 1.
    date, split_at
        Column of dates, and the first date that is kept apart; then no lot is drawn.
    level
        Coverage of the intervals.
    seed
        Of the lot, and of the five folds of :attr:`WarningFit.inside`.

    Returns
    -------
    WarningFit
        Look at ``.note`` and ``.leaks`` first.

    Raises
    ------
    InputError
        For bad columns, too few who left or stayed in a part (20), a customer in two rows, or
        columns that determine one another or who leaves.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> seen = pd.DataFrame({"calls": rng.poisson(2, 2000)})
    >>> seen["churned"] = rng.random(2000) < 1 / (1 + np.exp(2 - 0.5 * seen["calls"]))
    >>> fit_warning(seen, columns=["calls"]).table()[["term", "odds_ratio", "n"]].round(2)
        term  odds_ratio     n
    0  calls        1.65  1400
    """
    between("level", level, 0, 1, open_ends=True)
    table = read(data).reset_index(drop=True)
    made = design(table, columns, reference=reference, per=per, categories=categories)
    wanted = {"churned": Column(churned, "flag")}
    if customer is not None:
        wanted["customer"] = Column(customer, "group")
    if date is not None:
        wanted["date"] = Column(date, "date")
    frame = take(table, **wanted)
    _once(frame, customer)
    matrix, rng = made.matrix(table), generator(seed)
    if date is None and split_at is not None:
        raise InputError("split_at needs date, the column of dates that it splits; name it.")
    late = _by_date(frame, split_at) if date is not None else _by_lot(frame, holdout, rng)
    _enough(frame["churned"].to_numpy(), late)
    y = frame["churned"].to_numpy(float)
    _varied(matrix[~late], made.terms)
    independent(matrix[~late], made.terms)
    result = _logit(matrix[~late], y[~late], made.terms)
    inside = _cross_fitted(matrix[~late], y[~late], made.terms, rng)
    numeric = [t.column for t in made.terms if t.level is None]
    suspects = leaks(table, columns=made.columns, churned=churned, numbers=numeric)
    return WarningFit(
        result,
        made,
        matrix[~late],
        _foretold(~late, inside, y),
        _foretold(late, result.predict(_with_one(matrix[late])), y),
        suspects,
        level,
    )


def _foretold(part: Any, probability: Array, y: Array) -> pd.DataFrame:
    row = np.flatnonzero(part)
    return pd.DataFrame({"row": row, "probability": probability, "churned": y[part] > 0})


def _with_one(matrix: Array) -> Array:
    return np.column_stack([np.ones(len(matrix)), matrix])


def _logit(matrix: Array, y: Array, terms: Sequence[Term]) -> Any:
    """Fit by Newton's method, or say which term has no finite odds ratio."""
    from statsmodels.api import Logit
    from statsmodels.tools.sm_exceptions import PerfectSeparationError

    _varied(matrix, terms)
    spread = matrix.std(axis=0)
    with python_warnings.catch_warnings(), np.errstate(all="ignore"):
        python_warnings.simplefilter("ignore")
        try:
            result = Logit(y, _with_one(matrix)).fit(disp=0, maxiter=100)
        except (PerfectSeparationError, np.linalg.LinAlgError):
            result = None
    far = np.abs(result.params[1:]) * spread if result is not None else np.zeros(len(terms))
    converged = result is not None and result.mle_retvals["converged"] and far.max() < FAR
    if result is not None and converged and np.isfinite(result.bse).all():
        return result
    name = terms[int(np.argmax(far))].name if np.max(far) > 0 else "One of the columns"
    raise InputError(
        f"{shown(name)} has no finite odds ratio: none, or all, of one kind leave in a part of the"
        " data; take its levels together, or leave it out."
    )


def _varied(matrix: Array, terms: Sequence[Term]) -> None:
    """Refuse a term that is the same for all of a part, such as a level that nobody there has."""
    flat = np.ptp(matrix, axis=0) == 0
    if flat.any():
        raise InputError(
            f"{shown(terms[int(flat.argmax())].name)} is alike for all the customers of a part that"
            " is fitted to, so that it is too rare to foretell anything; take its levels together,"
            " or leave it out."
        )


def _cross_fitted(
    matrix: Array, y: Array, terms: Sequence[Term], rng: np.random.Generator
) -> Array:
    """Probabilities of the customers fitted to, each from a model that has not seen him."""
    fold = rng.permutation(np.arange(len(y)) % FOLDS)
    found = np.empty(len(y))
    for k in range(FOLDS):
        mine = fold == k
        result = _logit(matrix[~mine], y[~mine], terms)
        found[mine] = result.predict(_with_one(matrix[mine]))
    return found


def _once(frame: pd.DataFrame, customer: Hashable | None) -> None:
    if customer is None:
        return
    double = frame["customer"].duplicated(keep=False)
    if double.any():
        raise InputError(
            f"Column {shown(customer)} names {some(frame['customer'][double].unique()[:3])} in more"
            " than one row; keep one row per customer, or he may be judged by a model that knows"
            " him."
        )


def _by_lot(frame: pd.DataFrame, holdout: float, rng: np.random.Generator) -> Any:
    share = between("holdout", holdout, 0, 1, open_ends=True)
    late = np.zeros(len(frame), bool)
    late[rng.permutation(len(frame))[: round(share * len(frame))]] = True
    return late


def _by_date(frame: pd.DataFrame, split_at: Any) -> Any:
    advice = f"split_at must be a date such as '2025-01-01', not {shown(split_at)}."
    if split_at is None or isinstance(split_at, int | float | bool):
        raise InputError(advice)
    try:
        day = pd.Timestamp(split_at)
    except (TypeError, ValueError):
        raise InputError(advice) from None
    if pd.isna(day):
        raise InputError(advice)
    dates = frame["date"]
    if dates.dt.tz is not None and day.tzinfo is None:
        day = day.tz_localize(dates.dt.tz)
    return (dates >= day).to_numpy()


def _enough(y: Any, late: Any) -> None:
    for name, part in (("fitted to", y[~late]), ("kept apart", y[late])):
        for who, count in (("left", int(part.sum())), ("stayed", int((~part).sum()))):
            if count < FEWEST:
                raise InputError(
                    f"Of the customers {name} only {count} {who}, and {FEWEST} are needed to say"
                    " anything; take more customers, a longer time or another split."
                )
