"""Mediation: how much of what goes from employees to customers passes through the service."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between, whole
from loyaltylab.chain.branches import Branches, listed, ols, refuse_tangled, take_branches
from loyaltylab.chain.mediation_fit import MediationFit
from loyaltylab.drivers.resample import STILL, Moments, moments
from loyaltylab.drivers.weights import betas

ENOUGH = 1000
"""Branches beyond which the skewness that BCa corrects for by leaving one out is next to 0."""


def mediate(
    data: Data,
    *,
    source: Hashable = "job_satisfaction",
    mediator: Hashable = "service",
    outcome: Hashable = "satisfaction",
    controls: Sequence[Hashable] = (),
    standardised: bool = True,
    branch: Hashable | None = None,
    cluster: Hashable | None = None,
    level: float = 0.95,
    draws: int = 5000,
    seed: int | np.random.Generator | None = 0,
) -> MediationFit:
    """Split what goes along with a source into a part through a mediator and the rest.

    Two regressions (statsmodels OLS, HC3 or by cluster): ``M = a·X + controls`` and
    ``Y = direct·X + b·M + controls``. Indirect is ``a·b``, total ``direct + a·b``. The
    product of two estimates is skew; so its interval is a bootstrap over branches, percentile
    and BCa (bias-corrected and accelerated), with Sobel's, which takes it for normal, beside
    them.

    An indirect part is an effect only if nothing that is left out moves two of the three. An
    error in measuring the mediator moves a part of its effect over to the direct one.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per branch.
    source, mediator, outcome
        Columns of numbers.
    controls
        Columns held fixed in both regressions.
    standardised
        Whether effects are in standard deviations (True) or raw units.
    branch, cluster, level
        As in :func:`fit_path`.
    draws, seed
        Bootstrap samples, 100 to 100,000, and their seed.

    Returns
    -------
    MediationFit

    Raises
    ------
    InputError
        As :func:`fit_path`, or if ``standardised`` is not True or False.

    References
    ----------
    Baron & Kenny (1986), Sobel (1982), Efron (1987) for BCa.

    Examples
    --------
    >>> from loyaltylab.chain import simulate_chain
    >>> seen = simulate_chain(branches=60, paths=(0.6, 0.5), seed=3)
    >>> found = mediate(seen, source="x0", mediator="x1", outcome="x2", seed=1)
    >>> found.table()[["quantity", "method", "estimate", "lower", "upper"]].round(2)
         quantity      method  estimate  lower  upper
    0           a         HC3      0.63   0.42   0.84
    1           b         HC3      0.41   0.09   0.73
    2      direct         HC3     -0.01  -0.29   0.28
    3       total         HC3      0.25   0.03   0.47
    4    indirect         BCa      0.26   0.05   0.46
    5    indirect  percentile      0.26   0.06   0.47
    6    indirect       Sobel      0.26   0.04   0.48
    7  proportion  percentile      1.02   0.16   4.52
    """
    between("level", level, 0, 1, open_ends=True)
    whole("draws", draws, 100, 100_000)
    if not isinstance(standardised, bool | np.bool_):
        raise InputError(f"standardised must be True or False, not {shown(standardised)}.")
    others = listed("controls", controls, 0)
    names = listed(
        "source, mediator, outcome and controls", [source, mediator, outcome, *others], 3
    )
    seen = take_branches(data, names, branch=branch, cluster=cluster, coefficients=3 + len(others))
    extra = tuple(range(3, 3 + len(others)))
    refuse_tangled(seen, (0, 1, *extra))
    z = seen.z()
    fits = {
        key: ols(seen, z[:, target], z[:, [*predictors, *extra]])
        for key, target, predictors in (("a", 1, [0]), ("b", 2, [0, 1]), ("total", 2, [0]))
    }

    def effects(found: Moments) -> Array:
        return _effects(found, extra, bool(standardised))

    _, drawn = moments(seen.values, seen.codes, draws, seed)
    left_out = effects(_without_each(seen))[:, 0] if seen.groups <= ENOUGH else None
    parts = {key: part for key, part in zip(("indirect", "direct"), effects(drawn).T, strict=True)}
    return MediationFit(seen, fits, parts, left_out, bool(standardised), level)


def _effects(found: Moments, extra: Sequence[int], standardised: bool) -> Array:
    """Return ``(draws, 2)``: indirect and direct effect of each sample."""
    r = found.correlation
    first, second = [0, *extra, 1], [0, 1, *extra, 2]
    a = betas(r[:, first][:, :, first])[:, 0]
    outcome = betas(r[:, second][:, :, second])
    both = np.column_stack([a * outcome[:, 1], outcome[:, 0]])
    if standardised:
        return both
    start = np.where(found.sd[:, 0] > 0, found.sd[:, 0], 1.0)
    return np.asarray(both * (found.sd[:, 2] / start)[:, None])


def _without_each(seen: Branches) -> Moments:
    """Return the moments of the rows without each branch (or cluster) in turn."""
    scale = seen.values.std(axis=0)
    z = (seen.values - seen.values.mean(axis=0)) / scale
    products = z[:, :, None] * z[:, None, :]
    sums, squares = (
        np.zeros((seen.groups, z.shape[1])),
        np.zeros((seen.groups, *products.shape[1:])),
    )
    np.add.at(sums, seen.codes, z)
    np.add.at(squares, seen.codes, products)
    left = (seen.n - np.bincount(seen.codes)).astype(float)
    mean = (z.sum(axis=0) - sums) / left[:, None]
    cov = (products.sum(axis=0) - squares) / left[:, None, None]
    cov = cov - mean[:, :, None] * mean[:, None, :]
    sd = np.sqrt(np.clip(np.diagonal(cov, axis1=1, axis2=2), STILL, None))
    r = cov / (sd[:, :, None] * sd[:, None, :])
    return Moments(seen.values.mean(axis=0) + mean * scale, sd * scale, r)
