"""A load is one transaction: rows are staged, checked, known again, added; or nothing happens."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from loyaltylab.base.errors import InputError, shown
from loyaltylab.database import days, history, keys
from loyaltylab.database.progress import waiting
from loyaltylab.database.report import LoadReport, Reject
from loyaltylab.database.schema import COLUMNS
from loyaltylab.database.sources import Source, encoding, listed
from loyaltylab.database.staging import Plan, check, mend, stage

if TYPE_CHECKING:
    import duckdb

ONE_AT_A_TIME = threading.RLock()
"""Two loads of one program follow each other, so that the second knows what the first added."""


TEMPORARY = ("staged", "checked", "twins", "broken", "facts", "reject_errors", "reject_scans")


class Done(NamedTuple):
    """What the load of one source did."""

    load: int
    rows: int
    added: int
    skipped: int
    outdated: int


def load(con: duckdb.DuckDBPyConnection, plan: Plan, data: Any) -> LoadReport:
    """Load all sources or none; see :class:`loyaltylab.database.CustomerBase`."""
    import duckdb

    sources = listed(data)
    what = sources[0].name if len(sources) == 1 else f"{len(sources)} tables"
    with ONE_AT_A_TIME, waiting(f"loading {what} into {plan.table}"):
        con.execute("BEGIN")
        try:
            done = [_one(con, plan, source) for source in sources]
            report = _report(con, plan, sources, done)
            _forget(con)
            con.execute("COMMIT")
        except BaseException as error:
            with suppress(duckdb.Error):
                con.execute("ROLLBACK")
            if isinstance(error, duckdb.Error):
                raise _failed(error, what) from None
            raise
    return report


def _one(con: duckdb.DuckDBPyConnection, plan: Plan, source: Source) -> Done:
    """Load one source as one load: its rows, its rejected rows, its line in ``loads``."""
    begun = _now()
    plan = stage(con, plan, source)
    broken = mend(con)
    rows = _count(con, "staged") + broken
    if rows == 0:
        raise InputError(f"{shown(source.name)} has no rows; check the filter or the export.")
    load = int(con.execute("SELECT coalesce(max(load), 0) + 1 FROM loads").fetchall()[0][0])
    check(con, plan)
    if plan.table in history.KEPT:
        print_, added, outdated = history.add(con, plan, load)
    else:
        print_, added, outdated = None, _add(con, plan, load), 0
        history.note(con, plan, load)
    rejected = _count(con, "checked WHERE cause IS NOT NULL") + broken
    if rejected == rows:
        raise InputError(_none_fits(con, source, rows))
    _keep_rejected(con, plan, load)
    skipped = rows - added - rejected
    line = [load, plan.table, source.name, rows, added, skipped, rejected, begun, _now(), print_]
    con.execute("INSERT INTO loads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", line)
    return Done(load, rows, added, skipped, outdated)


def _add(con: duckdb.DuckDBPyConnection, plan: Plan, load: int) -> int:
    """Add the rows that are new; midnights throughout are days, and no times of day."""
    keys.settle(con, plan)
    columns = {"customer": "customer", "date": "CAST(date AS DATE)"}
    if "time" in COLUMNS[plan.table]:
        timed = con.execute(
            "SELECT bool_or(CAST(date AS TIME) <> TIME '00:00:00') FROM checked WHERE cause IS NULL"
        )
        columns["time"] = "date" if timed.fetchall()[0][0] else "NULL"
    columns |= {role.name: role.name for role in plan.roles[2:]}
    names = ", ".join(f'"{name}"' for name in columns)
    done = con.execute(
        f'INSERT INTO "{plan.table}" ({names}, load, "key") SELECT {", ".join(columns.values())},'
        " $load, content FROM checked WHERE cause IS NULL AND NOT EXISTS"
        f' (SELECT 1 FROM "{plan.table}" old WHERE old."key" = checked.content)',
        {"load": load},
    )
    count = int(done.fetchall()[0][0])
    if plan.table == "purchases":
        days.add(con, load)
    return count


def _keep_rejected(con: duckdb.DuckDBPyConnection, plan: Plan, load: int) -> None:
    """Write every rejected row with its reason and its own text, under the caller's names."""
    given = plan.given()
    pairs = ", ".join(f"$n{i}, t_{role}" for i, role in enumerate(given))
    values = {f"n{i}": str(name) for i, name in enumerate(given.values())}
    con.execute(
        f"INSERT INTO rejected SELECT $load, $table, row, cause, reason, CAST(json_object({pairs})"
        " AS VARCHAR) FROM checked WHERE cause IS NOT NULL ORDER BY row",
        {"load": load, "table": plan.table, **values},
    )
    con.execute(
        "INSERT INTO rejected SELECT $load, $table, row, 'broken line', 'Row ' || row || ' ' ||"
        " says || '.', CAST(json_object('line', line) AS VARCHAR) FROM broken ORDER BY row",
        {"load": load, "table": plan.table},
    )


