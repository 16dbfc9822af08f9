"""Everything that is known of one customer, in one place."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, cast

import ibis
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.stats import whole
from loyaltylab.database.files import missing
from loyaltylab.database.known import known, of_customer, rows_of, table_of
from loyaltylab.database.leaving import lateness
from loyaltylab.database.purchases import fetched, ledger
from loyaltylab.database.summary import purchase_days, seen_until, summarised

if TYPE_CHECKING:
    from loyaltylab.database.store import CustomerBase

ALPHA = 0.1


@dataclasses.dataclass(frozen=True)
class Profile:
    """What is known of one customer; :func:`profile` makes it.

    Frames: ``attributes`` (what holds now), ``history`` (all that ever held), ``summary`` (one
    row, or none without a purchase), ``rhythm`` (likewise: gaps, silence, state), ``recent``
    (purchases), ``favourites`` (products), ``contacts``, ``answers``.

    Examples
    --------
    >>> from loyaltylab.database import CustomerBase
    >>> log = pd.DataFrame({"customer": ["a", "a", "a", "b"], "amount": [2, 2, 2, 5],
    ...     "product": ["tea", "tea", "milk", "milk"],
    ...     "date": ["2024-01-01", "2024-01-15", "2024-01-15", "2024-01-08"]})
    >>> with CustomerBase.open(":memory:") as base:
    ...     report = base.add_purchases(log, product="product")
    ...     print(profile(base, "a").favourites["product"].tolist())
    ['tea', 'milk']
    """

    customer: str
    attributes: pd.DataFrame = dataclasses.field(repr=False)
    history: pd.DataFrame = dataclasses.field(repr=False)
    summary: pd.DataFrame = dataclasses.field(repr=False)
    rhythm: pd.DataFrame = dataclasses.field(repr=False)
    recent: pd.DataFrame = dataclasses.field(repr=False)
    favourites: pd.DataFrame = dataclasses.field(repr=False)
    contacts: pd.DataFrame = dataclasses.field(repr=False)
    answers: pd.DataFrame = dataclasses.field(repr=False)

    def table(self) -> pd.DataFrame:
        """Return the parts one below the other: ``part``, ``what``, ``value``, all as text."""
        rows = [("attribute", r.attribute, r.value) for r in self.attributes.itertuples()]
        rhythm = self.rhythm.drop(columns=["purchases", "last"], errors="ignore")
        for part, frame in (("purchases", self.summary), ("rhythm", rhythm)):
            for name in frame.columns.drop("customer", errors="ignore"):
                rows += [(part, name, _text(value)) for value in frame[name]]
        for r in self.favourites.itertuples():
            rows.append(("favourite", r.product, f"{r.days} days"))
        for r in self.contacts.itertuples():
            said = f" ({r.text})" if isinstance(r.text, str) else ""
            rows.append(("contact", _text(r.date), f"{r.kind}{said}"))
        for r in cast(Any, self.answers).itertuples():
            answer = _text(r.score) if pd.notna(r.score) else r.text
            rows.append(("answer", f"{_text(r.date)} {r.question}", _text(answer)))
        return pd.DataFrame(rows, columns=["part", "what", "value"])

    def sentence(self) -> str:
        """Say what the purchases tell of him today."""
        contacts, answers = len(self.contacts), len(self.answers)
        more = f"{_count(contacts, 'contact')} and {_count(answers, 'answer')} are on record"
        who = " ".join(self.customer.split())
        if self.summary.empty:
            return f"Customer {who} has no purchase for money on record, and {more}."
        s, r = self.summary.iloc[0], self.rhythm.iloc[0]
        gap = (
            ""
            if pd.isna(r["mean_gap"])
            else f" (every {fig.number(r['mean_gap'])} days on average)"
        )
        return (
            f"Customer {who} bought on {_count(s['purchases'], 'day')}{gap} for"
            f" {fig.money(float(s['amount']))} in all, last"
            f" {_count(s['days_since_last'], 'day')} ago, {_state(r['state'])}; {more}."
        )


def profile(base: CustomerBase, customer: Any, *, recent: int = 10) -> Profile:
    """Look up everything that a base knows of one customer, its history included.

    Parameters
    ----------
    base
        A :class:`CustomerBase`.
    customer
        His id.
    recent
        How many purchases, and how many favourite products, are shown.

    Returns
    -------
    Profile
        With ``.table()`` and ``.sentence()``. Today is the last day of the whole log.

    Raises
    ------
    InputError
        If no table knows him; the sentence names the nearest ids.

    Examples
    --------
    >>> from loyaltylab.database import CustomerBase
    >>> log = pd.DataFrame({"customer": ["a", "a", "a", "b"], "amount": [2, 2, 2, 5],
    ...     "product": ["tea", "tea", "milk", "milk"],
    ...     "date": ["2024-01-01", "2024-01-15", "2024-01-15", "2024-01-08"]})
    >>> with CustomerBase.open(":memory:") as base:
    ...     report = base.add_purchases(log, product="product")
    ...     found = profile(base, "b")
    >>> found.table().head(4)
            part       what       value
    0  purchases      lines           1
    1  purchases  purchases           1
    2  purchases      first  2024-01-08
    3  purchases       last  2024-01-08
    """
    whole("recent", recent, 1, 10_000)
    name = known(base, customer)
    history = rows_of(table_of(base, "customers"), name, "attribute", "load", "since")
    log, end = seen_until(ledger(base), None)
    own = of_customer(log, name)
    summary = fetched(summarised(purchase_days(own), end, "paid"))
    rhythm = fetched(lateness(own, end, ALPHA)).drop(columns="at_stake")
    lines = table_of(base, "purchases")
    assert lines is not None
    return Profile(
        name,
        _latest(history),
        history,
        summary,
        rhythm,
        _recent(of_customer(lines, name), recent),
        _favourites(of_customer(lines, name), recent),
        rows_of(table_of(base, "contacts"), name, "date", "kind"),
        rows_of(table_of(base, "survey"), name, "date", "question"),
    )


def _latest(history: pd.DataFrame) -> pd.DataFrame:
    """Return the value of each attribute that holds now: of the latest date, then load."""
    if history.empty:
        return pd.DataFrame({"attribute": [], "value": [], "since": []})
    by = ["since", "load"] if "load" in history.columns else ["since"]
    ordered = history.sort_values(by, na_position="first", kind="stable")
    now = ordered.drop_duplicates("attribute", keep="last").sort_values("attribute")
    return now[["attribute", "value", "since"]].reset_index(drop=True)


def _recent(lines: ibis.Table, most: int) -> pd.DataFrame:
    names = ["date", "time", "amount", "product", "basket"]
    order: list[Any] = [lines.date.desc()]
    order += [lines[name].asc(nulls_first=False) for name in names[1:]]
    return fetched(lines.order_by(order).limit(most).select(names))


def _favourites(lines: ibis.Table, most: int) -> pd.DataFrame:
    """Return the products bought on most days."""
    named = lines.filter(~missing(lines["product"]))
    days = named.group_by("product").agg(days=named.date.nunique(), amount=named.amount.sum())
    order = [days.days.desc(), days.amount.desc(), days["product"].asc()]
    return fetched(days.order_by(order).limit(most))


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _state(state: str) -> str:
    words = {"late": "late by his own rhythm", "in rhythm": "not late by his own rhythm"}
    return words.get(state, "too seldom for a rhythm to be judged")


def _text(value: Any) -> str:
    """Write a value for a table of texts."""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if value is None or pd.isna(value):
        return "not known"
    return fig.number(float(value)) if isinstance(value, float) else str(value)
