"""Whose answers they are: many rows of one person tell less than as many of different people."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import Array
from loyaltylab.curve.answers import of_group

FEW = 20
"""Clusters below which an interval is often too narrow, whatever is done about it."""


def codes(rows: pd.DataFrame, group: Any = "all") -> npt.NDArray[Any]:
    """Return a number for the cluster of each row, each row its own if none is named.

    Parameters
    ----------
    rows
        Answers, with or without a column ``cluster``.
    group
        Whose they are, for the sentence if they all come from one cluster.

    Raises
    ------
    InputError
        If all rows are of one cluster: nothing then tells how clusters differ.

    Examples
    --------
    >>> codes(pd.DataFrame({"cluster": ["ann", "bob", "ann"]})).tolist()
    [0, 1, 0]
    """
    if "cluster" not in rows:
        return np.arange(len(rows))
    numbers, found = pd.factorize(rows["cluster"])
    if len(found) < 2:
        where = of_group(group).replace("for", "of", 1)
        raise InputError(
            f"The cluster is {str(found[0])[:40]} in every row{where}, which tells nothing of"
            " others; name the column that says whose answer it is, or leave"
            f" {'that group' if where else 'cluster'} out."
        )
    return numbers


def people(rows: pd.DataFrame) -> int:
    """Return how many clusters answered, which are rows if none is named.

    Examples
    --------
    >>> people(pd.DataFrame({"cluster": ["ann", "bob", "ann"]}))
    2
    """
    return int(rows["cluster"].nunique()) if "cluster" in rows else len(rows)


def reach(level: float, clusters: npt.ArrayLike) -> Array:
    """Return how many standard errors an interval reaches to each side: t, clusters − 1 df.

    Examples
    --------
    >>> reach(0.95, [2, 10, 1000]).round(2)
    array([12.71,  2.26,  1.96])
    """
    from scipy.stats import t

    return np.asarray(t.ppf((1 + level) / 2, np.maximum(np.asarray(clusters) - 1, 1)))


def of_few(rows: pd.DataFrame, groups: Any) -> list[str]:
    """Say in which groups only a few clusters answered.

    Examples
    --------
    >>> of_few(pd.DataFrame({"cluster": [1, 2, 2], "group": "all"}), ["all"])
    ['the interval rests on 2 clusters, and with fewer than 20 it is often too narrow']
    """
    if "cluster" not in rows:
        return []
    counted = [(people(rows[rows["group"] == name]), of_group(name)) for name in groups]
    least, where = min(counted, key=lambda pair: pair[0])
    if least >= FEW:
        return []
    return [
        f"the interval{where} rests on {least} clusters, and with fewer than {FEW} it is often"
        " too narrow"
    ]
