"""Satisfaction in classes: an ordered model of factors, for respondents or counted cells."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Column, Data, rows, take
from loyaltylab.base.stats import Array, between
from loyaltylab.drivers.ordinal_fit import OrdinalFit
from loyaltylab.drivers.ratings import in_order, names

Link = Literal["logit", "probit"]
MOST, FACTORS, LEVELS = 1_000_000, 6, 20
UNSURE = 30.0
"""Standard error, in logits, from which an estimate runs away to infinity."""


def ordinal(
    data: Data,
    *,
    outcome: Hashable,
    order: Sequence[Any],
    factors: Mapping[Any, Sequence[Any]],
    count: Hashable | None = None,
    link: Link = "logit",
    level: float = 0.95,
) -> OrdinalFit:
    """Fit an ordered logit or probit of satisfaction classes on factors (proportional odds).

    The classes need no distances: ``P(class <= k) = F(threshold_k - Σ b)`` with one ``b`` for
    each level of a factor but its first, and the same at every threshold. That sameness is an
    assumption; :meth:`OrdinalFit.splits` shows how far it holds. The fit is that of statsmodels
    (``OrderedModel``).

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per respondent, or per cell of a
        table with its ``count``.
    outcome
        Column of classes.
    order
        The classes, the lowest first; at least two, and each must be there.
    factors
        1 to 6 columns and the levels of each; the first level is the one that others are
        compared with.
    count
        Column of how many respondents a row stands for, or None.
    link
        ``"logit"`` or ``"probit"``.
    level
        Coverage of the intervals.

    Returns
    -------
    OrdinalFit
        With ``.table()``, ``.tests()``, ``.shares()``, ``.splits()``, ``.predict()``.

    Raises
    ------
    InputError
        For a missing column, a class or level that is not listed (the sentence names rows) or
        that nobody holds, and if the likelihood has no maximum.

    References
    ----------
    McCullagh (1980), Regression models for ordinal data, *JRSS B* 42; Venables & Ripley (2002),
    *Modern Applied Statistics with S*, 7.3, for the housing data.

    Examples
    --------
    >>> cells = pd.DataFrame({"contact": ["low", "high"] * 3, "said": list("aabbcc")})
    >>> cells["count"] = [30, 20, 30, 30, 20, 50]
    >>> levels = {"contact": ["low", "high"]}
    >>> found = ordinal(cells, outcome="said", order="abc", factors=levels, count="count")
    >>> found.table()[["term", "level", "estimate", "n"]].round(2)
            term level  estimate    n
    0    contact  high      1.00  180
    1  threshold   a|b     -0.46  180
    2  threshold   b|c      1.03  180
    """
    between("level", level, 0, 1, open_ends=True)
    if link not in ("logit", "probit"):
        raise InputError(f"link must be 'logit' or 'probit', not {shown(link)}.")
    classes = _levels("order", order)
    if not isinstance(factors, Mapping):
        raise InputError(
            "factors must be a dictionary of columns and their levels, such as {'contact': ['low',"
            f" 'high']}}, not {shown(factors)}."
        )
    listed = names("factors", list(factors), most=FACTORS)
    levels = {name: _levels(f"factors[{shown(name)}]", factors[name]) for name in listed}
    for role, column in (("outcome", outcome), ("count", count)):
        if column is not None and column in listed:
            raise InputError(
                f"The {role} {shown(column)} stands among the factors, too; leave it out there."
            )
    columns = {f"factor {i + 1}": Column(name, "group") for i, name in enumerate(listed)}
    columns["outcome"] = Column(outcome, "group")
    if count is not None:
        columns["count"] = Column(count, "whole", 0, MOST)
    frame = take(data, **columns)
    many = frame["count"].to_numpy() if count is not None else np.ones(len(frame), dtype=int)
    if not 1 <= many.sum() <= MOST:
        raise InputError(
            f"Column {shown(count)} counts {many.sum():,} respondents; from 1 to {MOST:,} can be"
            " fitted."
        )
    codes: dict[Hashable, Any] = {"outcome": _coded(frame["outcome"], outcome, classes, many)}
    for i, name in enumerate(listed):
        codes[name] = _coded(frame[f"factor {i + 1}"], name, levels[name], many)
    people = pd.DataFrame(codes).loc[np.repeat(np.arange(len(frame)), many)]
    people = people.reset_index(drop=True)
    designs = {name: dummies(people[name], len(levels[name])) for name in listed}
    result = maximum(people["outcome"], np.hstack(list(designs.values())), link)
    return OrdinalFit(
        outcome=outcome,
        classes=tuple(classes),
        levels={k: tuple(v) for k, v in levels.items()},
        people=people,
        result=result,
        link=link,
        level=level,
    )


def _levels(name: str, given: Any) -> list[Any]:
    listed = in_order(given)
    try:
        different = len(set(listed)) == len(listed)
    except TypeError:
        different = False
    if not different or not 2 <= len(listed) <= LEVELS:
        raise InputError(
            f"{name} must list 2 to {LEVELS} different values, in their order, not {shown(given)}."
        )
    return listed


def _coded(values: pd.Series[Any], column: Hashable, known: list[Any], many: Array) -> Any:
    """Number the levels from 0; every one must be held by somebody."""
    place = {value: i for i, value in enumerate(known)}
    codes = values.astype(object).map(place)
    if codes.isna().any():
        first = values[codes.isna().to_numpy()].iloc[0]
        first = first.item() if isinstance(first, np.generic) else first
        raise InputError(
            f"Column {shown(column)} holds {shown(first)} in {rows(codes.isna())}, which is not"
            f" among its listed values {some(known)}."
        )
    coded = codes.to_numpy(dtype=np.int64)
    absent = [v for v, n in zip(known, np.bincount(coded, many, len(known)), strict=True) if not n]
    if absent:
        raise InputError(
            f"Nobody holds {shown(absent[0])} in column {shown(column)}; leave it out of the list."
        )
    return coded


def dummies(codes: pd.Series[Any], count: int) -> Array:
    """Return a column for each level but the first.

    Examples
    --------
    >>> dummies(pd.Series([0, 1, 2]), 3).tolist()
    [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """
    return np.asarray(np.eye(count)[codes.to_numpy()][:, 1:])


def maximum(classes: pd.Series[Any], design: Array, link: str) -> Any:
    """Fit statsmodels' OrderedModel, or say that the likelihood has no maximum.

    Examples
    --------
    >>> said = pd.Series([0, 1, 1, 0, 1, 0])
    >>> fitted = maximum(said, np.array([[0.0], [1], [1], [0], [0], [1]]), "logit")
    >>> round(float(fitted.params.iloc[0]), 2)
    1.39
    """
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    ordered = pd.Series(pd.Categorical(classes, ordered=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # convergence is looked at below
        try:
            model = OrderedModel(ordered, design, distr=link)
            result = model.fit(method="bfgs", disp=False, maxiter=1000, gtol=1e-7)
            sound = bool(np.isfinite(result.bse).all() and max(result.bse) < UNSURE)
        except (ValueError, np.linalg.LinAlgError):
            sound = False
    if not sound:
        raise InputError(
            "The ordered model has no maximum on these answers: a factor tells the classes apart"
            " without fail, or repeats another one; leave it out, or join levels."
        )
    return result
