"""Chapter 11: laws and sourced numbers of the iceberg, the steps, talk and the lists."""

from __future__ import annotations

import dataclasses
import tracemalloc
from typing import Any

import numpy as np
import pytest
from contract_complaints import DRAWN, WHERE
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from strategies import instances

from loyaltylab import complaints, datasets
from loyaltylab.base import figure as fig
from loyaltylab.bucket import LeakyBucket
from loyaltylab.complaints import (
    Iceberg,
    SevenSteps,
    Talk,
    TalkedBucket,
    WordOfMouth,
    comparable,
    plot_reasons,
    published_recovery,
    reasons,
    step_needed,
    sums,
    with_word_of_mouth,
)
from loyaltylab.complaints.tellers import tail
from loyaltylab.lifetime import Lifetime

LAW = settings(max_examples=40, deadline=None)
icebergs = instances(Iceberg, WHERE[Iceberg], DRAWN[Iceberg])
share = st.floats(0.01, 0.99)
CALM = {
    "told_well": st.floats(1e-6, 30.0) | st.just(0.0),
    "told_badly": st.floats(1e-6, 30.0) | st.just(0.0),
    "shape": st.floats(0.05, 1000.0),
}
mouths = instances(WordOfMouth, drawn=CALM)


def close(found: Any, wanted: Any, rtol: float = 1e-9) -> None:
    np.testing.assert_allclose(found, wanted, rtol=rtol, atol=1e-9)


# The iceberg


@LAW
@given(icebergs)
def test_heard_are_the_voiced_share_of_the_dissatisfied(model: Iceberg) -> None:
    table = model.table()
    close(table["heard"], table["dissatisfied"] * table["voiced"])
    close(table["dissatisfied"], table["heard"] + table["silent"])
    close(table["leavers"], table["heard_leavers"] + table["silent_leavers"])
    close(table["damage"], model.value * table["leavers"])
    assert table["voiced"].iloc[0] == model.voiced_low
    assert table["voiced"].iloc[-1] == model.voiced_high
    assert (np.diff(table["dissatisfied"]) <= 1e-9 * table["dissatisfied"].iloc[0]).all()
    assert (table["leavers"] <= table["dissatisfied"] * (1 + 1e-9)).all()


@LAW
@given(icebergs, share)
def test_more_who_would_leave_anyway_never_raise_the_damage(m: Iceberg, anyway: float) -> None:
    lower = dataclasses.replace(m, leave_anyway=min(m.leave_anyway, anyway))
    upper = dataclasses.replace(m, leave_anyway=max(m.leave_anyway, anyway))
    assert upper.table()["damage"].sum() <= lower.table()["damage"].sum() * (1 + 1e-12)


def test_damage_by_hand() -> None:
    model = Iceberg(
        complaints=10, voiced_low=0.1, voiced_high=0.5, major=0.5, resolved=0.2, quick=0.3,
        value=7.0, leave_minor=(0.6, 0.4, 0.2, 0.1), leave_major=(0.8, 0.6, 0.4, 0.3),
    )  # fmt: skip
    # by outcome 0.7, 0.5, 0.3, 0.2; heard 10: 5 unresolved, 2 resolved, 3 quickly
    heard = 5 * 0.5 + 2 * 0.3 + 3 * 0.2
    assert model.at(0.1)["damage"] == pytest.approx(7 * (heard + 90 * 0.7))
    assert model.at(0.5)["damage"] == pytest.approx(7 * (heard + 10 * 0.7))
    spared = dataclasses.replace(model, leave_anyway=0.25)
    assert spared.rates == pytest.approx((0.45, 0.25, 0.05, 0.0))
    assert spared.at(0.1)["leavers"] == pytest.approx(5 * 0.25 + 2 * 0.05 + 90 * 0.45)


def test_default_rates_are_tarps_table() -> None:
    table = published_recovery().pivot(index="loss", columns="outcome", values="leaving")
    order = ["silent", "unresolved", "resolved", "resolved quickly"]
    for loss, rates in (("minor", Iceberg().leave_minor), ("major", Iceberg().leave_major)):
        assert tuple(table.loc[loss, order]) == pytest.approx(rates)
    assert Iceberg().leave_major == (0.91, 0.81, 0.46, 0.18)


