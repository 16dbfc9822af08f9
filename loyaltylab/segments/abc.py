"""ABC: customers in three classes, by what they hold or by how many they are."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array
from loyaltylab.segments.values import Negative, choice, counted, measured, order

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CUTS = {"value": (0.80, 0.95), "customers": (0.20, 0.50)}
MEASURES = ("amount", "purchases", "mean_amount")
ROUNDING = 1e-9


def abc(
    data: Any,
    *,
    customer: Hashable = "customer",
    date: Hashable | None = "date",
    amount: Hashable = "amount",
    by: str = "value",
    cuts: tuple[float, float] | None = None,
    measure: str = "amount",
    negative: Negative = "keep",
) -> ABC:
    """Sort customers into A, B and C, from the largest on.

    The document (claim C093) says that A is the top fifth, and not where B ends. There are two
    readings, and they differ: A as those who hold 80 % of the value, or as 20 % of the customers.

    Parameters
    ----------
    data, customer, date, amount, negative
        As in :func:`how_concentrated`. With ``negative="keep"`` customers below 0 come last, in C.
    by
        ``"value"``: A are the largest who together hold the first cut of the value (the one who
        crosses it included), A and B the second. ``"customers"``: shares of their number, rounded
        up.
    cuts
        Two rising shares; None is (0.80, 0.95) of the value or (0.20, 0.50) of the customers.
    measure
        What they are sorted by: ``"amount"`` (the total), ``"purchases"`` (days with a purchase) or
        ``"mean_amount"`` (per such day). Equal values are sorted by the customer's text.

    Returns
    -------
    ABC
        ``.table()``, ``.sizes()``, ``.plot()``.

    Raises
    ------
    InputError
        As :func:`how_concentrated`, or if cuts are not two rising shares.

    Examples
    --------
    >>> each = pd.DataFrame({"customer": list("pqrst"), "amount": [60, 25, 10, 4, 1]})
    >>> abc(each, date=None).table()["abc"].tolist()
    ['A', 'A', 'B', 'C', 'C']
    >>> abc(each, date=None, by="customers").table()["abc"].tolist()
    ['A', 'B', 'B', 'C', 'C']
    """
    reading = choice("by", by, ("value", "customers"))
    sorted_by = choice("measure", measure, MEASURES)
    ends = _cuts(CUTS[reading] if cuts is None else cuts)
    table = measured(data, customer=customer, date=date, amount=amount)
    if sorted_by not in table:
        raise InputError(
            f"measure {shown(measure)} needs days of purchase, and date is None; name the column"
            " of dates, or use measure='amount'."
        )
    values = table[sorted_by].to_numpy(float)
    if choice("negative", negative, ("keep", "zero", "drop")) == "drop":
        table, values = table[values >= 0].reset_index(drop=True), values[values >= 0]
    values = counted(values, negative, str(amount))
    return ABC(_classed(table, values, reading, ends), reading, ends, sorted_by)


def _cuts(cuts: Any) -> tuple[float, float]:
    real = isinstance(cuts, tuple | list) and len(cuts) == 2
    real = real and all(isinstance(c, int | float) and not isinstance(c, bool) for c in cuts)
    if not (real and 0 < cuts[0] < cuts[1] <= 1):
        hint = "; write 80 % as 0.8" if real and max(cuts) > 1 else ""
        raise InputError(
            f"cuts must be two rising shares, as in (0.8, 0.95), not {shown(cuts)}{hint}."
        )
    return float(cuts[0]), float(cuts[1])


def _classed(
    table: pd.DataFrame, values: Array, reading: str, cuts: tuple[float, float]
) -> pd.DataFrame:
    place = order(-values, table["customer"])
    n = len(values)
    sequence = np.argsort(place)
    if reading == "customers":
        last = np.ceil(np.array(cuts) * n - ROUNDING)
        letter = np.searchsorted(last, place, side="right")
    else:
        summed = np.cumsum(values[sequence])
        total = summed[-1]
        before = np.append(0.0, summed[:-1])[place]
        reached = np.array(cuts) * total - ROUNDING * abs(total)
        letter = np.searchsorted(reached, before, side="right")
    found: pd.DataFrame = table[["customer"]].assign(
        value=values, rank=place + 1, abc=np.array(list("ABC"))[np.minimum(letter, 2)]
    )
    held = np.empty(n)
    held[sequence] = np.cumsum(values[sequence]) / values.sum()
    return found.assign(cumulative_share=held)


@dataclass(frozen=True, eq=False)
class ABC:
    """What :func:`abc` found; ``customers`` is its table.

    Examples
    --------
    >>> each = pd.DataFrame({"customer": list("pqrst"), "amount": [60, 25, 10, 4, 1]})
    >>> abc(each, date=None).sizes()[["abc", "customers", "share_of_value"]]
      abc  customers  share_of_value
    0   A          2            0.85
    1   B          1            0.10
    2   C          2            0.05
    """

    customers: pd.DataFrame
    by: str
    cuts: tuple[float, float]
    measure: str

    def table(self) -> pd.DataFrame:
        """Return ``customer, value, rank, abc, cumulative_share`` (held up to this rank)."""
        return self.customers.copy()

    def sizes(self) -> pd.DataFrame:
        """Return the classes as they came out.

        Returns
        -------
        pandas.DataFrame
            ``abc, customers, share_of_customers, share_of_value, lowest, highest`` (values; NaN in
            an empty class).
        """
        by = self.customers.groupby("abc")["value"]
        found: Any = by.agg(customers="size", held="sum", lowest="min", highest="max")
        found = found.reindex(list("ABC")).rename_axis("abc").reset_index()
        sizes = found["customers"].fillna(0).astype("int64")
        value = found["held"].fillna(0) / self.customers["value"].sum()
        shares = {"share_of_customers": sizes / sizes.sum(), "share_of_value": value}
        return pd.DataFrame(
            {"abc": found["abc"], "customers": sizes, **shares}
            | {name: found[name] for name in ("lowest", "highest")}
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw what the customers hold from the largest on, and where A and B end."""
        ax = fig.axes(
            ax,
            title="A, B and C from the largest customer on",
            x="share of customers, from the largest on",
            y="share of the value",
        )
        table = self.customers.sort_values("rank")
        n = len(table)
        start = 0.0, 0.0
        for letter, colour in zip("ABC", (fig.GREEN, fig.ORANGE, fig.GREY), strict=True):
            part = table[table["abc"] == letter]
            if part.empty:
                continue
            x = np.append(start[0], part["rank"] / n)
            y = np.append(start[1], part["cumulative_share"])
            text = fig.label(f"{letter}: {len(part):,} customers")
            ax.fill_between(x, y, color=colour, alpha=0.35, lw=0)
            ax.plot(x, y, color=colour, lw=2.2, label=text)
            start = float(x[-1]), float(y[-1])
        ax.set_xlim(0, 1)
        ax.set_ylim(0, max(1.0, float(table["cumulative_share"].max())))
        fig.percent(ax)
        fig.legend_above(ax)
        return ax


