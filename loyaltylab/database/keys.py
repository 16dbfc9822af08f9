"""Which rows were there before: the second of its kind in a source, and what the base holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltylab.database.staging import Plan

if TYPE_CHECKING:
    import duckdb


def settle(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Reject the rows of ``checked`` that repeat an earlier one, or tell them from it.

    A row is known by its content and by how often it stood there before, or by the key that
    the caller has for it. Which of them the base holds is seen when they are added.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE twins AS SELECT row, row_number() OVER (PARTITION BY content"
        " ORDER BY row) AS nth, min(row) OVER (PARTITION BY content) AS first FROM checked WHERE"
        " cause IS NULL AND content IN (SELECT content FROM checked WHERE cause IS NULL GROUP BY"
        " content HAVING count(*) > 1)"
    )
    if plan.key or plan.duplicates == "reject":
        what = "has the key of" if plan.key else "repeats"
        advice = "" if plan.key else "; duplicates=''keep'' would load it"
        con.execute(
            "UPDATE checked SET cause = $cause, reason = 'Row ' || checked.row ||"
            f" ' {what} row ' || twins.first || '{advice}.' FROM twins"
            " WHERE twins.row = checked.row AND twins.nth > 1",
            {"cause": "key of an earlier row" if plan.key else "repeats an earlier row"},
        )
    else:
        con.execute(
            "UPDATE checked SET content = md5_number(CAST(content AS VARCHAR) || ':' || twins.nth)"
            " FROM twins WHERE twins.row = checked.row AND twins.nth > 1"
        )
    if plan.key:
        _refuse_changed(con, plan)


def _refuse_changed(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """What has the key of a row of the base and says something else is no row loaded before."""
    same = " AND ".join(
        f'old."{r.name}" IS NOT DISTINCT FROM '
        + (f"CAST(checked.{r.name} AS DATE)" if r.kind == "date" else f"checked.{r.name}")
        for r in plan.roles
    )
    con.execute(
        "UPDATE checked SET cause = 'key loaded before with other content', reason = 'Row ' ||"
        " checked.row || ' has the key of a row that load ' || old.load || ' brought with other"
        f' content.\' FROM "{plan.table}" old WHERE old."key" = checked.content'
        f" AND checked.cause IS NULL AND NOT ({same})"
    )