def test_worth_of_a_customer_comes_from_chapter_10() -> None:
    life = Lifetime(margin=0.02, retention=0.8, discount=0.1, years=None)
    assert Iceberg.of(life, complaints=3).value == pytest.approx(life.loss)
    assert Iceberg.of(life, complaints=3).complaints == 3


def test_the_picture_of_the_iceberg_is_its_table() -> None:
    model = Iceberg(voiced_high=0.5)
    artists = fig.moving(model.plot(fig.canvas().subplots()))
    depth = [artists[f"silent_leave_{i}"].get_paths()[0].vertices[:, 1].min() for i in (0, 1)]
    height = artists["heard_leave_0"].get_paths()[0].vertices[:, 1].max()
    close(depth, [-100 * (1 / v - 1) for v in (0.5, 0.04)])
    assert height == pytest.approx(100)


def test_the_sentence_of_the_iceberg_pairs_each_end_with_its_voiced_share() -> None:
    said = Iceberg(complaints=100, value=500).sentence()
    assert "145 to 2,500 customers with a problem if 69% down to 4% of them" in said
    assert "1 complaint heard stands" in Iceberg(complaints=1).sentence()


def test_published_shares_differ_17_fold_and_so_does_the_iceberg() -> None:
    found = Iceberg(complaints=100).table()["dissatisfied"]
    assert found.iloc[0] / found.iloc[-1] == pytest.approx(17.25)


# The steps


@LAW
@given(share, share, st.integers(1, 12))
def test_each_step_takes_the_same_share(keep: float, start: float, steps: int) -> None:
    table = SevenSteps(keep=keep, start=start, steps=steps).table()
    left = table["dissatisfied"].to_numpy()
    close(left[1:] / left[:-1], keep, 1e-9)
    close(table["satisfied"] + left, 1.0)
    close(np.diff(table["straight"]), np.diff(table["straight"])[0])
    close(table["straight"].iloc[[0, -1]], table["satisfied"].iloc[[0, -1]])


@LAW
@given(st.integers(1, 30), st.floats(0, 0.999))
def test_the_step_needed_reaches_what_it_is_needed_for(steps: int, satisfied: float) -> None:
    assert 1 - (1 - step_needed(steps, satisfied)) ** steps == pytest.approx(satisfied, abs=1e-9)


def test_claim_c089_four_steps_of_33_percent_and_seven_of_94() -> None:
    model = SevenSteps.through(4, 0.8)
    assert round(100 * step_needed(4, 0.8), 1) == 33.1
    assert round(100 * model.satisfied(7), 1) == 94.0
    assert SevenSteps.through(7, 1.0).satisfied(1) == 1.0
    assert SevenSteps(keep=0.0).table()["straight"].iloc[4] == pytest.approx(4 / 7)


def test_the_sentence_of_the_steps_names_start_and_only_the_steps_there_are() -> None:
    said = SevenSteps(start=0.5, keep=0.5).sentence()
    assert "50% are dissatisfied before any, four satisfy 96.9%" in said
    assert "before any" not in SevenSteps().sentence()
    assert "four" not in SevenSteps(steps=3, keep=0.5).sentence()
    assert "all 3 steps satisfy 87.5%" in SevenSteps(steps=3, keep=0.5).sentence()
    assert SevenSteps(steps=4, keep=0.5).sentence().count("93.8%") == 1
    assert "100%" not in SevenSteps(steps=6, keep=0.5).sentence()


# Talk


