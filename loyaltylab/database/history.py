"""Customers and products have attributes that change: every value stays, the latest one counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from loyaltylab.database.staging import Plan

if TYPE_CHECKING:
    import duckdb

KEPT = {"customers": "customer", "products": "product"}
"""The tables that keep a history, and whose it is."""


class Added(NamedTuple):
    """What a table did: its fingerprint, the rows that brought something, values left as they are.

    Examples
    --------
    >>> Added(123, 2, 0).rows
    2
    """

    fingerprint: int
    rows: int
    outdated: int


def add(con: duckdb.DuckDBPyConnection, plan: Plan, load: int) -> Added:
    """Add every value that differs from the last one known.

    A value that changed back is a new one. A whole table that was loaded before, value for
    value, is not loaded again, for it would turn the history back; what it would have turned
    back is counted, so that nobody takes it for loaded.
    """
    who = KEPT[plan.table]
    since = "CAST(since AS DATE)" if plan.table == "customers" else "CAST(NULL AS DATE)"
    _refuse_second(con, who, since)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE facts (row BIGINT, who VARCHAR, since DATE, attribute"
        " VARCHAR, value VARCHAR, known BOOLEAN)"
    )
    for i, name in enumerate(plan.attributes or ()):
        con.execute(
            f"INSERT INTO facts SELECT row, {who}, {since}, $name, nullif(trim(t_a{i}), ''), false"
            f" FROM checked WHERE cause IS NULL AND nullif(trim(t_a{i}), '') IS NOT NULL",
            {"name": str(name)},
        )
    found = con.execute(
        "SELECT CAST(sum(CAST(md5_number_lower(CAST(json_array(who, since, attribute, value) AS"
        " VARCHAR)) AS HUGEINT)) % 1000000000000000000 AS UHUGEINT) FROM facts"
    ).fetchall()[0][0]
    fingerprint = int(found or 0)
    before = con.execute(
        'SELECT count(*) FROM loads WHERE "table" = $table AND "key" = $key',
        {"table": plan.table, "key": fingerprint},
    ).fetchall()[0][0]
    _mark_known(con, plan.table, who)
    if before:
        older = con.execute("SELECT count(*) FROM facts WHERE NOT known").fetchall()[0][0]
        return Added(fingerprint, 0, int(older))
    _insert(con, plan.table, who, load)
    added = con.execute("SELECT count(DISTINCT row) FROM facts WHERE NOT known").fetchall()[0][0]
    return Added(fingerprint, int(added), 0)


def _refuse_second(con: duckdb.DuckDBPyConnection, who: str, since: str) -> None:
    """Two rows of one table for the same customer and day contradict or repeat each other."""
    con.execute(
        f"UPDATE checked SET cause = 'second row of a {who}', reason = 'Row ' || checked.row ||"
        f" ' is a second row of the {who} in row ' || twice.first || '; keep one of them.' FROM"
        f" (SELECT row, min(row) OVER (PARTITION BY {who}, {since}) AS first FROM checked WHERE"
        " cause IS NULL) twice WHERE twice.row = checked.row AND twice.first < checked.row"
    )


def _mark_known(con: duckdb.DuckDBPyConnection, table: str, who: str) -> None:
    """Mark what the base holds: the value that the latest load gave for the same day, or none."""
    since = "since" if table == "customers" else "CAST(NULL AS DATE)"
    con.execute(
        f"UPDATE facts SET known = true FROM (SELECT {who} AS who, attribute, {since} AS day,"
        f" arg_max(value, load) AS value FROM {table} GROUP BY ALL) old WHERE old.who = facts.who"
        " AND old.attribute = facts.attribute AND old.value = facts.value"
        " AND old.day IS NOT DISTINCT FROM facts.since"
    )


def _insert(con: duckdb.DuckDBPyConnection, table: str, who: str, load: int) -> None:
    since = "since, " if table == "customers" else ""
    con.execute(
        f'INSERT INTO {table} ({who}, attribute, value, {since}load, "key") SELECT who, attribute,'
        f" value, {since}$load, md5_number(CAST(json_array(who, since, attribute, value) AS"
        " VARCHAR)) FROM facts WHERE NOT known ORDER BY row",
        {"load": load},
    )


def note(con: duckdb.DuckDBPyConnection, plan: Plan, load: int) -> None:
    """Keep what purchase rows say of their customer: every change, with the day of its purchase."""
    for i, name in enumerate(plan.attributes or ()):
        con.execute(
            "INSERT INTO customers WITH said AS (SELECT customer, row, CAST(date AS DATE) AS since,"
            f" nullif(trim(t_a{i}), '') AS value FROM checked WHERE cause IS NULL AND"
            f" nullif(trim(t_a{i}), '') IS NOT NULL), changed AS (SELECT *, lag(value) OVER"
            " (PARTITION BY customer ORDER BY since, row) AS before FROM said), held AS (SELECT"
            " customer AS who, since AS day, arg_max(value, load) AS kept FROM customers WHERE"
            " attribute = $name AND since IS NOT NULL GROUP BY ALL) SELECT customer, $name, value,"
            " since, $load, md5_number(CAST(json_array(customer, since, $name, value) AS VARCHAR))"
            " FROM changed ASOF LEFT JOIN held ON held.who = customer AND since >= held.day WHERE"
            " value IS DISTINCT FROM before AND value IS DISTINCT FROM kept ORDER BY row",
            {"name": str(name), "load": load},
        )
