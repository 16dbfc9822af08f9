"""The case at the counter: what one favour costs the queue, and what refusing it risks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Self

import numpy as np
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Chance = Annotated[float, Ge(0), Le(1)]
Money = Annotated[float, Ge(0)]
PARTS = 25
"""Steps of the table: 50, 100, 200, 500 … people are whole people in every step."""


@model
class QueueFavour:
    """One customer let to the front of a queue, or refused: whose lifetime value is at risk.

    Serving him first keeps ``lifetime_value · (leave_if_refused - leave_if_served)``. It costs
    each of the people waiting ``minutes``, which are worth ``minute_value`` each to *them*, and
    costs the *bank* what it loses when one of them leaves for it,
    ``leave_if_delayed · other_value``. The favour pays while fewer people wait than

    ``break_even = kept / (minutes · minute_value + leave_if_delayed · other_value)``.

    The ten minutes are the document's (C036). It gives no other number that enters here: all
    other defaults are illustrative.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    The case is claim C036, an open exercise of document 001 without a printed answer.

    Examples
    --------
    >>> case = QueueFavour(waiting=5, leave_if_refused=0.5, leave_if_served=0.25)
    >>> case.kept, case.cost_per_person
    (250.0, 10.0)
    >>> case.break_even, case.net_gain
    (25.0, 200.0)
    """

    waiting: Annotated[int, Ge(0), Label("people waiting", "people")] = 8
    minutes: Annotated[float, Ge(0), Label("delay of each", "minutes")] = 10.0
    minute_value: Annotated[Money, Label("value of a minute to who waits", "money per minute")] = (
        0.5
    )
    leave_if_delayed: Annotated[
        Chance, Label("chance that a delayed person leaves for it", "probability")
    ] = 0.005
    other_value: Annotated[
        Money, Label("lifetime value of who waits", "money per person, lost if he leaves")
    ] = 1000.0
    lifetime_value: Annotated[Money, Label("lifetime value of the man", "money, lost")] = 1000.0
    leave_if_refused: Annotated[
        Chance, Label("chance that he leaves if refused", "probability")
    ] = 0.2
    leave_if_served: Annotated[Chance, Label("chance that he leaves if served", "probability")] = (
        0.1
    )

    @classmethod
    def loyal(cls, waiting: int = 8) -> Self:
        """Read him as loyal: he would most likely stay even if refused, and is worth more.

        Illustrative numbers; the rest are the defaults.

        Raises
        ------
        InputError
            If ``waiting`` is no whole number >= 0.

        Examples
        --------
        >>> round(QueueFavour.loyal().break_even, 2)
        8.0
        """
        return cls(
            waiting=waiting, lifetime_value=2000.0, leave_if_refused=0.05, leave_if_served=0.01
        )

    @classmethod
    def inert(cls, waiting: int = 8) -> Self:
        """Read him as inert: habit keeps him, and the next bank stands next door.

        Illustrative numbers; the rest are the defaults.

        Raises
        ------
        InputError
            If ``waiting`` is no whole number >= 0.

        Examples
        --------
        >>> round(QueueFavour.inert().break_even, 2)
        20.0
        """
        return cls(
            waiting=waiting, lifetime_value=1000.0, leave_if_refused=0.4, leave_if_served=0.2
        )

    @property
    def kept(self) -> float:
        """Lifetime value that serving him first keeps, in expectation."""
        return self.lifetime_value * (self.leave_if_refused - self.leave_if_served)

    @property
    def cost_to_bank(self) -> float:
        """What the bank may lose per person waiting: the lifetime value put at risk."""
        return self.leave_if_delayed * self.other_value

    @property
    def cost_per_person(self) -> float:
        """What one more person waiting costs: his time, and what the bank may lose."""
        return self.minutes * self.minute_value + self.cost_to_bank

    @property
    def net_gain(self) -> float:
        """What the favour is worth in all with these people waiting."""
        return self.kept - self.waiting * self.cost_per_person

    @property
    def break_even(self) -> float | None:
        """People waiting with whom the favour comes out even; it pays with fewer than that.

        It need not be a whole number. It is 0.0 where the favour never pays, because serving
        him first keeps nothing, and None where no queue is too long, because nobody's wait
        costs anything.
        """
        return _most(self.kept, self.cost_per_person)

    @property
    def break_even_bank(self) -> float | None:
        """The same for a bank that counts its own loss and not the time of others.

        0.0 and None as in :attr:`break_even`.
        """
        return _most(self.kept, self.cost_to_bank)

    def table(self) -> pd.DataFrame:
        """Return what :meth:`plot` draws, one row per number of people waiting (whole people).

        ``waiting``, ``delay_minutes`` (of all together), ``cost_time``, ``cost_bank``,
        ``kept``, ``net_gain`` (all costs), ``net_gain_bank`` (without the time of others).
        """
        people = np.arange(PARTS + 1) * round(self._reach() / PARTS)
        time, loss = people * self.minutes * self.minute_value, people * self.cost_to_bank
        return pd.DataFrame(
            {
                "waiting": people,
                "delay_minutes": people * self.minutes,
                "cost_time": time,
                "cost_bank": loss,
                "kept": self.kept,
                "net_gain": self.kept - time - loss,
                "net_gain_bank": self.kept - loss,
            }
        )

    def _reach(self) -> float:
        """Return how many people the picture reaches to: 50 for any queue of a usual length."""
        return fig.ceiling(max(1.2 * self.waiting, 2.0 * PARTS))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the net gain of the favour over the people waiting, with the break-even."""
        ax = fig.axes(
            ax, title="Serve him first?", x="people waiting", y="net gain of the favour (money)"
        )
        ax.axhline(0, color=fig.GREY, lw=0.8)
        style: dict[str, Any] = {"lw": 2.2}
        ax.plot([], [], color=fig.BLUE, gid="net", label=fig.label("all costs"), **style)
        ax.plot(
            [],
            [],
            color=fig.ORANGE,
            ls="--",
            gid="bank",
            label=fig.label("the bank's loss only"),
            **style,
        )
        ax.plot([], [], "o", color=fig.BLUE, ms=9, gid="here", label=fig.label("here"))
        ax.axvline(0, color=fig.GREY, lw=1.2, ls=":", gid="level", label=fig.label("break-even"))
        ax.locator_params(axis="x", integer=True)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table, level = self.table(), self.break_even
        right = float(table["waiting"].iloc[-1])
        ends = table.iloc[[0, -1]]  # both are straight lines
        artists["net"].set_data(ends["waiting"], ends["net_gain"])
        artists["bank"].set_data(ends["waiting"], ends["net_gain_bank"])
        artists["here"].set_data([self.waiting], [self.net_gain])
        artists["level"].set_xdata([level or 0.0] * 2)
        artists["level"].set_visible(level is not None and level <= right)
        ax.set_xlim(0, right)
        # half of what he is worth is above and below; where the lines run out, the dot does not
        room = self.lifetime_value / 2 or -float(table["net_gain"].iloc[-1])
        low = min(self.net_gain, self.kept)
        ax.set_ylim(-fig.ceiling(max(-1.05 * low, room)), fig.ceiling(max(1.05 * self.kept, room)))

    def sentence(self) -> str:
        """Say in one sentence what the favour is worth and how long a queue bears it."""
        level = self.break_even
        if level is None:
            until = "costs nobody anything, however many wait"
        elif level == 0:
            until = "does not pay even with nobody waiting" if self.kept < 0 else "keeps nothing"
        else:
            until = _with_whole_people(level)
        return (
            f"With {self.waiting:,} people waiting {self.minutes:,.4g} minutes longer each, serving"
            f" him first keeps {fig.money(self.kept)} of his lifetime value, costs"
            f" {fig.money(self.waiting * self.cost_per_person)} and so nets"
            f" {fig.money(self.net_gain)}; the favour {until}."
        )


def _with_whole_people(level: float) -> str:
    """Say with how many people the favour pays: fewer than the break-even, and whole ones."""
    even = round(level)
    exact = math.isclose(level, even, rel_tol=1e-9)
    most = even - 1 if exact else math.floor(level)
    pays = f"pays with up to {most:,} people waiting" if most else "pays with nobody waiting only"
    return f"{pays} and comes out even with {even:,}" if exact else pays


def _most(kept: float, cost: float) -> float | None:
    if kept <= 0:
        return 0.0 if cost > 0 or kept < 0 else None
    return kept / cost if cost > 0 else None
