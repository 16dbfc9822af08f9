"""The second method: mean scores instead of classes, and where the methods disagree."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between, wilson
from loyaltylab.needs.answers import checked_classes
from loyaltylab.needs.better_worse import Lines, coefficients
from loyaltylab.needs.counts import classes

FUNCTIONAL = np.array([4.0, 2.0, 0.0, -1.0, -2.0])
"""Score of like, expect, neutral, live with, dislike, if it is there."""
DYSFUNCTIONAL = FUNCTIONAL[::-1].copy()
"""The same answers, if it is not there: to dislike that speaks for the attribute."""
LOWEST, HIGHEST = -2.0, 4.0


def continuous(
    answers: Data,
    *,
    attribute: Hashable = "attribute",
    kano: Hashable = "kano",
    functional: Hashable = "functional_code",
    dysfunctional: Hashable = "dysfunctional_code",
    by: Hashable | None = None,
    customer: Hashable | None = None,
    cut: float = 2.0,
    questionable: bool = False,
    level: float = 0.95,
) -> pd.DataFrame:
    """Average the answers as scores from -2 to 4, and read the class from where the mean lies.

    If it is there, like counts 4, expect 2, neutral 0, live with -1, dislike -2; if it is not
    there, the other way round. Scores are lopsided because like and dislike are stronger
    answers than live with. With ``cut`` 2 an attribute is O where both means reach it, A where
    only the functional one, M where only the dysfunctional one, I where neither does; where both
    are below 0 it is R. The scores and the cut are conventions.

    Parameters
    ----------
    answers
        What :func:`classify` returned.
    attribute, kano, by, customer
        As in :func:`class_counts`.
    functional, dysfunctional
        Columns: the codes 1 to 5.
    cut
        Where a mean counts as high, from -2 to 4.
    questionable
        Whether answers of class Q, which contradict themselves, are in the means.
    level
        Coverage of the intervals (Student's t).

    Returns
    -------
    pandas.DataFrame
        ``group, attribute, functional, functional_lower, functional_upper, dysfunctional,
        dysfunctional_lower, dysfunctional_upper, n, left_out`` (missing or questionable),
        ``zone``. Where nobody is left, the means and the zone are missing.

    Raises
    ------
    InputError
        As :func:`class_counts`, and for codes outside 1 to 5.

    References
    ----------
    DuMouchel, in Berger et al. (1993); *stp25stat* uses the same scores divided by 4.

    Examples
    --------
    >>> said = pd.DataFrame({"attribute": "app", "functional_code": [1, 1, 2, 1],
    ...                      "dysfunctional_code": [5, 3, 5, 5], "kano": list("OAMO")})
    >>> continuous(said)[["functional", "dysfunctional", "n", "zone"]]
       functional  dysfunctional  n zone
    0         3.5            3.0  4    O
    """
    cut = between("cut", cut, LOWEST, HIGHEST)
    between("level", level, 0, 1, open_ends=True)
    if not isinstance(questionable, bool):
        raise InputError(f"questionable must be True or False, not {shown(questionable)}.")
    more = {"functional": functional, "dysfunctional": dysfunctional}
    people = checked_classes(answers, attribute, kano, by, customer, **more)
    given = people["kano"].notna() & (questionable | (people["kano"] != "Q"))
    found = []
    for key, part in people.groupby(["group", "attribute"], observed=True, sort=True):
        used = part[given[part.index]]
        means: dict[str, float] = {}
        scored = (("functional", FUNCTIONAL), ("dysfunctional", DYSFUNCTIONAL))
        for name, scores in scored:
            code = codes_of(used[name], more[name])
            mean, lower, upper = _mean(scores[code - 1], level)
            means |= {name: mean, f"{name}_lower": lower, f"{name}_upper": upper}
        zone = _zone(means["functional"], means["dysfunctional"], cut)
        counts = {"n": len(used), "left_out": len(part) - len(used), "zone": zone}
        found.append({"group": key[0], "attribute": key[1], **means, **counts})
    return pd.DataFrame(found)


def compare_methods(
    answers: Data,
    *,
    attribute: Hashable = "attribute",
    kano: Hashable = "kano",
    functional: Hashable = "functional_code",
    dysfunctional: Hashable = "dysfunctional_code",
    customer: Hashable | None = None,
    lines: Lines = "half",
    cut: float = 2.0,
    margin: float = 0.05,
) -> pd.DataFrame:
    """Put the class of each attribute by every method side by side.

    Parameters
    ----------
    answers, attribute, kano, functional, dysfunctional, customer
        As in :func:`continuous`.
    lines, cut, margin
        As in :func:`coefficients`, :func:`continuous` and :func:`classes`.

    Returns
    -------
    pandas.DataFrame
        ``attribute, mode, rule, sided, fong, quadrant, zone, agree`` (all six say the same).

    Raises
    ------
    InputError
        As these three.

    Examples
    --------
    >>> said = pd.DataFrame({"attribute": "app", "functional_code": [1, 1, 2, 1],
    ...                      "dysfunctional_code": [5, 3, 5, 5], "kano": list("OAMO")})
    >>> compare_methods(said).iloc[0, 1:7].tolist()
    ['O', 'O', 'O', 'O/M', 'O', 'O']
    """
    same: dict[str, Any] = {"attribute": attribute, "kano": kano, "customer": customer}
    by_count = classes(answers, margin=margin, **same)
    quadrant = coefficients(answers, lines=lines, **same)["quadrant"]
    codes: dict[str, Any] = {"functional": functional, "dysfunctional": dysfunctional}
    zone = continuous(answers, cut=cut, **codes, **same)["zone"]
    table = by_count[["attribute", "mode", "rule", "sided", "fong"]].assign(
        quadrant=quadrant.to_numpy(), zone=zone.to_numpy()
    )
    return table.assign(agree=table.iloc[:, 1:].nunique(axis=1, dropna=False) == 1)


def codes_of(values: pd.Series[Any], name: Hashable) -> Any:
    """Return codes as whole numbers; a class without its codes did not come from classify().

    Examples
    --------
    >>> codes_of(pd.Series([1.0, 5.0]), "functional_code")
    array([1, 5])
    """
    numbers = pd.to_numeric(values, errors="coerce")
    if not numbers.isin([1, 2, 3, 4, 5]).all():
        wrong = values[~numbers.isin([1, 2, 3, 4, 5])].iloc[0]
        raise InputError(
            f"Column {shown(name)} must hold the codes 1 to 5 wherever there is a class, but holds"
            f" {shown(wrong)}; take the codes that classify() returned."
        )
    return numbers.to_numpy(dtype=int)


def _mean(scores: Array, level: float) -> tuple[float, float, float]:
    """Mean and interval; where all answers are the same, nobody knows that none differs."""
    from scipy.stats import t

    if len(scores) == 0:
        return math.nan, LOWEST, HIGHEST
    n, mean = len(scores), float(scores.mean())
    if np.ptp(scores) == 0:
        other = float(wilson(0, n, level)[1])
        return mean, mean - other * (mean - LOWEST), mean + other * (HIGHEST - mean)
    reach = float(t.ppf((1 + level) / 2, n - 1) * scores.std(ddof=1) / np.sqrt(n))
    return mean, max(mean - reach, LOWEST), min(mean + reach, HIGHEST)


def _zone(functional: float, dysfunctional: float, cut: float) -> str | None:
    if math.isnan(functional):
        return None
    if functional < 0 and dysfunctional < 0:
        return "R"
    return {(1, 1): "O", (1, 0): "A", (0, 1): "M", (0, 0): "I"}[
        int(functional >= cut), int(dysfunctional >= cut)
    ]
