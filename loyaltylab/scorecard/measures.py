"""What the example sheet asks for, measured by functions of the earlier chapters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab import datasets
from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.stats import between
from loyaltylab.scorecard.readers import MEASURES, Measured, Year
from loyaltylab.scorecard.sheet import IndicatorSheet, indicator_sheet, one_sheet


def example_sheet() -> IndicatorSheet:
    """Return the indicator sheet that the course carries; its targets are illustrative.

    Examples
    --------
    >>> len(example_sheet().names)
    12
    """
    return indicator_sheet(pd.read_csv(datasets.folder() / "indicator_sheet.csv"))


def measure_sheet(
    sheet: IndicatorSheet,
    tables: Mapping[str, pd.DataFrame],
    *,
    year: int = 2025,
    functions: Mapping[str, Callable[[Year], Any]] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Measure the indicators of a sheet from a firm's tables.

    Parameters
    ----------
    sheet
        What :func:`indicator_sheet` returned.
    tables
        Frames by name: ``survey, purchases, customers, complaints, problem_survey, exits``, with
        the columns of the linked firm. An indicator whose source is not among them is left out.
    year
        The calendar year that is measured.
    functions
        For indicators of your own: name of the indicator and a function that takes a
        :class:`~loyaltylab.scorecard.readers.Year` and returns value, lower, upper and n.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        ``indicator, value, lower, upper, n, check``, in the order of the sheet.

    Raises
    ------
    InputError
        For a year without rows, a missing column, or nothing that could be measured.

    Examples
    --------
    >>> seen = pd.DataFrame({"date": ["2025-12-31"] * 4, "overall": [5, 4, 4, 1]})
    >>> found = measure_sheet(example_sheet(), {"survey": seen.assign(recommendation=[9, 8, 9, 2])})
    >>> found[["indicator", "value", "n"]]
               indicator  value  n
    0  satisfaction rate   0.75  4
    1     recommendation  25.00  4
    """
    sheet = one_sheet(sheet)
    between("level", level, 0, 1, open_ends=True)
    if not isinstance(tables, Mapping) or not tables:
        raise InputError(
            f"tables must be frames by name, such as {{'survey': frame}}, not {shown(tables)}."
        )
    for name, frame in tables.items():
        if not isinstance(frame, pd.DataFrame):
            raise InputError(f"tables[{shown(name)}] must be a frame, not {shown(frame)}.")
    if isinstance(year, bool) or not isinstance(year, int | np.integer) or not 1678 <= year <= 2261:
        raise InputError(f"year must be a calendar year such as 2025, not {shown(year)}.")
    own = _own(functions, sheet)
    here = Year(tables, pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31), level)
    found = []
    for name, source, check in sheet.data[["indicator", "source", "check"]].itertuples(index=False):
        function = own.get(name)
        if function is None and name in MEASURES:
            function, needs = MEASURES[name]
            function = function if {source, *needs} <= set(tables) else None
        if function is None:
            continue
        found.append((name, *_plain(name, function(here)), check))
    if not found:
        wanted = some(sorted(set(sheet.data["source"])))
        raise InputError(
            f"No indicator of the sheet can be measured from {some(tables)}; its sources are"
            f" {wanted}, and indicators of your own need a function in functions."
        )
    return pd.DataFrame(found, columns=["indicator", "value", "lower", "upper", "n", "check"])


def _own(functions: Any, sheet: IndicatorSheet) -> dict[str, Callable[[Year], Any]]:
    if functions is None:
        return {}
    if not isinstance(functions, Mapping):
        raise InputError(
            f"functions must be a function for each indicator's name, not {shown(functions)}."
        )
    for name, function in functions.items():
        if name not in sheet.names:
            raise InputError(
                f"functions names {shown(name)}{nearest(name, sheet.names)}, which the sheet does"
                " not hold."
            )
        if not callable(function):
            raise InputError(f"functions[{shown(name)}] must be a function, not {shown(function)}.")
    return dict(functions)


def _plain(name: str, found: Any) -> Measured:
    try:
        value, lower, upper, n = found
        return Measured(float(value), float(lower), float(upper), int(n))
    except (TypeError, ValueError):
        raise InputError(
            f"The function of {shown(name)} must return value, lower, upper and n, not"
            f" {shown(found)}."
        ) from None
