"""Checks of a user's table: what is wrong, in which column, in which rows."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown

Kind = Literal["number", "whole", "flag", "date", "group"]

YES = {True: True, "yes": True, "true": True, "1": True, "1.0": True}
NO = {False: False, "no": False, "false": False, "0": False, "0.0": False}


class Column(NamedTuple):
    """One column that an analysis needs: its name in the user's frame and what it may hold.

    ``number`` and ``whole`` are finite numbers within the bounds, ``flag`` is True/False,
    1/0 or yes/no, ``date`` a calendar date, ``group`` any value that names a group or a
    customer.
    """

    name: Hashable
    kind: Kind
    lower: float | None = None
    upper: float | None = None

    def valid(self) -> str:
        """Say in words what is valid."""
        if self.kind == "flag":
            return "True/False, 1/0 or yes/no"
        if self.kind == "date":
            return "dates"
        if self.kind == "group":
            return "the name of a group or customer"
        noun = "whole numbers" if self.kind == "whole" else "numbers"
        low = "" if self.lower is None else f" >= {self.lower:g}"
        high = "" if self.upper is None else f" <= {self.upper:g}"
        return noun + " and".join(x for x in (low, high) if x)


def read(data: pd.DataFrame | str | Path) -> pd.DataFrame:
    """Return a frame from a frame or from a CSV or Parquet file.

    Examples
    --------
    >>> read(pd.DataFrame({"a": [1]})).shape
    (1, 1)
    """
    if isinstance(data, pd.DataFrame):
        return data
    if not isinstance(data, str | Path):
        raise InputError(
            "data must be a pandas DataFrame or the path of a .csv or .parquet file,"
            f" not {shown(data)}."
        )
    path = Path(data).expanduser()
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise InputError(f"{str(path)!r} must end in .csv or .parquet; export the table so.")
    if not path.is_file():
        raise InputError(f"There is no file {str(path)!r} (looked from {Path.cwd().name}/).")
    try:
        return pd.read_csv(path) if path.suffix.lower() == ".csv" else pd.read_parquet(path)
    except Exception as error:  # whatever the reader objects to, the user needs one sentence
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{str(path)!r} cannot be read as a table: {reason}.") from None


def take(data: pd.DataFrame | str | Path, **columns: Column) -> pd.DataFrame:
    """Return a new frame with the columns asked for, checked, under the names of their roles.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; it is never changed.
    columns
        ``role=Column(name, kind, lower, upper)``.

    Returns
    -------
    pandas.DataFrame
        One column per role, the rows and index of ``data``.

    Raises
    ------
    InputError
        If a column is missing or doubled, or any value is missing, of another kind or out
        of range; the sentence names column and rows.

    Examples
    --------
    >>> take(pd.DataFrame({"t": [1, -2]}), tenure=Column("t", "number", lower=0))
    Traceback (most recent call last):
    ...
    loyaltylab.base.errors.InputError: Column 't' must hold numbers >= 0, but row 1 holds -2.
    """
    frame = read(data)
    if frame.shape[0] == 0:
        raise InputError("The table has no rows; check the filter or the file it came from.")
    found = {role: _checked(_find(frame, role, c.name), c) for role, c in columns.items()}
    return pd.DataFrame(found, index=frame.index)


def _find(frame: pd.DataFrame, role: str, name: Hashable) -> pd.Series[Any]:
    names = list(frame.columns)
    try:
        count = sum(bool(n == name) for n in names)
    except (TypeError, ValueError):
        count = 0
    if count == 0:
        raise InputError(
            f"There is no column {shown(name)}{nearest(name, names)} for {role}; the columns are"
            f" {', '.join(repr(n) for n in names[:12])}{', …' if len(names) > 12 else ''}."
        )
    if count > 1:
        raise InputError(
            f"Column {shown(name)} stands {count} times in the table; rename all but one of them."
        )
    return frame[name]


def _checked(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    missing = values.isna()
    if missing.any():
        raise InputError(
            f"Column {column.name!r} lacks a value in {_rows(values, missing)};"
            " drop or fill those rows first."
        )
    if column.kind == "group":
        return values
    if column.kind == "flag":
        return _flag(values, column)
    if column.kind == "date":
        return _date(values, column)
    return _numbers(values, column)


def _numbers(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    kinds = values.map(lambda v: isinstance(v, str | bytes | bool | np.bool_))
    if not pd.api.types.is_numeric_dtype(values) or kinds.any():
        wrong = kinds if kinds.any() else pd.Series(True, index=values.index)
        advice = ""
        if values[wrong.to_numpy()].map(lambda v: isinstance(v, str)).all():
            advice = "; turn text into numbers with pandas.to_numeric"
        raise InputError(_mismatch(values, wrong, column) + advice + ".")
    bad = ~np.isfinite(values.to_numpy(dtype=float))
    if column.lower is not None:
        bad |= (values < column.lower).to_numpy()
    if column.upper is not None:
        bad |= (values > column.upper).to_numpy()
    if column.kind == "whole":
        bad |= values.to_numpy(dtype=float) % 1 != 0
    if bad.any():
        raise InputError(_mismatch(values, pd.Series(bad, index=values.index), column) + ".")
    return values.astype("int64" if column.kind == "whole" else "float64")


def _flag(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    known: dict[Any, bool] = {**YES, **NO}
    text = values.map(lambda v: v if isinstance(v, bool | np.bool_) else str(v).strip().lower())
    bad = ~text.map(lambda v: v in known)
    if bad.any():
        raise InputError(_mismatch(values, bad, column) + ".")
    return text.map(known).astype(bool)


def _date(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    if pd.api.types.is_numeric_dtype(values):
        raise InputError(
            _mismatch(values, pd.Series(True, index=values.index), column)
            + "; turn numbers into dates with pandas.to_datetime and the right unit."
        )
    dates = pd.to_datetime(values, errors="coerce", utc=False)
    if dates.isna().any():
        raise InputError(_mismatch(values, dates.isna(), column) + ", which is no date.")
    return dates


def _mismatch(values: pd.Series[Any], wrong: pd.Series[Any], column: Column) -> str:
    first = values[wrong.to_numpy()].iloc[0]
    first = first.item() if hasattr(first, "item") else first
    verb = "holds" if int(wrong.sum()) == 1 else "hold, first,"
    return (
        f"Column {column.name!r} must hold {column.valid()}, but {_rows(values, wrong)}"
        f" {verb} {shown(first)}"
    )


def _rows(values: pd.Series[Any], wrong: pd.Series[Any]) -> str:
    """Name the first rows by their index label."""
    labels = [str(label) for label in values.index[wrong.to_numpy()]]
    if len(labels) == 1:
        return f"row {labels[0]}"
    more = f" and {len(labels) - 5:,} more" if len(labels) > 5 else ""
    return f"rows {', '.join(labels[:5])}{more}"
