"""From a published gain back to the churn, or to the assumption, that it takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import between
from loyaltylab.lifetime.readings import check_reading, lowered, rate, worth
from loyaltylab.lifetime.readings import gain as gain_of

MOST = 10
"""Largest gain, as a share."""
GRID = 500
"""Churns tried where there is no closed form."""


class Implied(NamedTuple):
    """The churn from which a gain follows, and whether a firm can have it.

    ``churn`` is None where no churn gives the gain; ``feasible`` is False there and where
    the churn is above 1 or too low to fall as far; ``why`` says so in words.

    Examples
    --------
    >>> Implied(0.25, True, "").retention
    0.75
    """

    churn: float | None
    feasible: bool
    why: str

    @property
    def retention(self) -> float | None:
        """Baseline retention, 1 less the churn."""
        return None if self.churn is None else 1 - self.churn


def implied_baseline(
    gain: float, points: float = 0.05, discount: float = 0.0, reading: str = "geometric"
) -> Implied:
    """From which baseline churn a published gain follows by arithmetic alone.

    Solves :func:`gain` for the churn, with constant margin and no cost of winning:

    - ``"geometric"``: ``c = p(1+g)/g - d``;
    - ``"fixed_life"``: solved numerically; where two churns give the gain, the higher one;
    - ``"relative"``: ``c = d·g / (1 - (1+g)(1-p))``, where the gain is below
      ``1/(1-p) - 1``; without discounting it is just that from every churn, so that no churn
      gives another one;
    - ``"relative_retention"``: ``c = (p(1+g) - d·g) / ((1+g)(1+p) - 1)``.

    Parameters
    ----------
    gain
        Published gain, above 0 and at most 10, as a share: 0.25 is 25 percent.
    points, discount, reading
        As in :func:`gain`.

    Returns
    -------
    Implied
        ``churn``, ``feasible``, ``why``, ``retention``. A solution that no firm can have is
        returned, and flagged.

    Raises
    ------
    InputError
        For values out of range.

    Examples
    --------
    >>> round(implied_baseline(0.25).churn, 4), round(implied_baseline(0.85).retention, 3)
    (0.25, 0.891)
    >>> implied_baseline(0.85, discount=0.10).feasible
    False
    """
    check_reading(reading)
    gain = _published("gain", gain)
    points = between("points", points, 1e-6, 1, open_ends=True)
    discount = rate(discount)
    if reading == "fixed_life":
        return _fixed_life(gain, points, discount)
    grown = 1 + gain
    if reading == "geometric":
        churn = points * grown / gain - discount
    elif reading == "relative_retention":
        churn = (points * grown - discount * gain) / (grown * (1 + points) - 1)
    else:
        most, short = 1 / (1 - points) - 1, 1 - grown * (1 - points)
        if discount == 0:
            if math.isclose(gain, most, rel_tol=1e-3):
                return Implied(None, True, "every churn gives this gain")
            return Implied(None, False, f"no churn gives it: every one gives {most:.3%}")
        if gain >= most or short <= 0:
            return Implied(None, False, f"no churn gives it: the gain is below {most:.3%}")
        churn = discount * gain / short
    return _judged(churn, points, reading)


def implied_churn(
    gain: float, points: float = 0.05, discount: float = 0.0, reading: str = "geometric"
) -> float:
    """Return the churn of :func:`implied_baseline` alone; NaN where no churn gives the gain.

    In the reading ``"geometric"`` it is ``c = points · (1 + gain) / gain - discount``.

    Parameters
    ----------
    gain, points, discount, reading
        As in :func:`implied_baseline`, which also says whether a firm can have this churn: one
        below ``points`` cannot fall by as much.

    Returns
    -------
    float
        Churn per year, as a share.

    Raises
    ------
    InputError
        For values out of range.

    Examples
    --------
    >>> round(implied_churn(0.25), 4), round(implied_churn(0.85, discount=0.10), 4)
    (0.25, 0.0088)
    >>> implied_churn(0.25, reading="relative")
    nan
    """
    churn = implied_baseline(gain, points, discount, reading).churn
    return math.nan if churn is None else churn


def _published(name: str, value: object) -> float:
    """Return a gain as a share; what is larger than tenfold will have been meant in percent."""
    if isinstance(value, int | float) and MOST < value <= 100 * MOST:
        raise InputError(
            f"{name} must be a share between 1e-06 and {MOST}, not {shown(value)}; write"
            f" {value:g} % as {value / 100:g}."
        )
    return between(name, value, 1e-6, MOST)


def _judged(churn: float, points: float, reading: str) -> Implied:
    if churn > 1:
        return Implied(churn, False, "a churn above 1")
    if churn <= 0 or lowered(churn, points, reading) < -1e-12:
        return Implied(churn, False, "a churn that cannot fall so far")
    return Implied(churn, True, "")


def _fixed_life(wanted: float, points: float, discount: float) -> Implied:
    """Solve on a grid, for with discounting the gain rises and then falls again."""
    from scipy.optimize import brentq

    def above(churn: float) -> float:
        return gain_of(churn, points, discount, "fixed_life") - wanted

    grid = [*(points + np.geomspace(1e-9 * points, 1 - points, GRID)[:-1]), 1.0]
    found = [above(churn) for churn in grid]
    roots = [
        float(brentq(above, *ends, xtol=1e-14))
        for ends, signs in zip(pairwise(grid), pairwise(found), strict=True)
        if min(signs) <= 0 < max(signs)
    ]
    if roots:
        also = ", ".join(f"{churn:.4g}" for churn in roots[:-1])
        return Implied(roots[-1], True, f"also a churn of {also}" if also else "")
    if max(found) <= 0:
        most = max(found) + wanted
        return Implied(None, False, f"no churn gives it: the gain is {most:.1%} at most")
    return Implied(None, False, "a churn above 1")


def hidden_assumptions(
    gains: Sequence[float] = (0.25, 0.5, 0.85),
    churns: Sequence[float] = (0.10, 0.15, 0.25),
    *,
    points: float = 0.05,
    discount: float = 0.10,
) -> pd.DataFrame:
    """Compute what has to be assumed, and is not said, for a published gain to come out.

    Two assumptions lift the gain of :func:`gain`: margins that grow with tenure, and a cost
    of winning that eats part of a customer's worth. Each is solved for alone.

    Parameters
    ----------
    gains
        Published gains, as shares.
    churns
        Baseline churns, above ``points``.
    points, discount
        As in :func:`gain`.

    Returns
    -------
    pandas.DataFrame
        One row per gain and churn: ``gain, churn, plain_gain`` (without either),
        ``growth_needed`` (per year, in shares of the first year's margin) and
        ``acquisition_share_needed`` (of the worth before the step); 0 where none is needed,
        missing where no growth is enough.

    Examples
    --------
    >>> hidden_assumptions(gains=(0.5, 0.85), churns=(0.15,)).round(3)
       gain  churn  plain_gain  growth_needed  acquisition_share_needed
    0  0.50   0.15        0.25          0.476                     0.500
    1  0.85   0.15        0.25            NaN                     0.706
    """
    rows = []
    for wanted in (_published("gains", g) for g in np.atleast_1d(gains).tolist()):
        for churn in np.atleast_1d(churns):
            plain = gain_of(churn, points, discount)
            growth, share = 0.0, max(0.0, 1 - plain / wanted)
            if share:
                growth = _growth_for(wanted, churn, points, discount)
            rows.append((wanted, churn, plain, growth, share))
    names = ["gain", "churn", "plain_gain", "growth_needed", "acquisition_share_needed"]
    return pd.DataFrame(rows, columns=names)


def _growth_for(wanted: float, churn: float, points: float, discount: float) -> float:
    """Growth that lifts the gain to the one wanted: worth is a line in growth."""
    level, slope = _line(churn, discount)
    level_after, slope_after = _line(churn - points, discount)
    reach = slope_after - (1 + wanted) * slope
    return ((1 + wanted) * level - level_after) / reach if reach > 0 else math.nan


def _line(churn: float, discount: float) -> tuple[float, float]:
    """Worth of a customer at no growth, and what a growth of 1 adds to it."""
    level = worth(churn, discount, "geometric")
    return level, worth(churn, discount, "geometric", 1.0) - level
