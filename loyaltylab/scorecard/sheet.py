"""The indicator sheet: what is measured, how, by whom, how often, and against which target."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read
from loyaltylab.scorecard import checks
from loyaltylab.scorecard.feed_checks import with_gaps
from loyaltylab.scorecard.formulas import evaluate, mapped, named, names_in, read_formula
from loyaltylab.scorecard.status import judged, plot_status

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class IndicatorSheet:
    """A sheet that has passed its checks; make it with :func:`indicator_sheet`.

    ``data`` is the sheet, one row per indicator; optional columns that lack are empty.

    Examples
    --------
    >>> from loyaltylab.scorecard.measures import example_sheet
    >>> example_sheet().names[0]
    'satisfaction rate'
    """

    data: pd.DataFrame

    @property
    def names(self) -> list[str]:
        """The names of the indicators, in the order of the sheet."""
        return list(self.data["indicator"])

    def table(self) -> pd.DataFrame:
        """Return the sheet, one row per indicator."""
        return self.data.copy()

    def quantities(self) -> dict[str, list[str]]:
        """Return the quantities that formulas name, and the indicators that need each.

        Examples
        --------
        >>> from loyaltylab.scorecard.measures import example_sheet
        >>> example_sheet().quantities()["promoters"]
        ['recommendation']
        """
        needed: dict[str, list[str]] = {}
        for name, formula in zip(self.data["indicator"], self.data["formula"], strict=True):
            for quantity in sorted(names_in(read_formula(formula))):
                needed.setdefault(quantity, []).append(name)
        return dict(sorted(needed.items()))

    def compute(self, quantities: Mapping[str, Any]) -> pd.DataFrame:
        """Evaluate every formula whose quantities are given.

        Parameters
        ----------
        quantities
            A number for each name, or a list where the formula takes its mean, median ….

        Returns
        -------
        pandas.DataFrame
            ``indicator, formula, value`` (NaN where a quantity lacks), ``lacks`` (which).

        Raises ``InputError`` for a quantity that is no number, a division by 0, or a value
        outside its unit.

        Examples
        --------
        >>> from loyaltylab.scorecard.measures import example_sheet
        >>> found = example_sheet().compute({"satisfied": 30, "answered": 40})
        >>> found["value"].dropna().tolist()
        [0.75]
        """
        given = set(mapped(quantities))
        found = []
        for name, formula, unit in self.data[["indicator", "formula", "unit"]].itertuples(
            index=False
        ):
            lacks = sorted(names_in(read_formula(formula)) - given)
            value = np.nan if lacks else evaluate(formula, quantities)
            low, high = checks.UNITS[unit]
            if not lacks and not low <= value <= high:
                raise InputError(
                    f"The formula {shown(formula)} of {shown(name)} gives {value:g}, which is no"
                    f" {shown(unit)}; check the quantities, or the unit on the sheet."
                )
            found.append((name, formula, value, ", ".join(lacks)))
        return pd.DataFrame(found, columns=["indicator", "formula", "value", "lacks"])

    def status(self, values: Any) -> pd.DataFrame:
        """Hold measured values against the targets.

        *Met*: the whole interval lies on the good side of the target (or within the band); *not
        met*: none of it does; *cannot be told*: it straddles the target.

        Parameters
        ----------
        values
            A frame or file with ``indicator, value, lower, upper, n``, such as
            :func:`measure_sheet` returns it.

        Returns
        -------
        pandas.DataFrame
            ``indicator, unit, direction, target, target_lower, target_upper, value, lower, upper,
            n, status``, one row per indicator of the sheet; without a value it is
            ``"not measured"``.

        Raises
        ------
        InputError
            For an indicator that the sheet does not hold, or stands twice, an interval that does
            not hold its value, or numbers outside the unit.

        Examples
        --------
        >>> from loyaltylab.scorecard.measures import example_sheet
        >>> sheet = example_sheet()
        >>> seen = {"indicator": ["satisfaction rate"], "value": [0.5], "lower": [0.4],
        ...     "upper": [0.6], "n": [96]}
        >>> sheet.status(pd.DataFrame(seen)).loc[0, "status"]
        'not met'
        """
        return judged(self.data, values)

    def plot(self, values: Any, ax: Axes | None = None) -> Axes:
        """Draw each value with its interval beside its target; see :meth:`status`."""
        return plot_status(self.status(values), ax)


def indicator_sheet(data: Data, *, quantities: Collection[str] | None = None) -> IndicatorSheet:
    """Check a sheet of indicators, and return it in a form that can be worked with.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per indicator. Columns
        ``indicator, definition, formula, source, unit, owner, target, direction`` (higher, lower,
        within), ``cadence``; and, where wanted, ``check`` (the function that computes it, such as
        ``satisfaction.satisfaction_rate``), ``goal``, ``view`` (customer says, customer does,
        process, people, money), ``horizon`` (short, long), ``baseline``, ``target_lower`` and
        ``target_upper`` (ends of the band of ``within``), ``weight``, ``review`` (date of the
        next look at the indicator itself). Other columns are kept. Capital letters in headings
        and in the fixed words, blanks around a cell, and empty rows do not matter.
    quantities
        Names that formulas may use; None allows any.

    Raises
    ------
    InputError
        For the first fault: a missing column or value, a name that stands twice, an unknown
        unit, direction or cadence, a target outside its unit, a formula that cannot be read or
        names an unknown quantity, a check that is no function. :func:`sheet_faults` lists all.

    Examples
    --------
    >>> row = {"indicator": "rate", "definition": "satisfied of all who answered",
    ...     "formula": "satisfied / answered", "source": "survey", "unit": "share",
    ...     "owner": "service", "target": 75, "direction": "higher", "cadence": "yearly"}
    >>> indicator_sheet(pd.DataFrame([row]))
    Traceback (most recent call last):
    ...
    loyaltylab.base.errors.InputError: Column 'target' must be a number from 0 to 1 where the \
