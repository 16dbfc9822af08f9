"""RFM: recency, frequency and monetary value in classes, with the rules written down."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array, whole
from loyaltylab.segments.summary import summary
from loyaltylab.segments.values import Codes, by_cuts, by_rank, choice, order, together

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PARTS = {"recency": "r", "frequency": "f", "monetary": "m"}
TIES = ("customer", "together", "cuts")
COLUMNS = {"recency": "days_since_last", "frequency": "purchases", "monetary": "amount"}


def rfm(
    data: Any,
    *,
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
    until: Any = None,
    classes: int = 5,
    ties: str = "customer",
    cuts: Mapping[str, Any] | None = None,
) -> RFM:
    """Score customers by recency, frequency and monetary value, each from 1 (worst) up.

    Recency here is RFM's: days since the last purchase, the fewer the better (see
    :func:`summary` for the other one). Frequency is the number of days with a purchase, monetary
    value the total amount.

    Parameters
    ----------
    data, customer, date, amount, until
        As in :func:`summary`.
    classes
        Scores, 2 to 9.
    ties
        What becomes of equal values, of which counts and days have many:

        - ``"customer"``: customers are sorted, ties by the text of the customer's name (in that
          order from the worst on), and cut into classes of equal size. The sizes are right, and
          who is where is arbitrary among equals.
        - ``"together"``: equals get one class, ``1 + floor(classes · worse ones / all)``. Nothing
          is arbitrary, and the sizes are what they are; classes may be empty.
        - ``"cuts"``: by cut points of your own; then ``classes`` is not used.
    cuts
        For ``ties="cuts"``: 1 to 8 rising numbers for each of ``"recency"`` (days since the last
        purchase), ``"frequency"`` and ``"monetary"``; a value on a cut point counts as above it.

    Returns
    -------
    RFM
        ``.table()``, ``.sizes()`` (the classes as they are), ``.ties()`` (who would change class
        under another rule), ``.plot()``.

    Raises
    ------
    InputError
        As :func:`summary`, for fewer customers than classes, or rules that do not fit together.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=40)
    >>> log = pd.DataFrame({"customer": [d * d % 11 for d in range(40)], "date": days, "amount": 1})
    >>> scored = rfm(log, classes=2)
    >>> scored.table()[["customer", "days_since_last", "purchases", "r", "f", "m"]].head(2)
       customer  days_since_last  purchases  r  f  m
    0         0                6          4  1  1  1
    1         1                5          7  1  1  1
    >>> scored.sizes()["customers"].tolist()
    [3, 3, 3, 3, 3, 3]
    """
    number = whole("classes", classes, 2, 9)
    rule = choice("ties", ties, TIES)
    if rule != "cuts" and cuts is not None:
        raise InputError(f"cuts is used only with ties='cuts', and ties is {shown(ties)}.")
    table = summary(data, customer=customer, date=date, amount=amount, until=until)
    if rule != "cuts" and len(table) < number:
        raise InputError(
            f"classes is {number}, but there are only {len(table)} customers; ask for fewer."
        )
    points = _points(cuts) if rule == "cuts" else {}
    made = RFM(table, rule, number, points)
    made.table()  # cut points that are none are refused now
    return made


def _points(cuts: Any) -> dict[str, Any]:
    if not isinstance(cuts, Mapping) or set(cuts) != set(PARTS):
        raise InputError(
            "cuts must hold rising numbers for 'recency', 'frequency' and 'monetary', as in"
            f" {{'recency': (30, 90), …}}, not {shown(cuts)}."
        )
    return dict(cuts)


@dataclass(frozen=True, eq=False)
class RFM:
    """What :func:`rfm` found; ``customers`` is the summary that was scored.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": [1, 2, 2], "amount": [5.0, 7.0, 1.0],
    ...     "date": ["2024-01-01", "2024-01-02", "2024-01-05"]})
    >>> rfm(log, classes=2).table()["rfm"].tolist()
    ['111', '222']
    """

    customers: pd.DataFrame
    rule: str
    classes: int
    cuts: dict[str, Any]

    def _better(self, part: str) -> Array:
        """Return values of which more is better."""
        values = self.customers[COLUMNS[part]].to_numpy(float)
        return -values if part == "recency" else values

    def _scores(self, part: str, rule: str, *, reverse: bool = False) -> Codes:
        values = self._better(part)
        if rule == "cuts":
            top = len(np.atleast_1d(self.cuts[part])) + 1
            found = by_cuts(np.abs(values), self.cuts[part], part)
            return top + 1 - found if part == "recency" else found
        if rule == "together":
            return together(values, self.classes)
        place = order(values, self.customers["customer"], reverse=reverse)
        return by_rank(place, self.classes)

    def table(self) -> pd.DataFrame:
        """Return one row per customer.

        Returns
        -------
        pandas.DataFrame
            ``customer, days_since_last, purchases, amount, r, f, m`` (scores, the best is the
            highest), ``rfm`` (the three as text).
        """
        found = self.customers[["customer", *COLUMNS.values()]].copy()
        for part, letter in PARTS.items():
            found[letter] = self._scores(part, self.rule)
        parts = [found[letter].astype(str) for letter in PARTS.values()]
        return found.assign(rfm=parts[0] + parts[1] + parts[2])

    def sizes(self) -> pd.DataFrame:
        """Return the classes as they came out.

        Returns
        -------
        pandas.DataFrame
            ``part, score, customers, share, lowest, highest`` (values in the class: days since the
            last purchase, purchases, amount). An empty class has no row.
        """
        table, found = self.table(), []
        for part, letter in PARTS.items():
            values = table.groupby(letter)[COLUMNS[part]].agg(["size", "min", "max"])
            for score, (size, low, high) in zip(values.index, values.to_numpy(), strict=True):
                found.append((part, int(score), int(size), size / len(table), low, high))
        names = ["part", "score", "customers", "share", "lowest", "highest"]
        return pd.DataFrame(found, columns=names)

    def ties(self) -> pd.DataFrame:
        """Return how many customers owe their class to the rule for ties.

        Returns
        -------
        pandas.DataFrame
            ``part``; ``distinct`` (different values among the ``customers``); ``split`` (customers
            whose equals are found in another class); ``changed_by_order`` (who would change class
            if equals were sorted the other way round); ``changed_by_together`` (who would change
            it if equals were kept together); ``customers``. For cut points, which split nobody,
            the last two compare with ``"customer"`` and ``"together"``.
        """
        found = []
        for part in PARTS:
            values, score = self._better(part), self._scores(part, self.rule)
            spread = pd.Series(score).groupby(values).transform("nunique")
            turned = self._scores(part, "customer", reverse=self.rule != "cuts")
            if self.rule == "together":
                turned = score  # the order of equals does not matter
            kept = self._scores(part, "together")
            changes = [int((other != score).sum()) for other in (turned, kept)]
            distinct, n = len(np.unique(values)), len(values)
            found.append((part, distinct, int((spread > 1).sum()), *changes, n))
        names = ["part", "distinct", "split", "changed_by_order", "changed_by_together"]
        return pd.DataFrame(found, columns=[*names, "customers"])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw how many customers have each pair of recency and frequency scores."""
        table = self.table()
        counts = pd.crosstab(table["f"], table["r"])
        counts = counts.reindex(index=range(1, table["f"].max() + 1), fill_value=0)
        counts = counts.reindex(columns=range(1, table["r"].max() + 1), fill_value=0)
        ax = fig.axes(
            ax,
            title="Customers by recency and frequency score",
            x=f"recency score ({counts.columns[-1]}: bought most recently)",
            y=f"frequency score ({counts.index[-1]}: most often)",
        )
        ax.grid(visible=False)
        drawn = ax.pcolormesh(counts.columns, counts.index, counts, cmap="Blues", shading="nearest")
        dark = 0.6 * counts.to_numpy().max()
        for (i, j), size in np.ndenumerate(counts.to_numpy()):
            f, r = i + 1, j + 1
            colour = "white" if size > dark else "black"
            ax.text(r, f, f"{size:,}", ha="center", va="center", color=colour, fontsize=9.5)
        drawn.set_edgecolor("white")
        ax.set_xticks(counts.columns)
        ax.set_yticks(counts.index)
        return ax