def by_hand(mouth: WordOfMouth) -> np.ndarray:
    """Find the smallest fixed point of the generating functions by iterating them from 0."""
    talk = mouth.talk

    def functions(z: np.ndarray) -> np.ndarray:
        x = talk.becomes @ (1 - z)
        told = (1 + talk.told * x / talk.shape) ** (-talk.shape)
        return np.asarray(1 - talk.talks + talk.talks * told)

    z = np.zeros(2)
    for _ in range(200_000):
        new = functions(z)
        if np.abs(new - z).max() < 1e-14:
            break
        z = new
    return z


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"come": 0.7},
        {"retell": 0.35},
        {"come": 0.9, "satisfied": 0.5, "shape": 0.4, "come_anyway": 0.2},
        {"come": 0.6, "come_anyway": 0.0, "retell": 0.0},
        {"come": 0.0, "come_anyway": 0.0, "retell": 0.3, "talk_badly": 1.0},
    ],
)
def test_extinction_is_the_smallest_fixed_point(options: dict[str, float]) -> None:
    mouth = WordOfMouth(customers=1, **options)
    z = by_hand(mouth)
    close(1 - mouth.talk.survival(), z, 1e-7)
    s = mouth.satisfied
    assert mouth.extinction == pytest.approx(s * z[0] + (1 - s) * z[1], abs=1e-7)
    twice = dataclasses.replace(mouth, customers=2)
    assert twice.extinction == pytest.approx(mouth.extinction**2)


def test_poisson_extinction_matches_the_textbook_equation() -> None:
    # one type, Poisson with mean 2: q = exp(2 (q - 1)) has the root 0.2032
    q = optimize.brentq(lambda z: z - np.exp(2 * (z - 1)), 0, 0.9)
    talk = Talk(np.ones(2), np.full(2, 2.0), 1e6, np.eye(2))
    assert talk.survival() == pytest.approx(1 - q, abs=1e-5)
    assert round(q, 4) == 0.2032


@LAW
@given(mouths)
def test_talk_dies_out_for_certain_if_and_only_if_it_does_not_grow(mouth: WordOfMouth) -> None:
    assume(abs(mouth.radius - 1) > 0.05)
    p = mouth.talk.survival()
    assert (p.max() > 0) == (mouth.radius > 1)
    assert mouth.radius == pytest.approx(max(abs(np.linalg.eigvals(mouth.talk.means()))))
    assert 0 <= mouth.extinction <= 1


@LAW
@given(mouths)
def test_the_whole_tree_is_the_sum_of_the_generations(mouth: WordOfMouth) -> None:
    assume(mouth.radius < 0.5)
    total = mouth.talk.total()
    assert total is not None
    people = mouth.talk.expected(mouth.start, 80)
    close(mouth.start @ total, people.sum(axis=0), 1e-7)
    net = np.diff(mouth.effect(people).sum(axis=0))[0]
    assert mouth.net() == pytest.approx(-net, rel=1e-6, abs=1e-6)


def test_a_generation_by_hand() -> None:
    mouth = WordOfMouth(
        customers=10, satisfied=0.6, talk_well=0.5, talk_badly=0.25, told_well=4.0, told_badly=8.0,
        come=0.3, come_anyway=0.2, stay_away=0.5, retell=0.1,
    )  # fmt: skip
    first, second = mouth.table().to_dict("records")[:2]
    assert (first["good"], first["bad"]) == (6, 4)
    assert (first["told_well"], first["told_badly"]) == (12, 8)
    assert first["came"] == pytest.approx(12 * 0.3 + 8 * 0.2)
    assert first["stayed_away"] == pytest.approx(8 * 0.8 * 0.5)
    assert second["good"] == pytest.approx(0.6 * first["came"])
    assert second["bad"] == pytest.approx(0.4 * first["came"] + 8 * 0.8 * 0.1)


def person_by_person(mouth: WordOfMouth, rng: np.random.Generator) -> tuple[int, int, int]:
    """Return who came, who stayed away and how many talked, asking each person in turn."""
    waiting = list(rng.uniform(size=mouth.customers) < mouth.satisfied)
    came = away = seen = 0
    while waiting and seen < 5000:
        good, seen = waiting.pop(), seen + 1
        talks, mean = (
            (mouth.talk_well, mouth.told_well) if good else (mouth.talk_badly, mouth.told_badly)
        )
        if rng.uniform() >= talks:
            continue
        for _ in range(rng.negative_binomial(mouth.shape, mouth.shape / (mouth.shape + mean))):
            if rng.uniform() < (mouth.come if good else mouth.come_anyway):
                came += 1
                waiting.append(rng.uniform() < mouth.satisfied)
            elif not good:
                away += rng.uniform() < mouth.stay_away
                if rng.uniform() < mouth.retell:
                    waiting.append(False)
    return came, away, seen


