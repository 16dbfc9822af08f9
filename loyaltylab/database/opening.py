"""A file becomes a customer base: made whole, opened, or refused in one sentence."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.files import PART
from loyaltylab.base.stats import whole
from loyaltylab.database import schema

if TYPE_CHECKING:
    import duckdb

MEMORY = ":memory:"
HOLDER = re.compile(r"held in (\S.*?) \(PID (\d+)\)")


def connect(
    path: str | Path, memory_limit: str | None, threads: int | None, read_only: bool
) -> duckdb.DuckDBPyConnection:
    """Open the file, or make it; see :meth:`loyaltylab.database.CustomerBase.open`.

    Examples
    --------
    >>> connect(":memory:", None, None, False).execute("SELECT version FROM about").fetchone()
    (1,)
    """
    config = _config(memory_limit, threads)
    if str(path) == MEMORY:
        if read_only:
            raise InputError("A base in memory begins empty, so leave out read_only=True.")
        con = _opened(MEMORY, config, False)
        _make(con)
        return con
    place = _place(path)
    if not place.exists():
        if read_only:
            raise InputError(
                f"There is no customer base {shown(str(place))} to read; open it once without"
                " read_only=True, which makes it."
            )
        _new(place)
    con = _opened(str(place), config, read_only)
    try:
        _check(con, place, read_only)
        if not read_only:
            _sweep(place)
    except BaseException:
        con.close()
        raise
    return con


def _config(memory_limit: str | None, threads: int | None) -> dict[str, Any]:
    """Nothing is fetched from the network, whatever a file is called."""
    config: dict[str, Any] = {"autoinstall_known_extensions": "false"}
    if memory_limit is not None:
        if not isinstance(memory_limit, str) or not re.fullmatch(
            r"\s*\d+(\.\d+)?\s*[KMGT]i?B\s*", memory_limit
        ):
            raise InputError(
                f"memory_limit must be a text such as '2GB' or '800MB', or None for most of the"
                f" machine's memory, not {shown(memory_limit)}."
            )
        config["memory_limit"] = memory_limit
    if threads is not None:
        config["threads"] = whole("threads", threads, 1, 1024)
    return config


def _place(path: str | Path) -> Path:
    if not isinstance(path, str | Path) or not str(path).strip() or "\0" in str(path):
        raise InputError(
            f"path must be the place of a file such as 'customers.duckdb', not {shown(path)}."
        )
    place = Path(os.path.expanduser(path))
    if os.path.isdir(place):
        raise InputError(
            f"{shown(str(place))} is a folder; add the name of a file, such as"
            f" {shown(str(place / 'customers.duckdb'))}."
        )
    if not os.path.isdir(place.parent):
        raise InputError(
            f"There is no folder {shown(str(place.parent))}; make it first, or choose another"
            " place for the customer base."
        )
    return place


def _new(place: Path) -> None:
    """Make an empty base beside its place and move it there: it is never seen half made."""
    part = place.with_name(PART.format(secrets.token_hex(8)))
    try:
        with _opened(str(part), {}, False, place) as con:
            _make(con)
        with suppress(FileExistsError):  # another process was quicker, and made the same
            put(part, place)
    except OSError as error:
        raise InputError(
            f"{shown(str(place))} cannot be made: {error.strerror or type(error).__name__};"
            " choose a folder in which you may write."
        ) from None
    finally:
        with suppress(OSError):
            part.unlink()


def _sweep(place: Path) -> None:
    """Remove what a killed program had put on disk for want of memory: rows of customers.

    Whoever may write has the file alone, so what belongs to another process is of a dead one.
    """
    folder = place.with_name(place.name + ".tmp")
    own = f"duckdb_temp_{os.getpid()}_"
    with suppress(OSError):
        for path in folder.glob("duckdb_temp_*"):
            if not path.name.startswith(own):
                path.unlink()
        folder.rmdir()  # only when nothing is left in it


def put(part: Path, place: Path) -> None:
    """Move a finished file to its place, where nothing may be yet.

    Raises
    ------
    FileExistsError
        If there is something at its place; it stays as it is.
    """
    try:
        os.link(part, place)  # unlike a rename it never replaces what is there
    except FileExistsError:
        raise
    except OSError:  # some file systems know no links
        if os.path.lexists(place):
            raise FileExistsError from None
        os.rename(part, place)


def _make(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("BEGIN")
    for statement in schema.statements():
        con.execute(statement)
    con.execute("COMMIT")


def _opened(
    file: str, config: dict[str, Any], read_only: bool, meant: Path | None = None
) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        con = duckdb.connect(file, read_only=read_only, config=config)
        con.execute("SET enable_progress_bar = false")  # in a notebook it would leave a widget
        return con
    except duckdb.Error as error:
        raise InputError(_why(str(error), str(meant or file), read_only)) from None


def _why(error: str, file: str, read_only: bool) -> str:
    """Translate what DuckDB says into one sentence with a way out."""
    holder = HOLDER.search(error)
    if holder or "Could not set lock" in error or "being used by another process" in error:
        who = f" ({Path(holder[1]).name}, process {holder[2]})" if holder else ""
        wait = "" if read_only else "; several may read it with read_only=True while nobody writes"
        return (
            f"{shown(file)} is held open by another program{who}; close it there, or restart"
            f" that notebook's kernel, and try again{wait}."
        )
    if "different configuration" in error:
        return (
            f"{shown(file)} is open already in this program with another memory_limit, threads"
            " or read_only; close that CustomerBase first."
        )
    if "not a valid DuckDB" in error:
        return (
            f"{shown(file)} is no customer base (no DuckDB file); give another name, and load"
            " tables with add_purchases(…)."
        )
    if "version number" in error or "newer" in error:
        return (
            f"{shown(file)} was written by another version of DuckDB; update the package duckdb"
            " (python -m pip install -U duckdb) and try again."
        )
    if "memory_limit" in error or "Memory" in error:
        return "memory_limit must be a text such as '2GB', which this machine can give."
    reason = " ".join(error.removeprefix("IO Error: ").split()).split(": ")[-1][:80].rstrip(". ")
    return (
        f"{shown(file)} cannot be opened ({reason}); check that the file and its folder may be"
        " read and written by you."
    )


def _check(con: duckdb.DuckDBPyConnection, place: Path, read_only: bool) -> None:
    """Refuse a file of somebody else's tables, and one of a later loyaltylab."""
    names = con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
    tables = {name for (name,) in names}
    if not tables and not read_only:
        _make(con)
        return
    if not {"about", schema.DAYS, *schema.COLUMNS} <= tables:
        raise InputError(
            f"{shown(str(place))} is a DuckDB file but no customer base; give another name, and"
            " load its tables with add_purchases(…)."
        )
    version = con.execute("SELECT max(version) FROM about").fetchall()[0][0]
    if version != schema.VERSION:
        raise InputError(
            f"{shown(str(place))} has tables of version {version}, and this loyaltylab knows"
            f" version {schema.VERSION}; update loyaltylab and try again."
        )
