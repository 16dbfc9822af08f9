"""Problems with the firm's delivery, complaints, and the reasons of those who left."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from loyaltylab.complaints.exits import CAUSES
from loyaltylab.firm.core import DAYS, YEAR
from loyaltylab.firm.draws import Array, Draws
from loyaltylab.firm.people import People
from loyaltylab.firm.service import HURT, LOSSES, OUTCOMES, PLACES, STEPS, by_attachment
from loyaltylab.firm.tables import date, names, synthetic
from loyaltylab.firm.truth import Truth

QUICK = 5
"""Days within which an answer is quick."""
ASKED = datetime.date(2025, 12, 31)


def problems(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return every problem with the delivery and what became of it, which nobody sees."""
    happened = _happened(truth, people, draws)
    return synthetic(
        {
            "customer": names(draws)[happened["who"]],
            "date": date(happened["day"]),
            "attachment": happened["attachment"].round(6),
            "loss": _labels(happened["major"], LOSSES),
            "voiced": happened["outcome"] > 0,
            "place": _labels(happened["place"], PLACES),
            "outcome": _labels(happened["outcome"], OUTCOMES),
            "days": happened["days"],
            "steps": happened["steps"],
            "satisfied": happened["satisfied"],
            "bought_again": happened["again"],
            "told": happened["told"],
            "praised": happened["praised"],
        }
    )