def test_a_count_of_every_person_agrees_with_the_theory() -> None:
    mouth = WordOfMouth(
        customers=5, satisfied=0.7, come=0.2, come_anyway=0.1, retell=0.04, stay_away=0.2, shape=0.6
    )
    rng = np.random.default_rng(8)
    found = np.array([person_by_person(mouth, rng) for _ in range(800)], float)
    total = mouth.talk.total()
    assert total is not None
    came, away = mouth.effect(mouth.start @ total)
    wanted = np.array([came, away, (mouth.start @ total).sum()])
    error = found.std(axis=0) / np.sqrt(800)
    assert (abs(found.mean(axis=0) - wanted) < 4 * error).all()
    assert mouth.net() == pytest.approx(came - away)


def test_a_bad_story_that_nobody_begins_does_not_make_talk_grow() -> None:
    mouth = WordOfMouth(customers=100, satisfied=1.0, retell=0.5)
    assert mouth.radius == pytest.approx(0.5 * 4 * 0.05)
    assert mouth.net() == pytest.approx(10 / (1 - 0.1))
    assert mouth.per_customer() == pytest.approx(0.1)
    assert "dies out, with a net of 11.1 new" in mouth.sentence()
    assert dataclasses.replace(mouth, satisfied=0.99).net() is None
    assert WordOfMouth(customers=0, come=0.9).net() == 0.0


@pytest.mark.parametrize(
    ("mouth", "words"),
    [
        (WordOfMouth(customers=1), "1 customer,"),
        (WordOfMouth(customers=0), "nobody talks"),
        (WordOfMouth(customers=1, come=0.555), "dies out with a probability of"),
        (WordOfMouth(told_well=1000.0, come=1.0), "hardly ever dies out, but grows"),
        (WordOfMouth(customers=1, satisfied=0.0, come=1.0, told_well=900.0, retell=0.1819,
                     come_anyway=0.0), "nearly always dies out"),
    ],
)  # fmt: skip
def test_the_sentence_says_how_surely_talk_dies_out(mouth: WordOfMouth, words: str) -> None:
    assert words in mouth.sentence()


@pytest.mark.parametrize(
    "model",
    [
        WordOfMouth(told_well=1000.0, come=1.0),
        TalkedBucket(told_well=1000.0, come=1.0),
        Iceberg(complaints=10**14, voiced_low=1e-6),
    ],
)
def test_very_many_people_have_short_labels(model: Any) -> None:
    ax = model.plot(fig.canvas().subplots())
    text = [ax.yaxis.get_major_formatter()(v) for v in ax.get_yticks()]
    assert max(map(len, text)) <= 13
    assert any("e+" in t for t in text)


def test_no_end_has_no_size() -> None:
    assert WordOfMouth(come=0.7).net() is None
    assert WordOfMouth(told_badly=0.0, satisfied=1.0).good_per_bad is None


def test_simulated_means_and_spread_agree_with_theory() -> None:
    mouth = WordOfMouth(customers=200)
    runs = mouth.simulate(4, 4000, seed=3)
    for name, column in (("good", "good"), ("bad", "bad"), ("told_badly", "told_badly")):
        seen = runs[runs["generation"] < 4].groupby("generation")[column]
        wanted = mouth.table()[name].to_numpy()[:4]
        error = seen.std().to_numpy() / np.sqrt(4000)
        assert (abs(seen.mean().to_numpy() - wanted) <= 4.5 * error + 1e-9).all(), name
    told = mouth.simulate(1, 20_000, seed=4).query("generation == 0")["told_badly"]
    # a sum over a Poisson-like number of tellers: N(m + m²/k + m² (1 - p)) per bad customer
    p, m, k, n = 0.1 * 0.5, 11.0, 2.5, 200
    variance = n * (p * (m + m * m / k) + p * (1 - p) * m * m)
    assert told.var() == pytest.approx(variance, rel=0.05)