def abc_sensitivity(
    data: Any,
    *,
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
    negative: Negative = "keep",
) -> pd.DataFrame:
    """Say how far it depends on the cut, the reading and the measure who is in class A.

    Parameters
    ----------
    data, customer, date, amount, negative
        As in :func:`abc`.

    Returns
    -------
    pandas.DataFrame
        ``measure, by, cut`` (where A ends), ``customers`` (in A), ``share_of_customers``,
        ``share_of_amount`` (that they hold), ``of_reference`` (share of the first row's A who
        are in this one too), ``n``. The first row is the reference: the largest who hold 80 % of
        the amount.

    Raises
    ------
    InputError
        As :func:`abc`.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=40)
    >>> log = pd.DataFrame({"customer": [d * d % 11 for d in range(40)], "date": days, "amount": 1})
    >>> abc_sensitivity(log)[["measure", "by", "cut", "customers", "of_reference"]].head(2)
      measure     by  cut  customers  of_reference
    0  amount  value  0.8          5           1.0
    1  amount  value  0.7          4           0.8
    """
    rule = choice("negative", negative, ("keep", "zero", "drop"))
    table = measured(data, customer=customer, date=date, amount=amount)
    if rule == "drop":
        table = table[table["amount"] >= 0].reset_index(drop=True)
    money = counted(table["amount"].to_numpy(float), rule, str(amount))
    readings = [("value", c) for c in (0.8, 0.7, 0.9)] + [("customers", c) for c in (0.2, 0.1, 0.3)]
    found, reference = [], np.zeros(len(table), bool)
    for measure in MEASURES:
        values = counted(table[measure].to_numpy(float), "zero" if rule == "zero" else "keep")
        for reading, cut in readings:
            inside = (_classed(table, values, reading, (cut, 1.0))["abc"] == "A").to_numpy()
            reference = reference if reference.any() else inside
            size = int(inside.sum())
            same = (inside & reference).sum() / reference.sum()
            held = money[inside].sum() / money.sum()
            found.append((measure, reading, cut, size, size / len(table), held, same, len(table)))
    names = ["measure", "by", "cut", "customers", "share_of_customers", "share_of_amount"]
    return pd.DataFrame(found, columns=[*names, "of_reference", "n"])
