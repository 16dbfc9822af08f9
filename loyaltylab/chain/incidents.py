"""The critical-incident artefact: two factors that arise from how people tell one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array, between, generator, wilson

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Share = Annotated[float, Ge(0), Le(1)]
KINDS = ("good", "bad")
FACTORS = ("motivator", "hygiene")


@model
class CriticalIncidents:
    """What people tell of good and bad days at work, if satisfaction has but one dimension.

    A share ``own`` of all days that stand out, good or bad alike, is caused by the own work
    (achievement, growth: *motivators*), the rest by what surrounds it (pay, rules, conditions:
    *hygiene*). Asked for the cause, people credit a good day that came from the surroundings to
    their own work with probability ``credit``, and blame a bad day that came from their own work
    on the surroundings with probability ``blame``. Told are motivators in
    ``own + (1 − own)·credit`` of good days and in ``own·(1 − blame)`` of bad ones: the pattern of
    two factors, from one.

    Raises
    ------
    InputError
        If a value is not valid; see the parameters below.

    References
    ----------
    Herzberg, Mausner & Snyderman (1959) asked 203 engineers and accountants for such days (read in
    a later text). That good outcomes are put down to oneself and bad ones to the surroundings:
    Farr (1977), Journal of Occupational Psychology 50, abstract read; Vroom (1964), House & Wigdor
    (1967, first page read) and King (1970), reported, not verified.

    Examples
    --------
    >>> one_factor = CriticalIncidents(own=0.5, credit=0.6, blame=0.4)
    >>> one_factor.table()[["incident", "factor", "true_share", "told_share"]].round(2)
      incident     factor  true_share  told_share
    0     good  motivator         0.5         0.8
    1     good    hygiene         0.5         0.2
    2      bad  motivator         0.5         0.3
    3      bad    hygiene         0.5         0.7
    """

    own: Annotated[Share, Label("days caused by the own work", "share of good and of bad days")] = (
        0.5
    )
    credit: Annotated[
        Share, Label("good luck credited to the own work", "share of good days from elsewhere")
    ] = 0.6
    blame: Annotated[
        Share, Label("own failure blamed on the surroundings", "share of bad days from own work")
    ] = 0.4
    told: Annotated[int, Ge(1), Le(1_000_000), Label("days of each kind told", "days")] = 200

    @property
    def motivators(self) -> tuple[float, float]:
        """Share of good, and of bad, days for which a motivator is told as the cause."""
        good, bad = self._told(np.array([self.own]))
        return float(good[0]), float(bad[0])

    def _told(self, own: Array) -> tuple[Array, Array]:
        return own + (1 - own) * self.credit, own * (1 - self.blame)

    def table(self) -> pd.DataFrame:
        """Return, for good and bad days and both factors, the true and the told share.

        Columns: ``incident, factor, true_share, told_share, lower, upper, n``; the interval
        is Wilson's for ``told`` days of each kind.
        """
        found = []
        for kind, share in zip(KINDS, self.motivators, strict=True):
            for factor, told, true in zip(
                FACTORS, (share, 1 - share), (self.own, 1 - self.own), strict=True
            ):
                low, high = wilson(told * self.told, self.told)
                ends = {"lower": float(low), "upper": float(high), "n": self.told}
                row = {"incident": kind, "factor": factor, "true_share": true}
                found.append(row | {"told_share": told} | ends)
        return pd.DataFrame(found)

    def simulate(self, seed: int | np.random.Generator | None = 0) -> pd.DataFrame:
        """Draw days as they are told: one row each.

        Parameters
        ----------
        seed
            A whole number >= 0, a numpy Generator, or None.

        Returns
        -------
        pandas.DataFrame
            ``incident, cause`` (true), ``told``; ``told`` rows of good and of bad days each.

        Raises
        ------
        InputError
            If the seed is not valid.
        """
        draw = generator(seed)
        good = np.repeat([True, False], self.told)
        own = draw.random(2 * self.told) < self.own
        lot = draw.random(2 * self.told)
        said = np.where(good, own | (lot < self.credit), own & (lot >= self.blame))
        return pd.DataFrame(
            {
                "incident": np.where(good, *KINDS),
                "cause": np.where(own, *FACTORS),
                "told": np.where(said, *FACTORS),
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share told as motivators, of good and of bad days, against the true one."""
        ax = fig.axes(
            ax,
            title="One factor, told as two",
            x="share of days truly caused by the own work",
            y="share told as motivators",
        )
        ax.set_xlim(-0.02, 1.02)
        ax.set_ylim(-0.03, 1.03)
        ax.plot([0, 1], [0, 1], color=fig.GREY, lw=1, ls=":", label=fig.label("told as it was"))
        for kind, colour, style in zip(KINDS, (fig.BLUE, fig.RED), ("o-", "o--"), strict=True):
            text = fig.label(f"{kind} days")
            ax.plot([], [], style, color=colour, lw=2.0, ms=6, gid=kind, label=text)
        ax.plot([], [], "o-", color=fig.GREEN, ms=9, lw=1.4, gid="here", label=fig.label("here"))
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        at = np.linspace(0, 1, 11)
        for kind, told in zip(KINDS, self._told(at), strict=True):
            artists[kind].set_data(at, told)
        artists["here"].set_data([self.own, self.own], self.motivators)

    def sentence(self) -> str:
        """Say in one sentence what is true, and what is told."""
        good, bad = self.motivators
        return (
            f"Although the own work causes {self.own:.0%} of good and of bad days alike, it is told"
            f" as the cause of {good:.0%} of good days and {bad:.0%} of bad ones, since"
            f" {self.credit:.0%} of luck is credited to it and {self.blame:.0%} of failure is"
            " blamed on the surroundings."
        )