def _none_fits(con: duckdb.DuckDBPyConnection, source: Source, rows: int) -> str:
    first = con.execute(
        "SELECT reason FROM (SELECT row, reason FROM checked WHERE cause IS NOT NULL UNION ALL"
        " SELECT row, 'Row ' || row || ' ' || says FROM broken) ORDER BY row LIMIT 1"
    ).fetchall()[0][0]
    if first.endswith("is not UTF-8 text"):
        return encoding(source.data)
    why = first[0].lower() + first[1:].rstrip(".")
    none = f"None of the {rows:,} rows" if rows > 1 else "The only row"
    can = "can" if rows > 1 else "cannot"
    return (
        f"{none} of {shown(source.name)} {can} be loaded, and nothing was changed"
        f" ({why}); check the column names and date_format."
    )


def _report(
    con: duckdb.DuckDBPyConnection, plan: Plan, sources: list[Source], done: list[Done]
) -> LoadReport:
    loads = [d.load for d in done]
    causes = con.execute(
        "SELECT cause, count(*), arg_min(reason, (load, row)) FROM rejected WHERE"
        " list_contains($loads, load) GROUP BY cause ORDER BY count(*) DESC, cause",
        {"loads": loads},
    ).fetchall()
    return LoadReport(
        into=plan.table,
        sources=tuple(source.name for source in sources),
        loads=tuple(loads),
        rows=sum(d.rows for d in done),
        added=sum(d.added for d in done),
        skipped=sum(d.skipped for d in done),
        causes=tuple(Reject(*cause) for cause in causes),
        outdated=sum(d.outdated for d in done),
    )


def _failed(error: Exception, what: str) -> InputError:
    """Say in one sentence what the engine could not do; a refused load leaves no trace."""
    text = " ".join(str(error).splitlines()[0].split())
    if "Out of Memory" in text or "memory" in text.lower():
        return InputError(
            f"{what} does not fit into the memory limit, and nothing was changed; open the base"
            " with a larger memory_limit, or load the table in parts."
        )
    if "read-only mode" in text:
        return InputError(
            "This customer base was opened with read_only=True and cannot be filled; open it"
            " without, while no other program has it open."
        )
    if "strptime" in text.lower() or "format specifier" in text.lower():
        return InputError(
            "date_format must be written like '%m/%d/%Y' or '%Y-%m-%d %H:%M', and nothing was"
            f" changed; the engine says: {text.replace('. ', ': ')[:120].rstrip('.: ')}."
        )
    return InputError(
        f"{what} could not be loaded, and nothing was changed; the engine says:"
        f" {text.replace('. ', ': ')[:160].rstrip('.: ')}."
    )


def _forget(con: duckdb.DuckDBPyConnection) -> None:
    for table in TEMPORARY:
        con.execute(f"DROP TABLE IF EXISTS {table}")


def _count(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {rows}").fetchall()[0][0])


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
