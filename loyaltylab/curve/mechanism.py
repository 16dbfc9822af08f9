"""Fitting the mechanism: what choices between the own brand and rivals tell about it."""

from __future__ import annotations

import warnings
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, rows
from loyaltylab.base.stats import between
from loyaltylab.curve import answers as given
from loyaltylab.curve import clusters, points
from loyaltylab.curve import scale as scales
from loyaltylab.curve.answers import in_order, of_group

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class ChoiceFit:
    """The choice between own brand and rivals, fitted by :func:`fit_choice`, one per group.

    ``results`` holds what statsmodels returned, by group; ``rows`` the answers used,
    ``missing`` and ``idle`` the rows left out (an answer missing, no purchase).

    Examples
    --------
    >>> seen = pd.DataFrame({"overall": [2, 3, 4, 5], "own_purchases": [1, 3, 7, 9]})
    >>> found = fit_choice(seen.assign(purchases=10))
    >>> found.table()[["sensitivity", "inflection", "n", "purchases"]].round(2)
       sensitivity  inflection  n  purchases
    0         1.51         3.5  4         40
    """

    results: dict[Any, Any]
    rows: pd.DataFrame
    missing: dict[Any, int]
    idle: dict[Any, int]
    scale: tuple[float, float]
    level: float

    def table(self) -> pd.DataFrame:
        """Return sensitivity and inflection of each group with intervals, and the counts.

        Columns: ``group, sensitivity, sensitivity_lower, sensitivity_upper, inflection,
        inflection_lower, inflection_upper, n`` (rows), ``purchases, missing, idle``.
        """
        found = []
        for name, result in self.results.items():
            a, b = np.asarray(result.params)
            covariance = np.asarray(result.cov_params())
            slope = np.array([-1 / b, a / b**2])  # delta method for -a / b
            mine = self.rows[self.rows["group"] == name]
            reach = float(clusters.reach(self.level, clusters.people(mine)))
            half = reach * float(np.sqrt(slope @ covariance @ slope))
            wide = reach * float(np.sqrt(covariance[1, 1]))
            found.append(
                {
                    "group": name,
                    "sensitivity": b,
                    "sensitivity_lower": b - wide,
                    "sensitivity_upper": b + wide,
                    "inflection": -a / b,
                    "inflection_lower": -a / b - half,
                    "inflection_upper": -a / b + half,
                    "n": len(mine),
                    "purchases": int(mine["weight"].sum()),
                    "missing": self.missing[name],
                    "idle": self.idle[name],
                }
            )
        return pd.DataFrame(found)

    def predict(self, satisfaction: npt.ArrayLike) -> pd.DataFrame:
        """Return ``group, satisfaction, loyalty, lower, upper``: the share of own purchases.

        Raises
        ------
        InputError
            If a satisfaction is no number or lies outside the scale.
        """
        from scipy.special import expit

        at = np.atleast_1d(scales.on_scale("satisfaction", satisfaction, *self.scale)).ravel()
        design = np.column_stack([np.ones_like(at), at])
        parts = []
        for name, result in self.results.items():
            utility = design @ np.asarray(result.params)
            spread = np.einsum("ij,jk,ik->i", design, np.asarray(result.cov_params()), design)
            many = clusters.people(self.rows[self.rows["group"] == name])
            half = clusters.reach(self.level, many) * np.sqrt(np.maximum(spread, 0))
            columns: dict[str, Any] = {
                "group": [name] * len(at),
                "satisfaction": at,
                "loyalty": expit(utility),
                "lower": expit(utility - half),
                "upper": expit(utility + half),
            }
            parts.append(pd.DataFrame(columns))
        return pd.concat(parts, ignore_index=True)

    @property
    def note(self) -> str:
        """What has to be said of the intervals: an empty text, or that clusters are few."""
        said = clusters.of_few(self.rows, self.results)
        return f"Read the fit with care, for {said[0]}." if said else ""

    def points(self) -> pd.DataFrame:
        """Return the share of own purchases at each level of satisfaction, with interval, n."""
        return points.points(self.rows, self.scale, self.level)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the fitted curves and, at each level of satisfaction, the share with interval."""
        curves = self.predict(scales.grid(*self.scale))
        title = "Own brand's share of purchases by satisfaction"
        ends = np.array(self.scale)
        return points.draw(ax, title, "share of purchases", self.points(), curves, ends)


def fit_choice(
    data: Data,
    *,
    satisfaction: Hashable = "overall",
    own: Hashable = "own_purchases",
    purchases: Hashable = "purchases",
    group: Hashable | None = None,
    cluster: Hashable | None = None,
    scale: tuple[float, float] = (1, 5),
    level: float = 0.95,
) -> ChoiceFit:
    """Fit the rival choice to purchases: a logit of own brand or not on satisfaction.

    The share of own purchases is ``1 / (1 + exp(−sensitivity · (s − inflection)))``, fitted by
    maximum likelihood (statsmodels GLM, binomial) with intervals robust to unlike customers:
    HC1, which is HC0 times n / (n − 2), or its like by ``cluster``, with Student's t, one degree
    of freedom fewer than the clusters (rows without ``cluster``) of the group.

    What is *not* identified: rivals, rival_satisfaction and switching_cost of
    :class:`RivalChoice` enter choices only through the one number inflection =
    ``rival_satisfaction + (ln rivals − switching_cost) / sensitivity``. More rivals, or better
    ones, or easier switching: purchases cannot tell. A difference of inflection, times the
    sensitivity, is what all barriers together are worth in logits.

    A satisfaction that was measured with error (a rounded answer) makes the sensitivity too
    small; so does a group that mixes customers of different inflection.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer and period.
    satisfaction, own, purchases
        Columns: satisfaction, purchases of the own brand, purchases in the category. Rows
        that lack one are left out (``missing``), and rows without a purchase (``idle``).
    group
        Column that splits the rows, or None.
    cluster
        Column that says whose row it is, if a customer has several; or None.
    scale
        Lowest and highest point of the satisfaction scale.
    level
        Coverage of the intervals.

    Returns
    -------
    ChoiceFit

    Raises
    ------
    InputError
        If a value does not belong (the sentence names rows), own purchases exceed all
        purchases, or a group has one level of satisfaction, one kind of purchase or one
        cluster only.

    Examples
    --------
    >>> from loyaltylab.curve import RivalChoice
    >>> rng = np.random.default_rng(1)
    >>> seen = pd.DataFrame({"overall": rng.uniform(1, 5, 2000), "purchases": 12})
    >>> seen["own_purchases"] = rng.binomial(12, RivalChoice().loyalty(seen["overall"]))
    >>> fit_choice(seen).table()[["sensitivity", "inflection"]].round(2)
       sensitivity  inflection
    0         2.03        4.49
    >>> round(RivalChoice().inflection, 2)
    4.5
    """
    between("level", level, 0, 1, open_ends=True)
    low, high = scales.ends(scale)
    frame, missing = given.answered(
        data,
        group,
        cluster,
        satisfaction=Column(satisfaction, "number", low, high),
        own=Column(own, "whole", 0),
        purchases=Column(purchases, "whole", 0),
    )
    frame = frame.rename(columns={"purchases": "weight"})
    over = frame["own"] > frame["weight"]
    if over.any():
        raise InputError(
            f"Column {shown(own)} must not exceed column {shown(purchases)}, but it does in"
            f" {rows(over)}; check which of the two is which."
        )
    bought = frame[frame["weight"] > 0]
    groups = in_order(frame["group"])
    idle = {g: int(((frame["group"] == g) & (frame["weight"] == 0)).sum()) for g in groups}
    results = {}
    for name in groups:
        results[name] = _logit(bought[bought["group"] == name], name)
    bought = bought.assign(loyalty=bought["own"] / bought["weight"])
    return ChoiceFit(results, bought, missing, idle, (low, high), level)


def _logit(part: pd.DataFrame, name: Any) -> Any:
    import statsmodels.api as sm

    if part.empty:
        raise InputError(f"No choice can be fitted{of_group(name)}: nobody there bought anything.")
    given.need_levels(part["satisfaction"], name)
    other = part["weight"] - part["own"]
    if part["own"].sum() == 0 or other.sum() == 0:
        raise InputError(
            f"No choice can be fitted{of_group(name)}: all {part['weight'].sum():,} purchases are"
            f" {'of rivals' if part['own'].sum() == 0 else 'of the own brand'}."
        )
    design = np.column_stack([np.ones(len(part)), part["satisfaction"]])
    bought = np.column_stack([part["own"], other])
    # with each row its own cluster this is HC1; what a GLM calls HC1 is HC0
    how: dict[str, Any] = {"groups": clusters.codes(part, name)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # perfect separation is looked at below
        result = sm.GLM(bought, design, family=sm.families.Binomial()).fit(
            cov_type="cluster", cov_kwds=how
        )
    certain = np.abs(result.mu - 0.5).min() > 0.5 - 1e-6
    if certain or not np.isfinite(result.bse).all() or abs(result.params[1]) < 1e-9:
        raise InputError(
            f"No choice can be fitted{of_group(name)}: satisfaction tells own purchases from"
            " those of rivals without fail, or not at all."
        )
    return result
