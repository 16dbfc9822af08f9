"""The connection through which questions are asked: ibis on DuckDB, with a sign of life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ibis.backends.duckdb import Backend

from loyaltylab.database.progress import waiting

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


class Asked(Backend):  # type: ignore[misc]
    """DuckDB as ibis knows it; what takes over a second is shown on a terminal."""

    @classmethod
    def alone(cls) -> Asked:
        """Return an engine of its own in memory, whose bar would leave a widget in a notebook."""
        import duckdb

        con = duckdb.connect()
        con.execute("SET enable_progress_bar = false")
        return cast(Asked, cls.from_connection(con))

    def execute(self, expr: ir.Expr, /, **settings: Any) -> Any:
        """Run an expression and return a frame, a column or a number."""
        with waiting("asking the customer base"):
            return super().execute(expr, **settings)

    def to_pyarrow(self, expr: ir.Expr, /, **settings: Any) -> pa.Table:
        """Run an expression and return an Arrow table."""
        with waiting("asking the customer base"):
            return super().to_pyarrow(expr, **settings)
