"""Problems with the firm's delivery, what becomes of complaints, and why customers leave."""

from __future__ import annotations

import functools
import itertools
from typing import Annotated

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le

from loyaltylab.base.model import Label, model
from loyaltylab.complaints.exits import CAUSES
from loyaltylab.firm.core import Open, Positive, Share
from loyaltylab.firm.draws import Array
from loyaltylab.firm.measures import LENGTHS as MEASURED
from loyaltylab.firm.measures import Measures

LOSSES = ("minor", "major")
OUTCOMES = ("silent", "unresolved", "resolved", "resolved quickly")
PLACES = ("front line", "headquarters")
STEPS = 7
"""Steps of handling a complaint that staff can take."""
HURT = ("encounter_failure", "response_failure")
"""Causes after which a customer seldom talks to the firm again."""

Rate = Annotated[float, Ge(0), Le(1000)]
Slope = Annotated[float, Ge(-20), Le(20)]
LENGTHS = {
    **MEASURED,
    "again_minor": OUTCOMES,
    "again_major": OUTCOMES,
    "step_taken": OUTCOMES[1:],
    "exit_causes": CAUSES,
    "exit_weights": CAUSES,
}
"""What each number of a tuple belongs to."""


@model
class Service(Measures):
    """The part of ``firm.Truth`` that concerns problems, complaints and reasons for leaving.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    The outcomes are those of TARP's repurchase table (US Office of Consumer Affairs 1979), the
    causes those of Keaveney (1995); the numbers are this course's own.

    Examples
    --------
    >>> Service().problem_rate
    0.6
    """

    problem_rate: Annotated[Rate, Label("problems with delivery", "per customer and year")] = 0.6
    major_share: Annotated[Share, Label("problems with a major loss", "share")] = 0.3
    voice_minor: Annotated[Open, Label("minor problem voiced, at mean attachment", "share")] = 0.25
    voice_major: Annotated[Open, Label("major problem voiced, at mean attachment", "share")] = 0.55
    voice_slope: Annotated[Slope, Label("voicing on attachment", "logits per sd")] = 0.8
    front_line_share: Annotated[Share, Label("voiced at the front line", "share of voiced")] = 0.9
    resolved_share: Annotated[Share, Label("complaints resolved", "share of voiced")] = 0.65
    quick_share: Annotated[Share, Label("resolved within five days", "share of resolved")] = 0.45
    again_minor: Annotated[
        tuple[Open, ...], Label("buy again after a minor loss, at mean attachment", "share")
    ] = (0.55, 0.45, 0.72, 0.88)
    again_major: Annotated[
        tuple[Open, ...], Label("buy again after a major loss, at mean attachment", "share")
    ] = (0.25, 0.15, 0.5, 0.75)
    again_slope: Annotated[Slope, Label("buying again on attachment", "logits per sd")] = 0.7
    again_clear: Annotated[
        Open, Label("buy again without a problem, at mean attachment", "share")
    ] = 0.85
    step_taken: Annotated[
        tuple[Share, ...],
        Label("each of seven steps taken if unresolved, resolved, quickly", "share"),
    ] = (0.25, 0.6, 0.75)
    step_start: Annotated[Open, Label("dissatisfied if no step is taken", "share")] = 0.95
    step_keep: Annotated[
        float, Gt(0), Le(1), Label("dissatisfaction that a step leaves", "share")
    ] = 0.7
    follow_up: Annotated[Share, Label("complainers asked afterwards", "share")] = 0.5
    told_mean: Annotated[Rate, Label("people told of an unhealed problem", "persons")] = 3.0
    praised_mean: Annotated[Rate, Label("people told of a good handling", "persons")] = 1.5
    talk_shape: Annotated[Positive, Label("shape of the gamma of talk", "-")] = 0.6
    problem_asked: Annotated[Share, Label("asked about problems in 2025", "share")] = 0.5

    exit_causes: Annotated[tuple[Open, ...], Label("cause applies to a leaver", "share")] = (
        0.35,
        0.25,
        0.25,
        0.15,
        0.15,
        0.15,
        0.05,
        0.08,
    )
    exit_weights: Annotated[
        tuple[Positive, ...], Label("pull of a cause when one must be ticked", "relative")
    ] = (1.0, 3.0, 2.0, 0.5, 1.0, 1.0, 0.5, 4.0)
    exit_answers: Annotated[Share, Label("leavers who give an exit interview", "share")] = 0.6
    exit_answers_hurt: Annotated[
        Share, Label("the same after an encounter or an answer that failed", "share")
    ] = 0.3
    exit_named: Annotated[Share, Label("a true cause is named", "share")] = 0.9
    exit_excuse: Annotated[Share, Label("price is named though it was none", "share")] = 0.2

    def _lengths(self) -> dict[str, tuple[str, ...]]:
        return LENGTHS

    def recovery(self) -> pd.DataFrame:
        """Return what buying again depends on, among whom it is seen and if all were the same.

        ``loss``, ``outcome``; ``share`` of the problems of that loss; ``again``: share who buy
        again among those with this outcome; ``again_anyone``: what that share would be if
        everybody with such a problem had this outcome. They differ because the more attached
        complain more and return more. Exact, by integration over attachment.

        Examples
        --------
        >>> Service().recovery().round(3).head(3)
            loss     outcome  share  again  again_anyone
        0  minor      silent  0.725  0.514         0.545
        1  minor  unresolved  0.096  0.537         0.455
        2  minor    resolved  0.098  0.768         0.701
        """
        quick = self.resolved_share * self.quick_share
        fate = (1 - self.resolved_share, self.resolved_share - quick, quick)
        weight, rows = _normal()[1], []
        for loss, voice, again in zip(
            LOSSES,
            (self.voice_minor, self.voice_major),
            (self.again_minor, self.again_major),
            strict=True,
        ):
            speaks = self._along(voice, self.voice_slope)
            for at, outcome in enumerate(OUTCOMES):
                among = speaks if at else 1 - speaks
                returns = self._along(again[at], self.again_slope)
                share = weight @ among * (fate[at - 1] if at else 1.0)
                seen = weight @ (among * returns) / (weight @ among)
                rows.append((loss, outcome, share, seen, weight @ returns))
        return pd.DataFrame(rows, columns=["loss", "outcome", "share", "again", "again_anyone"])

    def without_problem(self) -> float:
        """Return the share who buy again when nothing went wrong.

        Examples
        --------
        >>> round(Service().without_problem(), 3)
        0.83
        """
        return float(_normal()[1] @ self._along(self.again_clear, self.again_slope))

    def reasons(self) -> pd.DataFrame:
        """Return how often each cause applies, is named, and is ticked as the only one.

        ``cause``; ``share`` of all leavers to whom it applies, ``named`` and ``main``: shares
        of those who give an interview. Exact, over all 255 sets of causes; a leaver to whom
        none would apply has one, in proportion to ``exit_causes``.

        Examples
        --------
        >>> Service().reasons().round(3).iloc[[1, 2]]
                       cause  share  named   main
        1  encounter_failure  0.284  0.162  0.136
        2              price  0.284  0.411  0.222
        """
        p, weights = np.array(self.exit_causes), np.array(self.exit_weights)
        sets = np.array(list(itertools.product((False, True), repeat=len(CAUSES))))
        chance = np.where(sets, p, 1 - p).prod(axis=1)
        alone = sets.sum(axis=1) == 1
        chance[alone] += chance[0] * (sets[alone] @ p) / p.sum()
        sets, chance = sets[1:], chance[1:]
        hurt = sets[:, [CAUSES.index(name) for name in HURT]].any(axis=1)
        heard = chance * np.where(hurt, self.exit_answers_hurt, self.exit_answers)
        heard = heard / heard.sum() if heard.sum() > 0 else np.full(len(heard), np.nan)
        named = self.exit_named * (heard @ sets)
        price = CAUSES.index("price")
        named[price] += self.exit_excuse * (heard @ ~sets[:, price])
        ticked = heard @ (sets * weights / (sets @ weights)[:, None])
        return pd.DataFrame(
            {"cause": CAUSES, "share": chance @ sets, "named": named, "main": ticked}
        )

    @staticmethod
    def _along(share: float, slope: float) -> Array:
        """Return a share at each node of attachment."""
        return by_attachment(share, slope, _normal()[0])


def by_attachment(share: Array | float, slope: float, attachment: Array) -> Array:
    """Return a share that moves with attachment: ``expit(logit(share) + slope z)``."""
    from scipy import special

    moved: Array = special.expit(special.logit(share) + slope * attachment)
    return moved


@functools.cache
def _normal() -> tuple[Array, Array]:
    """Return nodes and weights of the standard normal (Gauss and Hermite)."""
    z, weight = np.polynomial.hermite_e.hermegauss(80)
    return z, weight / weight.sum()
