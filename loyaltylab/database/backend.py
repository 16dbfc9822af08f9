"""The connection through which a customer base is asked: ibis on DuckDB, with a sign of life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibis.backends.duckdb import Backend

from loyaltylab.database.progress import waiting

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


class Asked(Backend):  # type: ignore[misc]
    """DuckDB as ibis knows it; what takes over a second is shown on a terminal."""

    def execute(self, expr: ir.Expr, /, **settings: Any) -> Any:
        """Run an expression and return a frame, a column or a number."""
        with waiting("asking the customer base"):
            return super().execute(expr, **settings)

    def to_pyarrow(self, expr: ir.Expr, /, **settings: Any) -> pa.Table:
        """Run an expression and return an Arrow table."""
        with waiting("asking the customer base"):
            return super().to_pyarrow(expr, **settings)
