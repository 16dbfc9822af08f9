"""What a caller hands over to be loaded: frames and files become columns of text.

Everything comes in as text, so that a zero-padded number stays as it is written and one bad
cell costs its row and not the file. Files are read by DuckDB, never by way of pandas.
"""

from __future__ import annotations

import codecs
import glob
import os
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import find

if TYPE_CHECKING:
    import duckdb

TEXTS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NESTED = ("LIST", "STRUCT", "MAP", "UNION", "ARRAY", "BLOB")


class Source(NamedTuple):
    """One table to be loaded: a frame, or one file."""

    name: str
    data: Any


def listed(data: Any) -> list[Source]:
    """Return what is to be loaded, one by one: a list, a pattern of file names, or one of each.

    Examples
    --------
    >>> [source.name for source in listed([pd.DataFrame(), pd.DataFrame()])]
    ['a frame', 'a frame']
    """
    if isinstance(data, list | tuple):
        found = [source for item in data for source in listed(item)]
        if not found:
            raise InputError("data must hold at least one frame or file, but the list is empty.")
        return found
    if isinstance(data, str | Path):
        return [Source(path.name, path) for path in _paths(data)]
    if isinstance(data, pd.DataFrame):
        return [Source("a frame", data)]
    if hasattr(data, "to_pyarrow_batches"):
        return [Source("an ibis table", data.to_pyarrow())]
    if hasattr(data, "to_batches") and hasattr(data, "column_names"):
        return [Source("an Arrow table", data)]
    raise InputError(
        "data must be a frame, the path of a .csv or .parquet file, or a list of them, not"
        f" {shown(data)}."
    )


def _paths(data: str | Path) -> list[Path]:
    text = os.path.expanduser(data)
    if "\0" in str(text):
        raise InputError(f"There is no file {shown(str(data))}.")
    if os.path.isfile(text):
        return [_known(Path(text))]
    if os.path.isdir(text):
        raise InputError(
            f"{shown(str(text))} is a folder; for all its CSV files give the pattern"
            f" {shown(os.path.join(text, '*.csv'))}."
        )
    if not glob.has_magic(str(text)):
        raise InputError(f"There is no file {shown(str(text))} (looked from {Path.cwd().name}/).")
    found = sorted(Path(name) for name in glob.glob(str(text), recursive=True))
    files = [_known(path) for path in found if path.is_file()]
    if not files:
        raise InputError(
            f"No file matches {shown(str(text))} (looked from {Path.cwd().name}/); check the"
            " pattern."
        )
    return files


def _known(path: Path) -> Path:
    if not path.name.lower().endswith((*TEXTS, ".parquet")):
        raise InputError(f"{shown(str(path))} must end in .csv or .parquet; export the table so.")
    return path


def relation(con: duckdb.DuckDBPyConnection, source: Source) -> duckdb.DuckDBPyRelation | None:
    """Return a file or an Arrow table as a relation; a frame waits for its columns to be chosen."""
    import duckdb

    if isinstance(source.data, pd.DataFrame):
        return None
    if not isinstance(source.data, Path):
        return con.from_arrow(source.data)
    path = source.data
    try:
        if path.name.lower().endswith(".parquet"):
            return con.read_parquet(_literal(path))
        with open(path, "rb") as file:
            begin = file.read(4)
        if not begin:
            raise InputError(f"{shown(str(path))} is empty; check the export that made it.")
        if begin.startswith(WIDE):
            raise InputError(encoding(path))
        for table in ("reject_errors", "reject_scans"):
            con.execute(f"DROP TABLE IF EXISTS {table}")
        options = {"header": True, "all_varchar": True, "store_rejects": True, "rejects_limit": 0}
        return con.read_csv(_literal(path), **options)  # type: ignore[arg-type]
    except (duckdb.Error, OSError) as error:
        raise unreadable(path, error) from None


def _literal(path: Path) -> str:
    """Return the name of one file, in which no sign stands for others."""
    return glob.escape(str(path))


