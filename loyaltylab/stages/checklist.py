"""Tests of a loyal customer as a checklist: all, any, or k of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, rows, take
from loyaltylab.base.stats import LIMIT, between
from loyaltylab.stages.held import with_gaps

Tests = Mapping[str, Mapping[Hashable, float]]


def six_tests(
    liking: float = 4,
    own_purchases: float = 4,
    years: float = 1.5,
    new_first: float = 4,
    referred: float = 1,
    bears_rise_percent: float = 5,
    resists_cut_percent: float = 5,
) -> dict[str, dict[Hashable, float]]:
    """Return the six tests of a loyal customer of document 002 (C028) for :func:`checklist`.

    The document has no cut point: those here are illustrative, and each is an argument with the
    name of its column: liking from 1 to 5, own purchases in a year, years a customer,
    ``new_first`` from 1 to 5, people brought along, percent of a rise borne and of a rival's
    cut resisted. The sixth test has these two columns, which must both hold.

    Examples
    --------
    >>> list(six_tests())[:3]
    ['leans_emotionally', 'buys_often', 'prefers_for_years']
    """
    return {
        "leans_emotionally": {"liking": liking},
        "buys_often": {"own_purchases": own_purchases},
        "prefers_for_years": {"years": years},
        "new_products_first": {"new_first": new_first},
        "draws_others": {"referred": referred},
        "bears_and_resists": {
            "bears_rise_percent": bears_rise_percent,
            "resists_cut_percent": resists_cut_percent,
        },
    }


def five_traits(
    own_purchases: float = 4,
    new_first: float = 4,
    advice: float = 1,
    recommendation: float = 9,
    share: float = 0.8,
) -> dict[str, dict[Hashable, float]]:
    """Return the five traits of a loyal telecom customer (document 000, C029).

    The cut points are illustrative: own purchases in a year, ``new_first`` from 1 to 5,
    recommendation from 0 to 10, the firm's share of purchases from 0 to 1. Who gives advice is
    asked for in ``advice``, which the linked firm does not have: give a column without values,
    and the trait is unknown of all.

    Examples
    --------
    >>> list(five_traits())
    ['buys_often', 'tries_new_early', 'gives_advice', 'recommends', 'shuns_rivals']
    """
    return {
        "buys_often": {"own_purchases": own_purchases},
        "tries_new_early": {"new_first": new_first},
        "gives_advice": {"advice": advice},
        "recommends": {"recommendation": recommendation},
        "shuns_rivals": {"share": share},
    }


def checklist(
    data: Data, tests: Tests | None = None, *, customer: Hashable = "customer"
) -> pd.DataFrame:
    """Score every customer on a list of tests.

    A test holds if every one of its columns is at least its cut. Where a value is missing, the
    test fails if another of its columns fails, and is unknown otherwise.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer.
    tests
        Name of a test -> {column: least value that passes}. A column that should be low is
        given with its sign changed. None: :func:`six_tests`.
    customer
        Column; may name nobody twice.

    Returns
    -------
    pandas.DataFrame
        ``customer``, one column per test (1 holds, 0 does not, NaN unknown), ``passed`` (tests
        that hold), ``unknown`` (tests of which nothing is known).

    Raises
    ------
    InputError
        For a missing column, values that are no numbers, a customer who stands twice, or tests
        that are no such list.

    Examples
    --------
    >>> seen = pd.DataFrame({"customer": [1, 2], "liking": [5, 2], "referred": [0, None]})
    >>> checklist(seen, {"likes": {"liking": 4}, "draws": {"referred": 1}})
       customer  likes  draws  passed  unknown
    0         1    1.0    0.0       1        0
    1         2    0.0    NaN       0        1
    """
    known = _checked(six_tests() if tests is None else tests)
    frame = read(data)
    if customer in {"passed", "unknown"} | set(known):
        raise InputError(f"customer must be no name of a test, and {shown(customer)} is one.")
    names = list(dict.fromkeys(c for conditions in known.values() for c in conditions))
    columns = {str(i): Column(name, "number", -LIMIT, LIMIT) for i, name in enumerate(names)}
    table = with_gaps(data, {"customer": Column(customer, "group")}, columns)
    doubled = take(frame, customer=Column(customer, "group")).duplicated("customer")
    if doubled.any():
        raise InputError(
            f"Column {shown(customer)} names a customer twice ({rows(doubled)}); keep one row per"
            " customer, such as those of one wave."
        )
    found = pd.DataFrame({"customer": table["customer"]})
    for name, conditions in known.items():
        values = table[[str(names.index(c)) for c in conditions]].to_numpy()
        cuts = np.array([float(cut) for cut in conditions.values()])
        fails = (values < cuts).any(axis=1)
        blank = np.isnan(values).any(axis=1) & ~fails
        found[name] = np.where(blank, np.nan, np.where(fails, 0.0, 1.0))
    marks = found[list(known)]
    return found.assign(
        passed=(marks == 1).sum(axis=1).to_numpy(), unknown=marks.isna().sum(axis=1).to_numpy()
    )


def _checked(tests: Any) -> dict[str, dict[Hashable, float]]:
    """Return the tests as a dictionary of dictionaries, or say what is wrong with them."""
    good = isinstance(tests, Mapping) and tests
    if not good or not all(isinstance(t, str) and isinstance(c, Mapping) for t, c in tests.items()):
        raise InputError(
            "tests must be a dictionary such as {'likes': {'liking': 4}}: the name of a test, and"
            f" the least value of each of its columns, not {shown(tests)}."
        )
    for name, conditions in tests.items():
        if not conditions or name in ("customer", "passed", "unknown"):
            raise InputError(
                f"test {shown(name)} must have another name than customer, passed or unknown, and"
                " at least one column with its cut."
            )
        for cut in conditions.values():
            between(f"the cut of test {name!r}", cut, -LIMIT, LIMIT)
    return {name: dict(conditions) for name, conditions in tests.items()}
