"""Word of mouth flows into the bucket: customers who bring customers, or keep them away."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pandas as pd
from annotated_types import Ge

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.model import Label, model
from loyaltylab.bucket import LeakyBucket
from loyaltylab.bucket.leak import PERIODS, Churn
from loyaltylab.complaints.mouth import (
    Come,
    Satisfied,
    StayAway,
    ToldBadly,
    ToldWell,
    WordOfMouth,
)
from loyaltylab.complaints.mouth_picture import counts, people

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 10**14


def with_word_of_mouth(
    bucket: LeakyBucket,
    mouth: WordOfMouth,
    at: Literal["start", "steady state"] = "start",
) -> LeakyBucket:
    """Return the bucket with what its customers' talk adds to, or takes from, the acquired.

    Each customer brings ``mouth.per_customer()`` new ones per period, net, on top of those the
    firm pays for: ``acquired + per_customer · customers``. ``at="start"`` takes the customers
    at the start; ``at="steady state"`` those with whom talk and leak are in balance,
    ``acquired · life / (1 − per_customer · life)``. The result is a whole number, not below 0.
    The bucket charges its acquisition cost for all of them; talk costs nothing, so that has to
    be lowered by hand where it matters.

    Parameters
    ----------
    bucket
        The bucket of chapter 09; its ``acquired`` are those who come without talk.
    mouth
        Word of mouth; its ``customers`` do not matter here, and its period is the bucket's.
    at
        ``"start"`` or ``"steady state"``.

    Raises
    ------
    InputError
        If one of the two is none, or the customers bring at least as many as leak: then there
        is no steady state.

    Examples
    --------
    >>> bucket = LeakyBucket(customers=1000, churn=0.1, acquired=40)
    >>> with_word_of_mouth(bucket, WordOfMouth()).acquired
    100
    >>> round(with_word_of_mouth(bucket, WordOfMouth(), at="steady state").steady_state)
    1000
    """
    if not isinstance(bucket, LeakyBucket):
        raise InputError(f"bucket must be a LeakyBucket, not {shown(bucket)}.")
    if not isinstance(mouth, WordOfMouth):
        raise InputError(f"mouth must be a WordOfMouth, not {shown(mouth)}.")
    if at not in ("start", "steady state"):
        raise InputError(f"at must be 'start' or 'steady state', not {shown(at)}.")
    each = mouth.per_customer()
    stock = float(bucket.customers)
    if at == "steady state":
        if bucket.churn == 0 or each * bucket.life >= 1:
            raise InputError(
                f"Each customer brings {each:.3g} a period, and no fewer than leak, so the bucket"
                " has no steady state; say at='start', or lower what talk brings."
            )
        stock = bucket.acquired * bucket.life / (1 - each * bucket.life)
    acquired = bucket.acquired + each * stock
    if acquired > MOST:
        raise InputError(
            f"Talk would bring {acquired:.3g} customers a period, more than the bucket counts"
            " with; lower the talk or the customers."
        )
    return dataclasses.replace(bucket, acquired=max(round(acquired), 0))


@model
class TalkedBucket:
    """A leaky bucket whose customers talk: stock with and without word of mouth.

    ``stock(t) = stock(t−1) · (1 − churn) + max(0, acquired + per_customer · stock(t−1))``, where
    ``per_customer`` is that of :class:`WordOfMouth` with these shares (nobody passes a bad story
    on; the other fields at their defaults): who comes less who stays away, per customer and
    period. With talk the bucket tends to ``acquired / (churn − per_customer)`` if that is
    positive, and else grows until the market ends, which the model does not know.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Chapter 09 for the bucket; claims C080 and C087 for the talk. The defaults are illustrative.

    Examples
    --------
    >>> firm = TalkedBucket(customers=1000, churn=0.1, acquired=30)
    >>> firm.table().iloc[[0, 1, 52]][["period", "customers", "without_talk"]].round(1)
        period  customers  without_talk
    0        0     1000.0        1000.0
    1        1      998.3         930.0
    52      52      955.8         302.9
    """

    customers: Annotated[int, Ge(0), Label("customers at the start", "customers")] = 1000
    churn: Churn = 0.1
    acquired: Annotated[int, Ge(0), Label("acquired without talk", "customers per period")] = 30
    satisfied: Satisfied = 0.9
    told_well: ToldWell = 4.0
    told_badly: ToldBadly = 11.0
    come: Come = 0.05
    stay_away: StayAway = 0.05

    @property
    def mouth(self) -> WordOfMouth:
        """The word of mouth of these customers."""
        shared = ("customers", "satisfied", "told_well", "told_badly", "come", "stay_away")
        return WordOfMouth(retell=0.0, **{name: getattr(self, name) for name in shared})

    @property
    def per_customer(self) -> float:
        """Net new customers that a customer's talk brings in a period."""
        return self.mouth.per_customer()

    @property
    def bucket(self) -> LeakyBucket:
        """The bucket of chapter 09 at the start, with what talk brings then."""
        plain = LeakyBucket(customers=self.customers, churn=self.churn, acquired=self.acquired)
        return with_word_of_mouth(plain, self.mouth)

    @property
    def steady_state(self) -> float | None:
        """Stock at which gain and leak meet; None where talk brings as many as leak, or more.

        Where nobody leaves by himself, talk only turns away who would come, so that the stock
        never falls and a larger one stays.
        """
        left = self.churn - self.per_customer
        if left <= 0:
            return None
        met = self.acquired / left
        return met if self.churn > 0 else max(met, float(self.customers))

    def table(self) -> pd.DataFrame:
        """Return one row per period from 0 to 52.

        ``period, customers`` (at its end), ``lost``, ``paid`` and ``talked`` (acquired without
        and by talk, net; negative where talk keeps some of the paid away), and ``without_talk``:
        customers if nobody talked.
        """
        each = self.per_customer
        with_talk, without = np.full(PERIODS + 1, float(self.customers)), float(self.customers)
        rows = [(0, with_talk[0], 0.0, 0.0, 0.0, without)]
        for t in range(1, PERIODS + 1):
            stock = with_talk[t - 1]
            talked = max(each * stock, -float(self.acquired))
            lost = self.churn * stock
            with_talk[t] = stock - lost + self.acquired + talked
            without = without * (1 - self.churn) + self.acquired
            rows.append((t, with_talk[t], lost, float(self.acquired), talked, without))
        columns = ["period", "customers", "lost", "paid", "talked", "without_talk"]
        return pd.DataFrame(rows, columns=columns)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the stock with talk and without."""
        ax = fig.axes(
            ax,
            title="The bucket, with and without word of mouth",
            x="period",
            y="customers at the period's end",
        )
        ax.plot([], [], color=fig.BLUE, lw=2.2, gid="with", label=fig.label("customers talk"))
        ax.plot(
            [], [], color=fig.GREY, lw=2, ls="--", gid="without", label=fig.label("nobody talks")
        )
        fig.legend_above(ax)
        counts(ax)
        ax.set_xlim(0, PERIODS)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table = self.table()
        artists["with"].set_data(table["period"], table["customers"])
        artists["without"].set_data(table["period"], table["without_talk"])
        ax.set_ylim(0, fig.ceiling(1.05 * table[["customers", "without_talk"]].to_numpy().max()))

    def sentence(self) -> str:
        """Say in one sentence what talk adds or takes, and where the bucket goes."""
        each, last, steady = self.per_customer, self.table().iloc[-1], self.steady_state
        verb = "brings" if each >= 0 else "keeps away"
        if steady is None:
            grows = self.acquired > 0 or (each > self.churn and self.customers > 0)
            tends = "grows for as long as the market lasts" if grows else "stays as it is"
        else:  # beyond 2 a period's talk turns away more than the gap, and it never settles
            goal = "tends to" if self.churn - each <= 2 else "swings about"
            tends = f"{goal} {people(steady)}"
        return (
            f"A customer's talk {verb} {people(abs(100 * each))} new ones per 100 and period, net,"
            f" so with {100 * self.churn:.3g}% churn and {self.acquired:,} acquired without it the"
            f" bucket {tends}; after {PERIODS} periods it holds {people(last['customers'])}, and"
            f" {people(last['without_talk'])} if nobody talked."
        )
