"""Are the stages a ladder at all: do those who hold a step hold the lower ones, too."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between, generator, whole, wilson
from loyaltylab.stages.chain import STAGES
from loyaltylab.stages.held import steps_held

PATTERNS: Array = np.array([[i >> (3 - j) & 1 for j in range(4)] for i in range(16)], float)
"""Every answer to four yes-or-no questions, 0000 to 1111."""
CUMULATIVE = (PATTERNS[:, :-1] >= PATTERNS[:, 1:]).all(axis=1)


def guttman(
    data: Data,
    *,
    customer: Hashable = "customer",
    period: Hashable | None = "quarter",
    belief: Hashable = "belief",
    liking: Hashable = "liking",
    intention: Hashable = "intention",
    obstacles: Hashable = "obstacles",
    kept: Hashable = "kept",
    scale: tuple[float, float] = (1, 5),
    cut: float = 3.0,
    kept_cut: float = 0.5,
    level: float = 0.95,
    draws: int = 1000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Check whether the four steps are ordered: the coefficients of a Guttman scale.

    Over the rows of which all four steps are known, with ``e`` cells that differ from the
    ladder of the same number of steps (Goodenough & Edwards's count):

    ``reproducibility = 1 - e / 4n``; ``marginal = Σ max(p_j, 1 - p_j) / 4`` is what it would
    be at least from the shares ``p_j`` alone; ``scalability = (reproducibility - marginal) /
    (1 - marginal)`` (Menzel 1953); ``h`` is Loevinger's: 1 less the pairs "higher step held,
    lower not" over those expected if the steps were independent; ``non_cumulative`` is the
    share of rows that are no ladder. Customary rules of thumb ask for 0.9, 0.6 and 0.3.

    Parameters
    ----------
    data, customer, period, belief, liking, intention, obstacles, kept, scale, cut, kept_cut
        As for :func:`loyaltylab.stages.stage_of`.
    level
        Coverage; a bootstrap over customers, who give several rows each. Where every row is a
        ladder, the other end is that of Wilson (1927) over customers for a share of 0: as if so
        many rows were none, of the kinds that steps by chance would make.
    draws, seed
        Bootstrap samples, 100 to 100,000; and their seed.

    Returns
    -------
    pandas.DataFrame
        ``coefficient, estimate, lower, upper, n`` (rows), ``customers``.

    Raises
    ------
    InputError
        As for ``stage_of``; if fewer than two customers have a row with all four steps known.

    References
    ----------
    Goodenough (1944), Edwards (1948), Menzel, H. (1953), A new coefficient for scalogram
    analysis, Public Opinion Quarterly 17, Loevinger, J. (1948), and Mokken, R. J. (1971) for
    the rule of thumb on H (reported, not verified).

    Examples
    --------
    >>> seen = pd.DataFrame({"customer": range(6), "quarter": 1, "belief": [1, 5, 5, 5, 5, 1],
    ...     "liking": [1, 1, 5, 5, 5, 5], "intention": [1, 1, 1, 5, 5, 1], "obstacles": 1,
    ...     "kept": [0, 0, 0, 0, 1, 0]})
    >>> guttman(seen).round(2)[["coefficient", "estimate", "n"]]
           coefficient  estimate  n
    0  reproducibility      0.92  6
    1         marginal      0.71  6
    2      scalability      0.71  6
    3                h      0.75  6
    4   non_cumulative      0.17  6
    """
    between("level", level, 0, 1, open_ends=True)
    draws = whole("draws", draws, 100, 100_000)
    steps, table = steps_held(
        data,
        {"customer": customer, "period": period},
        (belief, liking, intention),
        (obstacles, kept),
        scale=scale,
        cut=cut,
        kept_cut=kept_cut,
    )
    known = ~np.isnan(steps).any(axis=1)
    who, people = pd.factorize(table["customer"].to_numpy()[known])
    if len(people) < 2:
        raise InputError(
            "guttman needs at least two customers with all four steps known in a row (answers to"
            f" all three questions and an obstacle met), not {len(people)}."
        )
    cell = (steps[known] @ [8, 4, 2, 1]).astype(int)
    counts = np.bincount(16 * who + cell, minlength=16 * len(people)).reshape(-1, 16)
    estimate = _coefficients(counts.sum(axis=0))
    rng = generator(seed)
    each = np.full(len(people), 1 / len(people))
    sample = np.vstack([rng.multinomial(len(people), each) @ counts for _ in range(draws)])
    drawn = np.nan_to_num(_coefficients(sample), nan=np.inf)
    lower, upper = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0, method="nearest")
    clean, soiled = wilson([0, len(people)], len(people), level)
    lower[4], upper[4] = {0.0: (0.0, soiled[0]), 1.0: (clean[1], 1.0)}.get(
        float(estimate[4]), (lower[4], upper[4])
    )
    if estimate[4] == 0:
        lower[:4] = np.fmin(lower[:4], _worst(steps[known], counts.sum(axis=0), soiled[0])[:4])
    upper = np.minimum(upper, 1.0)  # a draw without any order to judge may be anything up to 1
    lower[np.isnan(estimate)] = upper[np.isnan(estimate)] = np.nan
    return pd.DataFrame(
        {
            "coefficient": ["reproducibility", "marginal", "scalability", "h", "non_cumulative"],
            "estimate": estimate,
            "lower": lower,
            "upper": upper,
            "n": int(known.sum()),
            "customers": len(people),
        }
    )


