"""Why churn falls with tenure: habit, or only that the fickle have gone."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Column, Data
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array, between, whole
from loyaltylab.bucket.lifetable import MAX_TENURE
from loyaltylab.churn.lives import lives, parts
from loyaltylab.curve.answers import of_group

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PERIODS = 36
Chance = Annotated[float, Ge(0), Le(1)]


@model
class TwoKinds:
    """Two kinds of customers, fickle and settled, and what the firm sees of both together.

    With ``habit = 1`` nobody changes: each kind leaves with its own constant chance. The churn of
    all of them falls all the same, for the fickle leave first and the settled remain (sorting).
    With ``habit`` below 1 everyone's chance shrinks by that factor each period: true duration
    dependence. From tenures and losses alone the two cannot be told apart: any falling churn of
    all can come from either. The defaults are illustrative.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Vaupel, J. W. & Yashin, A. I. (1985), "Heterogeneity's ruses", The American Statistician 39(3).

    Examples
    --------
    >>> kinds = TwoKinds(fickle=0.2, settled=0.02, share=0.5)
    >>> kinds.table()[["period", "churn", "share_fickle"]].iloc[[0, 11]].round(3)
        period  churn  share_fickle
    0        1  0.110         0.500
    11      12  0.037         0.097
    """

    fickle: Annotated[Chance, Label("churn of the fickle", "share per period")] = 0.15
    settled: Annotated[Chance, Label("churn of the settled", "share per period")] = 0.02
    share: Annotated[Chance, Label("fickle among the new", "share of customers")] = 0.5
    habit: Annotated[
        float, Gt(0), Le(1), Label("what habit leaves of churn", "share per period")
    ] = 1.0

    def chances(self) -> tuple[Array, Array]:
        """Churn of the fickle and of the settled in periods 1 … 36."""
        worn = self.habit ** np.arange(PERIODS)
        return np.asarray(self.fickle * worn), np.asarray(self.settled * worn)

    def table(self) -> pd.DataFrame:
        """Return one row per period: churn of each kind and of all, and who is still there.

        ``period, churn_fickle, churn_settled, churn`` (of all who are there at its start),
        ``share_fickle`` (among them), ``survival`` (at its end). Where nobody is left, ``churn``
        stays what it was last.
        """
        fickle, settled = self.chances()
        start = np.array([self.share, 1 - self.share])
        stay = np.cumprod(1 - np.vstack([fickle, settled]), axis=1)
        there = start[:, None] * np.column_stack([np.ones(2), stay[:, :-1]])
        together = there.sum(axis=0)
        alive = together > 0
        known = np.where(alive, together, 1.0)
        seen = pd.Series((there * np.vstack([fickle, settled])).sum(axis=0) / known).where(alive)
        part = pd.Series(there[0] / known).where(alive)
        return pd.DataFrame(
            {
                "period": np.arange(1, PERIODS + 1),
                "churn_fickle": fickle,
                "churn_settled": settled,
                "churn": np.clip(seen.ffill(), 0.0, 1.0),
                "share_fickle": np.clip(part.ffill(), 0.0, 1.0),
                "survival": (start[:, None] * stay).sum(axis=0),
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the churn of each kind, and of all who are still there."""
        ax = fig.axes(
            ax,
            title="Churn by tenure: each kind, and all",
            x="period",
            y="share leaving per period",
        )
        style = {"fickle": (fig.ORANGE, "--", 1.8), "settled": (fig.GREEN, "--", 1.8)}
        for name, (colour, line, width) in style.items():
            ax.plot([], [], color=colour, ls=line, lw=width, gid=name, label=fig.label(name))
        ax.plot([], [], color=fig.BLUE, lw=2.4, gid="all", label=fig.label("all who are there"))
        fig.legend_above(ax)
        fig.percent(ax)
        ax.set_xlim(1, PERIODS)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table = self.table()
        for name, column in {"fickle": "churn_fickle", "settled": "churn_settled"}.items():
            artists[name].set_data(table["period"], table[column])
        artists["all"].set_data(table["period"], table["churn"])
        ax.set_ylim(0, fig.ceiling(1.02 * max(self.fickle, self.settled)))

    def sentence(self) -> str:
        """Say in one sentence how the churn of all moves, and whether anyone's did."""
        table = self.table()
        first, last = table["churn"].iloc[0], table["churn"].iloc[-1]
        mixed = 0 < self.share < 1 and self.fickle != self.settled
        worn = "by habit and by sorting" if mixed else "by habit alone"
        who = "although nobody's own churn changed" if self.habit == 1 else worn
        if np.isclose(first, last, rtol=1e-9, atol=0):
            return (
                f"The churn of all customers is {_percent(first)} in period 1 and in period"
                f" {PERIODS} alike, for the kinds do not differ or only one of them is there."
            )
        return (
            f"The churn of all customers goes from {_percent(first)} in period 1 to"
            f" {_percent(last)} in period {PERIODS}, {who}: the fickle are"
            f" {_percent(table['share_fickle'].iloc[0])} of the customers at the start and"
            f" {_percent(table['share_fickle'].iloc[-1])} of those left then."
        )


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"


