"""Out of the base into a CSV file in which a spreadsheet finds nothing to run."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.files import PART
from loyaltylab.database.opening import put
from loyaltylab.database.progress import waiting
from loyaltylab.database.sources import texts

if TYPE_CHECKING:
    import pyarrow as pa

RUNS = (
    r"^[\s\pZ\x00-\x20\x{200b}\x{feff}]*[=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]"
    r"|^[\t\r]"
)
"""Text that a spreadsheet takes for a formula: = + - @ (wide ones too, and after spaces), or a
tab or return before anything else."""


def export(table: Any, path: str | Path) -> Path:
    """Write a table as a CSV file (UTF-8 with a byte-order mark, as spreadsheets expect).

    Text that a spreadsheet would run as a formula, in cells and in the header, gets an
    apostrophe before it; numbers in columns of numbers stay as they are, negative ones too.
    The file is written under another name and then moved, so that it is there whole or not
    at all; a file that exists is never overwritten.

    Parameters
    ----------
    table
        An ibis expression of rows, such as ``base.purchases`` or an answer of the base, or a
        frame, whose index is left out.
    path
        The new file; its name ends in ``.csv``.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        If the file exists, its folder does not, or ``table`` is no table.

    References
    ----------
    OWASP, *CSV Injection*, n.d. (OWASP Community Pages).

    Examples
    --------
    >>> import tempfile
    >>> bad = pd.DataFrame({"name": ["=1+1", "Ann"], "paid": [-1.5, 3.0]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for line in export(bad, folder + "/x.csv").read_text("utf-8-sig").split():
    ...         print(line)
    "name","paid"
    "'=1+1",-1.5
    "Ann",3
    """
    import pyarrow.csv

    place = _place(path)
    rows = _rows(table)
    part = place.with_name(PART.format(secrets.token_hex(8)))
    try:
        with waiting(f"writing {place.name}"), open(part, "xb") as file:
            file.write("\ufeff".encode())
            pyarrow.csv.write_csv(_harmless(rows), file)
            file.flush()
            os.fsync(file.fileno())
        put(part, place)
    except FileExistsError:
        raise InputError(_exists(place)) from None
    except OSError as error:
        raise InputError(
            f"{shown(str(place))} cannot be written: {error.strerror or type(error).__name__};"
            " choose a folder in which you may write."
        ) from None
    finally:
        with suppress(OSError):
            part.unlink()
    return place


def _place(path: Any) -> Path:
    if not isinstance(path, str | Path) or not str(path).lower().endswith(".csv"):
        raise InputError(f"path must be a file name that ends in .csv, not {shown(path)}.")
    place = Path(os.path.expanduser(path))
    if os.path.lexists(place):
        raise InputError(_exists(place))
    if not os.path.isdir(place.parent):
        raise InputError(f"There is no folder {shown(str(place.parent))}; make it first.")
    return place


def _exists(place: Path) -> str:
    return f"{shown(str(place))} exists already and is not overwritten; choose another name."


def _rows(table: Any) -> pa.Table:
    import pyarrow as pa

    if isinstance(table, pa.Table):
        return table
    if isinstance(table, pd.DataFrame):
        names = [str(name) for name in table.columns]
        columns = [table.iloc[:, i] for i in range(len(names))]
        return pa.table([_array(column) for column in columns], names=names)
    if hasattr(table, "to_pyarrow") and hasattr(table, "columns"):
        found: pa.Table = table.to_pyarrow()
        return found
    raise InputError(
        f"table must be an ibis table, an expression of rows or a frame, not {shown(table)}."
    )


def _array(values: pd.Series[Any]) -> pa.Array:
    import pyarrow as pa

    try:
        found = pa.array(values, from_pandas=True)
        # periods, intervals and the like have no way of their own to be written
        known = not isinstance(found.type, pa.BaseExtensionType)
        return found if known else pa.array(texts(values), pa.string())
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        return pa.array(texts(values), pa.string())


def _harmless(rows: pa.Table) -> pa.Table:
    """Put an apostrophe before all text that would run; other types cannot."""
    import pyarrow as pa

    columns = [_plain(column) for column in rows.columns]
    names = pa.array(list(rows.column_names), pa.large_string())
    return pa.table(columns, names=_marked(names).to_pylist())


def _plain(column: Any) -> Any:
    import pyarrow as pa
    import pyarrow.types as kind

    if kind.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if kind.is_string(column.type) or kind.is_large_string(column.type):
        return _marked(column.cast(pa.large_string()))
    odd = (kind.is_nested, kind.is_binary, kind.is_duration, kind.is_interval)
    if any(is_odd(column.type) for is_odd in odd):
        texts = [None if v is None else str(v) for v in column.to_pylist()]
        return _marked(pa.array(texts, pa.large_string()))
    return column


def _marked(texts: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    sign, end = (pa.scalar(text, pa.large_string()) for text in ("'", ""))
    runs = pc.match_substring_regex(texts, RUNS)
    return pc.if_else(runs, pc.binary_join_element_wise(sign, texts, end), texts)
