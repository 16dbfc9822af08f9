"""What one customer buys, when, with what, and what customers like him buy."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pandas as pd

from loyaltylab.base.stats import between, whole, wilson
from loyaltylab.database.known import bought, known, of_customer
from loyaltylab.database.purchases import fetched, text

if TYPE_CHECKING:
    from loyaltylab.database.store import CustomerBase

WEIGHT = 20
"""Purchases like everybody's that are added before a lift is taken, so that one is no craze."""
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclasses.dataclass(frozen=True)
class Preferences:
    """What a customer buys; :func:`preferences` makes it.

    Examples
    --------
    >>> from loyaltylab.database import CustomerBase
    >>> log = pd.DataFrame({"customer": ["a", "a", "a", "b"], "amount": [2, 2, 2, 5],
    ...     "product": ["tea", "tea", "milk", "milk"],
    ...     "date": ["2024-01-01", "2024-01-15", "2024-01-15", "2024-01-08"]})
    >>> with CustomerBase.open(":memory:") as base:
    ...     report = base.add_purchases(log, product="product")
    ...     print(preferences(base, "b", "product").n)
    1
    """

    customer: str
    by: str
    n: int
    what: pd.DataFrame = dataclasses.field(repr=False)
    when: pd.DataFrame = dataclasses.field(repr=False)
    together: pd.DataFrame = dataclasses.field(repr=False)
    alike: pd.DataFrame = dataclasses.field(repr=False)
    others: pd.DataFrame = dataclasses.field(repr=False)
    level: float = 0.95

    def table(self) -> pd.DataFrame:
        """Return what he buys, the most often first; see :func:`preferences`."""
        return self.what.copy()

    def sentence(self) -> str:
        """Say what he buys most, and what more of than others."""
        if self.n == 0:
            return f"Of customer {self.customer} no purchase with a known {self.by} is on record."
        most = self.what.iloc[0]
        lifted = self.what.sort_values("lift", ascending=False, kind="stable").iloc[0]
        return (
            f"Customer {self.customer} bought {most['thing']} most often, {int(most['n']):,} of"
            f" {self.n:,} times ({self.level:.0%} interval {most['lower']:.1%} to"
            f" {most['upper']:.1%}), and {lifted['thing']} {lifted['lift']:.2g} times as often as"
            f" customers in general (n = {int(lifted['n']):,}), after {WEIGHT} average purchases"
            " are added to his own."
        )


def preferences(
    base: CustomerBase,
    customer: Any,
    by: str = "category",
    *,
    alike: int = 10,
    at_least: int = 5,
    most: int = 20,
    level: float = 0.95,
) -> Preferences:
    """Look up what a customer buys, when, with what, and what customers like him buy.

    What he buys is counted once per day. The shares of one customer rest on few purchases:
    so each has its n and a Wilson interval, and the lift (his share against everybody's) is
    drawn towards 1 by adding 20 purchases of which he bought everything at everybody's
    share: ``(n_i + 20 p_i) / (n + 20) / p_i``. The intervals take purchases for independent
    draws, which those of one receipt are not: they are the least uncertainty there is.

    Parameters
    ----------
    base
        A :class:`CustomerBase`.
    customer
        His id.
    by
        ``"product"``, or an attribute of the products such as ``"category"``.
    alike
        How many customers like him: those with the highest cosine between their counts and
        his, ties by customer as text.
    at_least
        How many counted purchases a customer needs to be compared with.
    most
        Longest table.
    level
        Coverage of the intervals.

    Returns
    -------
    Preferences
        Frames ``what`` (thing, n, share, lower, upper, everybody, lift), ``when`` (part, value,
        n, share: weekday, month, and hour where it is known), ``together`` (thing, other,
        n of the baskets with both, baskets with the thing, share, lower, upper, and the share
        of his baskets that have the other; a basket is a day where it is not known),
        ``alike`` (customer, n, cosine), ``others`` (thing, n of these customers who buy it
        and he does not, share, lower, upper).

    Raises
    ------
    InputError
        For a customer or an attribute that the base does not know; the sentence names the
        nearest.

    Examples
    --------
    >>> from loyaltylab.database import CustomerBase
    >>> log = pd.DataFrame({"customer": ["a", "a", "a", "b"], "amount": [2, 2, 2, 5],
    ...     "product": ["tea", "tea", "milk", "milk"],
    ...     "date": ["2024-01-01", "2024-01-15", "2024-01-15", "2024-01-08"]})
    >>> with CustomerBase.open(":memory:") as base:
    ...     report = base.add_purchases(log, product="product")
    ...     table = preferences(base, "a", "product").table()
    >>> table[["thing", "n", "share", "everybody", "lift"]].round(2)
      thing  n  share  everybody  lift
    0   tea  2   0.67        0.5  1.04
    1  milk  1   0.33        0.5  0.96
    """
    whole("alike", alike, 1, 1000)
    whole("at_least", at_least, 1, 1_000_000)
    whole("most", most, 1, 100_000)
    between("level", level, 0, 1, open_ends=True)
    name = known(base, customer)
    lines = bought(base, by)
    counts = lines.select("customer", "date", "thing").distinct()
    counts = counts.group_by("customer", "thing").agg(n=counts.count())
    what = _what(counts, name, level)
    near, others = _alike(counts, name, (alike, at_least, most), level)
    own = of_customer(lines, name)
    together = _together(own, most, level)
    n = int(what["n"].sum())
    parts = (what.head(most), _when(own), together, near, others)
    return Preferences(name, by, n, *parts, level=level)


