"""How reliable a difference of two answers is, and what it is tied to by its making."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array, between

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Share = Annotated[float, Ge(0), Le(1)]
Spread = Annotated[float, Gt(0), Le(100)]


def difference_reliability(
    perceived: float,
    expected: float,
    correlation: float,
    *,
    spread_perceived: float = 1.0,
    spread_expected: float = 1.0,
) -> float:
    """Return the reliability of ``perceived − expected`` from those of its two parts.

    ``(σ_p² r_pp + σ_e² r_ee − 2 σ_p σ_e r_pe) / (σ_p² + σ_e² − 2 σ_p σ_e r_pe)``, which for equal
    spreads is ``(½ (r_pp + r_ee) − r_pe) / (1 − r_pe)``; errors are taken to be uncorrelated.

    Parameters
    ----------
    perceived, expected
        Reliabilities r_pp and r_ee, 0 to 1.
    correlation
        Observed correlation r_pe; it cannot exceed ``√(r_pp r_ee)`` in size.
    spread_perceived, spread_expected
        Standard deviations σ_p and σ_e, above 0.

    Returns
    -------
    float
        0 to 1; 0 where nobody's difference differs from another's.

    Raises
    ------
    InputError
        For a value out of bounds, or a correlation that the reliabilities do not allow.

    References
    ----------
    Johns, G. (1981), "Difference score measures of organizational behavior variables",
    Organizational Behavior and Human Performance 27; Peter, Churchill & Brown (1993), "Caution
    in the use of difference scores in consumer research" (both reported, not verified).

    Examples
    --------
    >>> round(difference_reliability(0.8, 0.8, 0.6), 3)
    0.5
    """
    rpp = between("perceived", perceived, 0, 1)
    ree = between("expected", expected, 0, 1)
    tie = between("correlation", correlation, -1, 1)
    sp = between("spread_perceived", spread_perceived, 0, 1e14, open_ends=True)
    se = between("spread_expected", spread_expected, 0, 1e14, open_ends=True)
    most = math.sqrt(rpp * ree)
    if abs(tie) > most + 1e-12:
        raise InputError(
            f"correlation must be between {-most:.4g} and {most:.4g}, for two answers with these"
            f" reliabilities cannot be tied more closely, not {tie:g}."
        )
    return _reliability(rpp, ree, tie, sp, se)


def _reliability(rpp: float, ree: float, tie: float, sp: float, se: float) -> float:
    top = max(sp, se)
    p, e = sp / top, se / top
    shared = 2 * p * e * tie
    total = p * p + e * e - shared
    if total <= 1e-14:
        return 0.0
    return min(max((p * p * rpp + e * e * ree - shared) / total, 0.0), 1.0)


@model
class DifferenceScore:
    """What becomes of two answers when one is taken from the other.

    Perceived and expected quality are answers with a reliability each (the share of their
    variance that is not noise); *true* perceptions and expectations correlate. Taking the
    difference removes what the two have in common and keeps the noise of both, so that the
    difference is the less reliable the more they agree; and it is tied to its parts by its
    making, ``r(D, p) = (σ_p − σ_e r_pe) / σ_D``, whatever people feel. The observed correlation
    is the true one times ``√(r_pp r_ee)``. The defaults are illustrative.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Johns, G. (1981); Edwards, J. R. (2001), "Ten difference score myths", Organizational
    Research Methods 4 (both reported, not verified).

    Examples
    --------
    >>> score = DifferenceScore(true_correlation=0.75)
    >>> round(score.observed_correlation, 3), round(score.reliability, 3)
    (0.6, 0.5)
    >>> round(score.with_perceived, 3), round(score.with_expected, 3)
    (0.447, -0.447)
    """

    reliability_perceived: Annotated[Share, Label("reliability of perceived", "share")] = 0.8
    reliability_expected: Annotated[Share, Label("reliability of expected", "share")] = 0.8
    true_correlation: Annotated[
        float, Ge(-1), Le(1), Label("true perceived with true expected", "correlation")
    ] = 0.5
    spread_perceived: Annotated[Spread, Label("spread of perceived answers", "points")] = 1.0
    spread_expected: Annotated[Spread, Label("spread of expected answers", "points")] = 1.0

    @property
    def observed_correlation(self) -> float:
        """Correlation of the two answers, pulled towards 0 by their noise."""
        return self._observed(self.true_correlation)

    def _observed(self, true: float) -> float:
        return true * math.sqrt(self.reliability_perceived * self.reliability_expected)

    @property
    def reliability(self) -> float:
        """Reliability of the difference; 0 where no difference varies."""
        return float(self._at([self.true_correlation])[0, 0])

    @property
    def with_perceived(self) -> float:
        """Correlation of the difference with the perceived answer; 0 where none varies."""
        return float(self._at([self.true_correlation])[0, 1])

    @property
    def with_expected(self) -> float:
        """Correlation of the difference with the expected answer; 0 where none varies."""
        return float(self._at([self.true_correlation])[0, 2])

    def _at(self, true: Any) -> Array:
        """Return reliability and the two correlations of the difference, row by row."""
        top = max(self.spread_perceived, self.spread_expected)
        p, e = self.spread_perceived / top, self.spread_expected / top
        rows = []
        for rho in true:
            tie = self._observed(float(rho))
            own = _reliability(self.reliability_perceived, self.reliability_expected, tie, p, e)
            total = p * p + e * e - 2 * p * e * tie
            sd = math.sqrt(total) if total > 1e-14 else math.inf
            rows.append((own, (p - e * tie) / sd, (p * tie - e) / sd))
        return np.asarray(np.clip(np.array(rows), -1.0, 1.0))

    def table(self) -> pd.DataFrame:
        """Return what :meth:`plot` draws, for true correlations from −1 to 1."""
        true = np.linspace(-1, 1, 81)
        found = self._at(true)
        return pd.DataFrame(
            {
                "true_correlation": true,
                "observed_correlation": [self._observed(float(t)) for t in true],
                "reliability": found[:, 0],
                "with_perceived": found[:, 1],
                "with_expected": found[:, 2],
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the reliability of the difference, and its ties to its parts."""
        ax = fig.axes(
            ax,
            title="What a difference of two answers is made of",
            x="true correlation of perceived and expected",
            y="reliability, or correlation",
        )
        ax.axhline(0, color=fig.GREY, lw=0.8)
        for name, color, dash, words in (
            ("reliability", fig.BLUE, "-", "reliability of the difference"),
            ("with_perceived", fig.ORANGE, "--", "its correlation with perceived"),
            ("with_expected", fig.ORANGE, "-.", "with expected"),
        ):
            ax.plot([], [], dash, color=color, lw=2.2, gid=name, label=fig.label(words))
        ax.plot([], [], "o", color=fig.BLUE, ms=9, gid="here", label=fig.label("here"))
        ax.set_xlim(-1.12, 1.12)
        ax.set_ylim(-1.05, 1.05)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table = self.table()
        for name in ("reliability", "with_perceived", "with_expected"):
            artists[name].set_data(table["true_correlation"], table[name])
        artists["here"].set_data([self.true_correlation], [self.reliability])

    def sentence(self) -> str:
        """Say in one sentence how reliable the difference is beside its parts."""
        if self.with_perceived == self.with_expected == 0:
            tied = "nobody's difference differs from another's, so that it tells nothing"
        else:
            tied = (
                f"the difference has a reliability of {self.reliability:.2f}, and by its making it"
                f" correlates {self.with_perceived:z.2f} with perceived and"
                f" {self.with_expected:z.2f} with expected"
            )
        return (
            (
                f"With reliabilities of {self.reliability_perceived:.2f} (perceived) and"
                f" {self.reliability_expected:.2f} (expected) and an observed correlation of"
                f" {self.observed_correlation:z.2f}, {tied}."
            )
            .replace("-0", "−0")
            .replace("-1", "−1")
        )
