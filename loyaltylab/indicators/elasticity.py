"""Own-price elasticity from two observations, and from a series of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import Array, between, positive, whole

WEAK = 10.0
"""F of the first stage below which an instrument is called weak (Staiger & Stock 1997)."""


def point_elasticity(
    price_old: float, price_new: float, quantity_old: float, quantity_new: float
) -> float:
    """Return ``E = (ΔQ / Q_old) / (ΔP / P_old)``: the documents' formula (C015).

    It depends on which of the two points is called the old one.

    Raises
    ------
    InputError
        If a price or the old quantity is not above 0, or the prices are equal.

    Examples
    --------
    >>> point_elasticity(10, 12, 100, 80)
    -1.0
    >>> round(point_elasticity(12, 10, 80, 100), 2)
    -1.5
    """
    p, r, q, s = _two(price_old, price_new, quantity_old, quantity_new)
    return (s - q) / q / ((r - p) / p)


def arc_elasticity(
    price_old: float, price_new: float, quantity_old: float, quantity_new: float
) -> float:
    """Return the midpoint elasticity ``(ΔQ / Q̄) / (ΔP / P̄)``, the same in both directions.

    Raises
    ------
    InputError
        If a price or the old quantity is not above 0, or the prices are equal.

    Examples
    --------
    >>> round(arc_elasticity(10, 12, 100, 80), 3), round(arc_elasticity(12, 10, 80, 100), 3)
    (-1.222, -1.222)
    """
    p, r, q, s = _two(price_old, price_new, quantity_old, quantity_new)
    return (s - q) / (s + q) / ((r - p) / (r + p))


def _two(*values: float) -> tuple[float, float, float, float]:
    names = ("price_old", "price_new", "quantity_old")
    p, r, q = (positive(name, v) for name, v in zip(names, values[:3], strict=True))
    s = between("quantity_new", values[3], 0, 1e14)
    if p == r:
        raise InputError(
            f"price_old and price_new must differ, for the change of price is divided by; both are"
            f" {shown(p)}."
        )
    return p, r, q, s


def loglog_elasticity(
    data: Data,
    *,
    quantity: Hashable = "quantity",
    price: Hashable = "price",
    time: Hashable = "week",
    brand: Hashable | None = "brand",
    controls: Sequence[Hashable] = (),
    instrument: Hashable | None = None,
    lags: int = 4,
    level: float = 0.95,
) -> pd.DataFrame:
    """Regress log quantity on log price, brand by brand, with HAC standard errors.

    Without an instrument it is least squares; the slope is an elasticity of demand only if the
    price did not itself follow what moved demand. With one (a cost, say) it is two-stage least
    squares: only those moves of the price count that the instrument explains.

    Parameters
    ----------
    data
        A frame or file, one row per time and brand.
    quantity, price
        Columns of numbers above 0; their logs are used.
    time
        Column of whole numbers or dates, by which the rows are ordered for the HAC errors.
    brand
        Column of brands, or None for one.
    controls
        Columns of numbers that enter as they are.
    instrument
        Column of numbers above 0 (its log is used), or None.
    lags
        Bandwidth of the HAC covariance (Newey & West 1987), in periods.
    level
        Coverage; Student's t with the residual degrees of freedom.

    Returns
    -------
    pandas.DataFrame
        ``brand, method, elasticity, standard_error, lower, upper, first_stage_f`` (of the
        instrument, robust; NaN without; below 10 is weak), ``n`` (periods).

    Raises
    ------
    InputError
        For bad columns, a doubled time of a brand, a price or an instrument that does not move,
        or too few periods.

    References
    ----------
    Newey, W. K. & West, K. D. (1987), Econometrica 55(3). Wright, P. G. (1928), *The Tariff on
    Animal and Vegetable Oils*, appendix B, is the first use of an instrument for an elasticity.

    Examples
    --------
    >>> weeks = pd.DataFrame({"week": range(1, 9), "price": [4, 5, 4, 5, 4, 5, 4, 5.]})
    >>> weeks["quantity"] = 100 * weeks["price"] ** -2.0 * [1.1, 1, 0.9, 1, 1, 1.1, 1, 0.9]
    >>> loglog_elasticity(weeks, brand=None).round(2)[["brand", "elasticity", "n"]]
      brand  elasticity  n
    0   all        -2.0  8
    """
    between("level", level, 0, 1, open_ends=True)
    lags = whole("lags", lags, 0, 100)
    rows = _series(data, quantity, price, time, brand, list(controls), instrument)
    found = []
    names = [c for c in rows.columns if str(c).startswith("control")]
    for name, part in rows.groupby("brand", observed=True, sort=True):
        part = part.sort_values("time")
        if part["time"].duplicated().any():
            raise InputError(
                f"Column {shown(time)} holds a time twice for brand {shown(name)}; add up the"
                " quantities of each time first."
            )
        y, x = (part[c].to_numpy() for c in ("quantity", "price"))
        rest = np.column_stack([np.ones(len(part)), part[names].to_numpy(float)])
        if len(part) < rest.shape[1] + 3:
            raise InputError(
                f"Brand {shown(name)} has {len(part)} periods, too few for a regression with"
                f" {rest.shape[1] + 1} coefficients; give at least {rest.shape[1] + 3}."
            )
        z = x if instrument is None else part["instrument"].to_numpy()
        for column, values in ((price, x), (instrument, z)):
            if np.ptp(values) < 1e-12:
                raise InputError(
                    f"Column {shown(column)} does not move for brand {shown(name)}, so that it"
                    " cannot tell an elasticity."
                )
        found.append((name, *_slope(y, x, z, rest, lags, level, instrument is not None)))
    columns = ["brand", "method", "elasticity", "standard_error", "lower", "upper"]
    return pd.DataFrame(found, columns=[*columns, "first_stage_f", "n"])


def _series(
    data: Data, quantity: Any, price: Any, time: Any, brand: Any, controls: list[Any], z: Any
) -> pd.DataFrame:
    """Return the columns by role, logs taken."""
    tiny = np.finfo(float).tiny
    wanted = {
        "quantity": Column(quantity, "number", 0),
        "price": Column(price, "number", tiny),
        "time": Column(time, "group"),
        **{f"control{i}": Column(c, "number") for i, c in enumerate(controls)},
    }
    if brand is not None:
        wanted["brand"] = Column(brand, "group")
    if z is not None:
        wanted["instrument"] = Column(z, "number", tiny)
    rows = take(data, **wanted)
    if (rows["quantity"] <= 0).any():
        where = int((rows["quantity"] <= 0).sum())
        raise InputError(
            f"Column {shown(quantity)} is 0 in {where} rows, whose logarithm does not exist; take"
            " longer periods, or a choice model (fit_brand_choice)."
        )
    for role in {"quantity", "price", "instrument"} & set(rows):
        rows[role] = np.log(rows[role])
    return rows if brand is not None else rows.assign(brand="all")


def _slope(
    y: Array, x: Array, z: Array, rest: Array, lags: int, level: float, iv: bool
) -> tuple[str, float, float, float, float, float, int]:
    """Estimate one slope by just-identified 2SLS (least squares where the instrument is x)."""
    from scipy.stats import t as student
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.sandwich_covariance import S_hac_simple

    design, tools = np.column_stack([x, rest]), np.column_stack([z, rest])
    inverse = np.linalg.inv(tools.T @ design)
    beta = inverse @ tools.T @ y
    residual = y - design @ beta
    n, k = design.shape
    middle = S_hac_simple(tools * residual[:, None], nlags=lags)
    covariance = inverse @ middle @ inverse.T * n / (n - k)
    error = float(np.sqrt(covariance[0, 0]))
    half = float(student.ppf((1 + level) / 2, n - k)) * error
    f = np.nan
    if iv:
        first = OLS(x, tools).fit(cov_type="HAC", cov_kwds={"maxlags": lags})
        f = float(first.tvalues[0] ** 2)
    slope = float(beta[0])
    return "IV" if iv else "log-log", slope, error, slope - half, slope + half, f, n
