"""Chapter 16: laws, numbers with a source, and recovery of a known truth."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from strategies import instances

from loyaltylab import chain, curve, firm
from loyaltylab.chain import (
    Averaged,
    CriticalIncidents,
    Empowerment,
    TwoWay,
    attribution_needed,
    fit_asymmetry,
    fit_path,
    lagged_effects,
    mediate,
    simulate_chain,
    simulate_levels,
    split_correlation,
    with_and_without,
)
from loyaltylab.chain.mediation_fit import bca

LAW = settings(max_examples=25, deadline=None)
X = ["x0", "x1", "x2"]
WEAK = st.sampled_from([0.0, 1e-100, 0.05, 0.2, 0.31, 0.45])


def close(one: float, other: float, digits: float = 1e-9) -> None:
    assert one == pytest.approx(other, rel=digits, abs=digits)


@pytest.fixture(scope="module")
def linked() -> firm.Firm:
    return firm.Firm(seed=1, customers=5000)


# Laws of the models


@LAW
@given(instances(Averaged))
def test_averaging_one_is_the_person_and_all_the_branch(model: Averaged) -> None:
    close(model.of_means(1), model.individual)
    root = math.sqrt(model.icc_x * model.icc_y) * model.r_between
    inner = math.sqrt((1 - model.icc_x) * (1 - model.icc_y)) * model.r_within
    close(model.individual, root + inner, 1e-7)
    assert -1 <= model.of_means() <= 1
    mirrored = dataclasses.replace(model, r_between=-model.r_between, r_within=-model.r_within)
    close(mirrored.of_means(), -model.of_means())


def test_averaging_inflates_flips_and_leaves_alone() -> None:
    alike = Averaged(icc_x=0.3, icc_y=0.3, r_between=0.4, r_within=0.4, size=100)
    close(alike.of_means(), 0.4)
    trap = Averaged(icc_x=0.1, icc_y=0.1, r_between=0.9, r_within=-0.3)
    assert trap.individual < 0 < trap.of_means(20) < trap.of_means(1000) < 0.9
    assert "turns its sign" in dataclasses.replace(trap, size=20).sentence()
    assert "hardly" in alike.sentence()
    assert "larger" in Averaged(r_within=0.0).sentence()
    assert "smaller" in Averaged(r_between=0.0, r_within=0.5).sentence()
    assert "one person each: nothing is averaged" in Averaged(size=1).sentence()


def test_simulated_levels_have_the_correlations_of_the_model() -> None:
    truth = Averaged(icc_x=0.3, icc_y=0.2, r_between=0.7, r_within=-0.4, size=25)
    seen = simulate_levels(20_000, 25, 0.3, 0.2, 0.7, -0.4, seed=3)
    means = seen.groupby("branch")[["x", "y"]].mean()
    close(means.corr().iloc[0, 1], truth.of_means(), 0.02)
    close(seen[["x", "y"]].corr().iloc[0, 1], truth.individual, 0.02)


@LAW
@given(WEAK, WEAK, WEAK, st.sampled_from([0.0, 1e-100, 0.5, 3.0]))
def test_one_survey_does_not_tell_the_direction(b: float, c: float, a: float, s: float) -> None:
    model = TwoWay(forward=b, backward=c, stability=a, stable=s)
    swapped = dataclasses.replace(model, forward=c, backward=b)
    close(model.cross_section, swapped.cross_section)
    table = model.table()
    close(table["correlation"][table["lag"] == 0].item(), model.cross_section)
    np.testing.assert_allclose(table["swapped"], swapped.table()["correlation"], atol=1e-9)
    if s == 0:
        close(model.cross_section, curve.cross_section(b, c, a), 1e-7)
        np.testing.assert_allclose(model.estimates()["cross_lagged"], [b, c], atol=1e-7)


def test_lasting_levels_bias_the_pooled_estimate_and_not_the_one_inside_many_quarters() -> None:
    calm = TwoWay(forward=0.4, stable=0.0, quarters=40).estimates()
    stable = TwoWay(forward=0.4, stable=3.0, quarters=40).estimates()
    np.testing.assert_allclose(calm["within"], stable["within"])
    np.testing.assert_allclose(stable["within"], stable["true"], atol=0.05)
    assert abs(stable["cross_lagged"][0] - 0.4) > 0.2
    short = TwoWay(forward=0.4, stable=0.0, quarters=4).estimates()
    assert short["within"][1] < -0.1  # Nickell: an effect that is not there


def test_estimates_are_what_the_estimators_find_in_many_branches() -> None:
    model = TwoWay(forward=0.3, backward=0.1, stability=0.4, stable=1.0, quarters=6)
    found = lagged_effects(model.simulate(2_500, seed=2), standardised=False, draws=100)
    for method, column in (("pooled", "cross_lagged"), ("within", "within"), ("corrected", "true")):
        mine = found.loc[found["method"] == method, "effect"]
        np.testing.assert_allclose(mine, model.estimates()[column], atol=0.03)
    assert list(found["cause"]) == ["job_satisfaction", "satisfaction"] * 3
    assert list(found["result"]) == ["satisfaction", "job_satisfaction"] * 3
    swapped = lagged_effects(
        model.simulate(500, seed=2), x="satisfaction", y="job_satisfaction", draws=100
    )
    same = lagged_effects(model.simulate(500, seed=2), draws=100)
    np.testing.assert_allclose(swapped["effect"][[0, 2]], same["effect"][[1, 3]])


def test_two_quarters_of_pooled_are_the_cross_lagged_regression_of_chapter_04() -> None:
    seen = TwoWay(stable=1.0, quarters=3).simulate(300, seed=4)
    wide = seen.pivot_table(index="branch", columns="quarter")
    wide.columns = [f"{name}_{quarter}" for name, quarter in wide.columns]
    pairs = [("job_satisfaction_1", "job_satisfaction_2"), ("satisfaction_1", "satisfaction_2")]
    first = curve.cross_lagged(wide, satisfaction=pairs[0], loyalty=pairs[1])["effect"]
    later = [(a.replace("2", "3"), b.replace("2", "3")) for b, a in pairs]
    later = [(b.replace("1", "2"), a) for a, b in later]
    second = curve.cross_lagged(wide, satisfaction=later[0], loyalty=later[1])["effect"]
    pooled = lagged_effects(seen, standardised=False)["effect"][:2]
    np.testing.assert_allclose(pooled, (first + second) / 2, atol=0.02)


@LAW
@given(instances(CriticalIncidents))
def test_one_factor_is_told_as_two(model: CriticalIncidents) -> None:
    good, bad = model.motivators
    assert bad <= model.own + 1e-12
    assert good >= model.own - 1e-12
    table = model.table()
    np.testing.assert_allclose(table.groupby("incident")["told_share"].sum(), 1)
    np.testing.assert_allclose(table.groupby("incident")["true_share"].sum(), 1)
    assert (table["lower"] <= table["told_share"] + 1e-9).all()
    assert (table["upper"] >= table["told_share"] - 1e-9).all()
    assume(0.01 < model.own < 0.99)
    back = attribution_needed(good, bad, (model.own,)).iloc[0]
    close(back["credit"], model.credit, 1e-6)
    close(back["blame"], model.blame, 1e-6)


def test_told_days_are_drawn_as_the_model_says() -> None:
    model = CriticalIncidents(own=0.4, credit=0.7, blame=0.3, told=50_000)
    seen = model.simulate(seed=1)
    told = seen.groupby("incident")["told"].agg(lambda v: (v == "motivator").mean())
    close(told["good"], 0.4 + 0.6 * 0.7, 0.01)
    close(told["bad"], 0.4 * 0.7, 0.01)
    close((seen["cause"] == "motivator").mean(), 0.4, 0.01)


@LAW
@given(instances(Empowerment))
def test_a_product_is_never_above_the_sum_and_0_where_one_is_missing(model: Empowerment) -> None:
    assert model.product_mean <= model.sum_mean + 1e-12
    assert (min(model.degrees) > 0) == (model.product_mean > 0)
    none = dataclasses.replace(model, **{model.varied: 0.0})
    row = model.table().set_index("factor").loc[model.varied]
    close(none.sum_mean, row["sum_without"])
    close(none.product_mean, row["product_without"])


def test_the_picture_of_empowerment_is_its_two_means() -> None:
    model = Empowerment(trust=0.2, ability=0.5, willingness=0.9, varied="willingness")
    drawn = {line.get_gid(): line for line in model.plot().lines if line.get_gid()}
    np.testing.assert_allclose(drawn["here"].get_ydata(), [model.sum_mean, model.product_mean])
    np.testing.assert_allclose(drawn["here"].get_xdata(), 0.9)
    for gid, at in (("sum", (0.2 + 0.5 + 0.8 + 1) / 4), ("product", (0.2 * 0.5 * 0.8) ** 0.25)):
        close(np.asarray(drawn[gid].get_ydata())[-1], at)
    row = model.table().set_index("factor").loc["willingness"]
    close(np.asarray(drawn["sum"].get_ydata())[0], row["sum_without"])


# Robinson's identity


@LAW
@given(st.integers(0, 10**6), st.integers(5, 20), st.integers(2, 6))
def test_total_is_between_and_within_exactly_by_robinson_1950(seed: int, g: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    branch = np.concatenate([np.arange(g), rng.integers(0, g, g * m)])
    frame = pd.DataFrame(rng.normal(size=(len(branch), 2)) * [1, 1e6], columns=["x", "y"])
    frame["x"] += 3 * np.sin(branch)
    found = split_correlation(frame.assign(branch=branch), x="x", y="y", draws=100).table()
    total, between, within = found["correlation"]
    close(total, np.corrcoef(frame["x"], frame["y"])[0, 1])
    means = frame.groupby(branch)[["x", "y"]].transform("mean")
    close(between, np.corrcoef(means["x"], means["y"])[0, 1])
    apart = frame - means
    close(within, np.corrcoef(apart["x"], apart["y"])[0, 1])
    eta = [math.sqrt(means[c].var() / frame[c].var()) for c in "xy"]
    close(
        total, eta[0] * eta[1] * between + math.sqrt((1 - eta[0] ** 2) * (1 - eta[1] ** 2)) * within
    )
    close(found["part"][1:].sum(), total)


def test_a_level_without_variance_has_no_correlation() -> None:
    frame = pd.DataFrame({"x": [1, 2] * 6, "y": range(12), "branch": np.repeat(range(6), 2)})
    found = split_correlation(frame, x="x", y="y", draws=100)
    table = found.table().set_index("level")
    assert math.isnan(table.loc["between", "correlation"])
    assert table.loc["between", "part"] == 0
    close(table.loc["within", "part"], table.loc["total", "correlation"])
    assert "undefined" in found.sentence()


def test_spread_is_the_analysis_of_variance() -> None:
    seen = simulate_levels(400, 10, icc_x=0.3, icc_y=0.1, seed=2)
    found = split_correlation(seen, x="x", y="y", draws=100).spread().set_index("column")
    close(found.loc["x", "icc"], 0.3, 0.06)
    close(found.loc["y", "icc"], 0.1, 0.05)
    assert (found["size"] == 10).all()
    icc = found.loc["x", "icc"]
    close(found.loc["x", "reliability"], 10 * icc / (1 + 9 * icc))


def test_split_ignores_order_index_and_counts_missing() -> None:
    seen = simulate_levels(12, 8, seed=3)
    one = split_correlation(seen, x="x", y="y").table()
    mixed = seen.sample(frac=1, random_state=1).set_axis([0] * len(seen))
    other = split_correlation(mixed, x="x", y="y", seed=1).table()
    np.testing.assert_allclose(one["correlation"], other["correlation"])
    lacking = seen.assign(x=seen["x"].where(seen.index > 4))
    table = split_correlation(lacking, x="x", y="y").table()
    assert (table["missing"] == 5).all()
    assert (table["people"] == 91).all()
    wide, narrow = (split_correlation(seen, x="x", y="y", level=v).table() for v in (0.99, 0.5))
    assert (wide["lower"] < narrow["lower"]).all()
    assert (wide["upper"] > narrow["upper"]).all()


# The path model


def test_standardised_paths_are_raw_ones_times_the_spread() -> None:
    seen = simulate_chain(80, (0.5, 0.4, 0.3), seed=1)
    seen["x2"] = 100 + 50 * seen["x2"]
    found = fit_path(seen, chain=["x0", "x1", "x2", "x3"], controls=["area"]).table()
    spread = seen.std()
    for row in found.itertuples():
        close(row.path, row.raw * spread[row.source] / spread[row.target])
        assert row.lower < row.path < row.upper
    assert list(found["kind"]) == ["link", "control"] * 3
    assert (found["n"] == 80).all()


def test_effects_along_the_chain_are_products_and_with_all_links_sums() -> None:
    seen = simulate_chain(300, (0.5, 0.4), seed=1)
    found = fit_path(seen, chain=X).effects().set_index(["source", "target"])
    total = found["total"]
    close(total["x0", "x2"], total["x0", "x1"] * total["x1", "x2"])
    assert found.loc[("x0", "x2"), "direct"] == 0
    every = fit_path(seen, chain=X, links="all").effects().set_index(["source", "target"])
    close(every.loc[("x0", "x2"), "total"], seen[X].corr().loc["x0", "x2"])
    row = every.loc[("x0", "x2")]
    close(row["direct"] + row["indirect"], row["total"])
    for kind in ("direct", "indirect", "total"):
        assert row[f"{kind}_lower"] < row[kind] < row[f"{kind}_upper"]


def test_intervals_are_those_of_statsmodels() -> None:
    import statsmodels.formula.api as smf

    seen = simulate_chain(60, (0.5, 0.4), seed=4)
    found = fit_path(seen, chain=X, controls=["area"], level=0.9).table().iloc[2]
    assert (found["source"], found["target"]) == ("x1", "x2")
    by_hand = smf.ols("x2 ~ x1 + area", seen).fit(cov_type="HC3", use_t=True)
    close(found["raw"], by_hand.params["x1"])
    np.testing.assert_allclose(
        found[["raw_lower", "raw_upper"]].tolist(), by_hand.conf_int(0.1).loc["x1"]
    )
    seen["town"] = seen["branch"] // 5
    found = fit_path(seen, chain=["x1", "x2"], cluster="town").table().iloc[0]
    how: dict[str, Any] = {"cov_type": "cluster", "cov_kwds": {"groups": seen["town"]}}
    by_hand = smf.ols("x2 ~ x1", seen).fit(use_t=True, **how)
    np.testing.assert_allclose(
        found[["raw_lower", "raw_upper"]].tolist(), by_hand.conf_int().loc["x1"]
    )


def test_what_a_chain_predicts_is_passed_on_link_by_link() -> None:
    seen = simulate_chain(100, (0.5, 0.4), seed=4)
    found = fit_path(seen, chain=X)
    raw = found.table().set_index("target")["raw"]
    first = found.predict(pd.DataFrame({"x0": [1.0, 2.0]})).set_index(["row", "target"])
    step = first["predicted"].unstack()  # noqa: PD010
    close(step["x1"][1] - step["x1"][0], raw["x1"])
    close(step["x2"][1] - step["x2"][0], raw["x1"] * raw["x2"])
    assert (first["lower"] < first["predicted"]).all()
    assert (first["predicted"] < first["upper"]).all()
    middle = found.predict(pd.DataFrame({"x0": [seen["x0"].mean()]})).set_index("target")
    close(middle.loc["x2", "predicted"], seen["x2"].mean())


def test_the_diagram_says_what_the_table_says() -> None:
    found = fit_path(simulate_chain(60, (0.5, 0.4), seed=4), chain=X, controls=["area"])
    texts = {t.get_text() for t in found.plot().texts}
    for row in found.table().itertuples():
        number = f"{row.path:.2f}\n[{row.lower:.2f}, {row.upper:.2f}]".replace("-", "−")
        assert number in texts, number
    assert {"x0", "x1", "x2", "area"} <= texts


def test_a_common_cause_makes_a_path_that_is_not_there() -> None:
    seen = simulate_chain(2000, (0.4, 0.0), area=(0.6, 0.4, 0.6), seed=1)
    found = with_and_without(seen, chain=X, draws=200).iloc[1]
    assert found["without_lower"] > 0.2
    assert found["with_lower"] < 0 < found["with_upper"]
    assert found["change_upper"] < -0.2
    close(found["change"], found["with_controls"] - found["without"])
    alone = fit_path(seen, chain=X).table().iloc[1]
    close(found["without"], alone["path"])


def test_rows_that_lack_a_value_are_counted_and_columns_may_stand_in_any_order() -> None:
    seen = simulate_chain(60, (0.5, 0.4), seed=4)
    holes = seen.assign(x1=seen["x1"].where(seen.index > 2))
    found = fit_path(holes[["x2", "branch", "x1", "x0"]].sample(frac=1, random_state=1), chain=X)
    assert (found.table()["missing"] == 3).all()
    same = fit_path(seen.iloc[3:], chain=X).table().drop(columns="missing")
    assert_frame_equal(found.table().drop(columns="missing"), same)
    assert "0.36" in found.note


# Mediation


def test_mediation_adds_up_and_sobel_is_by_its_formula() -> None:
    import statsmodels.formula.api as smf

    seen = simulate_chain(60, (0.6, 0.5), seed=3)
    found = mediate(seen, source="x0", mediator="x1", outcome="x2", controls=["area"])
    table = found.table().set_index(["quantity", "method"])
    a, b = table.loc[("a", "HC3"), "estimate"], table.loc[("b", "HC3"), "estimate"]
    close(table.loc[("indirect", "BCa"), "estimate"], a * b)
    total = table.loc[("direct", "HC3"), "estimate"] + a * b
    close(table.loc[("total", "HC3"), "estimate"], total)
    close(table.loc[("proportion", "percentile"), "estimate"], a * b / total)
    error = math.sqrt((a * found.fits["b"].bse[2]) ** 2 + (b * found.fits["a"].bse[1]) ** 2)
    close(table.loc[("indirect", "Sobel"), "upper"], a * b + 1.959964 * error, 1e-6)
    names = {"source": "x0", "mediator": "x1", "outcome": "x2"}
    raw = mediate(seen, controls=["area"], standardised=False, **names)
    a0 = smf.ols("x1 ~ x0 + area", seen).fit().params["x0"]
    b0 = smf.ols("x2 ~ x0 + x1 + area", seen).fit().params["x1"]
    close(raw.indirect, a0 * b0)
    for name, want in (("a", a0), ("b", b0)):
        close(raw.table().set_index("quantity").loc[name, "estimate"], want)
    close(raw.proportion, found.proportion, 0.1)
    np.testing.assert_allclose(np.median(raw.drawn["indirect"]), a0 * b0, rtol=0.2)


def test_left_out_is_the_mediation_of_the_other_branches() -> None:
    seen = simulate_chain(12, (0.6, 0.5), seed=3).assign(town=lambda f: f["branch"] // 3)
    names: dict[str, Any] = {"source": "x0", "mediator": "x1", "outcome": "x2", "draws": 100}
    found = mediate(seen, standardised=False, **names).left_out
    towns = mediate(seen, cluster="town", **names).left_out
    assert found is not None
    assert towns is not None
    for one in (0, 7):
        other = mediate(seen[seen["branch"] != one], standardised=False, **names)
        close(found[one], other.indirect)
    close(towns[2], mediate(seen[seen["town"] != 2], **names).indirect)
    assert len(towns) == 4


def test_units_far_apart_give_the_same_numbers() -> None:
    seen = simulate_chain(40, (0.6, 0.5), seed=3)
    odd = seen.assign(x0=1e6 + 1e-3 * seen["x0"], x1=1e-12 * seen["x1"], x2=1e11 * seen["x2"])
    one, other = (fit_path(f, chain=X, draws=100).table() for f in (seen, odd))
    np.testing.assert_allclose(other["path"], one["path"], rtol=1e-4)
    np.testing.assert_allclose(other["raw"], one["raw"] * [1e-9, 1e23], rtol=1e-4)
    names: dict[str, Any] = {"source": "x0", "mediator": "x1", "outcome": "x2", "draws": 100}
    raw, far = (mediate(f, standardised=False, **names).table() for f in (seen, odd))
    ends = ["estimate", "lower", "upper"]
    scale = [1e-9, 1e23, *[1e14] * 5, 1.0]
    np.testing.assert_allclose(far[ends], raw[ends].mul(scale, axis=0), rtol=1e-3)
    panel = TwoWay(quarters=6).simulate(30, seed=1)
    wide = panel.assign(satisfaction=1e9 * panel["satisfaction"])
    near, far = (lagged_effects(f, standardised=False, draws=100) for f in (panel, wide))
    want = near["effect"] * np.tile([1e9, 1e-9], 3)
    np.testing.assert_allclose(far["effect"], want, rtol=1e-6)
    np.testing.assert_allclose(far["upper"], near["upper"] * np.tile([1e9, 1e-9], 3), rtol=1e-6)


def test_a_branch_without_an_answer_is_left_out_and_counted() -> None:
    seen = simulate_chain(60, (0.5, 0.4), seed=4)
    holes = seen.assign(x1=seen["x1"].where(seen.index > 2))
    found = fit_path(holes, chain=X, branch="branch").table()
    assert (found["missing"] == 3).all()
    people = simulate_levels(12, 8, seed=3)
    silent = people.assign(x=people["x"].where(people["branch"] > 1))
    table = split_correlation(silent, x="x", y="y", draws=100).table()
    assert (table["branches"] == 10).all()
    assert (table["missing"] == 16).all()
    rest = people[people["branch"] > 1]
    same = split_correlation(rest, x="x", y="y", draws=100).table()
    np.testing.assert_allclose(table["correlation"], same["correlation"])


@pytest.mark.slow
def test_mediation_agrees_with_that_of_statsmodels() -> None:
    import statsmodels.api as sm
    from statsmodels.stats.mediation import Mediation

    seen = simulate_chain(150, (0.6, 0.5), seed=3)
    mine = mediate(
        seen, source="x0", mediator="x1", outcome="x2", standardised=False, draws=2000, seed=1
    )
    np.random.seed(1)  # noqa: NPY002 statsmodels draws from the global stream only
    theirs = Mediation(
        sm.OLS.from_formula("x2 ~ x0 + x1", seen), sm.OLS.from_formula("x1 ~ x0", seen), "x0", "x1"
    ).fit(method="parametric", n_rep=120)
    acme = theirs.summary().loc["ACME (average)"]
    table = mine.table().set_index("method").loc["percentile"].iloc[0]
    close(table["estimate"], acme["Estimate"], 0.03)
    close(table["lower"], acme["Lower CI bound"], 0.08)
    close(table["upper"], acme["Upper CI bound"], 0.08)


def test_bca_is_that_of_scipy() -> None:
    from scipy import stats as scipy_stats

    sample = np.random.default_rng(2).exponential(size=40)
    theirs = scipy_stats.bootstrap((sample,), np.mean, n_resamples=20_000, rng=1)
    left = (sample.sum() - sample) / 39
    mine = bca(float(sample.mean()), theirs.bootstrap_distribution, left, 0.95)
    np.testing.assert_allclose(mine, theirs.confidence_interval, atol=2e-3)


def test_a_proportion_of_nothing_has_no_interval() -> None:
    seen = simulate_chain(40, (0.0, 0.0), seed=1)
    table = mediate(seen, source="x0", mediator="x1", outcome="x2").table().set_index("quantity")
    assert math.isinf(table.loc["proportion", "lower"])
    assert "may be 0" in mediate(seen, source="x0", mediator="x1", outcome="x2").sentence()


def test_clusters_widen_the_intervals_of_a_repeated_table() -> None:
    seen = simulate_chain(40, (0.6, 0.5), seed=3)
    twice = pd.concat([seen] * 4).assign(town=lambda f: f["branch"])
    names = {"source": "x0", "mediator": "x1", "outcome": "x2"}
    one, naive = mediate(seen, **names).table(), mediate(twice, **names).table()
    honest = mediate(twice, cluster="town", **names).table()
    size = [t["upper"] - t["lower"] for t in (one, naive, honest)]
    assert (size[1][:7] < 0.65 * size[0][:7]).all()
    assert (size[2][:7] > 0.8 * size[0][:7]).all()
    assert list(honest["method"][:4]) == ["cluster"] * 4


# Asymmetry


def test_penalty_and_reward_are_found_where_they_are() -> None:
    rng = np.random.default_rng(1)
    seen = pd.DataFrame(rng.integers(1, 6, (4000, 3)), columns=["pay", "growth", "both"])
    seen["content"] = 0.5 * (
        seen["pay"].clip(upper=3) + seen["growth"].clip(lower=3) + seen["both"]
    ) + rng.normal(0, 0.5, 4000)
    fitted = fit_asymmetry(
        seen, "content", ["pay"], ["growth", "both"], cluster=None, shape="slopes"
    )
    table = fitted.table().set_index("factor")
    close(table.loc["pay", "penalty"], 0.5, 0.1)
    close(table.loc["growth", "reward"], 0.5, 0.1)
    for key in ("penalty", "reward"):
        close(table.loc["both", key], 0.5, 0.1)
    assert list(table["verdict"])[:2] == ["hurts more", "pleases more"]
    assert table.loc["both", "verdict"] == "no asymmetry is shown"
    np.testing.assert_allclose(table["difference"], table["reward"] - table["penalty"])
    assert "2 show the asymmetry" in fitted.sentence()
    at = fitted.predict(pd.DataFrame({"pay": [3, 1], "growth": [3, 3], "both": [3, 3]}))
    close(at["predicted"][0] - at["predicted"][1], 2 * table.loc["pay", "penalty"])
    dummies = fit_asymmetry(seen, "content", ["pay"], ["growth", "both"], cluster=None)
    flat = dummies.table().set_index("factor")
    close(flat.loc["pay", "penalty"], 0.75, 0.1)  # halfway between one point and two
    close(flat.loc["growth", "reward"], 0.75, 0.1)


def test_bars_of_asymmetry_are_the_table(linked: firm.Firm) -> None:
    fitted = fit_asymmetry(linked.employees)
    table, ax = fitted.table(), fitted.plot()
    wide = [bar.get_width() for bar in ax.patches]
    np.testing.assert_allclose(wide, [*(-table["penalty"]), *table["reward"]])
    assert list(table["claimed"]) == ["hygiene"] * 2 + ["motivator"] * 2
    assert (table["clusters"] == 60).all()


def test_level_reaches_every_interval(linked: firm.Firm) -> None:
    seen, panel = simulate_chain(40, (0.6, 0.5), seed=3), TwoWay(quarters=5).simulate(20, seed=1)
    names: dict[str, Any] = {"source": "x0", "mediator": "x1", "outcome": "x2", "draws": 200}
    wide, narrow = (
        [
            fit_path(seen, chain=X, level=level, draws=200).predict(seen.head(3)),
            with_and_without(seen, chain=X, level=level, draws=200),
            mediate(seen, level=level, **names).table(),
            lagged_effects(panel, level=level, draws=200),
            fit_asymmetry(linked.employees, level=level).table(),
        ]
        for level in (0.95, 0.5)
    )
    for one, other in zip(wide, narrow, strict=True):
        for column in [c for c in one if str(c).endswith("lower")]:
            assert (one[column] < other[column]).all(), column
            top = str(column).replace("lower", "upper")
            assert (one[top] > other[top]).all(), top


# Sourced


def test_fisher_1915_sixty_branches_show_what_eighty_percent_power_needs() -> None:
    from scipy.stats import norm

    r = chain.detectable(60, power=0.8, level=0.95)
    z = math.atanh(r) * math.sqrt(57)
    close(norm.cdf(z - norm.ppf(0.975)), 0.8, 1e-6)


def test_herzberg_1968_shares_as_quoted_need_half_of_luck_and_of_failure_misplaced() -> None:
    row = attribution_needed(0.81, 0.31, (0.56,)).iloc[0]
    close(row["credit"], 0.25 / 0.44)
    close(row["blame"], 1 - 0.31 / 0.56)


def test_document_003_names_three_steps_and_four_terms() -> None:
    assert list(chain.internal_steps()["step"]) == [1, 2, 3]
    for finding, counted in ((chain.four_terms()[0], 4), (chain.team_and_life()[0], 3)):
        assert finding.computed == counted
        assert finding.agrees is None  # our own transcription, and our own division
    assert chain.herzberg_dated()[0].agrees
    assert chain.herzberg_dated(1966)[0].agrees is False
    assert list(chain.two_factors()["factor"]) == ["hygiene", "motivator", "neither"]


def test_claims_turn_with_their_inputs() -> None:
    sure = {f.reading: f.computed for f in chain.inside_determines_outside((1.0, 1.0))}
    close(sure["pairs of branches in the contrary order"] or 0, 0)
    rng = np.random.default_rng(1)
    x = rng.standard_normal((200_000, 2))
    y = 0.36 * x + math.sqrt(1 - 0.36**2) * rng.standard_normal((200_000, 2))
    drawn = np.mean((x[:, 0] > x[:, 1]) != (y[:, 0] > y[:, 1]))
    close(chain.inside_determines_outside()[3].computed or 0, drawn, 0.01)
    refused = chain.customers_may_be_wrong(leaves=0.01)
    assert refused[-1].computed == 0
    assert chain.both_help_each_other()[2].computed == pytest.approx(0, abs=1e-12)
    close(chain.team_and_life(people=4, pair=-0.5)[2].computed or 0, 1.0)


# Recovery on the linked firm


def test_the_chain_of_the_firm_is_found(linked: firm.Firm) -> None:
    truth = linked.truth.chain().set_index(["source", "target"])["path"]
    found = fit_path(linked.branch_latent, chain=["area", "morale", "service"], links="all").table()
    for row in found.itertuples():
        assert row.lower < truth[row.source, row.target] < row.upper, (row.source, row.target)
    both = linked.branches.merge(linked.branch_latent[["branch", "morale"]], on="branch")
    both["true"] = linked.branch_latent["service"]
    through = mediate(
        both,
        source="morale",
        mediator="true",
        outcome="satisfaction",
        standardised=False,
        level=0.999,
    )
    indirect = through.table().set_index("method").loc["BCa"]
    assert indirect["lower"] < truth["morale", "satisfaction"] < indirect["upper"]


def test_the_firm_holds_the_level_trap(linked: firm.Firm) -> None:
    found = split_correlation(linked.employees).table().set_index("level")
    assert linked.truth.within_rating < 0
    assert found.loc["within", "upper"] < 0 < found.loc["between", "lower"]


@pytest.mark.slow
def test_profit_of_the_firm_is_confounded_by_its_area() -> None:
    change, paths = [], []
    for seed in range(20):
        branches = firm.Firm(seed=seed, customers=2000).branches
        found = with_and_without(branches, chain=["job_satisfaction", "profit_cents"], draws=100)
        change.append(found["change"].item())
        paths.append(found["without"].item())
    assert np.mean(change) < -0.05
    assert np.mean(paths) > 0.1


@pytest.mark.slow
def test_directions_of_the_firm_are_found() -> None:
    seen = []
    for seed in range(40):
        panel = firm.Firm(seed=seed, customers=200).branch_panel
        seen.append(lagged_effects(panel, draws=100, standardised=False)["effect"].to_numpy()[4:])
    truth = firm.Truth()
    # in the units of the panel: a deviation is 0.2 points of morale and 0.15 of satisfaction
    want = [truth.forward * 0.15 / 0.2, truth.backward * 0.2 / 0.15]
    np.testing.assert_allclose(np.mean(seen, axis=0), want, atol=0.05)


@pytest.mark.slow
def test_intervals_of_an_indirect_effect_cover_it() -> None:
    inside: dict[str, list[bool]] = {"BCa": [], "percentile": [], "Sobel": []}
    for seed in range(100):
        seen = simulate_chain(60, (0.5, 0.4), seed=seed)
        found = mediate(seen, source="x0", mediator="x1", outcome="x2", draws=1000, seed=seed)
        table = found.table().set_index("method")
        for method, hits in inside.items():
            row = table.loc[[method]].query("quantity == 'indirect'").iloc[0]
            hits.append(row["lower"] <= 0.2 <= row["upper"])
    for method, hits in inside.items():
        assert 0.90 <= np.mean(hits) <= 0.985, (method, np.mean(hits))


@pytest.mark.slow
def test_intervals_of_paths_levels_and_directions_cover_the_truth() -> None:
    inside: dict[str, list[list[bool]]] = {}

    def note(name: str, low: float, true: float, high: float) -> None:
        off = abs(true - (low + high) / 2) / ((high - low) / 2)
        inside.setdefault(name, []).append([off <= 1, off <= 0.674 / 1.96])

    for seed in range(60):
        seen = simulate_chain(60, (0.5, 0.4), area=(0.4, 0.2, 0.3), seed=seed)
        fitted = fit_path(seen, chain=X, controls=["area"], draws=500, seed=seed)
        row = fitted.table().iloc[2]
        note("path", row["lower"], 0.4, row["upper"])
        total = fitted.effects().iloc[1]
        note("total", total["total_lower"], 0.2, total["total_upper"])
        people = simulate_levels(60, 12, 0.25, 0.25, 0.8, -0.3, seed=seed)
        table = split_correlation(people, x="x", y="y", draws=500).table()
        note("within", table["lower"][2], -0.3, table["upper"][2])
        among = Averaged(icc_x=0.25, icc_y=0.25, r_within=-0.3, size=12)
        note("between", table["lower"][1], among.of_means(), table["upper"][1])
        panel = TwoWay(forward=0.3, backward=0.1, stability=0.4, stable=1.0).simulate(60, seed=seed)
        lag = lagged_effects(panel, standardised=False, draws=300).iloc[4]
        note("corrected", lag["lower"], 0.3, lag["upper"])
    for name, hits in inside.items():
        whole, half = np.mean(hits, axis=0)  # the middle of the interval: none is far too wide
        assert whole >= 0.89, (name, whole)
        assert 0.3 <= half <= 0.7, (name, half)
