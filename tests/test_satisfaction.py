"""Chapter 01: laws, sourced numbers and recovery of rates, grades, gaps and boxes."""

from __future__ import annotations

import dataclasses
import math
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from strategies import instances

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import wilson
from loyaltylab.satisfaction import (
    DifferenceScore,
    Disconfirmation,
    GradeRule,
    TopBoxOrMean,
    axis_sums_to_zero,
    bootstrap_means,
    csm,
    csm_is_a_mean,
    csm_items,
    csm_respondents,
    difference_reliability,
    disconfirmation,
    disconfirmation_shares,
    every_measure,
    first_place,
    four_cars,
    four_cars_graded,
    gap_pitfalls,
    gold_standard,
    grades,
    headline,
    perceived_less_expected,
    plot_ranks,
    plot_rates,
    rate_difference,
    rate_from_counts,
    reversals,
    satisfaction_rate,
    score_back_to_grade,
    seven_grades,
    seven_questions,
    synthetic_cars,
    two_dimensions,
)

LAW = settings(max_examples=40, deadline=None)
ANSWERS = st.lists(st.integers(1, 5) | st.none(), min_size=2, max_size=30).filter(
    lambda v: any(a is not None for a in v)
)
CUTS = st.lists(st.integers(-900, 900), min_size=6, max_size=6, unique=True)
rules = instances(
    GradeRule, drawn={"cuts": st.none() | CUTS.map(lambda v: tuple(c / 10 for c in sorted(v)))}
)
scores = st.floats(-90, 90).map(lambda v: v if abs(v) > 1e-9 else 0.0) | st.sampled_from(
    [-75, -45, -15, 15, 45, 75, -90, 0, 30, 90]
)


def people(answers: list[Any], **more: Any) -> pd.DataFrame:
    return pd.DataFrame({"overall": answers, **more})


# The rate


@LAW
@given(answers=ANSWERS, cut=st.integers(1, 5))
def test_the_rate_lies_between_the_worst_and_the_best_case(answers: list[Any], cut: int) -> None:
    row = satisfaction_rate(people(answers), satisfied=cut).iloc[0]
    given_ones = [a for a in answers if a is not None]
    assert row["satisfied"] == sum(a >= cut for a in given_ones)
    assert (row["answered"], row["asked"]) == (len(given_ones), len(answers))
    assert row["worst"] <= row["rate"] + 1e-12
    assert row["rate"] <= row["best"] + 1e-12
    assert row["worst_lower"] <= row["worst"]
    assert row["best"] <= row["best_upper"]
    assert 0 <= row["lower"] < row["upper"] <= 1
    asked = satisfaction_rate(people(answers), satisfied=cut, of="asked").iloc[0]
    assert asked["rate"] == row["worst"] == row["satisfied"] / len(answers)


@LAW
@given(answers=ANSWERS)
def test_counts_of_people_give_what_their_rows_give(answers: list[Any]) -> None:
    cells = pd.Series(answers, dtype=float).value_counts(dropna=False).reset_index()
    cells.columns = pd.Index(["overall", "people"])
    one, other = people(answers), cells.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        satisfaction_rate(one), satisfaction_rate(other, count="people"), check_dtype=False
    )
    both = (headline(one), headline(other, count="people"))
    pd.testing.assert_frame_equal(*both, check_dtype=False)


def test_which_answers_count_is_a_parameter() -> None:
    frame = people([1, 2, 3, 4, 5, 5])
    asked = {4: 3, 5: 2, (3, 4): 2, 1: 6}
    for choice, wanted in asked.items():
        assert satisfaction_rate(frame, satisfied=choice)["satisfied"].item() == wanted
    words = people(["Low", "High", None, "High", "Medium"])
    for choice, wanted in {"High": 2, "Medium": 3, ("Low", "Medium"): 2}.items():
        row = satisfaction_rate(words, satisfied=choice, scale=("Low", "Medium", "High")).iloc[0]
        assert (row["satisfied"], row["answered"], row["asked"]) == (wanted, 4, 5)


def test_those_who_were_asked_and_have_no_row() -> None:
    frame = people([5, 4, 2], shop=["a", "a", "b"])
    row = satisfaction_rate(frame, asked=10).iloc[0]
    assert (row["worst"], row["best"]) == (0.2, 0.9)
    table = satisfaction_rate(frame, by="shop", asked={"b": 4, "a": 4}).set_index("group")
    assert table["worst"].to_dict() == {"a": 0.5, "b": 0.0}
    assert table["best"].to_dict() == {"a": 1.0, "b": 0.75}
    assert satisfaction_rate(frame, asked=10, of="asked")["rate"].item() == 0.2


def test_the_level_reaches_every_interval_of_the_rate() -> None:
    frame = people([5, 4, 2, None, 3, 5])
    low, high = (satisfaction_rate(frame, level=level).iloc[0] for level in (0.8, 0.99))
    for lower, upper in (("lower", "upper"), ("worst_lower", "best_upper")):
        assert high[lower] < low[lower] < low[upper] < high[upper]
    assert high["worst"] == low["worst"]


def test_rate_interval_is_wilsons_of_statsmodels() -> None:
    row = satisfaction_rate(people([5] * 7 + [2] * 13), level=0.9).iloc[0]
    wanted = proportion_confint(7, 20, alpha=0.1, method="wilson")
    np.testing.assert_allclose(row[["lower", "upper"]].astype(float), wanted)


def test_an_index_that_repeats_and_other_orders_change_nothing() -> None:
    frame = people([5, 4, None, 2, 3, 1], shop=["b", "a", "a", "b", "a", "b"], customer=range(6))
    wanted = satisfaction_rate(frame, by="shop")
    mixed = frame.sample(frac=1, random_state=2)[["customer", "shop", "overall"]]
    pd.testing.assert_frame_equal(satisfaction_rate(mixed.set_axis([7] * 6), by="shop"), wanted)
    assert list(wanted["group"]) == ["a", "b"]


