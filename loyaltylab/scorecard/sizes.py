"""How many answers it takes to compare two shares or two means."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import LIMIT, MOST, between, positive

MANY = 50
SURE = 1e6
"""Effect, in spreads, beyond which nothing changes."""


def _listed(name: str, values: Any) -> list[Any]:
    """Return one value or several as a list."""
    if isinstance(values, list | tuple | np.ndarray | pd.Series):
        found = list(values)
        if not 1 <= len(found) <= MANY:
            raise InputError(
                f"{name} must be a number, or a list of 1 to {MANY}, not {shown(values)}."
            )
        return found
    return [values]


def size_for_shares(
    first: float, second: Any, *, power: float = 0.8, level: float = 0.95
) -> pd.DataFrame:
    """Return how many answers in each group tell one share from another.

    Two-sided normal test of two independent shares (``statsmodels``, unpooled variance under the
    alternative and pooled under no difference).

    Parameters
    ----------
    first
        Share without the change, strictly between 0 and 1.
    second
        Share with it, or several of them.
    power, level
        Chance to show the difference; coverage of the interval (its complement is the chance of a
        false alarm).

    Returns
    -------
    pandas.DataFrame
        ``first, second, difference, n_per_group``.

    Raises
    ------
    InputError
        For a share outside 0 … 1, or equal shares.

    Examples
    --------
    >>> size_for_shares(0.6, [0.65, 0.7])["n_per_group"].tolist()
    [1471, 356]
    """
    from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail

    one = between("first", first, 0, 1, open_ends=True)
    wanted, alpha = _asked(power, level)
    rows = []
    for value in _listed("second", second):
        two = between("second", value, 0, 1, open_ends=True)
        if two == one:
            raise InputError(
                f"second must differ from first, which is {one:g}; no sample tells equals apart."
            )
        n = float(samplesize_proportions_2indep_onetail(two - one, one, wanted, alpha=alpha))
        rows.append((one, two, two - one, _countable("second", value, n)))
    return pd.DataFrame(rows, columns=["first", "second", "difference", "n_per_group"])


def size_for_means(
    effect: Any, sd: float, *, power: float = 0.8, level: float = 0.95
) -> pd.DataFrame:
    """Return how many answers in each group show a difference of two means (two-sided t test).

    Parameters
    ----------
    effect
        Difference (points), or several.
    sd
        Spread of the answers (points).
    power, level
        As in :func:`size_for_shares`.

    Returns
    -------
    pandas.DataFrame
        ``effect, sd, n_per_group``.

    Raises
    ------
    InputError
        For an effect of 0 or a spread that is not above 0.

    Examples
    --------
    >>> size_for_means([0.1, 0.2], sd=1.0)["n_per_group"].tolist()
    [1570, 394]
    """
    spread, (wanted, alpha) = positive("sd", sd), _asked(power, level)
    rows = []
    for value in _listed("effect", effect):
        gap = between("effect", value, -LIMIT, LIMIT)
        if gap == 0:
            raise InputError("effect must not be 0, for no sample shows that nothing is there.")
        ratio = abs(gap) / spread
        n = _t_test(ratio, wanted, alpha)
        rows.append((gap, spread, _countable("effect", value, n)))
    return pd.DataFrame(rows, columns=["effect", "sd", "n_per_group"])


def _t_test(ratio: float, power: float, alpha: float) -> float:
    """Return the answers in each group for a two-sided t test of an effect in spreads.

    Its square is an F test of two groups; beyond 1,000 answers the normal is as good.
    """
    from scipy.special import ncfdtr
    from scipy.stats import f
    from statsmodels.stats.power import normal_sample_size_one_tail

    normal = 2 * float(normal_sample_size_one_tail(ratio, power, alpha / 2))
    if normal > 1000:
        return normal
    low, high, far = 2, 2 * math.ceil(normal) + 50, min(ratio, SURE) ** 2
    while low < high:
        n = (low + high) // 2
        free = 2 * n - 2
        if 1 - float(ncfdtr(1, free, far * n / 2, f.isf(alpha, 1, free))) >= power:
            high = n
        else:
            low = n + 1
    return float(low)


def _countable(name: str, value: Any, n: float) -> int:
    """Return the answers as a whole number, if anybody could collect so many."""
    if not n < MOST:
        raise InputError(
            f"{name} {shown(value)} is so close to no difference that it takes more than"
            f" {MOST:,.0f} answers in each group; name a difference that matters."
        )
    return math.ceil(n)


def _asked(power: float, level: float) -> tuple[float, float]:
    """Return the power, and the chance of a false alarm."""
    alpha = 1 - between("level", level, 0, 1, open_ends=True)
    wanted = between("power", power, 0, 1, open_ends=True)
    if wanted <= alpha:
        raise InputError(
            f"power must be above {alpha:.3g}, the chance of a false alarm, not {power:g}."
        )
    return wanted, alpha
