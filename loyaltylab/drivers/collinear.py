"""Three drivers that go along with each other: what each measure makes of a known truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array
from loyaltylab.drivers.shapley import shares
from loyaltylab.drivers.weights import betas, johnson

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DRIVERS = ("first", "second", "third")
HIGHEST, POINTS, ROUNDING = 0.99, 67, 1e-12
Weight = Annotated[float, Ge(-1), Le(1)]


@model
class Collinear:
    """β, LMG and relative weights of three drivers whose true effects are known.

    The outcome is ``Σ β_j x_j + e`` with standardised ``x``, every pair of which correlates at
    ``correlation``. ``reliability`` is the share of an answer's variance that is not noise:
    answers then correlate at ``correlation · reliability`` with each other, and with the outcome
    at ``√reliability`` of the true value. A coefficient is what a regression on the answers
    tends to; its 95 % interval is that of ``n`` respondents,
    ``β ± t √((1 − R²) VIF / (n − 4))`` with t of n − 4 degrees of freedom (1.96 if n is large).

    Raises
    ------
    InputError
        If a value is not valid; see the parameters below.

    References
    ----------
    Johnson (2000) for relative weights, Lindeman, Merenda & Gold (1980) for LMG, Spearman (1904)
    for what unreliable answers do.

    Examples
    --------
    >>> tangled = Collinear(correlation=0.8, third=0.0)
    >>> tangled.table()[["driver", "effect", "beta", "lmg"]].round(2)
       driver  effect  beta   lmg
    0   first    0.46  0.46  0.21
    1  second    0.28  0.28  0.17
    2   third    0.00  0.00  0.12
    """

    correlation: Annotated[
        float, Ge(0), Le(HIGHEST), Label("correlation of the drivers", "of each pair")
    ] = 0.6
    first: Annotated[Weight, Label("true weight of the first driver", "relative")] = 0.5
    second: Annotated[Weight, Label("true weight of the second driver", "relative")] = 0.3
    third: Annotated[Weight, Label("true weight of the third driver", "relative")] = 0.0
    explained: Annotated[
        float, Ge(0), Le(0.99), Label("what the true drivers explain", "share of variance")
    ] = 0.5
    reliability: Annotated[
        float, Ge(0.1), Le(1), Label("reliability of the answers", "share of their variance")
    ] = 1.0
    n: Annotated[int, Ge(10), Le(1_000_000), Label("respondents", "people")] = 300

    def matrices(self, correlation: Array) -> Array:
        """Return a matrix of drivers and outcome, as answered, for each correlation."""
        effect = self._effects(correlation)
        stack = np.empty((len(correlation), 4, 4))
        stack[:, :3, :3] = (self.reliability * correlation)[:, None, None]
        with_outcome = (
            effect * (1 - correlation[:, None]) + (correlation * effect.sum(axis=1))[:, None]
        )
        stack[:, :3, 3] = stack[:, 3, :3] = np.sqrt(self.reliability) * with_outcome
        stack[:, range(4), range(4)] = 1.0
        return stack

    def _effects(self, correlation: Array) -> Array:
        """True standardised effects that explain the share asked for, at each correlation."""
        weight = np.array([self.first, self.second, self.third])
        largest = np.abs(weight).max()
        if largest == 0:
            return np.zeros((len(correlation), 3))
        weight = weight / largest
        spread = (1 - correlation) * (weight**2).sum() + correlation * weight.sum() ** 2
        return np.asarray(np.sqrt(self.explained / spread)[:, None] * weight)

    def curve(self) -> pd.DataFrame:
        """Return the columns of :meth:`table` for every correlation from 0 to 0.99."""
        return self._measured(np.linspace(0, HIGHEST, POINTS))

    def table(self) -> pd.DataFrame:
        """Return one row per driver: what is true, and what each measure makes of it.

        ``driver``; ``effect`` (true β); ``zero_order`` (correlation of its answers with the
        outcome); ``beta, beta_lower, beta_upper``; ``lmg`` and ``relative_weight`` (shares of the
        outcome's variance); ``vif``; ``standard_error`` of β.
        """
        found = self._measured(np.array([self.correlation]))
        return found.drop(columns="correlation")

    def _measured(self, correlation: Array) -> pd.DataFrame:
        from scipy.special import stdtrit

        stack = self.matrices(correlation)
        beta, r = betas(stack), stack[:, :3, 3]
        beta = np.where(np.abs(beta) < ROUNDING, 0.0, beta)
        inside = self.reliability * correlation
        inflation = (1 + inside) / ((1 - inside) * (1 + 2 * inside))
        left = np.clip(1 - (beta * r).sum(axis=1), 0, 1)
        error = np.sqrt(left * inflation / (self.n - 4))[:, None] + 0 * beta
        reach = float(stdtrit(self.n - 4, 0.975)) * error
        return pd.DataFrame(
            {
                "correlation": np.repeat(correlation, 3),
                "driver": np.tile(DRIVERS, len(correlation)),
                "effect": self._effects(correlation).ravel(),
                "zero_order": r.ravel(),
                "beta": beta.ravel(),
                "beta_lower": (beta - reach).ravel(),
                "beta_upper": (beta + reach).ravel(),
                "lmg": shares(stack).ravel(),
                "relative_weight": johnson(stack).ravel(),
                "vif": np.repeat(inflation, 3),
                "standard_error": error.ravel(),
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw LMG and the 95 % interval of β against the correlation of the drivers."""
        ax = fig.axes(
            ax,
            title="What LMG and β make of drivers that go together",
            x="correlation of each pair of drivers",
            y="LMG (line), interval of β (band)",
        )
        for name, color, dash in zip(DRIVERS, fig.PALETTE, ("-", "--", ":"), strict=False):
            band = {"color": color, "alpha": 0.16, "lw": 0}
            ax.fill_between([0, 1], 0, 0, gid=f"beta_{name}", **band)  # type: ignore[arg-type]
            ax.plot([], [], dash, color=color, lw=2.2, gid=f"lmg_{name}", label=fig.label(name))
        ax.axhline(0, color=fig.GREY, lw=0.8)
        ax.axvline(0, color=fig.GREY, lw=1.2, ls=":", gid="here", label=fig.label("here"))
        fig.legend_above(ax)
        ax.set_xlim(0, 1)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        curve = self.curve()
        for name in DRIVERS:
            mine = curve[curve["driver"] == name]
            at = mine["correlation"].to_numpy()
            artists[f"lmg_{name}"].set_data(at, mine["lmg"])
            artists[f"beta_{name}"].set_data(at, mine["beta_lower"], mine["beta_upper"])
        artists["here"].set_xdata([self.correlation] * 2)
        here = self.table()
        top = fig.ceiling(max(1.0, float(here["beta_upper"].max())))
        low = float(here["beta_lower"].min())
        ax.set_ylim(-fig.ceiling(max(0.5, -low)), top)

    def sentence(self) -> str:
        """Say in one sentence what LMG and β make of the truth here."""
        table = self.table()
        effects = ", ".join(f"{v:z.2f}" for v in table["effect"]).replace("-", "−")
        lmg = ", ".join(f"{v:.2f}" for v in table["lmg"])
        return (
            f"Three drivers that correlate at {self.correlation:.2f} and whose true effects are"
            f" {effects} get {lmg} of the variance from LMG, and a coefficient from {self.n:,}"
            f" respondents has a standard error of {table['standard_error'].iloc[0]:.2f}, to which"
            f" collinearity adds a factor of {np.sqrt(table['vif'].iloc[0]):.2f}."
        )
