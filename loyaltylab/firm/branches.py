"""The firm's branches: what they are, who works there, who buys there, quarter by quarter."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.firm.core import REGIONS
from loyaltylab.firm.draws import Array, Draws, tied
from loyaltylab.firm.network import BRANCHES, COACHED_FROM, QUARTERS
from loyaltylab.firm.people import SERVICE, People
from loyaltylab.firm.tables import answer, names, synthetic
from loyaltylab.firm.truth import Truth

FACETS = ("pay", "conditions", "recognition", "growth")
"""The first two are Herzberg's hygiene factors, the last two his motivators."""
VISITS = 3
"""Mystery visits to a branch in a quarter."""
BURN = 40
"""Quarters before the first, after which a deviation does not remember its start."""
LOW = np.arange(BRANCHES) >= BRANCHES // 2
"""The second half of the branches lies in the region of low competition."""


class Branches(NamedTuple):
    """What is true of each branch, as standard normals, and its staff."""

    area: Array
    morale: Array
    service: Array
    walk_in: Array
    staff: Array


def drawn(truth: Truth, seed: int) -> Branches:
    """Draw the branches; they belong to the firm and not to a block of customers."""
    draws = Draws(seed, 0, BRANCHES)
    area = draws.normal("hidden.branch_area")
    morale = tied(area, truth.area_morale, draws.normal("hidden.branch_morale"))
    service = truth.morale_service * morale + truth.area_service * area
    service = service + np.sqrt(truth.service_rest) * draws.normal("hidden.branch_service")
    spread = truth.walk_in_sd * draws.normal("hidden.branch_walk_in")
    walk_in = truth.walk_in_cents * np.exp(truth.area_profit * area + spread)
    staff = 4 + draws.stream("hidden.branch_staff").poisson(truth.staff_mean, BRANCHES)
    return Branches(area, morale, service, walk_in, staff)


def branch_latent(truth: Truth, seed: int) -> pd.DataFrame:
    """Return what is true of each branch and seen by nobody."""
    some = drawn(truth, seed)
    return synthetic(
        {
            "branch": np.arange(1, BRANCHES + 1),
            "area": some.area.round(6),
            "morale": some.morale.round(6),
            "service": some.service.round(6),
        }
    )


def branch_customers(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return the branch of each customer, likelier one whose service is as he finds it.

    Bayes: with ``service`` of the branches standard normal, ``P(branch | perceived)`` in
    proportion to ``exp(−(perceived − k service)² / 2(1 − k²))`` makes ``k²`` the share of the
    variance of perceived service that lies between branches.
    """
    service = drawn(truth, draws.seed).service
    k = np.sqrt(truth.branch_share)
    perceived, lot = people.perceived[0][SERVICE], draws.uniform("branch_customers.branch")
    branch = np.empty(draws.n, dtype=np.int64)
    for low in (False, True):
        here, there = np.flatnonzero(people.low == low), np.flatnonzero(low == LOW)
        far = (perceived[here, None] - k * service[there]) ** 2 / (2 * (1 - k**2))
        upto = np.cumsum(np.exp(far.min(axis=1, keepdims=True) - far), axis=1)
        at = (lot[here, None] * upto[:, -1:] >= upto).sum(axis=1)
        branch[here] = there[np.minimum(at, len(there) - 1)] + 1
    return synthetic({"customer": names(draws), "branch": branch})


def employees(truth: Truth, seed: int) -> pd.DataFrame:
    """Return one row per employee: answers, ratings by those he served, and whether he stayed."""
    from scipy import special

    some = drawn(truth, seed)
    branch = np.repeat(np.arange(BRANCHES), some.staff)
    draws = Draws(seed, 0, len(branch))
    apart = draws.normal("hidden.employee_morale")
    content = tied(some.morale[branch], np.sqrt(truth.employee_share), apart)
    facets = {
        name: answer(3.4 + 0.9 * tied(content, truth.facet_tie, draws.normal(f"employees.{name}")))
        for name in FACETS
    }
    served = 5 + draws.stream("employees.served").poisson(20, len(branch))
    meant = 3.6 + truth.service_rating * some.service[branch] + truth.within_rating * apart
    rating = meant + 0.9 / np.sqrt(served) * draws.normal("employees.rating")
    stays = special.expit(truth.stay_logit + truth.stay_slope * content)
    return synthetic(
        {
            "employee": np.arange(1, len(branch) + 1),
            "branch": branch + 1,
            **facets,
            "job_satisfaction": answer(
                3.4 + 0.9 * content + 0.3 * draws.normal("employees.job_satisfaction")
            ),
            "rating": np.clip(rating, 1, 5).round(2),
            "served": served,
            "stayed": draws.uniform("employees.stayed") < stays,
        }
    )


def quarters(truth: Truth, seed: int) -> pd.DataFrame:
    """Return by branch and quarter what is measured there, but for money."""
    some, draws = drawn(truth, seed), Draws(seed, 0, BRANCHES * QUARTERS)
    moves = _deviations(truth, seed)

    def noise(column: str) -> Array:
        return draws.normal(f"branch_panel.{column}").reshape(QUARTERS, BRANCHES)

    score = 70 + 6 * some.service + truth.visit_sd / np.sqrt(VISITS) * noise("service")
    coached = np.zeros((QUARTERS, BRANCHES), dtype=bool)
    worst = np.argsort(score[COACHED_FROM - 2], kind="stable")[: BRANCHES // 3]
    coached[COACHED_FROM - 1 :, worst] = True
    score = score + truth.coaching_effect * coached
    morale = 3.4 + 0.3 * some.morale + 0.2 * moves[0] + 0.05 * noise("job_satisfaction")
    happy = 3.6 + 0.2 * some.service + 0.15 * moves[1] + 0.04 * noise("satisfaction")
    columns = {
        "job_satisfaction": np.clip(morale, 1, 5).round(2),
        "service": np.clip(score, 0, 100).round(1),
        "satisfaction": np.clip(happy, 1, 5).round(2),
        "coached": coached,
    }
    return synthetic(
        {
            "branch": np.repeat(np.arange(1, BRANCHES + 1), QUARTERS),
            "quarter": np.tile(np.arange(1, QUARTERS + 1), BRANCHES),
            **{name: values.T.ravel() for name, values in columns.items()},
        }
    )


def _deviations(truth: Truth, seed: int) -> Array:
    """Return by quarter and branch how far morale and satisfaction are off their usual level."""
    draws = Draws(seed, 0, (BURN + QUARTERS) * BRANCHES)
    shocks = [
        draws.normal(f"hidden.branch_{name}_shock").reshape(-1, BRANCHES)
        for name in ("morale", "satisfaction")
    ]
    state, seen = np.zeros((2, BRANCHES)), []
    step = np.array([[truth.quarter_keep, truth.backward], [truth.forward, truth.quarter_keep]])
    for shock in np.stack(shocks, axis=1):
        state = step @ state + shock
        seen.append(state)
    return np.stack(seen[-QUARTERS:], axis=1)


def region_of_branches() -> pd.Categorical[str]:
    """Return the region of each branch."""
    return pd.Categorical.from_codes(LOW.astype(np.int8), pd.Index(REGIONS))
