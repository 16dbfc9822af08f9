"""Chapter 04: laws, sourced numbers and recovery of the two curves."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import math
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from contract_curve import DRAWN, WHERE
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from strategies import instances, scalar

from loyaltylab import claims, curve
from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.ledger import Finding
from loyaltylab.base.model import params
from loyaltylab.base.stats import wilson
from loyaltylab.curve import (
    Barriers,
    FalseLoyalty,
    PowerCurve,
    RivalChoice,
    company_correlation,
    cross_lagged,
    cross_section,
    curve_1,
    curve_2,
    customer_types,
    each_feeds_the_other,
    false_loyalty,
    fit,
    fit_choice,
    flat_and_false,
    four_barriers,
    four_types,
    loyal_by_definition,
    nearest_power,
    not_always_strong,
    only_with_high_satisfaction,
    opening_effect,
    plot_template,
    plot_types,
    simulate_directions,
    six_times,
    steep_near_the_top,
    type_of,
)
from loyaltylab.curve.misfit import lack_of_fit
from loyaltylab.curve.ordinal import ordered
from loyaltylab.curve.soundness import rise
from loyaltylab.firm import Firm, Truth
from loyaltylab.firm.population import answering
from loyaltylab.lab.explore import build, slider_ranges

LAW = settings(max_examples=40, deadline=None)
REGIONS = ("high competition", "low competition")
Z = 1.959964

choices = instances(RivalChoice, WHERE[RivalChoice], DRAWN[RivalChoice])
barriers = instances(Barriers)
strength = scalar(params(Barriers)["regulation"])
falls = instances(FalseLoyalty, WHERE[FalseLoyalty], DRAWN[FalseLoyalty])
NAMES = tuple(params(Barriers))


def scale_of(model: Any, points: int = 9) -> npt.NDArray[np.float64]:
    return np.linspace(model.lowest, model.highest, points)


def drawn(choice: RivalChoice, n: int, seed: int, times: int = 12) -> pd.DataFrame:
    """Customers whose purchases follow a choice."""
    rng = np.random.default_rng(seed)
    seen = pd.DataFrame({"customer": range(n), "overall": rng.uniform(1, 5, n)})
    seen["purchases"] = times
    seen["own_purchases"] = rng.binomial(times, choice.share(seen["overall"]))
    return seen.assign(share=seen["own_purchases"] / times)


def powered(gamma: float, n: int, seed: int) -> pd.DataFrame:
    """Customers whose loyalty follows a power curve, with binomial scatter."""
    rng = np.random.default_rng(seed)
    at = rng.integers(1, 6, n)
    return pd.DataFrame({"overall": at, "share": rng.binomial(8, ((at - 1) / 4) ** gamma) / 8})


# Laws: the choice


@LAW
@given(choices)
def test_loyalty_is_a_probability_that_never_falls_with_satisfaction(choice: RivalChoice) -> None:
    stays = choice.loyalty(scale_of(choice, 50))
    assert ((stays >= 0) & (stays <= 1)).all()
    assert (np.diff(stays) >= 0).all()
    assert isinstance(choice.loyalty(choice.highest), float)
    assert choice.loyalty(scale_of(choice).reshape(3, 3)).shape == (3, 3)


@LAW
@given(choices, scalar(params(RivalChoice)["rivals"]), scalar(params(RivalChoice)["rivals"], 100))
def test_more_rivals_never_raise_loyalty_and_dearer_leaving_never_lowers_it(
    choice: RivalChoice, more: float, dearer: float
) -> None:
    at = scale_of(choice)
    crowded = dataclasses.replace(choice, rivals=choice.rivals + more)
    held = dataclasses.replace(choice, switching_cost=choice.switching_cost + dearer)
    assert (crowded.share(at) <= choice.share(at)).all()
    assert (held.share(at) >= choice.share(at)).all()


@LAW
@given(st.floats(0.1, 50), st.integers(0, 50), st.integers(0, 40), st.floats(1, 5), st.floats(1, 5))
def test_it_is_the_multinomial_logit(n: float, tenths: int, tens: int, r: float, s: float) -> None:
    cost, slope = tenths / 10, tens / 10
    choice = RivalChoice(rivals=n, switching_cost=cost, sensitivity=slope, rival_satisfaction=r)
    stay, go = math.exp(slope * s + cost), n * math.exp(slope * r)
    assert choice.loyalty(s) == pytest.approx(stay / (stay + go), rel=1e-9)


def test_six_rivals_drawn_one_by_one_give_the_formula() -> None:
    choice, n = RivalChoice(switching_cost=1.0), 200_000
    rng = np.random.default_rng(4)
    for s in (2.5, 4.0, 5.0):
        own = choice.sensitivity * s + choice.switching_cost + rng.gumbel(size=n)
        rivals = choice.sensitivity * choice.rival_satisfaction + rng.gumbel(size=(n, 6))
        stayed = int((own > rivals.max(axis=1)).sum())
        assert stats.binomtest(stayed, n, choice.loyalty(s)).pvalue > 1e-4


def test_the_simulation_gives_the_formula_for_a_mean_number_of_rivals_too() -> None:
    for choice in (RivalChoice(rivals=2.5), RivalChoice(rivals=6, switching_cost=3.0)):
        table = choice.simulate([1, 3, 4.2, 5], customers=100_000, seed=8)
        for row in table.itertuples():
            assert row.loyalty == choice.loyalty(row.satisfaction)
            assert stats.binomtest(row.stayed, row.customers, row.loyalty).pvalue > 1e-4
    assert (RivalChoice(rivals=0).simulate([1, 5], 10)["share"] == 1).all()


@LAW
@given(choices)
def test_shape_and_inflection_are_those_of_the_curve(choice: RivalChoice) -> None:
    middle = choice.inflection
    if middle is None:
        assert choice.shape == "flat"
        assert np.ptp(choice.share(scale_of(choice))) == 0
        return
    if choice.lowest < middle < choice.highest:
        assert choice.shape == "S-shaped"
        slack = 1e-9 * choice.sensitivity * max(abs(choice.lowest), choice.highest, 1)
        assert abs(choice.loyalty(middle) - 0.5) < 1e-6 + slack
    else:
        ends = choice.share([choice.lowest, choice.highest])
        assert ends[1] <= 0.5 + 1e-6 if choice.shape == "convex" else ends[0] >= 0.5 - 1e-6


@pytest.mark.parametrize(
    ("choice", "shape"),
    [
        (RivalChoice(rivals=200), "convex"),
        (RivalChoice(), "S-shaped"),
        (RivalChoice(switching_cost=8), "concave"),
        (RivalChoice(sensitivity=0), "flat"),
    ],
)
def test_the_words_are_those_of_second_differences(choice: RivalChoice, shape: str) -> None:
    assert choice.shape == shape
    bend = np.diff(choice.share(np.linspace(1, 5, 41)), 2)
    signs = {"convex": (bend > 0).all(), "concave": (bend < 0).all(), "flat": (bend == 0).all()}
    signs["S-shaped"] = bool(bend[0] > 0 > bend[-1])
    assert signs[shape]
    assert sum(signs.values()) == 1


# Laws: the barriers


@LAW
@given(choices, barriers, st.sampled_from(NAMES), strength)
def test_raising_a_barrier_never_lowers_loyalty(
    choice: RivalChoice, standing: Barriers, name: str, more: float
) -> None:
    higher = dataclasses.replace(standing, **{name: max(more, getattr(standing, name))})
    at = scale_of(choice)
    assert (higher.apply(choice).share(at) >= standing.apply(choice).share(at)).all()
    assert (false_loyalty(choice, standing, at) >= 0).all()
    assert (false_loyalty(choice, Barriers(), at) == 0).all()
    assert Barriers().apply(choice) == choice


def test_a_full_barrier_is_what_its_words_say() -> None:
    free = RivalChoice(rivals=6, sensitivity=1.5, rival_satisfaction=3.6)
    assert Barriers(regulation=1).apply(free).loyalty(1) == 1
    assert Barriers(proprietary_technology=1).apply(free).rival_satisfaction == 1
    for name in ("switching_cost", "loyalty_programme"):
        held = Barriers(**{name: 1}).apply(free)
        assert held.loyalty(1) == pytest.approx(free.loyalty(5), rel=1e-12)


@LAW
@given(falls)
def test_the_falls_add_up_and_end_in_the_free_market(model: FalseLoyalty) -> None:
    table = model.table()
    assert list(table["dropped"]) == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(
        table["loyalty"].iloc[0] - table["lost"].cumsum(), table["loyalty"], atol=1e-12
    )
    assert (table["lost"] >= 0).all()
    free = RivalChoice(
        rivals=model.rivals,
        sensitivity=model.sensitivity,
        rival_satisfaction=model.rival_satisfaction,
        scale=model.scale,
    )
    assert table["loyalty"].iloc[-1] == free.loyalty(model.satisfaction)
    assert table["now"].tolist().index(True) == model.dropped


def test_the_order_of_the_falls_is_the_documents() -> None:
    model = FalseLoyalty()
    held = Barriers(
        regulation=model.regulation,
        switching_cost=model.switching_cost,
        proprietary_technology=model.proprietary_technology,
        loyalty_programme=model.loyalty_programme,
    )
    for k, name in enumerate(NAMES):
        assert model.after(k) == held.apply(model.free)
        held = dataclasses.replace(held, **{name: 0})
    assert NAMES[0] == "regulation"
    assert NAMES[-1] == "loyalty_programme"


# Laws: the power curve and its fit


@LAW
@given(instances(PowerCurve, drawn=DRAWN[PowerCurve]))
def test_a_power_curve_runs_from_corner_to_corner_on_its_side(curve: PowerCurve) -> None:
    at = scale_of(curve, 30)
    loyal = curve.loyalty(at)
    assert (loyal[0], loyal[-1]) == (0, 1)
    assert (np.diff(loyal) >= 0).all()
    gap = loyal - np.linspace(0, 1, 30)
    side = {"on": 0, "above": 1, "below": -1}[curve.side]
    assert (gap * side >= -1e-12).all() if side else np.abs(gap).max() < 1e-12


@LAW
@given(
    st.floats(0.02, 40),
    st.lists(st.floats(0.01, 1e6), min_size=3, max_size=3),
)
def test_the_nearest_power_to_a_power_curve_is_itself(gamma: float, weights: list[float]) -> None:
    at = np.array([2.0, 3.0, 4.0])
    found = nearest_power(at, PowerCurve(gamma=gamma).loyalty(at), weights)
    assert found == pytest.approx(gamma, rel=1e-4)


def test_the_nearest_power_is_the_least_of_all_powers() -> None:
    rng = np.random.default_rng(2)
    gammas = np.geomspace(0.01, 100, 4001)
    for _ in range(20):
        at, weight = np.arange(1.0, 6.0), rng.uniform(0.1, 1, 5)
        mean = np.sort(rng.uniform(0.02, 0.98, 5))
        loss = weight @ (mean[:, None] - ((at[:, None] - 1) / 4) ** gammas) ** 2
        found = nearest_power(at, mean, weight)
        assert weight @ (mean - ((at - 1) / 4) ** found) ** 2 <= loss.min() + 1e-12


def test_many_levels_find_the_same_power_as_a_plain_search() -> None:
    seen = drawn(RivalChoice(), 3000, seed=3)
    u = (seen["overall"] - 1) / 4
    (plain,), _ = optimize.curve_fit(lambda x, g: x**g, u, seen["share"], p0=[2.0])
    assert fit(seen).table()["gamma"].item() == pytest.approx(plain, rel=1e-5)


def test_a_fit_does_not_depend_on_units_order_or_copies() -> None:
    seen = powered(3.0, 400, seed=1)
    gamma, lower, upper = fit(seen).table()[["gamma", "lower", "upper"]].iloc[0]
    hundred = seen.assign(overall=25 * (seen["overall"] - 1), share=100 * seen["share"])
    again = fit(hundred.sample(frac=1, random_state=1), scale=(0, 100), loyalty_scale=(0, 100))
    assert again.table().loc[0, ["gamma", "lower", "upper"]].tolist() == pytest.approx(
        [gamma, lower, upper]
    )
    twice = pd.concat([seen, seen]).assign(who=list(range(400)) * 2).reset_index(drop=True)
    assert fit(twice).table()["gamma"].item() == pytest.approx(gamma)
    # the copies of a person tell nothing new, and a cluster knows it
    by_person = fit(twice, cluster="who").table()
    assert by_person[["lower", "upper"]].iloc[0].tolist() == pytest.approx([lower, upper])
    assert fit(twice).table()["lower"].item() > lower


@pytest.mark.slow
def test_the_robust_spread_is_that_of_the_jackknife() -> None:
    seen = drawn(RivalChoice(), 250, seed=5).round({"overall": 0})
    found = fit(seen)
    left_out = [math.log(fit(seen.drop(index=i)).table()["gamma"].item()) for i in range(len(seen))]
    n = len(seen)
    jackknife = math.sqrt((n - 1) / n * np.sum((left_out - np.mean(left_out)) ** 2))
    assert math.sqrt(found.covariance[0, 0]) == pytest.approx(jackknife, rel=0.05)


def test_missing_answers_are_counted_by_group_and_change_nothing() -> None:
    seen = powered(2.0, 200, seed=2).assign(where=["a", "b"] * 100)
    holes = pd.concat(
        [
            seen,
            pd.DataFrame({"overall": [np.nan, 3, 2], "share": [0.5, np.nan, np.nan], "where": "b"}),
        ],
        ignore_index=True,
    )
    with_holes, without = fit(holes, group="where").table(), fit(seen, group="where").table()
    assert list(with_holes["missing"]) == [0, 3]
    pd.testing.assert_frame_equal(
        with_holes.drop(columns="missing"), without.drop(columns="missing")
    )


def test_two_groups_are_compared_by_the_square_of_z() -> None:
    seen = pd.concat(
        [powered(2.0, 300, 1).assign(where="a"), powered(2.6, 300, 2).assign(where="b")],
        ignore_index=True,
    )
    found = fit(seen, group="where")
    one, two = (fit(seen[seen["where"] == w]) for w in "ab")
    gap = one.log_gamma[0] - two.log_gamma[0]
    z = gap / math.sqrt(one.covariance[0, 0] + two.covariance[0, 0])
    test = found.equal().iloc[0]
    assert test["statistic"] == pytest.approx(z**2)
    assert test["p"] == pytest.approx(2 * stats.t.sf(abs(z), 299))
    assert test["df"] == 1


def test_a_prediction_stays_within_its_ends_on_its_own_scale() -> None:
    seen = powered(2.0, 300, 1).assign(share=lambda d: 1 + 4 * d["share"])
    table = fit(seen, loyalty_scale=(1, 5)).predict([1, 2, 4, 5])
    assert table["loyalty"].iloc[[0, -1]].tolist() == [1, 5]
    assert (table["lower"] <= table["loyalty"]).all()
    assert (table["loyalty"] <= table["upper"]).all()


# Laws: what a fit says of itself


def test_the_misfit_is_the_distance_of_the_points_from_the_curve() -> None:
    seen = pd.concat([powered(2.0, 300, 1), drawn(RivalChoice(), 300, 2).round({"overall": 0})])
    seen["where"] = ["a"] * 300 + ["b"] * 300
    found = fit(seen, group="where")
    points = found.points()
    for row in found.table().itertuples():
        mine = points[points["group"] == row.group]
        gap = mine["loyalty"] - PowerCurve(gamma=row.gamma).loyalty(mine["satisfaction"])
        assert row.misfit == pytest.approx(math.sqrt(np.average(gap**2, weights=mine["n"])))
    assert "group 'b' (at satisfaction 5 it says 1" in found.note
    assert "'a'" not in found.note


def test_a_power_curve_hardly_ever_gets_a_note() -> None:
    notes = [fit(powered(g, 300, s)).note for s in range(30) for g in (0.5, 2.0, 4.0)]
    assert sum(note != "" for note in notes) <= 3


def test_many_levels_are_judged_like_few() -> None:
    rng = np.random.default_rng(1)
    at = rng.uniform(1, 5, 3000)
    good = rng.binomial(8, ((at - 1) / 4) ** 2) / 8
    assert fit(pd.DataFrame({"overall": at, "share": good})).note == ""
    assert "misses mean loyalty" in fit(drawn(RivalChoice(sensitivity=6), 3000, 1)).note


def test_loyalty_that_does_not_rise_is_said() -> None:
    seen = powered(2.0, 300, 1)
    rng = np.random.default_rng(2)
    for loyalty in (0.5, rng.permutation(seen["share"])):
        note = fit(seen.assign(share=loyalty)).note
        assert "does not rise with satisfaction beyond chance" in note
        assert note.endswith(".")
        assert "nan" not in note


@pytest.mark.parametrize(("column", "turned"), [("share", "1 - share"), ("overall", "6 - overall")])
def test_a_scale_coded_the_other_way_round_is_refused(column: str, turned: str) -> None:
    seen = powered(2.0, 300, 1)
    wrong = seen.assign(**{column: seen.eval(turned)})
    with pytest.raises(InputError, match="coded the other way round"):
        fit(wrong)
    fit(wrong.assign(overall=6 - wrong["overall"]))


def test_a_falling_group_hides_behind_no_other() -> None:
    falling = powered(2.0, 300, 2).assign(share=lambda d: 1 - d["share"])
    seen = pd.concat([powered(2.0, 300, 1), falling])
    with pytest.raises(InputError, match="for group 'b'"):
        fit(seen.assign(where=["a"] * 300 + ["b"] * 300), group="where")


def test_copies_of_people_prove_no_fall() -> None:
    few = pd.DataFrame({"overall": [2, 3, 3, 4, 4, 5], "share": [0.8, 0.6, 0.7, 0.5, 0.9, 0.4]})
    many = pd.concat([few] * 50).assign(who=list(range(6)) * 50)
    with pytest.raises(InputError, match="other way round"):
        fit(many)
    assert "does not rise" in fit(many, cluster="who").note


def test_the_rank_correlation_is_that_of_scipy() -> None:
    seen = powered(0.3, 40, 5).rename(columns={"overall": "satisfaction", "share": "loyalty"})
    row = rise(seen.assign(group="all")).iloc[0]
    wanted = stats.spearmanr(seen["satisfaction"], seen["loyalty"], alternative="greater")
    assert row["correlation"] == pytest.approx(wanted.statistic)
    assert row["rises"] == pytest.approx(wanted.pvalue, rel=1e-6)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"scale": (0, 10)}, "no satisfaction lies above the middle of the scale 0 to 10"),
        ({"scale": (-5, 5)}, "no satisfaction lies below the middle of the scale -5 to 5"),
        ({"loyalty_scale": (0, 100)}, "no loyalty lies above the middle of the scale 0 to 100"),
    ],
)
def test_a_wrong_scale_is_noticed(how: Any, words: str) -> None:
    assert words in fit(powered(2.0, 300, 1), **how).note


# Laws: types, opening, directions


def test_types_by_hand() -> None:
    seen = pd.DataFrame({"overall": [4, 4, 3.9, 3.9, 5, 1], "share": [0.8, 0.79, 0.8, 0.1, 1, 0]})
    assert type_of(seen["overall"], seen["share"]).tolist() == [
        "loyalist",
        "mercenary",
        "hostage",
        "defector",
        "loyalist",
        "defector",
    ]
    table = customer_types(seen)
    assert list(table["customers"]) == [2, 1, 1, 2]
    np.testing.assert_allclose(table[["lower", "upper"]].T, wilson([2, 1, 1, 2], 6))
    moved = customer_types(seen, high_satisfaction=3.5, high_loyalty=0.05)
    assert list(moved["customers"]) == [5, 0, 0, 1]


@LAW
@given(st.lists(st.tuples(st.floats(1, 5), st.floats(0, 1)), min_size=1, max_size=30), st.data())
def test_everybody_is_of_one_type(answers: list[tuple[float, float]], data: st.DataObject) -> None:
    cut = [data.draw(st.sampled_from(column)) for column in zip(*answers, strict=True)]
    seen = pd.DataFrame(answers, columns=["overall", "share"])
    table = customer_types(seen, high_satisfaction=cut[0], high_loyalty=cut[1])
    assert table["customers"].sum() == len(answers)
    assert table["share"].sum() == pytest.approx(1)
    high = table.groupby("satisfaction")["customers"].sum()["high"]
    assert high == sum(s >= cut[0] for s, _ in answers)


def test_the_opening_effect_is_the_difference_of_differences() -> None:
    rng = np.random.default_rng(3)
    seen = pd.DataFrame({"customer": np.repeat(range(200), 2), "after": [0, 1] * 200})
    seen["opened"] = seen["customer"] % 3 == 0
    seen["share"] = rng.random(400)
    row = opening_effect(seen).iloc[0]
    mean = seen.groupby(["opened", "after"])["share"].mean()
    by_hand = mean[True, 1] - mean[True, 0] - (mean[False, 1] - mean[False, 0])
    assert row["effect"] == pytest.approx(by_hand)
    assert row["lower"] < by_hand < row["upper"]
    assert (row["n"], row["customers"]) == (400, 200)


@LAW
@given(st.floats(0.01, 0.45), st.floats(0.01, 0.45), st.floats(0, 0.5))
def test_one_survey_cannot_tell_the_directions_apart(b: float, c: float, keep: float) -> None:
    assert cross_section(b, c, keep) == pytest.approx(cross_section(c, b, keep))


def test_the_simulated_worlds_are_at_rest() -> None:
    seen = simulate_directions(0.4, 0.2, 0.5, people=200_000, seed=2)
    wanted = cross_section(0.4, 0.2, 0.5)
    for wave in (1, 2):
        r = np.corrcoef(seen[f"satisfaction_{wave}"], seen[f"loyalty_{wave}"])[0, 1]
        assert r == pytest.approx(wanted, abs=0.01)
    assert seen["loyalty_2"].std() == pytest.approx(seen["loyalty_1"].std(), rel=0.01)


def test_two_waves_tell_the_directions_apart_but_not_through_noise() -> None:
    seen = simulate_directions(0.4, 0.0, 0.5, people=20_000, seed=3)
    effect = cross_lagged(seen).set_index("cause")["effect"]
    assert effect["satisfaction"] == pytest.approx(0.4, abs=0.03)
    assert effect["loyalty"] == pytest.approx(0.0, abs=0.03)
    rng = np.random.default_rng(1)
    noisy = seen.assign(satisfaction_1=seen["satisfaction_1"] + rng.normal(0, 1.5, len(seen)))
    backwards = cross_lagged(noisy).set_index("cause").loc["loyalty"]
    assert backwards["lower"] > 0.02  # an effect appears where there is none


# Sourced numbers


def test_xerox_sixfold_heskett_1994_in_each_reading() -> None:
    found = {f.reading: f.computed for f in six_times()}
    power = PowerCurve(gamma=found["gamma of the power curve"])
    assert power.loyalty(5) / power.loyalty(4) == pytest.approx(6)
    for reading, top in (("six times the probability", 0.9), ("six times the odds", 0.6)):
        slope = found[f"sensitivity, if {reading}"]
        move = math.log(top / (1 - top)) / slope
        choice = RivalChoice(rivals=1, sensitivity=slope, rival_satisfaction=5 - move)
        four, five = choice.loyalty([4, 5])
        odds = five / (1 - five) / (four / (1 - four))
        assert (five / four if "prob" in reading else odds) == pytest.approx(6)
    assert found["most who can buy again at 4"] == pytest.approx(1 / 6)


def test_correlation_of_curtis_2011_explains_29_percent() -> None:
    found = {f.reading: f.computed for f in company_correlation()}
    assert found["variance of loyalty explained by r = 0.54"] == pytest.approx(0.29, abs=0.002)


@pytest.mark.parametrize("r", [0.1, 0.3, 0.54])
def test_the_answers_needed_are_the_fewest_with_p_below_5_percent(r: float) -> None:
    def p(n: float) -> float:
        return float(2 * stats.t.sf(r * math.sqrt((n - 2) / (1 - r**2)), n - 2))

    found = {f.reading: f.computed for f in company_correlation(correlation=r)}
    n = found[f"answers from which r = {r:g} is significant"]
    assert n is not None
    assert p(n) <= 0.05 < p(n - 1)


CHECKS = {
    "C037": steep_near_the_top,
    "C038": flat_and_false,
    "C039": four_barriers,
    "C040": only_with_high_satisfaction,
    "C041": not_always_strong,
    "C042": four_types,
    "C081": company_correlation,
    "C082": each_feeds_the_other,
    "C120": six_times,
    "C125": loyal_by_definition,
}


def test_every_claim_of_the_chapter_has_its_function_that_names_it() -> None:
    assert set(claims.table("curve")["claim"]) == set(CHECKS)
    for claim, function in CHECKS.items():
        assert (function.__doc__ or "").startswith(f"Claim {claim}: ")
        findings = function()
        assert all(isinstance(f, Finding) and f.assumption for f in findings)
        assert len({f.reading for f in findings}) == len(findings)
        assert {f.agrees for f in findings} == {None}  # no document prints a number to hold it to


def test_the_claims_turn_with_their_inputs() -> None:
    assert [f.computed for f in only_with_high_satisfaction(high=1.0)] == [0, 0]
    assert [four_barriers(strength=v)[0].computed for v in (0, 0.5)] == [0, 4]
    nobody = {f.reading: f.computed for f in loyal_by_definition(shares=(0, 0, 0, 0, 1))}
    assert set(nobody.values()) == {0.0}
    ties = [f for f in not_always_strong((0, 0, 0, 0, 1)) if "correlation" in f.reading]
    assert [f.computed for f in ties] == [None, None]
    kinds = [f.computed for f in four_types()]
    assert sum(kinds[:4]) == pytest.approx(1)  # type: ignore[arg-type]
    assert sum(kinds[4:]) == pytest.approx(1)  # type: ignore[arg-type]
    hostages = {f.reading: f.computed for f in four_types() if "hostages" in f.reading}
    assert hostages["hostages: curve 2"] > 10 * hostages["hostages: curve 1"]  # type: ignore


def test_the_curves_of_the_claims_have_the_shapes_of_the_figure() -> None:
    assert curve_2().shape == "concave"
    assert curve_1().inflection is not None
    assert curve_1().inflection > 4  # type: ignore[operator]
    assert (curve_1().rivals, curve_1().sensitivity) == (6, curve_2().sensitivity)


def test_the_correlation_of_a_claim_is_that_of_people_drawn() -> None:
    rng = np.random.default_rng(1)
    at = rng.choice(np.arange(1.0, 6.0), 400_000, p=[0.04, 0.10, 0.26, 0.38, 0.22])
    found = {f.reading: f.computed for f in not_always_strong()}
    for name, model in (("curve 1", curve_1()), ("curve 2", curve_2())):
        stay = rng.random(len(at)) < model.share(at)
        assert np.corrcoef(at, stay)[0, 1] == pytest.approx(found[f"correlation: {name}"], abs=0.01)


# Pictures


def test_the_template_prints_nothing_that_was_never_published() -> None:
    ax = plot_template(fig.canvas().subplots())
    words = " ".join(
        [ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel()]
        + [t.get_text() for t in [*ax.texts, *ax.get_legend().get_texts()]]
    )
    assert "ILLUSTRATIVE" in words
    assert not any(w in words.lower() for w in ("hospital", "computer", "pc"))
    assert len(ax.get_xticks()) == len(ax.get_yticks()) == 0
    two, diagonal, one = (line.get_ydata() for line in ax.lines)
    assert (np.asarray(two) >= np.asarray(diagonal)).all()
    assert (np.asarray(one) <= np.asarray(diagonal)).all()


def test_the_choice_draws_its_table() -> None:
    choice = RivalChoice()
    artists = fig.moving(choice.plot(fig.canvas().subplots()))
    table = choice.table()
    np.testing.assert_array_equal(artists["curve"].get_xydata(), table.iloc[:, :2])  # type: ignore
    slope = np.gradient(table["loyalty"], table["satisfaction"])
    np.testing.assert_allclose(table["gain_per_point"][1:-1], slope[1:-1], atol=2e-3)


def test_false_loyalty_is_shaded_from_the_free_curve_to_the_one_that_stands() -> None:
    model = FalseLoyalty(dropped=1, satisfaction=2.5)
    artists: Any = fig.moving(model.plot(fig.canvas().subplots()))
    curves = model.curves()
    shade = artists["false"].get_paths()[0].vertices
    for column in ("now", "no_barrier"):
        for point in curves[["satisfaction", column]].to_numpy()[::20]:
            assert np.abs(shade - point).sum(axis=1).min() < 1e-12
    assert artists["here"].get_ydata()[0] == model.table()["loyalty"].iloc[1]


def test_a_fit_draws_its_points_and_its_curves() -> None:
    found = fit(powered(2.0, 300, 1))
    ax = found.plot(fig.canvas().subplots())
    points, curve = ax.containers[0].lines[0], ax.lines[-1]
    np.testing.assert_allclose(np.asarray(points.get_ydata(), float), found.points()["loyalty"])
    at = np.asarray(curve.get_xdata(), float)
    np.testing.assert_allclose(np.asarray(curve.get_ydata(), float), found.predict(at)["loyalty"])
    means = found.rows.groupby("satisfaction")["loyalty"].agg(["mean", "sem", "size"])
    np.testing.assert_allclose(found.points()["loyalty"], means["mean"])
    spread = found.points().iloc[1:4]  # at the ends of the scale all are alike
    half = means["sem"] * stats.t.ppf(0.975, means["size"] - 1)
    np.testing.assert_allclose(spread["upper"] - spread["loyalty"], half.iloc[1:4])
    ends = found.points().iloc[[0, 4]]
    np.testing.assert_allclose(
        ends[["lower", "upper"]].T, wilson(ends["loyalty"] * ends["n"], ends["n"])
    )
    assert f"n = {means['size'].sum()}" in ax.get_legend().get_texts()[0].get_text()


def test_types_draw_their_shares() -> None:
    table = customer_types(powered(2.0, 300, 1).assign(where=["b", "a", "c"] * 100), group="where")
    ax = plot_types(table, fig.canvas().subplots())
    np.testing.assert_allclose([b.get_height() for b in ax.patches], table["share"])


@pytest.mark.parametrize(
    ("model", "standing"),
    [
        (FalseLoyalty(), "law, cost of switching, proprietary technology, loyalty programme still"),
        (FalseLoyalty(proprietary_technology=0.0, dropped=1), "switching, loyalty programme still"),
        (FalseLoyalty(dropped=4), "with 4 of the four barriers gone (no barrier of any strength"),
        (FalseLoyalty(loyalty_programme=0.0, dropped=3), "(no barrier of any strength left)"),
    ],
)
def test_only_barriers_of_some_strength_stand(model: FalseLoyalty, standing: str) -> None:
    assert standing in model.sentence()


@pytest.mark.parametrize(
    ("model", "ranges"),
    [
        (PowerCurve(gamma=3), {"gamma": (0.1, 8)}),
        (RivalChoice(), {"rivals": (0, 20), "switching_cost": (0, 8), "sensitivity": (0, 4)}),
        (FalseLoyalty(), {"dropped": (0, 4), "satisfaction": (1, 5)}),
    ],
)
def test_the_widgets_of_the_notebook_move(model: Any, ranges: dict[str, Any]) -> None:
    widget = build(model, slider_ranges(model, ranges))
    before = widget.picture.value, widget.spoken.value
    name = next(iter(ranges))
    widget.sliders[name].value = ranges[name][1]
    assert widget.picture.value != before[0]
    assert widget.spoken.value != before[1]


# Recovery


@pytest.mark.parametrize("gamma", [0.3, 1.0, 4.0])
def test_gamma_is_recovered(gamma: float) -> None:
    row = fit(powered(gamma, 5000, seed=7)).table().iloc[0]
    spread = (math.log(row["upper"]) - math.log(row["lower"])) / (2 * Z)
    assert abs(math.log(row["gamma"] / gamma)) < 4 * spread
    assert spread < 0.1


def test_the_choice_is_recovered_and_equals_a_logit_of_single_purchases() -> None:
    import statsmodels.api as sm

    truth = RivalChoice(rivals=4, switching_cost=1.0, sensitivity=1.6, rival_satisfaction=3.8)
    seen = drawn(truth, 2000, seed=6)
    row = fit_choice(seen).table().iloc[0]
    for name, value in (("sensitivity", 1.6), ("inflection", truth.inflection)):
        spread = (row[f"{name}_upper"] - row[f"{name}_lower"]) / (2 * Z)
        assert abs(row[name] - value) < 4 * spread
        assert spread < 0.05
    at = np.repeat(seen["overall"], 12)
    own = (np.arange(12) < seen["own_purchases"].to_numpy()[:, None]).ravel()
    a, b = sm.Logit(own.astype(float), sm.add_constant(at.to_numpy())).fit(disp=False).params
    assert (row["sensitivity"], row["inflection"]) == pytest.approx((b, -a / b), rel=1e-6)


def test_purchases_cannot_tell_rivals_from_switching_cost() -> None:
    crowded = RivalChoice(rivals=6, switching_cost=math.log(3))
    few = RivalChoice(rivals=2, switching_cost=0)
    pd.testing.assert_frame_equal(
        fit_choice(drawn(crowded, 300, 1)).table(), fit_choice(drawn(few, 300, 1)).table()
    )


def test_the_ordered_logit_finds_a_slope_and_its_difference() -> None:
    rng = np.random.default_rng(9)
    n = 3000
    seen = pd.DataFrame({"overall": rng.uniform(1, 5, n), "where": ["a", "b"] * (n // 2)})
    slope = np.where(seen["where"] == "a", 1.0, 1.5)
    hidden = slope * (seen["overall"] - 3) + rng.logistic(size=n)
    seen["intent"] = 1 + np.digitize(hidden, [-2, -0.5, 0.5, 2])
    found = fit(seen, loyalty="intent", loyalty_scale=(1, 5), group="where").ordinal()
    wanted = {"satisfaction": 1.0, "satisfaction, difference": 0.5}
    for term, value in wanted.items():
        row = found[found["term"] == term].iloc[0]
        spread = (row["upper"] - row["lower"]) / (2 * Z)
        assert abs(row["estimate"] - value) < 4 * spread
        assert spread < 0.1
    assert set(found["classes"]) == {5}


@functools.cache
def firm_panel(seed: int, customers: int = 5000) -> pd.DataFrame:
    made = Firm(seed=seed, customers=customers)
    panel = made.panel.merge(made.latent, on="customer")
    panel["region"] = panel["region"].astype(str)
    panel["where"] = panel["region"] + ", " + panel["wave"].astype(str)
    second = panel["wave"] == 2
    panel["s"] = np.where(second, panel["satisfaction_2"], panel["satisfaction_1"])
    panel["opened"], panel["after"] = panel["region"] == REGIONS[1], second
    return panel


CELLS = [(region, wave) for region in REGIONS for wave in (1, 2)]


def test_gamma_of_the_firm_is_recovered_in_both_regions_and_waves() -> None:
    table = fit(firm_panel(4), group="where", cluster="customer").table().set_index("group")
    for region, wave in CELLS:
        row = table.loc[f"{region}, {wave}"]
        spread = (math.log(row["upper"]) - math.log(row["lower"])) / (2 * Z)
        assert abs(math.log(row["gamma"] / Truth().gamma(region, wave))) < 4 * spread
        assert spread < 0.06
    assert (
        table.loc["low competition, 1", "upper"]
        < 1
        < table["lower"].drop("low competition, 1").min()
    )


def test_the_choice_of_the_firm_is_recovered_from_hidden_satisfaction_not_from_answers() -> None:
    plain = firm_panel(4)[lambda d: ~d["member"]]
    hidden = fit_choice(plain, satisfaction="s", group="where", cluster="customer").table()
    answers = fit_choice(plain, group="where", cluster="customer").table()
    for table, exact in ((hidden, True), (answers, False)):
        for row in table.itertuples():
            region, wave = row.group.split(", ")
            truth = Truth().choice(region, int(wave))
            spread = (row.sensitivity_upper - row.sensitivity_lower) / (2 * Z)
            if exact:
                assert abs(row.sensitivity - truth.sensitivity) < 4 * spread
                half = (row.inflection_upper - row.inflection_lower) / (2 * Z)
                assert abs(row.inflection - truth.inflection) < 4 * half
            else:
                assert row.sensitivity_upper < 0.95 * truth.sensitivity


@functools.cache
def means_of_truth() -> dict[tuple[str, int], float]:
    tables = {c: answering(Truth(), *c) for c in CELLS}
    return {c: float(t["loyalty"] @ t["weight"]) for c, t in tables.items()}


def difference_of_truth() -> float:
    low, high = ((means_of_truth()[r, 2] - means_of_truth()[r, 1]) for r in reversed(REGIONS))
    return low - high


def test_the_opening_of_the_firm_is_estimated_as_the_difference_of_its_means() -> None:
    row = opening_effect(firm_panel(4)).iloc[0]
    spread = (row["upper"] - row["lower"]) / (2 * Z)
    assert abs(row["effect"] - difference_of_truth()) < 4 * spread
    assert row["effect"] < -0.4


def test_a_difference_in_differences_overstates_what_the_opening_took() -> None:
    """On curved ground the two regions would not have changed alike (the notebook says so)."""
    later = firm_panel(4, 40_000)[lambda d: d["opened"] & d["after"]]
    took = []
    for member, group in later.groupby("member"):
        closed, open_ = (Truth().choice(REGIONS[1], w, bool(member)) for w in (1, 2))
        took.append(open_.share(group["s"]) - closed.share(group["s"]))
    assert difference_of_truth() < np.concatenate(took).mean() - 0.015


def covered(hits: int, runs: int) -> bool:
    return 0.88 <= hits / runs <= 0.995


@pytest.mark.slow
def test_coverage_of_gamma_on_the_firm() -> None:
    runs, hits = 120, dict.fromkeys(CELLS, 0)
    truth = {c: Truth().gamma(*c) for c in CELLS}
    for seed in range(100, 100 + runs):
        panel = firm_panel.__wrapped__(seed, 3000)
        table = fit(panel, group="where", cluster="customer").table().set_index("group")
        for region, wave in CELLS:
            row = table.loc[f"{region}, {wave}"]
            hits[region, wave] += bool(row["lower"] < truth[region, wave] < row["upper"])
    assert all(covered(h, runs) for h in hits.values()), hits


@pytest.mark.slow
def test_coverage_of_gamma_and_level_of_the_test_on_power_curves() -> None:
    runs, hits, refused = 200, 0, 0
    for seed in range(runs):
        seen = powered(2.5, 600, seed).assign(where=["a", "b"] * 300)
        row = fit(seen).table().iloc[0]
        hits += bool(row["lower"] < 2.5 < row["upper"])
        refused += bool(fit(seen, group="where").equal()["p"].item() < 0.05)
    assert covered(hits, runs)
    assert 0.005 <= refused / runs <= 0.12


@pytest.mark.slow
def test_coverage_of_the_choice() -> None:
    runs, slopes, middles = 150, 0, 0
    for seed in range(runs):
        row = fit_choice(drawn(RivalChoice(), 400, seed)).table().iloc[0]
        slopes += bool(row["sensitivity_lower"] < 2 < row["sensitivity_upper"])
        middle = RivalChoice().inflection
        middles += bool(row["inflection_lower"] < middle < row["inflection_upper"])  # type: ignore
    assert covered(slopes, runs)
    assert covered(middles, runs)


@pytest.mark.slow
def test_coverage_of_the_opening_and_of_the_directions() -> None:
    wanted = difference_of_truth()
    runs, hits, lagged = 100, 0, 0
    for seed in range(300, 300 + runs):
        row = opening_effect(firm_panel.__wrapped__(seed, 2000)).iloc[0]
        hits += bool(row["lower"] < wanted < row["upper"])
        effect = cross_lagged(simulate_directions(0.3, 0.1, 0.5, 500, seed)).iloc[1]
        lagged += bool(effect["lower"] < 0.1 < effect["upper"])
    assert covered(hits, runs)
    assert covered(lagged, runs)


# What a change of one line in the code would not have shown


def test_the_sandwich_is_that_of_numeric_derivatives_where_the_curve_is_wrong() -> None:
    """With a bent truth the second derivative of the curve matters; here it is taken by steps."""
    rng = np.random.default_rng(5)
    at = rng.integers(1, 6, 400).astype(float)
    seen = pd.DataFrame({"overall": at, "share": np.clip(0.5 + 0.1 * (at > 3), 0, 1)})
    seen["share"] += rng.uniform(-0.2, 0.2, len(at))
    fitted = fit(seen)
    u = (at - 1) / 4
    y = seen["share"].to_numpy()

    def slope(theta: float) -> npt.NDArray[np.float64]:
        step = 1e-5
        up, down = ((y - u ** np.exp(theta + s)) ** 2 / 2 for s in (step, -step))
        return np.asarray((up - down) / (2 * step))

    theta = float(fitted.log_gamma[0])
    scores = slope(theta)
    bend = (slope(theta + 1e-4).sum() - slope(theta - 1e-4).sum()) / 2e-4
    n = len(at)
    expected = n / (n - 1) * (scores**2).sum() / bend**2
    assert float(fitted.covariance[0, 0]) == pytest.approx(expected, rel=1e-4)
    plain = (
        n
        / (n - 1)
        * (scores**2).sum()
        / ((u ** np.exp(theta) * np.exp(theta) * np.log(np.where(u > 0, u, 1))) ** 2).sum() ** 2
    )
    assert abs(plain / expected - 1) > 0.05, "the case must tell the two apart"


def test_people_who_answer_in_two_groups_are_not_counted_as_strangers() -> None:
    rng = np.random.default_rng(6)
    at = rng.integers(2, 5, 600)
    lean = rng.normal(0, 0.1, 600)
    parts = [
        pd.DataFrame(
            {
                "who": range(600),
                "wave": wave,
                "overall": at,
                "share": np.clip(((at - 1) / 4) ** 2 + lean + rng.normal(0, 0.02, 600), 0, 1),
            }
        )
        for wave in (1, 2)
    ]
    seen = pd.concat(parts, ignore_index=True)
    tied = fit(seen, group="wave", cluster="who")
    apart = fit(seen, group="wave")
    link = tied.covariance[0, 1] / np.sqrt(tied.covariance[0, 0] * tied.covariance[1, 1])
    assert link > 0.8
    assert apart.covariance[0, 1] == 0
    assert tied.equal()["statistic"].item() > 3 * apart.equal()["statistic"].item()


def test_three_groups_are_compared_with_two_degrees_of_freedom() -> None:
    parts = [powered(2.0, n, seed).assign(where=seed) for seed, n in ((1, 400), (2, 100), (3, 400))]
    test = fit(pd.concat(parts, ignore_index=True), group="where").equal().iloc[0]
    assert test["df"] == 2
    assert test["p"] == pytest.approx(stats.f.sf(test["statistic"] / 2, 2, 99))


def test_the_ends_of_a_prediction_are_the_curves_of_the_interval() -> None:
    fitted = fit(powered(2.0, 400, 1))
    row, said = fitted.table().iloc[0], fitted.predict([3.0]).iloc[0]
    assert said["lower"] == pytest.approx(0.5 ** row["upper"])
    assert said["upper"] == pytest.approx(0.5 ** row["lower"])
    assert said["lower"] < said["loyalty"] < said["upper"]


def test_points_of_weighted_shares_have_the_interval_of_a_ratio() -> None:
    """Cochran (1977): a ratio of sums spreads by its residuals, weighted."""
    rng = np.random.default_rng(7)
    n = rng.integers(1, 30, 300)
    own = rng.binomial(n, np.clip(rng.normal(0.6, 0.2, 300), 0, 1))
    seen = pd.DataFrame({"overall": [3, 4] * 150, "purchases": n, "own_purchases": own})
    table = fit_choice(seen).points()
    for row, level in zip(table.itertuples(), (3, 4), strict=True):
        part = seen[seen["overall"] == level]
        share = part["own_purchases"].sum() / part["purchases"].sum()
        miss = part["own_purchases"] - share * part["purchases"]
        m = len(part)
        half = (
            stats.t.ppf(0.975, m - 1)
            * np.sqrt(m / (m - 1) * (miss**2).sum())
            / part["purchases"].sum()
        )
        assert row.loyalty == pytest.approx(share)
        assert row.upper - row.loyalty == pytest.approx(half, rel=1e-3)


def test_many_levels_are_drawn_in_even_bins() -> None:
    rng = np.random.default_rng(8)
    at = rng.uniform(1, 5, 5000)
    table = fit(pd.DataFrame({"overall": at, "share": ((at - 1) / 4) ** 2})).points()
    assert len(table) == 20
    edges = 1 + 4 * np.arange(21) / 20
    assert ((table["satisfaction"] > edges[:-1]) & (table["satisfaction"] < edges[1:])).all()
    assert table["n"].between(170, 330).all()


def test_the_ordered_logit_takes_few_values_as_they_are_and_cuts_many() -> None:
    rng = np.random.default_rng(9)
    at = rng.integers(1, 6, 3000)
    few = np.clip(np.rint(at + rng.logistic(0, 1.5, 3000)), 0, 9) / 9  # ten values
    many = np.clip(at / 6 + rng.normal(0, 0.15, 3000), 0, 1)
    seen = pd.DataFrame({"overall": at, "few": few, "many": many})
    assert seen["few"].nunique() == 10
    ten = fit(seen, loyalty="few").ordinal()
    assert ten["classes"].unique().tolist() == [10]
    cut = fit(seen, loyalty="many")
    assert cut.ordinal(classes=4)["classes"].unique().tolist() == [4]
    narrow = dataclasses.replace(cut, level=0.5).ordinal().iloc[0]
    wide = cut.ordinal().iloc[0]
    assert wide["upper"] - wide["lower"] > 2.5 * (narrow["upper"] - narrow["lower"])


# Rows of one person


def repeated(people: int, times: int, seed: int) -> pd.DataFrame:
    """People who answer several times, each with a leaning; on average loyalty is u²."""
    rng = np.random.default_rng(seed)
    who = np.repeat(range(people), times)
    at = np.clip(rng.integers(1, 6, people)[who] + rng.integers(-1, 2, len(who)), 1, 5)
    mean, leaning = ((at - 1) / 4) ** 2, rng.random(people)[who]
    inner = (mean > 0) & (mean < 1)
    spread = stats.beta.ppf(leaning, np.where(inner, mean, 0.5), np.where(inner, 1 - mean, 0.5))
    frame = pd.DataFrame({"who": who, "overall": at, "share": np.where(inner, spread, mean)})
    return frame.assign(purchases=8, own_purchases=np.rint(8 * frame["share"]).astype(int))


def copied(seen: pd.DataFrame, times: int) -> pd.DataFrame:
    """Everybody several times over, which tells nothing new."""
    return pd.concat([seen.assign(who=range(len(seen)))] * times, ignore_index=True)


@pytest.mark.parametrize(
    "estimate",
    [
        lambda seen, who: fit(seen, cluster=who).table().drop(columns="n"),
        lambda seen, who: fit(seen, cluster=who).predict([2.0, 3.5, 4.0]),
        lambda seen, who: fit(seen, cluster=who).points().drop(columns="n"),
        lambda seen, who: fit_choice(seen, cluster=who).predict([1.0, 3.5, 4.0]),
        lambda seen, who: fit_choice(seen, cluster=who).points().drop(columns="n"),
        lambda seen, who: fit_choice(seen, cluster=who).table().iloc[:, 1:7],
    ],
)
def test_copies_of_people_change_no_interval(
    estimate: Callable[[pd.DataFrame, str | None], pd.DataFrame],
) -> None:
    seen = repeated(300, 1, 1)
    once, thrice = estimate(seen, None), estimate(copied(seen, 3), "who")
    # statsmodels counts rows and not people in (N - 1) / (N - 2), which is 1.0022 here
    pd.testing.assert_frame_equal(thrice, once, rtol=3e-3)
    fooled = estimate(copied(seen, 3), None)
    lower, upper = (next(c for c in once if c.endswith(end)) for end in ("lower", "upper"))
    width = (once[upper] - once[lower]).to_numpy()
    wide = width > 0  # at the ends of its scale a power curve is certain
    assert wide.any()
    assert ((fooled[upper] - fooled[lower]).to_numpy()[wide] < 0.75 * width[wide]).all()


def test_the_ordered_logit_takes_a_cluster_for_one() -> None:
    rng = np.random.default_rng(3)
    at = rng.integers(1, 6, 400)
    intent = 1 + np.digitize(at - 3 + rng.logistic(size=400), [-1, 0, 1])
    seen = pd.DataFrame({"overall": at, "share": (intent - 1) / 3})

    def width(frame: pd.DataFrame, who: str | None) -> float:
        row = fit(frame, cluster=who).ordinal().iloc[0]
        return float(row["upper"] - row["lower"])

    once, fooled = width(copied(seen, 1), "who"), width(copied(seen, 3), None)
    assert width(copied(seen, 3), "who") == pytest.approx(once, rel=5e-3)
    assert fooled == pytest.approx(width(seen, None) / math.sqrt(3), rel=1e-3)
    rows = fit(copied(seen, 1), cluster="who").rows
    few = rows.assign(cluster=rows["cluster"] % 6)
    half, whole = (ordered(few, ["all"], 5, level).iloc[0] for level in (0.5, 0.95))
    ratio = (whole["upper"] - whole["lower"]) / (half["upper"] - half["lower"])
    assert ratio == pytest.approx(stats.t.ppf(0.975, 5) / stats.t.ppf(0.75, 5))


def test_leanings_of_people_are_no_misfit_of_the_curve() -> None:
    frames = [repeated(15, 30, seed) for seed in range(40)]
    fits = [fit(frame, cluster="who") for frame in frames]
    assert sum("misses" in fitted.note for fitted in fits) <= 2
    assert sum("misses" in fit(frame).note for frame in frames) >= 4
    p = [lack_of_fit(f.rows, f.table()["gamma"].item(), f.scale) for f in fits]
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_a_misfit_of_people_is_still_seen() -> None:
    bent = drawn(RivalChoice(sensitivity=6), 100, 1).round({"overall": 0})
    fitted = fit(copied(bent, 5), cluster="who")
    assert "misses mean loyalty" in fitted.note
    once = fit(bent)
    gamma = once.table()["gamma"].item()
    p = lack_of_fit(once.rows, gamma, once.scale)
    assert 0 < p < 0.01
    assert lack_of_fit(fitted.rows, gamma, fitted.scale) == pytest.approx(p, rel=1e-6)


def test_the_lack_of_fit_is_the_score_test_of_wooldridge_2010() -> None:
    """Free means are regressed on the slope of the curve; 1 on what is left, times the misses."""
    rng = np.random.default_rng(2)
    at = rng.choice([2.0, 3.0, 4.0], 900, p=[0.15, 0.2, 0.65])
    u = (at - 1) / 4
    loyalty = u**2 + 0.02 * (at == 3) + rng.uniform(-0.2, 0.2, 900) * u
    found = fit(pd.DataFrame({"overall": at, "share": np.clip(loyalty, 0, 1)}))
    gamma = found.table()["gamma"].item()
    miss = found.rows["loyalty"].to_numpy() - u**gamma
    slope = u**gamma * np.log(u)
    free = np.column_stack([at == 2, at == 3]).astype(float)
    free -= np.outer(slope, free.T @ slope / (slope @ slope))
    scores = free * miss[:, None]
    total = scores.sum(axis=0)
    score = total @ np.linalg.inv(scores.T @ scores) @ total
    wanted = stats.f.sf((900 - 2) / 2 * score / (900 - score), 2, 898)
    p = lack_of_fit(found.rows, gamma, found.scale)
    assert 1e-4 < wanted < 0.2
    assert p == pytest.approx(wanted, rel=0.1)


def test_too_few_people_tell_no_misfit_from_scatter() -> None:
    seen = pd.DataFrame({"satisfaction": [2, 3, 4] * 4, "loyalty": [0.9, 0.1, 0.9] * 4})
    assert lack_of_fit(seen, 1.0, (1, 5)) == 1  # four people a level
    crowd = pd.concat([seen] * 3, ignore_index=True)
    assert lack_of_fit(crowd, 1.0, (1, 5)) < 1e-6
    assert lack_of_fit(crowd.assign(cluster=[1, 2] * 18), 1.0, (1, 5)) == 1


@pytest.mark.parametrize("fitting", [fit, fit_choice])
def test_a_group_of_one_person_is_refused_by_name(fitting: Any) -> None:
    seen = repeated(20, 10, 2)
    seen["where"] = np.where(seen["who"] == 4, "b", "a")
    one = np.transpose([[2, 3, 4, 5] * 2 + [3, 4], np.arange(10) / 10, [1, 2] * 5])
    seen.loc[seen["who"] == 4, ["overall", "share", "own_purchases"]] = one
    with pytest.raises(InputError, match=r"cluster is 4 in every row of group 'b'.*that group"):
        fitting(seen, group="where", cluster="who")
    assert fitting(seen, cluster="who").table()["n"].item() == 200


def test_few_clusters_get_students_t_and_a_note() -> None:
    seen = repeated(9, 40, 3)
    fitted = fit(seen, cluster="who")
    row = fitted.table().iloc[0]
    half = math.log(row["upper"] / row["gamma"]) / math.sqrt(fitted.covariance[0, 0])
    assert half == pytest.approx(stats.t.ppf(0.975, 8))
    assert "rests on 9 clusters" in fitted.note
    choice = fit_choice(seen, cluster="who")
    assert "fewer than 20" in choice.note
    spread = np.asarray(choice.results["all"].cov_params())
    said = choice.table().iloc[0]
    reach = (said["sensitivity_upper"] - said["sensitivity"]) / math.sqrt(spread[1, 1])
    at = choice.predict([3.0]).iloc[0]
    logits = [math.log(at[end] / (1 - at[end])) for end in ("lower", "upper")]
    half = (logits[1] - logits[0]) / 2 / math.sqrt(np.array([1, 3]) @ spread @ [1, 3])
    assert (reach, half) == pytest.approx((stats.t.ppf(0.975, 8),) * 2)
    many = repeated(20, 40, 3)
    assert "clusters" not in fit(many, cluster="who").note
    assert fit_choice(many, cluster="who").note == fit_choice(seen).note == ""


@pytest.mark.slow
def test_coverage_with_nine_clusters() -> None:
    hits = 0
    for seed in range(200):
        row = fit(repeated(9, 30, seed), cluster="who").table().iloc[0]
        hits += bool(row["lower"] < 2 < row["upper"])
    assert hits / 200 >= 0.87


def test_the_interval_of_the_choice_is_hc1_and_students_t() -> None:
    import statsmodels.api as sm

    seen = drawn(RivalChoice(), 40, 2)
    row = fit_choice(seen).table().iloc[0]
    design = sm.add_constant(seen["overall"].to_numpy())
    share = seen["own_purchases"].to_numpy() / 12
    mean = 1 / (1 + np.exp(-row["sensitivity"] * (seen["overall"].to_numpy() - row["inflection"])))
    bread = np.linalg.inv(design.T * (12 * mean * (1 - mean)) @ design)
    scores = design * (12 * (share - mean))[:, None]
    hc1 = 40 / 38 * bread @ scores.T @ scores @ bread
    half = stats.t.ppf(0.975, 39) * math.sqrt(hc1[1, 1])
    assert row["sensitivity_upper"] - row["sensitivity"] == pytest.approx(half, rel=1e-6)


def test_the_opening_is_clustered_by_customer() -> None:
    rng = np.random.default_rng(4)
    seen = pd.DataFrame({"customer": np.repeat(range(30), 2), "after": [0, 1] * 30})
    seen["opened"] = seen["customer"] < 10
    seen["share"] = np.repeat(rng.random(30), 2) + rng.normal(0, 0.02, 60)
    row = opening_effect(seen).iloc[0]
    change = seen["share"][1::2].to_numpy() - seen["share"][::2].to_numpy()
    variance = sum(np.var(part) / len(part) for part in (change[:10], change[10:]))
    half = stats.t.ppf(0.975, 29) * math.sqrt(30 / 29 * 59 / 56 * variance)
    assert row["upper"] - row["effect"] == pytest.approx(half, rel=1e-6)
    assert row["effect"] - row["lower"] == pytest.approx(half, rel=1e-6)


def test_among_many_groups_one_falls_by_chance() -> None:
    slight = pd.DataFrame({"overall": [2, 2, 3, 3, 4, 4, 4, 3, 2, 3] * 2})
    tenths = [9, 9, 9, 8, 6, 7, 8, 9, 8, 7, 8, 9, 6, 8, 6, 6, 6, 8, 9, 9]
    slight["share"] = [v / 10 for v in tenths]
    fall = rise(
        slight.rename(columns={"overall": "satisfaction", "share": "loyalty"}).assign(group="all")
    )
    assert 0.001 / 10 < fall["falls"].item() < 0.001
    with pytest.raises(InputError, match="falls as"):
        fit(slight)
    others = [powered(2.0, 50, seed).assign(where=seed) for seed in range(9)]
    fitted = fit(pd.concat([slight.assign(where=9), *others], ignore_index=True), group="where")
    assert "does not rise with satisfaction beyond chance for group 9" in fitted.note


def test_many_groups_need_no_square_of_memory() -> None:
    groups, each = 200, 150
    seen = powered(2.0, groups * each, 1).assign(where=np.tile(range(groups), each))
    tracemalloc.start()
    fit(seen, group="where")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * groups * len(seen) / 2  # half of a matrix of rows by groups


def test_groups_of_a_categorical_keep_its_order() -> None:
    order = ["young", "old", "lost"]
    where = pd.Categorical(["old"] * 200 + ["young"] * 200, order)
    seen = powered(2.0, 400, 1).assign(where=where)
    assert fit(seen, group="where").groups == ("young", "old")
    assert fit(seen.assign(where=[10] * 200 + [9] * 200), group="where").groups == (9, 10)


# Every level reaches its interval

WAVES = simulate_directions(people=200, seed=1)
OPENING = pd.DataFrame({"customer": [*range(40)] * 2, "after": [0] * 40 + [1] * 40})
OPENING["opened"] = OPENING["customer"] < 20
OPENING["share"] = np.random.default_rng(1).random(80)
SEEN = repeated(60, 5, 5)
ESTIMATES: dict[str, Callable[[float], pd.DataFrame]] = {
    "fit": lambda v: fit(SEEN, level=v).table(),
    "fit, clustered": lambda v: fit(SEEN, cluster="who", level=v).table(),
    "predict": lambda v: fit(SEEN, level=v).predict([2, 3, 4]),
    "points": lambda v: fit(SEEN, level=v).points(),
    "ordinal": lambda v: fit(SEEN, level=v).ordinal(),
    "ordinal, clustered": lambda v: fit(SEEN, cluster="who", level=v).ordinal(),
    "choice": lambda v: fit_choice(SEEN, level=v).table(),
    "choice, inflection": lambda v: (
        fit_choice(SEEN, level=v)
        .table()[["inflection", "inflection_lower", "inflection_upper"]]
        .set_axis(["x", "lower", "upper"], axis=1)
    ),
    "choice, sensitivity": lambda v: (
        fit_choice(SEEN, cluster="who", level=v)
        .table()[["sensitivity", "sensitivity_lower", "sensitivity_upper"]]
        .set_axis(["x", "lower", "upper"], axis=1)
    ),
    "choice, predict": lambda v: fit_choice(SEEN, level=v).predict([1, 3, 5]),
    "choice, points": lambda v: fit_choice(SEEN, level=v).points(),
    "opening": lambda v: opening_effect(OPENING, level=v),
    "directions": lambda v: cross_lagged(WAVES, level=v),
    "types": lambda v: customer_types(SEEN, level=v),
}
del ESTIMATES["choice"]  # its two intervals stand by themselves


@pytest.mark.parametrize("name", ESTIMATES)
def test_half_the_level_is_strictly_narrower(name: str) -> None:
    narrow, wide = (ESTIMATES[name](level) for level in (0.5, 0.95))
    inner = narrow["upper"] - narrow["lower"]
    assert (inner > 0).all()
    assert (inner < 0.6 * (wide["upper"] - wide["lower"])).all()


# What a change of one line in the code would not have shown, second part


def test_rows_without_a_purchase_are_counted_by_group() -> None:
    seen = repeated(100, 1, 6).assign(where=["a", "b"] * 50)
    idle = seen.assign(purchases=0, own_purchases=0)[seen["where"] == "b"][:7]
    table = fit_choice(pd.concat([seen, idle], ignore_index=True), group="where").table()
    assert table["idle"].tolist() == [0, 7]
    assert table["n"].tolist() == [50, 50]
    assert table["purchases"].tolist() == [400, 400]


def test_an_inflection_at_an_end_of_the_scale_leaves_one_bend() -> None:
    top, bottom = (RivalChoice(rivals=1, rival_satisfaction=v) for v in (5.0, 1.0))
    assert (top.inflection, top.shape) == (5, "convex")
    assert (bottom.inflection, bottom.shape) == (1, "concave")


def test_the_sentence_of_the_choice_names_its_numbers() -> None:
    choice = RivalChoice(rivals=4, switching_cost=1.5, sensitivity=1.25, rival_satisfaction=3)
    top, below = choice.loyalty([5, 4])
    said = choice.sentence()
    for part in (
        "4 rivals who would give 3,",
        "sensitivity of 1.25 and a switching cost of 1.5 logits",
        f"{top:.1%} stay at satisfaction 5 and {below:.1%} one point below it",
        f"the curve is {choice.shape}.",
    ):
        assert part in said
    assert top > below + 0.05


def test_six_times_follows_its_inputs() -> None:
    found = {f.reading: f.computed for f in six_times(ratio=3, top=0.6)}
    assert found["most who can buy again at 4"] == pytest.approx(1 / 3)
    assert found["sensitivity, if six times the odds"] == pytest.approx(math.log(3))
    # 0.6 and 0.2 are odds of 3/2 and 1/4, which are six times apart
    assert found["sensitivity, if six times the probability"] == pytest.approx(math.log(6))
    even = {f.reading: f.computed for f in six_times(shares=(1, 1, 1, 1, 1))}
    for name, model in (("curve 1", curve_1()), ("curve 2", curve_2())):
        stay = [model.loyalty(float(level)) for level in range(1, 6)]
        share = sum(stay[:4]) / sum(stay)
        assert even[f"share of the loyal who are not at 5: {name}"] == pytest.approx(share)


def test_false_loyalty_is_what_stands_above_the_free_market() -> None:
    model = FalseLoyalty(dropped=1, satisfaction=3.5)
    table = model.table()
    free = model.free.loyalty(3.5)
    held = [model.after(k).loyalty(3.5) for k in range(5)]
    np.testing.assert_allclose(table["false_loyalty"], np.array(held) - free)
    np.testing.assert_allclose(table["lost"], [0, *-np.diff(held)])
    assert f"{held[1]:.1%} stay; {held[1] - free:.1%} of all customers" in model.sentence()
    assert f"and {free:.1%} would stay without any" in model.sentence()
    curves = model.curves().set_index("satisfaction").loc[3.0]
    for column, k in (("all_barriers", 0), ("now", 1), ("no_barrier", 4)):
        assert curves[column] == pytest.approx(model.after(k).loyalty(3.0))


def test_a_gamma_beyond_either_end_of_the_grid_is_refused() -> None:
    assert nearest_power([4.99], [0.9975**850], [1]) == pytest.approx(850, rel=1e-3)
    assert nearest_power([2], [0.25**0.002], [1]) == pytest.approx(0.002, rel=1e-3)
    for loyalty, at in ((0.9975**1400, 4.99), (0.25**0.0005, 2)):
        with pytest.raises(InputError, match=r"beyond 0\.001 to 1000"):
            nearest_power([at], [loyalty], [1])


def test_a_correlation_of_nearly_one_needs_three_answers() -> None:
    found = {f.reading: f.computed for f in company_correlation(correlation=0.999)}
    assert found["answers from which r = 0.999 is significant"] == 3


def test_what_can_be_refused_says_so() -> None:
    for name in curve.__all__:
        thing = getattr(curve, name)
        if inspect.isfunction(thing) and inspect.signature(thing).parameters:
            assert "    Raises\n" in (thing.__doc__ or ""), name
