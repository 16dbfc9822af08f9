"""What a column of a user's table may hold, and which rows hold something else."""

from __future__ import annotations

import numbers
import re
import sys
import warnings
from collections.abc import Hashable
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown

Kind = Literal["number", "whole", "flag", "date", "group"]

EXACT = 2**53
"""Largest whole number up to which every one can be told from the next."""

YES = (True, "yes", "y", "true", "1", "1.0", "是")
NO = (False, "no", "n", "false", "0", "0.0", "否")
FLAGS: dict[Any, bool] = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
NO_ANSWER = {-99.0, -9.0, -1.0, 0.0, 9.0, 99.0, 999.0}
"""Numbers by which survey programs often write that a question was not answered."""
COMMA = re.compile(r"\s*-?\d+,\d+\s*")
YEAR_FIRST = re.compile(r"(19|20)\d\d[01]\d[0-3]\d")
DAY_OR_MONTH = re.compile(r"\s*\d{1,2}\D\d{1,2}\D\d{2}")


class Column(NamedTuple):
    """One column that an analysis needs: its name in the user's frame and what it may hold.

    ``number`` and ``whole`` are finite numbers within the bounds, ``flag`` is True/False,
    1/0, yes/no, y/n or 是/否, ``date`` a calendar date, ``group`` any value that names a group or a
    customer.

    Examples
    --------
    >>> Column("tenure_months", "whole", 0, 600).valid()
    'whole numbers >= 0 and <= 600'
    """

    name: Hashable
    kind: Kind
    lower: float | None = None
    upper: float | None = None

    def valid(self) -> str:
        """Say in words what is valid."""
        if self.kind == "flag":
            return "True/False, 1/0, yes/no, y/n or 是/否"
        if self.kind == "date":
            return "dates"
        if self.kind == "group":
            return "the name of a group or customer"
        noun = "whole numbers" if self.kind == "whole" else "numbers"
        low = "" if self.lower is None else f" >= {self.lower:g}"
        high = "" if self.upper is None else f" <= {self.upper:g}"
        return noun + " and".join(x for x in (low, high) if x)


