"""Two groups beside each other: by how much rates differ, and where mean and top box disagree."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between, generator, whole
from loyaltylab.satisfaction.boxes import cells_of, checked_top, mean_of, top_of
from loyaltylab.satisfaction.intervals import difference, share
from loyaltylab.satisfaction.rate import counted
from loyaltylab.satisfaction.survey import By, declared, groups_of, of_group, surveyed

TIE = 1e-12


def rate_difference(
    data: Data,
    *,
    by: By,
    reference: Any = None,
    answer: Hashable = "overall",
    satisfied: Any = 4,
    scale: Any = (1, 5),
    count: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the satisfaction rate of each group less that of a reference group.

    The interval is Newcombe's hybrid of two Wilson intervals (method 10, 1998), each
    comparison by itself; it needs different people in the groups.

    Parameters
    ----------
    reference
        The group that is subtracted; None takes the first in order.
    data, by, answer, satisfied, scale, count, customer, level
        See :func:`satisfaction_rate`. Only those who answered count.

    Returns
    -------
    pandas.DataFrame
        ``group, reference, rate, reference_rate, difference, lower, upper, n, reference_n``.

    Raises
    ------
    InputError
        As :func:`satisfaction_rate`, and for a customer in two groups, one group only, or an
        unknown reference.

    Examples
    --------
    >>> cells = pd.DataFrame(
    ...     {"drug": ["a", "a", "b", "b"], "overall": [5, 1, 5, 1], "people": [56, 14, 48, 32]}
    ... )
    >>> gap = rate_difference(cells, by="drug", reference="b", count="people").iloc[0]
    >>> [round(float(gap[end]), 4) for end in ("difference", "lower", "upper")]
    [0.2, 0.0524, 0.3339]
    """
    between("level", level, 0, 1, open_ends=True)
    if by is None:
        raise InputError("by must name the column that splits the people into groups, not None.")
    one = declared(scale)
    table = surveyed(
        data, {"answer": (answer, one)}, by=by, count=count, customer=customer, together=True
    )
    counts = counted(satisfied, one)
    rates = {}
    for name, part in groups_of(table):
        part = part[part["answer"].notna().to_numpy()]
        people = part["weight"].to_numpy()
        if people.sum() == 0:
            raise InputError(f"Nobody{of_group(name)} answered {shown(answer)}; leave it out.")
        yes = people[counts(part["answer"].to_numpy())].sum()
        rates[name] = share(float(yes), float(people.sum()), level)
    names = list(rates)
    if len(names) < 2:
        raise InputError(f"by must split the people into two groups or more, not {len(names)}.")
    base = names[0] if reference is None else reference
    if not any(base == name for name in names):
        raise InputError(
            f"reference must be one of the groups{nearest(base, names)}, not {shown(base)}."
        )
    rows = []
    for name in names:
        if name != base:
            gap = difference(rates[name], rates[base])
            values = (rates[name].value, rates[base].value, gap.value, gap.lower, gap.upper)
            rows.append((name, base, *values, rates[name].n, rates[base].n))
    columns = ["group", "reference", "rate", "reference_rate", "difference", "lower", "upper"]
    return pd.DataFrame(rows, columns=[*columns, "n", "reference_n"])


def reversals(
    data: Data,
    *,
    by: By,
    answer: Hashable = "overall",
    scale: Any = (1, 5),
    top: int = 1,
    count: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Compare each pair of groups by the mean and by the top box, and say where the two disagree.

    Parameters
    ----------
    by
        Column, or list of columns, that splits the people into at least two groups.
    top
        How many of the best answers make the top box.
    draws, seed
        Bootstrap samples of counts, 100 to 1,000,000, and their seed.
    data, answer, scale, count, customer, level
        See :func:`satisfaction_rate`. Different people must stand in the groups.

    Returns
    -------
    pandas.DataFrame
        One row per pair: ``first, second, mean_difference, mean_lower, mean_upper,
        top_difference, top_lower, top_upper, disagree`` (the two differences have opposite
        signs), ``sure`` (and both intervals exclude 0), ``opposite`` (share of bootstrap draws
        with opposite signs), ``first_n, second_n``. Each interval is for itself: of many pairs
        some disagree by chance.

    Raises
    ------
    InputError
        As :func:`rate_difference`.

    References
    ----------
    Newcombe, R. G. (1998) for the shares; Zou, G. Y. & Donner, A. (2008) for the means
    (reported, not verified).

    Examples
    --------
    >>> cells = pd.DataFrame(
    ...     {"shop": ["a"] * 5 + ["b"] * 5, "overall": [1, 2, 3, 4, 5] * 2,
    ...      "people": [90, 60, 50, 50, 250, 10, 30, 110, 200, 150]}
    ... )
    >>> pair = reversals(cells, by="shop", count="people", seed=1)
    >>> pair[["mean_difference", "top_difference", "disagree", "sure", "opposite"]].round(2)
       mean_difference  top_difference  disagree  sure  opposite
    0            -0.28             0.2      True  True       1.0
    """
    between("level", level, 0, 1, open_ends=True)
    whole("draws", draws, 100, 1_000_000)
    rng = generator(seed)
    if by is None:
        raise InputError("by must name the column that splits the people into groups, not None.")
    one = declared(scale)
    boxes = checked_top(top, one)
    table = surveyed(
        data,
        {"answer": (answer, one)},
        by=by,
        count=count,
        customer=customer,
        kind="whole",
        together=True,
    )
    found = {}
    for name, part in groups_of(table):
        values, people = cells_of(part, "answer")
        if not len(values):
            raise InputError(f"Nobody{of_group(name)} answered {shown(answer)}; leave it out.")
        estimates = (
            mean_of(values, people, one, level),
            top_of(values, people, one, boxes, level),
        )
        found[name] = (*estimates, _draw(values, people, values > one.high - boxes, draws, rng))
    if len(found) < 2:
        raise InputError(f"by must split the people into two groups or more, not {len(found)}.")
    rows = []
    for first, second in combinations(found, 2):
        (mean_a, top_a, drawn_a), (mean_b, top_b, drawn_b) = found[first], found[second]
        mean, box = difference(mean_a, mean_b), difference(top_a, top_b)
        apart = drawn_a - drawn_b
        rows.append(
            {
                "first": first,
                "second": second,
                "mean_difference": mean.value,
                "mean_lower": mean.lower,
                "mean_upper": mean.upper,
                "top_difference": box.value,
                "top_lower": box.lower,
                "top_upper": box.upper,
                "disagree": _opposite(mean.value, box.value),
                "sure": bool(
                    _opposite(mean.value, box.value)
                    and mean.lower * mean.upper > 0
                    and box.lower * box.upper > 0
                ),
                "opposite": float(np.mean(_opposite(apart[:, 0], apart[:, 1]))),
                "first_n": mean_a.n,
                "second_n": mean_b.n,
            }
        )
    return pd.DataFrame(rows)


def _opposite(a: Any, b: Any) -> Any:
    return (np.abs(a) > TIE) & (np.abs(b) > TIE) & (np.sign(a) != np.sign(b))


def _draw(
    values: Array,
    people: npt.NDArray[np.int64],
    best: npt.NDArray[np.bool_],
    draws: int,
    rng: np.random.Generator,
) -> Array:
    """Return mean and top box of as many bootstrap samples, shape ``(draws, 2)``."""
    n = int(people.sum())
    sample = rng.multinomial(n, people / n, size=draws)
    return np.asarray(sample @ np.stack([values, best.astype(float)], axis=1) / n)
