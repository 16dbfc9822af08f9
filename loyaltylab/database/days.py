"""The sums by customer and day that a customer base keeps, for the questions asked most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltylab.database.schema import DAYS

if TYPE_CHECKING:
    import duckdb


def add(con: duckdb.DuckDBPyConnection, load: int) -> None:
    """Bring the sums by day up to date with the purchases of a load, in its transaction.

    Every customer has one row a day, whatever the number of loads, so that a summary groups a
    few days and not all rows of all receipts.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE new_days AS SELECT customer, date, sum(amount) AS amount,"
        " count(*) AS lines FROM purchases WHERE load = $load GROUP BY customer, date",
        {"load": load},
    )
    con.execute(
        f"UPDATE {DAYS} kept SET amount = kept.amount + new_days.amount,"
        " lines = kept.lines + new_days.lines FROM new_days"
        " WHERE new_days.customer = kept.customer AND new_days.date = kept.date"
    )
    con.execute(
        f"INSERT INTO {DAYS} SELECT customer, date, amount, lines FROM new_days"
        f" ANTI JOIN {DAYS} kept USING (customer, date)"
    )
    con.execute("DROP TABLE new_days")
