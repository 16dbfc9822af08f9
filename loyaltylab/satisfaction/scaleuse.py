"""Do people use one scale, or has everybody his own? What a survey can tell, and what not."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, some
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between, generator, whole
from loyaltylab.satisfaction.survey import item_values, measured

LEAST = 30
MOST = 20_000_000
TERMS = 40
"""Terms of the series of Hermite polynomials; the rest is small up to a correlation of 0.95."""
NEARLY = 0.999

Cuts = tuple[Array, Array]
"""Cut points between the answers that occur, and those answers."""


def scale_use(
    data: Data,
    *,
    items: Sequence[Hashable],
    scale: Any = (1, 5),
    count: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
    draws: int = 200,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Test whether people differ in how they use a scale more than one common scale allows.

    Under *one common scale* people feel normally about the items, with whatever correlations,
    and all turn feelings into answers at the same cut points (which may differ by item). The cut
    points and correlations are estimated from the answers, and as many surveys of the same size
    are drawn. Compared are: the spread over people of their *within-person* standard deviation
    (some use the whole scale, some its middle), and the share who give all items the same answer.

    A person who always answers higher cannot be told from one who is more satisfied, and this
    test does not try. Feelings that are not normal are rejected, too.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per respondent. Rows with a gap
        are left out.
    items
        At least three columns of whole answers on one scale.
    level
        Coverage of the range that one common scale gives.
    draws
        Surveys drawn under one common scale, 100 to 100,000.
    seed
        A whole number >= 0, a numpy Generator, or None.
    scale, count, customer
        See :func:`satisfaction_rate`.

    Returns
    -------
    pandas.DataFrame
        ``statistic, observed, expected, lower, upper, p_value, n``: expected and range under
        one common scale; ``p_value`` is the share of the drawn surveys that are as far up.

    Raises
    ------
    InputError
        For fewer than three items or 30 complete respondents, an item on which all agree, a
        missing column, an answer out of scale.

    References
    ----------
    Rossi, P. E., Gilula, Z. & Allenby, G. M. (2001), "Overcoming scale usage heterogeneity",
    JASA 96, who model it (reported, not verified); this parametric bootstrap is simpler.

    Examples
    --------
    >>> from loyaltylab.satisfaction import simulate_answers
    >>> one = simulate_answers(customers=500, seed=1)
    >>> own = simulate_answers(customers=500, stretch=0.6, seed=1)
    >>> items = ["item_1", "item_2", "item_3", "item_4"]
    >>> [float(scale_use(d, items=items)["p_value"].iloc[0].round(2)) for d in (one, own)]
    [0.66, 0.0]
    """
    between("level", level, 0, 1, open_ends=True)
    whole("draws", draws, 100, 100_000)
    rng = generator(seed)
    table, names, _, _ = measured(data, items, scale, count=count, customer=customer, kind="whole")
    values, people = item_values(table), table["weight"].to_numpy()
    complete = ~np.isnan(values).any(axis=1) & (people > 0)
    values, people = values[complete], people[complete]
    n = int(people.sum())
    if len(names) < 3 or n < LEAST:
        raise InputError(
            f"At least 3 items and {LEAST} respondents who answered all of them are needed, not"
            f" {len(names)} and {n}."
        )
    if n * len(names) > MOST:
        raise InputError(
            f"{n:,} respondents are more than this test can draw again and again; take a random"
            f" part of at most {MOST // len(names):,}."
        )
    still = [name for name, v in zip(names, values.T, strict=True) if np.ptp(v) == 0]
    if still:
        raise InputError(f"All answers to {some(still)} are alike; leave it out of items.")
    observed = _statistics(values, people)
    cuts = [cut_points(v, people) for v in values.T]
    tie = nearest_correlation(latent_correlation(values, people, cuts))
    root = np.linalg.cholesky(tie + 1e-9 * np.eye(len(names)))
    drawn = np.empty((draws, len(observed)))
    ones = np.ones(n, dtype=np.int64)
    for d in range(draws):
        felt = rng.standard_normal((n, len(names))) @ root.T
        again = [
            steps[np.searchsorted(edge, f)] for (edge, steps), f in zip(cuts, felt.T, strict=True)
        ]
        drawn[d] = _statistics(np.stack(again, axis=1), ones)
    ends = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return pd.DataFrame(
        {
            "statistic": ["spread of within-person sd", "same answer to all items"],
            "observed": observed,
            "expected": drawn.mean(axis=0),
            "lower": ends[0],
            "upper": ends[1],
            "p_value": (1 + (drawn >= observed - 1e-12).sum(axis=0)) / (draws + 1),
            "n": n,
        }
    )


def _statistics(values: Array, people: npt.NDArray[Any]) -> Array:
    """Spread over people of their within-person sd, and the share whose sd is 0."""
    sd = values.std(axis=1, ddof=1)
    total = people.sum()
    mean = people @ sd / total
    spread = np.sqrt(people @ (sd - mean) ** 2 / (total - 1))
    return np.array([spread, people @ (sd == 0) / total])


def cut_points(answers: Array, people: npt.NDArray[Any]) -> Cuts:
    """Return the cut points of a standard normal feeling that give the shares of the answers."""
    from scipy.special import ndtri

    steps, at = np.unique(answers, return_inverse=True)
    below = np.cumsum(np.bincount(at, people))[:-1] / people.sum()
    return np.asarray(ndtri(below)), steps


def latent_correlation(answers: Array, people: npt.NDArray[Any], cuts: list[Cuts]) -> Array:
    """Return the correlations of normal feelings that give the correlations of the answers.

    By Mehler's series the covariance of two functions of a bivariate normal is
    ``Σ_k a_k b_k r^k`` with their normed Hermite coefficients; it is solved for r.
    """
    from scipy.optimize import brentq

    k = answers.shape[1]
    seen = np.cov(answers.T, fweights=people, ddof=0)
    series = [_hermite(*cut) for cut in cuts]
    found = np.eye(k)
    powers = np.arange(1, TERMS + 1)
    for i in range(k):
        for j in range(i):
            product, wanted = series[i] * series[j], float(seen[i, j])

            def miss(rho: float, c: Array = product, w: float = wanted) -> float:
                return float(c @ rho**powers) - w

            if miss(-NEARLY) >= 0:
                tie = -NEARLY
            elif miss(NEARLY) <= 0:
                tie = NEARLY
            else:
                tie = float(brentq(miss, -NEARLY, NEARLY))
            found[i, j] = found[j, i] = tie
    return found


def _hermite(edges: Array, steps: Array) -> Array:
    """Return the normed Hermite coefficients, from the first, of answers as steps of a normal.

    ``a_k = Σ_c (step above − step below) φ(c) He_{k−1}(c) / √k!``.
    """
    jumps = np.diff(steps) * np.exp(-(edges**2) / 2) / math.sqrt(2 * math.pi)
    before, now = np.zeros_like(edges), np.ones_like(edges)  # He_{k−1} / √((k−1)!)
    out = np.empty(TERMS)
    for k in range(1, TERMS + 1):
        out[k - 1] = jumps @ now / math.sqrt(k)
        before, now = now, (edges * now - math.sqrt(k - 1) * before) / math.sqrt(k)
    return out


def nearest_correlation(matrix: Array) -> Array:
    """Return a correlation matrix without negative eigenvalues, near the one given."""
    values, vectors = np.linalg.eigh(matrix)
    if values[0] > 1e-8:
        return matrix
    fixed = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    sd = np.sqrt(np.diag(fixed))
    return np.asarray(fixed / np.outer(sd, sd))
