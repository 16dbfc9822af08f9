"""Repeat buying without a contract: who still buys, and how often he will (BG/NBD)."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.lifetime import bgnbd
from loyaltylab.lifetime.bgnbd_fit import BGNBDFit
from loyaltylab.lifetime.histories import checked_histories, histories
from loyaltylab.lifetime.maximum import maximise


def fit_bgnbd(
    data: Data,
    *,
    x: Hashable = "x",
    t_x: Hashable = "t_x",
    T: Hashable = "T",  # noqa: N803
    weight: Hashable | None = None,
) -> BGNBDFit:
    """Fit the BG/NBD model by maximum likelihood (Fader, Hardie & Lee 2005).

    Customers buy as Poisson processes whose rates are gamma distributed over customers
    (shape r, rate alpha); after each repeat purchase a customer drops out with a probability
    that is beta distributed (a, b). Equal histories are counted once with a weight; gradient
    and Hessian are exact; standard errors come from the observed information.

    Parameters
    ----------
    data
        A frame as :func:`summarise` returns it, or the path of a CSV or Parquet file.
    x, t_x, T
        Columns: repeat purchases, time of the last one, time observed; all counted from the
        first purchase.
    weight
        Column: how many customers have the history of the row; None is one.

    Returns
    -------
    BGNBDFit
        Look at ``.note`` before a forecast: it says when the data do not identify the model.

    Raises
    ------
    InputError
        For bad columns, if nobody bought again, or if no maximum is found.

    References
    ----------
    Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005), "'Counting your customers' the easy
    way: an alternative to the Pareto/NBD model", Marketing Science 24(2), 275-284.

    Examples
    --------
    >>> from loyaltylab.lifetime.bgnbd import simulate_bgnbd
    >>> fit = fit_bgnbd(simulate_bgnbd(5000, seed=1))
    >>> fit.probability_active([4, 4], [30, 10], 39).round(2)
         x   t_x     T  probability_active  lower  upper
    0  4.0  30.0  39.0                0.70   0.68   0.73
    1  4.0  10.0  39.0                0.05   0.05   0.06
    """
    frame = checked_histories(data, x, t_x, T, weight)
    for name, column in ((T, "T"), (weight, "weight")):
        if column in frame and not (frame[column] > 0).any():
            raise InputError(
                f"Column {shown(name)} is 0 in every row, so that nobody was observed."
            )
    counts = frame["weight"].to_numpy() if weight is not None else None
    often, recency, age = (frame[name].to_numpy() for name in ("x", "t_x", "T"))
    held = histories(often, recency, age, counts)
    if not held.weight.sum() > 0:
        row = "row" if weight is None else "row that counts"
        raise InputError(
            f"Column {shown(x)} is 0 in every {row}: nobody bought again, so that nothing says how"
            " fast customers buy or drop out; observe them for longer."
        )
    likelihood = partial(bgnbd.likelihood, held)
    found = maximise(likelihood, bgnbd.NAMES, bgnbd.starts(held), held.n)
    return BGNBDFit(found, held)