def test_two_columns_split_together() -> None:
    frame = people([5, 4, 2, 3], region=["n", "n", "s", "s"], member=[True, False, True, False])
    assert list(satisfaction_rate(frame, by=["region", "member"])["group"]) == [
        "n · False",
        "n · True",
        "s · False",
        "s · True",
    ]


def test_difference_matches_newcombe_1998_example_a() -> None:
    cells = people([5, 1, 5, 1], drug=["a", "a", "b", "b"], n=[56, 14, 48, 32])
    row = rate_difference(cells, by="drug", reference="b", count="n").iloc[0]
    found = [round(row[name], 4) for name in ("difference", "lower", "upper")]
    assert found == [0.2, 0.0524, 0.3339]
    assert (row["rate"], row["reference_rate"], row["n"], row["reference_n"]) == (0.8, 0.6, 70, 80)


@LAW
@given(a=st.integers(0, 30), b=st.integers(0, 30), level=st.sampled_from([0.8, 0.95]))
def test_difference_is_newcombes_of_statsmodels_and_turns_with_its_sign(
    a: int, b: int, level: float
) -> None:
    assume(0 < a < 30 and 0 < b < 30)
    cells = people([5, 1, 5, 1], g=["x", "x", "y", "y"], n=[a, 30 - a, b, 30 - b])
    back, forth = (
        rate_difference(cells, by="g", reference=r, count="n", level=level).iloc[0] for r in "xy"
    )
    wanted = confint_proportions_2indep(a, 30, b, 30, method="newcomb", alpha=1 - level)
    np.testing.assert_allclose(forth[["lower", "upper"]].astype(float), wanted)
    np.testing.assert_allclose(-back["upper"], forth["lower"])
    assert back["difference"] == -forth["difference"]


def test_difference_of_nothing_and_nothing_has_an_interval() -> None:
    cells = people([1, 1], g=["x", "y"], n=[20, 30])
    row = rate_difference(cells, by="g", count="n").iloc[0]
    assert row["lower"] < row["difference"] == 0 < row["upper"]


def test_pictures_of_rates_draw_the_table() -> None:
    table = satisfaction_rate(
        people([5, 4, None, 2, 1, 5], shop=["a", "a", "a", "b", "b", "b"]), by="shop"
    )
    ax = plot_rates(table, fig.canvas().subplots())
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]
    marks = ax.lines[0].get_xdata()
    np.testing.assert_allclose(np.asarray(marks, float), table["rate"])
    left = [bar.get_x() for bar in ax.patches]  # type: ignore[attr-defined]
    width = [bar.get_width() for bar in ax.patches]  # type: ignore[attr-defined]
    np.testing.assert_allclose(left, table["worst"])
    np.testing.assert_allclose(np.add(left, width), table["best"])


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.05, 0.5, 0.9])
def test_coverage_of_the_rate_and_of_the_difference(rate: float) -> None:
    rng, hits, gaps = np.random.default_rng(1), 0, 0
    for _ in range(400):
        n = rng.binomial(60, [rate, 0.4])
        cells = people([5, 1] * 2, g=list("xxyy"), n=[n[0], 60 - n[0], n[1], 60 - n[1]])
        row = satisfaction_rate(cells, by="g", count="n").iloc[0]
        hits += row["lower"] <= rate <= row["upper"]
        gap = rate_difference(cells, by="g", count="n", reference="y").iloc[0]
        gaps += gap["lower"] <= rate - 0.4 <= gap["upper"]
    assert 0.91 <= hits / 400 <= 0.99
    assert 0.91 <= gaps / 400 <= 0.99


# The axis and its grades


def test_axis_as_in_document_002() -> None:
    table = grades()
    assert list(table["value"]) == [-90, -60, -30, 0, 30, 60, 90]
    assert table["value"].sum() == 0
    assert table["chinese"].iloc[[0, 3, 6]].tolist() == ["十分不满意", "基本可以", "十分满意"]


@LAW
@given(rule=rules, score=scores)
def test_every_score_has_the_grade_whose_interval_holds_it(rule: GradeRule, score: float) -> None:
    value = rule.grade(score)
    row = rule.table().set_index("value").loc[value]
    assert row["lower"] - 1e-9 <= score <= row["upper"] + 1e-9
    here = dataclasses.replace(rule, score=score).table()
    assert here.loc[here["holds_score"] == 1, "value"].tolist() == [value]


@LAW
@given(rule=rules)
def test_a_rule_never_grades_a_higher_score_lower_and_leaves_no_gap(rule: GradeRule) -> None:
    axis = np.linspace(-90, 90, 721)
    assert (np.diff(rule.grade(axis)) >= 0).all()
    table = rule.table()
    for one, other in pairwise(table.itertuples()):
        assert one.upper == other.lower
        assert one.upper_in + other.lower_in == 1  # the point belongs to one of the two


@pytest.mark.parametrize("value", [-90, -60, -30, 0, 30, 60, 90])
def test_a_score_on_a_grade_is_that_grade_by_every_plain_rule(value: float) -> None:
    assert set(GradeRule(score=value).readings()["value"]) == {value}


def test_claim_c006_a_score_of_40_is_30_by_nearest_and_60_by_ceiling() -> None:
    read = GradeRule(score=40).readings().set_index("rule")["value"].to_dict()
    assert read == {"nearest": 30, "floor": 30, "ceiling": 60}
    assert GradeRule(rule="ceiling").grade(-40) == -30
    assert GradeRule(rule="floor").grade(-40) == -60


@LAW
@given(score=scores)
def test_ties_to_the_even_grade_are_pythons_round(score: float) -> None:
    assume(min(abs(score - c) for c in (-75, -45, -15, 15, 45, 75)) > 1e-6 or score % 15 == 0)
    assert GradeRule(ties="even").grade(score) == 30 * round(score / 30)