unit is 'share', but row 0 holds 75; write 75 % as 0.75.
    >>> indicator_sheet(pd.DataFrame([row | {"target": 0.75}])).names
    ['rate']
    """
    frame = _sheet(data)
    for _, _, sentence in checks.faults(frame, named(quantities)):
        raise InputError(sentence)
    clean = frame.reset_index(drop=True)
    for column in checks.OPTIONAL:
        if column not in clean:
            clean[column] = None
    for column in checks.NUMBERS:
        clean[column] = with_gaps(clean, Column(column, "number"))
    for column in (*checks.TEXTS, *(c for c in checks.OPTIONAL if c not in checks.NUMBERS)):
        if column == "review":
            clean[column] = with_gaps(clean, Column(column, "date"))
        else:
            clean[column] = clean[column].astype(object).where(clean[column].notna(), "")
    return IndicatorSheet(clean)


def sheet_faults(data: Data, *, quantities: Collection[str] | None = None) -> pd.DataFrame:
    """List every fault of a sheet; an empty table says that it may be used.

    Parameters
    ----------
    data, quantities
        As for :func:`indicator_sheet`.

    Returns
    -------
    pandas.DataFrame
        ``column, row`` (index labels, or an empty text where it is the whole column), ``fault``.

    Examples
    --------
    >>> sheet_faults(pd.DataFrame({"indicator": ["rate", "rate"]}))["column"].tolist()[-1]
    'indicator'
    """
    found = [
        (column, ", ".join(str(label) for label in labels), sentence)
        for column, labels, sentence in checks.faults(_sheet(data), named(quantities))
    ]
    return pd.DataFrame(found, columns=["column", "row", "fault"])


def _sheet(data: Data) -> pd.DataFrame:
    frame = read(data)
    if frame.shape[1] == 1 and ";" in str(frame.columns[0]):
        raise InputError(
            "The indicator sheet has one column whose name holds semicolons; save it with commas,"
            " or read it with pandas.read_csv(…, sep=';') and give the frame."
        )
    if (frame := checks.tidy(frame)).shape[0] == 0:
        raise InputError("The indicator sheet has no rows; write one row for each indicator.")
    return frame


def one_sheet(sheet: Any) -> IndicatorSheet:
    """Return a sheet, or say that something else was given.

    Examples
    --------
    >>> one_sheet(5)
    Traceback (most recent call last):
    ...
    loyaltylab.base.errors.InputError: sheet must be what indicator_sheet() returned, not 5.
    """
    if isinstance(sheet, IndicatorSheet):
        return sheet
    raise InputError(f"sheet must be what indicator_sheet() returned, not {shown(sheet)}.")