def test_each_of_the_told_becomes_one_person_at_most() -> None:
    mouth = WordOfMouth(
        customers=20, satisfied=0.5, talk_well=1.0, come=0.9, come_anyway=0.6, retell=0.3
    )
    runs = mouth.simulate(1, 3000, seed=6).set_index(["replication", "generation"])
    begun, bred = runs.xs(0, level="generation"), runs.xs(1, level="generation")
    assert (bred["good"] + bred["bad"] <= begun["told_well"] + begun["told_badly"]).all()
    for name in ("good", "bad"):
        error = bred[name].std() / np.sqrt(3000)
        assert abs(bred[name].mean() - mouth.table()[name].iloc[1]) < 4.5 * error


def test_simulated_extinction_agrees_with_theory() -> None:
    mouth = WordOfMouth(customers=1, come=0.8, shape=0.5)
    runs = mouth.simulate(25, 4000, seed=5)
    last = runs[runs["generation"] == 25]
    died = int(((last["good"] == 0) & (last["bad"] == 0)).sum())
    low, high = stats.binom.interval(0.9999, 4000, mouth.extinction)
    assert 0.3 < mouth.extinction < 0.95
    assert low <= died <= high + 5


def test_a_billion_customers_cost_what_ten_do() -> None:
    def peak(customers: int) -> int:
        tracemalloc.start()
        WordOfMouth(customers=customers).simulate(12, 50, seed=1)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(10)
    assert peak(10**9) < 1.5 * peak(10)
    people, told = WordOfMouth().talk.simulated(
        np.full((2, 3), 10**12), 5, 3, np.random.default_rng(1)
    )
    assert (people.shape, told.shape) == ((6, 2, 3), (5, 2, 3))


def test_tarp_thirteen_percent_tell_twenty_or_more_and_the_median_is_nine() -> None:
    assert tail(11, 2.5) == pytest.approx(0.13, abs=0.005)
    assert tail(11, float("inf")) == pytest.approx(stats.poisson.sf(19, 11))
    assert stats.nbinom.median(2.5, 2.5 / 13.5) == 9


def test_default_talk_is_three_times_as_often_good_as_east_found() -> None:
    ratio = WordOfMouth().good_per_bad
    assert ratio is not None
    assert ratio == pytest.approx(0.9 * 4 / (0.1 * 11))
    assert 2.9 < ratio < 3.6


# Talk in the bucket


@LAW
@given(st.floats(1e-6, 0.2), st.floats(1e-6, 0.3), st.integers(0, 5000))
def test_talk_moves_the_acquired_by_what_customers_bring(
    come: float, away: float, customers: int
) -> None:
    mouth = WordOfMouth(come=come, stay_away=away, retell=0.0, come_anyway=0.0)
    each = 0.9 * 0.5 * 4 * come - 0.1 * 0.5 * 11 * away
    assert mouth.per_customer() == pytest.approx(each, abs=1e-12)
    bucket = LeakyBucket(customers=customers, churn=0.5, acquired=100)
    found = with_word_of_mouth(bucket, mouth)
    assert abs(found.acquired - max(100 + each * customers, 0)) <= 0.5 + 1e-9
    assert dataclasses.replace(found, acquired=100) == bucket


def test_a_bad_story_that_is_retold_counts_for_each_teller() -> None:
    once = WordOfMouth(retell=0.0, come_anyway=0.0, come=0.0)
    passed = dataclasses.replace(once, retell=0.1)
    assert passed.per_customer() == pytest.approx(once.per_customer() / (1 - 0.5 * 11 * 0.1))