def test_ties_go_where_they_are_sent() -> None:
    sent = {"up": (30, 0), "down": (0, -30), "outward": (30, -30), "inward": (0, 0), "even": (0, 0)}
    for ties, wanted in sent.items():
        rule = GradeRule(ties=ties)  # type: ignore[arg-type]
        assert (rule.grade(15), rule.grade(-15)) == wanted
        assert rule.grade(15 + 1e-12) == wanted[0], "rounding of a mean is no step over a cut"
        assert (rule.grade(15.001), rule.grade(14.999)) == (30, 0)


def test_own_cut_points_replace_the_rule() -> None:
    cuts = (-80.0, -50.0, -20.0, 10.0, 40.0, 70.0)
    own = GradeRule(rule="floor", cuts=cuts)
    assert own.grade([9.9, 10, 39, 40, -85]).tolist() == [0, 30, 30, 60, -90]
    assert dataclasses.replace(own, ties="down").grade(10) == 0


def test_four_cars_intervals_of_claim_c005() -> None:
    cars = four_cars()
    near = cars[cars["rule"] == "nearest"].set_index("car")
    assert near[["lower", "upper"]].to_numpy().tolist() == [
        [-45, -15],
        [15, 45],
        [15, 45],
        [45, 75],
    ]
    assert (near["lower_in"] == 1).all()
    assert (near["upper_in"] == 0).all()
    other = cars[cars["car"] == "A"].set_index("rule")[["lower", "upper"]]
    assert other.loc["floor"].tolist() == [-30, 0]
    assert other.loc["ceiling"].tolist() == [-60, -30]
    assert other.loc["any"].tolist() == [-60, 0]
    assert near["chinese"].tolist() == ["较不满意", "较满意", "较满意", "满意"]


@pytest.mark.parametrize("rule", ["nearest", "floor", "ceiling"])
@pytest.mark.parametrize("seed", [1, 2])
def test_synthetic_cars_have_the_grades_of_the_document(rule: Any, seed: int) -> None:
    by = GradeRule(rule=rule)
    cars = synthetic_cars(respondents=40, items=4, rule=by, seed=seed)
    assert set(cars["origin"]) == {"synthetic"}
    items = [f"item_{i}" for i in range(1, 5)]
    assert set(np.unique(cars[items])) <= set(grades()["value"])
    found = csm(cars, items=items, scale="grades", by="car", rule=by)
    assert found["value"].tolist() == [-30, 30, 30, 60]
    again = synthetic_cars(respondents=40, items=4, rule=by, seed=seed)
    pd.testing.assert_frame_equal(cars, again)


# Scores on the axis


def test_csm_is_the_mean_of_the_items_and_not_of_the_respondents() -> None:
    frame = pd.DataFrame({"a": [90, 90, 90], "b": [-90, None, None]})
    row = csm(frame, items=["a", "b"], scale="grades").iloc[0]
    assert (row["score"], row["n"], row["items"], row["english"]) == (0, 3, 2, "acceptable")
    items = csm_items(frame, items=["a", "b"], scale="grades").set_index("item")
    assert items["score"].to_dict() == {"a": 90, "b": -90}
    assert items["n"].to_dict() == {"a": 3, "b": 1}
    own = csm_respondents(frame, items=["a", "b"], scale="grades")
    assert own["csm"].tolist() == [0, 90, 90]
    assert own["csm_grade"].tolist() == [0, 90, 90]
    assert own["answered"].tolist() == [2, 1, 1]


def test_labels_of_both_languages_are_their_values() -> None:
    table = grades()
    for column in ("chinese", "english"):
        frame = pd.DataFrame({"a": table[column], "b": table["value"]})
        own = csm_respondents(frame, items=["a"], scale="grades")
        assert own["csm"].tolist() == table["value"].tolist()
        assert csm(frame, items=["a", "b"], scale="grades")["score"].item() == 0


def test_other_scales_come_onto_the_axis_by_the_rule_that_is_named() -> None:
    five = pd.DataFrame({"a": [1, 2, 3, 4, 5]})
    assert csm_respondents(five, items=["a"])["csm"].tolist() == [-90, -45, 0, 45, 90]
    ten = pd.DataFrame({"a": [1, 5.5, 10]})
    assert csm_respondents(ten, items=["a"], scale=(1, 10))["csm"].tolist() == [-90, 0, 90]
    own = {1: -90, 2: -60, 3: 0, 4: 60, 5: 90}
    assert csm_respondents(five, items=["a"], mapping=own)["csm"].tolist() == [-90, -60, 0, 60, 90]
    words = pd.DataFrame({"a": ["poor", "good"]})
    mapped = csm_respondents(
        words, items=["a"], scale=("poor", "good"), mapping={"poor": -30, "good": 30}
    )
    assert mapped["csm"].tolist() == [-30, 30]


def test_interval_of_a_mean_of_items_is_that_of_the_respondents_means() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.integers(1, 6, (40, 3)), columns=list("abc"))
    row = csm(frame, items=list("abc"), level=0.9).iloc[0]
    own = (frame.mean(axis=1) - 3) * 45
    half = 1.6848751 * own.std(ddof=1) / math.sqrt(40)  # t of 39 degrees of freedom, 90 %
    np.testing.assert_allclose(row["score"], own.mean())
    np.testing.assert_allclose(row["upper"] - row["score"], half, rtol=1e-6)
    np.testing.assert_allclose(row["score"] - row["lower"], half, rtol=1e-6)


def test_one_answer_and_answers_all_alike_have_an_interval() -> None:
    for answers in ([5], [5] * 20, [3] * 20, [1, 1]):
        frame = people(answers)
        row = csm(frame, items=["overall"]).iloc[0]
        assert row["lower"] < row["upper"]
        assert row["lower"] <= row["score"] <= row["upper"]
        for found in headline(frame).itertuples():
            assert found.lower < found.upper
            assert found.lower <= found.estimate <= found.upper


