"""The customer base: one file that is opened, filled and asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.database.asking import Asking
from loyaltylab.database.noting import Noting
from loyaltylab.database.opening import connect
from loyaltylab.database.schema import COLUMNS, DAYS, LOADED

if TYPE_CHECKING:
    from types import TracebackType

    import duckdb
    import ibis.expr.types as ir


class CustomerBase(Noting, Asking):
    """What a firm knows of its customers, in one file; made by :meth:`open` or :meth:`over`.

    Every table is an ibis table: a question put to it is an expression, and runs as it is on
    other engines. Rows come in through ``add_*`` only, each call wholly or not at all.

    Examples
    --------
    >>> import pandas as pd
    >>> log = pd.DataFrame({"card": ["007", "007"], "day": ["2024-01-05", "soon"], "paid": [9, 5]})
    >>> with CustomerBase.open(":memory:") as base:
    ...     report = base.add_purchases(log, customer="card", date="day", amount="paid")
    ...     base.purchases.customer.to_pyarrow().to_pylist(), report.causes[0].example
    (['007'], "Row 1: the date 'soon' is no date such as 2024-02-05.")
    """

    def __init__(self, *, _con: duckdb.DuckDBPyConnection | None, _tables: dict[str, Any]) -> None:
        self._con = _con
        self._tables = _tables
        self._closed = False

    @classmethod
    def open(
        cls,
        path: str | Path,
        memory_limit: str | None = None,
        threads: int | None = None,
        *,
        read_only: bool = False,
    ) -> CustomerBase:
        """Open the customer base in a file, or make an empty one.

        Parameters
        ----------
        path
            The file, such as ``customers.duckdb``; ``":memory:"`` keeps nothing.
        memory_limit
            The most memory that the engine takes, such as ``"2GB"``; what does not fit is
            kept on disk beside the file meanwhile.
        threads
            How many cores the engine uses; all by default.
        read_only
            Several programs may read one base at the same time, while none writes.

        Raises
        ------
        InputError
            If the file is held open by another program, is no customer base, was made by a
            newer loyaltylab, or may not be read or written.

        Examples
        --------
        >>> CustomerBase.open(":memory:").purchases.columns[:3]
        ('customer', 'date', 'time')
        """
        from loyaltylab.database.backend import Asked

        con = connect(path, memory_limit, threads, read_only)
        asked = Asked.from_connection(con)
        tables = {}
        for name in (*COLUMNS, DAYS):
            table = asked.table(name)
            tables[name] = table.drop("key") if "key" in table.columns else table
        return cls(_con=con, _tables=tables)

    @classmethod
    def over(
        cls,
        purchases: ir.Table,
        customers: ir.Table | None = None,
        products: ir.Table | None = None,
        contacts: ir.Table | None = None,
        survey: ir.Table | None = None,
    ) -> CustomerBase:
        """Ask tables of any other ibis connection, such as a cluster, the same questions.

        Parameters
        ----------
        purchases, customers, products, contacts, survey
            Tables with the columns of :data:`loyaltylab.database.schema.COLUMNS`; what is
            left out is unknown. Nothing can be added to them from here.

        Raises
        ------
        InputError
            If a table is no ibis table or lacks a column.

        Examples
        --------
        >>> import ibis
        >>> log = ibis.table({"customer": "string", "date": "date", "time": "timestamp",
        ...     "amount": "decimal(18, 4)", "quantity": "float64", "product": "string",
        ...     "basket": "string", "load": "int64"}, name="log")
        >>> CustomerBase.over(log).purchases.columns == log.columns
        True
        """
        import ibis.expr.types as ir

        given = dict(zip(LOADED, (purchases, customers, products, contacts, survey), strict=True))
        for name, table in given.items():
            if table is None and name != "purchases":
                continue
            if not isinstance(table, ir.Table):
                raise InputError(f"{name} must be an ibis table, not {shown(table)}.")
            for column in COLUMNS[name]:
                if column not in table.columns and column != "load":
                    raise InputError(
                        f"The table {name} has no column {shown(column)}"
                        f"{nearest(column, table.columns)}; rename its columns with .rename(…), or"
                        " add an empty one with .mutate(…)."
                    )
        return cls(_con=None, _tables={k: t for k, t in given.items() if t is not None})

    def close(self) -> None:
        """Close the file, so that another program can open it; a second time does nothing.

        Examples
        --------
        >>> CustomerBase.open(":memory:").close()
        """
        self._closed = True
        if self._con is not None:
            self._con.close()

    def __enter__(self) -> CustomerBase:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        names = ", ".join(name for name in self._tables if name != DAYS)
        return f"<CustomerBase of {names}{' (closed)' if self._closed else ''}>"

    def has(self, table: str) -> bool:
        """Tell whether the base knows a table; one made by :meth:`over` may lack some.

        Examples
        --------
        >>> CustomerBase.open(":memory:").has("contacts")
        True
        """
        return table in self._tables

    def _table(self, name: str) -> ir.Table:
        if self._closed:
            raise InputError("This customer base is closed; open it with CustomerBase.open(path).")
        if name not in self._tables:
            raise InputError(
                f"This customer base was made without {name}; give them with"
                f" CustomerBase.over(…, {name}=…)."
            )
        return self._tables[name]

    @property
    def purchases(self) -> ir.Table:
        """A row per item: customer, date, time, amount, quantity, product, basket, load."""
        return self._table("purchases")

    @property
    def days(self) -> ir.Table | None:
        """The purchases added up by customer and day, or None if made by :meth:`over`."""
        return self._tables.get(DAYS)

    @property
    def customers(self) -> ir.Table:
        """Everything ever known of customers: customer, attribute, value, since, load."""
        return self._table("customers")

    @property
    def products(self) -> ir.Table:
        """Everything ever known of products: product, attribute, value, load."""
        return self._table("products")

    @property
    def contacts(self) -> ir.Table:
        """Every contact: customer, date, time, kind, text, load."""
        return self._table("contacts")

    @property
    def survey(self) -> ir.Table:
        """Every answer: customer, date, question, score, text, load."""
        return self._table("survey")

    @property
    def loads(self) -> ir.Table:
        """One row per source loaded: load, table, source, rows, added, skipped, rejected, times."""
        return self._table("loads")

    @property
    def rejected(self) -> ir.Table:
        """Every row refused: load, table, row (from 0), cause, reason, record (JSON)."""
        return self._table("rejected")
