"""Of what type a column of a user's table is, before it is checked."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.frames import Column
from loyaltylab.base.stats import LIMIT


def column(frame: pd.DataFrame, name: Hashable) -> pd.Series[Any] | None:
    """Return the one column of this name; None if there is none, or more than one.

    Examples
    --------
    >>> column(pd.DataFrame({"a": [1]}), "b") is None
    True
    """
    places = [i for i, n in enumerate(list(frame.columns)) if n == name]
    return frame.iloc[:, places[0]] if len(places) == 1 else None


def plain(value: Any) -> Any:
    """Return a value as Python has it, so that a sentence shows 1 and not np.int64(1).

    Examples
    --------
    >>> plain(pd.Series([1]).iloc[0])
    1
    """
    return value.item() if isinstance(value, np.generic) else value


def kind(frame: pd.DataFrame, name: Hashable) -> str:
    """Return numpy's letter for the type of a column (``b, i, u, f, M, O``); empty if not there.

    Examples
    --------
    >>> kind(pd.DataFrame({"a": [True]}), "a")
    'b'
    """
    found = column(frame, name)
    return "" if found is None else found.infer_objects().dtype.kind


def attributes_of(frame: pd.DataFrame, names: Sequence[Hashable]) -> dict[str, Column]:
    """Say what the columns of the attributes may hold: numbers, or True/False.

    Examples
    --------
    >>> found = attributes_of(pd.DataFrame({"price": [1.5], "feature": [True]}), ["feature"])
    >>> found["x0"].kind
    'flag'
    """
    return {
        f"x{k}": Column(name, "flag")
        if kind(frame, name) == "b"
        else Column(name, "number", -LIMIT, LIMIT)
        for k, name in enumerate(names)
    }
