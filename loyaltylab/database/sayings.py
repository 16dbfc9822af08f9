"""What the documents say of customer databases: three lists, counted and held against this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.ledger import Finding, derived

KEY_ACCOUNT_STEPS = (
    "know the key account",
    "analyse the rivals",
    "establish what it can earn",
    "make a key-account plan",
    "build a CRM system for it",
    "master the course of service",
    "keep a relation in which both win",
    "act with persistence",
)
"""Document 003, section 3, in its order."""
DATABASE_STEPS = {
    "collect data": "add_purchases",
    "store data": "open",
    "process data": "loads",
    "find the ideal customers": "loyal",
    "use the data": "profile",
    "renew and improve the database": "add_customers",
}
"""Document 003, section 7, in its order, and what of a customer base serves the step."""
INTERNAL_STEPS = (
    "a culture that puts employees first",
    "surroundings in which they feel at home",
    "authority handed to them",
)
"""Document 003, section 2, in its order."""
FUNCTIONS = {
    "a dynamic, integrated system of customer management and queries": "profile",
    "a system that identifies loyal customers": "loyal",
    "a system that displays the loss of customers": "leaving",
    "a reference system of purchase behaviour": "preferences",
}
"""Document 000, section 1: what the database must do, and the method that does it here."""
MEASURES = (
    "build a customer database",
    "identify the core customers",
    "exceed expectations and raise satisfaction",
    "treat complaints rightly",
    "raise switching costs",
    "raise internal service quality and employee loyalty",
    "manage exits and reduce loss",
)
"""Document 000: its seven headings."""
CARD = {
    "sex": "attribute",
    "age": "attribute",
    "occupation": "attribute",
    "kind of goods": "product",
    "quantity": "quantity",
    "price": "amount",
}
"""Document 002: what the store's computer keeps of a member, and where it goes here."""


def _same(name: str, steps: Sequence[str] | Mapping[str, str]) -> int:
    """Return how many different steps a list has."""
    if isinstance(steps, str) or not isinstance(steps, Sequence | Mapping) or not steps:
        raise InputError(f"{name} must be a list of steps by their names, not {shown(steps)}.")
    return len(set(steps))


def three_processes(
    key_account: Sequence[str] = KEY_ACCOUNT_STEPS,
    database: Mapping[str, str] = DATABASE_STEPS,
    internal: Sequence[str] = INTERNAL_STEPS,
) -> list[Finding]:
    """Claim C098: eight steps for key accounts, six of database marketing, three inside the firm.

    The document announces a number before each list; here the list is counted. Nothing is
    said about what any step brings, so nothing else can be computed.

    Parameters
    ----------
    key_account, database, internal
        The steps as the document lists them.

    Examples
    --------
    >>> [f.computed for f in three_processes()]
    [8.0, 6.0, 3.0, 6.0]
    """
    from loyaltylab.database.store import CustomerBase

    served = sum(hasattr(CustomerBase, name) for name in database.values())
    counted = "counted in our transcription of the document's list"
    return [
        derived("steps for key accounts", float(_same("key_account", key_account)), counted),
        derived("steps of database marketing", float(_same("database", database)), counted),
        derived("steps to loyalty inside", float(_same("internal", internal)), counted),
        derived(
            "steps of database marketing that a method of CustomerBase serves",
            float(served),
            "our assignment of methods to steps; what a step is worth nobody says",
        ),
    ]


def member_card(fields: Mapping[str, str] = CARD) -> list[Finding]:
    """Claim C117: a member card records sex, age, occupation, and what was bought for how much.

    One invented purchase with all these fields is loaded into a customer base and read back.
    No result is reported by the document, and members are not a fair sample of customers.

    Parameters
    ----------
    fields
        Field of the card, and where it goes: ``"attribute"`` of the customer, or a column
        of the purchases.

    Examples
    --------
    >>> [f.computed for f in member_card()]
    [6.0, 6.0, 0.0]
    """
    from loyaltylab.database.store import CustomerBase

    _same("fields", fields)
    places = ("attribute", "product", "quantity", "amount")
    wrong = [place for place in fields.values() if place not in places]
    if wrong:
        raise InputError(
            f"fields must go to {', '.join(map(repr, places))}, not {shown(wrong[0])}."
        )
    row = {name: "1" for name in fields} | {"customer": "0042", "date": "2000-01-01"}
    roles: dict[str, Any] = {p: name for name, p in fields.items() if p != "attribute"}
    about = [name for name, place in fields.items() if place == "attribute"]
    if "amount" not in roles:
        row["nothing"] = "0"
    with CustomerBase.open(":memory:", threads=1) as base:
        roles = {"amount": "nothing"} | roles
        base.add_purchases(pd.DataFrame([row]), about=about, **roles)
        told = base.customers.attribute.to_pyarrow().to_pylist()
        bought = base.purchases.to_pyarrow().to_pylist()[0]
    held = len(set(told)) + sum(bought[p] is not None for p in roles if roles[p] != "nothing")
    source = "the document's own list of fields"
    return [
        derived("fields that the card records", float(len(fields)), source),
        derived("of these, fields that a CustomerBase holds", float(held), "one invented purchase"),
        derived("results of the card that are reported", 0.0, "the document reports none"),
    ]


def seven_measures(
    measures: Sequence[str] = MEASURES, functions: Mapping[str, str] = FUNCTIONS
) -> list[Finding]:
    """Claim C123: a hotel text proposes seven measures; its database needs four functions.

    Parameters
    ----------
    measures
        The headings of the text.
    functions
        What its database must do, and the method of :class:`CustomerBase` that does it.

    Examples
    --------
    >>> [f.computed for f in seven_measures()]
    [7.0, 4.0, 4.0]
    """
    from loyaltylab.database.store import CustomerBase

    _same("functions", functions)
    here = sum(callable(getattr(CustomerBase, str(name), None)) for name in functions.values())
    counted = "counted in our transcription of the document's list"
    return [
        derived("measures", float(_same("measures", measures)), counted),
        derived("functions of the database", float(_same("functions", functions)), counted),
        derived("of these, functions that a CustomerBase has", float(here), "our assignment"),
    ]