def complaints(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return what the firm's own file holds: the voiced problems alone."""
    every = problems(truth, people, draws)
    asked = draws.uniform("complaints.asked", len(every)) < truth.follow_up
    every["satisfied"] = every["satisfied"].where(asked)
    every["days"] = every["days"].where(every["outcome"] != "unresolved")
    columns = ["customer", "date", "loss", "place", "outcome", "days", "steps", "satisfied"]
    file = every.loc[every["voiced"], [*columns, "origin"]].reset_index(drop=True)
    return file.assign(outcome=file["outcome"].cat.remove_categories(["silent"]))


def problem_survey(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return what a sample of all customers says of the worst problem of 2025."""
    asked = draws.uniform("problem_survey.asked") < truth.problem_asked
    asked &= people.left >= YEAR
    base = pd.DataFrame({"customer": names(draws)[asked]})
    every = problems(truth, people, draws)
    late = every[every["date"] >= pd.Timestamp(date(np.array([YEAR]))[0])]
    major = (late["loss"] == "major").astype(int)
    worst = late.assign(_major=major).sort_values(["customer", "_major", "date"])
    worst = worst.drop_duplicates("customer", keep="last")
    columns = ["loss", "voiced", "place", "outcome", "bought_again", "told", "praised"]
    told = base.merge(worst[["customer", *columns]], on="customer", how="left")
    had = told["voiced"].notna().to_numpy()
    clear = by_attachment(truth.again_clear, truth.again_slope, people.attachment)[asked]
    fine = draws.uniform("problem_survey.bought_again")[asked] < clear
    again = np.where(had, told["bought_again"].eq(True), fine)
    told = told.astype({name: "float64" for name in ("told", "praised")})
    return synthetic(
        {
            "customer": told["customer"].to_numpy(),
            "date": np.full(len(told), np.datetime64(ASKED, "s")),
            "had_problem": had,
            "loss": told["loss"].array,
            "voiced": told["voiced"].astype("boolean").array,
            "place": told["place"].array,
            "outcome": told["outcome"].array,
            "bought_again": again,
            "told": told["told"].to_numpy(),
            "praised": told["praised"].to_numpy(),
        }
    )


def exits(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return the causes of every leaver, and what he says of them in an interview."""
    gone = people.left < DAYS
    p, weights = np.array(truth.exit_causes), np.array(truth.exit_weights)
    applies = np.column_stack([draws.uniform(f"exits.{name}") < p[at] for at, name in _causes()])
    lone = np.searchsorted(np.cumsum(p / p.sum())[:-1], draws.uniform("exits.lone"), "right")
    none = ~applies.any(axis=1)
    applies[none, lone[none]] = True
    hurt = applies[:, [CAUSES.index(name) for name in HURT]].any(axis=1)
    willing = np.where(hurt, truth.exit_answers_hurt, truth.exit_answers)
    heard = draws.uniform("exits.answered") < willing
    chance = [draws.uniform(f"exits.named_{name}") for name in CAUSES]
    named = np.column_stack(chance) < np.where(applies, truth.exit_named, 0.0)
    price = CAUSES.index("price")
    named[:, price] |= ~applies[:, price] & (chance[price] < truth.exit_excuse)
    pull = np.cumsum(applies * weights, axis=1)
    pick = draws.uniform("exits.main") * pull[:, -1]
    main = np.where(heard, (pull <= pick[:, None]).sum(axis=1), -1)
    columns: dict[str, Array] = {
        "customer": names(draws),
        "date": date(np.minimum(people.left, DAYS)),
        **{name: applies[:, at] for at, name in _causes()},
        "answered": heard,
        **{f"named_{name}": named[:, at] & heard for at, name in _causes()},
    }
    return synthetic(
        {name: values[gone] for name, values in columns.items()}
        | {"main": pd.Categorical.from_codes(main[gone].astype(np.int8), pd.Index(CAUSES))}
    )


def _happened(truth: Truth, people: People, draws: Draws) -> dict[str, Array]:
    """Draw every problem: when, how grave, voiced or not, handled how, and what followed."""
    span = np.clip(np.minimum(people.left, DAYS) - people.joined, 0, None)
    count = draws.stream("hidden.problem_count").poisson(truth.problem_rate * span / 365.25)
    n = int(count.sum())
    who = np.repeat(np.arange(draws.n), count)
    day = people.joined[who] + (draws.uniform("hidden.problem_date", n) * span[who]).astype(
        np.int64
    )
    order = np.lexsort((day, who))
    who, day = who[order], day[order]
    attachment = people.attachment[who]
    major = (draws.uniform("hidden.problem_loss", n) < truth.major_share).astype(np.int64)
    voice = by_attachment(
        np.array([truth.voice_minor, truth.voice_major])[major], truth.voice_slope, attachment
    )
    outcome = _outcome(truth, draws, draws.uniform("hidden.problem_voiced", n) < voice)
    returns = np.array([truth.again_minor, truth.again_major])[major, outcome]
    steps, satisfied = _handled(truth, draws, outcome)
    healed = satisfied == 1
    near = draws.uniform("hidden.problem_place", n) < truth.front_line_share
    return {
        "who": who,
        "day": day,
        "attachment": attachment,
        "major": major,
        "outcome": outcome,
        "place": np.where(outcome == 0, -1, np.where(near, 0, 1)),
        "days": _days(draws, outcome),
        "steps": steps,
        "satisfied": satisfied,
        "again": draws.uniform("hidden.problem_bought_again", n)
        < by_attachment(returns, truth.again_slope, attachment),
        "told": _talk(truth, draws, "told", n) * ~healed,
        "praised": _talk(truth, draws, "praised", n) * healed,
    }


def _outcome(truth: Truth, draws: Draws, voiced: Array) -> Array:
    """Return 0 silent, 1 unresolved, 2 resolved, 3 resolved quickly."""
    solved = draws.uniform("hidden.problem_resolved", len(voiced)) < truth.resolved_share
    quick = draws.uniform("hidden.problem_quick", len(voiced)) < truth.quick_share
    kind: Array = np.where(voiced, 1 + solved * (1 + quick), 0)
    return kind


def _handled(truth: Truth, draws: Draws, outcome: Array) -> tuple[Array, Array]:
    """Return the steps taken, and whether the complainer is satisfied; NaN for the silent."""
    chance = np.array([0.0, *truth.step_taken])[outcome]
    steps = draws.stream("hidden.problem_steps").binomial(STEPS, chance)
    sour = truth.step_start * truth.step_keep**steps
    content = draws.uniform("hidden.problem_satisfied", len(outcome)) >= sour
    silent = outcome == 0
    return np.where(silent, np.nan, steps), np.where(silent, np.nan, content)


def _days(draws: Draws, outcome: Array) -> Array:
    """Return the days until the answer; NaN where there was none."""
    fast = 1 + (draws.uniform("hidden.problem_days", len(outcome)) * QUICK).astype(np.int64)
    slow = QUICK + draws.stream("hidden.problem_slow_days").geometric(0.1, len(outcome))
    days: Array = np.where(outcome == 3, fast, np.where(outcome == 2, slow, np.nan))
    return days


def _talk(truth: Truth, draws: Draws, kind: str, n: int) -> Array:
    """Return the number of people told: negative binomial, a few tell very many."""
    stream = draws.stream(f"hidden.problem_{kind}")
    mean = getattr(truth, f"{kind}_mean") / truth.talk_shape
    people: Array = stream.poisson(stream.standard_gamma(truth.talk_shape, n) * mean)
    return people


def _labels(codes: Array, labels: tuple[str, ...]) -> pd.Categorical[str]:
    return pd.Categorical.from_codes(codes.astype(np.int8), pd.Index(labels), ordered=True)


def _causes() -> list[tuple[int, str]]:
    return list(enumerate(CAUSES))
