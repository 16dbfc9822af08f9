"""Weekly series of a firm's sums: read, checked, and fitted with errors that hang together."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.frames import Column, Data, rows, take
from loyaltylab.base.stats import Array, between, whole

Errors = Literal["ar1", "hac", "ols"]
YEAR = 52.1775
"""Weeks of a year."""
FEW = 8
"""Fewest weeks on each side of a change."""


def weekly(
    data: Data,
    *,
    start: int,
    week: Hashable,
    value: Hashable,
    group: Hashable | None,
    treated: Any,
    ratio: bool,
) -> pd.DataFrame:
    """Return ``week, y, other, after`` in the order of the weeks, each of which is there once.

    ``y`` is the value of the treated group (of the only one, if no group is named), ``other``
    the mean of the others (NaN without them); both as logarithms if the effect is a ratio.

    Raises
    ------
    InputError
        For a missing column or value, a week that is missing or doubled, a value that has no
        logarithm or never changes, a group that is not there, or a start too near an end.

    Examples
    --------
    >>> seen = pd.DataFrame({"week": range(1, 21), "orders": range(10, 30)})
    >>> weekly(seen, start=11, week="week", value="orders", group=None, treated=None,
    ...        ratio=False).tail(2)
        week     y  other  after
    18    19  28.0    NaN   True
    19    20  29.0    NaN   True
    """
    columns = {"week": Column(week, "whole"), "value": Column(value, "number")}
    if group is not None:
        columns["group"] = Column(group, "group")
    frame = take(data, **columns)
    if ratio and (frame["value"] <= 0).any():
        raise InputError(
            f"Column {shown(value)} must be above 0 for a ratio, but {rows(frame['value'] <= 0)}"
            " is not; add weeks up to longer ones, or set ratio=False."
        )
    frame["treated"] = _treated(frame, group, treated)
    if group is None:
        frame["group"] = "all"
    _complete(frame, week)
    names = np.sort(frame["week"].unique())
    y, other = (_means(frame[frame["treated"] == side], len(names)) for side in (True, False))
    if ratio:
        y, other = np.log(y), np.log(other)
    after = names >= started(start, frame["week"])
    table = pd.DataFrame({"week": names, "y": y, "other": other, "after": after})
    if np.ptp(y) == 0:
        raise InputError(
            f"Column {shown(value)} is the same in every week, so that nothing can be told of it."
        )
    return table


def _means(frame: pd.DataFrame, weeks: int) -> Array:
    """Return the mean of the groups in each week, in the order of the weeks."""
    if frame.empty:
        return np.full(weeks, np.nan)
    return frame.groupby("week")["value"].mean().sort_index().to_numpy(float)


def _treated(frame: pd.DataFrame, group: Hashable | None, treated: Any) -> Any:
    """Mark the rows of the treated group, and see that there are others."""
    if group is None:
        return True
    names = list(pd.unique(frame["group"]))
    if treated not in names:
        raise InputError(
            f"treated must be a value of column {shown(group)}{nearest(treated, names)}, which"
            f" holds {some(names)}, not {shown(treated)}."
        )
    if len(names) < 2:
        raise InputError(
            f"Column {shown(group)} holds only {shown(names[0])}; without a group that was left"
            " as it was there is nothing to compare with."
        )
    return frame["group"] == treated


def _complete(frame: pd.DataFrame, week: Hashable) -> None:
    """See that each group has each week once, without a gap."""
    twice = frame.duplicated(["group", "week"])
    if twice.any():
        raise InputError(
            f"Column {shown(week)} names a week twice in {rows(twice)}; sum the table by week"
            " (and group) first."
        )
    first, last = int(frame["week"].min()), int(frame["week"].max())
    held = frame["group"].value_counts()
    for name in held.index[(held < last - first + 1) & (held > 0)]:
        seen = set(frame.loc[frame["group"] == name, "week"])
        gap = next(w for w in range(first, last + 1) if w not in seen)
        raise InputError(
            f"Column {shown(week)} must hold every week from {first} to {last} for"
            f" {shown(name)}, but week {gap} is missing; fill in its sum, which may be 0."
        )


def started(start: Any, weeks: pd.Series[Any], few: int = FEW) -> int:
    """Return the first week of the change, with enough weeks on both sides.

    Examples
    --------
    >>> started(30, pd.Series(range(1, 105)))
    30
    """
    first, last = int(weeks.min()), int(weeks.max())
    if last - first + 1 < 2 * few:
        raise InputError(
            f"The table holds {last - first + 1} weeks, but {few} before and {few} after the start"
            " are the fewest that tell anything."
        )
    return whole("start", start, first + few, last - few + 1)


@dataclass(frozen=True, eq=False)
class Fitted:
    """Coefficients and their covariance, with the errors that were assumed."""

    result: Any
    errors: Errors
    rho: float
    lags: int

    @property
    def coefficients(self) -> Array:
        """The estimates, in the order of the design."""
        return np.asarray(self.result.params, float)

    def half(self, weights: Any, level: float) -> float:
        """Half the interval of a weighted sum of coefficients (Student's t)."""
        from scipy.stats import t

        w = np.asarray(weights, float)
        variance = float(w @ np.asarray(self.result.cov_params()) @ w)
        return float(t.ppf((1 + level) / 2, self.result.df_resid)) * math.sqrt(max(variance, 0.0))

    def p_value(self, at: int) -> float:
        """Return the two-sided p-value of one coefficient being 0."""
        return float(np.asarray(self.result.pvalues)[at])


def lags_of(n: int, lags: int | None) -> int:
    """Return the lags of Newey and West: those asked for, or ``⌊4 (n / 100)^(2/9)⌋``.

    Examples
    --------
    >>> lags_of(104, None), lags_of(104, 8)
    (4, 8)
    """
    return math.floor(4 * (n / 100) ** (2 / 9)) if lags is None else whole("lags", lags, 0, n // 2)


def fitted(y: Array, design: Array, errors: Errors, lags: int | None) -> Fitted:
    """Regress a weekly series on a design, with one of three kinds of errors.

    ``"ols"`` takes weeks for independent. ``"hac"`` keeps the coefficients and takes the
    covariance of Newey & West (1987) with ``lags`` and the small-sample factor n/(n−k).
    ``"ar1"`` estimates the autocorrelation r (iterated, ``statsmodels`` GLSAR), raises it by
    ``max(1, k/2) (1 + 3 r) / n``, for residuals are less autocorrelated than errors, and fits
    by generalised least squares with it.

    References
    ----------
    Newey, W. K. & West, K. D. (1987), Econometrica 55(3); Kendall, M. G. (1954), Biometrika
    41(3/4), whose bias of r after taking off a mean it is for k up to 2 (the rest is a rule of
    thumb, whose coverage the tests measure).

    Examples
    --------
    >>> t = np.arange(40.0)
    >>> fit = fitted(2 + 0.1 * t + np.sin(t), np.column_stack([np.ones(40), t]), "ols", None)
    >>> fit.coefficients.round(1).tolist()
    [2.1, 0.1]
    """
    from scipy.linalg import toeplitz
    from statsmodels.regression.linear_model import GLS, GLSAR, OLS

    if errors not in get_args(Errors):
        raise InputError(
            f"errors must be one of 'ar1', 'hac', 'ols', not"
            f" {shown(errors)}{nearest(errors, get_args(Errors))}."
        )
    n, k = design.shape
    if np.linalg.matrix_rank(design) < k or n < k + 3:
        raise InputError(
            f"{n} weeks do not tell the {k} terms apart; give a longer series, fewer harmonics, or"
            " leave the slope out."
        )
    if errors == "ols":
        return Fitted(OLS(y, design).fit(), errors, 0.0, 0)
    if errors == "hac":
        reach = lags_of(n, lags)
        how = {"maxlags": reach, "use_correction": True}
        result = OLS(y, design).fit(cov_type="HAC", cov_kwds=how, use_t=True)
        return Fitted(result, errors, 0.0, reach)
    model = GLSAR(y, design, 1)
    model.iterative_fit(maxiter=20)
    rho = float(np.ravel(model.rho)[0])
    rho = float(np.clip(rho + max(1.0, k / 2) * (1 + 3 * rho) / n, -0.95, 0.97))
    result = GLS(y, design, sigma=toeplitz(rho ** np.arange(n))).fit()
    return Fitted(result, errors, rho, 1)


def waves(week: Array, harmonics: int) -> Array:
    """Return sines and cosines of the year, two for each harmonic: shape ``(weeks, 2 k)``.

    Examples
    --------
    >>> waves(np.arange(3.0), 2).shape
    (3, 4)
    """
    angle = 2 * np.pi * np.outer(week, np.arange(1, harmonics + 1)) / YEAR
    return np.column_stack([np.sin(angle), np.cos(angle)])


def level_of(level: Any) -> float:
    """Return the coverage of an interval, strictly between 0 and 1.

    Examples
    --------
    >>> level_of(0.9)
    0.9
    """
    return between("level", level, 0, 1, open_ends=True)
