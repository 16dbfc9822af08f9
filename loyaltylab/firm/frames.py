"""What the firm shows of its customers: one function per table, one block at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from loyaltylab.firm.asked import habits, importance, kano
from loyaltylab.firm.core import (
    DAYS,
    ITEMS,
    OPENING,
    REGIONS,
    SCALE,
    SURVEYS,
    WAVES,
    YEAR,
    Core,
)
from loyaltylab.firm.diary import diary
from loyaltylab.firm.draws import Array, Draws
from loyaltylab.firm.ladder import stages, tracking
from loyaltylab.firm.people import People
from loyaltylab.firm.tables import date, names, origin, synthetic
from loyaltylab.firm.troubles import complaints, exits, problem_survey, problems
from loyaltylab.firm.truth import Truth

TOP = 10
"""Best answer to "would you recommend us?"."""


def customers(truth: Core, people: People, draws: Draws) -> pd.DataFrame:
    """Return what the firm's own files say of each customer."""
    churned = people.left < DAYS
    left = np.where(churned, date(people.left), np.datetime64("NaT", "s"))
    return synthetic(
        {
            "customer": names(draws),
            "region": pd.Categorical.from_codes(people.low.astype(np.int8), pd.Index(REGIONS)),
            "joined": date(people.joined),
            "member": people.member,
            "treated": people.treated,
            "left": left,
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


def purchases(truth: Core, people: People, draws: Draws) -> pd.DataFrame:
    """Return every purchase in the category, in the order of customers and days."""
    span = DAYS - people.joined
    count = draws.stream("purchases.count").poisson(people.rate * span / 365.25)
    total = int(count.sum())
    who = np.repeat(np.arange(draws.n, dtype=np.int32), count)
    after = (draws.uniform("purchases.date", total) * span[who]).astype(np.int32)
    key = who * np.int32(DAYS) + people.joined[who].astype(np.int32) + after
    key.sort()
    who, day = np.divmod(key, np.int32(DAYS))
    loyalty = np.where(day < YEAR, people.loyalty[0][who], people.loyalty[1][who])
    own = (draws.uniform("purchases.own", total) < loyalty) & (day < people.left[who])
    amount = draws.stream("purchases.amount_cents").standard_gamma(truth.amount_shape, total)
    cents = np.rint(amount * (people.mean_amount / truth.amount_shape)[who])
    return synthetic(
        {
            "customer": names(draws)[who],
            "date": date(day),
            "own": own,
            "amount_cents": np.maximum(cents, 1).astype(np.int64),
        }
    )


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
    "complaints": complaints,
    "problem_survey": problem_survey,
    "exits": exits,
    "latent": latent,
    "stages": stages,
    "problems": problems,
}
"""What is made block by block; each takes the truth, the people of a block and its streams."""
