"""What customers without a contract are worth: purchases to come, times what they spend."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import between, positive, whole
from loyaltylab.lifetime.bgnbd_fit import BGNBDFit
from loyaltylab.lifetime.forecasts import forecast
from loyaltylab.lifetime.gamma_gamma import expected_amount
from loyaltylab.lifetime.histories import checked_histories
from loyaltylab.lifetime.maximum import Array, normal, power
from loyaltylab.lifetime.spend import GammaGammaFit


def clv(
    data: Data,
    repeat: BGNBDFit,
    spend: GammaGammaFit,
    *,
    horizon: float = 52.0,
    margin: float = 1.0,
    discount: float = 0.0,
    steps: int = 12,
    x: Hashable = "x",
    t_x: Hashable = "t_x",
    T: Hashable = "T",  # noqa: N803
    mean_amount: Hashable = "mean_amount",
    level: float = 0.95,
) -> pd.DataFrame:
    """Value of each customer over a horizon: discounted purchases × amount × margin.

    ``Σ (Y(t_k) − Y(t_k−1)) / (1+d)^m_k · E(amount) · margin``: the expected purchases Y are
    those of the BG/NBD model, in ``steps`` parts of the horizon, each discounted from its
    middle m; the amount is that of the gamma-gamma model, which takes it as independent of
    how often a customer buys (see :meth:`GammaGammaFit.independence`).

    Parameters
    ----------
    data
        A frame as ``summarise(…, amount=…)`` returns it.
    repeat, spend
        What :func:`fit_bgnbd` and :func:`fit_gamma_gamma` found.
    horizon
        Length of the time ahead, in the unit of T.
    margin
        Share of an amount that is margin, 0 to 1.
    discount
        Discount rate per unit of T (0.002 a week is about 11 % a year).
    steps
        Parts of the horizon, 1 to 1000; without discount one is enough and is used.
    x, t_x, T, mean_amount
        Columns.
    level
        Coverage of the intervals (delta method on the log scale), from the uncertainty of
        the parameters alone: of the expected value, and not of what one customer will bring.

    Returns
    -------
    pandas.DataFrame
        ``x, t_x, T, mean_amount, discounted_purchases`` (the expected ones, each times its
        discount factor), ``expected_amount, value, lower, upper``, with the index of the data.

    Raises
    ------
    InputError
        For values that are not valid, or a model whose mean amount is infinite.

    Examples
    --------
    >>> from loyaltylab.lifetime.bgnbd import simulate_bgnbd
    >>> from loyaltylab.lifetime.gamma_gamma import simulate_gamma_gamma
    >>> from loyaltylab.lifetime.repeat_buying import fit_bgnbd
    >>> from loyaltylab.lifetime.spend import fit_gamma_gamma
    >>> people = simulate_bgnbd(3000, seed=1)
    >>> money = simulate_gamma_gamma(3000, x=people["x"], seed=2)
    >>> people["mean_amount"] = money["mean_amount"]
    >>> worth = clv(people, fit_bgnbd(people), fit_gamma_gamma(people), margin=0.3)
    >>> worth[["x", "value", "lower", "upper"]].head(3).round(1)
        x  value  lower  upper
    0   1    6.9    6.3    7.5
    1  17  166.5  150.2  184.6
    2   0    2.7    2.4    2.9
    """
    for name, fit, wanted in (("repeat", repeat, BGNBDFit), ("spend", spend, GammaGammaFit)):
        if not isinstance(fit, wanted):
            raise InputError(f"{name} must be a {wanted.__name__}, not {shown(fit)}.")
    ahead, share = positive("horizon", horizon), between("margin", margin, 0, 1)
    rate, z = between("discount", discount, 0, 1), normal(level)
    parts = whole("steps", steps, 1, 1000) if rate > 0 else 1
    history = checked_histories(data, x, t_x, T)
    amounts = spend.predict(data, x=x, mean_amount=mean_amount, level=level)
    often, recency, age = (history[name].to_numpy() for name in ("x", "t_x", "T"))
    own = amounts["mean_amount"].to_numpy()

    def purchases(parameters: Array) -> Array:
        ends = np.linspace(0, ahead, parts + 1)[1:]
        worth = (1 + rate) ** -(ends - ahead / parts / 2)
        total, before = np.zeros(len(often)), np.zeros(len(often))
        for end, factor in zip(ends, worth, strict=True):
            reached = forecast(parameters, end, often, recency, age)
            total += factor * (reached - before)
            before = reached
        return np.asarray(np.log(np.maximum(total, 1e-300)))

    bought, error = repeat.maximum.spread(purchases)
    paid, other = spend.maximum.spread(lambda v: np.log(expected_amount(v, often, own)))
    both = z * np.hypot(error, other)  # the two likelihoods share no parameter
    table = history.assign(
        x=amounts["x"],
        mean_amount=own,
        discounted_purchases=power(bought),
        expected_amount=power(paid),
    )
    for name, step in (("value", 0.0), ("lower", -both), ("upper", both)):
        table[name] = share * power(bought + paid + step)
    return table
