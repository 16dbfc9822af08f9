"""What an offer does to real customers, for whom the same attribute is of different kinds."""

from __future__ import annotations

import textwrap
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.frames import Column, Data, returned_by
from loyaltylab.base.stats import wilson
from loyaltylab.needs.answers import checked_classes
from loyaltylab.needs.continuous import codes_of
from loyaltylab.needs.grid import CLASSES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LIKE, DISLIKE = 1, 5
STATES = {"displeased": fig.RED, "neither": fig.GREY, "pleased": fig.GREEN}


def offers(
    answers: Data,
    provided: Mapping[str, Sequence[Any]],
    *,
    own: Mapping[str, Sequence[str]] | None = None,
    attribute: Hashable = "attribute",
    kano: Hashable = "kano",
    functional: Hashable = "functional_code",
    dysfunctional: Hashable = "dysfunctional_code",
    customer: Hashable = "customer",
    level: float = 0.95,
) -> pd.DataFrame:
    """Count how many customers an offer would please, by their own answers.

    Of each attribute that is provided the functional answer holds, of each other one the
    dysfunctional. A customer is ``displeased`` if he dislikes anything about that, ``pleased``
    if he dislikes nothing and likes something, and ``neither`` otherwise. No curve and no
    weight is assumed; what is assumed is that people would feel as they say they would.

    Parameters
    ----------
    answers
        What :func:`classify` returned.
    provided
        For each offer the attributes that it has: ``{"basic": ["safe payment"], …}``.
    own
        Offers made to measure: each customer gets the attributes that are of these classes *for
        him*, as in ``{"his own M and O": ["M", "O"]}``; no firm can do that without asking him.
    attribute, kano
        Columns, as in :func:`class_counts`.
    functional, dysfunctional
        Columns: the codes 1 to 5.
    customer
        Column that names the customer; only those who answered about every attribute count.
    level
        Coverage of the interval (Wilson 1927).

    Returns
    -------
    pandas.DataFrame
        ``offer, state, customers, n, left_out`` (customers with a missing answer), ``share,
        lower, upper``.

    Raises
    ------
    InputError
        For an attribute that nobody was asked about, an unknown class, two offers of one name, a
        customer who stands twice, or when nobody answered about every attribute.

    Examples
    --------
    >>> said = pd.DataFrame({"customer": [1, 2, 3], "attribute": "app", "kano": list("AMR"),
    ...                      "functional_code": [1, 2, 5], "dysfunctional_code": [3, 5, 2]})
    >>> offers(said, {"with": ["app"]})[["state", "customers", "n"]]
            state  customers  n
    0  displeased          1  3
    1     neither          1  3
    2     pleased          1  3
    """
    more = {"functional": functional, "dysfunctional": dysfunctional}
    people = checked_classes(answers, attribute, kano, None, customer, **more)
    asked = list(people["attribute"].drop_duplicates())
    chosen = _chosen("provided", "attributes", provided, asked)
    tailored = {} if own is None else _chosen("own", "classes", own, list(CLASSES))
    _named_once([str(name) for offered in (provided, own or {}) for name in offered])
    complete = people["kano"].notna().groupby(people["customer"], observed=True).sum() == len(asked)
    left_out = int((~complete).sum())
    used = people[people["customer"].map(complete).astype(bool)]
    if used.empty:
        raise InputError(
            "No customer answered about every attribute; drop the attributes that few were asked"
            " about."
        )
    with_, without = (codes_of(used[role], more[role]) for role in more)
    parts = []
    has = {name: used["attribute"].isin(some_) for name, some_ in chosen.items()}
    has |= {name: used["kano"].isin(some_) for name, some_ in tailored.items()}
    for name, there in has.items():
        felt = np.where(there, with_, without)
        feeling = used[["customer"]].assign(likes=felt == LIKE, dislikes=felt == DISLIKE)
        any_ = feeling.groupby("customer", observed=True)[["likes", "dislikes"]].any()
        pleased = int((any_["likes"] & ~any_["dislikes"]).sum())
        displeased, n = int(any_["dislikes"].sum()), len(any_)
        count = np.array([displeased, n - displeased - pleased, pleased])
        lower, upper = wilson(count, n, level)
        one = {"offer": [name] * 3, "state": list(STATES), "customers": count, "n": n}
        shares = {"share": count / n, "lower": lower, "upper": upper}
        parts.append(pd.DataFrame({**one, "left_out": left_out, **shares}))
    return pd.concat(parts, ignore_index=True)


def _chosen(name: str, kind: str, offered: Any, known: list[Any]) -> dict[str, list[Any]]:
    """Check what each offer has."""
    if not isinstance(offered, Mapping) or (not offered and name == "provided"):
        raise InputError(
            f"{name} must be a dict of offers and lists of {kind}, as in {{'basic':"
            f" [{shown(known[0])}]}}, not {shown(offered)}."
        )
    for offer, has in offered.items():
        if isinstance(has, str) or not isinstance(has, Sequence):
            raise InputError(
                f"{name} must give offer {shown(offer)} a list of {kind}, not {shown(has)}."
            )
        for one in has:
            if one not in known:
                raise InputError(
                    f"{name} has {shown(one)} in offer {shown(offer)}, which is none of the"
                    f" {kind}{nearest(one, known)}; these are {some(known)}."
                )
    return {str(offer): list(has) for offer, has in offered.items()}


def _named_once(names: list[str]) -> None:
    """Refuse two offers of one name, of which the second would take the place of the first."""
    again = [name for name in names if names.count(name) > 1]
    if again:
        raise InputError(
            f"provided and own must give every offer a name of its own, but {shown(again[0])}"
            " names two; rename one of them."
        )


def plot_offers(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the three states of each offer with their intervals.

    Parameters
    ----------
    table
        What :func:`offers` returned.
    ax
        Axes to draw on, or None for new ones.

    Examples
    --------
    >>> said = pd.DataFrame({"customer": [1, 2], "attribute": "app", "kano": list("AM"),
    ...                      "functional_code": [1, 2], "dysfunctional_code": [3, 5]})
    >>> plot_offers(offers(said, {"with": ["app"]})).get_ylabel()
    'share of customers'
    """
    shares = {name: Column(name, "number", 0, 1) for name in ("share", "lower", "upper")}
    words = {name: Column(name, "group") for name in ("offer", "state")}
    table = returned_by("offers()", table, **words, **shares)
    ax = fig.axes(ax, title="Whom each offer pleases", x="what is provided", y="share of customers")
    names = list(table["offer"].unique())
    for i, (state, colour) in enumerate(STATES.items()):
        part = table[table["state"] == state]
        place = np.array([names.index(name) for name in part["offer"]]) + (i - 1) * 0.27
        error = np.maximum([part["share"] - part["lower"], part["upper"] - part["share"]], 0)
        ax.bar(place, part["share"], width=0.25, color=colour, label=fig.label(state))
        ax.errorbar(
            place, part["share"], yerr=error, fmt="none", ecolor="black", elinewidth=1.2, capsize=3
        )
    ax.set_xticks(np.arange(len(names)), [_lines(name, len(names)) for name in names])
    fig.percent(ax)
    ax.set_ylim(0, 1)
    fig.legend_above(ax)
    return ax


def _lines(name: object, places: int) -> str:
    """Break the name of an offer so that it fits its place on the axis."""
    return "\n".join(textwrap.wrap(fig.label(str(name)[:60]), max(8, 64 // places)))
