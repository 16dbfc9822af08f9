"""A purchase log in a file of the user's own, looked at by DuckDB and not by pandas."""

from __future__ import annotations

import glob
import os
from collections.abc import Hashable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import ibis
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, read, take
from loyaltylab.database import schema
from loyaltylab.database.sources import unreadable

DATE = r"^\s*(18|19|20)\d\d[-/]\d{1,2}[-/]\d{1,2}([ T].*)?$"
"""A date that can mean one day only: 05/02/2024 is two."""
MOST = schema.MOST


def missing(value: ibis.Value) -> ibis.ir.BooleanValue:
    """Return where an expression has no value.

    Examples
    --------
    >>> missing(ibis.table({"c": "int64"}, name="t").c).type()
    Boolean(nullable=True)
    """
    return value.isnull()  # noqa: PD003, ibis has no isna


def opened(data: str | Path) -> ibis.Table | pd.DataFrame:
    """Return a CSV or Parquet file as a table of an engine of its own; CSV as text throughout.

    A Parquet file that the engine cannot read may be one that pandas can, and comes as a frame.

    Raises
    ------
    InputError
        If there is no such file, it is of another kind, or cannot be read.
    """
    path = Path(os.path.expanduser(data))
    kind = path.suffix.lower()
    if kind not in (".csv", ".parquet") or not os.path.isfile(path):
        return read(data)  # which says what is wrong
    from loyaltylab.database.backend import Asked

    engine, name = Asked.alone(), glob.escape(str(path))
    if kind == ".parquet":
        with suppress(Exception):  # whatever the engine objects to, the user needs one sentence
            return cast(ibis.Table, engine.read_parquet(name))
        return read(data)
    try:
        return cast(ibis.Table, engine.read_csv(name, all_varchar=True, header=True))
    except Exception as error:
        read(data)  # which says what is wrong, unless pandas guesses where it should not
        raise unreadable(path, error) from None


def of_text(found: ibis.Table, names: dict[str, Hashable], path: str | Path) -> ibis.Table:
    """Turn the text of a CSV file into days and amounts, once, or name the rows that hold none."""
    clear = found.date.re_search(DATE)
    ready = found.mutate(
        row=ibis.row_number(),
        day=clear.ifelse(found.date.strip().try_cast("timestamp").cast("date"), None),
        paid=found.amount.strip().try_cast("decimal(18,4)"),
    )
    try:
        kept = cast(Any, found.get_backend()).create_table("ledger", ready, temp=True)
    except Exception as error:
        raise unreadable(Path(path), error) from None
    if int(kept.count().to_pyarrow().as_py()) == 0:
        raise InputError("The table has no rows; check the filter or the file it came from.")
    refuse(kept, missing(kept.customer) | missing(kept.day) | missing(kept.paid), names)
    return kept.select("customer", date=kept.day, amount=kept.paid)


def refuse(rows: ibis.Table, bad: ibis.ir.BooleanValue, names: dict[str, Hashable]) -> None:
    """Say what is wrong with the first rows that are marked, as a frame of them would say it.

    ``rows`` has the columns customer, date and amount as they came, and row, their number.
    """
    first: pd.DataFrame = rows.filter(bad).order_by("row").limit(5).to_pyarrow().to_pandas()
    if first.empty:
        return
    first = first.set_index("row").rename_axis(None)
    count = int(rows.filter(bad).count().to_pyarrow().as_py())
    if first["amount"].map(lambda v: isinstance(v, str)).any():
        number = pd.to_numeric(first["amount"], errors="coerce")
        first["amount"] = number.astype(object).where(number.notna(), first["amount"])
    given = first.rename(columns=cast(Any, names))
    take(
        given,
        customer=Column(names["customer"], "group"),
        date=Column(names["date"], "date"),
        amount=Column(names["amount"], "number", -MOST, MOST),
    )
    raise InputError(
        f"Columns {shown(names['date'])} and {shown(names['amount'])} must hold days such as"
        f" 2024-02-05 and finite amounts, but {count:,} rows, first row {first.index[0]}, do not."
    )
