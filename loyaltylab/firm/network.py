"""What the firm's branches and employees are made with, and the chain that follows exactly."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le

from loyaltylab.base.errors import InputError
from loyaltylab.base.model import Label, model
from loyaltylab.firm.club import Club
from loyaltylab.firm.core import ITEMS, REGIONS, SCALE, Open, Positive, Tie
from loyaltylab.firm.service import Slope

BRANCHES = 60
QUARTERS = 8
COACHED_FROM = 5
"""The quarter from which the branches with the worst service of the one before are coached."""


@model
class Network(Club):
    """The part of ``firm.Truth`` that concerns branches, their employees and their quarters.

    Raises
    ------
    InputError
        For a value that is not valid, or for paths that explain more than there is.

    References
    ----------
    The chain is that of Heskett et al. (1994); its strengths are this course's own.

    Examples
    --------
    >>> Network().morale_service
    0.5
    """

    area_morale: Annotated[Tie, Label("affluence of the area on morale", "path")] = 0.4
    morale_service: Annotated[Tie, Label("morale on service", "path")] = 0.5
    area_service: Annotated[Tie, Label("affluence of the area on service", "path")] = 0.0
    branch_share: Annotated[
        Open, Label("perceived service that lies between branches", "share of variance")
    ] = 0.15
    walk_in_cents: Annotated[
        Positive, Label("profit from passers-by in a mean area", "cents per customer and year")
    ] = 1500.0
    area_profit: Annotated[
        Slope, Label("affluence of the area on log profit from passers-by", "per sd")
    ] = 0.4
    walk_in_sd: Annotated[float, Ge(0), Le(3), Label("spread of that log profit", "-")] = 0.15

    staff_mean: Annotated[float, Gt(0), Le(1000), Label("staff beyond four", "persons")] = 8.0
    employee_share: Annotated[
        Open, Label("job satisfaction that lies between branches", "share of variance")
    ] = 0.3
    facet_tie: Annotated[
        Tie, Label("answers on pay, conditions, recognition, growth with job satisfaction", "-")
    ] = 0.6
    service_rating: Annotated[
        Slope, Label("service of the branch on customers' ratings", "points per sd")
    ] = 0.35
    within_rating: Annotated[
        Slope, Label("own job satisfaction, within a branch, on ratings", "points per sd")
    ] = -0.12
    stay_logit: Annotated[Slope, Label("employee stays two years at mean", "logits")] = 0.8
    stay_slope: Annotated[Slope, Label("staying on job satisfaction", "logits per sd")] = 0.8

    quarter_keep: Annotated[Tie, Label("a quarter's deviation that lasts to the next", "-")] = 0.4
    forward: Annotated[Tie, Label("morale on the next quarter's satisfaction", "-")] = 0.3
    backward: Annotated[Tie, Label("satisfaction on the next quarter's morale", "-")] = 0.2
    visit_sd: Annotated[Positive, Label("spread of mystery visits to one branch", "points")] = 12.0
    coaching_effect: Annotated[
        Slope, Label("coaching on the score of mystery visits", "points")
    ] = 0.0

    def __post_init__(self) -> None:
        """Check what concerns several numbers at once."""
        super().__post_init__()
        me = type(self).__name__
        if self.service_rest < 0:
            raise InputError(
                f"{me}: morale_service {self.morale_service:g} and area_service"
                f" {self.area_service:g} together explain more than all of service; lower one."
            )
        root = complex(self.forward * self.backward) ** 0.5
        if max(abs(self.quarter_keep + root), abs(self.quarter_keep - root)) >= 1:
            raise InputError(
                f"{me}: quarter_keep {self.quarter_keep:g} with forward {self.forward:g} and"
                f" backward {self.backward:g} lets deviations grow for ever; lower one of them."
            )

    @property
    def service_rest(self) -> float:
        """Variance of a branch's service that neither morale nor area explains."""
        a, d = self.morale_service, self.area_service
        return 1 - (a * a + d * d + 2 * a * d * self.area_morale)

    def chain(self) -> pd.DataFrame:
        """Return the paths of the chain in the population of branches, exact.

        ``source, target, path, unit``. Area, morale and service are standardised; satisfaction
        is the mean of a branch's customers in 2025 in points before any answer is rounded,
        loyalty their mean chance to buy the own brand, both if nobody had left. Rows whose
        source does not lead directly to the target are products along the chain (total effects).

        Examples
        --------
        >>> Network().chain().round(3)[["source", "target", "path"]].head(5)
                 source        target   path
        0          area        morale  0.400
        1        morale       service  0.500
        2          area       service  0.000
        3       service  satisfaction  0.156
        4  satisfaction       loyalty  0.295
        """
        satisfaction, loyalty = self._along_service()
        slope = loyalty / satisfaction if satisfaction else math.nan
        a = self.morale_service
        rows = [
            ("area", "morale", self.area_morale, "sd per sd"),
            ("morale", "service", a, "sd per sd"),
            ("area", "service", self.area_service, "sd per sd"),
            ("service", "satisfaction", satisfaction, "points per sd"),
            ("satisfaction", "loyalty", slope, "share per point"),
            ("morale", "satisfaction", a * satisfaction, "points per sd"),
            ("service", "loyalty", loyalty, "share per sd"),
            ("morale", "loyalty", a * loyalty, "share per sd"),
        ]
        return pd.DataFrame(rows, columns=["source", "target", "path", "unit"])

    def _along_service(self) -> tuple[float, float]:
        """Return the slopes of mean satisfaction and mean loyalty of 2025 on a branch's service."""
        z, weight = np.polynomial.hermite_e.hermegauss(60)
        weight = weight / weight.sum()
        seen = float(self.importances()["correlation"].to_numpy()[ITEMS.index("service")])
        tie = seen * math.sqrt(self.branch_share) * self.wave_correlation
        standing = tie * z[:, None] + math.sqrt(1 - tie**2) * z
        points, loyal = np.zeros(len(z)), np.zeros(len(z))
        for treated, share in ((0, 1 - self.treated), (1, self.treated)):
            at = self.satisfaction_mean + self.satisfaction_sd * standing
            at = np.clip(at + self.service_effect * treated, *SCALE)
            points += share * (at @ weight)
            for region, here in zip(
                REGIONS, (self.high_competition, 1 - self.high_competition), strict=True
            ):
                for member, part in ((False, 1 - self.member_share), (True, self.member_share)):
                    chosen = self.choice(region, 2, member).share(at.ravel()).reshape(at.shape)
                    loyal += share * here * part * (chosen @ weight)
        return float(weight @ (z * points)), float(weight @ (z * loyal))
