"""What the firm shows of its customers: one function per table, one block at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from loyaltylab.firm.asked import habits, importance, kano
from loyaltylab.firm.branches import branch_customers
from loyaltylab.firm.buying import points, purchases
from loyaltylab.firm.core import (
    DAYS,
    ITEMS,
    OPENING,
    REGIONS,
    SCALE,
    SURVEYS,
    WAVES,
    Core,
)
from loyaltylab.firm.diary import diary
from loyaltylab.firm.draws import Array, Draws
from loyaltylab.firm.ladder import stages, tracking
from loyaltylab.firm.people import People, loyalty
from loyaltylab.firm.shop import mailings, order_causes, orders, shoppers
from loyaltylab.firm.tables import date, names, origin, seen_date, synthetic
from loyaltylab.firm.troubles import complaints, exits, problem_survey, problems
from loyaltylab.firm.truth import Truth

TOP = 10
"""Best answer to "would you recommend us?"."""


def customers(truth: Core, people: People, draws: Draws) -> pd.DataFrame:
    """Return what the firm's own files say of each customer."""
    churned = people.left < DAYS
    return synthetic(
        {
            "customer": names(draws),
            "region": pd.Categorical.from_codes(people.low.astype(np.int8), pd.Index(REGIONS)),
            "joined": date(people.joined),
            "member": people.member,
            "treated": people.treated,
            "left": seen_date(people.left, churned),
            "churned": churned,
        }
    )


def latent(truth: Core, people: People, draws: Draws) -> pd.DataFrame:
    """Return what is true of each customer and seen by nobody."""
    mean, sd = truth.satisfaction_mean, truth.satisfaction_sd
    return synthetic(
        {
            "customer": names(draws),
            "purchase_rate": people.rate.round(6),
            "mean_amount_cents": people.mean_amount.round(3),
            "monthly_churn": people.churn.round(9),
            "satisfaction_1": people.satisfaction[0].round(6),
            "satisfaction_2": people.satisfaction[1].round(6),
            "loyalty_1": people.loyalty[0].round(9),
            "loyalty_2": people.loyalty[1].round(9),
            "loyalty_2_treated": people.loyalty_treated.round(9),
            "loyalty_2_untreated": people.loyalty_untreated.round(9),
            **{
                f"loyalty_{wave}_{kind}": loyalty(
                    truth, wave, people.low, np.full(draws.n, belongs), people.satisfaction[year]
                ).round(9)
                for year, wave in enumerate(WAVES)
                for kind, belongs in (("member", True), ("plain", False))
            },
            **{
                f"{item}_{wave}": (mean + sd * people.perceived[year][at]).round(6)
                for year, wave in enumerate(WAVES)
                for at, item in enumerate(ITEMS)
            },
        }
    )


def survey(truth: Core, people: People, draws: Draws) -> pd.DataFrame:
    """Return the answers of those who are asked and answer, wave by wave."""
    parts = []
    for year, wave in enumerate(WAVES):
        answers = people.stays(wave) & (
            draws.uniform(f"survey.answers_{wave}") < truth.response_rate
        )
        given = {
            name: np.clip(np.rint(value), *limits)[answers]
            for name, (value, limits) in _questions(truth, people, draws, year, wave).items()
        }
        for name, value in given.items():
            silent = draws.uniform(f"survey.{name}_missing_{wave}")[answers] < truth.missing
            given[name] = np.where(silent, np.nan, value)
        held = np.full(len(answers), np.datetime64(SURVEYS[wave], "s"))
        parts.append(
            synthetic(
                {
                    "customer": names(draws)[answers],
                    "wave": np.full(int(answers.sum()), wave),
                    "date": held[answers],
                    **given,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _questions(
    truth: Core, people: People, draws: Draws, year: int, wave: int
) -> dict[str, tuple[Array, tuple[float, float]]]:
    """Return for each question what would be answered if there were no steps, and its scale."""

    def noise(question: str, spread: float) -> Array:
        return spread * draws.normal(f"survey.{question}_{wave}")

    satisfaction = people.satisfaction[year]
    mean, sd = truth.satisfaction_mean, truth.satisfaction_sd
    liking = mean + sd * people.liking[year]
    ahead = satisfaction - truth.rival_satisfaction
    warmth = (satisfaction - mean + liking - mean) / 2
    items = {
        item: mean + sd * seen for item, seen in zip(ITEMS, people.perceived[year], strict=True)
    }
    plain = {
        **items,
        "overall": satisfaction + noise("overall", truth.answer_noise),
        "liking": liking + noise("liking", truth.answer_noise),
        "comparison": 3 + ahead + noise("comparison", 2 * truth.answer_noise),
        "intent": 1 + 4 * people.loyalty[year] + noise("intent", 2 * truth.answer_noise),
    }
    asked = {name: (value, SCALE) for name, value in plain.items()}
    promise = 7 + 1.5 * warmth + noise("recommendation", 1.0)
    return {**asked, "recommendation": (promise, (0.0, float(TOP)))}


def panel(known: pd.DataFrame, answers: pd.DataFrame, bought: pd.DataFrame) -> pd.DataFrame:
    """Join customers, the answers of each wave, and what was bought in the wave's year."""
    size = 2 * (int(known["customer"].max()) + 1)

    def tally(rows: pd.DataFrame, cents: bool = False) -> Array:
        late = rows["date"] >= pd.Timestamp(OPENING)
        place = (2 * rows["customer"] + late).to_numpy()
        weights = rows["amount_cents"].to_numpy() if cents else None
        counts: Array = np.bincount(place, weights, size).astype(np.int64)
        return np.asarray(counts[asked])

    asked = (2 * answers["customer"] + (answers["wave"] == WAVES[1])).to_numpy()
    own = bought[bought["own"]]
    count, mine = tally(bought), tally(own)
    at = np.searchsorted(known["customer"].to_numpy(), answers["customer"].to_numpy())
    person = known[["region", "member", "treated"]].iloc[at].reset_index(drop=True)
    answered = answers.drop(columns=["customer", "wave", "date", "origin"])
    return pd.concat([answers[["customer", "wave"]], person, answered], axis=1).assign(
        purchases=count,
        own_purchases=mine,
        share=np.where(count > 0, mine / np.maximum(count, 1), np.nan),
        own_cents=tally(own, cents=True),
        origin=origin(len(answers)),
    )


TABLES: dict[str, Callable[[Truth, People, Draws], pd.DataFrame]] = {
    "customers": customers,
    "survey": survey,
    "purchases": purchases,
    "importance": importance,
    "kano": kano,
    "habits": habits,
    "tracking": tracking,
    "diary": diary,
    "points": points,
    "shoppers": shoppers,
    "orders": orders,
    "mailings": mailings,
    "branch_customers": branch_customers,
    "complaints": complaints,
    "problem_survey": problem_survey,
    "exits": exits,
    "latent": latent,
    "stages": stages,
    "problems": problems,
    "order_causes": order_causes,
}
"""What is made block by block; each takes the truth, the people of a block and its streams."""
