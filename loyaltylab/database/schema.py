"""The tables of a customer base: their columns, and how they are made in a new file."""

from __future__ import annotations

from typing import Literal, NamedTuple

VERSION = 1
"""Version of the tables; a file made by a newer loyaltylab is not opened."""

MOST = 1e13
"""Largest single amount; sums of many still fit decimal(18,4)."""

Kind = Literal["id", "text", "date", "amount", "number"]


class Role(NamedTuple):
    """What one column of the caller's table is used as.

    Examples
    --------
    >>> Role("customer", "id").required
    True
    """

    name: str
    kind: Kind
    required: bool = True


ROLES: dict[str, tuple[Role, ...]] = {
    "purchases": (
        Role("customer", "id"),
        Role("date", "date"),
        Role("amount", "amount"),
        Role("quantity", "number", False),
        Role("product", "id", False),
        Role("basket", "id", False),
    ),
    "contacts": (
        Role("customer", "id"),
        Role("date", "date"),
        Role("kind", "text"),
        Role("text", "text", False),
    ),
    "survey": (
        Role("customer", "id"),
        Role("date", "date"),
        Role("question", "text"),
        Role("score", "number", False),
        Role("text", "text", False),
    ),
    "customers": (Role("customer", "id"), Role("since", "date", False)),
    "products": (Role("product", "id"),),
}

COLUMNS: dict[str, dict[str, str]] = {
    "purchases": {
        "customer": "VARCHAR NOT NULL",
        "date": "DATE NOT NULL",
        "time": "TIMESTAMP",
        "amount": "DECIMAL(18,4) NOT NULL",
        "quantity": "DOUBLE",
        "product": "VARCHAR",
        "basket": "VARCHAR",
        "load": "BIGINT NOT NULL",
    },
    "customers": {
        "customer": "VARCHAR NOT NULL",
        "attribute": "VARCHAR NOT NULL",
        "value": "VARCHAR NOT NULL",
        "since": "DATE",
        "load": "BIGINT NOT NULL",
    },
    "products": {
        "product": "VARCHAR NOT NULL",
        "attribute": "VARCHAR NOT NULL",
        "value": "VARCHAR NOT NULL",
        "load": "BIGINT NOT NULL",
    },
    "contacts": {
        "customer": "VARCHAR NOT NULL",
        "date": "DATE NOT NULL",
        "time": "TIMESTAMP",
        "kind": "VARCHAR NOT NULL",
        "text": "VARCHAR",
        "load": "BIGINT NOT NULL",
    },
    "survey": {
        "customer": "VARCHAR NOT NULL",
        "date": "DATE NOT NULL",
        "question": "VARCHAR NOT NULL",
        "score": "DOUBLE",
        "text": "VARCHAR",
        "load": "BIGINT NOT NULL",
    },
    "loads": {
        "load": "BIGINT PRIMARY KEY",
        "table": "VARCHAR NOT NULL",
        "source": "VARCHAR NOT NULL",
        "rows": "BIGINT NOT NULL",
        "added": "BIGINT NOT NULL",
        "skipped": "BIGINT NOT NULL",
        "rejected": "BIGINT NOT NULL",
        "started": "TIMESTAMP NOT NULL",
        "finished": "TIMESTAMP NOT NULL",
    },
    "rejected": {
        "load": "BIGINT NOT NULL",
        "table": "VARCHAR NOT NULL",
        "row": "BIGINT NOT NULL",
        "cause": "VARCHAR NOT NULL",
        "reason": "VARCHAR NOT NULL",
        "record": "VARCHAR NOT NULL",
    },
}
"""The public columns; tables of the house have one more, the key by which a row is known again."""

DAYS = "purchase_days"
"""The purchases added up by customer and day: what most questions read."""

LOADED = ("purchases", "customers", "products", "contacts", "survey")
"""The tables that a caller fills; the other two tell how it went."""


def statements() -> list[str]:
    """Return the statements that make the tables of an empty file.

    Examples
    --------
    >>> statements()[-1]
    'INSERT INTO about VALUES (1)'
    """
    made = []
    for table, columns in COLUMNS.items():
        listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        hidden = ', "key" UHUGEINT NOT NULL' if table in LOADED else ""
        hidden = ', "key" UHUGEINT' if table == "loads" else hidden
        made.append(f'CREATE TABLE "{table}" ({listed}{hidden})')
    made.append(
        f"CREATE TABLE {DAYS} (customer VARCHAR NOT NULL, date DATE NOT NULL,"
        " amount DECIMAL(18,4) NOT NULL, lines BIGINT NOT NULL)"
    )
    return [*made, "CREATE TABLE about (version INTEGER)", f"INSERT INTO about VALUES ({VERSION})"]
