"""The three columns that every question to a purchase log needs, checked, on any engine."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import ibis
import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.frames import Column, take
from loyaltylab.database.files import MOST, missing, of_text, opened, refuse
from loyaltylab.database.progress import waiting

if TYPE_CHECKING:
    from loyaltylab.database.store import CustomerBase

MONEY = "decimal(18,4)"
"""Type of an amount: sums of it are exact, so that two engines agree to the last digit."""


def ledger(
    data: CustomerBase | ibis.Table | pd.DataFrame | str | Path,
    *,
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
) -> ibis.Table:
    """Return a purchase log as a checked ibis table of customer, date and amount.

    Parameters
    ----------
    data
        A :class:`CustomerBase` (its purchases are taken), an ibis table of any engine, a
        frame, or the path of a CSV or Parquet file. A Parquet file is read only when the
        question is put and only as far as it is needed; of a CSV file the three columns are
        read once, its customers as text as they stand there (``007`` stays ``007``).
    customer, date, amount
        Columns; a :class:`CustomerBase` has its own names.

    Returns
    -------
    ibis.Table
        ``customer`` in its own type, ``date`` as a calendar day (of a time with a zone the
        day in UTC), ``amount`` as decimal(18,4). Rows are those of the log; of a file opened
        with :meth:`CustomerBase.open` they are the sums by day that it keeps, with their
        number in a fourth column ``lines``.

    Raises
    ------
    InputError
        As :func:`loyaltylab.base.frames.take`: for missing columns, and values that are
        missing, of another kind, not finite or above 10¹³.

    Examples
    --------
    >>> log = pd.DataFrame({"who": ["a", "b"], "day": ["2024-01-05", "2024-01-06"], "paid": [1, 2]})
    >>> ledger(log, customer="who", date="day", amount="paid").schema()
    ibis.Schema {
      customer  string
      date      date
      amount    decimal(18, 4)
    }
    """
    names = {"customer": customer, "date": date, "amount": amount}
    own = getattr(data, "purchases", None)
    if isinstance(own, ibis.Table):
        days = getattr(data, "days", None)
        if isinstance(days, ibis.Table):
            return days
        return typed(own.select("customer", "date", "amount"))
    if isinstance(data, ibis.Table):
        return typed(_of_table(data, names))
    if isinstance(data, pd.DataFrame):
        return typed(_of_frame(data, names))
    if isinstance(data, str | Path):
        return typed(_of_file(data, names))
    raise InputError(
        "data must be a CustomerBase, an ibis table, a pandas DataFrame or the path of a .csv or"
        f" .parquet file, not {shown(data)}."
    )


def typed(table: ibis.Table) -> ibis.Table:
    """Bring date and amount of a table into their types, and leave the rest.

    Examples
    --------
    >>> typed(ibis.table({"date": "timestamp", "amount": "float64"}, name="t")).schema()
    ibis.Schema {
      date    date
      amount  decimal(18, 4)
    }
    """
    return table.mutate(date=table.date.cast("date"), amount=table.amount.cast(MONEY))


def fetched(table: ibis.Table) -> pd.DataFrame:
    """Run a query and return its rows as a frame: money as floats, days as datetime64.

    The rows travel as Arrow, so that no engine needs pandas.

    Examples
    --------
    >>> fetched(ledger(pd.DataFrame({"customer": [1], "date": ["2024-01-05"], "amount": [2]})))
       customer       date  amount
    0         1 2024-01-05     2.0
    """
    schema = table.schema()
    floats = {n: table[n].cast("float64") for n, kind in schema.items() if kind.is_decimal()}
    with waiting("asking the purchase log"):
        rows = (table.mutate(**floats) if floats else table).to_pyarrow()
    frame = cast(pd.DataFrame, rows.to_pandas(date_as_object=False))
    days = {n: "datetime64[s]" for n, kind in schema.items() if kind.is_date()}
    return frame.astype(cast(Any, days)) if days else frame


def text(customer: ibis.Value) -> ibis.StringValue:
    """Return what ties between customers are broken by: the customer's name as text.

    Examples
    --------
    >>> text(ibis.table({"c": "int64"}, name="t").c).type()
    String(length=None, nullable=True)
    """
    return cast(ibis.expr.types.StringValue, customer.cast("string"))


def _of_frame(frame: pd.DataFrame, names: dict[str, Hashable]) -> ibis.Table:
    """Check a frame; one whose types are right already is checked without a copy."""
    kinds = {"customer": "group", "date": "date", "amount": "number"}
    columns = {role: Column(n, cast(Any, kinds[role])) for role, n in names.items()}
    columns["amount"] = columns["amount"]._replace(lower=-MOST, upper=MOST)
    take(frame.iloc[:1], **columns)  # the columns are there, each once
    plain = pd.DataFrame({role: frame[name].array for role, name in names.items()})
    if not _is_plain(plain):
        plain = take(frame, **columns).reset_index(drop=True)
        kind = pd.api.types.infer_dtype(plain["customer"], skipna=False)
        if kind.startswith("mixed"):
            raise InputError(
                f"Column {shown(names['customer'])} mixes types, such as numbers and text; make"
                " them one, with frame[…].astype(str)."
            )
    return ibis.memtable(plain)


def _is_plain(frame: pd.DataFrame) -> bool:
    """Tell whether a frame needs no conversion and no row of it is to be complained of."""
    who, day, paid = (frame[name] for name in ("customer", "date", "amount"))
    named = isinstance(who.dtype, pd.StringDtype) or who.dtype.kind in "iu"
    if not named or day.dtype.kind != "M" or paid.dtype.kind not in "iuf":
        return False
    if who.isna().any() or day.isna().any() or isinstance(paid.dtype, pd.ArrowDtype):
        return False
    return bool(np.abs(paid.to_numpy(dtype=float)).max() <= MOST)  # also of NaN it is not true


def _columns(table: ibis.Table, names: dict[str, Hashable]) -> ibis.Table:
    """Select the columns asked for, under the names of their roles."""
    for role, name in names.items():
        if name not in table.columns:
            raise InputError(
                f"There is no column {shown(name)}{nearest(name, table.columns)} for {role}; the"
                f" columns are {some(table.columns)}."
            )
    return table.select(**{role: table[cast(str, name)] for role, name in names.items()})


def _of_table(table: ibis.Table, names: dict[str, Hashable]) -> ibis.Table:
    """Check an ibis table: its types at once, its values by one query."""
    found = _columns(table, names)
    kinds = found.schema()
    day, paid = kinds["date"], kinds["amount"]
    if not (day.is_date() or day.is_timestamp()):
        raise InputError(
            f"Column {shown(names['date'])} must be of type date or timestamp, not {day}; cast it"
            " with .cast('date') first."
        )
    if not paid.is_numeric() or paid.is_boolean():
        raise InputError(
            f"Column {shown(names['amount'])} must be of a number type, not {paid}; cast it with"
            " .cast('decimal(18,4)') first."
        )
    if _looked_over(found)[1]:
        return found
    for role, bad in _bad(found).items():
        count = int(found.filter(bad).count().to_pyarrow().as_py())
        if count:
            raise InputError(
                f"Column {shown(names[role])} lacks a value, or holds one that is not finite or"
                f" above {MOST:g}, in {count:,} rows of the table; filter them out first."
            )
    return found


def _of_file(path: str | Path, names: dict[str, Hashable]) -> ibis.Table:
    """Check a file; the rows that are complained of are numbered from 0, as pandas does."""
    table = opened(path)
    if isinstance(table, pd.DataFrame):
        return _of_frame(table, names)
    found = _columns(table, names)
    kinds = found.schema()
    if str(path).lower().endswith(".csv"):
        return of_text(found, names, path)
    if not (kinds["date"].is_date() or kinds["date"].is_timestamp() or kinds["date"].is_string()):
        return _of_table(table, names)  # which says what is wrong
    if kinds["date"].is_string() or not kinds["amount"].is_numeric():
        return _of_frame(fetched(found).rename(columns=names), names)
    count, sound = _looked_over(found)
    if count == 0:
        raise InputError("The table has no rows; check the filter or the file it came from.")
    if not sound:
        bad = _bad(found)
        rows = found.mutate(row=ibis.row_number())
        refuse(rows, bad["customer"] | bad["date"] | bad["amount"], names)
    return found


def _looked_over(table: ibis.Table) -> tuple[int, bool]:
    """Count the rows and tell whether all can be used, in one pass that is quick when they can."""
    counts = {f"{name}_known": table[name].count() for name in table.columns}
    ends = {"low": table.amount.min(), "high": table.amount.max()}  # not a number is the highest
    row = table.agg(n=table.count(), **counts, **ends).to_pyarrow().to_pylist()[0]
    whole = all(row[name] == row["n"] for name in counts)
    return row["n"], row["n"] == 0 or (whole and row["low"] >= -MOST and row["high"] <= MOST)


def _bad(table: ibis.Table) -> dict[str, ibis.ir.BooleanValue]:
    """Say by role which rows cannot be used."""
    paid = table.amount.cast("float64")
    wild = paid.isnan() | paid.isinf() | (paid.abs() > MOST)
    return {
        "customer": missing(table.customer),
        "date": missing(table.date),
        "amount": missing(table.amount) | wild.fill_null(True),
    }
