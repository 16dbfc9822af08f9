"""Three questions for core customers, as sets that overlap."""

from __future__ import annotations

import itertools
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import Array, between, wilson

if TYPE_CHECKING:
    from matplotlib.axes import Axes

QUESTIONS = ("profitable_and_loyal", "most_of_wallet", "worth_more_to_us")


def core_customers(
    data: Data,
    *,
    customer: Hashable = "customer",
    profit: Hashable = "profit",
    purchases: Hashable = "purchases",
    share_of_wallet: Hashable | None = "share_of_wallet",
    relative_value: Hashable | None = "relative_value",
    top_profit: float = 0.2,
    top_purchases: float = 0.5,
    wallet: float = 0.5,
    relative: float = 0.5,
    level: float = 0.95,
) -> CoreCustomers:
    """Answer the three questions of claim C094 for each customer, as sets that overlap.

    1. ``profitable_and_loyal``: among the top in profit *and* in number of purchases.
    2. ``most_of_wallet``: his share of wallet is above a threshold.
    3. ``worth_more_to_us``: his relative value is above a threshold (0.5: more than to rivals).

    The documents set no thresholds: these are choices, and the sets move with them.

    Parameters
    ----------
    data
        One row per customer, as :func:`core_scores` returns it, or the path of a file.
    customer, profit, purchases, share_of_wallet, relative_value
        Columns; None for what is not known: then its question stays unanswered.
    top_profit, top_purchases
        Share of customers that are the top; who equals the last of them belongs to it.
    wallet, relative
        Thresholds, shares from 0 to below 1, above which the answer is yes.
    level
        Coverage of the intervals (Wilson), over customers. That thresholds at the top are cut from
        the same customers is not in them, which makes them too wide and not too narrow: in 300
        simulated bases of 300 and of 2,000 customers, 95 % intervals held the truth in 93 to 100 %;
        the size of question 1's set moved by 0.4 of what its interval says, and that of the three
        together by 0.7.

    Returns
    -------
    CoreCustomers
        ``.table()`` (every combination), ``.sets()``, ``.overlaps()``, ``.members()``, ``.plot()``.

    Raises
    ------
    InputError
        For missing columns, values out of range, or a customer in two rows.

    Examples
    --------
    >>> scores = pd.DataFrame({"customer": list("abcd"), "profit": [9, 5, 4, 1],
    ...     "purchases": [8, 2, 9, 1], "share_of_wallet": [0.9, 0.6, 0.4, 0.2],
    ...     "relative_value": [0.8, 0.3, 0.6, 0.1]})
    >>> core = core_customers(scores, top_profit=0.25)
    >>> core.sets()[["question", "customers", "share"]]
                   question  customers  share
    0  profitable_and_loyal          1   0.25
    1        most_of_wallet          2   0.50
    2      worth_more_to_us          2   0.50
    """
    cuts = {
        "top_profit": between("top_profit", top_profit, 0, 1, open_ends=True),
        "top_purchases": between("top_purchases", top_purchases, 0, 1, open_ends=True),
        "wallet": between("wallet", wallet, 0, 1),
        "relative": between("relative", relative, 0, 1),
    }
    level = between("level", level, 0, 1, open_ends=True)
    wanted = {
        "customer": Column(customer, "group"),
        "profit": Column(profit, "number"),
        "purchases": Column(purchases, "number", 0),
    }
    for role, name in (("share_of_wallet", share_of_wallet), ("relative_value", relative_value)):
        if name is not None:
            wanted[role] = Column(name, "number", 0, 1)
    frame = take(data, **wanted)
    twice = frame["customer"].duplicated()
    if twice.any():
        raise InputError(
            f"Column {customer!r} must name each customer once, but {int(twice.sum())} rows repeat"
            " one; add them up first, as core_scores() does."
        )
    frame = frame.reset_index(drop=True)
    answers = {
        QUESTIONS[0]: _top(frame["profit"], top_profit) & _top(frame["purchases"], top_purchases)
    }
    if "share_of_wallet" in frame:
        answers[QUESTIONS[1]] = frame["share_of_wallet"].to_numpy() > cuts["wallet"]
    if "relative_value" in frame:
        answers[QUESTIONS[2]] = frame["relative_value"].to_numpy() > cuts["relative"]
    return CoreCustomers(frame[["customer"]].assign(**answers), cuts, level)


