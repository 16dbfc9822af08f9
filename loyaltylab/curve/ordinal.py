"""The ordinal comparison: an ordered logit of loyalty classes on satisfaction and group."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import between, whole
from loyaltylab.curve.clusters import codes as cluster_codes
from loyaltylab.curve.clusters import people, reach

AS_GIVEN = 10
"""Loyalty that takes no more values than this is ordered as it is."""


def ordered(
    rows: pd.DataFrame, groups: list[Any], classes: int = 5, level: float = 0.95
) -> pd.DataFrame:
    """Fit an ordered logit (statsmodels ``OrderedModel``) with a slope for each group.

    The log odds of standing above any class of loyalty are a straight line in satisfaction.
    Loyalty of more than 10 values is cut into even classes; fewer are taken as they are.

    It tells whether loyalty rises with satisfaction, and whether more steeply in one group,
    without taking the distances between classes for real. It cannot tell a convex from a
    concave curve: the thresholds take up any bend that all groups share. And a difference
    of slopes on the log odds is not one of γ: a curve that is merely shifted, by a cost of
    switching, has another γ and the same slope.

    Parameters
    ----------
    rows
        ``group, satisfaction, loyalty`` (0 to 1), as :func:`loyaltylab.curve.fit` keeps them;
        with ``cluster`` the intervals are those of clusters, with Student's t.
    groups
        The groups in order; the first is the one that others are compared with.
    classes
        Number of even classes, 2 to 10.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        ``term, group, estimate, lower, upper, n, classes``: the slope of the first group, and
        by how much level and slope of each other group differ from it, in logits.

    Raises
    ------
    InputError
        If all loyalty falls into one class, or the likelihood has no maximum.

    Examples
    --------
    >>> rows = pd.DataFrame({"satisfaction": [1, 2, 3, 4, 5] * 30, "group": "all"})
    >>> rows["loyalty"] = (rows["satisfaction"] + np.arange(150) % 3) / 7
    >>> ordered(rows, ["all"], 7)[["term", "group", "estimate", "n", "classes"]].round(2)
               term group  estimate    n  classes
    0  satisfaction   all      2.13  150        7
    """
    from scipy.special import ndtri

    between("level", level, 0, 1, open_ends=True)
    kinds = rows["loyalty"].nunique()
    count = whole("classes", classes, 2, AS_GIVEN)
    if kinds > AS_GIVEN:
        cuts = np.linspace(0, 1, count + 1)[1:-1]
        codes = np.digitize(rows["loyalty"], cuts)
    else:
        codes = pd.factorize(rows["loyalty"], sort=True)[0]
    found = len(np.unique(codes))
    if found < 2:
        raise InputError(
            "All loyalty falls into one class, so nothing can be ordered; give another number of"
            " classes."
        )
    terms, design = _design(rows, groups)
    result = _maximum(pd.Series(pd.Categorical(codes, ordered=True)), design, rows)
    k = len(terms)
    estimate, half = np.asarray(result.params)[:k], np.asarray(result.bse)[:k]
    half = half * (reach(level, people(rows)) if "cluster" in rows else ndtri((1 + level) / 2))
    return pd.DataFrame(
        {
            "term": [t for t, _ in terms],
            "group": [g for _, g in terms],
            "estimate": estimate,
            "lower": estimate - half,
            "upper": estimate + half,
            "n": len(rows),
            "classes": found,
        }
    )


def _design(rows: pd.DataFrame, groups: list[Any]) -> tuple[list[tuple[str, Any]], Any]:
    """Columns: satisfaction from its mean, and level and slope of each further group."""
    at = rows["satisfaction"].to_numpy() - rows["satisfaction"].mean()
    terms: list[tuple[str, Any]] = [("satisfaction", groups[0])]
    columns = [at]
    for name in groups[1:]:
        mine = (rows["group"] == name).to_numpy(float)
        terms += [("level, difference", name), ("satisfaction, difference", name)]
        columns += [mine, mine * at]
    return terms, np.column_stack(columns)


def _maximum(classes: pd.Series[Any], design: Any, rows: pd.DataFrame) -> Any:
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    how: dict[str, Any] = {}
    if "cluster" in rows:
        how = {"cov_type": "cluster", "cov_kwds": {"groups": cluster_codes(rows)}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # convergence is looked at below
        try:
            result = OrderedModel(classes, design, distr="logit").fit(
                method="bfgs", disp=False, maxiter=500, **how
            )
            sound = np.isfinite(result.bse).all() and np.abs(result.params).max() < 50
        except (ValueError, np.linalg.LinAlgError):
            sound = False
    if not sound:
        raise InputError(
            "The ordered logit has no maximum on these answers: satisfaction tells the classes of"
            " loyalty apart without fail, or a group has too few answers; use fewer classes."
        )
    return result