# Mean, top box, CSAT, NPS


def test_headline_by_hand() -> None:
    frame = people([5, 5, 4, 3, 1], would=[10, 9, 8, 6, 0])
    found = headline(frame, recommend="would", top=2, satisfied=3).set_index("measure")
    assert found["estimate"].round(9).to_dict() == {
        "mean": 3.6,
        "top_box": 0.6,
        "csat": 0.8,
        "nps": 0.0,
    }
    wanted = proportion_confint(4, 5, method="wilson")
    np.testing.assert_allclose(found.loc["csat", ["lower", "upper"]].astype(float), wanted)
    assert found.loc["nps", "unit"] == "points"


@LAW
@given(plus=st.integers(0, 40), minus=st.integers(0, 40), rest=st.integers(0, 40))
def test_the_net_score_lies_in_its_interval_and_turns_with_its_sign(
    plus: int, minus: int, rest: int
) -> None:
    assume(plus + minus + rest > 0)

    def row(a: int, b: int) -> pd.Series[Any]:
        frame = people([3] * 3, would=[10, 0, 8], n=[a, b, rest])
        return headline(frame, recommend="would", count="n").set_index("measure").loc["nps"]

    one, other = row(plus, minus), row(minus, plus)
    total = plus + minus + rest
    assert one["estimate"] == pytest.approx(100 * (plus - minus) / total)
    assert one["lower"] <= one["estimate"] <= one["upper"]
    assert one["lower"] < one["upper"]
    assert one["lower"] >= -100
    assert one["upper"] <= 100
    assert one["lower"] == pytest.approx(-other["upper"])


def test_adjusted_wald_of_the_net_score_tends_to_the_multinomial_one() -> None:
    frame = people([3] * 3, would=[10, 0, 8], n=[40_000, 20_000, 40_000])
    row = headline(frame, recommend="would", count="n").set_index("measure").loc["nps"]
    half = 196 * math.sqrt((0.4 + 0.2 - 0.2**2) / 100_000)
    assert (row["upper"] - row["lower"]) / 2 == pytest.approx(half, rel=1e-3)


def test_bootstrap_of_counts_is_the_bootstrap_of_rows() -> None:
    rng = np.random.default_rng(5)
    answers = rng.choice(5, 300, p=[0.05, 0.1, 0.2, 0.4, 0.25]) + 1.0
    would = rng.integers(0, 11, 300)
    frame = people(answers, would=would)
    one = headline(frame, recommend="would", method="bootstrap", draws=20_000, seed=1)
    drawn = rng.integers(300, size=(4000, 300))
    rows = [
        answers[drawn].mean(axis=1),
        (answers[drawn] == 5).mean(axis=1),
        (answers[drawn] >= 4).mean(axis=1),
        100 * ((would[drawn] >= 9).mean(axis=1) - (would[drawn] <= 6).mean(axis=1)),
    ]
    for row, values in zip(one.itertuples(), rows, strict=True):
        spread = values.std()
        assert abs(row.lower - np.quantile(values, 0.025)) < 0.2 * spread
        assert abs(row.upper - np.quantile(values, 0.975)) < 0.2 * spread
    formula = headline(frame, recommend="would")
    np.testing.assert_allclose(one["estimate"], formula["estimate"])
    width = (one["upper"] - one["lower"]) / (formula["upper"] - formula["lower"])
    assert width.between(0.9, 1.1).all()


def test_bootstrap_of_unanimous_answers_keeps_the_formula() -> None:
    frame = people([5] * 30)
    both = (headline(frame, method="bootstrap"), headline(frame))
    pd.testing.assert_frame_equal(*both)


def test_bootstrap_means_draws_all_measures_together() -> None:
    cells = np.array([10, 30, 60])
    one = np.array(bootstrap_means(cells, [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], seed=1))
    np.testing.assert_allclose(one[:, 1], 2 * one[:, 0])


@pytest.mark.slow
def test_coverage_of_mean_top_box_and_net_score() -> None:
    rng = np.random.default_rng(2)
    shares = np.array([0.1, 0.1, 0.2, 0.35, 0.25])
    would = np.array([0.3, 0.3, 0.4])  # 0, 8, 10
    truth = {"mean": shares @ np.arange(1, 6), "top_box": 0.25, "csat": 0.6, "nps": 10.0}
    for method in ("formula", "bootstrap"):
        hits = dict.fromkeys(truth, 0)
        for seed in range(300):
            answers = rng.choice(np.arange(1.0, 6), 80, p=shares)
            frame = people(answers, would=rng.choice([0, 8, 10], 80, p=would))
            table = headline(frame, recommend="would", method=method, draws=500, seed=seed)
            for row in table.itertuples():
                hits[row.measure] += row.lower <= truth[row.measure] <= row.upper
        assert all(0.90 <= h / 300 <= 0.99 for h in hits.values()), hits


# Where the two disagree


def test_top_box_and_mean_of_two_brands_by_simulation() -> None:
    model = TopBoxOrMean(points=7, top=2, mean_a=5.0, spread_a=0.8, mean_b=4.6, spread_b=2.0)
    rng = np.random.default_rng(1)
    for i, (mean, spread) in enumerate(((5.0, 0.8), (4.6, 2.0))):
        said = np.clip(np.rint(rng.normal(mean, spread, 400_000)), 1, 7)
        assert abs(said.mean() - model.means[i]) < 0.01
        assert abs((said >= 6).mean() - model.top_boxes[i]) < 0.004
    assert model.disagree
    assert model.summary()["larger"].tolist() == ["A", "B", "B"]