@LAW
@given(st.floats(0.05, 0.9), st.floats(1e-6, 0.04), st.integers(0, 500))
def test_steady_state_with_talk_is_where_gain_and_leak_meet(
    churn: float, come: float, acquired: int
) -> None:
    firm = TalkedBucket(churn=churn, come=come, acquired=acquired, stay_away=0.01)
    assume(firm.churn - firm.per_customer > 0.02)
    steady = firm.steady_state
    assert steady is not None
    again = dataclasses.replace(firm, customers=round(steady)).table()
    assert abs(again["customers"].iloc[-1] - steady) <= 1
    plain = LeakyBucket(churn=churn, acquired=acquired)
    poured = with_word_of_mouth(plain, firm.mouth, at="steady state")
    assert poured.steady_state is not None
    assert abs(poured.steady_state - steady) <= 0.51 / churn
    assert dataclasses.replace(firm, churn=firm.per_customer, come=1.0).steady_state is None


def test_the_talked_bucket_begins_as_chapter_09s() -> None:
    firm = TalkedBucket(customers=1000, churn=0.1, acquired=30)
    table, bucket = firm.table(), firm.bucket.expected(1)
    assert abs(table["customers"].iloc[1] - bucket["customers"].iloc[1]) <= 0.5
    without = LeakyBucket(customers=1000, churn=0.1, acquired=30).expected(52)["customers"]
    close(table["without_talk"], without)
    close(np.diff(table["customers"]), (table["paid"] + table["talked"] - table["lost"])[1:])
    lines = fig.moving(firm.plot(fig.canvas().subplots()))
    close(lines["with"].get_ydata(), table["customers"])
    close(lines["without"].get_ydata(), table["without_talk"])


def test_bad_talk_cannot_take_more_than_come() -> None:
    firm = TalkedBucket(satisfied=0.0, stay_away=1.0, told_badly=500.0, acquired=10)
    table = firm.table()
    assert (table["paid"] + table["talked"] >= 0).all()
    assert table["talked"].iloc[1] == -10
    assert firm.bucket.acquired == 0


def test_a_bucket_without_leak_never_falls() -> None:
    full = TalkedBucket(churn=0.0, satisfied=0.0, come=0.0, customers=1000, acquired=5)
    assert full.steady_state == 1000 == full.table()["customers"].iloc[-1]
    low = dataclasses.replace(full, customers=0)
    assert low.steady_state == pytest.approx(low.table()["customers"].iloc[-1], rel=0.01)
    assert low.steady_state == pytest.approx(5 / -low.per_customer)


def test_the_sentence_of_the_talked_bucket_fits_where_it_goes() -> None:
    wild = TalkedBucket(satisfied=0.0, stay_away=1.0, told_badly=1000.0)
    assert wild.table()["customers"].iloc[40:].max() > 10 * (wild.steady_state or 0)
    assert "swings about" in wild.sentence()
    assert "stays as it is" in TalkedBucket(customers=0, acquired=0, come=0.3).sentence()
    assert "grows for as long" in TalkedBucket(come=0.3).sentence()
    assert "tends to" in TalkedBucket().sentence()


# The lists


def test_sums_of_the_six_lists_as_the_notes_have_them() -> None:
    found = sums().set_index("list")
    assert found["percent"].to_dict() == {
        "LeBoeuf": 100.0,
        "Chinese seven rows": 100.0,
        "CIM UK": 100.0,
        "ActionCoach": 100.0,
        "Forum": 99.0,
        "Keaveney": 170.2,
    }
    assert list(found.index[found["service_or_product"] == 78]) == ["Chinese seven rows"]
    assert (found["service"] == 68).sum() == 4
    assert list(found.index[found["rows_read"] < found["rows"]]) == [
        "Chinese seven rows",
        "Forum",
        "Keaveney",
    ]


def test_only_rows_of_one_cause_and_one_base_are_compared() -> None:
    table = comparable()
    assert len(table) == len(reasons()) == 35
    good = table[table["comparable"]]
    assert set(good["cause"]) == {"service", "product", "competition", "social", "involuntary"}
    assert not good["list"].isin(["Keaveney", "Forum"]).any()
    assert not good["cause"].str.contains(" and ").any()
    assert (good["distinct"] == 1).all()
    assert (table.loc[~table["comparable"], "why"] != good["why"].iloc[0]).all()
    assert (good.groupby("cause")["list"].nunique() >= 2).all()


