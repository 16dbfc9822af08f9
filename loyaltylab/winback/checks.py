"""What the rows of a comparison must be: each customer once, both sides there, all told apart."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.columns import rows as named
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array
from loyaltylab.churn.design import Term, independent


def people(customer: Any, name: object) -> npt.NDArray[Any]:
    """Return a number for each row's customer, and refuse rows of one customer alone.

    Examples
    --------
    >>> people(["ann", "bob", "ann"], "customer").tolist()
    [0, 1, 0]
    """
    codes = pd.factorize(pd.Series(list(customer)))[0]
    if codes.max() < 1:
        raise InputError(
            f"Column {shown(name)} holds one customer only, which tells nothing of others; check"
            " that it is the column that says who it is."
        )
    return codes


def once(rows: pd.DataFrame, customer: Hashable, campaign: Hashable | None = None) -> None:
    """Refuse a customer who stands twice, in one campaign where there are several.

    Examples
    --------
    >>> once(pd.DataFrame({"customer": [1, 1], "campaign": [7, 8]}), "customer", "campaign")
    """
    again = rows.duplicated(["customer"] if campaign is None else ["customer", "campaign"])
    if again.any():
        where = "" if campaign is None else f" in one campaign (column {shown(campaign)})"
        raise InputError(
            f"A customer (column {shown(customer)}) must stand once{where}, but does again in"
            f" {named(again)}; choose one wave, or sum or drop the repeats."
        )


def both(flag: Any, name: object, yes: str, no: str) -> None:
    """Refuse a yes-or-no column in which either stands less than twice: one shows no spread.

    Examples
    --------
    >>> both([True, False] * 2, "mailed", "got a mailing", "were held out")
    """
    flags = np.asarray(flag, bool)
    if flags.all() or not flags.any():
        nobody = yes if not flags.any() else no
        raise InputError(
            f"Column {shown(name)} is {bool(flags.any())} in every row: no customers {nobody}, so"
            " that there is nothing to compare; give the rows of both."
        )
    if min(flags.sum(), (~flags).sum()) < 2:
        only = yes if flags.sum() < 2 else no
        raise InputError(
            f"Column {shown(name)} holds one row only of customers who {only}, which cannot show"
            " how much they differ; give the rows of at least two."
        )


def varied(outcome: Any, name: object) -> None:
    """Refuse an outcome that is the same in every row: nothing could be told from it.

    Examples
    --------
    >>> varied([1, 2, 2], "orders")
    """
    if np.ptp(np.asarray(outcome, float)) == 0:
        raise InputError(
            f"Column {shown(name)} is the same in every row, from which no difference can be told;"
            " check that it is the outcome."
        )


def separable(flag: Any, controls: Array, names: Sequence[Hashable]) -> None:
    """Refuse a flag that the controls determine, controls that do so mutually, and too few rows.

    ``controls`` begin with a constant; ``names`` are those of the others and of the flag.

    Examples
    --------
    >>> separable([0, 1, 0, 1], np.ones((4, 1)), ["mailed"])
    """
    matrix = np.column_stack([controls[:, 1:], np.asarray(flag, float)])
    if len(matrix) <= matrix.shape[1] + 1:
        raise InputError(
            f"There are {len(matrix)} rows, too few to tell {matrix.shape[1]} columns from one"
            " another; give more customers, or adjust for less."
        )
    independent(matrix, [Term(name, None, None, 1.0) for name in names])