@LAW
@given(model=instances(TopBoxOrMean))
def test_shares_of_the_brands_are_shares(model: TopBoxOrMean) -> None:
    table = model.table()
    for name in ("share_a", "share_b"):
        assert (table[name] >= 0).all()
        assert table[name].sum() == pytest.approx(1)
    box = table.loc[table["in_top_box"] == 1]
    assert len(box) == model.top
    np.testing.assert_allclose(box["share_a"].sum(), model.top_boxes[0], atol=1e-12)
    swapped = TopBoxOrMean(
        mean_a=model.mean_b,
        spread_a=model.spread_b,
        mean_b=model.mean_a,
        spread_b=model.spread_a,
        points=model.points,
        top=model.top,
    )
    assert swapped.disagree == model.disagree


@LAW
@given(model=instances(TopBoxOrMean), more=st.floats(0.1, 3))
def test_who_feels_better_has_the_higher_mean_and_top_box(model: TopBoxOrMean, more: float) -> None:
    better = dataclasses.replace(
        model, mean_a=min(model.mean_b + more, 12.0), spread_a=model.spread_b
    )
    assert better.means[0] >= better.means[1] - 1e-9
    assert better.top_boxes[0] >= better.top_boxes[1] - 1e-9
    assert not better.disagree


def test_a_reversal_that_is_there_is_found_and_one_by_chance_is_not_sure() -> None:
    model = TopBoxOrMean(mean_a=4.0, spread_a=0.6, mean_b=3.6, spread_b=1.6)
    table = model.table()
    for n, sure in ((2000, True), (20, False)):
        frame = people(
            [*table["answer"], *table["answer"]],
            brand=["A"] * 5 + ["B"] * 5,
            n=np.rint(np.concatenate([table["share_a"], table["share_b"]]) * n).astype(int),
        )
        row = reversals(frame, by="brand", count="n", seed=1).iloc[0]
        assert row["disagree"]
        assert row["sure"] == sure
        assert row["mean_difference"] > 0 > row["top_difference"]
        assert (row["opposite"] > 0.99) == sure
        wider = reversals(frame, by="brand", count="n", seed=1, level=0.99).iloc[0]
        assert wider["mean_lower"] < row["mean_lower"]
        assert wider["top_upper"] > row["top_upper"]


def test_every_measure_ranks_and_draws_its_table() -> None:
    frame = people(
        [5, 2, 4, 4, 3, 3], shop=list("aabbcc"), q=[5, 1, 4, 4, 3, 2], before=[4, 4, 3, 3, 3, 3]
    )
    frame["would"] = [10, 0, 9, 9, 8, 8]
    table = every_measure(
        frame,
        items={"q": 2, "overall": 1},
        by="shop",
        recommend="would",
        expected="before",
        perceived="overall",
    )
    rank = table.set_index(["measure", "group"])["rank"].unstack()  # noqa: PD010
    assert rank.loc["mean"].tolist() == [2, 1, 3]
    assert rank.loc["top_box"].tolist() == [1, 2, 2]
    assert rank.loc["nps"].tolist() == [2, 1, 2]
    assert rank.loc["mean_gap"].tolist() == [3, 1, 2]
    assert (
        table.loc[table["measure"] == "csm", "grade"].tolist()[1] == "satisfied"
    )  # 45 lies on a cut point, and goes up
    assert set(table.loc[table["measure"] != "csm", "grade"]) == {""}
    ax = plot_ranks(table, fig.canvas().subplots())
    for i, name in enumerate("abc"):
        drawn = np.rint(np.asarray(ax.lines[i].get_ydata(), float))
        measures = list(dict.fromkeys(table["measure"]))
        np.testing.assert_array_equal(drawn, rank.loc[measures, name])


# Expected and perceived


def test_three_outcomes_as_in_document_002() -> None:
    frame = pd.DataFrame({"expected": [3, 3, 3], "perceived": [2, 3, 4]})
    assert list(disconfirmation(frame)["outcome"]) == ["dissatisfied", "satisfied", "delighted"]
    assert set(disconfirmation(frame, threshold=1)["outcome"]) == {"satisfied"}
    shares = disconfirmation_shares(frame, threshold=0).set_index("measure")["estimate"]
    assert shares.round(9).to_dict() == {
        "dissatisfied": round(1 / 3, 9),
        "satisfied": round(1 / 3, 9),
        "delighted": round(1 / 3, 9),
        "mean_gap": 0.0,
    }


def test_gaps_of_those_who_left_one_out_are_missing() -> None:
    frame = pd.DataFrame({"expected": [3, None, 2], "perceived": [4, 4, None]}, index=[5, 5, 5])
    found = disconfirmation(frame)
    assert found["outcome"].isna().tolist() == [False, True, True]
    assert found["ratio"].iloc[0] == pytest.approx(4 / 3)
    zero = disconfirmation(frame - 1, scale=(0, 4))
    assert zero["ratio"].isna().all()
    assert zero["difference"].iloc[0] == 1


@LAW
@given(model=instances(Disconfirmation))
def test_outcome_is_the_sign_beyond_the_threshold(model: Disconfirmation) -> None:
    gap = model.perceived - model.expected
    assume(abs(abs(gap) - model.threshold) > 1e-6)
    wanted = (
        "satisfied" if abs(gap) < model.threshold else ("delighted" if gap > 0 else "dissatisfied")
    )
    assert model.outcome == wanted
    if model.outcome == "delighted":
        assert model.can_be_delighted


def test_decimal_answers_lie_on_the_threshold() -> None:
    assert 4.2 - 3.9 > 0.3  # by rounding
    assert Disconfirmation(expected=3.9, perceived=4.2, threshold=0.3).outcome == "satisfied"


def test_difference_reliability_of_equal_spreads_is_the_textbook_formula() -> None:
    for rpp, ree, r in ((0.8, 0.8, 0.6), (0.9, 0.7, 0.3), (0.5, 0.6, -0.4)):
        wanted = ((rpp + ree) / 2 - r) / (1 - r)
        assert difference_reliability(rpp, ree, r) == pytest.approx(wanted)
    assert difference_reliability(0.8, 0.8, 0.8) == pytest.approx(0)


