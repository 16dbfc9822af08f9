"""A conditional logit of brand choice, and the elasticities that it implies."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd  # noqa: F401 (doctest)

from loyaltylab.base import logit
from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Data, read
from loyaltylab.base.stats import Array, between, whole
from loyaltylab.indicators.choice_fit import BrandChoiceFit
from loyaltylab.indicators.choice_panel import Panel, in_order, listed, read_panel

COLLINEAR = 1e-10
"""Least root of the terms' correlations, within occasions, that can still be told from 0."""


def fit_brand_choice(
    data: Data,
    *,
    customer: Hashable = "household",
    occasion: Hashable = "occasion",
    brand: Hashable = "brand",
    price: Hashable = "price",
    chosen: Hashable = "chosen",
    features: Sequence[Hashable] = (),
    log_price: bool = False,
    loyalty: bool = False,
    carry: float | None = None,
    warm_up: int = 1,
    level: float = 0.95,
) -> BrandChoiceFit:
    """Fit a conditional logit of which brand was chosen (McFadden 1974).

    ``P(brand) ∝ exp(constant + β · price + features (+ loyalty))``. Without ``loyalty`` all
    customers are alike but for chance; with it, a running share of each one's own past purchases
    stands for what he likes (Guadagni & Little 1983). Standard errors are clustered by customer;
    intervals use t with one degree of freedom less than there are customers.

    Parameters
    ----------
    data
        A frame or file, one row per occasion and brand on the shelf.
    customer, occasion
        Columns; occasions of a customer are taken in their order.
    brand, price, chosen
        Columns: the brand, its price then (>= 0, or above 0 for its log), whether it was chosen
        (exactly one is).
    features
        Columns of further numbers, such as feature advertising or display (0/1).
    log_price
        Whether the logarithm of the price enters instead of the price.
    loyalty
        Whether past purchases enter.
    carry
        How much of the loyalty is carried over a purchase, 0 to 1; None finds the likeliest.
        Intervals take it as given.
    warm_up
        With loyalty, each customer's first occasions that only serve to know him; at least 1.
    level
        Coverage.

    Returns
    -------
    BrandChoiceFit
        With ``.table()``, ``.elasticities()``, ``.predict()``, ``.plot()``.

    Raises
    ------
    InputError
        For bad columns, an occasion without exactly one choice or without every brand, a brand
        that was never chosen, a single customer, or features that cannot be told apart.

    References
    ----------
    Guadagni, P. M. & Little, J. D. C. (1983), "A logit model of brand choice calibrated on
    scanner data", Marketing Science 2(3), 203-238.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> price = rng.uniform(1, 2, (300, 2))
    >>> first = rng.random(300) < 1 / (1 + np.exp(2 * (price[:, 0] - price[:, 1])))
    >>> shelf = pd.DataFrame({"household": np.repeat(np.arange(300) // 5, 2),
    ...     "occasion": np.repeat(np.arange(300), 2), "brand": ["A", "B"] * 300,
    ...     "price": price.ravel(), "chosen": np.column_stack([first, ~first]).ravel()})
    >>> fit_brand_choice(shelf).table()[["term", "estimate"]].round(1)
            term  estimate
    0  B (brand)       0.1
    1      price      -2.4
    """
    between("level", level, 0, 1, open_ends=True)
    warm_up = whole("warm_up", warm_up, 1, 1000) if loyalty else 0
    if carry is not None:
        carry = between("carry", carry, 0, 1, open_ends=True)
        if not loyalty:
            raise InputError("carry belongs to loyalty; give loyalty=True, or leave carry out.")
    data, more = read(data), listed("features", features)
    if loyalty:
        in_order(data, occasion)  # as text, 10 would come before 2
    panel = read_panel(data, customer, occasion, brand, price, chosen, more, log_price)
    keep = np.arange(len(panel.customer)) - panel.begin[panel.customer] >= warm_up
    if not keep.any():
        raise InputError(f"No customer has more than warm_up={warm_up} occasions; take fewer.")
    who = np.unique(panel.customer[keep], return_inverse=True)[1]
    if who.max() < 1:
        later = f" with more than warm_up={warm_up} occasions" if warm_up else ""
        raise InputError(
            f"Column {shown(customer)} holds one customer only{later}, from whom no interval"
            " follows; give at least two."
        )
    terms = [f"{name} (brand)" for name in panel.brands[1:]]
    terms += ["log price" if log_price else "price", *map(str, more)]
    terms += ["loyalty"] if loyalty else []
    if loyalty and carry is None:
        carry = _likeliest(panel, keep, terms)
    design = panel.design(carry)[keep]
    result = maximum(design, panel.chosen[keep], terms)
    scale = np.ones_like(panel.price[keep]) if log_price else panel.price[keep]
    return BrandChoiceFit(
        tuple(terms), tuple(panel.brands), result, design, panel.chosen[keep], scale, who, carry,
        level,
    )  # fmt: skip


def _likeliest(panel: Panel, keep: npt.NDArray[np.bool_], terms: list[str]) -> float:
    from scipy.optimize import minimize_scalar

    def loss(carry: float) -> float:
        return -float(maximum(panel.design(carry)[keep], panel.chosen[keep], terms).llf)

    bounded: Any = minimize_scalar(
        loss, bounds=(0.02, 0.99), method="bounded", options={"xatol": 0.005}
    )
    return float(bounded.x)


def maximum(design: Array, chosen: Array, terms: list[str]) -> Any:
    """Fit the conditional logit of :mod:`loyaltylab.base.logit` to occasions by brands by terms."""
    count, brands, k = design.shape
    never = np.asarray(chosen.sum(axis=0) == 0)
    if never.any():
        first = terms[: brands - 1]
        name = "The first brand" if never[0] else f"{first[int(np.argmax(never)) - 1]}"
        raise InputError(
            f"{name} was never chosen on the occasions that are left to fit; drop its rows, or"
            " leave out fewer occasions."
        )
    rows = design.reshape(-1, k)
    occasion = np.repeat(np.arange(count), brands)
    inside = logit.within(rows, occasion)
    size = np.sqrt(np.mean(inside**2, axis=0))
    for term, spread, top in zip(terms, size, np.abs(rows).max(axis=0), strict=True):
        if not spread > 1e-9 * top:
            raise InputError(
                f"The term {shown(term)} never differs between the brands of an occasion, so that"
                " no choice tells of it; leave it out, or check which column it is."
            )
    alike = inside / size
    if np.linalg.eigvalsh(alike.T @ alike / len(rows))[0] < COLLINEAR:
        raise InputError(
            f"The terms {some(terms)} cannot be told apart in these data, for one follows from the"
            " others; drop one of them."
        )
    return logit.maximum(rows, chosen.ravel(), occasion)
