"""One source becomes a table of checked rows, each good, or with the reason against it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from loyaltylab.base.errors import InputError, shown
from loyaltylab.database import checks
from loyaltylab.database.schema import ROLES, Role
from loyaltylab.database.sources import NESTED, Source, as_text, chosen, names, unreadable

if TYPE_CHECKING:
    import duckdb

Decimal = Literal[".", ","]
Duplicates = Literal["reject", "keep"]
MEASURED = ("date", "amount", "number")
"""Kinds that keep the type in which they came; all others become text."""
TYPES = {"amount": "DECIMAL(18,4)", "number": "DOUBLE", "date": "TIMESTAMP"}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be read, and by which rules; roles left out are columns the caller has not."""

    table: str
    columns: Mapping[str, Hashable]
    date_format: str | None = None
    decimal: Decimal = "."
    duplicates: Duplicates = "reject"
    key: tuple[Hashable, ...] = ()
    extra: tuple[checks.Check, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    attributes: tuple[Hashable, ...] | None = ()
    kinds: Mapping[str, str] = field(default_factory=dict)

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles of the table."""
        return ROLES[self.table]

    def given(self) -> dict[str, Hashable]:
        """Return the caller's columns under the names that they have while they are staged."""
        roles = {role.name: self.columns[role.name] for role in self.roles if self._has(role)}
        keys = {f"k{i}": name for i, name in enumerate(self.key)}
        return roles | keys | {f"a{i}": name for i, name in enumerate(self.attributes or ())}

    def _has(self, role: Role) -> bool:
        return role.name in self.columns


def stage(con: duckdb.DuckDBPyConnection, plan: Plan, source: Source) -> Plan:
    """Read a source into the table ``staged``: a row number from 0, and the columns as they came.

    Returns the plan with what only the source could tell: the types, and all attributes.
    """
    import duckdb

    if plan.attributes is None:
        taken = set(plan.columns.values())
        rest = tuple(name for name in names(con, source) if name not in taken)
        plan = replace(plan, attributes=rest)
    given = plan.given()
    found = chosen(con, source, given)
    kinds = dict(zip(found.columns, map(str, found.types), strict=True))
    _refuse_nested(given, kinds)
    kind_of = {role.name: role.kind for role in plan.roles}
    cells = {n: as_text(kind_of.get(n, "id"), n, kind) for n, kind in kinds.items()}
    listed = ", ".join(f"{text} AS t_{name}" for name, text in cells.items())
    kinds = {n: k if kind_of.get(n) in MEASURED else "VARCHAR" for n, k in kinds.items()}
    columns = ", ".join(f"t_{name} {kind}" for name, kind in kinds.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE staged (row BIGINT, {columns})")
    try:
        found.project(f"row_number() OVER () - 1 AS row, {listed}").insert_into("staged")
    except duckdb.Error as error:
        place = source.data if isinstance(source.data, Path) else source.name
        raise unreadable(place, error) from None
    return replace(plan, kinds=kinds)


def _refuse_nested(given: Mapping[str, Hashable], kinds: Mapping[str, str]) -> None:
    for role, name in given.items():
        if kinds[role].endswith("]") or kinds[role].startswith(NESTED):
            raise InputError(
                f"Column {shown(name)} holds lists or records (type {kinds[role][:20]}); give a"
                " column of plain values."
            )


def mend(con: duckdb.DuckDBPyConnection) -> int:
    """Return how many lines of a CSV file DuckDB could not divide into cells.

    They stand in the table ``broken``, and the rows behind them are counted on by as many.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE broken (row BIGINT, says VARCHAR, line VARCHAR)")
    if not _one(con, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reject_errors'"):
        return 0
    con.execute(
        "INSERT INTO broken SELECT line - 2, CASE any_value(error_type)"
        " WHEN 'TOO MANY COLUMNS' THEN 'has more cells than the header'"
        " WHEN 'MISSING COLUMNS' THEN 'has fewer cells than the header'"
        " WHEN 'INVALID ENCODING' THEN 'is not UTF-8 text'"
        " ELSE 'cannot be divided into cells' END, left(any_value(csv_line), 400)"
        " FROM reject_errors GROUP BY line"
    )
    count = int(_one(con, "SELECT count(*) FROM broken"))
    if count:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE staged AS SELECT s.row + coalesce(b.lost, 0) AS row,"
            " s.* EXCLUDE (row) FROM staged s ASOF LEFT JOIN (SELECT place, max(lost) AS lost FROM"
            " (SELECT row - row_number() OVER w + 1 AS place, row_number() OVER w AS lost FROM"
            " broken WINDOW w AS (ORDER BY row)) GROUP BY place) b"
            " ON s.row >= b.place"
        )
    return count


def check(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Turn ``staged`` into ``checked``: typed columns, the cause against a row, its fingerprint."""
    _refuse_two_days(con, plan)
    columns, tests = [], []
    for role in plan.roles:
        if role.name not in plan.columns:
            columns.append(f"CAST(NULL AS {TYPES.get(role.kind, 'VARCHAR')}) AS {role.name}")
            continue
        given = plan.kinds[role.name]
        dated = given.startswith("TIMESTAMP") or given == "DATE"
        written = role.kind == "date" and not dated and plan.date_format is not None
        how: Any = {"has_format": written, "decimal": plan.decimal}
        columns.append(f"{checks.parsed(role, given, **how)} AS {role.name}")
        tests += checks.of(role, **how)
    if plan.key:
        blank = " OR ".join(f"nullif(trim(t_k{i}), '') IS NULL" for i in range(len(plan.key)))
        tests.append(checks.Check(blank, "no key", "' has no key.'"))
    tests += plan.extra
    _run(
        con,
        plan,
        f"CREATE OR REPLACE TEMP TABLE checked AS SELECT *, {checks.cause(tests)} AS cause,"
        f" CAST(NULL AS VARCHAR) AS reason, {fingerprint(plan)} AS content FROM"
        f" (SELECT *, {', '.join(columns)} FROM staged)",
    )
    _run(
        con,
        plan,
        f"UPDATE checked SET reason = {checks.reason(tests)} WHERE cause IS NOT NULL",
    )


def fingerprint(plan: Plan) -> str:
    """Return the expression for 128 bits of all that is kept of a row, or of its key.

    Examples
    --------
    >>> fingerprint(Plan(table="products", columns={"product": "p"}))
    'md5_number(CAST(json_array(CAST(product AS VARCHAR)) AS VARCHAR))'
    """
    if plan.key:
        cells = ["'key'", *(f"trim(t_k{i})" for i in range(len(plan.key)))]
    else:
        cells = [f"CAST({role.name} AS VARCHAR)" for role in plan.roles]
    return f"md5_number(CAST(json_array({', '.join(cells)}) AS VARCHAR))"


def _run(con: duckdb.DuckDBPyConnection, plan: Plan, query: str) -> None:
    values = {**plan.values, "format": plan.date_format}
    con.execute(query, {name: v for name, v in values.items() if f"${name}" in query})


def _refuse_two_days(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """A date such as 05/02/2024 is two days: the whole load waits until somebody says which."""
    name = next((r.name for r in plan.roles if r.kind == "date" and r.name in plan.columns), None)
    if name is None or plan.date_format is not None or plan.kinds[name] != "VARCHAR":
        return
    found = con.execute(
        f"SELECT row, {checks.cell(name)} FROM staged WHERE regexp_matches(t_{name}, ?)"
        " ORDER BY row LIMIT 1",
        [checks.TWO_DAYS],
    ).fetchall()
    if found:
        row, text = found[0]
        raise InputError(
            f"Column {shown(plan.columns[name])} holds {shown(text)} (row {row}), which may be two"
            " different days; say how it is written, such as date_format='%m/%d/%Y' when the"
            " month comes first, or '%d/%m/%Y' when the day does."
        )


def _one(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    return con.execute(query).fetchall()[0][0]