def test_difference_reliability_is_the_share_of_true_variance_by_simulation() -> None:
    rng = np.random.default_rng(4)
    n, rpp, ree, sp, se, true = 400_000, 0.8, 0.6, 1.5, 1.0, 0.5
    a, b = rng.multivariate_normal([0, 0], [[1, true], [true, 1]], n).T
    p, e = sp * math.sqrt(rpp) * a, se * math.sqrt(ree) * b
    seen_p = p + sp * math.sqrt(1 - rpp) * rng.normal(size=n)
    seen_e = e + se * math.sqrt(1 - ree) * rng.normal(size=n)
    share = np.var(p - e) / np.var(seen_p - seen_e)
    model = DifferenceScore(
        reliability_perceived=rpp,
        reliability_expected=ree,
        true_correlation=true,
        spread_perceived=sp,
        spread_expected=se,
    )
    assert abs(model.reliability - share) < 0.01
    assert abs(model.observed_correlation - np.corrcoef(seen_p, seen_e)[0, 1]) < 0.01
    gap = seen_p - seen_e
    assert abs(model.with_perceived - np.corrcoef(gap, seen_p)[0, 1]) < 0.01
    assert abs(model.with_expected - np.corrcoef(gap, seen_e)[0, 1]) < 0.01


@LAW
@given(model=instances(DifferenceScore))
def test_a_difference_is_a_share_and_falls_with_the_tie_of_equal_parts(
    model: DifferenceScore,
) -> None:
    table = model.table()
    assert table["reliability"].between(0, 1).all()
    equal = dataclasses.replace(model, spread_perceived=1.0, spread_expected=1.0)
    reliability = equal.table()["reliability"].to_numpy()
    assert (np.diff(reliability[:-1]) <= 1e-9).all()
    with_p, with_e = equal.table()["with_perceived"], equal.table()["with_expected"]
    np.testing.assert_allclose(with_p, -with_e, atol=1e-9)


@pytest.mark.parametrize("tiny", [1e-100, 0.0])
def test_a_difference_without_any_reliability(tiny: float) -> None:
    model = DifferenceScore(reliability_perceived=tiny, reliability_expected=tiny)
    assert model.reliability == pytest.approx(0, abs=1e-12)
    assert math.isfinite(model.with_perceived)


def test_pitfalls_by_hand() -> None:
    frame = pd.DataFrame({"expected": [1, 1, 3, 5, 5], "perceived": [2, 3, 5, 5, 4]})
    found = gap_pitfalls(frame, reliability_expected=0.95, reliability_perceived=0.95)
    value = found.set_index("check")["value"]
    gap = frame["perceived"] - frame["expected"]
    tie = frame["expected"].corr(frame["perceived"])
    assert value["correlation of expected and perceived"] == pytest.approx(tie)
    assert value["correlation of the gap with perceived"] == pytest.approx(
        gap.corr(frame["perceived"])
    )
    assert value["correlation of the gap with expected"] == pytest.approx(
        gap.corr(frame["expected"])
    )
    assert value["nothing could delight them"] == pytest.approx(2 / 5)
    assert value["levels behind the commonest gap"] == 2  # (1, 3) and (3, 5)
    ratio = frame["perceived"] / frame["expected"]
    pairs = [(i, j) for i in range(5) for j in range(i)]
    opposed = sum((gap[i] - gap[j]) * (ratio[i] - ratio[j]) < 0 for i, j in pairs)
    wanted = opposed / len(pairs)
    assert value["ratio and difference rank in opposite order"] == pytest.approx(wanted)
    assert wanted > 0


def test_a_correlation_that_the_reliabilities_forbid_gives_no_reliability() -> None:
    frame = pd.DataFrame({"expected": [1, 2, 3, 4, 5], "perceived": [1, 2, 3, 4, 4]})
    found = gap_pitfalls(frame, reliability_expected=0.5, reliability_perceived=0.5)
    assert math.isnan(found.set_index("check")["value"]["reliability of the gap"])


# The sayings


def test_findings_of_the_sayings() -> None:
    assert [f.agrees for f in axis_sums_to_zero()] == [True, False]
    assert seven_grades()[0].agrees
    assert seven_grades(grades=5)[0].agrees is False
    assert [f.computed for f in csm_is_a_mean(scores=(30, 60))][:2] == [45, 45]
    assert [f.computed for f in four_cars_graded()] == [-45, -15, 15, 45, 15, 45, 45, 75]
    assert [f.computed for f in four_cars_graded("any")][:2] == [-60, 0]
    back = {f.reading: f.computed for f in score_back_to_grade(40)}
    assert back["grade of 40 by ceiling"] == 60
    assert rate_from_counts(30, 50, 120)[0].computed == 0.25
    worst = rate_from_counts(30, 50, 120)
    np.testing.assert_allclose([f.computed for f in worst[3:]], np.ravel(wilson(30, 120)))
    assert seven_questions(2, 0.5)[0].computed == 0.25
    assert perceived_less_expected()[0].computed == 3
    assert perceived_less_expected(threshold=9)[0].computed == 1
    assert two_dimensions(named=5)[2].computed == pytest.approx(1)
    mean, box, _ = (f.computed for f in gold_standard())
    assert mean > 0 > box


def test_folklore_and_definitions_never_agree() -> None:
    kept = (rate_from_counts, csm_is_a_mean, four_cars_graded, score_back_to_grade)
    for saying in (*kept, gold_standard, seven_questions, first_place, two_dimensions):
        assert {f.agrees for f in saying()} == {None}, saying.__name__


def test_lead_of_the_first_of_equals_by_simulation() -> None:
    rng = np.random.default_rng(6)
    lead = (rng.normal(size=(20_000, 12)) / math.sqrt(50)).max(axis=1).mean() * 2
    found = first_place(brands=12, respondents=50, spread=2.0)
    assert found[1].computed == 1 / 12
    assert found[2].computed == pytest.approx(lead, rel=0.02)


