"""A conditional logit of brand choice, and the elasticities that it implies."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Column, Data, read, rows, take
from loyaltylab.base.stats import Array, between, whole
from loyaltylab.indicators.carried import carried
from loyaltylab.indicators.choice_fit import BrandChoiceFit
from loyaltylab.indicators.residual import number_or_flag

MOST_BRANDS = 50


class Panel(NamedTuple):
    """Choices as arrays: occasions by brands (by features), sorted by customer and occasion."""

    brands: list[Any]
    customer: npt.NDArray[np.int64]
    begin: npt.NDArray[np.int64]
    chosen: Array
    price: Array
    features: Array
    customers: int


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
    panel = read_panel(data, customer, occasion, brand, price, chosen, list(features), log_price)
    if panel.customers < 2:
        raise InputError(
            f"Column {shown(customer)} holds one customer only, from whom no interval follows."
        )
    keep = np.arange(len(panel.customer)) - panel.begin[panel.customer] >= warm_up
    if not keep.any():
        raise InputError(f"No customer has more than warm_up={warm_up} occasions; take fewer.")
    if loyalty and carry is None:
        carry = _likeliest(panel, keep)
    design = _design(panel, carry)[keep]
    terms = [f"{name} (brand)" for name in panel.brands[1:]]
    terms += ["log price" if log_price else "price", *map(str, features)]
    terms += ["loyalty"] if loyalty else []
    fitted = maximum(design, panel.chosen[keep], terms)
    shelf = panel.price[keep]
    return BrandChoiceFit(
        tuple(terms), tuple(panel.brands), fitted, design, panel.chosen[keep],
        np.ones_like(shelf) if log_price else shelf,
        np.unique(panel.customer[keep], return_inverse=True)[1], carry, level,
    )  # fmt: skip


def read_panel(
    data: Data, customer: Any, occasion: Any, brand: Any, price: Any, chosen: Any,
    features: list[Any], log_price: bool,
) -> Panel:  # fmt: skip
    """Check the choices and bring them into arrays."""
    wanted = {
        "customer": Column(customer, "group"),
        "occasion": Column(occasion, "group"),
        "brand": Column(brand, "group"),
        "price": Column(price, "number", np.finfo(float).tiny if log_price else 0),
        "chosen": Column(chosen, "flag"),
    }
    table = read(data)
    for i, name in enumerate(features):
        wanted[f"feature{i}"] = number_or_flag(table, name)
    frame = take(table, **wanted)
    what, brands = pd.factorize(frame["brand"], sort=True)
    j = len(brands)
    if not 2 <= j <= MOST_BRANDS:
        raise InputError(
            f"Column {shown(brand)} must hold 2 to {MOST_BRANDS} brands to choose among, not {j}."
        )
    who = pd.factorize(frame["customer"], sort=True)[0]
    when = pd.factorize(frame["occasion"], sort=True)[0]
    order = np.lexsort((what, when, who))
    shelf = (who * (when.max() + 1) + when)[order]
    full = len(order) % j == 0 and bool(np.all(what[order].reshape(-1, j) == np.arange(j)))
    if not full or not np.all(shelf.reshape(-1, j) == shelf[::j, None]):
        raise InputError(
            f"Each occasion must list each of the {j} brands once ({some(brands)}); add the missing"
            " rows, or drop brands that were not always on the shelf."
        )
    picked = frame["chosen"].to_numpy()[order].reshape(-1, j)
    wrong = picked.sum(axis=1) != 1
    if wrong.any():
        label = pd.Series(np.repeat(wrong, j), index=frame.index[order])
        raise InputError(
            f"Exactly one brand must be chosen on each occasion, but not so in {rows(label)}."
        )
    if (~picked.any(axis=0)).any():
        never = brands[int(np.argmin(picked.any(axis=0)))]
        raise InputError(f"Brand {shown(never)} was never chosen; drop its rows.")
    cost = frame["price"].to_numpy()[order].reshape(-1, j)
    more = frame[[f"feature{i}" for i in range(len(features))]].to_numpy(float)[order]
    person = who[order][::j]
    begin = np.flatnonzero(np.diff(person, prepend=-1))
    more = more.reshape(len(picked), j, -1 if features else 0)
    cost = np.log(cost) if log_price else cost
    codes, taken = person.astype(np.int64), picked.astype(float)
    return Panel(list(brands), codes, begin, taken, cost, more, len(begin))


def _design(panel: Panel, carry: float | None) -> Array:
    t, j = panel.chosen.shape
    constants = np.broadcast_to(np.eye(j)[:, 1:], (t, j, j - 1))
    parts = [constants, panel.price[:, :, None], panel.features]
    if carry is not None:
        parts.append(carried(panel.begin, panel.customer, panel.chosen, carry)[:, :, None])
    return np.concatenate(parts, axis=2)


def _likeliest(panel: Panel, keep: npt.NDArray[np.bool_]) -> float:
    from scipy.optimize import minimize_scalar

    def loss(carry: float) -> float:
        design = _design(panel, carry)[keep]
        return -float(maximum(design, panel.chosen[keep], [])["log_likelihood"])

    bounded: Any = minimize_scalar(
        loss, bounds=(0.02, 0.99), method="bounded", options={"xatol": 0.005}
    )
    return float(bounded.x)


def maximum(design: Array, chosen: Array, terms: list[str]) -> dict[str, Any]:
    """Maximise the likelihood of a conditional logit by Newton steps; it has one peak."""
    beta = np.zeros(design.shape[2])
    centre = np.einsum("tj,tjk->tk", chosen, design)
    log = -np.inf
    for _ in range(100):
        p, new = probabilities(design @ beta, chosen)
        mean = np.einsum("tj,tjk->tk", p, design)
        gradient = (centre - mean).sum(axis=0)
        spread = np.einsum("tj,tjk,tjl->kl", p, design, design, optimize=True) - mean.T @ mean
        if np.linalg.cond(spread) > 1e13:
            raise InputError(
                f"The terms {some(terms)} cannot be told apart in these data, or one of them"
                " decides every choice; drop a feature, or a brand that hardly anyone chose."
            )
        step = np.linalg.solve(spread, gradient)
        if new - log < 1e-10 * abs(new) and np.abs(step).max() < 1e-8 * (1 + np.abs(beta).max()):
            break
        log = new
        beta = beta + step * min(1.0, 10.0 / max(np.abs(step).max(), 1e-300))
    return {"beta": beta, "inverse": np.linalg.inv(spread), "log_likelihood": new}


def probabilities(utility: Array, chosen: Array) -> tuple[Array, float]:
    """Return choice probabilities and the log-likelihood of what was chosen."""
    u = utility - utility.max(axis=1, keepdims=True)
    e = np.exp(u)
    total = e.sum(axis=1, keepdims=True)
    return e / total, float((chosen * u).sum() - np.log(total).sum())
