"""Wrong input to the customer base, and the words that its sentence must hold."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import pandas as pd

from loyaltylab.database import (
    CustomerBase,
    export,
    ledger,
    member_card,
    seven_measures,
    three_processes,
)

KEPT = tempfile.TemporaryDirectory(prefix="loyaltylab-bad-")
FOLDER = Path(KEPT.name)
LOG = pd.DataFrame(
    {"customer": ["07", "8"], "date": ["2024-01-05", "2024-01-06"], "amount": [9.5, 2.0]}
)


def text(name: str, data: bytes) -> Path:
    path = FOLDER / name
    path.write_bytes(data)
    return path


def fill(data: Any, **options: Any) -> Any:
    with CustomerBase.open(":memory:") as base:
        return base.add_purchases(data, **options)


def survey(**options: Any) -> Any:
    with CustomerBase.open(":memory:") as base:
        return base.add_survey(LOG, **options)


def closed() -> Any:
    base = CustomerBase.open(":memory:")
    base.close()
    return base


def over() -> CustomerBase:
    table = ibis.memtable(LOG.assign(time=None, quantity=1.0, product="p", basket="b"))
    return CustomerBase.over(table)


GBK = text("gbk.csv", "customer,date,amount\n顾客,2024-01-05,1\n".encode("gbk"))
UTF16 = text("wide.csv", "customer,date,amount\n顾客,2024-01-05,1\n".encode("utf-16"))
ENDS = text("ends.csv", b"customer,date,amount\r\n07,2024-01-05,9\n8,2024-01-06,2\r\n")
EMPTY = text("empty.csv", b"")
HEAD = text("head.csv", b"customer,date,amount\n")
FAKE = text("fake.parquet", b"no parquet at all")
NO_BASE = text("notes.duckdb", b"some notes " * 2000)
US = LOG.assign(date=["11/1/2000", "11/2/2000"])
MIXED = LOG.assign(customer=[[1], [2]])

ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("db-no-column", lambda: fill(LOG, amount="amuont"), ("'amuont'", "mean 'amount'?")),
    ("db-no-column-csv", lambda: fill(HEAD, customer="card"), ("'card'", "columns are")),
    ("db-no-key", lambda: fill(LOG, key=["receipt"]), ("'receipt'",)),
    ("db-no-about", lambda: fill(LOG, about=["age"]), ("'age'",)),
    ("db-about-text", lambda: fill(LOG, about="age"), ("about", "list", "'age'")),
    ("db-folder-in", lambda: fill(FOLDER), ("is a folder", "*.csv")),
    ("db-ends", lambda: fill(ENDS), ("end in two ways", "save it again")),
    ("db-ends-asked", lambda: ledger(ENDS), ("end in two ways", "ends.csv")),
    ("db-comma", lambda: fill(LOG.assign(amount="9,5")), ("'9,5'", "decimal=','")),
    ("db-decimal", lambda: fill(LOG, decimal=";"), ("decimal must be", "';'")),
    ("db-twice", lambda: fill(LOG, product="amount"), ("'amount'", "as amount and as product")),
    ("db-large", lambda: fill(LOG.assign(amount=2e13)), ("amount", "10^13")),
    ("db-two-days", lambda: fill(US), ("'date'", "'11/1/2000'", "row 0", "date_format")),
    ("db-format", lambda: fill(LOG, date_format="US"), ("date_format", "'%m/%d/%Y'", "'US'")),
    ("db-format-odd", lambda: fill(LOG, date_format="%Q"), ("date_format", "'%m/%d/%Y'")),
    ("db-all-bad", lambda: fill(LOG.assign(amount="x")), ("None of the 2", "amount 'x'", "row 0")),
    ("db-nan", lambda: fill(LOG.assign(amount=float("nan"))), ("no amount", "nothing")),
    ("db-inf", lambda: fill(LOG.assign(amount=float("inf"))), ("'inf'", "no finite number")),
    ("db-lists", lambda: fill(MIXED), ("'customer'", "lists or records")),
    ("db-empty", lambda: fill(LOG[:0]), ("no rows",)),
    ("db-empty-list", lambda: fill([]), ("data", "list is empty")),
    ("db-number", lambda: fill(5), ("data must be a frame", "5")),
    ("db-no-file", lambda: fill("nowhere.csv"), ("no file", "'nowhere.csv'")),
    ("db-no-match", lambda: fill("nowhere-*.csv"), ("No file matches", "nowhere-*.csv")),
    ("db-excel", lambda: fill(NO_BASE), (".csv or .parquet",)),
    ("db-gbk", lambda: fill(GBK), ("not UTF-8",)),
    ("db-utf16", lambda: fill(UTF16), ("not UTF-8", "CSV UTF-8")),
    ("db-empty-file", lambda: fill(EMPTY), ("is empty",)),
    ("db-header-only", lambda: fill(HEAD), ("'head.csv'", "no rows")),
    ("db-no-parquet", lambda: fill(FAKE), ("fake.parquet", "cannot be read")),
    ("db-duplicates", lambda: fill(LOG, duplicates="drop"), ("'reject' or 'keep'", "'drop'")),
    ("db-returns", lambda: fill(LOG, returns=None), ("returns", "'reject' or 'keep'", "None")),
    ("db-scale", lambda: survey(scale=5), ("scale", "(1, 5)", "5")),
    ("db-scale-falls", lambda: survey(scale=(5, 1)), ("scale must rise", "(5, 1)")),
    ("db-scale-text", lambda: survey(scale=("1", 5)), ("scale", "'1'")),
    ("db-closed", lambda: closed().purchases, ("closed", "CustomerBase.open(path)")),
    ("db-closed-add", lambda: closed().add_purchases(LOG), ("closed",)),
    ("db-over-add", lambda: over().add_purchases(LOG), ("cannot fill",)),
    ("db-over-none", lambda: over().survey, ("without survey", "survey=")),
    ("db-over-frame", lambda: CustomerBase.over(LOG), ("purchases", "ibis table")),
    ("db-over-short", lambda: CustomerBase.over(ibis.memtable(LOG)), ("no column 'time'",)),
    ("db-folder", lambda: CustomerBase.open(FOLDER), ("is a folder", "customers.duckdb")),
    ("db-no-folder", lambda: CustomerBase.open(FOLDER / "no" / "x"), ("no folder",)),
    ("db-path", lambda: CustomerBase.open(5), ("path", "customers.duckdb", "5")),
    ("db-path-blank", lambda: CustomerBase.open(" "), ("path",)),
    ("db-notes", lambda: CustomerBase.open(NO_BASE), ("no customer base", "notes.duckdb")),
    ("db-read", lambda: CustomerBase.open(FOLDER / "y", read_only=True), ("no customer base",)),
    ("db-limit", lambda: CustomerBase.open(":memory:", "lots"), ("memory_limit", "'2GB'")),
    ("db-threads", lambda: CustomerBase.open(":memory:", threads=0), ("threads", "1 to 1,024")),
    ("db-export-name", lambda: export(LOG, FOLDER / "x.xlsx"), (".csv", "x.xlsx")),
    ("db-export-there", lambda: export(LOG, EMPTY), ("exists already",)),
    ("db-export-what", lambda: export("LOG", FOLDER / "new.csv"), ("ibis table", "'LOG'")),
    ("db-c098", lambda: three_processes(key_account="eight"), ("key_account", "'eight'")),
    ("db-c117", lambda: member_card({"sex": "gender"}), ("'attribute'", "'gender'")),
    ("db-c117-none", lambda: member_card({}), ("fields", "{}")),
    ("db-c123", lambda: seven_measures(functions=None), ("functions", "None")),
    ("db-export-where", lambda: export(LOG, FOLDER / "no" / "x.csv"), ("no folder",)),
]
FRAMES: list[pd.DataFrame] = [LOG, US, MIXED]
