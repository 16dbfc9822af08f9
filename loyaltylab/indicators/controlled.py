"""Elasticities from choices with the unseen demand controlled, and intervals that know it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import Array, between, whole
from loyaltylab.indicators.choice import fit_brand_choice
from loyaltylab.indicators.residual import price_residual


def controlled_elasticities(
    data: Data,
    *,
    customer: Hashable = "household",
    occasion: Hashable = "occasion",
    brand: Hashable = "brand",
    price: Hashable = "price",
    chosen: Hashable = "chosen",
    time: Hashable = "week",
    instrument: Hashable = "cost",
    controls: Sequence[Hashable] = (),
    blocks: int = 15,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate own-price elasticities from choices, with the cost of each brand as instrument.

    What neither cost nor controls explain of the log price (:func:`price_residual`) enters the
    conditional logit of :func:`fit_brand_choice` as a term. Both stages are done anew without each
    of some blocks of time in turn (delete-a-group jackknife), so that the interval holds the error
    of the first stage and what all customers of a week have in common. Where households differ the
    logit of the market is an approximation: in fifty linked firms 88 % of the 95 % intervals held
    the true elasticity, whose size was underestimated by about 4 %.

    Parameters
    ----------
    data, customer, occasion, brand, price, chosen
        As for :func:`fit_brand_choice`; the log of the price enters.
    time
        Column of the time at which a price held (a week); it is cut into blocks in order.
    instrument, controls
        Columns, as for :func:`price_residual`.
    blocks
        How many, 5 to 100; at most as many as there are times.
    level
        Coverage; t with one degree of freedom less than blocks.

    Returns
    -------
    pandas.DataFrame
        ``brand, share, elasticity, standard_error, lower, upper, n`` (occasions), ``blocks``.

    Raises
    ------
    InputError
        For bad columns, or fewer times than blocks.

    References
    ----------
    Petrin & Train (2010), Journal of Marketing Research 47(1). Kott, P. S. (2001), "The
    delete-a-group jackknife", Journal of Official Statistics 17(4) (reported, not verified).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> cost, unseen = rng.uniform(1, 2, (40, 2)), rng.normal(0, 0.3, (40, 2))
    >>> price = cost * np.exp(unseen)
    >>> odds = np.exp(-2 * np.diff(np.log(price)) + 2 * np.diff(unseen)).repeat(20)
    >>> second = rng.random(800) < odds / (1 + odds)
    >>> shelf = pd.DataFrame({"household": np.repeat(np.arange(800) % 20, 2),
    ...     "occasion": np.repeat(np.arange(800), 2), "week": np.repeat(np.arange(40), 40),
    ...     "brand": ["A", "B"] * 800, "price": price.repeat(20, axis=0).ravel(),
    ...     "cost": cost.repeat(20, axis=0).ravel(),
    ...     "chosen": np.column_stack([~second, second]).ravel()})
    >>> controlled_elasticities(shelf, blocks=8).round(1)[["brand", "elasticity", "blocks"]]
      brand  elasticity  blocks
    0     A        -0.6       8
    1     B        -0.7       8
    """
    between("level", level, 0, 1, open_ends=True)
    table = read(data)
    when = take(table, time=Column(time, "group"))["time"].to_numpy()
    code = pd.factorize(when, sort=True)[0]
    count = int(code.max()) + 1
    blocks = whole("blocks", blocks, 5, 100)
    if count < blocks:
        raise InputError(
            f"Column {shown(time)} holds {count} different times, fewer than blocks={blocks}; take"
            " fewer blocks, at least 5."
        )
    names: dict[str, Any] = {
        "customer": customer,
        "occasion": occasion,
        "brand": brand,
        "price": price,
    }
    group = code * blocks // count

    def stages(keep: Array) -> pd.DataFrame:
        part = table[keep].reset_index(drop=True)
        key = pd.MultiIndex.from_arrays([code[keep], part[brand].astype(str)])
        once = ~key.duplicated()
        left = price_residual(
            part[once], price=price, instrument=instrument, brand=brand, controls=controls
        )
        part["residual of the price"] = pd.Series(left.to_numpy(), key[once])[key].to_numpy()
        features = ["residual of the price"]
        fit = fit_brand_choice(part, chosen=chosen, features=features, log_price=True, **names)
        return fit.elasticities()

    whole_table = stages(np.ones(len(table), bool))
    without = np.array([stages(group != g)["elasticity"].to_numpy() for g in range(blocks)])
    spread = ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    error = np.sqrt((blocks - 1) / blocks * spread)
    return _interval(whole_table, error, blocks, level)


def _interval(table: pd.DataFrame, error: Array, blocks: int, level: float) -> pd.DataFrame:
    from scipy.stats import t

    value = table["elasticity"].to_numpy()
    half = float(t.ppf((1 + level) / 2, blocks - 1)) * error
    return pd.DataFrame(
        {
            "brand": table["brand"],
            "share": table["share"],
            "elasticity": value,
            "standard_error": error,
            "lower": value - half,
            "upper": value + half,
            "n": table["n"],
            "blocks": blocks,
        }
    )