def test_the_picture_of_the_lists_holds_every_row_and_hatches_the_reported() -> None:
    table = reasons()
    ax = plot_reasons(fig.canvas().subplots())
    bars = [p for p in ax.patches if p.get_height() == pytest.approx(0.62)]
    close(sorted(b.get_width() for b in bars), sorted(table["percent"]))
    hatched = sum(b.get_hatch() is not None for b in bars)
    assert hatched == int((table["status"] != "read").sum())
    ends = {round(b.get_x() + b.get_width(), 1) for b in bars}
    assert 170.2 in ends


def test_carried_tables_say_what_was_read() -> None:
    for name in ("churn_reasons", "recovery_table"):
        frame = datasets.load(name)
        assert set(frame["status"]) <= {"read", "reported, not verified"}
        assert frame["claim"].str.fullmatch(r"C\d{3}").all()
    table = published_recovery().pivot(index="outcome", columns="loss", values="share")
    assert table.loc["resolved quickly"].to_dict() == {"major": 0.82, "minor": 0.95}
    assert table.loc["silent"].to_dict() == {"major": 0.09, "minor": 0.37}


# Claims


@pytest.mark.parametrize(
    ("name", "documented", "agrees"),
    [
        ("iceberg_sums", 25.0, [True, False, False, False]),
        ("seventy_inverted", 70.0, [False] * 5),
        ("seventy_eight_percent", 78.0, [False, True, False, False, False, False]),
        ("seventy_percent_service", 70.0, [False, True, False, False, False]),
        ("one_to_nine", None, [False, False]),
        ("steps_and_satisfaction", None, [False, False, False]),
        ("told_three_to_five", 13.0, [True, False]),
    ],
)
def test_claims_agree_only_where_they_should(
    name: str, documented: float | None, agrees: list[bool]
) -> None:
    found = [f for f in getattr(complaints, name)() if f.agrees is not None]
    assert [f.agrees for f in found] == agrees
    if documented is not None:
        assert {f.documented for f in found} == {documented}


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("seven_complaint_steps", 7),
        ("complaint_self_test", 5),
        ("haier_machines", 5),
        ("two_more_causes", 2),
        ("four_main_causes", 4),
    ],
)
def test_what_is_counted_in_our_own_text_agrees_with_nothing(name: str, count: int) -> None:
    first = getattr(complaints, name)()[0]
    assert first.computed == count
    assert first.documented is None


def test_claim_functions_move_with_their_inputs() -> None:
    assert complaints.twenty_five_times_seventy(behind=10, leaving=0.5)[0].computed == 5.0
    assert complaints.hot_lines(voiced=0.1, easier=3.0)[1].computed == pytest.approx(3000.0)
    assert complaints.hot_lines(voiced=0.5, easier=9.0)[3].computed == 0.0
    assert complaints.mouth_against_advertising(0.1, 1000.0, 0.2)[0].computed == pytest.approx(300)
    assert complaints.satisfied_bring_new(told=1.0, talk=0.25)[1].computed == pytest.approx(100)
    assert complaints.household_survey_1979(1000, 0.5, 0.5)[1].computed == 250
    assert complaints.seventy_inverted(0.5)[-1].computed is None
    assert complaints.complainers_as_buyers()[2].computed == pytest.approx(9.0)
    assert complaints.furniture_story(20)[1].computed > complaints.furniture_story()[1].computed
    found = complaints.four_main_causes(0.6, 0.9)
    assert [f.computed for f in found[1:4]] == pytest.approx([2.0, 150.0, 50.0])
    assert complaints.four_main_causes(0.3, 0.4)[3].computed == 0.0
    rival = {f.reading: f for f in complaints.two_more_causes()[2:]}
    assert [f.computed for f in rival.values()] == [9.0, 9.0, 10.2]
    assert "reported, not verified" in rival["competition, among several (percent)"].assumption