def attribution_needed(
    good: float = 0.81, bad: float = 0.31, own: tuple[float, ...] | None = None
) -> pd.DataFrame:
    """Return how much crediting and blaming would make one factor look like two.

    Solved from ``good = own + (1 − own)·credit`` and ``bad = own·(1 − blame)``. For every true
    share from ``bad`` to ``good`` there is a solution: what people tell cannot say which is true,
    nor whether there are two factors.

    Parameters
    ----------
    good, bad
        Share of good, and of bad, days told as caused by motivators. The defaults are
        Herzberg's (1968) as usually quoted, 81 % and 100 − 69 = 31 % (reported, not verified).
    own
        True shares to solve for, or None for five from ``bad`` to ``good``.

    Returns
    -------
    pandas.DataFrame
        ``own, credit, blame``.

    Raises
    ------
    InputError
        If bad exceeds good, or a true share lies outside them.

    Examples
    --------
    >>> attribution_needed(own=(0.31, 0.56, 0.81)).round(2)
        own  credit  blame
    0  0.31    0.72   0.00
    1  0.56    0.57   0.45
    2  0.81    0.00   0.62
    """
    high, low = between("good", good, 0, 1), between("bad", bad, 0, 1)
    if low > high:
        raise InputError(
            f"bad must not exceed good, but {low:g} exceeds {high:g}; nobody then credits himself,"
            " and this model does not apply."
        )
    if own is not None and not isinstance(own, list | tuple | np.ndarray):
        raise InputError(f"own must be a list or tuple of shares, not {shown(own)}.")
    given = np.linspace(low, high, 5) if own is None else own
    shares = np.array([between("own", v, low, high) for v in given])
    room = np.where(shares < 1, 1 - shares, 1.0)
    credit = np.clip((high - shares) / room, 0, 1)
    blame = np.clip(1 - low / np.where(shares > 0, shares, 1.0), 0, 1)
    return pd.DataFrame(
        {"own": shares, "credit": credit, "blame": np.where(shares > 0, blame, 0.0)}
    )
