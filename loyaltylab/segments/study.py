"""All that is computed once for a base of customers, so that any one of them can be explained."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.stats import between, positive, whole
from loyaltylab.lifetime import BGNBDFit, fit_bgnbd
from loyaltylab.segments.abc import abc
from loyaltylab.segments.card import Card
from loyaltylab.segments.rfm import RFM
from loyaltylab.segments.rules import applied, checked_rules
from loyaltylab.segments.summary import day_of, histories, summary
from loyaltylab.segments.values import choice


@dataclass(frozen=True, eq=False)
class Study:
    """What :func:`study` computed: a summary, classes, and a fitted model of repeat buying.

    Attributes
    ----------
    customers
        The :func:`summary` with ``rfm`` and ``abc`` and ``rank`` (by amount) beside it.
    fit
        What ``lifetime.fit_bgnbd`` found, or None where it could not be fitted; ``why`` says why.
    until
        The last day that counts.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": ["a", "a", "b"], "amount": [5.0, 7.0, 2.0],
    ...     "date": ["2024-01-01", "2024-01-21", "2024-01-11"]})
    >>> study(log, classes=2).customers[["customer", "rfm", "abc", "rank"]]
      customer  rfm abc  rank
    0        a  222   A     1
    1        b  111   B     2
    """

    customers: pd.DataFrame
    fit: BGNBDFit | None
    why: str
    until: pd.Timestamp
    classes: int

    def table(self, weeks_ahead: float = 13.0, level: float = 0.95) -> pd.DataFrame:
        """Return one row per customer with all that a card says of him.

        Parameters
        ----------
        weeks_ahead
            Length of the time ahead (weeks).
        level
            Coverage of the intervals (from the parameters of BG/NBD alone).

        Returns
        -------
        pandas.DataFrame
            The columns of :attr:`customers`, and ``probability_active, active_lower,
            active_upper, expected_purchases, expected_lower, expected_upper`` (NaN without a fit).
        """
        found = histories(self.customers)
        names = ["probability_active", "active_lower", "active_upper"]
        later = ["expected_purchases", "lower", "upper"]
        renamed = {"lower": "expected_lower", "upper": "expected_upper"}
        ahead = positive("weeks_ahead", weeks_ahead)
        if self.fit is None:
            missing = [*names, "expected_purchases", "expected_lower", "expected_upper"]
            return self.customers.assign(**dict.fromkeys(missing, float("nan")))
        forecast = self.fit.predict(found, ahead, level=level)[names + later]
        return self.customers.join(forecast.rename(columns=renamed))


def study(
    data: Any,
    *,
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
    until: Any = None,
    classes: int = 5,
    ties: str = "customer",
) -> Study:
    """Compute once what :func:`explain` needs of a base of customers.

    Parameters
    ----------
    data, customer, date, amount, until
        As in :func:`summary`.
    classes, ties
        As in :func:`rfm`; a base of fewer customers gets as many classes as it has customers.

    Returns
    -------
    Study
        Give it to :func:`explain` in place of the data; ``.table()`` has all customers.

    Raises
    ------
    InputError
        As :func:`summary`, or for fewer than two customers.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": ["a", "a", "b"], "amount": [5.0, 7.0, 2.0],
    ...     "date": ["2024-01-01", "2024-01-21", "2024-01-11"]})
    >>> str(study(log).until.date())
    '2024-01-21'
    """
    number = whole("classes", classes, 2, 9)
    rule = choice("ties", ties, ("customer", "together"))
    table = summary(data, customer=customer, date=date, amount=amount, until=until)
    if len(table) < 2:
        raise InputError("The log holds one customer only; classes need others to compare with.")
    number = min(number, len(table))
    scored = RFM(table, rule, number, {}).table()
    sorted_by = abc(table, date=None).table()
    known = table.assign(rfm=scored["rfm"], abc=sorted_by["abc"], rank=sorted_by["rank"])
    fit, why = None, "nobody bought again, so that nothing says who will"
    if (table["frequency"] > 0).any():
        try:
            fit, why = fit_bgnbd(histories(table)), ""
        except InputError as error:
            why = str(error).rstrip(".")
    end = table["last"].iloc[0] + pd.Timedelta(days=int(table["days_since_last"].iloc[0]))
    return Study(known, fit, why, pd.Timestamp(end), number)


def explain(
    data: Any,
    who: Any,
    *,
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
    until: Any = None,
    weeks_ahead: float = 13.0,
    rules: pd.DataFrame | None = None,
    level: float = 0.95,
) -> Card:
    """Explain one customer: both recencies, whether he still buys, value, class, what to do.

    Parameters
    ----------
    data
        Purchases as in :func:`summary`, or what :func:`study` returned (faster for many cards).
    who
        The customer, as the column of customers holds him.
    customer, date, amount, until
        As in :func:`summary`; not used with a :class:`Study`.
    weeks_ahead
        Length of the time ahead (weeks).
    rules
        What to do when, as :func:`default_rules` returns it; None takes those.
    level
        Coverage of the intervals. They come from the uncertainty of BG/NBD's parameters alone:
        what one customer does varies far more.

    Returns
    -------
    Card
        A notebook shows it as a card; ``.table()``, ``.sentence()``, ``.facts``.

    Raises
    ------
    InputError
        As :func:`summary`, or for a customer who is not in the log.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": ["a", "a", "b"], "amount": [5.0, 7.0, 2.0],
    ...     "date": ["2024-01-01", "2024-01-21", "2024-01-11"]})
    >>> card = explain(log, "b")
    >>> card.facts["days_since_last"], card.facts["recency_days"], card.rule
    (10, 0, 'bought once')
    """
    ahead = positive("weeks_ahead", weeks_ahead)
    level = between("level", level, 0, 1, open_ends=True)
    table = checked_rules(rules)
    if not isinstance(data, Study):
        data = study(data, customer=customer, date=date, amount=amount, until=until)
    elif until is not None and day_of("until", until) != data.until:
        raise InputError(
            f"until is {shown(str(until))}, but this study ends on {data.until.date()}; give until"
            " to study()."
        )
    names = data.customers["customer"]
    found = _places(names, who)
    if len(found) == 0:
        raise InputError(
            f"There is no customer {shown(who)} with a purchase until {data.until.date()}"
            f"{nearest(str(who), names.astype(str).head(5000))}; there are {len(names):,} others."
        )
    row = data.customers.loc[[found[0]]].reset_index(drop=True)
    one = Study(row, data.fit, data.why, data.until, data.classes)
    facts: dict[str, Any] = {str(k): v for k, v in one.table(ahead, level).iloc[0].items()}
    whole_numbers = ("lines", "purchases", "frequency", "rank")
    days = ("days_since_last", "recency_days", "tenure_days")
    facts |= {name: int(facts[name]) for name in (*whole_numbers, *days)}
    total = float(data.customers["amount"].sum())
    facts |= {"customers": len(names), "share_of_amount": facts["amount"] / total if total else 0.0}
    facts |= {"until": data.until, "weeks_ahead": ahead, "classes": data.classes, "why": data.why}
    facts["note"] = "" if data.fit is None else data.fit.note
    ends = ("probability_active", "active_lower", "active_upper")
    fitting = [applied(table, facts["abc"], facts[end], facts["purchases"]) for end in ends]
    (rule, advice), *others = fitting
    facts["also"] = tuple(dict.fromkeys(name for name, _ in others if name != rule))
    return Card(facts, rule, advice, level)


def _places(names: pd.Series[Any], who: Any) -> Any:
    """Find a customer, whether his number is written as number or as text."""
    if not isinstance(who, str | bytes) and not pd.api.types.is_scalar(who):
        raise InputError(f"who must be one customer, not {shown(who)}.")
    if pd.api.types.is_numeric_dtype(names):
        number = pd.to_numeric(pd.Series([who], dtype=object), errors="coerce").iloc[0]
        return names.index[names == number]
    return names.index[names.astype(str) == str(who)]
