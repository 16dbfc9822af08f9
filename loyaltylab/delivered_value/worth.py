"""What people would pay: ratios of fitted weights, with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.stats import Array, generator, whole

if TYPE_CHECKING:
    from loyaltylab.delivered_value.choice_fit import ChoiceFit

Method = Literal["krinsky_robb", "delta"]


def paid(
    fit: ChoiceFit,
    price: Any,
    method: Method,
    draws: int,
    seed: int | np.random.Generator | None,
) -> pd.DataFrame:
    """Return what a unit of each attribute is worth; see :meth:`ChoiceFit.willingness_to_pay`."""
    if price not in fit.names:
        raise InputError(
            f"price is {shown(price)}{nearest(price, fit.names)}, which is no attribute of the"
            f" fit; they are {some(fit.names)}."
        )
    if method not in ("krinsky_robb", "delta"):
        raise InputError(f"method must be 'krinsky_robb' or 'delta', not {shown(method)}.")
    whole("draws", draws, 100, 1_000_000)
    p, rest = fit.names.index(price), [i for i, n in enumerate(fit.names) if n != price]
    weight = float(fit.weights[p])
    if weight >= 0:
        raise InputError(
            f"The weight of {shown(price)} is {weight:.3g} and not below 0, so nobody pays for"
            " anything; check that it is a price, or what else moves with it."
        )
    worth = -fit.weights[rest] / weight
    if method == "delta":
        half = fit.quantile * _delta(fit, p, rest)
        lower, upper = worth - half, worth + half
    else:
        drawn = _drawn(fit, draws, generator(seed))
        ends = [(1 - fit.level) / 2, (1 + fit.level) / 2]
        lower, upper = np.quantile(-drawn[:, rest] / drawn[:, [p]], ends, axis=0)
    return pd.DataFrame(
        {
            "attribute": [fit.names[i] for i in rest],
            "worth": worth,
            "lower": lower,
            "upper": upper,
            "price_clear": bool(weight + fit.quantile * fit.errors[p] < 0),
        }
    )


def _delta(fit: ChoiceFit, p: int, rest: list[int]) -> Array:
    """Return standard errors of the ratios by the linear approximation."""
    weight = float(fit.weights[p])
    slopes = np.zeros((len(rest), len(fit.names)))
    slopes[np.arange(len(rest)), rest] = -1 / weight
    slopes[:, p] = fit.weights[rest] / weight**2
    return np.asarray(np.sqrt(((slopes @ fit.covariance) * slopes).sum(axis=1)))


def _drawn(fit: ChoiceFit, draws: int, draw: np.random.Generator) -> Array:
    """Draw weights: of a multivariate t, whose spread is that of the weights' intervals."""
    noise = draw.multivariate_normal(np.zeros(len(fit.weights)), fit.covariance, draws)
    if fit.clusters is not None:
        freedom = fit.clusters - 1
        noise /= np.sqrt(draw.chisquare(freedom, draws) / freedom)[:, None]
    return np.asarray(fit.weights + noise)
