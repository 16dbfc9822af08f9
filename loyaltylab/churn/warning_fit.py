"""What an early-warning model says: odds, effects, and how it does on customers kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between
from loyaltylab.churn import classes, profit, scores
from loyaltylab.churn.cox_fit import forest
from loyaltylab.churn.design import Design
from loyaltylab.lifetime.maximum import normal, power

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class WarningFit:
    """What :func:`fit_warning` found.

    Attributes
    ----------
    result
        What ``statsmodels`` returned.
    design
        The terms, and how they are made of a table.
    matrix
        The terms' numbers of the customers fitted to.
    inside
        ``row`` (of the table, from 0), ``probability, churned`` of the customers fitted to, each
        foretold by one of five models that have not seen him: thresholds are chosen here.
    holdout
        ``row, probability, churned`` of the customers kept apart: here the model is judged.
    leaks
        What :func:`leaks` suspects.
    level
        Coverage of the intervals.

    Examples
    --------
    >>> from loyaltylab.churn import fit_warning
    >>> rng = np.random.default_rng(1)
    >>> seen = pd.DataFrame({"calls": rng.poisson(2, 2000)})
    >>> seen["churned"] = rng.random(2000) < 1 / (1 + np.exp(2 - 0.5 * seen["calls"]))
    >>> fit = fit_warning(seen, columns=["calls"])
    >>> fit.effects()[["term", "effect"]].round(3)
        term  effect
    0  calls   0.089
    """

    result: Any
    design: Design
    matrix: Array
    inside: pd.DataFrame
    holdout: pd.DataFrame
    leaks: pd.DataFrame
    level: float

    @property
    def note(self) -> str:
        """What has to be said: an empty text, or a sentence on leaks or bad calibration."""
        suspects = self.leaks[self.leaks["suspicion"] != ""]
        told = [f"{c} {s}" for c, s in suspects[["column", "suspicion"]].to_numpy()[:3]]
        slope = self.quality(0.95).set_index("measure").loc["calibration_slope"]
        if slope["upper"] < 1 or slope["lower"] > 1:
            told.append(
                f"on the customers kept apart the calibration slope is {slope['estimate']:.2f} and"
                " not 1"
            )
        return f"Look before you trust: {'; '.join(told)}." if told else ""

    def table(self, level: float | None = None) -> pd.DataFrame:
        """Return the odds ratios: ``term, column, level, reference, per, odds_ratio, …``.

        ``lower, upper, p_value`` (Wald), ``n`` and ``lost`` of the customers fitted to.
        """
        z = normal(self._level(level))
        b, error = np.asarray(self.result.params)[1:], np.asarray(self.result.bse)[1:]
        terms = self.design.terms
        return pd.DataFrame(
            {
                "term": [term.name for term in terms],
                "column": [term.column for term in terms],
                "level": [term.level for term in terms],
                "reference": [term.reference for term in terms],
                "per": [term.per for term in terms],
                "odds_ratio": power(b),
                "lower": power(b - z * error),
                "upper": power(b + z * error),
                "p_value": np.asarray(self.result.pvalues)[1:],
                "n": len(self.matrix),
                "lost": int(self.inside["churned"].sum()),
            }
        )

    def effects(self, level: float | None = None) -> pd.DataFrame:
        """Return average marginal effects: by how much the chance of leaving differs.

        For a level: the mean, over all customers, of the chance if each were of that level less
        that if each were of the reference, all else as it is. For a number: the mean slope, per
        step. Association, and no promise of what a change would do.

        Returns
        -------
        pandas.DataFrame
            ``term, effect, lower, upper`` (share of customers; delta method), ``n``.
        """
        z, cov = normal(self._level(level)), np.asarray(self.result.cov_params())
        made = []
        for i, term in enumerate(self.design.terms):
            effect, slope = self._effect(i) if term.level is None else self._step(i)
            far = z * float(np.sqrt(slope @ cov @ slope))
            made.append((term.name, effect, effect - far, effect + far))
        table = pd.DataFrame(made, columns=["term", "effect", "lower", "upper"])
        return table.assign(n=len(self.matrix))

    def _x(self, matrix: Array) -> Array:
        return np.column_stack([np.ones(len(matrix)), matrix])

    def _effect(self, at: int) -> tuple[float, Array]:
        """Mean slope of a number, and its gradient in the coefficients."""
        x, b = self._x(self.matrix), np.asarray(self.result.params)
        p = np.asarray(self.result.predict(x))
        curve = p * (1 - p)
        slope = b[at + 1] * (curve * (1 - 2 * p)) @ x / len(x)
        slope[at + 1] += curve.mean()
        return float(b[at + 1] * curve.mean()), np.asarray(slope)

    def _step(self, at: int) -> tuple[float, Array]:
        """Mean difference between a level and its reference, and its gradient."""
        column = self.design.terms[at].column
        same = [i for i, term in enumerate(self.design.terms) if term.column == column]
        without, having = self.matrix.copy(), self.matrix.copy()
        without[:, same] = having[:, same] = 0
        having[:, at] = 1
        x = [self._x(part) for part in (having, without)]
        p = [np.asarray(self.result.predict(part)) for part in x]
        slopes = [(q * (1 - q)) @ part / len(part) for q, part in zip(p, x, strict=True)]
        return float(np.mean(p[0] - p[1])), np.asarray(slopes[0] - slopes[1])

    def predict(self, data: Data, level: float | None = None) -> pd.DataFrame:
        """Return ``row, probability, lower, upper`` for the customers of a table.

        The interval (on the log-odds) is that of the fitted chance, and no range of outcomes.
        """
        x = self._x(self.design.matrix(data))
        score = x @ np.asarray(self.result.params)
        cov = np.asarray(self.result.cov_params())
        far = normal(self._level(level)) * np.sqrt(np.einsum("ij,jk,ik->i", x, cov, x))
        ends = {"probability": score, "lower": score - far, "upper": score + far}
        made = {name: 1 / (1 + power(-value)) for name, value in ends.items()}
        return pd.DataFrame({"row": np.arange(len(x)), **made})

    def quality(self, level: float | None = None) -> pd.DataFrame:
        """Judge the model on the customers kept apart; see :func:`quality`."""
        return scores.quality(self.holdout, level=self._level(level))

    def calibration(self, bins: int = 10, level: float | None = None) -> pd.DataFrame:
        """Hold predicted against observed churn of those kept apart; see :func:`calibration`."""
        return classes.calibration(self.holdout, bins=bins, level=self._level(level))

    def gains(self, bins: int = 10, level: float | None = None) -> pd.DataFrame:
        """Count leavers kept apart by tenths of the warning; see :func:`gains`."""
        return classes.gains(self.holdout, bins=bins, level=self._level(level))

    def campaign(
        self,
        *,
        value: float,
        cost: float,
        save: float,
        trigger: float = 0.0,
        level: float | None = None,
    ) -> pd.DataFrame:
        """Choose whom to contact on the customers fitted to, and judge it on those kept apart.

        Parameters
        ----------
        value, cost, save, trigger
            As in :func:`contact_threshold`.
        level
            Coverage, or None for that of the fit.

        Returns
        -------
        pandas.DataFrame
            One row per rule: ``"closed form"``, ``"best inside"`` (the threshold that earned most
            on :attr:`inside`), ``"everyone"`` and ``"nobody"``: ``rule, threshold, contacted,
            leavers_reached, profit, lower, upper, n``; the profit is that of the customers kept
            apart, in money.
        """
        level = self._level(level)
        given = {"value": value, "cost": cost, "save": save, "trigger": trigger}
        exact = float(profit.contact_threshold(**given)["threshold"].to_numpy()[0])
        curve = profit.profit_curve(self.inside, **given, level=level)
        best = float(curve["threshold"].to_numpy()[int(curve["profit"].to_numpy().argmax())])
        rules = {"closed form": exact, "best inside": best, "everyone": 0.0, "nobody": np.inf}
        made = [profit.at(self.holdout, t, given, level) for t in rules.values()]
        table = pd.DataFrame(made)
        table.insert(0, "rule", list(rules))
        return table

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the odds ratios with their intervals, on a logarithmic axis."""
        table = self.table()[::-1]
        ax = fig.axes(ax, title="What goes along with leaving", x="odds ratio (logarithmic)", y="")
        return forest(ax, table["term"], table[["odds_ratio", "lower", "upper"]], fig.BLUE)

    def _level(self, level: float | None) -> float:
        return self.level if level is None else between("level", level, 0, 1, open_ends=True)