def _top(values: pd.Series[float], share: float) -> Any:
    """Mark the top share of customers, and whoever equals the last of them."""
    ordered = np.sort(values.to_numpy(float))[::-1]
    last = ordered[max(1, int(np.ceil(share * len(ordered) - 1e-9))) - 1]
    return values.to_numpy(float) >= last


@dataclass(frozen=True, eq=False)
class CoreCustomers:
    """What :func:`core_customers` found: an answer to each question, for each customer.

    Examples
    --------
    >>> scores = pd.DataFrame({"customer": [1, 2], "profit": [9, 5], "purchases": [8, 2]})
    >>> core = core_customers(scores, share_of_wallet=None, relative_value=None)
    >>> core.unanswered
    ('most_of_wallet', 'worth_more_to_us')
    """

    answers: pd.DataFrame
    thresholds: dict[str, float]
    level: float

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that have an answer."""
        return tuple(q for q in QUESTIONS if q in self.answers)

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The questions that these data cannot answer."""
        return tuple(q for q in QUESTIONS if q not in self.answers)

    def members(self) -> pd.DataFrame:
        """Return ``customer``, one column of flags per question, and ``yes`` (how many hold)."""
        return self.answers.assign(yes=self._flags().sum(axis=1))

    def _flags(self) -> Any:
        return self.answers[list(self.questions)].to_numpy(bool)

    def _with_interval(self, k: Any, n: Any) -> dict[str, Array]:
        lower, upper = wilson(k, n, self.level)
        return {"share": np.asarray(k) / np.maximum(n, 1), "lower": lower, "upper": upper}

    def sets(self) -> pd.DataFrame:
        """Return the size of each set: ``question, customers, share, lower, upper, n``."""
        size, n = self._flags().sum(axis=0), len(self.answers)
        found = {"question": list(self.questions), "customers": size}
        return pd.DataFrame({**found, **self._with_interval(size, n), "n": n})

    def table(self) -> pd.DataFrame:
        """Return every combination of answers, the empty ones too.

        Returns
        -------
        pandas.DataFrame
            One column of flags per question; ``customers, share, lower, upper`` (of all), and
            ``expected``, the number there would be if the answers were independent; ``n``.
        """
        flags, n = self._flags(), len(self.answers)
        rates = flags.mean(axis=0)
        combinations = np.array(list(itertools.product([True, False], repeat=len(rates))))
        size = np.array([int((flags == row).all(axis=1).sum()) for row in combinations])
        chance = np.where(combinations, rates, 1 - rates).prod(axis=1) * n
        found = pd.DataFrame(combinations, columns=list(self.questions))
        return found.assign(customers=size, **self._with_interval(size, n), expected=chance, n=n)

    def overlaps(self) -> pd.DataFrame:
        """Return how far each pair of sets overlaps.

        Returns
        -------
        pandas.DataFrame
            ``question, other, reading``, ``customers`` (in both), ``of`` (in what the share is of),
            ``share, lower, upper`` (Wilson). Readings: ``"in the other"`` (of the question's set)
            and ``"in both of either"`` (Jaccard's index).
        """
        flags, found = self._flags(), []
        for i, j in itertools.permutations(range(len(self.questions)), 2):
            both = int((flags[:, i] & flags[:, j]).sum())
            pair = self.questions[i], self.questions[j]
            found.append((*pair, "in the other", both, int(flags[:, i].sum())))
            if i < j:
                either = int((flags[:, i] | flags[:, j]).sum())
                found.append((*pair, "in both of either", both, either))
        names = ["question", "other", "reading", "customers", "of"]
        table = pd.DataFrame(found, columns=names)
        return table.assign(**self._with_interval(table["customers"], table["of"]))

    def sentence(self) -> str:
        """Say in one sentence how many customers answer how many questions with yes."""
        yes, n = self._flags().sum(axis=1), len(self.answers)
        q = len(self.questions)
        lower, upper = wilson(int((yes == q).sum()), n, self.level)
        said = "the one question" if q == 1 else f"all {q} questions"
        missing = f"; {len(self.unanswered)} cannot be answered" if self.unanswered else ""
        every = int((yes == q).sum())
        return (
            f"Of {n:,} customers {every:,} ({every / n:.1%}, {self.level:.0%} interval"
            f" {float(lower):.1%} to {float(upper):.1%}) answer {said} with yes, and"
            f" {int((yes > 0).sum()):,} at least one of them{missing}."
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the combinations as bars over a matrix of dots (after UpSet, Lex et al. 2014)."""
        from loyaltylab.segments.pictures import plot_upset

        return plot_upset(self, ax)
