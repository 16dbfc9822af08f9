"""Chapter 01: reliability, index, components and scale use, held against known truths."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.multivariate.factor import Factor

from loyaltylab import firm
from loyaltylab.base import figure as fig
from loyaltylab.lab.explore import build, slider_ranges
from loyaltylab.satisfaction import (
    DifferenceScore,
    Disconfirmation,
    GradeRule,
    TopBoxOrMean,
    component_regression,
    csm,
    csm_items,
    disconfirmation_shares,
    every_measure,
    five_levels_of_needs,
    headline,
    index_under_weights,
    ipsatised,
    rate_difference,
    reliability,
    reversals,
    satisfaction_index,
    satisfaction_rate,
    scale_use,
    simulate_answers,
)
from loyaltylab.satisfaction.reliable import alpha_of, omega_of, one_factor
from loyaltylab.satisfaction.scaleuse import cut_points, latent_correlation

LAW = settings(max_examples=30, deadline=None)
WIDE = (-1000, 1000)
LOADING = np.array([0.9, 0.7, 0.5, 0.3])
OWN = np.array([0.4, 0.5, 0.6, 0.9])
ITEMS = ["item_1", "item_2", "item_3", "item_4"]


def congeneric(n: int, seed: int) -> pd.DataFrame:
    """Answers with one factor, unequal loadings and own variances: alpha and omega are known."""
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=(n, 1))
    values = trait * LOADING + rng.normal(size=(n, 4)) * np.sqrt(OWN)
    return pd.DataFrame(values, columns=ITEMS)


TRUE = np.outer(LOADING, LOADING) + np.diag(OWN)
ALPHA = 4 / 3 * (1 - np.trace(TRUE) / TRUE.sum())
OMEGA = LOADING.sum() ** 2 / TRUE.sum()


def test_alpha_and_omega_of_a_known_covariance() -> None:
    assert float(alpha_of(TRUE)) == pytest.approx(ALPHA)
    assert float(omega_of(TRUE)) == pytest.approx(OMEGA, abs=1e-6)
    assert ALPHA < OMEGA, "unequal loadings: alpha is a lower bound"
    np.testing.assert_allclose(one_factor(TRUE) * np.sqrt(np.diag(TRUE)), LOADING, atol=1e-6)


def test_equal_loadings_make_alpha_and_omega_the_same() -> None:
    tau = 0.5 + np.diag([0.5, 0.8, 0.3, 1.0])
    assert float(alpha_of(tau)) == pytest.approx(float(omega_of(tau)), abs=1e-8)


def test_two_items_have_the_spearman_brown_of_their_covariance() -> None:
    pair = np.array([[1.0, 0.6], [0.6, 1.0]])
    assert float(alpha_of(pair)) == pytest.approx(2 * 0.6 / 1.6)
    found = reliability(congeneric(200, 1), items=ITEMS[:2], scale=WIDE)
    assert found.omega == found.alpha
    assert "two items" in found.note
    assert found.item_table()["alpha_without"].isna().all()


def test_cronbach_1951_as_the_mean_of_all_split_halves() -> None:
    s = np.cov(congeneric(50, 2).to_numpy().T)
    halves = [((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2))]
    split = [4 * s[np.ix_(a, b)].sum() / s.sum() for a, b in halves]
    assert float(alpha_of(s)) == pytest.approx(np.mean(split))


def test_minres_is_near_the_maximum_likelihood_of_statsmodels() -> None:
    data = congeneric(3000, 3)
    ml = np.abs(Factor(data.to_numpy(), n_factor=1, method="ml").fit().loadings[:, 0])
    np.testing.assert_allclose(one_factor(np.cov(data.T)), ml, atol=0.02)


@LAW
@given(seed=st.integers(0, 10**6), scale=st.floats(0.1, 100))
def test_reliability_does_not_depend_on_unit_or_sign_of_all(seed: int, scale: float) -> None:
    s = np.cov(congeneric(60, seed).to_numpy().T)
    assert float(alpha_of(s * scale)) == pytest.approx(float(alpha_of(s)))
    assert float(omega_of(s * scale)) == pytest.approx(float(omega_of(s)), abs=1e-9)
    many = np.stack([s, 2 * s, np.eye(4)])
    np.testing.assert_allclose(omega_of(many)[:2], float(omega_of(s)), atol=1e-9)


def test_reliability_recovers_the_truth() -> None:
    found = reliability(congeneric(2000, 4), items=ITEMS, scale=WIDE, seed=1).table()
    truth = {"alpha": ALPHA, "omega": OMEGA}
    for row in found.itertuples():
        assert row.lower < truth[row.measure] < row.upper
        assert row.upper - row.lower < 0.08
        assert row.n == 2000


@pytest.mark.slow
def test_coverage_of_alpha_and_omega() -> None:
    hits = np.zeros(3)
    for seed in range(200):
        table = reliability(
            congeneric(250, seed), items=ITEMS, scale=WIDE, draws=400, seed=seed
        ).table()
        truth = np.where(table["measure"] == "alpha", ALPHA, OMEGA)
        hits += (table["lower"] <= truth) & (truth <= table["upper"])
    assert (hits / 200 > 0.9).all(), hits


def test_feldt_1965_interval_by_the_f_distribution() -> None:
    data = congeneric(100, 5)
    found = reliability(data, items=ITEMS, scale=WIDE, level=0.9)
    row = found.table().iloc[0]
    from scipy import stats

    # (1 − alpha) / (1 − a) is F with n − 1 and (n − 1)(k − 1) degrees of freedom
    a = found.alpha
    f = stats.f(99, 297)
    assert f.cdf((1 - row["upper"]) / (1 - a)) == pytest.approx(0.05)
    assert f.cdf((1 - row["lower"]) / (1 - a)) == pytest.approx(0.95)


def test_level_and_gaps_reach_the_reliability() -> None:
    data = congeneric(200, 6)
    data.iloc[:10, 0] = np.nan
    wide, narrow = (
        reliability(data, items=ITEMS, scale=WIDE, level=v, seed=1).table() for v in (0.99, 0.8)
    )
    assert (wide["lower"] < narrow["lower"]).all()
    assert (wide["upper"] > narrow["upper"]).all()
    assert set(wide["n"]) == {190}
    assert set(wide["incomplete"]) == {10}


def test_a_constant_item_is_named_and_a_reversed_one_is_flagged() -> None:
    data = simulate_answers(customers=300, seed=1).assign(flat=3)
    data["item_2"] = 6 - data["item_2"]
    found = reliability(data, items=[*ITEMS, "flat"])
    assert found.constant == ("flat",)
    assert "'flat'" in found.note
    assert "'item_2'" in found.note
    table = found.item_table().set_index("item")
    assert table.loc["item_2", "item_rest"] < 0
    assert "recode" in table.loc["item_2", "note"]
    assert "left out" in table.loc["flat", "note"]
    good = reliability(simulate_answers(customers=300, seed=1), items=ITEMS)
    assert good.note == ""
    assert found.alpha < good.alpha
    without = reliability(data.drop(columns="flat"), items=[i for i in ITEMS if i != "item_2"])
    assert table.loc["item_2", "alpha_without"] == pytest.approx(without.alpha)


def test_item_rest_is_the_correlation_with_the_others() -> None:
    data = simulate_answers(customers=200, seed=2)
    table = reliability(data, items=ITEMS).item_table().set_index("item")
    for item in ITEMS:
        rest = data[[i for i in ITEMS if i != item]].sum(axis=1)
        assert table.loc[item, "item_rest"] == pytest.approx(data[item].corr(rest))
        assert table.loc[item, "mean"] == pytest.approx(data[item].mean())
    ax = reliability(data, items=ITEMS).plot(fig.canvas().subplots())
    widths = [bar.get_width() for bar in ax.patches]  # type: ignore[attr-defined]
    np.testing.assert_allclose(widths, table["item_rest"])


def test_reliability_of_counts_is_that_of_rows() -> None:
    data = simulate_answers(customers=150, seed=3)[ITEMS]
    cells = data.value_counts().reset_index()
    one = reliability(data, items=ITEMS, seed=1).table()
    other = reliability(cells, items=ITEMS, count="count", seed=1).table()
    pd.testing.assert_frame_equal(one, other)


# The index


def test_index_by_hand_and_its_weights() -> None:
    frame = pd.DataFrame({"a": [5, 3], "b": [1, 1], "shop": ["x", "y"]})
    found = satisfaction_index(frame, items={"a": 3, "b": 1}, by="shop").set_index("group")
    assert found["index"].to_dict() == {"x": 75.0, "y": 37.5}
    assert satisfaction_index(frame, items={"b": 9.0})["index"].item() == 0


def test_which_group_leads_depends_on_the_weights() -> None:
    frame = pd.DataFrame({"a": [5, 3], "b": [1, 4], "shop": ["x", "y"]})
    found = index_under_weights(frame, items=["a", "b"], by="shop", draws=20_000, seed=1)
    row = found.set_index("group").loc["x"]
    # x leads where 100 w > 50 w + 75 (1 − w), that is w > 0.6
    assert row["leads"] == pytest.approx(0.4, abs=0.015)
    assert (row["lowest"], row["highest"], row["index"]) == (0, 100, 50)
    assert found["leads"].sum() == pytest.approx(1)


@pytest.mark.slow
def test_coverage_of_the_index_with_gaps() -> None:
    rng, hits = np.random.default_rng(8), 0
    weights = {"item_1": 0.5, "item_2": 0.3, "item_3": 0.2}
    big = simulate_answers(customers=400_000, items=3, shift=0.5, seed=99)
    truth = satisfaction_index(big, items=weights)["index"].item()
    for seed in range(200):
        frame = simulate_answers(customers=60, items=3, shift=0.5, seed=seed)
        names = list(weights)
        frame[names] = frame[names].astype(float).mask(rng.random((60, 3)) < 0.2)
        row = satisfaction_index(frame, items=weights).iloc[0]
        hits += row["lower"] <= truth <= row["upper"]
    assert 0.9 <= hits / 200 <= 0.99


# Two causes instead of a difference


def answers_of(n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    p = rng.integers(1, 6, n).astype(float)
    e = np.clip(np.rint(p + rng.normal(0, 1.2, n)), 1, 5)
    noise = rng.normal(0, 0.3 + 0.2 * p, n)
    return pd.DataFrame({"expected": e, "perceived": p, "y": 10 + 6 * p - 2 * e + noise})


def test_components_recover_what_a_difference_score_cannot() -> None:
    found = component_regression(answers_of(800, 1), outcome="y", outcome_scale=WIDE)
    table = found.table().set_index("term")
    for term, truth in (("intercept", 10), ("perceived", 6), ("expected", -2)):
        assert table.loc[term, "lower"] < truth < table.loc[term, "upper"]
    tests = found.tests().set_index("restriction")
    row = tests.loc["perceived + expected = 0"]
    assert row["lower"] < 4 < row["upper"]
    assert row["p_value"] < 1e-6
    assert tests.loc["expected = 0", "estimate"] == pytest.approx(table.loc["expected", "estimate"])
    gap, both = found.explained()["r_squared"]
    assert gap < both
    guess = found.predict([5, 1], 3)
    np.testing.assert_allclose(guess["outcome"], [34, 10], atol=0.5)
    assert (guess["lower"] < guess["outcome"]).all()
    assert (guess["outcome"] < guess["upper"]).all()


def test_a_true_difference_is_not_refuted() -> None:
    data = answers_of(500, 2)
    rng = np.random.default_rng(1)
    data["y"] = 3 * (data["perceived"] - data["expected"]) + rng.normal(0, 1, len(data))
    found = component_regression(data, outcome="y", outcome_scale=WIDE)
    row = found.tests().iloc[0]
    assert row["lower"] < 0 < row["upper"]
    gap, both = found.explained()["r_squared"]
    assert both == pytest.approx(gap, abs=0.005)


def test_picture_and_level_of_the_components() -> None:
    data = answers_of(300, 3)
    data.loc[:4, "y"] = np.nan
    wide, narrow = (
        component_regression(data, outcome="y", outcome_scale=WIDE, level=v) for v in (0.99, 0.5)
    )
    for part in ("table", "tests"):
        a, b = getattr(wide, part)(), getattr(narrow, part)()
        assert (a["lower"] < b["lower"]).all()
        assert (a["upper"] > b["upper"]).all()
    assert (wide.predict([3], [3])["lower"] < narrow.predict([3], [3])["lower"]).all()
    assert set(wide.table()["n"]) == {295}
    assert set(wide.table()["missing"]) == {5}
    ax = wide.plot(fig.canvas().subplots())
    drawn = np.asarray(ax.lines[0].get_xdata(), float)
    np.testing.assert_allclose(drawn, wide.table()["estimate"].iloc[1:])


@pytest.mark.slow
def test_coverage_of_the_components_under_unequal_noise() -> None:
    hits = np.zeros(3)
    for seed in range(200):
        found = component_regression(answers_of(120, seed), outcome="y", outcome_scale=WIDE)
        table = found.table()
        truth = np.array([10, 6, -2])
        hits += ((table["lower"] <= truth) & (truth <= table["upper"])).to_numpy()
    assert (hits / 200 >= 0.88).all(), hits


# Scales of one's own


def test_latent_correlation_is_found_behind_steps() -> None:
    rng = np.random.default_rng(1)
    tie = np.array([[1, 0.7, -0.4], [0.7, 1, 0.1], [-0.4, 0.1, 1]])
    felt = rng.multivariate_normal(np.zeros(3), tie, 60_000)
    cuts = ([-1, 0, 0.5, 1.5], [0.2], [-1.5, -1, 1])
    said = np.stack([np.searchsorted(c, f) for c, f in zip(cuts, felt.T, strict=True)], axis=1)
    ones = np.ones(len(said), dtype=np.int64)
    edges = [cut_points(v, ones) for v in said.T.astype(float)]
    np.testing.assert_allclose(edges[0][0], cuts[0], atol=0.03)
    np.testing.assert_allclose(latent_correlation(said.astype(float), ones, edges), tie, atol=0.02)


def test_scales_of_ones_own_are_found_and_one_scale_is_not_refused() -> None:
    found = scale_use(simulate_answers(customers=600, stretch=0.6, seed=1), items=ITEMS, seed=1)
    row = found.iloc[0]
    assert row["p_value"] < 0.01
    assert row["observed"] > row["upper"]
    same = scale_use(simulate_answers(customers=600, seed=1), items=ITEMS, seed=1).iloc[0]
    assert same["p_value"] > 0.05
    assert same["lower"] < same["expected"] < same["upper"]
    wide = scale_use(simulate_answers(customers=600, seed=1), items=ITEMS, seed=1, level=0.5)
    assert (wide["upper"] - wide["lower"] < found["upper"] - found["lower"]).all()


def test_who_answers_higher_throughout_is_not_seen() -> None:
    data = simulate_answers(customers=600, shift=0.6, seed=2)
    assert scale_use(data, items=ITEMS, seed=1)["p_value"].iloc[0] > 0.05


def test_the_firm_has_one_scale_and_the_test_does_not_refuse_it() -> None:
    survey = firm.Firm(seed=3, customers=3000).survey
    found = scale_use(
        survey[survey["wave"] == 1], items=["quality", "service", "price", "convenience"], seed=1
    )
    assert (found["p_value"] > 0.01).all()


def test_counts_of_answers_give_the_same_test() -> None:
    data = simulate_answers(customers=200, seed=4)[ITEMS]
    cells = data.value_counts(sort=False).reset_index()
    one, other = scale_use(data, items=ITEMS), scale_use(cells, items=ITEMS, count="count")
    np.testing.assert_allclose(one["observed"], other["observed"])
    np.testing.assert_allclose(one["expected"], other["expected"])


@pytest.mark.slow
def test_size_and_power_of_the_test_of_one_scale() -> None:
    refused = {0.0: 0, 0.5: 0}
    for stretch in refused:
        for seed in range(100):
            data = simulate_answers(customers=300, stretch=stretch, seed=seed)
            p = scale_use(data, items=ITEMS, draws=100, seed=seed)["p_value"].iloc[0]
            refused[stretch] += p <= 0.05
    assert refused[0.0] <= 12
    assert refused[0.5] >= 90


def test_ipsatised_answers_have_no_own_mean() -> None:
    data = simulate_answers(customers=100, shift=1.0, seed=5)
    found = ipsatised(data, items=ITEMS)
    own = found[[f"{i}_ipsatised" for i in ITEMS]]
    np.testing.assert_allclose(own.sum(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(found["own_mean"], data[ITEMS].mean(axis=1))
    spread = ipsatised(data, items=ITEMS, spread=True)
    flat = (data[ITEMS].nunique(axis=1) == 1).to_numpy()
    sds = spread[[f"{i}_ipsatised" for i in ITEMS]].std(axis=1, ddof=1).to_numpy()
    np.testing.assert_allclose(sds[~flat], 1)
    assert np.isnan(sds[flat]).all()


def test_claim_c044_the_scheme_itself_is_not_computed() -> None:
    found = five_levels_of_needs()
    assert found[0].computed is None
    assert {f.agrees for f in found} == {None}
    one, stretched, higher = (f.computed for f in found[1:])
    assert stretched < 0.05
    assert min(one, higher) > 0.05


# Every function alike

SURVEY = simulate_answers(customers=120, shift=0.4, seed=11).assign(
    shop=["a", "b", "b"] * 40, would=list(range(11)) * 10 + [10] * 10
)
TWO = {"expected": "item_1", "perceived": "item_2"}
CALLS: dict[str, Callable[..., pd.DataFrame]] = {
    "rate": partial(satisfaction_rate, answer="item_1", by="shop"),
    "difference": partial(rate_difference, answer="item_1", by="shop"),
    "csm": partial(csm, items=ITEMS, by="shop"),
    "items": partial(csm_items, items=ITEMS, by="shop"),
    "index": partial(satisfaction_index, items={"item_1": 2, "item_3": 1}, by="shop"),
    "headline": partial(headline, answer="item_1", recommend="would", by="shop"),
    "bootstrap": partial(
        headline, answer="item_1", recommend="would", by="shop", method="bootstrap"
    ),
    "gaps": partial(disconfirmation_shares, **TWO, by="shop"),
    "every": partial(
        every_measure, items=ITEMS, by="shop", answer="item_1", recommend="would", **TWO
    ),
    "reversals": partial(reversals, answer="item_1", by="shop"),
}
every_call = pytest.mark.parametrize("name", list(CALLS))


def ends_of(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    if "mean_lower" in table:
        names = (["mean_lower", "top_lower"], ["mean_upper", "top_upper"])
        return table[names[0]].to_numpy(), table[names[1]].to_numpy()
    return table["lower"].to_numpy(), table["upper"].to_numpy()


@every_call
def test_the_level_reaches_every_interval(name: str) -> None:
    low, high = (ends_of(CALLS[name](SURVEY, level=v)) for v in (0.6, 0.95))
    assert (high[0] < low[0]).all()
    assert (low[1] < high[1]).all()


@every_call
def test_cells_with_counts_are_their_people(name: str) -> None:
    people = SURVEY.drop(columns=["customer", "origin"])
    cells = people.value_counts().rename("people").reset_index()
    cells = pd.concat([cells, cells.head(3).assign(people=0)])  # cells of nobody change nothing
    one, other = CALLS[name](people), CALLS[name](cells, count="people")
    pd.testing.assert_frame_equal(one, other, check_dtype=False)


@every_call
def test_order_index_and_other_columns_change_nothing(name: str) -> None:
    mixed = SURVEY.sample(frac=1, random_state=3).set_axis([1, 2, 3] * 40)
    mixed = mixed[mixed.columns[::-1]].assign(more="x", shop=lambda d: d["shop"].astype("category"))
    pd.testing.assert_frame_equal(CALLS[name](SURVEY), CALLS[name](mixed), check_dtype=False)


@every_call
def test_a_file_is_as_good_as_a_frame(name: str, tmp_path: Path) -> None:
    SURVEY.to_csv(tmp_path / "survey.csv", index=False)
    found = CALLS[name](str(tmp_path / "survey.csv"))
    pd.testing.assert_frame_equal(CALLS[name](SURVEY), found, check_dtype=False)


def test_an_item_that_one_person_answered_has_a_wide_interval() -> None:
    data = SURVEY.assign(item_1=SURVEY["item_1"].astype(float))
    data.loc[1:, "item_1"] = np.nan
    row = satisfaction_index(data, items=["item_1", "item_2"]).iloc[0]
    assert row["upper"] - row["lower"] > 50
    assert row["n"] == 120


@pytest.mark.parametrize(
    ("model", "ranges"),
    [
        (GradeRule(), {"score": (-90, 90)}),
        (Disconfirmation(), {"expected": (1, 10), "perceived": (1, 10), "threshold": (0, 4)}),
        (DifferenceScore(), {"true_correlation": (-1, 1)}),
        (TopBoxOrMean(), {"mean_b": (1, 5), "spread_b": (0.2, 3)}),
    ],
    ids=lambda v: type(v).__name__,
)
def test_the_sliders_of_the_notebook_move(model: Any, ranges: Any) -> None:
    explorer = build(model, slider_ranges(model, ranges))
    before = explorer.spoken.value
    for name, slider in explorer.sliders.items():
        slider.value = ranges[name][1]
    assert explorer.spoken.value != before


# The linked firm


def test_better_service_delights_in_the_firm() -> None:
    panel = firm.Firm(seed=2, customers=4000).panel
    both = panel[panel["wave"] == 1].merge(
        panel[panel["wave"] == 2], on="customer", suffixes=("_1", "_2")
    )
    found = disconfirmation_shares(
        both, expected="overall_1", perceived="overall_2", by="treated_2"
    ).set_index(["group", "measure"])
    # truth: 0.4 points of satisfaction for the treated, cut at the end of the scale
    gap = found.loc[(True, "mean_gap"), "estimate"] - found.loc[(False, "mean_gap"), "estimate"]
    assert 0.25 < gap < 0.45


@pytest.mark.slow
def test_coverage_of_the_firms_rate_and_mean() -> None:
    # each firm is a sample of the same endless one: its mean and rate are estimated by a large one
    large = firm.Firm(seed=10_001, customers=200_000).survey
    large = large[large["wave"] == 1]
    rate = satisfaction_rate(large)["rate"].item()
    mean = headline(large)["estimate"].iloc[0]
    hits = np.zeros(2)
    for seed in range(60):
        survey = firm.Firm(seed=seed, customers=400).survey
        survey = survey[survey["wave"] == 1]
        row = satisfaction_rate(survey).iloc[0]
        first = headline(survey).iloc[0]
        hits += [row["lower"] <= rate <= row["upper"], first["lower"] <= mean <= first["upper"]]
    assert (hits / 60 >= 0.88).all(), hits
    assert math.isfinite(rate)


def test_a_bootstrap_in_which_an_item_stands_still_is_finite() -> None:
    few = pd.DataFrame({"a": [1, 2, 3], "b": [2, 3, 3], "c": [1, 3, 3]})
    rare = pd.DataFrame({"a": [1] * 200 + [5], "b": [1] * 200 + [5], "c": [1, 2] * 100 + [2]})
    for data in (few, rare):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            table = reliability(data, items=list("abc"), draws=300, seed=1).table()
        assert np.isfinite(table[["estimate", "lower", "upper"]].to_numpy()).all()
        assert (table["upper"] <= 1).all()
    # the one who answers 5 is left out of one draw in e: then a and b stand still, alpha is 0
    assert table["lower"].iloc[1] == 0


def test_an_item_without_weight_says_nothing_of_the_interval() -> None:
    data = SURVEY.assign(rare=SURVEY["item_1"].astype(float))
    data.loc[data.index[3:], "rare"] = np.nan
    weights = {"item_1": 2.0, "item_2": 1.0}
    with_it, without = (
        satisfaction_index(data, items=items)[["index", "lower", "upper"]].to_numpy()
        for items in ({**weights, "rare": 0.0}, weights)
    )
    assert with_it == pytest.approx(without)
