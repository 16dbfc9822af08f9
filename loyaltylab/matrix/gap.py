"""Where two groups that moved differ: those served and those not, a region that opened or not."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Column, returned_by

KEYS = ["before", "after"]


def transition_difference(table: pd.DataFrame, *, of: Hashable, minus: Hashable) -> pd.DataFrame:
    """Compare two groups: how much more often one ends in a segment than the other.

    ``difference = P(after | before, of) - P(after | before, minus)``, with Newcombe's interval
    (1998, his method 10), which joins the intervals of the two probabilities. It is what a
    treatment does only if chance decided who was treated; the difference of two regions may
    come from anything in which they differ.

    Parameters
    ----------
    table
        What :func:`transitions` returned with ``by``; its level is that of the interval.
    of, minus
        The two groups, as they stand in its column ``group``.

    Returns
    -------
    pandas.DataFrame
        One row per pair of states: ``before, after, of, minus, n_of, n_minus,
        probability_of, probability_minus, difference, lower, upper``. Where one of the two
        probabilities is not known the difference is NaN and the interval runs from -1 to 1.

    Raises
    ------
    InputError
        For a table that is none of :func:`transitions`, or a group that is not in it.

    References
    ----------
    Newcombe, R. G. (1998), Interval estimation for the difference between independent
    proportions: comparison of eleven methods, Statistics in Medicine 17.

    Examples
    --------
    >>> from loyaltylab.matrix import transitions
    >>> seen = pd.DataFrame({"customer": [*range(80)] * 2, "wave": [1] * 80 + [2] * 80,
    ...                      "segment": ["inert"] * 80 + ["loyal"] * 30 + ["inert"] * 30
    ...                                 + ["loyal"] * 10 + ["inert"] * 10,
    ...                      "served": (["yes"] * 40 + ["no"] * 40) * 2})
    >>> found = transition_difference(transitions(seen, by="served"), of="yes", minus="no")
    >>> found.query("before == 'inert' and after == 'loyal'")[
    ...     ["probability_of", "probability_minus", "difference", "lower", "upper"]].round(3)
       probability_of  probability_minus  difference  lower  upper
    8            0.75               0.25         0.5  0.285  0.653
    """
    whole = isinstance(table, pd.DataFrame) and {"n", "probability"} <= set(table.columns)
    checked = returned_by(
        "transitions()",
        table.fillna({"probability": 0.0}) if whole else table,
        **{name: Column(name, "group") for name in ("group", *KEYS)},
        n=Column("n", "whole", 0),
        **{name: Column(name, "number", 0, 1) for name in ("probability", "lower", "upper")},
    )
    checked["probability"] = table["probability"].to_numpy()
    sides = []
    for name in (of, minus):
        side = checked[checked["group"] == name] if isinstance(name, Hashable) else checked[:0]
        if side.empty:
            raise InputError(
                f"table holds no group {shown(name)}; it holds"
                f" {some(checked['group'].unique().tolist())}."
            )
        sides.append(side.drop(columns="group"))
    both = sides[0].merge(sides[1], on=KEYS, suffixes=("_of", "_minus"), validate="1:1")
    p, q = both["probability_of"], both["probability_minus"]
    lower = (p - q) - np.hypot(p - both["lower_of"], both["upper_minus"] - q)
    upper = (p - q) + np.hypot(both["upper_of"] - p, q - both["lower_minus"])
    names = [*KEYS, "of", "minus", "n_of", "n_minus", "probability_of", "probability_minus"]
    groups: dict[str, Any] = {"of": of, "minus": minus}
    return both.assign(**groups)[names].assign(
        difference=p - q, lower=lower.fillna(-1.0), upper=upper.fillna(1.0)
    )
