"""Expected and perceived as two causes, instead of their difference as one."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between
from loyaltylab.curve.scale import on_scale
from loyaltylab.satisfaction.survey import Scale, declared, surveyed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEAST = 10
LONELY = 1e-6
"""A row whose own answer is fitted but for this share leaves no residual to estimate from."""


@dataclass(frozen=True, eq=False)
class ComponentFit:
    """A regression of an outcome on perceived and expected, by :func:`component_regression`.

    ``result`` is the result of statsmodels (HC3 standard errors, Student's t), ``gap_r2`` the R²
    of a regression on the difference alone; ``n`` rows were used, ``missing`` left out.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> people = pd.DataFrame(rng.integers(1, 6, (400, 2)), columns=["expected", "perceived"])
    >>> people["overall"] = 1 + 0.8 * people["perceived"] - 0.1 * people["expected"]
    >>> people["overall"] += rng.uniform(-0.3, 0.3, 400)
    >>> component_regression(people.clip(1, 5)).table().round(2)
            term  estimate  lower  upper    n  missing
    0  intercept      1.02   0.97   1.07  400        0
    1  perceived      0.79   0.78   0.81  400        0
    2   expected     -0.10  -0.11  -0.09  400        0
    """

    result: Any
    gap_r2: float
    n: int
    missing: int
    scale: Scale
    level: float

    def table(self) -> pd.DataFrame:
        """Return ``term, estimate, lower, upper, n, missing``."""
        ends = np.asarray(self.result.conf_int(1 - self.level))
        terms = ["intercept", "perceived", "expected"]
        found = {"term": terms, "estimate": self.result.params}
        table = pd.DataFrame({**found, "lower": ends[:, 0], "upper": ends[:, 1]})
        return table.assign(n=self.n, missing=self.missing)

    def tests(self) -> pd.DataFrame:
        """Return what a single difference would require, and how far the answers are from it.

        ``perceived + expected = 0``: then the difference alone says everything. ``expected = 0``:
        then expectations add nothing to what was perceived. Columns ``restriction, estimate,
        lower, upper, p_value``.
        """
        rows = []
        for name, contrast in (
            ("perceived + expected = 0", [0.0, 1.0, 1.0]),
            ("expected = 0", [0.0, 0.0, 1.0]),
        ):
            test = self.result.t_test(contrast)
            lower, upper = np.ravel(test.conf_int(1 - self.level))
            rows.append((name, test.effect.item(), lower, upper, float(np.ravel(test.pvalue)[0])))
        columns = ["restriction", "estimate", "lower", "upper", "p_value"]
        return pd.DataFrame(rows, columns=columns)

    def explained(self) -> pd.DataFrame:
        """Return R² of the difference alone and of the two parts: ``model, r_squared, n``."""
        rows = [("difference", self.gap_r2), ("perceived and expected", self.result.rsquared)]
        return pd.DataFrame(rows, columns=["model", "r_squared"]).assign(n=self.n)

    def predict(self, perceived: npt.ArrayLike, expected: npt.ArrayLike) -> pd.DataFrame:
        """Return ``perceived, expected, outcome, lower, upper``: the mean outcome at each pair."""
        ends = self.scale[:2]
        p = np.atleast_1d(on_scale("perceived", perceived, *ends)).ravel()
        e = np.atleast_1d(on_scale("expected", expected, *ends)).ravel()
        if len(p) != len(e) and 1 not in (len(p), len(e)):
            raise InputError(
                f"perceived and expected must be equally many, not {len(p)} and {len(e)}."
            )
        p, e = np.broadcast_arrays(p, e)
        at = np.stack([np.ones(len(p)), p, e], axis=1)
        found = self.result.get_prediction(at).summary_frame(alpha=1 - self.level)
        values = {"outcome": found["mean"], "lower": found["mean_ci_lower"]}
        table = pd.DataFrame({"perceived": p, "expected": e, **values})
        return table.assign(upper=found["mean_ci_upper"])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the two coefficients, and what a difference score would make of them."""
        table = self.table().iloc[1:]
        ax = fig.axes(
            ax,
            title="What a point of each adds to the outcome",
            x="points of the outcome per point",
            y="",
        )
        place = np.array([1, 0])
        error = np.abs([table["estimate"] - table["lower"], table["upper"] - table["estimate"]])
        style: dict[str, Any] = {"fmt": "o", "color": fig.BLUE, "capsize": 4}
        label = fig.label("estimate, with interval")
        ax.errorbar(table["estimate"], place, xerr=error, label=label, **style)
        mirror = -float(table["estimate"].iloc[0])
        told = fig.label("where a difference score puts expected")
        ax.plot([mirror], [0], "D", color=fig.ORANGE, ms=8, label=told)
        ax.axvline(0, color=fig.GREY, lw=1)
        ax.set_yticks(place, [fig.label(t) for t in table["term"]])
        ax.set_ylim(-0.6, 1.6)
        fig.legend_above(ax)
        return ax


def component_regression(
    data: Data,
    *,
    outcome: Hashable = "overall",
    expected: Hashable = "expected",
    perceived: Hashable = "perceived",
    scale: Any = (1, 5),
    outcome_scale: Any = None,
    customer: Hashable | None = None,
    level: float = 0.95,
) -> ComponentFit:
    """Regress an outcome on perceived and expected, both as they are (Edwards 2001).

    A difference score is this regression with the coefficient of expected held at minus that of
    perceived. Here nothing is held; whether it could be is tested. Noise in the two answers
    pulls the coefficients towards each other's: no regression of single answers is free of it.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per person. Rows with a gap are
        left out, and counted.
    outcome, expected, perceived
        Columns; expected and perceived on ``scale``, outcome on ``outcome_scale``.
    scale, outcome_scale
        Lowest and highest answer; None takes ``scale`` for the outcome, too.
    customer
        Column that may name nobody twice; None looks at a column ``customer``.
    level
        Coverage of the intervals.

    Returns
    -------
    ComponentFit

    Raises
    ------
    InputError
        For a missing column, an answer out of scale, fewer than ten complete rows, an outcome that
        does not vary, or expected and perceived that do not vary apart in two rows or more.

    References
    ----------
    Edwards, J. R. (2001), "Ten difference score myths", Organizational Research Methods 4
    (reported, not verified).

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> columns = ["overall", "expected", "perceived"]
    >>> people = pd.DataFrame(rng.integers(1, 6, (300, 3)), columns=columns)
    >>> component_regression(people).tests()["restriction"].tolist()
    ['perceived + expected = 0', 'expected = 0']
    """
    import statsmodels.api as sm

    between("level", level, 0, 1, open_ends=True)
    one = declared(scale)
    other = one if outcome_scale is None else declared(outcome_scale)
    answers = {"outcome": (outcome, other), "expected": (expected, one)}
    answers["perceived"] = (perceived, one)
    table = surveyed(data, answers, customer=customer)
    columns = ["outcome", "perceived", "expected"]
    values = table[columns].dropna().to_numpy(float)
    if len(values) < LEAST:
        raise InputError(f"At least {LEAST} rows must hold all three answers; {len(values)} do.")
    design = np.column_stack([np.ones(len(values)), values[:, 1:]])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise InputError(
            f"Columns {shown(expected)} and {shown(perceived)} do not vary apart, so that no"
            " regression can tell them from each other; name two columns that differ."
        )
    if not _varies(values[:, 0]):
        raise InputError(
            f"Column {shown(outcome)} holds one answer only where all three are given, so that"
            " nothing can go with it."
        )
    if (np.linalg.qr(design)[0] ** 2).sum(axis=1).max() > 1 - LONELY:
        raise InputError(
            f"One row alone tells {shown(expected)} and {shown(perceived)} apart from a straight"
            " line, so that there is no interval; more people must differ from the others."
        )
    fitted = sm.OLS(values[:, 0], design).fit(cov_type="HC3", use_t=True)
    gap = np.column_stack([design[:, 0], values[:, 1] - values[:, 2]])
    alone = sm.OLS(values[:, 0], gap).fit().rsquared
    missing = len(table) - len(values)
    return ComponentFit(fitted, float(alone), len(values), missing, one, level)


def _varies(values: Array) -> bool:
    return bool(np.ptp(values) > 0)
