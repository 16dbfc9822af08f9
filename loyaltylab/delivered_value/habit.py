"""Value, choice, loyalty: how much of coming back is habit or taste, and no value at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array, generator, whole
from loyaltylab.delivered_value.copies import REACH, Lead, Sensitivity, said

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NODES = 60
"""Nodes of the Gauss–Hermite rule over tastes."""
MOST = 5_000_000


@model
class HabitChoice:
    """Repeat share at a lead in delivered value, when habit and taste have a say, too.

    At each occasion a customer chooses us with probability
    ``expit(sensitivity·lead + taste·u ± habit)``: plus if he bought from us last time, minus if
    from the rival. ``u`` is a standard normal liking that he keeps for good and the firm does not
    see; habit is *state dependence*, what the last purchase itself does. In the documents' chain
    value decides the choice and the choice loyalty: habit 0, taste 0 and sensitivity → ∞. The
    repeat share is that of all long-run occasions after a purchase from us. The defaults are
    illustrative.

    Raises
    ------
    InputError
        If a value is not valid.

    References
    ----------
    Heckman (1981), "Heterogeneity and state dependence", in Studies in Labor Markets; Guadagni &
    Little (1983), Marketing Science 2, for scanner data (both reported, not verified).

    Examples
    --------
    >>> chain = HabitChoice(lead=0, habit=0, taste=0)
    >>> round(chain.share, 3), round(chain.repeat, 3)
    (0.5, 0.5)
    >>> [round(HabitChoice(lead=0, habit=h, taste=0).repeat, 3) for h in (1, 2)]
    [0.731, 0.881]
    >>> round(HabitChoice(lead=0, habit=0, taste=2).repeat, 3)
    0.697
    """

    lead: Lead = 5.0
    sensitivity: Sensitivity = 0.1
    habit: Annotated[float, Ge(0), Label("habit", "logits for the one bought last")] = 1.0
    taste: Annotated[float, Ge(0), Label("spread of lasting taste", "logits")] = 0.0

    def _logs(self, lead: Any) -> tuple[Array, Array, Array]:
        """Logs of the node weights, of the long-run share, and of repeating: ``(lead, node)``."""
        from scipy.special import log_expit

        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        utility = self.sensitivity * np.atleast_1d(np.asarray(lead, float))[:, None]
        utility = utility + self.taste * nodes
        repeat = log_expit(utility + self.habit)
        won, lost = log_expit(utility - self.habit), log_expit(-utility - self.habit)
        # of a two-state chain: share = won / (won + lost)
        return np.log(weights / weights.sum()), log_expit(won - lost), repeat

    def curve(self, lead: Any) -> tuple[Array, Array]:
        """Return the long-run share of choices and the repeat share, at each lead."""
        from scipy.special import logsumexp

        weight, share, repeat = self._logs(lead)
        bought = logsumexp(weight + share, axis=1)
        again = logsumexp(weight + share + repeat, axis=1)
        return np.exp(bought), np.exp(np.minimum(again - bought, 0.0))

    @property
    def share(self) -> float:
        """Long-run share of choices that go to us."""
        return float(self.curve(self.lead)[0][0])

    @property
    def repeat(self) -> float:
        """Share of those who bought from us that buy from us again next time."""
        return float(self.curve(self.lead)[1][0])

    @property
    def value_only(self) -> float:
        """Repeat share if nothing but value, and chance, decided."""
        from scipy.special import expit

        return float(expit(self.sensitivity * self.lead))

    @property
    def reach(self) -> float:
        """How far the picture and the table go to either side."""
        flat = REACH / self.sensitivity if self.sensitivity else 1.0
        return fig.ceiling(max(min(flat, 1e14), 1.05 * abs(self.lead)))

    def table(self) -> pd.DataFrame:
        """Return what :meth:`plot` draws, over a range of the lead."""
        from scipy.special import expit

        lead = np.linspace(-1.0, 1.0, 81) * self.reach
        share, repeat = self.curve(lead)
        return pd.DataFrame(
            {
                "lead": lead,
                "certain": 0.5 * (1 + np.sign(lead)),
                "value_only": expit(self.sensitivity * lead),
                "share": share,
                "repeat": repeat,
            }
        )

    def simulate(
        self,
        customers: int = 1000,
        occasions: int = 10,
        seed: int | np.random.Generator | None = 0,
    ) -> pd.DataFrame:
        """Let customers choose again and again; the first choice comes from the long run.

        Returns
        -------
        pandas.DataFrame
            One row per customer and occasion: ``customer, occasion, own`` (bought from us).

        Examples
        --------
        >>> bought = HabitChoice(lead=0, habit=1).simulate(customers=2000, seed=1)
        >>> again = bought["own"].groupby(bought["customer"]).shift(-1)
        >>> round(float(again[bought["own"]].dropna().mean()), 2)
        0.73
        """
        from scipy.special import expit, log_expit

        people = whole("customers", customers, 1, MOST)
        times = whole("occasions", occasions, 1, MOST // people)
        draw = generator(seed)
        utility = self.sensitivity * self.lead + self.taste * draw.normal(size=people)
        odds = log_expit(utility - self.habit) - log_expit(-utility - self.habit)
        chance = expit(odds)
        own = np.empty((times, people), dtype=bool)
        for t in range(times):
            own[t] = draw.uniform(size=people) < chance
            chance = expit(utility + np.where(own[t], self.habit, -self.habit))
        return pd.DataFrame(
            {
                "customer": np.repeat(np.arange(1, people + 1), times),
                "occasion": np.tile(np.arange(1, times + 1), people),
                "own": own.T.ravel(),
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the repeat share by the lead: certain, by value alone, and with habit and taste."""
        ax = fig.axes(
            ax,
            title="Who comes back, by the lead in delivered value",
            x="lead over the rival (common unit)",
            y="share of choices",
        )
        ax.plot([], [], color=fig.GREY, lw=1.4, ls=":", gid="certain", label="certain chain")
        ax.plot([], [], color=fig.ORANGE, lw=2, ls="--", gid="value_only", label="value, chance")
        ax.plot([], [], color=fig.GREEN, lw=1.6, ls="-.", gid="share", label="all who choose us")
        ax.plot([], [], color=fig.BLUE, lw=2.4, gid="repeat", label="who come back")
        ax.plot([], [], "o", color=fig.RED, ms=9, gid="here", label=fig.label("here"))
        ax.axvline(0, color=fig.GREY, lw=0.8)
        ax.set_ylim(-0.02, 1.04)
        ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
        fig.percent(ax)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table, reach = self.table(), self.reach
        artists["certain"].set_data([-reach, 0, 0, reach], [0, 0, 1, 1])
        for name in ("value_only", "share", "repeat"):
            artists[name].set_data(table["lead"], table[name])
        artists["here"].set_data([self.lead], [self.repeat])
        ax.set_xlim(-reach, reach)

    def sentence(self) -> str:
        """Say in one sentence how many come back, and how many value alone would bring back."""
        above = 100 * (self.repeat - self.value_only)
        alone = f"the {said(self.value_only)} that value and chance alone would bring"
        than = f"{abs(above):.1f} points {'more' if above > 0 else 'fewer'} than {alone}"
        return (
            f"At a lead of {fig.money(self.lead)} with a habit of {self.habit:.4g} and a spread of"
            f" taste of {self.taste:.4g} logits, {said(self.share)} of all choices are ours and"
            f" {said(self.repeat)} of those who bought from us come back,"
            f" {than if abs(above) >= 0.05 else f'as good as {alone}'}."
        )
