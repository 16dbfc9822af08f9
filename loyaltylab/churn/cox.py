"""Cox regression: how much sooner customers of one kind leave, whatever the shape of the hazard."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, Data, read
from loyaltylab.base.stats import Array, between
from loyaltylab.churn.cox_fit import CoxFit
from loyaltylab.churn.design import design, independent
from loyaltylab.churn.lives import entries, lives, ranks, somebody_left
from loyaltylab.curve import clusters

Ties = Literal["efron", "breslow"]
FAR = 15.0
"""Size of a coefficient, or a third of its standard error, per standard deviation of its term,
beyond which it has no finite value."""


def fit_cox(
    data: Data,
    *,
    columns: Sequence[Hashable],
    tenure: Hashable = "tenure_months",
    churned: Hashable = "churned",
    entry: Hashable | None = None,
    strata: Hashable | None = None,
    cluster: Hashable | None = None,
    reference: Mapping[Hashable, Any] | None = None,
    per: Mapping[Hashable, float] | None = None,
    categories: Sequence[Hashable] = (),
    ties: Ties = "efron",
    level: float = 0.95,
) -> CoxFit:
    """Fit proportional hazards (Cox 1972), by ``statsmodels``' ``PHReg``.

    ``h(t | x) = h₀(t) · exp(x β)``: the hazard of any shape, times a ratio that does not depend on
    tenure; :meth:`CoxFit.proportional` tests just that.

    Parameters
    ----------
    data, tenure, churned, entry
        As in :func:`kaplan_meier`; nothing may be missing.
    columns
        What may go along with leaving. Text, categories and True/False become a term for each
        level but the reference; numbers stay numbers.
    strata
        Column: each of its values gets a baseline hazard of its own, and no ratio.
    cluster
        Column: rows of one cluster (several spells of a customer) may depend on each other; then
        the covariance is the sandwich (Lin & Wei 1989), with Student's t.
    reference, per, categories
        The level that others are held against, by column; the step that a number is counted
        in, by column; the columns of numbers that are categories.
    ties
        ``"efron"`` or ``"breslow"``, for customers of the same tenure.
    level
        Coverage of the intervals.

    Returns
    -------
    CoxFit

    Raises
    ------
    InputError
        For bad columns, or columns that determine one another or the losses; it names them.

    Examples
    --------
    >>> people = pd.DataFrame({"t": [1, 2, 3, 4, 5, 6], "left": 1, "g": list("aababb")})
    >>> fit = fit_cox(people, columns=["g"], tenure="t", churned="left")
    >>> fit.table()[["level", "reference", "hazard_ratio", "lower", "upper"]].round(2)
      level reference  hazard_ratio  lower  upper
    0     b         a          0.18   0.02   1.84
    """
    from statsmodels.duration.api import PHReg

    between("level", level, 0, 1, open_ends=True)
    if ties not in get_args(Ties):
        raise InputError(
            f"ties must be 'efron' or 'breslow', not {shown(ties)}{nearest(ties, get_args(Ties))}."
        )
    table = read(data).reset_index(drop=True)
    more = {} if strata is None else {"strata": Column(strata, "group")}
    if cluster is not None:
        more["cluster"] = Column(cluster, "group")
    made = design(table, columns, reference=reference, per=per, categories=categories)
    frame = lives(
        table.assign(**{ROW: np.arange(len(table))}),
        tenure,
        churned,
        None,
        entry,
        **more,
        row=Column(ROW, "whole", 0),
    )
    somebody_left(frame, churned)
    matrix = made.matrix(table)[frame["row"]]
    independent(matrix, made.terms)
    time, start = ranks(frame)
    groups = clusters.codes(frame) if cluster is not None else None
    model = PHReg(
        time,
        matrix,
        status=frame["churned"].astype(float),
        entry=start if entries(frame) is not None else None,
        strata=pd.factorize(frame["strata"])[0] if strata is not None else None,
        ties=ties,
    )
    with warnings.catch_warnings(), np.errstate(all="ignore"):  # what fails is said below
        warnings.simplefilter("ignore")
        try:
            result = model.fit(groups=groups)
            covariance = np.asarray(result.cov_params(), float)
        except (np.linalg.LinAlgError, ValueError):
            result, covariance = None, np.array([[np.nan]])
    _converged(result, covariance, matrix, made.terms)
    if groups is not None:
        count = len(np.unique(groups))
        covariance = covariance * count / (count - 1)
    return CoxFit(result, made, covariance, frame, matrix, level)


ROW = "_row of the table"


def _converged(result: Any, covariance: Array, matrix: Array, terms: Any) -> None:
    """Refuse a fit without a finite maximum: some column tells for certain who leaves first."""
    finite = result is not None and np.isfinite(covariance).all()
    if finite and np.isfinite(result.params).all() and (np.diag(covariance) > 0).all():
        spread = matrix.std(axis=0)
        far = np.maximum(np.abs(result.params), np.sqrt(np.diag(covariance)) / 3) * spread
        if far.max() < FAR:
            return
        name = terms[int(far.argmax())].name
    else:
        name = terms[0].name if len(terms) == 1 else "one of the columns"
    raise InputError(
        f"{shown(name)} has no finite hazard ratio: none, or all, of one kind leave before the"
        " others; take its levels together, or leave it out."
    )
