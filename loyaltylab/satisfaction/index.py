"""A weighted index of satisfaction with stated weights, from 0 to 100."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.frames import Data
from loyaltylab.base.stats import between, generator, whole
from loyaltylab.curve.scale import unit
from loyaltylab.satisfaction.intervals import need_answers, weighted_mean
from loyaltylab.satisfaction.survey import By, Items, groups_of, item_values, measured, of_group


def satisfaction_index(
    data: Data,
    *,
    items: Items,
    scale: Any = (1, 5),
    by: By = None,
    count: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the weighted index ``100 Σ w_i (m_i − low) / (high − low)`` by group.

    m_i is the mean of item i over those who answered it; the weights are brought to the sum 1.
    The weights are *stated*: somebody chose them, and nothing here tests them (chapter 03
    derives weights). The interval is Student's over respondents, with the correlation of a
    person's answers and the gaps taken in.

    Parameters
    ----------
    items
        A dict of columns and weights, or a list of columns that weigh the same.
    data, scale, by, count, customer, level
        See :func:`satisfaction_rate`.

    Returns
    -------
    pandas.DataFrame
        ``group, index, lower, upper, n``; n is how many answered at least one item.

    Raises
    ------
    InputError
        For weights that are negative or all 0, a missing column, an answer out of scale, a
        customer who stands twice in a group, an item that nobody answered.

    Examples
    --------
    >>> answers = pd.DataFrame({"quality": [5, 4, 3], "price": [2, 1, None]})
    >>> satisfaction_index(answers, items={"quality": 3, "price": 1})[["index", "n"]]
        index  n
    0  59.375  3
    """
    between("level", level, 0, 1, open_ends=True)
    table, names, weights, one = measured(data, items, scale, by=by, count=count, customer=customer)
    rows = []
    for name, part in groups_of(table):
        people = part["weight"].to_numpy()
        values = 100 * unit(item_values(part), one.low, one.high)
        need_answers(values, people, names, of_group(name))
        rows.append((name, *weighted_mean(values, people, weights, 0.0, 100.0, level)))
    return pd.DataFrame(rows, columns=["group", "index", "lower", "upper", "n"])


def index_under_weights(
    data: Data,
    *,
    items: Items,
    scale: Any = (1, 5),
    by: By = None,
    count: Hashable | None = None,
    customer: Hashable | None = None,
    draws: int = 1000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Return how far the index moves, and how often a group leads, if nobody knew the weights.

    Weights are drawn evenly from all that are possible (Dirichlet with ones). What a choice of
    weights can do to the order of the groups is not sampling error; it stays with any n.

    Parameters
    ----------
    draws
        Sets of weights, 100 to 1,000,000.
    seed
        A whole number >= 0, a numpy Generator, or None.
    data, items, scale, by, count, customer
        See :func:`satisfaction_index`; ``index`` uses the weights of ``items``.

    Returns
    -------
    pandas.DataFrame
        ``group, index, lowest, highest`` (over all possible weights: those of the worst and
        the best item), ``leads`` (share of the draws in which the group stands first).

    Raises
    ------
    InputError
        As :func:`satisfaction_index`.

    Examples
    --------
    >>> answers = pd.DataFrame({"shop": ["a", "b"], "quality": [5, 4], "price": [2, 3]})
    >>> index_under_weights(answers, items=["quality", "price"], by="shop", seed=1).round(2)
      group  index  lowest  highest  leads
    0     a   62.5    25.0    100.0   0.49
    1     b   62.5    50.0     75.0   0.51
    """
    whole("draws", draws, 100, 1_000_000)
    rng = generator(seed)
    table, names, weights, one = measured(data, items, scale, by=by, count=count, customer=customer)
    groups, means = [], []
    for name, part in groups_of(table):
        people = part["weight"].to_numpy()
        values = 100 * unit(item_values(part), one.low, one.high)
        need_answers(values, people, names, of_group(name))
        there = ~np.isnan(values)
        means.append((people @ np.where(there, values, 0.0)) / (people @ there))
        groups.append(name)
    found = np.array(means)
    first = np.argmax(rng.dirichlet(np.ones(len(names)), draws) @ found.T, axis=1)
    return pd.DataFrame(
        {
            "group": groups,
            "index": found @ weights,
            "lowest": found.min(axis=1),
            "highest": found.max(axis=1),
            "leads": np.bincount(first, minlength=len(groups)) / draws,
        }
    )
