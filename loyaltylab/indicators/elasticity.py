"""Own-price elasticity from a series, and elasticities of several methods in one picture."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, returned_by, rows
from loyaltylab.base.stats import Array, between, whole
from loyaltylab.indicators.choice_panel import (
    in_order,
    listed,
    number_or_flag,
    plain,
    take_positive,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


WEAK = 10.0
"""F of the first stage below which an instrument is called weak (Staiger & Stock 1997)."""


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
        Columns of numbers (or True/False) that enter as they are.
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
    series = _series(data, quantity, price, time, brand, listed("controls", controls), instrument)
    found = []
    names = [c for c in series.columns if str(c).startswith("control")]
    for name, part in series.groupby("brand", observed=True, sort=True):
        part, name_ = part.sort_values("time"), plain(name)
        if part["time"].duplicated().any():
            raise InputError(
                f"Column {shown(time)} holds a time twice for brand {name_}; add up the"
                " quantities of each time first."
            )
        y, x = (part[c].to_numpy() for c in ("quantity", "price"))
        rest = np.column_stack([np.ones(len(part)), part[names].to_numpy(float)])
        if len(part) < rest.shape[1] + 3:
            raise InputError(
                f"Brand {name_} has only {len(part)} of the periods, too few for a regression with"
                f" {rest.shape[1] + 1} coefficients; give at least {rest.shape[1] + 3}."
            )
        z = x if instrument is None else part["instrument"].to_numpy()
        for column, values in ((price, x), (instrument, z)):
            if np.ptp(values) < 1e-12:
                raise InputError(
                    f"Column {shown(column)} does not move for brand {name_}, so that it"
                    " cannot tell an elasticity."
                )
        found.append((name, *_slope(y, x, z, rest, lags, level, instrument is not None)))
    columns = ["brand", "method", "elasticity", "standard_error", "lower", "upper"]
    return pd.DataFrame(found, columns=[*columns, "first_stage_f", "n"])


def _series(
    data: Data, quantity: Any, price: Any, time: Any, brand: Any, controls: list[Any], z: Any
) -> pd.DataFrame:
    """Return the columns by role, logs taken."""
    data = read(data)
    wanted = {
        "quantity": Column(quantity, "number", 0),
        "price": Column(price, "number", 0),
        **{f"control{i}": number_or_flag(data, c) for i, c in enumerate(controls)},
    }
    if brand is not None:
        wanted["brand"] = Column(brand, "group")
    if z is not None:
        wanted["instrument"] = Column(z, "number", 0)
    rows_ = take_positive(data, "price", *(["instrument"] if z is not None else []), **wanted)
    none = rows_["quantity"] <= 0
    if none.any():
        raise InputError(
            f"Column {shown(quantity)} is 0 in {rows(none)}, and 0 has no logarithm; take longer"
            " periods, or a choice model (fit_brand_choice)."
        )
    rows_["time"] = in_order(data, time)
    for role in {"quantity", "price", "instrument"} & set(rows_):
        rows_[role] = np.log(rows_[role])
    return rows_ if brand is not None else rows_.assign(brand="all")


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


def plot_elasticities(
    table: pd.DataFrame, ax: Axes | None = None, *, truth: Mapping[Any, float] | None = None
) -> Axes:
    """Draw own-price elasticities with their intervals, brand by brand and method by method.

    Parameters
    ----------
    table
        ``brand, method, elasticity, lower, upper``, as the functions of this chapter return them;
        put several below each other with ``pandas.concat``.
    ax
        Axes to draw on, or None for new ones.
    truth
        ``{brand: elasticity}`` where it is known.

    Examples
    --------
    >>> rows = pd.DataFrame({"brand": ["A", "B"], "method": "log-log", "elasticity": [-1.0, -2.0],
    ...     "lower": [-1.5, -2.5], "upper": [-0.5, -1.5]})
    >>> plot_elasticities(rows, truth={"A": -1.2, "B": -2.2}).get_ylabel()
    'elasticity (% per %)'
    """
    columns = {c: Column(c, "number") for c in ("elasticity", "lower", "upper")}
    names = {c: Column(c, "group") for c in ("brand", "method")}
    table = returned_by("elasticities()", table, **names, **columns)
    if truth is not None and not isinstance(truth, Mapping):
        raise InputError(f"truth must be {{brand: elasticity}} or None, not {shown(truth)}.")
    ax = fig.axes(ax, title="Own-price elasticity, by method", x="brand", y="elasticity (% per %)")
    brands = list(dict.fromkeys(table["brand"]))
    methods = list(dict.fromkeys(table["method"]))
    width = 0.7 / max(len(methods), 1)
    for i, method in enumerate(methods):
        part = table[table["method"] == method]
        at = np.array([brands.index(b) for b in part["brand"]], float)
        at += (i - (len(methods) - 1) / 2) * width
        error = [part["elasticity"] - part["lower"], part["upper"] - part["elasticity"]]
        ax.errorbar(
            at, part["elasticity"], yerr=np.nan_to_num(np.maximum(error, 0)), fmt="o", ms=5.5,
            capsize=3, color=fig.PALETTE[i % len(fig.PALETTE)], label=fig.label(method),
        )  # fmt: skip
    if truth is not None:
        for k, name in enumerate(brands):
            text = fig.label("truth") if k == 0 else None
            if name in truth:
                ax.plot([k - 0.42, k + 0.42], [truth[name]] * 2, color="black", lw=1.6, label=text)
    ax.axhline(0, color=fig.GREY, lw=0.8)
    ax.set_xticks(range(len(brands)), [fig.label(str(b)) for b in brands])
    fig.legend_above(ax)
    return ax
