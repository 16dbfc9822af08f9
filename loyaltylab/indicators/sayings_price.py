"""What the documents say of price, patience and lists of criteria (C015 to C019).

Where a document names criteria and no scores, an index follows only from scores and weights that
the user supplies; how many criteria it names is counted in our own transcription and is no check.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import between, positive, whole
from loyaltylab.indicators.composite import composite
from loyaltylab.indicators.demand import arc_elasticity, point_elasticity
from loyaltylab.indicators.sensitivity import random_weights, weight_moves

CONFOUNDERS = ("necessity", "supply", "competition")
"""What document 002 wants taken out first (C019)."""
OWN = "counted in our own transcription"
"""Of a count that checks nothing: it never stands as documented."""
SIX = {
    "repeats": "purchase_rhythm",
    "selection time": "selection_time",
    "brands bought": "brand_table",
    "spend on the brand": "purchase_rhythm",
    "price sensitivity": "fit_brand_choice",
    "tolerance of quality incidents": "forgiveness",
}
"""The six items of document 001 (C017), and what measures each here."""
FIVE = {
    "repeats": "purchase_rhythm",
    "selection time": "selection_time",
    "price sensitivity": "fit_brand_choice",
    "attitude to competitors": "composite",
    "tolerance of quality incidents": "forgiveness",
}
"""The five criteria of document 002 (C018); an attitude is a survey answer, taken as it is."""
SCORES = {
    "A": (0.9, 0.6, 0.3, 0.2, 0.8),
    "B": (0.5, 0.7, 0.8, 0.9, 0.4),
    "C": (0.4, 0.3, 0.5, 0.6, 0.2),
}
"""Illustrative scores of three brands on the five criteria, 0 to 1, higher is more loyal."""


def price_elasticity(
    price_old: float = 10.0,
    price_new: float = 12.0,
    quantity_old: float = 100.0,
    quantity_new: float = 80.0,
) -> list[Finding]:
    """Claim C015: per cent of demand per per cent of price; a low one counts as loyal.

    The formula needs a rule of sign (ordinary demand gives a negative value, so that low means
    near 0), and it depends on which of the two points comes first.

    Parameters
    ----------
    price_old, price_new, quantity_old, quantity_new
        Two observations; illustrative.

    Examples
    --------
    >>> [round(f.computed, 2) for f in price_elasticity()]
    [-1.0, -1.5, -1.22, -1.22]
    """
    there = price_old, price_new, quantity_old, quantity_new
    back = price_new, price_old, quantity_new, quantity_old
    said = "elasticity (% per %)"
    seen = f"{quantity_old:g} at {price_old:g}, {quantity_new:g} at {price_new:g} (illustrative)"
    return [
        derived(said, point_elasticity(*there), f"{seen}: formula of the document"),
        derived(said, point_elasticity(*back), f"{seen}: the same, the other way round"),
        derived(said, arc_elasticity(*there), f"{seen}: midpoint"),
        derived(said, arc_elasticity(*back), f"{seen}: midpoint, the other way round"),
    ]


def other_indicators(loyalty_slope: float = -1.0) -> list[Finding]:
    """Claim C016: two more signs of loyalty, a quick choice and patience with incidents.

    Neither formula nor scale is given. If the log of the time falls by ``loyalty_slope`` per unit
    of loyalty, a ratio of times follows; the default is illustrative.

    Examples
    --------
    >>> [round(f.computed, 2) for f in other_indicators()]
    [2.0, 0.37]
    """
    slope = between("loyalty_slope", loyalty_slope, -100, 100)
    named = {"selection time", "tolerance of quality incidents"} & set(SIX)
    return [
        derived("indicators named", float(len(named)), f"{OWN}; both are in C017 too"),
        derived(
            "time of a wholly loyal customer over that of one without loyalty",
            float(np.exp(slope)),
            f"log time moves by {slope:g} per unit of loyalty (illustrative)",
        ),
    ]


def list_of_six() -> list[Finding]:
    """Claim C017: loyalty is assessed on six items.

    Examples
    --------
    >>> [(f.reading, f.computed) for f in list_of_six()]
    [('items', 6.0), ('items that document 002 lists too (C018)', 4.0), ('index', None)]
    """
    shared = float(len(set(SIX) & set(FIVE)))
    return [
        derived("items", float(len(SIX)), f"{OWN} of document 001"),
        derived("items that document 002 lists too (C018)", shared, "items of the same meaning"),
        derived("index", None, "the document gives neither scales nor weights"),
    ]


def list_of_five(scores: Mapping[str, tuple[float, ...]] | None = None) -> list[Finding]:
    """Claim C018: loyalty is measured by five criteria, to be weighted and combined.

    Weights and scores are not printed. With scores that the user supplies, the function says who
    leads under equal weights, and how far the nearest weight must move to change that.

    Parameters
    ----------
    scores
        ``{name: five scores from 0 to 1}``, higher is more loyal, two names or more; None takes
        an illustrative example.

    Examples
    --------
    >>> [round(f.computed, 2) for f in list_of_five() if f.computed is not None]
    [5.0, 1.0, 0.13, 0.68]
    """
    held = SCORES if scores is None else scores
    if not isinstance(held, Mapping) or any(len(v) != len(FIVE) for v in held.values()):
        raise InputError(
            f"scores must give each name {len(FIVE)} scores, such as {{'A': (0.9, 0.5, 0.3, 0.2,"
            f" 0.6), …}}, not {shown(scores)}."
        )
    frame = pd.DataFrame.from_dict(dict(held), orient="index", columns=list(FIVE))
    frame = frame.rename_axis("name").reset_index()
    made = composite(frame, name="name", directions=dict.fromkeys(FIVE, "up"))
    moves = weight_moves(made)["move"].abs()
    first = random_weights(made, draws=4000, seed=1).set_index("name")["first"]
    top = made.table()["name"].iloc[0]
    given = "illustrative scores" if scores is None else "scores as given"
    nearest = None if moves.isna().all() else float(moves.min())
    return [
        derived("criteria", float(len(FIVE)), f"{OWN} of document 002"),
        derived(
            "criteria that document 001 does not list (C017)",
            float(len(set(FIVE) - set(SIX))),
            "attitude to competitors; document 001 has brands bought and spend instead",
        ),
        derived("index", None, "the document prints neither scores nor weights"),
        derived(
            f"smallest move of a weight that unseats {top}", nearest, f"{given}, equal weights"
        ),
        derived(f"share of all weightings that put {top} first", float(first[top]), given),
    ]


def three_confounders(price_response: float = 3.0, rivals: int = 4) -> list[Finding]:
    """Claim C019: price reaction tells of loyalty only without necessity, supply, competition.

    One and the same customer, who likes all brands alike and answers prices by a logit: his
    elasticity moves with the number of rivals, with the freedom to buy nothing, and with empty
    shelves, while his loyalty stays what it is.

    Parameters
    ----------
    price_response
        β of the logit, per unit of log price, above 0; illustrative.
    rivals
        Number of rival brands, at least 1; illustrative.

    Examples
    --------
    >>> [round(f.computed, 2) for f in three_confounders()]
    [3.0, -2.4, -1.5, -2.7, 0.0]
    """
    beta = positive("price_response", price_response)
    many = whole("rivals", rivals, 1, 10_000)
    said = "elasticity of the same customer (% per %)"
    given = f"logit with β = {beta:g} (illustrative)"

    def slope(options: float) -> float:
        return -beta * (1 - 1 / options)

    stock = arc_elasticity(1.0, 0.9, 100.0, 100.0)
    return [
        derived("confounders named", float(len(CONFOUNDERS)), f"{OWN}: {', '.join(CONFOUNDERS)}"),
        derived(said, slope(many + 1), f"{given}, {many} rivals"),
        derived(said, slope(2), f"{given}, competition: one rival only"),
        derived(
            said,
            slope(2 * (many + 1)),
            f"{given}, {many} rivals; no necessity: buys nothing half the time",
        ),
        derived(said, abs(stock), "supply: sold out before and after a price cut of 10%"),
    ]
