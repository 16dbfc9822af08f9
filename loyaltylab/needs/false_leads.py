"""How often the tests of a leading class are wrong, found out by simulated surveys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array, between, generator, whole, wilson
from loyaltylab.needs.counts import fong_needs
from loyaltylab.needs.leading import MOST, one_sided_p


def false_leaders(
    shares: Sequence[float],
    *,
    n: int,
    level: float = 0.90,
    draws: int = 10_000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Ask by simulation how often each test names one leading class, and wrongly.

    Parameters
    ----------
    shares
        True shares of the classes, two or more, adding to 1. Give the first two the same share,
        and whoever names one leader is wrong.
    n
        Customers of each simulated survey, 1 to 1,000,000.
    level
        Confidence that the tests promise: they should be wrong in at most ``1 - level``.
    draws, seed
        Simulated surveys, 100 to 1,000,000, and their seed.

    Returns
    -------
    pandas.DataFrame
        ``test`` (``fong``; ``one_sided`` and ``two_sided``: the exact binomial of leader and
        runner-up), ``names_one``, ``wrong`` (names a class that is not the only leader), both as
        shares of the surveys, ``lower, upper`` (95 % interval of ``wrong``), ``promised``.

    Raises
    ------
    InputError
        For shares that are negative or do not add to 1, or numbers out of range.

    Examples
    --------
    >>> false_leaders([0.4, 0.4, 0.2], n=200)[["test", "wrong", "promised"]].round(2)
            test  wrong  promised
    0       fong   0.20       0.1
    1  one_sided   0.17       0.1
    2  two_sided   0.09       0.1
    """
    whole("n", n, 1, MOST)
    whole("draws", draws, 100, MOST)
    level = between("level", level, 0, 1, open_ends=True)
    true = _shares(shares)
    counts = generator(seed).multinomial(n, true, size=draws)
    order = np.argsort(-counts, axis=1, kind="stable")
    a, b = (np.take_along_axis(counts, order[:, [i]], axis=1)[:, 0] for i in (0, 1))
    sole = np.isclose(true, true.max()).sum() == 1
    right = sole & (order[:, 0] == int(true.argmax()))
    p = one_sided_p(a, b)
    fong = (a > b) & (a - b >= fong_needs(a, b, n, level))
    found = []
    for test, names in (
        ("fong", fong),
        ("one_sided", p <= 1 - level),
        ("two_sided", 2 * p <= 1 - level),
    ):
        wrong = int((names & ~right).sum())
        lower, upper = wilson(wrong, draws)
        found.append((test, names.mean(), wrong / draws, float(lower), float(upper), 1 - level))
    return pd.DataFrame(found, columns=["test", "names_one", "wrong", "lower", "upper", "promised"])


def _shares(shares: Any) -> Array:
    try:
        true = np.array([between("a share", s, 0, 1) for s in shares])
    except TypeError:
        raise InputError(f"shares must be a list of shares, not {shown(shares)}.") from None
    if len(true) < 2 or abs(true.sum() - 1) > 1e-9:
        raise InputError(
            f"shares must be two or more that add to 1, not {shown(shares)}, which"
            f" add to {true.sum():g}."
        )
    return np.asarray(true / true.sum())
