"""A user's table as this chapter takes it: attributes, an outcome, and whose answers they are."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Column, Data
from loyaltylab.base.stats import Array
from loyaltylab.curve import answers as given
from loyaltylab.curve import clusters as people
from loyaltylab.curve import scale as scales
from loyaltylab.drivers.shapley import MOST

Scale = tuple[float, float]
SCALES = {"outcome": "outcome_scale", "importance": "importance_scale"}
"""The parameter that holds the scale of a role's columns, if it is not ``scale``."""
SINGULAR = 1e-8
"""Share of an attribute's variance that the others must leave."""


class Ratings(NamedTuple):
    """Checked answers: one row each, the columns asked for, the cluster of each row.

    ``missing`` counts the rows that were left out because an answer is missing.
    """

    values: Array
    codes: npt.NDArray[np.int64]
    clusters: int
    missing: int

    @property
    def n(self) -> int:
        """How many rows there are."""
        return len(self.values)


def names(role: str, given_names: Any, fewest: int = 1, most: int = MOST) -> list[Hashable]:
    """Return a list of different column names, or say what is wrong with it.

    Examples
    --------
    >>> names("attributes", ("quality", "price"))
    ['quality', 'price']
    """
    listed = in_order(given_names)
    if isinstance(given_names, str) or not fewest <= len(listed) <= most:
        number = f"{fewest} to {most}" if fewest < most else f"{most}"
        count = "" if not listed or isinstance(given_names, str) else f" ({len(listed)} of them)"
        raise InputError(
            f"{role} must be a list of {number} column names, such as ['quality', 'price'], not"
            f" {shown(given_names)}{count}."
        )
    try:
        doubled = [name for name in dict.fromkeys(listed) if listed.count(name) > 1]
    except (TypeError, ValueError):
        raise InputError(
            f"{role} must be a list of column names, not {shown(given_names)}."
        ) from None
    if doubled:
        raise InputError(f"{role} names {shown(doubled[0])} twice; name each column once.")
    return listed


def in_order(given_values: Any) -> list[Any]:
    """Return what a list, a tuple, an index, a column or an array holds; of others, nothing.

    Examples
    --------
    >>> in_order(pd.Index(["low", "high"])), in_order({"low", "high"})
    (['low', 'high'], [])
    """
    if isinstance(given_values, pd.Index | pd.Series | np.ndarray):
        return list(given_values.tolist())
    return list(given_values) if isinstance(given_values, Sequence) else []


def ratings(
    data: Data,
    columns: dict[str, list[Hashable]],
    limits: dict[str, Scale | None],
    cluster: Hashable | None,
    *,
    vary: bool = True,
) -> Ratings:
    """Check the columns of every role, and keep the rows that answered all of them.

    With ``vary`` a column that holds one value throughout is refused: nothing goes along with it.

    Examples
    --------
    >>> seen = pd.DataFrame({"price": [1, 2, 1, 5, None], "overall": [2, 3, 4, 5, 4]})
    >>> wanted = {"attribute": ["price"], "outcome": ["overall"]}
    >>> ratings(seen, wanted, {"attribute": (1, 5), "outcome": (1, 5)}, None).values[:2].tolist()
    [[1.0, 2.0], [2.0, 3.0]]
    """
    once: dict[Hashable, str] = {}
    fields = {}
    for role, wanted in columns.items():
        low, high = (
            (None, None)
            if limits[role] is None
            else scales.ends(limits[role], SCALES.get(role, "scale"))
        )
        for i, name in enumerate(wanted):
            if not isinstance(name, Hashable):
                raise InputError(f"{role} must be the name of a column, not {shown(name)}.")
            if name in once or (cluster is not None and name == cluster):
                other = once.get(name, "cluster")
                raise InputError(
                    f"Column {shown(name)} is named as {other} and as {role}; a column can be only"
                    " one of them."
                )
            once[name] = role
            label = role if len(wanted) == 1 else f"{role} {i + 1}"
            fields[label] = Column(name, "number", low, high)
    rows, missing = given.answered(data, None, cluster, **fields)
    rows = rows.reset_index(drop=True)
    codes = people.codes(rows)
    clusters = int(codes.max()) + 1
    values = rows[list(fields)].to_numpy(float)
    _enough(values, list(once), clusters)
    if vary:
        _varied(values, list(once))
    return Ratings(values, codes, clusters, missing[given.EVERYONE])


def _enough(values: Array, wanted: list[Hashable], clusters: int) -> None:
    fewest, found = len(wanted) + 2, min(len(values), clusters)
    if found < fewest:
        kind = "row" if clusters == len(values) else "cluster"
        kind = f"is only 1 complete {kind}" if found == 1 else f"are only {found} complete {kind}s"
        raise InputError(
            f"There {kind} for {len(wanted)}"
            f" columns; at least {fewest} are needed, so name fewer columns or fill the gaps."
        )


def _varied(values: Array, wanted: list[Hashable]) -> None:
    still = [n for n, column in zip(wanted, values.T, strict=True) if np.ptp(column) == 0]
    if still:
        first = values[0, wanted.index(still[0])]
        raise InputError(
            f"Column {shown(still[0])} holds {first:g} in every complete row, so nothing can go"
            " along with it; leave it out."
        )


def tangled(correlation: Array, attributes: Sequence[Hashable]) -> None:
    """Refuse attributes that follow from each other exactly: their coefficients have no value.

    Examples
    --------
    >>> tangled(np.eye(2), ["quality", "price"])
    """
    values, vectors = np.linalg.eigh(correlation)
    if values[0] > SINGULAR:
        return
    part = np.abs(vectors[:, 0]) > 1e-4
    involved = [name for name, is_in in zip(attributes, part, strict=True) if is_in]
    raise InputError(
        f"Attributes {some(involved)} follow from each other exactly, so that no regression can"
        " tell them apart; leave one out, or split R² alone with drivers.lmg(frame.corr())."
    )


def vif(correlation: Array) -> Array:
    """Variance inflation of each attribute, from correlations of attributes alone.

    Examples
    --------
    >>> vif(np.array([[1, 0.5], [0.5, 1]])).round(2)
    array([1.33, 1.33])
    """
    return np.asarray(np.diagonal(np.linalg.inv(correlation)))
