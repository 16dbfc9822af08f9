"""From 50,000 of revenue to the loss of a customer, one refinement after the other."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, returned_by
from loyaltylab.lifetime.lifetime import Lifetime

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NEUTRAL: dict[str, Any] = {
    "margin": 1.0,
    "discount": 0.0,
    "retention": 1.0,
    "retentions": None,
    "timing": "year_end",
    "referrals": 0.0,
    "others_lost": 0.0,
    "partial_loss": 1.0,
    "replacement": 0.0,
    "replacement_cost": 0.0,
}
"""Refinements switched off: the loss is then revenue at face value."""

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("only the margin is profit", ("margin",)),
    ("later money is worth less", ("discount", "timing")),
    ("he might have left anyway", ("retention", "retentions")),
    ("he would have brought others", ("referrals",)),
    ("others leave on his word", ("others_lost",)),
    ("he takes only part of his cash away", ("partial_loss",)),
    ("somebody takes his place", ("replacement", "replacement_cost")),
)


def loss_steps(customer: Lifetime) -> pd.DataFrame:
    """From revenue at face value to the loss, one refinement after the other.

    Parameters
    ----------
    customer
        A :class:`Lifetime` with a horizon in years.

    Returns
    -------
    pandas.DataFrame
        ``step``, ``loss`` after it (money), ``change`` that the step made. Steps whose
        parameters are neutral are left out; the last loss is that of the customer.

    Raises
    ------
    InputError
        Without a horizon, for then revenue at face value is infinite.

    Examples
    --------
    >>> loss_steps(Lifetime(margin=0.02, discount=0.10)).round(0)
                            step     loss   change
    0      revenue at face value  50000.0      0.0
    1  only the margin is profit   1000.0 -49000.0
    2  later money is worth less    614.0   -386.0
    """
    if not isinstance(customer, Lifetime) or customer.years is None:
        raise InputError(
            "customer must be a Lifetime with a number of years, for without a horizon revenue"
            f" at face value is infinite, not {shown(customer)}."
        )
    settings = dict(NEUTRAL)
    rows = [("revenue at face value", dataclasses.replace(customer, **settings).loss)]
    for step, fields in STEPS:
        changed = {name: getattr(customer, name) for name in fields}
        if any(changed[name] != NEUTRAL[name] for name in fields):
            settings |= changed
            rows.append((step, dataclasses.replace(customer, **settings).loss))
    table = pd.DataFrame(rows, columns=["step", "loss"])
    return table.assign(change=table["loss"].diff().fillna(0.0))


def plot_loss_steps(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the loss after each refinement, the amount beside each bar.

    Parameters
    ----------
    table
        What :func:`loss_steps` returned.
    ax
        Axes to draw on, or None for new ones.

    Examples
    --------
    >>> plot_loss_steps(loss_steps(Lifetime(margin=0.02))).get_xlabel()
    'loss when he leaves (money)'
    """
    columns = {"step": Column("step", "group"), "loss": Column("loss", "number", 0)}
    table = returned_by("loss_steps()", table, **columns)
    ax = fig.axes(
        ax,
        title="What losing a customer costs, step by step",
        x="loss when he leaves (money)",
        y="refinement",
    )
    place, loss = np.arange(len(table)), table["loss"].to_numpy()
    ax.xaxis.set_major_formatter(ax.yaxis.get_major_formatter())
    colours = [fig.GREY] + [fig.BLUE] * (len(table) - 1)
    ax.barh(place, loss, color=colours, height=0.6)
    for at, amount in zip(place, loss, strict=True):
        ax.annotate(
            fig.money(amount), (amount, at), (4, 0), textcoords="offset points", va="center"
        )
    ax.set_yticks(place, [fig.label(str(step)) for step in table["step"]])
    ax.invert_yaxis()
    ax.set_xlim(0, 1.15 * max(loss.max(), 1e-9))
    return ax
