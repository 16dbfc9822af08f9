"""Problems, complaints and exits of the firm are made as its truth says."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from near_truth import near, share

from loyaltylab.base.errors import InputError
from loyaltylab.firm import Firm, Truth
from loyaltylab.firm.service import CAUSES, LOSSES, OUTCOMES, STEPS

LARGE = Firm(seed=5, customers=60_000)
TRUTH = LARGE.truth


def test_problems_come_at_their_rate_while_somebody_is_a_customer() -> None:
    known = LARGE.customers.set_index("customer")
    until = known["left"].fillna(pd.Timestamp("2026-01-01"))
    years = (until - known["joined"]).dt.days.sum() / 365.25
    count = len(LARGE.problems)
    near(count / years, TRUTH.problem_rate, np.sqrt(count) / years)
    at = known.loc[LARGE.problems["customer"]].reset_index()
    when = LARGE.problems["date"]
    assert (when >= at["joined"]).all()
    assert (when < until.loc[LARGE.problems["customer"]].to_numpy()).all()
    share(LARGE.problems["loss"] == "major", TRUTH.major_share)


def test_outcomes_and_returns_are_those_of_the_exact_table() -> None:
    rows = LARGE.problems
    by_loss = rows.groupby("loss", observed=True).size()
    for loss, outcome, part, again, _ in TRUTH.recovery().itertuples(index=False):
        here = rows[(rows["loss"] == loss) & (rows["outcome"] == outcome)]
        near(len(here) / by_loss[loss], part, 1.3 * np.sqrt(part * (1 - part) / by_loss[loss]))
        share(here["bought_again"], again, cluster=1.3)
    voiced = rows[rows["voiced"]]
    share(voiced["place"] == "front line", TRUTH.front_line_share)
    assert rows.loc[~rows["voiced"], ["place", "steps", "satisfied", "days"]].isna().all().all()
    assert (voiced["outcome"] != "silent").all()


def test_attachment_moves_voicing_and_returning() -> None:
    rows = LARGE.problems
    assert rows[rows["voiced"]]["attachment"].mean() > rows["attachment"].mean() + 0.2
    again, gone = (rows[rows["bought_again"] == flag]["attachment"] for flag in (True, False))
    assert again.mean() > gone.mean() + 0.3
    flat = dataclasses.replace(TRUTH, voice_slope=0.0).recovery()
    assert flat["again"].to_numpy() == pytest.approx(flat["again_anyone"].to_numpy())
    assert flat.groupby("loss")["share"].sum().to_numpy() == pytest.approx([1, 1])


def test_each_step_leaves_its_share_of_dissatisfaction() -> None:
    voiced = LARGE.problems[LARGE.problems["voiced"]]
    for outcome, taken in zip(OUTCOMES[1:], TRUTH.step_taken, strict=True):
        steps = voiced.loc[voiced["outcome"] == outcome, "steps"]
        spread = np.sqrt(STEPS * taken * (1 - taken) / len(steps))
        near(steps.mean(), STEPS * taken, spread)
    for steps, rows in voiced.groupby("steps"):
        if len(rows) > 500:
            sour = TRUTH.step_start * TRUTH.step_keep ** float(steps)
            share(rows["satisfied"] == 0, sour)


def test_talk_is_overdispersed_and_follows_the_handling() -> None:
    rows = LARGE.problems
    healed = rows["satisfied"] == 1
    assert (rows.loc[healed, "told"] == 0).all()
    assert (rows.loc[~healed, "praised"] == 0).all()
    for flag, name, mean in (
        (~healed, "told", TRUTH.told_mean),
        (healed, "praised", TRUTH.praised_mean),
    ):
        talk, variance = rows.loc[flag, name], mean + mean**2 / TRUTH.talk_shape
        near(talk.mean(), mean, np.sqrt(variance / len(talk)))
        assert talk.var() == pytest.approx(variance, rel=0.1)


def test_the_file_of_complaints_holds_the_voiced_alone() -> None:
    voiced = LARGE.problems[LARGE.problems["voiced"]].reset_index(drop=True)
    file = LARGE.complaints
    assert (file["customer"] == voiced["customer"]).all()
    assert "silent" not in file["outcome"].cat.categories
    share(file["satisfied"].notna(), TRUTH.follow_up)
    asked = file["satisfied"].notna()
    assert (file.loc[asked, "satisfied"] == voiced.loc[asked, "satisfied"]).all()
    assert (file["days"].isna() == (file["outcome"] == "unresolved")).all()
    assert file.loc[file["outcome"] == "resolved quickly", "days"].between(1, 5).all()
    assert (file.loc[file["outcome"] == "resolved", "days"] > 5).all()


def test_the_survey_hears_the_silent_and_counts_the_worst_problem() -> None:
    answers = LARGE.problem_survey
    late = LARGE.problems[LARGE.problems["date"] >= "2025-01-01"]
    troubled = set(late["customer"])
    assert answers["had_problem"].equals(answers["customer"].isin(troubled))
    grave = set(late.loc[late["loss"] == "major", "customer"])
    worst = answers[answers["had_problem"]]
    assert ((worst["loss"] == "major") == worst["customer"].isin(grave)).all()
    assert set(worst["outcome"].dropna().unique()) == set(OUTCOMES)
    fine = answers.loc[~answers["had_problem"], "bought_again"]
    share(fine, TRUTH.without_problem())
    assert worst["voiced"].mean() > late["voiced"].mean()  # graver than the average problem


def test_leavers_have_the_causes_that_the_exact_table_says() -> None:
    exits = LARGE.exits
    gone = LARGE.customers[LARGE.customers["churned"]]
    assert exits["customer"].tolist() == gone["customer"].tolist()
    assert (exits["date"].to_numpy() == gone["left"].to_numpy()).all()
    assert exits[list(CAUSES)].any(axis=1).all()
    heard = exits[exits["answered"]]
    for cause, applies, named, main in TRUTH.reasons().itertuples(index=False):
        share(exits[cause], applies)
        share(heard[f"named_{cause}"], named)
        share(heard["main"] == cause, main)
    silent = exits[~exits["answered"]]
    assert silent["main"].isna().all()
    assert not silent[[f"named_{cause}" for cause in CAUSES]].any().any()
    assert TRUTH.reasons()["main"].sum() == pytest.approx(1)


def test_a_larger_firm_begins_with_the_smaller_one() -> None:
    small, larger = Firm(seed=3, customers=300), Firm(seed=3, customers=900)
    for name in ("problems", "exits", "complaints", "problem_survey"):
        table = getattr(small, name)
        again = getattr(larger, name)
        assert table["customer"].max() <= 300
        kept = again[again["customer"] <= 300].reset_index(drop=True)
        known = ["customer", "date"]
        pd.testing.assert_frame_equal(kept[known].head(20), table[known].head(20))


@pytest.mark.parametrize(
    ("name", "value"),
    [("voice_minor", 1.0), ("again_minor", (0.5, 0.5)), ("exit_causes", (0.1,)), ("step_keep", 0)],
)
def test_numbers_that_cannot_be_are_refused(name: str, value: object) -> None:
    with pytest.raises(InputError, match=name):
        Truth(**{name: value})  # type: ignore[arg-type]


def test_losses_are_ordered() -> None:
    assert tuple(LARGE.problems["loss"].cat.categories) == LOSSES
