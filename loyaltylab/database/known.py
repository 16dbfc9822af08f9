"""Looking up one customer, and what a base holds of customers and products."""

from __future__ import annotations

from typing import Any

import ibis
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.database.files import missing
from loyaltylab.database.purchases import fetched, text

TABLES = ("purchases", "customers", "products", "contacts", "survey")


def table_of(base: Any, name: str) -> ibis.Table | None:
    """Return one table of a customer base, or None where it has none.

    Raises
    ------
    InputError
        If this is no customer base.
    """
    if not isinstance(getattr(base, "purchases", None), ibis.Table) or not hasattr(base, "has"):
        raise InputError(
            "base must be a CustomerBase, as CustomerBase.open(…) or CustomerBase.over(…) return"
            f" it, not a {type(base).__name__}."
        )
    return getattr(base, name) if base.has(name) else None


def of_customer(table: ibis.Table, customer: str) -> ibis.Table:
    """Return the rows of one customer, by his name as text."""
    return table.filter(text(table.customer) == customer)


def known(base: Any, customer: Any) -> str:
    """Return a customer's name as text if any table of a base knows him.

    Raises
    ------
    InputError
        If none does; the sentence names the nearest ones.
    """
    if isinstance(customer, bool) or not isinstance(customer, str | int) or customer == "":
        raise InputError(f"customer must be the id of a customer, such as '7', not {customer!r}.")
    name = str(customer)
    tables = [table_of(base, t) for t in TABLES if t != "products"]
    for table in tables:
        if table is not None and of_customer(table, name).limit(1).to_pyarrow().num_rows:
            return name
    close: set[tuple[int, str]] = set()
    for table in tables[:2]:
        if table is not None:
            close |= _closest(table, name)
    names = [other for _, other in sorted(close)[:3]]
    advice = f"; the nearest are {some(names)}" if names else ", for there are no customers in it"
    raise InputError(f"There is no customer {shown(name)} in the customer base{advice}.")


def _closest(table: ibis.Table, name: str) -> set[tuple[int, str]]:
    """Return the customers whose names take the fewest changes to become this one."""
    names = table.select(other=text(table.customer)).distinct()
    far = names.mutate(changes=names.other.levenshtein(name))
    first = far.order_by([far.changes.asc(), far.other.asc()]).limit(3).to_pyarrow().to_pylist()
    return {(int(row["changes"]), str(row["other"])) for row in first}


def bought(base: Any, by: str) -> ibis.Table:
    """Return purchases with what was bought: customer, date, time, basket, thing, amount.

    ``by`` is ``"product"``, or an attribute of the products, of which the latest load counts.
    A purchase of which that is not known is left out.

    Raises
    ------
    InputError
        If the products have no such attribute.
    """
    log, products = table_of(base, "purchases"), table_of(base, "products")
    assert log is not None
    lines = log.select("customer", "date", "time", "basket", "amount", "product")
    lines = lines.filter(~missing(lines["product"]))
    if by == "product":
        return lines.rename(thing="product")
    names = _attributes(products)
    if by not in names or products is None:
        raise InputError(
            f"by must be 'product' or an attribute of the products, not"
            f" {shown(by)}{nearest(by, names)}; the base knows {some(names) or 'no attribute'}."
        )
    rows = products.filter(products.attribute == by)
    # the latest load counts; of two values in one load the later in the alphabet
    latest_first = [rows.load.desc()] if "load" in rows.columns else []
    order = [*latest_first, rows.value.desc()]
    place = ibis.row_number().over(ibis.window(group_by="product", order_by=order))
    latest = rows.mutate(place=place)
    latest = latest.filter(latest.place == 0).select(known_="product", thing="value")
    both = lines.inner_join(latest, lines["product"] == latest.known_)
    return both.select("customer", "date", "time", "basket", "amount", "thing")


def _attributes(products: ibis.Table | None) -> list[str]:
    if products is None:
        return []
    names = products.select("attribute").distinct().order_by("attribute").limit(20)
    return [str(name) for name in names.to_pyarrow()["attribute"].to_pylist()]


def rows_of(table: ibis.Table | None, customer: str, *order: str) -> pd.DataFrame:
    """Return a customer's rows of a table as a frame, in the order of columns."""
    if table is None:
        return pd.DataFrame()
    own = of_customer(table, customer)
    return fetched(own.order_by([own[name] for name in order if name in own.columns]))
