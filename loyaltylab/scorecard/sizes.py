"""How many answers it takes to compare two shares or two means."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import LIMIT, between, positive

MANY = 50


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
        n = samplesize_proportions_2indep_onetail(two - one, one, wanted, alpha=alpha)
        rows.append((one, two, two - one, math.ceil(float(n))))
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
    from statsmodels.stats.power import TTestIndPower, normal_sample_size_one_tail

    spread, (wanted, alpha) = positive("sd", sd), _asked(power, level)
    rows = []
    for value in _listed("effect", effect):
        gap = between("effect", value, -LIMIT, LIMIT)
        if gap == 0:
            raise InputError("effect must not be 0, for no sample shows that nothing is there.")
        ratio = abs(gap) / spread
        n = float(normal_sample_size_one_tail(ratio, wanted, alpha / 2)) * 2
        if n < 1000:  # there Student's t differs from the normal
            solved = TTestIndPower().solve_power(ratio, power=wanted, alpha=alpha)
            n = float(np.max(solved))
        rows.append((gap, spread, max(2, math.ceil(n))))
    return pd.DataFrame(rows, columns=["effect", "sd", "n_per_group"])


def _asked(power: float, level: float) -> tuple[float, float]:
    """Return the power, and the chance of a false alarm."""
    alpha = 1 - between("level", level, 0, 1, open_ends=True)
    wanted = between("power", power, 0, 1, open_ends=True)
    if wanted <= alpha:
        raise InputError(
            f"power must be above {alpha:.3g}, the chance of a false alarm, not {power:g}."
        )
    return wanted, alpha