def checked(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    """Return the values in the type of their kind, or name the rows that hold anything else.

    Examples
    --------
    >>> checked(pd.Series(["yes", "no"]), Column("left", "flag")).tolist()
    [True, False]
    """
    missing = values.isna()
    if missing.any():
        raise InputError(
            f"Column {shown(column.name)} lacks a value in {rows(missing)};"
            " drop or fill those rows first."
        )
    if column.kind == "group":
        return _group(values, column)
    if column.kind == "flag":
        return _flag(values, column)
    if column.kind == "date":
        return _date(values, column)
    return _numbers(values, column)


def _numbers(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    if values.dtype.kind not in "iuf":  # anything else is looked at value by value
        values = values.astype(object)
        wrong = ~values.map(_is_number).astype(bool)
        if wrong.any():
            raise InputError(_no_numbers(values, wrong, column))
    plain = values.astype("float64")
    bad: pd.Series[Any] = pd.Series(~np.isfinite(plain.to_numpy()), index=values.index)
    if column.lower is not None:
        bad |= plain < column.lower
    if column.upper is not None:
        bad |= plain > column.upper
    if column.kind == "whole":
        bad |= plain % 1 != 0
        if not bad.any() and (plain.abs() >= EXACT).any():  # there floats skip whole numbers
            bad = values.map(lambda v: abs(int(v)) > EXACT).astype(bool)
            column = column._replace(upper=EXACT)
    if bad.any():
        raise InputError(_mismatch(values, bad, column) + _likely(plain[bad], column) + ".")
    return plain.astype("int64") if column.kind == "whole" else plain


def _likely(wrong: pd.Series[float], column: Column) -> str:
    """Name the usual reason for numbers out of range: percent for shares, codes for no answer."""
    if (column.lower, column.upper) == (0, 1) and wrong.between(1, 100, inclusive="right").all():
        return "; divide percentages by 100"
    if set(wrong) <= NO_ANSWER:
        return "; if that stands for no answer, make it missing (None) or drop those rows"
    return ""


def _no_numbers(values: pd.Series[Any], wrong: pd.Series[bool], column: Column) -> str:
    """Say which values are no numbers; of text, name those that cannot be read as one."""
    text = values[wrong.to_numpy()].map(lambda v: isinstance(v, str)).all()
    if not text:
        return _mismatch(values, wrong, column) + "."
    unreadable = pd.to_numeric(values.where(wrong, 0), errors="coerce").isna()
    comma = values[unreadable.to_numpy()].map(lambda v: bool(COMMA.fullmatch(str(v))))
    if unreadable.any() and comma.all():
        advice = "; read the file with pandas.read_csv(…, decimal=',')."
        return _mismatch(values, unreadable, column) + advice
    if unreadable.any():
        advice = "; correct or drop what is no number, then use pandas.to_numeric."
        return _mismatch(values, unreadable, column) + advice
    return _mismatch(values, wrong, column) + "; turn text into numbers with pandas.to_numeric."


def _is_number(value: Any) -> bool:
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return real and bool(abs(value) <= sys.float_info.max)


def _group(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    if values.dtype.kind not in "iufbM":
        bad = ~values.map(_is_hashable).astype(bool)
        if bad.any():
            raise InputError(_mismatch(values, bad, column) + ".")
    return values


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _flag(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    values = values.astype(object)
    text = values.map(lambda v: v if isinstance(v, bool | np.bool_) else str(v).strip().lower())
    bad = ~text.map(lambda v: v in FLAGS)
    if bad.any():
        raise InputError(_mismatch(values, bad, column) + ".")
    return text.map(FLAGS).astype(bool)


def _date(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    if values.dtype.kind != "M":
        if pd.api.types.infer_dtype(values, skipna=False) == "string":  # cell by cell is slow
            distinct = values.drop_duplicates()
            unclear = values.isin(distinct[distinct.astype(str).str.match(DAY_OR_MONTH)])
        else:
            number = values.map(lambda v: isinstance(v, numbers.Number | np.bool_)).astype(bool)
            if number.any():
                written = values[number.to_numpy()].map(
                    lambda v: bool(YEAR_FIRST.fullmatch(str(v)))
                )
                how = "(…, format='%Y%m%d')" if written.all() else " and the right unit"
                advice = f"; turn numbers into dates with pandas.to_datetime{how}."
                raise InputError(_mismatch(values, number, column) + advice)
            text = values.map(lambda v: isinstance(v, str)).astype(bool)
            unclear = text & values.astype(str).str.match(DAY_OR_MONTH)
        if unclear.any():
            advice = "; write 2024-02-05, for 05/02/2024 is two different days."
            raise InputError(_mismatch(values, unclear, column) + advice)
    try:
        with warnings.catch_warnings():  # what cannot be read is said below, in one sentence
            warnings.simplefilter("ignore", UserWarning)
            dates = pd.to_datetime(values, errors="coerce")
    except (TypeError, ValueError):
        raise InputError(
            f"Column {shown(column.name)} mixes time zones; bring it into one with"
            " pandas.to_datetime(…, utc=True)."
        ) from None
    if dates.isna().any():
        reason = ", which is no date, or is written unlike the first one."
        raise InputError(_mismatch(values, dates.isna(), column) + reason)
    if isinstance(dates.dtype, pd.ArrowDtype):
        dates = pd.Series(pd.DatetimeIndex(dates.array.to_numpy()), index=dates.index)
    return dates


def _mismatch(values: pd.Series[Any], wrong: pd.Series[Any], column: Column) -> str:
    first = values[wrong.to_numpy()].iloc[0]
    first = first.item() if isinstance(first, np.generic) else first
    verb = "holds" if int(wrong.sum()) == 1 else "hold, first,"
    return (
        f"Column {shown(column.name)} must hold {column.valid()}, but {rows(wrong)}"
        f" {verb} {shown(first)}"
    )


def rows(wrong: pd.Series[bool]) -> str:
    """Name the rows that are marked, by their index label: the first five.

    Examples
    --------
    >>> rows(pd.Series([False, True, True]))
    'rows 1, 2'
    """
    marked = wrong.index[wrong.to_numpy()]
    labels = [" ".join(str(label).split())[:20] for label in marked[:5]]
    more = f" and {len(marked) - 5:,} more" if len(marked) > 5 else ""
    return f"row{'s' if len(marked) > 1 else ''} {', '.join(labels)}{more}"