def pattern_counts(
    data: Data,
    *,
    customer: Hashable | None = "customer",
    period: Hashable | None = "quarter",
    belief: Hashable = "belief",
    liking: Hashable = "liking",
    intention: Hashable = "intention",
    obstacles: Hashable = "obstacles",
    kept: Hashable = "kept",
    scale: tuple[float, float] = (1, 5),
    cut: float = 3.0,
    kept_cut: float = 0.5,
) -> pd.DataFrame:
    """Count how often each of the sixteen patterns of steps occurs.

    Parameters
    ----------
    data, customer, period, belief, liking, intention, obstacles, kept, scale, cut, kept_cut
        As for :func:`loyaltylab.stages.stage_of`.

    Returns
    -------
    pandas.DataFrame
        ``pattern``, ``cognitive, affective, conative, action`` (whether each holds),
        ``cumulative``, ``rows``, ``n`` (rows with all four known), ``unknown`` (rows that lack
        one), ``share``, ``independent`` (the share if the four steps had nothing to do with each
        other).

    Examples
    --------
    >>> seen = pd.DataFrame({"customer": [1, 2], "quarter": 1, "belief": [5, 5],
    ...     "liking": [5, 1], "intention": [1, 4], "obstacles": [1, 2], "kept": [0, 0]})
    >>> found = pattern_counts(seen)
    >>> found.loc[found["rows"] > 0, ["pattern", "cumulative", "rows"]]
       pattern  cumulative  rows
    10    1010       False     1
    12    1100        True     1
    """
    steps = steps_held(
        data,
        {"customer": customer, "period": period},
        (belief, liking, intention),
        (obstacles, kept),
        scale=scale,
        cut=cut,
        kept_cut=kept_cut,
    ).steps
    known = ~np.isnan(steps).any(axis=1)
    n = int(known.sum())
    if n == 0:
        raise InputError(
            "No row has all four steps known; it takes answers to all three questions and an"
            " obstacle met."
        )
    count = np.bincount((steps[known] @ [8, 4, 2, 1]).astype(int), minlength=16)
    return pd.DataFrame(
        {
            "pattern": ["".join(str(int(v)) for v in row) for row in PATTERNS],
            **{step: PATTERNS[:, j] == 1 for j, step in enumerate(STAGES[1:])},
            "cumulative": CUMULATIVE,
            "rows": count,
            "n": n,
            "unknown": len(steps) - n,
            "share": count / n,
            "independent": _independent(steps[known]),
        }
    )


def _independent(steps: Array) -> Array:
    """Return the share of each pattern if the steps had nothing to do with each other."""
    p = steps.mean(axis=0)
    return np.asarray(np.where(PATTERNS == 1, p, 1 - p).prod(axis=1))


def _worst(steps: Array, counts: npt.NDArray[np.int64], share: float) -> Array:
    """Return the coefficients as if a share of rows were no ladder, though none is seen."""
    odd = _independent(steps) * ~CUMULATIVE
    if odd.sum() == 0:  # all alike: any cell of theirs might have been another
        return np.array([1 - share, 1 - share, np.nan, np.nan, share])
    return _coefficients((1 - share) * counts / counts.sum() + share * odd / odd.sum())


def _coefficients(counts: npt.NDArray[Any]) -> Array:
    """Return the five coefficients from counts of the sixteen patterns, shape ``(…, 16)``."""
    ideal = np.arange(4) < PATTERNS.sum(axis=1)[:, None]
    wrong = (ideal != PATTERNS).sum(axis=1)
    n = counts.sum(axis=-1)
    p = (counts @ PATTERNS) / n[..., None]
    fit = 1 - counts @ wrong / (4 * n)
    least = np.maximum(p, 1 - p).mean(axis=-1)
    seen, chance = np.zeros(n.shape), np.zeros(n.shape)
    for i in range(4):
        for j in range(i + 1, 4):
            seen = seen + counts @ ((PATTERNS[:, i] == 0) & (PATTERNS[:, j] == 1))
            chance = chance + n * (1 - p[..., i]) * p[..., j]
    with np.errstate(divide="ignore", invalid="ignore"):
        scale, h = (fit - least) / (1 - least), 1 - seen / chance
    return np.stack([fit, least, scale, h, counts @ ~CUMULATIVE / n], axis=-1)
