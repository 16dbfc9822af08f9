"""Kaplan-Meier: which share is still there, with an interval that stays between 0 and 1."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import between, wilson
from loyaltylab.churn.lives import (
    EVERYONE,
    FEW,
    entries,
    first_below,
    lives,
    parts,
    steps_of,
    times_of,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def kaplan_meier(
    data: Data,
    *,
    tenure: Hashable = "tenure_months",
    churned: Hashable = "churned",
    group: Hashable | None = None,
    entry: Hashable | None = None,
    level: float = 0.95,
) -> SurvivalFit:
    """Estimate which share of customers is still there by tenure (Kaplan & Meier 1958).

    ``S(t)`` is the product over times ``s ≤ t`` of ``1 − lost(s) / at risk(s)``. At risk in s is
    whoever entered before s and was not last seen before it.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer. Rows count as
        independent, and nothing looks for a customer who stands in two: of those who come back
        the intervals are too narrow. Only a life cut in pieces that follow each other (each
        enters where the one before ended) may stand in several rows: it changes nothing.
    tenure
        Column: tenure when he left or was last seen, in any unit. Rows of tenure 0 are left out.
    churned
        Column: whether he left then. Else he is censored: he stayed at least that long.
    group
        Column that splits the customers, or None.
    entry
        Column: tenure at which he came under observation (left truncation), or None when all
        were seen from their first day.
    level
        Coverage of the intervals.

    Returns
    -------
    SurvivalFit

    Raises
    ------
    InputError
        For missing or doubled columns, values of another kind, or an entry that is not before
        the tenure; it names the rows.

    Examples
    --------
    >>> people = pd.DataFrame({"t": [1, 2, 2, 3], "left": [1, 0, 1, 0]})
    >>> fit = kaplan_meier(people, tenure="t", churned="left")
    >>> fit.table()[["time", "at_risk", "lost", "survival", "lower", "upper"]].round(2)
       time  at_risk  lost  survival  lower  upper
    0   1.0        4     1      0.75   0.13   0.96
    1   2.0        3     1      0.50   0.06   0.84
    """
    from statsmodels.duration.api import SurvfuncRight

    between("level", level, 0, 1, open_ends=True)
    frame = lives(data, tenure, churned, group, entry)
    functions = {
        name: SurvfuncRight(part["tenure"], part["churned"].astype(float), entry=entries(part))
        for name, part in parts(frame).items()
    }
    return SurvivalFit(functions, frame, level)


@dataclass(frozen=True, eq=False)
class SurvivalFit:
    """What :func:`kaplan_meier` found.

    Attributes
    ----------
    functions
        The ``SurvfuncRight`` of statsmodels, by group.
    data
        The customers as they were used: ``entry, tenure, churned, group``.
    level
        Coverage of the intervals.

    Examples
    --------
    >>> people = pd.DataFrame({"t": [1, 2, 2, 3], "left": [1, 0, 1, 0]})
    >>> kaplan_meier(people, tenure="t", churned="left").predict([1.5]).round(2)
      group  time  survival  lower  upper  at_risk
    0   all   1.5      0.75   0.13   0.96        3
    """

    functions: dict[Any, Any]
    data: pd.DataFrame
    level: float

    @property
    def note(self) -> str:
        """What has to be said of the curves: an empty text, or a sentence on their weak places."""
        table = self.table()
        weak = table[(table["at_risk"] < FEW) & (table["lost"] > 0)]
        if weak.empty:
            return ""
        early = weak[weak["time"] <= weak.groupby("group")["time"].transform("min")]
        first = early.iloc[0]
        return (
            f"Some steps rest on fewer than {FEW} customers at risk (first at"
            f" {first['time']:g}: {first['at_risk']} of them), so that the curve beyond, or with"
            " late entries even all of it, hangs on few."
        )

    def table(self, level: float | None = None) -> pd.DataFrame:
        """Return each step: ``group, time, at_risk, lost, survival, standard_error, lower, upper``.

        The standard error is Greenwood's, the interval is built on ``ln(−ln S)`` and so stays
        between 0 and 1. Where the last one at risk leaves, the upper end is that of the step
        before times Wilson's for none of those at risk.
        """
        level = self._level(level)
        return pd.concat(
            [steps_of(f, name, level) for name, f in self.functions.items()], ignore_index=True
        )

    def predict(self, times: Sequence[float], level: float | None = None) -> pd.DataFrame:
        """Return the share still there at given tenures.

        Parameters
        ----------
        times
            Tenures, >= 0. Beyond the last customer seen nothing is known: those are left out.
        level
            Coverage, or None for that of the fit.

        Returns
        -------
        pandas.DataFrame
            ``group, time, survival, lower, upper, at_risk`` (just after that time). At 0
            everyone is there; from then until the first loss the interval is Wilson's.
        """
        level = self._level(level)
        wanted = times_of(times)
        made = []
        for name, part in parts(self.data).items():
            steps = steps_of(self.functions[name], name, level)
            inside = wanted[wanted <= part["tenure"].max()]
            place = np.searchsorted(steps["time"], inside, side="right") - 1
            risk = [int(((part["entry"] <= t) & (part["tenure"] > t)).sum()) for t in inside]
            ever = [int((part["entry"] <= t).sum()) for t in inside]
            whole = wilson(ever, ever, level)[0]
            found = {
                c: np.append(steps[c].to_numpy(float), 1.0)[place]
                for c in ("survival", "lower", "upper")
            }
            found["lower"] = np.where(place < 0, whole, found["lower"])
            found["lower"] = np.where(inside == 0, 1.0, found["lower"])
            made.append(
                pd.DataFrame(
                    {"group": [name] * len(inside), "time": inside, **found, "at_risk": risk}
                )
            )
        return pd.concat(made, ignore_index=True)

    def median(self, share: float = 0.5, level: float | None = None) -> pd.DataFrame:
        """Return the tenure by which a share has left, half of them by default.

        Parameters
        ----------
        share
            Share gone, strictly between 0 and 1.
        level
            Coverage, or None for that of the fit. The interval (Brookmeyer & Crowley 1982) holds
            the tenures at which the interval of the curve holds that share.

        Returns
        -------
        pandas.DataFrame
            ``group, tenure, lower, upper, n, lost``; infinite where it was not reached.
        """
        share = between("share", share, 0, 1, open_ends=True)
        level = self._level(level)
        found = []
        for name, part in parts(self.data).items():
            steps = steps_of(self.functions[name], name, level)
            ends = [first_below(steps, c, 1 - share) for c in ("survival", "lower", "upper")]
            counts = (len(part), int(part["churned"].sum()))
            found.append((name, *ends, *counts))
        return pd.DataFrame(found, columns=["group", "tenure", "lower", "upper", "n", "lost"])

    def plot(self, ax: Axes | None = None, *, unit: str = "period") -> Axes:
        """Draw the curves with their intervals.

        Parameters
        ----------
        ax
            Axes to draw on, or None for new ones.
        unit
            Name of the unit of tenure, for the labels.
        """
        ax = fig.axes(
            ax, title="Who is still there, by tenure", x=f"tenure ({unit}s)", y="share still there"
        )
        table = self.table()
        for (name, part), colour in zip(
            parts(self.data).items(), itertools.cycle(fig.PALETTE), strict=False
        ):
            steps = table[(table["group"] == name).to_numpy()]
            time = np.concatenate([[0.0], steps["time"], [part["tenure"].max()]])
            curve = {
                c: np.concatenate([[1.0], steps[c], steps[c].tail(1) if len(steps) else [1.0]])
                for c in ("survival", "lower", "upper")
            }
            band = (curve["lower"], curve["upper"])
            ax.fill_between(time, *band, step="post", color=colour, alpha=0.2, lw=0)
            label = None if name == EVERYONE else str(name)[:24]
            ax.step(time, curve["survival"], where="post", color=colour, lw=2, label=label)
        ax.set_ylim(0, 1.02)
        ax.set_xlim(0)
        fig.percent(ax)
        if len(self.functions) > 1:
            fig.legend_above(ax)
        return ax

    def _level(self, level: float | None) -> float:
        if level is None:
            return self.level
        return between("level", level, 0, 1, open_ends=True)