def falls(
    data: Data,
    *,
    tenure: Hashable = "tenure_months",
    churned: Hashable = "churned",
    group: Hashable | None = None,
    cut: int = 12,
    window: int | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare churn per period before and after a tenure, to see whether it falls, and for whom.

    Parameters
    ----------
    data, tenure, churned
        As in ``bucket.hazard_table``; whole periods, one row per customer (rows count as
        independent).
    group
        Column that splits the customers, or None.
    cut
        Last period that counts as early.
    window
        None reads the list as the history of everyone who ever joined: each was exposed in all
        his periods. A number reads it as a snapshot: those who were customers when the last
        ``window`` periods began, watched for these alone (a period life table).
    level
        Coverage of the interval of the ratio (score interval, Koopman 1984).

    Returns
    -------
    pandas.DataFrame
        ``group, early, late`` (share leaving per period), ``ratio`` (late over early, below 1
        where churn falls), ``lower, upper, exposed_early, lost_early, exposed_late, lost_late``
        (customer-periods and customers), ``n``.

    Raises
    ------
    InputError
        For bad columns, or if a group was never seen on one side of the cut.

    Examples
    --------
    >>> seen = pd.DataFrame({"t": [1, 2, 3, 4] * 30, "left": [1, 1, 0, 0] * 30})
    >>> falls(seen, tenure="t", churned="left", cut=2)[["early", "late", "ratio"]].round(3)
       early  late  ratio
    0  0.286   0.0    0.0
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    between("level", level, 0, 1, open_ends=True)
    cut = whole("cut", cut, 1, MAX_TENURE)
    back = MAX_TENURE if window is None else whole("window", window, 1, MAX_TENURE)
    frame = lives(
        data, tenure, churned, group, whole_periods=Column(tenure, "whole", 0, MAX_TENURE)
    )
    made = []
    for name, part in parts(frame).items():
        end, gone = part["whole_periods"].to_numpy(), part["churned"].to_numpy()
        start = np.maximum(end - back, 0)
        early = int(np.maximum(np.minimum(end, cut) - start, 0).sum())
        late = int(np.maximum(end - np.maximum(start, cut), 0).sum())
        lost = (int(gone[end <= cut].sum()), int(gone[end > cut].sum()))
        _both_seen(early, late, cut, name)
        low, high = _ratio(confint_proportions_2indep, lost, (early, late), level)
        rates = (lost[0] / early, lost[1] / late)
        ratio = rates[1] / rates[0] if rates[0] else np.inf
        made.append((name, *rates, ratio, low, high, early, lost[0], late, lost[1], len(part)))
    names = ["group", "early", "late", "ratio", "lower", "upper"]
    counts = ["exposed_early", "lost_early", "exposed_late", "lost_late", "n"]
    return pd.DataFrame(made, columns=names + counts)


def _ratio(
    interval: Any, lost: tuple[int, int], exposed: tuple[int, int], level: float
) -> tuple[float, float]:
    """Score interval of late over early; where nobody left early nothing bounds it above."""
    if sum(lost) == 0:
        return 0.0, np.inf
    with np.errstate(all="ignore"):
        low, high = interval(
            lost[1],
            exposed[1],
            lost[0],
            exposed[0],
            compare="ratio",
            method="score",
            alpha=1 - level,
        )
    return (
        0.0 if lost[1] == 0 or np.isnan(low) else float(low),
        np.inf if lost[0] == 0 or np.isnan(high) else float(high),
    )


def _both_seen(early: int, late: int, cut: int, name: Any) -> None:
    if min(early, late) == 0:
        side = "after" if late == 0 else "up to"
        raise InputError(f"Nobody was seen {side} tenure {cut}{of_group(name)}; take another cut.")
