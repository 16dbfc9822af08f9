"""Does a good factor please as much as a bad one hurts: the penalty-reward contrast."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data
from loyaltylab.base.stats import LIMIT, Array, between
from loyaltylab.chain.asymmetry_fit import AsymmetryFit, Shape, design
from loyaltylab.chain.branches import SPARE, listed, place
from loyaltylab.curve import clusters
from loyaltylab.curve.answers import answered
from loyaltylab.curve.scale import ends

HYGIENE, MOTIVATORS = ("pay", "conditions"), ("recognition", "growth")


def fit_asymmetry(
    data: Data,
    outcome: Hashable = "job_satisfaction",
    hygiene: Sequence[Hashable] = HYGIENE,
    motivators: Sequence[Hashable] = MOTIVATORS,
    *,
    cluster: Hashable | None = "branch",
    scale: tuple[float, float] = (1, 5),
    middle: float | None = None,
    shape: Shape = "dummies",
    level: float = 0.95,
) -> AsymmetryFit:
    """Regress an outcome on low and high answers to each factor, apart from each other.

    ``"dummies"``: answers below and above the middle, each against the middle (Brandt's
    penalty-reward contrast); ``"slopes"``: points below and above the middle. One OLS of
    statsmodels, by ``cluster`` with t of clusters − 1, else HC1. Penalty is what a low answer
    costs, reward what a high one brings. If satisfaction has one dimension they are alike; by the
    two-factor theory hygiene has a penalty only and a motivator a reward only.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per employee.
    outcome, hygiene, motivators
        Columns; rows that lack one are left out, and counted.
    cluster
        Column that says which rows belong together (the branch), or None.
    scale
        Lowest and highest possible answer to a factor.
    middle
        Answer from which low and high are told; None for the middle of the scale.
    shape
        ``"dummies"`` or ``"slopes"``.
    level
        Coverage of the intervals.

    Returns
    -------
    AsymmetryFit

    Raises
    ------
    InputError
        If columns or values do not belong, nobody answers below, or above, the middle of a
        factor, or answers are too few.

    References
    ----------
    Brandt (1987) for the contrast (reported, not verified).

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> seen = pd.DataFrame(rng.integers(1, 6, (900, 2)), columns=["pay", "growth"])
    >>> seen["content"] = seen.sum(axis=1) + rng.normal(0, 0.3, 900)
    >>> fit_asymmetry(seen, "content", ["pay"], ["growth"], cluster=None).sentence()[:54]
    'Of 2 factors 0 show the asymmetry that the two-factor '
    """
    import statsmodels.api as sm

    between("level", level, 0, 1, open_ends=True)
    if shape not in ("dummies", "slopes"):
        raise InputError(f"shape must be 'dummies' or 'slopes', not {shown(shape)}.")
    low, high = ends(scale)
    centre = (low + high) / 2 if middle is None else between("middle", middle, low, high)
    first, second = listed("hygiene", hygiene, 0), listed("motivators", motivators, 0)
    names = listed("hygiene and motivators together", [*first, *second], 1)
    wanted = {place(i): Column(name, "number", low, high) for i, name in enumerate(names)}
    rows, missing = answered(
        data, None, cluster, **wanted, outcome=Column(outcome, "number", -LIMIT, LIMIT)
    )
    factors = rows[list(wanted)].to_numpy(float)
    _refuse_one_sided(factors, names, centre)
    if len(rows) < 2 * len(names) + 1 + SPARE:
        raise InputError(
            f"There are {len(rows)} complete rows, and {2 * len(names) + 1} coefficients need at"
            f" least {2 * len(names) + 1 + SPARE}; add answers or leave factors out."
        )
    columns = design(factors, centre, shape)
    if np.linalg.matrix_rank(columns) < columns.shape[1]:
        raise InputError(
            f"The effects of {', '.join(map(shown, names))} cannot be told apart, for one follows"
            " exactly from others; leave it out."
        )
    model = sm.OLS(rows["outcome"].to_numpy(float), columns)
    how: dict[str, Any] = {"cov_type": "HC1"}
    if cluster is not None:
        how = {"cov_type": "cluster", "cov_kwds": {"groups": clusters.codes(rows)}}
    claimed = ("hygiene",) * len(first) + ("motivator",) * len(second)
    result = model.fit(**how, use_t=True)
    return AsymmetryFit(
        result, rows, names, claimed, centre, shape, (low, high), sum(missing.values()), level
    )


def _refuse_one_sided(factors: Array, names: Sequence[Hashable], middle: float) -> None:
    for at, name in enumerate(names):
        for side, some in (("below", factors[:, at] < middle), ("above", factors[:, at] > middle)):
            if not some.any():
                raise InputError(
                    f"Column {shown(name)} has no answer {side} {middle:g}; name another middle,"
                    " or leave the factor out."
                )