def _what(counts: ibis.Table, customer: str, level: float) -> pd.DataFrame:
    """Return his shares against everybody's."""
    mine = of_customer(counts, customer).select("thing", "n")
    # everybody's share of what he buys, and the sum of everything
    everybody = counts.group_by("thing").agg(theirs=counts.n.sum())
    everybody = everybody.mutate(total=everybody.theirs.sum().over(ibis.window()))
    both = mine.inner_join(everybody, "thing")
    table = fetched(both.order_by([both.n.desc(), both.thing.asc()]))
    n = table["n"].sum()
    table["share"] = table["n"] / n
    table["lower"], table["upper"] = wilson(table["n"], np.full(len(table), n), level)
    table["everybody"] = table["theirs"].astype(float) / table["total"].astype(float)
    shrunk = (table["n"] + WEIGHT * table["everybody"]) / (n + WEIGHT)
    table["lift"] = shrunk / table["everybody"]
    return table.drop(columns=["theirs", "total"])


def _when(own: ibis.Table) -> pd.DataFrame:
    """Return on which days of the week, in which months and hours he buys, by day or basket."""
    visits = own.select("date", hour=own.time.hour()).distinct()
    table = visits.to_pyarrow().to_pandas()
    day = pd.to_datetime(table["date"].drop_duplicates())
    parts = {
        "weekday": (day.dt.day_of_week, list(DAYS)),
        "month": (day.dt.month - 1, [f"{m:02d}" for m in range(1, 13)]),
        "hour": (table["hour"].dropna(), [f"{h:02d}" for h in range(24)]),
    }
    found = []
    for part, (values, names) in parts.items():
        n = np.bincount(values.astype(int), minlength=len(names))
        if n.sum():
            share = n / n.sum()
            found.append(pd.DataFrame({"part": part, "value": names, "n": n, "share": share}))
    empty = pd.DataFrame({"part": [], "value": [], "n": [], "share": []})
    return pd.concat(found, ignore_index=True) if found else empty


def _together(own: ibis.Table, most: int, level: float) -> pd.DataFrame:
    """Return what stood in one basket with what, of his own baskets."""
    basket = ibis.coalesce(own.basket, own.date.cast("string"))
    cells = own.select("thing", day="date", basket=basket).distinct()
    other = cells.view().rename(other="thing")
    same = [cells.basket == other.basket, cells.day == other.day]
    pairs = cells.inner_join(other, [*same, cells.thing != other.other])
    pairs = pairs.select("thing", "other").group_by("thing", "other").agg(n=ibis._.count())
    have = cells.group_by("thing").agg(baskets=cells.count())
    also = have.view().rename(other="thing", other_baskets="baskets")
    found = pairs.inner_join(have, "thing").inner_join(also, "other")
    first = [found.n.desc(), found.baskets.asc(), found.thing.asc(), found.other.asc()]
    table = fetched(found.select("thing", "other", "n", "baskets", "other_baskets").order_by(first))
    table = table.head(most)
    total = int(cells.select("day", "basket").distinct().count().to_pyarrow().as_py())
    table["share"] = table["n"] / table["baskets"]
    table["lower"], table["upper"] = wilson(table["n"], table["baskets"], level)
    table["share_of_all"] = table["other_baskets"] / total if total else 0.0
    return table.drop(columns="other_baskets")


def _alike(
    counts: ibis.Table, customer: str, limits: tuple[int, int, int], level: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the customers whose counts point the same way, and what they buy besides."""
    alike, at_least, most = limits
    mine = of_customer(counts, customer).select(thing_="thing", m="n")
    rest = counts.filter(text(counts.customer) != customer)
    joined = rest.left_join(mine, rest.thing == mine.thing_)
    sums = joined.group_by("customer").agg(
        n=joined.n.sum(),
        dot=(joined.n * joined.m.fill_null(0)).sum(),
        norm=(joined.n * joined.n).sum(),
    )
    sums = sums.filter((sums.n >= at_least) & (sums.dot > 0))
    # whole numbers up to the last step: the order is the same on every engine
    length = mine.agg(s=(mine.m * mine.m).sum()).to_pyarrow()["s"][0].as_py() or 1
    angle = sums.dot.cast("float64") / (sums.norm * int(length)).cast("float64").sqrt()
    sums = sums.mutate(cosine=angle.round(9))
    order = [sums.cosine.desc(), text(sums.customer).asc()]
    near = sums.order_by(order).limit(alike).select("customer", "n", "cosine")
    frame = fetched(near)
    ids = [str(who) for who in frame["customer"]]
    theirs = counts.filter(text(counts.customer).isin(ids) if ids else ibis.literal(False))
    new = theirs.anti_join(mine, theirs.thing == mine.thing_)
    new = new.group_by("thing").agg(n=new.count(), times=new.n.sum())
    first = [new.n.desc(), new.times.desc(), new.thing.asc()]
    others = fetched(new.order_by(first).limit(most)).drop(columns="times")
    others["share"] = others["n"] / max(len(ids), 1)
    others["lower"], others["upper"] = wilson(others["n"], np.full(len(others), len(ids)), level)
    return frame, others