def encoding(path: Any) -> str:
    """Write the sentence for a text in another encoding."""
    return (
        f"{shown(str(path))} is not UTF-8 text; save it as UTF-8 (in Excel: 'CSV UTF-8'), or"
        " read it with pandas.read_csv(…, encoding='gbk') and give the frame."
    )


def unreadable(path: Any, error: Exception) -> InputError:
    """Say in one sentence why a file cannot be read."""
    text = str(error)
    if _ends_differ(path):
        return InputError(
            f"{shown(str(path))} has lines that end in two ways (as of Windows and of Linux,"
            " perhaps two files put together); save it again with one of them, or load the parts."
        )
    if "utf-8" in text.lower() or "unicode" in text.lower():
        return InputError(encoding(path))
    reason = " ".join(text.splitlines()[0].split()).replace(str(path), Path(path).name)
    reason = reason.replace(". ", ": ")[:160].rstrip(".: ")
    return InputError(f"{shown(str(path))} cannot be read as a table: {reason}.")


def _ends_differ(path: Any) -> bool:
    """Tell whether a text has lines of both kinds near its begin; such a file cannot be divided."""
    if not isinstance(path, Path) or not path.name.lower().endswith((".csv", ".tsv", ".txt")):
        return False
    with open(path, "rb") as file:
        begin = file.read(1_000_000)
    try:
        begin.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(begin) - 4:  # else the piece ends within a letter
            return False
    windows = begin.count(b"\r\n")
    return 0 < windows < begin.count(b"\n")


def names(con: duckdb.DuckDBPyConnection, source: Source) -> list[Hashable]:
    """Return the names of all columns of a source."""
    held = relation(con, source)
    return list(source.data.columns if held is None else held.columns)


def chosen(
    con: duckdb.DuckDBPyConnection, source: Source, columns: Mapping[str, Hashable]
) -> duckdb.DuckDBPyRelation:
    """Return the columns asked for as a relation, under the names of their roles."""
    import duckdb
    import pyarrow as pa

    held = relation(con, source)
    if held is None:
        found = {role: find(source.data, role, name) for role, name in columns.items()}
        arrays = {role: _array(values, columns[role]) for role, values in found.items()}
        return con.from_arrow(pa.table(arrays))
    empty = pd.DataFrame(columns=held.columns)
    for role, name in columns.items():
        find(empty, role, name)
    picked = [duckdb.ColumnExpression(str(n)).alias(role) for role, n in columns.items()]
    return held.select(*picked)


def _array(values: pd.Series[Any], name: Hashable) -> Any:
    """Return a column as Arrow; what mixes types goes by its text."""
    import pyarrow as pa

    try:
        found = pa.array(values, from_pandas=True)
        if not isinstance(
            found.type, pa.BaseExtensionType
        ):  # as of a period, whose number says nothing
            return found
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        pass
    try:
        return pa.array(texts(values), pa.string())
    except (pa.ArrowException, UnicodeError, TypeError, ValueError):
        raise InputError(
            f"Column {shown(name)} holds values that are neither text, numbers nor dates; turn"
            " them into text with frame[…].astype(str) first."
        ) from None


def texts(values: pd.Series[Any]) -> list[str | None]:
    """Return a column of mixed types as text; what is missing stays so.

    Examples
    --------
    >>> texts(pd.Series([7, "a", None], dtype=object))
    ['7', 'a', None]
    """
    missing = values.isna()
    return [None if gone else str(v) for v, gone in zip(values, missing, strict=True)]


def as_text(kind: str, role: str, declared: str) -> str:
    """Return the expression that turns a chosen column into text.

    A whole number that pandas made a float, because another row is missing, is written as
    the whole number it was.

    Examples
    --------
    >>> as_text("number", "quantity", "VARCHAR")
    'CAST("quantity" AS VARCHAR)'
    """
    plain = f'CAST("{role}" AS VARCHAR)'
    if kind in ("id", "text") and declared in ("DOUBLE", "FLOAT"):
        return (
            f'CASE WHEN isnan("{role}") THEN NULL WHEN abs("{role}") < 9e15 AND'
            f' "{role}" = floor("{role}") THEN CAST(CAST("{role}" AS BIGINT) AS VARCHAR)'
            f" ELSE {plain} END"
        )
    return plain