def test_share_that_two_of_five_dimensions_explain_by_simulation() -> None:
    rng = np.random.default_rng(7)
    tied = np.full((5, 5), 0.3) + 0.7 * np.eye(5)
    parts = rng.multivariate_normal(np.zeros(5), tied, 200_000)
    r = np.corrcoef(parts[:, :2].sum(axis=1), parts.sum(axis=1))[0, 1]
    assert two_dimensions(correlation=0.3)[2].computed == pytest.approx(r**2, abs=0.005)


def test_a_customer_in_two_waves_is_refused_unless_they_are_told_apart() -> None:
    frame = people([5, 4, 3, 2], customer=[1, 2, 1, 2], wave=[1, 1, 2, 2], q=[5, 4, 3, 2])
    for call in (satisfaction_rate, headline):
        with pytest.raises(InputError, match="twice"):
            call(frame)
        assert len(call(frame, by="wave")["group"].unique()) == 2
    with pytest.raises(InputError, match="twice"):
        csm(frame, items=["q"])
    for call in (rate_difference, reversals):
        with pytest.raises(InputError, match="twice"):
            call(frame, by="wave")


def test_grades_of_a_score_and_of_the_ends_of_its_interval() -> None:
    frame = pd.DataFrame({"a": [30, 60, 0, 90, 30, 30, 60, 0]})
    rule = GradeRule(rule="floor")
    row = csm(frame, items=["a"], scale="grades", rule=rule).iloc[0]
    names = grades().set_index("value")
    for score, column in (("lower", "grade_lower"), ("score", "english"), ("upper", "grade_upper")):
        assert row[column] == names.loc[rule.grade(row[score]), "english"]
    assert row["chinese"] == names.loc[row["value"], "chinese"] == "较满意"
    assert row["grade_lower"] != row["grade_upper"]


def test_which_end_of_a_cars_interval_belongs_to_its_grade() -> None:
    cars = four_cars().set_index(["car", "rule"])
    ends = ["lower_in", "upper_in"]
    assert cars.loc[("D", "floor"), ends].tolist() == [1, 0]
    assert cars.loc[("D", "ceiling"), ends].tolist() == [0, 1]
    assert cars.loc[("D", "any"), ["lower", "upper"]].tolist() == [30, 90]
    assert cars.loc[("D", "any"), ends].tolist() == [0, 0]


def drawn(model: Any) -> dict[str, np.ndarray]:
    """Return the points of every moving line of a model's picture."""
    ax = model.plot(fig.canvas().subplots())
    return {
        name: np.array([line.get_xdata(), line.get_ydata()], float)
        for name, line in fig.moving(ax).items()
    }


def test_pictures_of_the_models_draw_their_tables() -> None:
    grade = GradeRule(score=-52.0, rule="floor")
    seen, table = drawn(grade), grade.table()
    np.testing.assert_array_equal(seen["steps"][0, 0::3], table["lower"])
    np.testing.assert_array_equal(seen["steps"][0, 1::3], table["upper"])
    np.testing.assert_array_equal(seen["steps"][1, 0::3], table["value"])
    assert seen["here"].ravel().tolist() == [-52, -60]

    gap = Disconfirmation(expected=4.0, perceived=5.0, threshold=0.5)
    seen, table = drawn(gap), gap.table()
    for name in ("satisfied_from", "delighted_above", "same_difference", "same_ratio"):
        inside = table[name].between(1, 10)
        np.testing.assert_allclose(seen[name][1][inside], table[name][inside])
        assert np.isnan(seen[name][1][~inside]).all()
    row = table[table["expected"] == 4].iloc[0]
    assert row[1:].tolist() == [3.5, 4.5, 5.0, 5.0]
    assert seen["here"].ravel().tolist() == [4, 5]

    score = DifferenceScore(true_correlation=0.75)
    seen, table = drawn(score), score.table()
    for name in ("reliability", "with_perceived", "with_expected"):
        np.testing.assert_allclose(seen[name], table[["true_correlation", name]].to_numpy().T)
    np.testing.assert_allclose(seen["here"].ravel(), [0.75, 0.5])

    brands = TopBoxOrMean(points=7, top=2)
    seen, table = drawn(brands), brands.table()
    for i, name in enumerate("ab"):
        points = table[["answer", f"share_{name}"]].to_numpy().T
        np.testing.assert_allclose(seen[f"shares_{name}"], points)
        assert seen[f"mean_{name}"][0, 0] == brands.means[i]
    assert seen["box"][0, 0] == 5.5


def test_bonett_price_interval_of_a_unanimous_net_score_by_hand() -> None:
    frame = people([5] * 10, would=[10] * 10)
    row = headline(frame, recommend="would").set_index("measure").loc["nps"]
    # (11 − 1) / 12 less 1.96 √((12 / 12 − (10 / 12)²) / 12)
    assert row["lower"] == pytest.approx(100 * (10 / 12 - 1.959964 * math.sqrt(11 / 36 / 12)))
    assert row["upper"] == 100


def test_who_expects_the_best_cannot_be_delighted_whatever_he_perceives() -> None:
    frame = pd.DataFrame({"expected": [5, 5, 5, 1], "perceived": [1, 2, 3, 2]})
    value = gap_pitfalls(frame).set_index("check")["value"]
    assert value["nothing could delight them"] == 0.75
    four = gap_pitfalls(frame.assign(expected=[4, 5, 4, 1]), threshold=1)
    assert four.set_index("check")["value"]["nothing could delight them"] == 0.75


def test_a_reversal_is_sure_only_if_both_differences_are() -> None:
    cells = people([3, 4, 1, 5], shop=["a", "a", "b", "b"], n=[199, 1, 100, 100])
    row = reversals(cells, by="shop", count="n", seed=1).iloc[0]
    assert row["disagree"]
    assert row["top_upper"] < 0
    assert row["mean_lower"] < 0 < row["mean_upper"]
    assert not row["sure"]


# What a second reader found


