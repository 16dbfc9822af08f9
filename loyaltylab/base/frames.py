"""Checks of a user's table: what is wrong, in which column, in which rows."""

from __future__ import annotations

import os
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pandas as pd

from loyaltylab.base.columns import Column as Column
from loyaltylab.base.columns import checked
from loyaltylab.base.columns import rows as rows
from loyaltylab.base.errors import InputError, nearest, shown, some

Data = pd.DataFrame | str | Path
"""What an analysis takes: a frame, or the path of a CSV or Parquet file."""


def read(data: Data) -> pd.DataFrame:
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
    path = Path(os.path.expanduser(data))
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise InputError(f"{shown(str(data))} must end in .csv or .parquet; export the table so.")
    if not os.path.isfile(path):  # unlike Path.is_file() it accepts any text
        raise InputError(f"There is no file {shown(str(path))} (looked from {Path.cwd().name}/).")
    try:
        return pd.read_csv(path) if path.suffix.lower() == ".csv" else pd.read_parquet(path)
    except UnicodeDecodeError:
        raise InputError(
            f"{shown(str(path))} is not UTF-8 text; save it as UTF-8 (in Excel: 'CSV UTF-8'), or"
            " read it with pandas.read_csv(…, encoding='gbk') and give the frame."
        ) from None
    except Exception as error:  # whatever the reader objects to, the user needs one sentence
        reason = (str(error) or type(error).__name__).splitlines()[0]
        reason = reason.replace(str(path), path.name).replace(". ", ": ")[:160].rstrip(".: ")
        raise InputError(f"{shown(str(path))} cannot be read as a table: {reason}.") from None


def take(data: Data, **columns: Column) -> pd.DataFrame:
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
    found = {role: checked(find(frame, role, c.name), c) for role, c in columns.items()}
    return pd.DataFrame(found, index=frame.index)


def returned_by(function: str, table: object, **columns: Column) -> pd.DataFrame:
    """Check a table that must be what another function returned; see :func:`take`.

    Examples
    --------
    >>> returned_by("flows()", None, lost=Column("lost", "whole"))
    Traceback (most recent call last):
    ...
    loyaltylab.base.errors.InputError: table must be what flows() returned, not None.
    """
    if not isinstance(table, pd.DataFrame):
        raise InputError(f"table must be what {function} returned, not {shown(table)}.")
    try:
        return take(table, **columns)
    except InputError as error:
        raise InputError(f"table must be what {function} returned: {error}") from None


def find(frame: pd.DataFrame, role: str, name: Hashable) -> pd.Series[Any]:
    """Return the one column of a name, or say which there are.

    Examples
    --------
    >>> find(pd.DataFrame({"paid": [3]}), "amount", "paid").tolist()
    [3]
    """
    names = list(frame.columns)
    try:
        places = [i for i, n in enumerate(names) if n == name]
    except (TypeError, ValueError):
        places = []
    if not places:
        raise InputError(
            f"There is no column {shown(name)}{nearest(name, names)} for {role}; the columns are"
            f" {some(names)}."
        )
    if len(places) > 1:
        raise InputError(
            f"Column {shown(name)} stands {len(places)} times in the table; rename all but one"
            " of them."
        )
    return frame.iloc[:, places[0]]
