"""A weekly series regressed on terms, with errors of one of three kinds."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.stats import Array, whole

Errors = Literal["ar1", "hac", "ols"]
YEAR = 52.1775
"""Weeks of a year."""


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
    by generalised least squares with it. That is right if weeks k apart correlate by r^k, and not
    if a shock fades otherwise: with 0.4 of the week before and 0.3 of that before it, 95% intervals
    of a step held the truth in 84% of 400 simulated series of 104 weeks.

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
    if lags is not None and errors != "hac":
        raise InputError(
            f"lags belong to errors='hac', not to {shown(errors)}; leave them out, or set"
            " errors='hac'."
        )
    n, k = design.shape
    if np.linalg.matrix_rank(design) < k or n < k + 3:
        raise InputError(
            f"{n} weeks do not tell the {k} terms apart; give a longer series, fewer harmonics, or"
            " leave the slope or the control out."
        )
    plain = OLS(y, design).fit()
    if plain.ssr <= 1e-24 * float(y @ y):
        raise InputError(
            "The weeks follow the terms exactly, so that nothing tells how sure the effect is; see"
            " that the column holds what was counted, and not a plan or a forecast."
        )
    if errors == "ols":
        return Fitted(plain, errors, 0.0, 0)
    if errors == "hac":
        reach = lags_of(n, lags)
        how = {"maxlags": reach, "use_correction": True}
        result = OLS(y, design).fit(cov_type="HAC", cov_kwds=how, use_t=True)
        return Fitted(result, errors, 0.0, reach)
    model = GLSAR(y, design, 1)
    with warnings.catch_warnings():  # it drops the first week, and with it perhaps a term
        warnings.simplefilter("ignore")
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
