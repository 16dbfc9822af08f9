"""Loyal customers by rules that the caller can see and change."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import ibis
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.stats import LIMIT, between, whole
from loyaltylab.database.purchases import fetched, text
from loyaltylab.database.summary import Counted, summary

if TYPE_CHECKING:
    from loyaltylab.database.store import CustomerBase

Sign = Literal[">=", "<=", ">", "<"]
SIGNS = (">=", "<=", ">", "<")
COLUMNS = (
    "lines",
    "purchases",
    "frequency",
    "days_since_last",
    "recency_days",
    "tenure_days",
    "amount",
    "repeat_amount",
    "mean_repeat_amount",
)
"""What a rule can speak of: the numbers of :func:`summary`."""


@dataclasses.dataclass(frozen=True)
class LoyalRule:
    """One thing that is asked of a loyal customer.

    Parameters
    ----------
    column
        A column of :func:`summary`.
    sign
        ``">="``, ``"<="``, ``">"`` or ``"<"``.
    value
        The number that it is held against.

    Raises
    ------
    InputError
        For an unknown column or sign, or a value that is no finite number.

    Examples
    --------
    >>> str(LoyalRule("days_since_last", "<=", 60))
    'days_since_last <= 60'
    """

    column: str
    sign: Sign
    value: float

    def __post_init__(self) -> None:
        if self.column not in COLUMNS:
            raise InputError(
                f"A rule must name one of {', '.join(COLUMNS)}, not"
                f" {shown(self.column)}{nearest(self.column, COLUMNS)}."
            )
        if self.sign not in SIGNS:
            raise InputError(f"The sign of a rule must be >=, <=, > or <, not {shown(self.sign)}.")
        between(f"the value of the rule on {self.column}", self.value, -LIMIT, LIMIT)

    def __str__(self) -> str:
        return f"{self.column} {self.sign} {self.value:g}"

    def met(self, table: ibis.Table) -> ibis.ir.BooleanValue:
        """Return the expression that says who meets it; a number that is not known does not."""
        held = table[self.column].cast("float64")
        limit = ibis.literal(float(self.value))
        if self.sign in (">=", ">"):
            met = held >= limit if self.sign == ">=" else held > limit
        else:
            met = held <= limit if self.sign == "<=" else held < limit
        return met.fill_null(False)


Rules = Sequence[LoyalRule] | Mapping[str, tuple[Sign, float]]
RULES = (
    LoyalRule("purchases", ">=", 12),
    LoyalRule("days_since_last", "<=", 60),
    LoyalRule("tenure_days", ">=", 180),
)
"""Bought on twelve days, within the last sixty, for half a year: an example, not a finding."""


@dataclasses.dataclass(frozen=True)
class Loyal:
    """Who meets the rules; :func:`loyal` makes it.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": ["a", "a", "b"], "amount": [9, 4, 50], "date":
    ...     ["2024-01-01", "2024-01-15", "2024-01-08"]})
    >>> loyal(log, {"purchases": (">=", 2)}).members()["customer"].tolist()
    ['a']
    """

    rules: tuple[LoyalRule, ...]
    needed: int
    customers: int
    found: int
    query: ibis.Table = dataclasses.field(repr=False)
    counts: pd.DataFrame = dataclasses.field(repr=False)

    def table(self) -> pd.DataFrame:
        """Return one row per rule, and what it does.

        Columns: ``rule``; ``meets`` (customers who meet it) and their ``share``; ``loses``
        (who would be loyal if this rule alone were met by everybody).
        """
        return self.counts.copy()

    def members(self, most: int = 1000) -> pd.DataFrame:
        """Return the loyal customers, the largest amount first, ties by customer.

        Their summary, ``met`` (how many rules) and one flag per rule, ``rule_1`` and so on.
        """
        whole("most", most, 1, 10_000_000)
        chosen = self.query.filter(self.query.loyal).drop("loyal")
        order = [chosen.amount.desc(), text(chosen.customer).asc()]
        return fetched(chosen.order_by(order).limit(most))

    def sentence(self) -> str:
        """Say how many are loyal, and which rule keeps out most."""
        if self.customers == 0:
            return "There are no customers in the log yet, and so nobody who could be called loyal."
        need = "every one" if self.needed == len(self.rules) else f"at least {self.needed}"
        worst = self.counts.sort_values("loses", ascending=False, kind="stable").iloc[0]
        alone = (
            f", and {worst['rule']} alone keeps {int(worst['loses']):,} more out"
            if worst["loses"]
            else ""
        )
        return (
            f"{self.found:,} of {self.customers:,} customers ({self.found / self.customers:.1%})"
            f" meet {need} of the {len(self.rules)} rules{alone}."
        )


def loyal(
    data: CustomerBase | ibis.Table | pd.DataFrame | str | Path,
    rules: Rules = RULES,
    *,
    need: Literal["all", "any"] | int = "all",
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
    until: Any = None,
    counted: Counted = "paid",
) -> Loyal:
    """Find the customers who meet rules, and say what each rule does.

    Behaviour only: who buys often may do so for want of a choice (see chapter 05, matrix).

    Parameters
    ----------
    data, customer, date, amount, until, counted
        See :func:`summary`.
    rules
        A list of :class:`LoyalRule`, or a short form: ``{"purchases": (">=", 12)}``.
    need
        How many of them: ``"all"``, ``"any"`` (one) or a number.

    Returns
    -------
    Loyal
        With ``.table()``, ``.members()``, ``.sentence()`` and ``.query``, one row per customer.

    Raises
    ------
    InputError
        As :func:`summary`, or for a rule or number that makes no sense.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": ["a", "a", "b"], "amount": [9, 4, 50], "date":
    ...     ["2024-01-01", "2024-01-15", "2024-01-08"]})
    >>> loyal(log, {"purchases": (">=", 2), "amount": (">=", 10)}).table()
                 rule  meets  share  loses
    0  purchases >= 2      1    0.5      1
    1    amount >= 10      2    1.0      0
    """
    asked = _rules(rules)
    if isinstance(need, str) and need in ("all", "any"):
        needed = len(asked) if need == "all" else 1
    elif isinstance(need, str):
        raise InputError(f"need must be 'all', 'any' or a number of rules, not {shown(need)}.")
    else:
        needed = whole("need", need, 1, len(asked))
    people = summary(
        data, customer=customer, date=date, amount=amount, until=until, counted=counted
    )
    query = judged(people, asked, needed)
    columns = [f"rule_{i + 1}" for i in range(len(asked))]
    one = {name: query[name].ifelse(1, 0).sum() for name in columns}
    # one more rule would do, and this is one that is not met
    short = query.met == needed - 1
    lost = {f"lost_{n}": (short & ~query[n]).ifelse(1, 0).sum() for n in columns}
    counts = query.agg(n=query.count(), loyal=query.loyal.ifelse(1, 0).sum(), **one, **lost)
    row = {name: int(value or 0) for name, value in counts.to_pyarrow().to_pylist()[0].items()}
    table = pd.DataFrame({"rule": [str(rule) for rule in asked]})
    table["meets"] = [row[name] for name in columns]
    table["share"] = table["meets"] / row["n"] if row["n"] else float("nan")
    table["loses"] = [row[f"lost_{name}"] for name in columns]
    return Loyal(asked, needed, row["n"], row["loyal"], query, table)


def judged(people: ibis.Table, rules: Sequence[LoyalRule], needed: int) -> ibis.Table:
    """Add to a summary who meets which rule: ``rule_1`` …, ``met``, ``loyal``."""
    flags = {f"rule_{i + 1}": rule.met(people) for i, rule in enumerate(rules)}
    table = people.mutate(**flags)
    met = sum((table[name].ifelse(1, 0) for name in flags), start=ibis.literal(0))
    table = table.mutate(met=met)
    return table.mutate(loyal=table.met >= needed)


def _rules(rules: Any) -> tuple[LoyalRule, ...]:
    """Return rules from either of the two forms, or say what is wrong."""
    if isinstance(rules, Mapping):
        pairs = [(name, pair) for name, pair in rules.items()]
        for name, pair in pairs:
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise InputError(
                    f"The rule on {shown(name)} must be a sign and a number, such as ('>=', 12),"
                    f" not {shown(pair)}."
                )
        rules = [LoyalRule(name, pair[0], pair[1]) for name, pair in pairs]
    listed = list(rules) if isinstance(rules, Sequence) and not isinstance(rules, str) else []
    if not 1 <= len(listed) <= 20 or not all(isinstance(r, LoyalRule) for r in listed):
        raise InputError(
            "rules must be 1 to 20 LoyalRule(column, sign, value), or a dictionary such as"
            f" {{'purchases': ('>=', 12)}}, not {shown(rules)}; the columns are {some(COLUMNS)}."
        )
    return tuple(listed)