def test_the_intervals_of_the_pitfalls_and_their_level() -> None:
    rng = np.random.default_rng(4)
    felt = rng.normal(3, 1, 400)
    answers = {c: np.clip(np.rint(felt + rng.normal(0, 0.7, 400)), 1, 5) for c in ("e", "p")}
    named: dict[str, Any] = {"expected": "e", "perceived": "p", "seed": 1}
    wide, narrow = (gap_pitfalls(pd.DataFrame(answers), level=v, **named) for v in (0.95, 0.5))
    assert (wide["n"] == 400).all()
    both = wide.iloc[:5]
    assert ((both["lower"] < both["value"]) & (both["value"] < both["upper"])).all()
    widths = [(t["upper"] - t["lower"]).iloc[:5] for t in (wide, narrow)]
    assert (widths[1] < 0.6 * widths[0]).all()
    assert wide[["lower", "upper"]].iloc[5:].isna().all(axis=None)
    normal = np.corrcoef(answers["e"], answers["p"])[0, 1]
    z = np.arctanh(normal) + np.array([-1.96, 1.96]) / np.sqrt(397)
    assert wide.loc[0, ["lower", "upper"]].to_numpy(float) == pytest.approx(np.tanh(z), abs=0.03)
    own = difference_reliability(
        0.8,
        0.8,
        float(normal),
        spread_perceived=float(np.std(answers["p"])),
        spread_expected=float(np.std(answers["e"])),
    )
    assert wide["value"].iloc[1] == pytest.approx(own)


def test_few_people_say_nothing_of_a_correlation() -> None:
    found = gap_pitfalls(pd.DataFrame({"expected": [1, 2], "perceived": [3, 2]}))
    assert found["value"].iloc[0] == pytest.approx(-1)
    assert found[["lower", "upper"]].iloc[0].tolist() == [-1, 1]
    assert found[["lower", "upper"]].iloc[1].isna().all()  # 0.8 and 0.8 do not allow −1


@pytest.mark.slow
def test_coverage_of_the_pitfalls() -> None:
    """Normal feelings cut into five steps; the truth from two million people."""

    def survey(n: int, seed: int) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        felt = rng.normal(size=(n, 1)) * 0.8 + rng.normal(size=(n, 2)) * 0.6
        steps = np.clip(np.rint(3.4 + felt), 1, 5)
        return pd.DataFrame(steps, columns=["expected", "perceived"])

    truth = gap_pitfalls(survey(2_000_000, 999), draws=100)["value"].iloc[:5]
    inside = np.zeros(5)
    for seed in range(100):
        found = gap_pitfalls(survey(200, seed), draws=400, seed=seed).iloc[:5]
        inside += ((found["lower"] <= truth) & (truth <= found["upper"])).to_numpy()
    assert (inside >= 88).all(), inside


def test_the_mean_gap_is_students_and_stays_between_the_ends() -> None:
    frame = pd.DataFrame({"expected": [1, 2, 4, 5, 3, 3], "perceived": [5, 2, 3, 5, 4, 5]})
    found = disconfirmation_shares(frame).iloc[-1]
    gap = frame["perceived"] - frame["expected"]
    half = stats.t.ppf(0.975, 5) * gap.std() / np.sqrt(6)
    assert found["estimate"] == pytest.approx(gap.mean())
    assert found["upper"] - found["lower"] == pytest.approx(2 * half)
    alike = pd.DataFrame({"expected": [1] * 9, "perceived": [5] * 9})
    row = disconfirmation_shares(alike).iloc[-1]
    assert (row["estimate"], row["upper"]) == (4, 4)
    assert -4 < row["lower"] < 4


def test_columns_of_the_reader_are_not_written_over() -> None:
    frame = pd.DataFrame({"expected": [3], "perceived": [4], "ratio": ["mine"]})
    with pytest.raises(InputError, match="'ratio' already"):
        disconfirmation(frame)
    answers = pd.DataFrame({"seat": [5, 4], "csm": [1, 2]})
    with pytest.raises(InputError, match="'csm' already"):
        csm_respondents(answers, items=["seat"])


def test_a_group_that_nobody_answered_is_named_and_not_lost() -> None:
    frame = pd.DataFrame({"overall": [5, 4, None, None], "shop": list("aabb")})
    with pytest.raises(InputError, match="Nobody of group 'b' answered"):
        rate_difference(frame, by="shop")
    with pytest.raises(InputError, match="asked names 'east', a group without a row"):
        satisfaction_rate(frame.head(2), by="shop", asked={"a": 9, "east": 5})


def test_items_that_cancel_score_a_plain_zero() -> None:
    row = csm(pd.DataFrame([[3, 1, 5]], columns=list("abc")), items=list("abc")).iloc[0]
    assert row["score"] == 0
    assert math.copysign(1, row["score"]) == 1
    assert row["english"] == "acceptable"


def test_sentences_say_what_is_so() -> None:
    plain = GradeRule(score=40).sentence()
    assert "cut point" not in plain
    assert "floor would make it 'rather satisfied', ceiling would make it 'satisfied'" in plain
    assert "a score on a cut point going up" in GradeRule(score=15).sentence()
    alike = GradeRule(score=0, rule="floor").sentence()
    assert "nearest and ceiling would give the same grade" in alike
    own = GradeRule(score=0, cuts=(-80, -50, -20, 10, 40, 70))
    assert "the plain rules would give the same grade" in own.sentence()
    assert "within the threshold of 1" in Disconfirmation(perceived=6, threshold=1).sentence()
    for perceived in (1, 10):
        assert "beyond the threshold of 0" in Disconfirmation(perceived=perceived).sentence()
    sure = {"reliability_perceived": 1.0, "reliability_expected": 1.0, "true_correlation": 1.0}
    assert "it tells nothing" in DifferenceScore(**sure).sentence()
    assert "it tells nothing" not in DifferenceScore(reliability_perceived=0).sentence()
