"""How purchases, customers and products come into a customer base, all by the same rules."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from loyaltylab.base.errors import InputError
from loyaltylab.database import checks
from loyaltylab.database.arguments import apart, listed, named, one_of, written
from loyaltylab.database.loading import load
from loyaltylab.database.report import LoadReport
from loyaltylab.database.staging import Decimal, Duplicates, Plan

if TYPE_CHECKING:
    import duckdb

Returns = Literal["reject", "keep"]


class Filling:
    """The ``add_*`` methods of a customer base.

    ``data`` is a frame, the path of a CSV or Parquet file, a pattern such as ``"2017-*.csv"``,
    an Arrow or ibis table, or a list of these. Columns are named by the caller; one that is
    not named is not loaded. A CSV file is UTF-8 text, and all its cells come in as they are
    written: ``0042`` stays ``0042``; they may be divided by commas, semicolons
    or tabs. Every call is one transaction.

    Row numbers count from 0, as pandas counts, in frames and in files. Dates are written
    ``2024-02-05``, with or without a time; for any other writing ``date_format`` says how
    (``%d`` day, ``%m`` month, ``%Y`` year, ``%H:%M`` time). A time with a zone becomes the time
    in UTC, and the date is the date in UTC.

    A row that was loaded before is skipped: one with the same content as a row of an earlier
    load or, when ``key`` names columns that tell every row (such as receipt and line), with
    the same key. Without a key a second identical row of one source is rejected, or with
    ``duplicates="keep"`` loaded; load the same file always with the same columns.
    """

    _con: duckdb.DuckDBPyConnection | None
    _closed: bool

    def add_purchases(
        self,
        data: Any,
        *,
        customer: Hashable = "customer",
        date: Hashable = "date",
        amount: Hashable = "amount",
        quantity: Hashable | None = None,
        product: Hashable | None = None,
        basket: Hashable | None = None,
        about: Sequence[Hashable] | None = None,
        key: Hashable | Sequence[Hashable] | None = None,
        date_format: str | None = None,
        decimal: Decimal = ".",
        duplicates: Duplicates = "reject",
        returns: Returns = "reject",
    ) -> LoadReport:
        """Load purchases: who bought when, for how much and, where known, what.

        Parameters
        ----------
        data
            A frame, a file, a pattern of file names, or a list of them.
        customer, date, amount, quantity, product, basket
            Columns. ``amount`` is the sum paid for the row in one currency, kept to four
            decimals; ``basket`` is the number of the receipt.
        about
            Columns that say something of the customer, such as an age class; every change of
            them goes into ``customers``, ``since`` the day of the purchase.
        key
            The column or columns that tell every row from every other, if there are any.
        date_format
            How dates are written, such as ``"%m/%d/%Y"``; None for ``2024-02-05``.
        decimal
            The sign before the decimals: ``","`` where a sum is written ``1.234,50``.
        duplicates
            What becomes of a row that repeats an earlier one of the same source.
        returns
            What becomes of goods brought back, rows of a negative amount or quantity.
            ``"reject"`` keeps them aside, for a return is no purchase and its day no day of
            buying; ``"keep"`` loads them, so that sums are net of returns.

        Returns
        -------
        LoadReport
            Rows read, added, skipped and rejected, with the causes.

        Raises
        ------
        InputError
            If a column is missing, a date may be two days, the file cannot be read, or no row
            of it fits; then nothing is changed.

        Examples
        --------
        >>> import pandas as pd
        >>> from loyaltylab.database import CustomerBase
        >>> log = pd.DataFrame({"customer": ["07", None], "date": "2024-01-05", "amount": [2, 3]})
        >>> base = CustomerBase.open(":memory:")
        >>> base.add_purchases(log).added, base.add_purchases(log).skipped
        (1, 1)
        """
        chosen = {"quantity": quantity, "product": product, "basket": basket}
        extra = () if one_of("returns", returns, Returns) == "keep" else (checks.a_return(),)
        return self._load(
            "purchases",
            data,
            {"customer": customer, "date": date, "amount": amount, **named(chosen)},
            key=key,
            date_format=date_format,
            decimal=decimal,
            duplicates=duplicates,
            extra=extra,
            attributes=() if about is None else listed(about, "about", "none"),
        )

    def add_customers(
        self,
        data: Any,
        *,
        customer: Hashable = "customer",
        attributes: Sequence[Hashable] | None = None,
        since: Hashable | None = None,
        date_format: str | None = None,
    ) -> LoadReport:
        """Load what is known of customers: a row each, an attribute in every other column.

        Every value is kept, with the load that brought it and the day ``since`` when it was
        so; the latest day counts, and where none is given the latest load. A value like the
        last one known is not kept again, a missing one tells nothing. A table that was loaded
        before, value for value, is skipped whole, even where it would turn values back (name
        ``since`` to do that); the report says how many of its values have changed since.

        Parameters
        ----------
        data
            A frame, a file, a pattern of file names, or a list of them.
        customer, since
            Columns.
        attributes
            Columns to keep; all others by default.
        date_format
            How ``since`` is written; None for ``2024-02-05``.

        Returns
        -------
        LoadReport
            A row counts as added when it brought at least one new value.

        Raises
        ------
        InputError
            As :meth:`add_purchases`.

        Examples
        --------
        >>> import pandas as pd
        >>> from loyaltylab.database import CustomerBase
        >>> base = CustomerBase.open(":memory:")
        >>> base.add_customers(pd.DataFrame({"customer": ["07"], "age": [">65"]})).added
        1
        >>> base.customers.value.to_pyarrow().to_pylist()
        ['>65']
        """
        columns = {"customer": customer, **named({"since": since})}
        return self._load(
            "customers", data, columns, date_format=date_format, attributes=listed(attributes)
        )

    def add_products(
        self,
        data: Any,
        *,
        product: Hashable = "product",
        attributes: Sequence[Hashable] | None = None,
    ) -> LoadReport:
        """Load what is known of products, as :meth:`add_customers` does of customers.

        Examples
        --------
        >>> import pandas as pd
        >>> from loyaltylab.database import CustomerBase
        >>> base = CustomerBase.open(":memory:")
        >>> base.add_products(pd.DataFrame({"product": ["12"], "category": ["bread"]})).added
        1
        """
        return self._load("products", data, {"product": product}, attributes=listed(attributes))

    def _load(
        self,
        table: str,
        data: Any,
        columns: dict[str, Hashable],
        *,
        key: Hashable | Sequence[Hashable] | None = None,
        date_format: str | None = None,
        decimal: Decimal = ".",
        duplicates: Duplicates = "reject",
        **rules: Any,
    ) -> LoadReport:
        if self._closed:
            raise InputError("This customer base is closed; open it with CustomerBase.open(path).")
        if self._con is None:
            raise InputError(
                "This customer base asks tables of another engine and cannot fill them; add rows"
                " there, or load them into CustomerBase.open(path)."
            )
        apart(columns)
        keys = () if key is None else tuple(key) if isinstance(key, list | tuple) else (key,)
        plan = Plan(
            table=table,
            columns=columns,
            key=keys,
            date_format=written(date_format),
            decimal=one_of("decimal", decimal, Decimal),
            duplicates=one_of("duplicates", duplicates, Duplicates),
            **rules,
        )
        return load(self._con, plan, data)
