"""Four barriers that hold competition back, and the loyalty that is only theirs."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import numpy.typing as npt
from annotated_types import Ge, Le

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.model import Label, model
from loyaltylab.curve import scale
from loyaltylab.curve.choice import RivalChoice

UNIT = "strength, 0 none to 1 full"
Regulation = Annotated[float, Ge(0), Le(1), Label("law", UNIT)]
SwitchingBarrier = Annotated[float, Ge(0), Le(1), Label("cost of switching", UNIT)]
Technology = Annotated[float, Ge(0), Le(1), Label("proprietary technology", UNIT)]
Programme = Annotated[float, Ge(0), Le(1), Label("loyalty programme", UNIT)]


@model
class Barriers:
    """The four barriers to competition, each as a change of one parameter of the choice.

    - ``regulation``: the law keeps rivals out; ``rivals · (1 − regulation)`` are left.
    - ``switching_cost``: leaving costs as much as this share of the whole width of the
      satisfaction scale is worth; at 1 a customer at the lowest point of the scale chooses as
      a free one does at the highest.
    - ``proprietary_technology``: rivals cannot offer the same; what they would give falls
      towards the lowest point, ``rival_satisfaction − p · (rival_satisfaction − lowest)``.
    - ``loyalty_programme``: points that are lost on leaving, counted like the switching cost
      and added to it.

    Raising a barrier never lowers loyalty. The translation of words into these four formulas
    is this package's; the source names the barriers only.

    Raises
    ------
    InputError
        If a strength is not a number from 0 to 1.

    References
    ----------
    Jones & Sasser (1995), "Why Satisfied Customers Defect", Harvard Business Review:
    regulation, switching costs, proprietary technology, strong loyalty programmes.

    Examples
    --------
    >>> free = RivalChoice(rivals=6, sensitivity=2, rival_satisfaction=3.6)
    >>> held = Barriers(regulation=0.5, switching_cost=0.25).apply(free)
    >>> held.rivals, held.switching_cost
    (3.0, 2.0)
    >>> round(free.loyalty(4), 2), round(held.loyalty(4), 2)
    (0.27, 0.85)
    """

    regulation: Regulation = 0.0
    switching_cost: SwitchingBarrier = 0.0
    proprietary_technology: Technology = 0.0
    loyalty_programme: Programme = 0.0

    def apply(self, choice: RivalChoice) -> RivalChoice:
        """Return the choice as it is behind these barriers.

        Raises
        ------
        InputError
            If ``choice`` is no RivalChoice.

        Examples
        --------
        >>> Barriers(proprietary_technology=1).apply(RivalChoice()).rival_satisfaction
        1.0
        """
        if not isinstance(choice, RivalChoice):
            raise InputError(f"choice must be a RivalChoice, not {shown(choice)}.")
        low, width = choice.lowest, choice.highest - choice.lowest
        lock = (self.switching_cost + self.loyalty_programme) * choice.sensitivity * width
        top = choice.rival_satisfaction  # no rounding where p is 0
        fallen = top - self.proprietary_technology * (top - low)
        rival = low if self.proprietary_technology == 1 else max(fallen, low)
        return dataclasses.replace(
            choice,
            rivals=scale.usable(choice.rivals * (1 - self.regulation)),
            switching_cost=scale.usable(choice.switching_cost + lock),
            rival_satisfaction=scale.usable(rival),
        )


def false_loyalty(choice: RivalChoice, barriers: Barriers, satisfaction: npt.ArrayLike) -> Any:
    """Return the loyalty that would be lost if the barriers fell.

    It is loyalty with the barriers less loyalty without them, at the same satisfaction.

    Parameters
    ----------
    choice
        The choice as it is without the barriers.
    barriers
        What holds competition back.
    satisfaction
        A number on the scale, or an array of any shape.

    Returns
    -------
    float or numpy.ndarray
        From 0 to 1, in the shape given.

    Raises
    ------
    InputError
        If an argument is of another type, or a satisfaction lies outside the scale.

    Examples
    --------
    >>> false_loyalty(RivalChoice(), Barriers(regulation=0.9), [1, 3, 5]).round(3)
    array([0.008, 0.286, 0.232])
    """
    if not isinstance(barriers, Barriers):
        raise InputError(f"barriers must be Barriers, not {shown(barriers)}.")
    held = barriers.apply(choice)
    return held.loyalty(satisfaction) - choice.loyalty(satisfaction)
