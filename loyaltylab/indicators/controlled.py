"""Elasticities from choices with the unseen demand controlled, and intervals that know it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, rows
from loyaltylab.base.stats import Array, between, whole
from loyaltylab.indicators.choice import maximum
from loyaltylab.indicators.choice_fit import own_price
from loyaltylab.indicators.choice_panel import (
    in_order,
    listed,
    number_or_flag,
    plain,
    read_panel,
    take_positive,
)


def price_residual(
    data: Data,
    *,
    price: Hashable = "price",
    instrument: Hashable = "cost",
    brand: Hashable = "brand",
    controls: Sequence[Hashable] = (),
) -> pd.Series[float]:
    """Return what cost and controls leave unexplained of the log price, brand by brand.

    As a feature of :func:`fit_brand_choice` it stands for whatever else moved the price, such as
    a demand that the analyst does not see (a control function, Petrin & Train 2010). The later
    fit takes it as known, so that its intervals are too narrow; :func:`controlled_elasticities` has
    honest ones.

    Parameters
    ----------
    data
        A frame or file, one row per time and brand.
    price, instrument
        Columns of numbers above 0; their logs are used.
    brand
        Column of brands; each has its own regression.
    controls
        Columns of numbers or True/False that also explain the price, such as promotions.

    Returns
    -------
    pandas.Series
        In the order and with the index of ``data``.

    Raises
    ------
    InputError
        For bad columns, or an instrument that does not move for a brand.

    References
    ----------
    Petrin, A. & Train, K. (2010), "A control function approach to endogeneity in consumer
    choice models", Journal of Marketing Research 47(1), 3-13.

    Examples
    --------
    >>> weeks = pd.DataFrame({"brand": "A", "cost": [1, 2, 1, 2.], "price": [2, 4, 3, 6.]})
    >>> price_residual(weeks).round(2).tolist()
    [-0.2, -0.2, 0.2, 0.2]
    """
    table, controls = read(data), listed("controls", controls)
    wanted = {
        "price": Column(price, "number", 0),
        "instrument": Column(instrument, "number", 0),
        "brand": Column(brand, "group"),
    }
    for i, name in enumerate(controls):
        wanted[f"control{i}"] = number_or_flag(table, name)
    frame = take_positive(table, "price", "instrument", **wanted).reset_index(drop=True)
    left = np.empty(len(frame))
    names = [f"control{i}" for i in range(len(controls))]
    for name, at in frame.groupby("brand", observed=True).indices.items():
        part = frame.iloc[at]
        if np.ptp(np.log(part["instrument"].to_numpy())) < 1e-12:
            raise InputError(
                f"Column {shown(instrument)} does not move for brand {plain(name)}, so that it"
                " cannot tell what the cost did to the price."
            )
        z = np.column_stack([np.ones(len(at)), np.log(part["instrument"]), part[names]])
        y = np.log(part["price"].to_numpy())
        left[at] = y - z.astype(float) @ np.linalg.lstsq(z.astype(float), y, rcond=None)[0]
    return pd.Series(left, index=table.index, name="price_residual")


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
    from scipy.stats import t as student

    between("level", level, 0, 1, open_ends=True)
    blocks = whole("blocks", blocks, 5, 100)
    controls = listed("controls", controls)
    table = read(data)
    code = in_order(table, time)
    count = int(code.max()) + 1
    if count < blocks:
        raise InputError(
            f"Column {shown(time)} holds {count} different times, fewer than blocks={blocks}; give"
            " a column of more times, or take fewer blocks (at least 5)."
        )
    panel = read_panel(table, customer, occasion, brand, price, chosen, [], True)
    apart = pd.Series(False, index=table.index)
    apart.iloc[panel.row.ravel()] = (code[panel.row] != code[panel.row[:, :1]]).ravel()
    if apart.any():
        raise InputError(
            f"Column {shown(time)} must be the same for all brands of an occasion, but it differs"
            f" in {rows(apart)}."
        )
    kind: Any = {"price": price, "instrument": instrument, "brand": brand, "controls": controls}
    price_residual(table, **kind)  # looks at the columns
    names = list(dict.fromkeys([time, brand, price, instrument, *controls]))
    same = table[names].groupby(names, sort=False, observed=True).ngroup().to_numpy()
    once = np.flatnonzero(~pd.Series(same).duplicated().to_numpy())
    group = code * blocks // count
    terms = [*(f"{name} (brand)" for name in panel.brands[1:]), "log price", "residual"]

    def stages(out: int) -> tuple[Array, Array]:
        """Return elasticities and shares without one block of time (-1: with all)."""
        used = once[group[once] != out]
        left = np.zeros(len(once))
        left[same[used]] = price_residual(table.iloc[used], **kind).to_numpy()
        keep = group[panel.row[:, 0]] != out
        residual = left[same[panel.row[keep]]]
        design = np.concatenate([panel.design()[keep], residual[:, :, None]], axis=2)
        beta = np.asarray(maximum(design, panel.chosen[keep], terms).params)
        return own_price(beta, design, 1.0), panel.chosen[keep].mean(axis=0)

    value, share = stages(-1)
    without = np.array([stages(g)[0] for g in range(blocks)])
    spread = ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    error = np.sqrt((blocks - 1) / blocks * spread)
    half = float(student.ppf((1 + level) / 2, blocks - 1)) * error
    return pd.DataFrame(
        {
            "brand": panel.brands,
            "share": share,
            "elasticity": value,
            "standard_error": error,
            "lower": value - half,
            "upper": value + half,
            "n": len(panel.chosen),
            "blocks": blocks,
        }
    )
