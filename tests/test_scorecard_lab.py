"""Chapter 17's lab: before/after, its cures, and how often each finds a truth that is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as sps
from strategies import instances

from loyaltylab import firm
from loyaltylab.base import figure as fig
from loyaltylab.scorecard.before_after import before_after
from loyaltylab.scorecard.did import weekly_difference
from loyaltylab.scorecard.did_rows import customer_difference, orders_by_period
from loyaltylab.scorecard.effect import Effect, plot_effects
from loyaltylab.scorecard.fitting import fitted
from loyaltylab.scorecard.lab import how_often, plot_how_often, which_method_finds_it
from loyaltylab.scorecard.members import club_effects, club_orders
from loyaltylab.scorecard.regress_mean import regression_to_mean
from loyaltylab.scorecard.regress_model import RegressionToMean
from loyaltylab.scorecard.series import interrupted_series
from loyaltylab.scorecard.series_power import SeriesPower
from loyaltylab.scorecard.sizes import size_for_means, size_for_shares
from loyaltylab.scorecard.study_power import StudyPower

START = 66
A, B = "high competition", "low competition"


def ar1(rng: np.random.Generator, n: int, rho: float) -> np.ndarray:
    x = np.empty(n)
    x[0] = rng.normal()
    for t in range(1, n):
        x[t] = rho * x[t - 1] + math.sqrt(1 - rho**2) * rng.normal()
    return x


def shop(
    seed: int,
    *,
    effect: float = 0.15,
    trend: float = 0.1,
    season: float = 0.2,
    common: float = 0.08,
    own: float = 0.05,
    rho: float = 0.6,
) -> pd.DataFrame:
    """Return two regions of 104 weeks: season, trend, shocks that last, and a step in one."""
    rng, t = np.random.default_rng(seed), np.arange(104)
    calm = 6 + trend * t / 52 + season * np.cos(2 * np.pi * (t - 50) / 52.18)
    calm = calm + common * ar1(rng, 104, rho)
    parts = []
    for name in (A, B):
        log = calm + own * ar1(rng, 104, rho) + effect * (t >= START - 1) * (name == A)
        parts.append(pd.DataFrame({"week": t + 1, "region": name, "orders": np.exp(log)}))
    return pd.concat(parts, ignore_index=True)


# --- the estimates themselves -------------------------------------------------------------


def test_before_after_is_welch_and_sees_only_the_treated() -> None:
    seen = shop(1)
    log = np.log(seen.loc[seen["region"] == A, "orders"].to_numpy())
    test = sps.ttest_ind(log[65:], log[:65], equal_var=False)
    low, high = test.confidence_interval(0.9)
    found = before_after(seen, start=START, level=0.9)
    assert found.estimate == pytest.approx(math.exp(log[65:].mean() - log[:65].mean()))
    assert (found.lower, found.upper) == pytest.approx((math.exp(low), math.exp(high)))
    changed = seen.assign(orders=seen["orders"].where(seen["region"] == A, 5.0))
    assert before_after(changed, start=START, level=0.9).estimate == found.estimate


def test_a_year_before_pairs_the_same_weeks() -> None:
    seen = shop(2)
    y = seen.loc[seen["region"] == A, "orders"].to_numpy()
    found = before_after(seen, start=START, against="a year before", ratio=False)
    low, high = sps.ttest_1samp(y[65:104] - y[13:52], 0).confidence_interval(0.95)
    assert found.n == 39
    assert (found.lower, found.upper) == pytest.approx((low, high))


def test_a_season_that_repeats_is_out_of_the_year_before_and_in_before_after() -> None:
    seen = shop(1, effect=0, trend=0, common=0, own=0, season=0.3)
    seen["orders"] = np.exp(6 + 0.3 * np.cos(2 * np.pi * seen["week"] / 52))
    assert abs(math.log(before_after(seen, start=START).estimate)) > 0.04
    year = before_after(seen, start=START, against="a year before")
    assert year.estimate == pytest.approx(1.0)


def test_difference_in_differences_is_the_four_means() -> None:
    seen = shop(3)
    log = np.log(seen["orders"].to_numpy()).reshape(2, 104)
    gap = log[0] - log[1]
    expected = math.exp(gap[65:].mean() - gap[:65].mean())
    fit = weekly_difference(seen, start=START, errors="hac")
    assert fit.effect().estimate == pytest.approx(expected)
    assert math.exp(fit.table()["change"].iloc[2]) == pytest.approx(expected)
    table = fit.table().set_index("side")
    assert table.loc["treated", "before"] == pytest.approx(log[0, :65].mean())
    assert table.loc["others", "after"] == pytest.approx(log[1, 65:].mean())
    assert weekly_difference(seen, start=START, treated=B, errors="ols").effect().estimate == (
        pytest.approx(1 / expected)
    )


@settings(max_examples=4, deadline=None)
@given(st.floats(-0.5, 0.5), st.floats(-1, 1))
def test_what_hits_both_regions_drops_out_of_the_difference(jump: float, slope: float) -> None:
    seen = shop(4)
    hit = np.exp(jump * (seen["week"] >= 80) + slope * seen["week"] / 104)
    plain = weekly_difference(seen, start=START).effect()
    other = weekly_difference(seen.assign(orders=seen["orders"] * hit), start=START).effect()
    assert other.estimate == pytest.approx(plain.estimate)
    assert other.upper == pytest.approx(plain.upper)


def test_rows_may_come_in_any_order_and_with_any_index() -> None:
    seen = shop(5)
    mixed = seen.sample(frac=1, random_state=1).set_index(np.zeros(208, int))[
        ["orders", "region", "week"]
    ]
    for call in (
        lambda d: before_after(d, start=START),
        lambda d: weekly_difference(d, start=START).effect(),
        lambda d: interrupted_series(d, start=START, control=True).effect(),
    ):
        assert call(mixed).table().equals(call(seen).table())


def test_newey_west_is_that_of_statsmodels_with_the_lags_stated() -> None:
    import statsmodels.formula.api as smf

    seen = shop(6)
    log = np.log(seen["orders"].to_numpy()).reshape(2, 104)
    frame = pd.DataFrame({"gap": log[0] - log[1], "after": np.arange(104) >= 65})
    for lags, stated in ((None, 4), (9, 9)):
        result = smf.ols("gap ~ after", frame).fit(
            cov_type="HAC", cov_kwds={"maxlags": stated, "use_correction": True}, use_t=True
        )
        fit = weekly_difference(seen, start=START, errors="hac", lags=lags, level=0.8)
        low, high = np.exp(result.conf_int(0.2).to_numpy()[1])
        assert fit.fit.lags == stated
        assert (fit.effect().lower, fit.effect().upper) == pytest.approx((low, high))


def test_series_finds_trend_season_and_step_of_a_series_without_noise() -> None:
    week = np.arange(1, 157)
    log = 5 + 0.002 * (week - 1) + 0.2 * np.sin(2 * np.pi * week / 52.1775) + 0.1 * (week >= 100)
    log += 0.003 * (week - 100) * (week >= 100) + 1e-6 * (-1.0) ** week
    seen = pd.DataFrame({"week": week, "orders": np.exp(log)})
    fit = interrupted_series(seen, start=100, group=None, slope=True, harmonics=1, errors="ols")
    terms = fit.table().set_index("term")["estimate"]
    wanted = {"trend": 0.002, "level": 0.1, "slope": 0.003, "sine 1": 0.2, "cosine 1": 0.0}
    for term, value in wanted.items():
        assert terms[term] == pytest.approx(value, abs=1e-5)
    mean = 0.1 + 0.003 * np.arange(57).mean()
    assert fit.effect().estimate == pytest.approx(math.exp(mean), rel=1e-5)
    table = fit.predict()
    late = table["week"] >= 100
    assert np.allclose(table.loc[~late, "fitted"], table.loc[~late, "without"])
    ratio = np.log(table.loc[late, "fitted"] / table.loc[late, "without"])
    assert ratio.mean() == pytest.approx(mean, rel=1e-4)


def test_a_control_series_takes_out_what_hits_both() -> None:
    seen = shop(7, effect=0.1, own=0.001)
    hit = seen["orders"] * np.exp(0.3 * (seen["week"] >= START))
    seen = seen.assign(orders=hit)
    alone = interrupted_series(seen, start=START).effect()
    both = interrupted_series(seen, start=START, control=True).effect()
    assert alone.lower > math.exp(0.2)
    assert both.estimate == pytest.approx(math.exp(0.1), abs=0.02)
    assert both.method.endswith("control")


def test_level_reaches_every_interval() -> None:
    seen, rates = shop(8), members(1, 4000)
    panel = branches(1)
    wide: dict[str, Any] = {"level": 0.99}
    calls: list[Any] = [
        lambda **k: before_after(seen, start=START, **k).table(),
        lambda **k: before_after(seen, start=START, against="a year before", **k).table(),
        lambda **k: interrupted_series(seen, start=START, **k).effect().table(),
        lambda **k: interrupted_series(seen, start=START, **k).table(),
        lambda **k: weekly_difference(seen, start=START, **k).effect().table(),
        lambda **k: weekly_difference(seen, start=START, **k).parallel(),
        lambda **k: weekly_difference(seen, start=START, **k).placebo(),
        lambda **k: weekly_difference(seen, start=START, **k).by_time().query("not reference"),
        lambda **k: club_effects(rates, **k),
        lambda **k: regression_to_mean(panel, earlier=3, selected=None, **k).table(),
        lambda **k: customer_difference(people(1), **k).table(),
    ]
    for call in calls:
        usual, wider = call(), call(**wide)
        assert (wider["lower"] < usual["lower"]).all()
        assert (wider["upper"] > usual["upper"]).all()


def test_autocorrelation_widens_the_interval_and_is_found() -> None:
    rho = [weekly_difference(shop(s), start=START).fit.rho for s in range(12)]
    assert 0.45 < np.mean(rho) < 0.75
    seen = shop(9, rho=0.8)
    widths = {}
    for errors in ("ols", "ar1"):
        found = weekly_difference(seen, start=START, errors=errors).effect()
        widths[errors] = math.log(found.upper / found.lower)
    assert widths["ar1"] > 1.5 * widths["ols"]


def test_autocorrelation_is_raised_for_the_terms_that_were_taken_off() -> None:
    from statsmodels.regression.linear_model import GLSAR

    y = ar1(np.random.default_rng(5), 60, 0.5)
    design = np.column_stack([np.ones(60), np.arange(60) >= 30, np.arange(60), np.arange(60) ** 2])
    model = GLSAR(y, design.astype(float), 1)
    model.iterative_fit(maxiter=20)
    raw = float(np.ravel(model.rho)[0])
    assert fitted(y, design.astype(float), "ar1", None).rho == pytest.approx(
        raw + 2 * (1 + 3 * raw) / 60
    )


def test_weeks_after_a_year_have_no_pair_that_lies_before() -> None:
    week = np.arange(1, 131)
    seen = pd.DataFrame({"week": week, "orders": np.exp(5 + 0.01 * np.sin(week) + (week >= 60))})
    found = before_after(seen, start=60, group=None, against="a year before")
    assert found.n == 52
    assert found.estimate == pytest.approx(math.e, rel=0.02)


def test_intervals_by_customer_are_those_of_statsmodels() -> None:
    import statsmodels.formula.api as smf

    seen = people(6).assign(late=lambda d: d["after"] * 1.0)
    seen["here"] = (seen["region"] == A) * 1.0
    result = smf.ols("orders ~ here * late", seen).fit(
        cov_type="cluster", cov_kwds={"groups": seen["customer"]}, use_t=True
    )
    low, high = result.conf_int().loc["here:late"]
    found = customer_difference(seen, ratio=False)
    assert (found.lower, found.upper) == pytest.approx((low, high))
    rates = members(4, 900)
    table = club_effects(rates).set_index("method")
    row = table.loc["members against others"]
    variance = [
        part.var(ddof=1) / len(part) / part.mean() ** 2
        for _, part in rates.groupby("member")["after"]
    ]
    half = sps.t.ppf(0.975, 898) * math.sqrt(sum(variance))
    assert math.log(row["upper"] / row["estimate"]) == pytest.approx(half)


# --- before the start ---------------------------------------------------------------------


def test_parallel_finds_a_slope_that_only_one_region_has() -> None:
    seen = shop(10, own=0.01)
    assert weekly_difference(seen, start=START).parallel()["p_value"].iloc[0] > 0.01
    tilt = np.exp(0.004 * seen["week"] * (seen["region"] == A))
    found = weekly_difference(seen.assign(orders=seen["orders"] * tilt), start=START).parallel()
    assert found["lower"].iloc[0] < 0.004 < found["upper"].iloc[0]
    assert found["p_value"].iloc[0] < 1e-6
    assert found["n"].iloc[0] == 65


def test_placebo_looks_only_at_weeks_before_the_start() -> None:
    seen = shop(11, own=0.01, effect=0.0)
    after = seen["week"] >= START
    changed = seen.assign(orders=seen["orders"].where(~after, 1.0 + seen["week"]))
    one = weekly_difference(seen, start=START).placebo()
    assert one.equals(weekly_difference(changed, start=START).placebo())
    assert one["start"].tolist() == [14, 27, 40, 53]
    log = np.log(seen["orders"].to_numpy()).reshape(2, 104)[:, :65]
    gap = log[0] - log[1]
    plain = weekly_difference(seen, start=START, errors="ols").placebo()["estimate"]
    assert plain[2] == pytest.approx(math.exp(gap[39:].mean() - gap[:39].mean()))
    early = seen.assign(
        orders=seen["orders"] * np.exp(0.2 * ((seen["region"] == A) * (seen["week"] >= 40)))
    )
    found = weekly_difference(early, start=START).placebo().set_index("start")
    assert found.loc[40, "lower"] < math.exp(0.2) < found.loc[40, "upper"]
    assert found.loc[40, "p_value"] < 1e-6


def test_event_study_is_the_mean_of_each_span_against_the_one_before_the_start() -> None:
    seen = shop(12, own=0.0, effect=0.2)
    seen["orders"] *= np.exp(1e-4 * (-1.0) ** seen["week"] * (seen["region"] == A))
    fit = weekly_difference(seen, start=START)
    table = fit.by_time(13)
    assert table["n"].tolist() == [13] * 8
    assert table.loc[table["reference"], ["first", "last"]].to_numpy().tolist() == [[53, 65]]
    assert np.allclose(table["estimate"], np.where(table["first"] >= START, math.exp(0.2), 1), 1e-3)
    ax = fit.plot(fig.canvas().subplots())
    drawn = next(line for line in ax.get_lines() if line.get_label() == "span")
    assert np.allclose(drawn.get_ydata(), table["estimate"])
    assert fit.by_time(26)["n"].tolist() == [13, 26, 26, 26, 13]


# --- rows of customers --------------------------------------------------------------------


def people(seed: int, n: int = 400, effect: float = 0.15) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rate = rng.gamma(1.5, 8, n)
    table = pd.DataFrame({"customer": np.repeat(np.arange(n), 2), "after": [False, True] * n})
    table["region"] = np.where(table["customer"] % 2 == 0, A, B)
    lift = np.exp(0.3 * table["after"] + effect * (table["after"] & (table["region"] == A)))
    table["orders"] = rng.poisson(np.repeat(rate, 2) * lift)
    return table


def test_customer_difference_is_the_ratio_of_ratios() -> None:
    seen = people(2)
    means = seen.groupby(["region", "after"])["orders"].mean()
    expected = means[A, True] / means[A, False] / (means[B, True] / means[B, False])
    found = customer_difference(seen)
    assert found.estimate == pytest.approx(expected)
    assert found.n == 400
    plain = customer_difference(seen, ratio=False)
    gap = means[A, True] - means[A, False] - (means[B, True] - means[B, False])
    assert plain.estimate == pytest.approx(gap)
    assert customer_difference(seen, treated=B).estimate == pytest.approx(1 / expected)


def test_a_difference_needs_orders_per_week_where_periods_differ_in_length() -> None:
    who = pd.DataFrame({"customer": range(60), "region": [A, B] * 30})
    often = [(c, w) for c in range(60) for w in range(1, 105) if (w + c) % (2 + c % 7 % 3) == 0]
    bought = pd.DataFrame(often, columns=["customer", "week"])
    table = orders_by_period(bought, who, start=START)
    rate = customer_difference(table, value="per_week", ratio=False)
    assert 0 < rate.estimate < 0.03
    means = table.groupby(["region", "after"])["per_week"].mean()
    gap = means[A, True] - means[A, False] - (means[B, True] - means[B, False])
    assert rate.estimate == pytest.approx(gap)


def test_clusters_count_customers_and_not_rows() -> None:
    seen = people(3)
    doubled = pd.concat([seen, seen], ignore_index=True)
    one, two = customer_difference(seen), customer_difference(doubled)
    assert two.estimate == pytest.approx(one.estimate)
    assert math.log(two.upper / two.lower) == pytest.approx(math.log(one.upper / one.lower), 0.01)


@pytest.mark.slow
def test_customer_difference_covers_where_customers_are_independent() -> None:
    hits = sum(customer_difference(people(s, 200)).covers(math.exp(0.15)) for s in range(300))
    assert sps.binomtest(hits, 300, 0.95).pvalue > 0.01


def test_orders_by_period_counts_each_order_once_and_keeps_those_without() -> None:
    f = firm.Firm(seed=3, customers=1000)
    table = orders_by_period(f.orders, f.shoppers, start=START)
    kept = f.orders[f.orders["week"] <= 104]
    assert table["orders"].sum() == len(kept)
    assert len(table) == 2 * len(f.shoppers)
    weekly = f.shop[f.shop["reformed"]]["orders"].sum()
    late = table[table["after"] & (table["region"] == A)]
    assert late["orders"].sum() == weekly
    assert set(late["weeks"]) == {39}
    assert np.allclose(table["per_week"] * table["weeks"], table["orders"])
    assert orders_by_period(f.orders, f.shoppers, start=9, first=5, last=12)["orders"].sum() == (
        f.orders["week"].between(5, 12).sum()
    )


# --- regression to the mean ---------------------------------------------------------------


def branches(
    seed: int, n: int = 90, *, effect: float = 0.0, own: float = 6.0, noise: float = 6.0
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    level = rng.normal(70, own, n)
    score = level + rng.normal(0, noise, (8, n))
    low = score[3] <= np.quantile(score[3], 1 / 3)
    score[4:] += effect * low
    unit, quarter = np.tile(np.arange(n), 8), np.repeat(np.arange(1, 9), n)
    coached = np.tile(low, 8) & (quarter >= 5)
    return pd.DataFrame(
        {"branch": unit, "quarter": quarter, "service": score.ravel(), "coached": coached}
    )


def test_before_after_sees_what_chance_gives_and_the_others_line_does_not() -> None:
    estimates = np.array(
        [regression_to_mean(branches(s), earlier=3).table()["estimate"] for s in range(12)]
    )
    by_chance = RegressionToMean(reliability=0.5, share=1 / 3, sd=math.hypot(6, 6)).by_chance
    mean, error = estimates.mean(axis=0), estimates.std(axis=0, ddof=1) / math.sqrt(12)
    assert mean[0] == pytest.approx(by_chance, abs=4 * error[0])
    assert abs(mean[1]) < 4 * error[1]
    assert abs(mean[2]) < 4 * error[2]
    assert by_chance > 4


def test_a_true_effect_is_found_by_both_corrections() -> None:
    found = regression_to_mean(branches(1, 3000, effect=2.0), earlier=[1, 2, 3], after=[5, 6, 7])
    table = found.table().set_index("method")
    assert table.loc["before/after", "lower"] > 3
    for method in ("others' line (ANCOVA)", "from as long before"):
        assert table.loc[method, "lower"] < 2 < table.loc[method, "upper"]
        assert table.loc[method, "upper"] - table.loc[method, "lower"] < 1.5
    assert found.slope == pytest.approx(0.5, abs=0.06)
    panel = branches(1, 3000, effect=2.0)
    wide = panel.pivot_table(index="branch", columns="quarter", values="service")
    early = wide.loc[found.units["unit"], [1, 2, 3]].mean(axis=1)
    assert np.allclose(found.units["earlier"], early)
    late = wide.loc[found.units["unit"], [5, 6, 7]].mean(axis=1)
    assert np.allclose(found.units["after"], late)
    means = found.means().set_index("who")
    assert means.loc["chosen", "change"] - means.loc["chosen", "expected"] == pytest.approx(
        2, abs=0.6
    )
    assert means.loc["others", "change"] == pytest.approx(means.loc["others", "expected"])


def test_who_was_chosen_is_read_from_the_column_or_from_the_lowest_share() -> None:
    panel = branches(2, 90)
    named = regression_to_mean(panel)
    lowest = regression_to_mean(panel, selected=None, share=1 / 3)
    assert named.units["chosen"].tolist() == lowest.units["chosen"].tolist()
    assert int(regression_to_mean(panel, selected=None, share=0.1).units["chosen"].sum()) == 9
    ax = named.plot(fig.canvas().subplots())
    dots = next(line for line in ax.get_lines() if line.get_label() == "chosen")
    chosen = named.units[named.units["chosen"]]
    assert np.allclose(dots.get_xdata(), chosen["before"])
    assert np.allclose(dots.get_ydata(), chosen["after"])


def test_survey_waves_regress_although_nobody_did_anything() -> None:
    f = firm.Firm(seed=2, customers=4000)
    waves = f.survey.dropna(subset=["overall"])
    plain = f.customers.loc[~f.customers["treated"], "customer"]
    waves = waves[waves["customer"].isin(plain)]
    columns = {"unit": "customer", "period": "wave", "value": "overall"}
    found = regression_to_mean(waves, selected=None, share=0.2, at=1, after=2, **columns)
    assert found.table()["lower"].iloc[0] > 0.15
    assert found.means().set_index("who").loc["others", "change"] < 0


@settings(max_examples=20, deadline=None)
@given(instances(RegressionToMean))
def test_all_together_do_not_move_and_shares_add_up(model: RegressionToMean) -> None:
    table = model.table().set_index("who")
    p, size = model.share, abs(model.mean) + model.far / (1 - model.share) + abs(model.effect)
    for column in ("first", "second_without", "by_chance", "effect", "seen"):
        both = p * table.loc["chosen", column] + (1 - p) * table.loc["others", column]
        assert both == pytest.approx(table.loc["all", column], abs=1e-9 * size)
    moved = table.loc["chosen", "second"] - table.loc["chosen", "first"]
    assert moved == pytest.approx(model.seen, abs=1e-9 * size)
    assert (model.by_chance >= 0) == (model.chosen == "worst") or model.by_chance == 0


def test_the_formula_is_that_of_simulated_pairs() -> None:
    model = RegressionToMean(reliability=0.3, share=0.2, mean=50, sd=10, effect=2, chosen="best")
    rng = np.random.default_rng(0)
    one, two = rng.multivariate_normal([50, 50], [[100, 30], [30, 100]], 150_000).T
    best = one >= np.quantile(one, 0.8)
    table = model.table().set_index("who")
    assert table.loc["chosen", "first"] == pytest.approx(one[best].mean(), abs=0.1)
    assert table.loc["chosen", "second_without"] == pytest.approx(two[best].mean(), abs=0.15)
    assert table.loc["chosen", "second"] == pytest.approx(two[best].mean() + 2, abs=0.15)
    assert table.loc["others", "second"] == pytest.approx(two[~best].mean(), abs=0.1)


def test_a_rare_choice_lies_as_far_as_the_tail_of_the_normal() -> None:
    assert RegressionToMean(share=1e-4, sd=1).far == pytest.approx(
        sps.truncnorm(-np.inf, sps.norm.ppf(1e-4)).mean() * -1, rel=1e-6
    )


# --- the club -----------------------------------------------------------------------------


def members(
    seed: int, n: int, *, effect: float = 0.1, recent: float = 0.5, moved: float = 0.8
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    lot, keen = rng.random(n) < 0.5, rng.normal(size=n)
    rate = 10 * np.exp(0.5 * keen)
    before = rng.poisson(rate)
    eager = 0.4 * keen + recent * (before - rate) / np.sqrt(rate) + moved * lot
    member = eager + rng.normal(0, 0.8, n) > 0.5
    after = rng.poisson(rate * np.exp(effect * member + 0.05))
    return pd.DataFrame({"before": before, "after": after, "member": member, "invited": lot})


def test_only_the_lot_finds_what_a_club_does() -> None:
    table = club_effects(members(1, 60_000)).set_index("method")
    truth = math.exp(0.1)
    iv = table.loc["invitation as instrument"]
    assert iv["lower"] < truth < iv["upper"]
    assert iv["upper"] - iv["lower"] < 0.12
    assert table.loc["members against others", "lower"] > truth + 0.1
    assert table.loc["members and others before and after", "upper"] < truth
    assert 1 < table.loc["invited against others", "estimate"] < truth


def test_without_recent_luck_before_and_after_of_both_finds_it_too() -> None:
    table = club_effects(members(2, 60_000, recent=0.0)).set_index("method")
    both = table.loc["members and others before and after"]
    assert both["lower"] < math.exp(0.1) < both["upper"]
    joined = table.loc["members before and after", "estimate"]
    assert joined == pytest.approx(math.exp(0.15), abs=0.013)


def test_naive_and_before_after_are_ratios_of_means() -> None:
    rates = members(3, 2000)
    inside = rates["member"]
    means, old = rates.groupby(inside)["after"].mean(), rates.groupby(inside)["before"].mean()
    table = club_effects(rates).set_index("method")["estimate"]
    assert table["members against others"] == pytest.approx(means[True] / means[False])
    assert table["members before and after"] == pytest.approx(means[True] / old[True])
    expected = means[True] / old[True] / (means[False] / old[False])
    assert table["members and others before and after"] == pytest.approx(expected)


def test_an_invitation_that_moves_hardly_anybody_leaves_the_ratio_open() -> None:
    rates = members(5, 400, moved=0.05)
    share = rates.groupby("invited")["member"].mean()
    assert 0 < share[True] - share[False] < 0.1
    found = club_effects(rates).iloc[-1]
    assert found["upper"] == math.inf
    assert found["lower"] == 0
    assert "any size" in Effect("iv", 1.0, 0.0, math.inf, 9, "customers", True, 0.95).sentence()


@pytest.mark.slow
def test_the_instruments_interval_covers() -> None:
    found = [club_effects(members(s, 3000)).iloc[-1] for s in range(200)]
    hits = sum(one["lower"] <= math.exp(0.1) <= one["upper"] for one in found)
    assert sps.binomtest(hits, 200, 0.95).pvalue > 0.01


def test_the_linked_firms_club() -> None:
    f = firm.Firm(seed=2, customers=15_000)
    rates = club_orders(f.orders, f.shoppers)
    assert rates["member"].sum() == f.shoppers["club"].notna().sum()
    weeks = (rates["before"] * 26 + rates["after"] * 78).sum()
    assert weeks == pytest.approx((f.orders["week"] <= 104).sum())
    table = club_effects(rates).set_index("method")
    truth = math.exp(f.truth.club_orders)
    assert table.loc["members against others", "lower"] > truth
    iv = table.loc["invitation as instrument"]
    assert iv["lower"] < truth < iv["upper"]


# --- power --------------------------------------------------------------------------------


def test_power_is_that_of_statsmodels() -> None:
    from statsmodels.stats.power import NormalIndPower

    study = StudyPower(effect=0.3, sd=1.5, units=150, correlation=0.2, analysis="after only")
    known = NormalIndPower().power(0.2, 150, 0.05)
    assert study.power == pytest.approx(known)
    wanted = NormalIndPower().solve_power(0.2, power=0.8, alpha=0.05)
    assert study.needed() == pytest.approx(wanted, rel=1e-3)


def test_detectable_and_needed_have_the_power_they_promise() -> None:
    study = StudyPower(effect=0.3, units=120, cluster_size=10, icc=0.1, analysis="ancova")
    at = StudyPower(**{**vars_of(study), "effect": study.detectable("ancova")})
    assert at.power == pytest.approx(0.8, abs=1e-3)
    enough = StudyPower(**{**vars_of(study), "units": math.ceil(study.needed())})
    assert enough.power == pytest.approx(0.8, abs=0.01)
    assert study.design_effect == pytest.approx(1.9)


def vars_of(model: Any) -> dict[str, Any]:
    return {name: getattr(model, name) for name in type(model).__dataclass_fields__}


@settings(max_examples=20, deadline=None)
@given(instances(StudyPower))
def test_ancova_is_never_worse_and_change_helps_from_a_half_on(study: StudyPower) -> None:
    error = study.table().set_index("analysis")["standard_error"]
    tiny = 1 + 1e-9
    assert error["ancova"] <= tiny * min(error["after only"], error["change"])
    if study.correlation > 0.5:
        assert error["change"] <= error["after only"] * tiny
    power = study.table()["power"]
    assert power.between(0, 1 + 1e-12).all()
    assert (power >= (1 - study.level) * (1 - 1e-9)).all()


@pytest.mark.slow
def test_the_three_errors_are_those_of_simulated_studies() -> None:
    rng, n, r = np.random.default_rng(0), 40, 0.7
    study = StudyPower(units=n, correlation=r, sd=2.0)
    draws = rng.multivariate_normal([0, 0], 4 * np.array([[1, r], [r, 1]]), (20_000, 2, n))
    old, new = draws[..., 0], draws[..., 1]
    gap_old, gap = np.diff(old.mean(-1))[:, 0], np.diff(new.mean(-1))[:, 0]
    seen = {"after only": gap, "change": gap - gap_old, "ancova": gap - r * gap_old}
    for name, values in seen.items():
        assert float(study.error(name, n)) == pytest.approx(values.std(), rel=0.02)


def test_the_variance_of_a_step_is_that_of_the_covariance_matrix() -> None:
    model = SeriesPower(before=30, after=17, autocorrelation=0.7)
    weights = np.concatenate([np.full(30, -1 / 30), np.full(17, 1 / 17)])
    apart = np.abs(np.subtract.outer(np.arange(47), np.arange(47)))
    assert model.unit_variance(17) == pytest.approx(weights @ 0.7**apart @ weights)


def test_independent_weeks_cost_nothing_and_hanging_together_costs_false_alarms() -> None:
    calm = SeriesPower(autocorrelation=0.0).table()
    assert calm["power"].iloc[0] == pytest.approx(calm["power"].iloc[1])
    assert calm["false_alarms"].to_numpy() == pytest.approx([0.05, 0.05])
    rough = SeriesPower(autocorrelation=0.6, level=0.9).table()
    assert rough["false_alarms"].iloc[0] == pytest.approx(0.1)
    assert rough["false_alarms"].iloc[1] > 0.3


@pytest.mark.slow
def test_false_alarms_are_those_of_simulated_series() -> None:
    model, rng = SeriesPower(before=65, after=39, effect=0.05, sd=0.1), np.random.default_rng(1)
    gaps = []
    for _ in range(4000):
        y = 0.1 * ar1(rng, 104, 0.6) + 0.05 * (np.arange(104) >= 65)
        gaps.append(y[65:].mean() - y[:65].mean())
    naive = 1.959964 * model.errors(39)[1]
    table = model.table().set_index("analysis")
    assert np.mean(np.abs(gaps) > naive) == pytest.approx(
        table.loc["as if independent", "power"], abs=0.025
    )
    alarms = np.mean(np.abs(np.array(gaps) - 0.05) > naive)
    assert alarms == pytest.approx(table.loc["as if independent", "false_alarms"], abs=0.025)


def test_sizes_of_the_textbook_formula() -> None:
    # Fleiss, Levin & Paik (2003): pooled variance under no difference, unpooled under it
    z, power = 1.959964, 0.8416212
    p, q = 0.6, 0.65
    mean = (p + q) / 2
    top = z * math.sqrt(2 * mean * (1 - mean)) + power * math.sqrt(p * (1 - p) + q * (1 - q))
    found = size_for_shares(p, [q, 0.55])
    assert found["n_per_group"].iloc[0] == math.ceil((top / (q - p)) ** 2)
    assert found["difference"].tolist() == pytest.approx([0.05, -0.05])
    assert size_for_shares(p, q, power=0.9)["n_per_group"].iloc[0] > found["n_per_group"].iloc[0]
    assert size_for_shares(p, q, level=0.99)["n_per_group"].iloc[0] > found["n_per_group"].iloc[0]


def test_sizes_of_means_have_their_power() -> None:
    from statsmodels.stats.power import TTestIndPower

    table = size_for_means([0.25, -0.5, 3.0], sd=0.5, power=0.9, level=0.99)
    for effect, n in zip(table["effect"], table["n_per_group"], strict=True):
        ratio = abs(effect) / 0.5
        assert TTestIndPower().power(ratio, n, 0.01) >= 0.9
        if n > 2:
            assert TTestIndPower().power(ratio, n - 1, 0.01) < 0.9


def test_a_huge_effect_takes_as_many_as_students_t_demands() -> None:
    from statsmodels.stats.power import TTestIndPower

    assert size_for_means([1e14, 8.0], sd=1.0)["n_per_group"].tolist() == [2, 2]
    n = int(size_for_means(10.0, sd=1.0, level=0.999)["n_per_group"].iloc[0])
    assert n > 2
    assert TTestIndPower().power(10.0, 2, 0.001) < 0.8


# --- the lab ------------------------------------------------------------------------------


def test_the_lab_sets_every_method_on_the_firm() -> None:
    f = firm.Firm(seed=4, customers=1500)
    table = which_method_finds_it(f)
    known = f.truth.reform().set_index("quantity")["value"]
    orders = table[table["outcome"] == "orders"].set_index("method")
    assert (orders["truth"] == known["orders"]).all()
    assert orders.index.is_unique
    alone = weekly_difference(f.shop, start=START, errors="ols").effect()
    row = orders.loc["diff-in-diff by week, weeks independent"]
    assert (row["lower"], row["upper"]) == pytest.approx((alone.lower, alone.upper))
    direct = weekly_difference(f.shop, start=START, errors="hac").effect()
    row = orders.loc["diff-in-diff by week, Newey-West"]
    assert row[["estimate", "lower", "upper"]].tolist() == pytest.approx(
        [direct.estimate, direct.lower, direct.upper]
    )
    rows = customer_difference(orders_by_period(f.orders, f.shoppers, start=START))
    assert orders.loc["diff-in-diff by customer, clustered", "estimate"] == rows.estimate
    covers = (table["lower"] <= table["truth"]) & (table["truth"] <= table["upper"])
    assert covers.equals(table["covers"])
    felt = table[table["outcome"] == "satisfaction"].set_index("method")
    year = before_after(
        f.shop, start=START, value="satisfaction", ratio=False, against="a year before"
    )
    assert felt.loc["same weeks a year before", "estimate"] == pytest.approx(year.estimate)
    assert (table.groupby("outcome")["effect"].first() == ["ratio", "difference"]).all()


def test_how_often_counts_over_firms(monkeypatch: pytest.MonkeyPatch) -> None:
    def one(firm: Any, level: float) -> pd.DataFrame:
        table = pd.DataFrame({"outcome": ["orders", "orders"], "method": ["a", "b"], "truth": 1.2})
        table["estimate"] = [1.2 + firm, 1.5]
        table["lower"], table["upper"] = [1.0, 1.3], [1.0 + level, 1.6]
        return table.assign(covers=[firm > 0, False])

    monkeypatch.setattr("loyaltylab.scorecard.lab.which_method_finds_it", one)
    table = how_often([-0.1, 0.1, 0.3, 0.1], level=0.9).set_index("method")
    assert table["firms"].tolist() == [4, 4]
    assert table["bias"].tolist() == pytest.approx([0.1, 0.3])
    assert table["spread"].tolist() == pytest.approx([np.std([-1, 1, 3, 1], ddof=1) / 10, 0])
    assert table["width"].tolist() == pytest.approx([0.9, 0.3])
    assert table["covers"].tolist() == [0.75, 0.0]
    low, high = sps.binomtest(3, 4).proportion_ci(0.95, "wilson")
    assert table.loc["a", ["lower", "upper"]].tolist() == pytest.approx([low, high])
    assert table.loc["b", "lower"] == 0
    assert table.loc["b", "upper"] > 0.4
    ax = plot_how_often(table.reset_index(), level=0.9, ax=fig.canvas().subplots())
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert lines["orders"].get_xdata().tolist() == [0.75, 0.0]
    assert lines["what they claim"].get_xdata()[0] == 0.9


def test_plot_of_effects_draws_the_estimates_and_the_truth() -> None:
    table = club_effects(members(1, 5000)).assign(truth=1.2)
    ax = plot_effects(table, ax=fig.canvas().subplots())
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert np.allclose(lines["estimate"].get_xdata(), table["estimate"])
    assert lines["truth"].get_xdata()[0] == 1.2
    assert lines["no effect"].get_xdata()[0] == 1.0
    names = [text.get_text() for text in ax.get_yticklabels()]
    assert names == table["method"].tolist()


def test_series_plot_draws_what_is_predicted() -> None:
    fit = interrupted_series(shop(13), start=START)
    ax = fit.plot(fig.canvas().subplots())
    lines = {line.get_label(): line for line in ax.get_lines()}
    table = fit.predict()
    assert np.allclose(lines["seen"].get_ydata(), table["seen"])
    assert np.allclose(lines["fitted"].get_ydata(), table["fitted"])
    late = table.loc[table["week"] >= START, "without"]
    assert np.allclose(lines["fitted, without the change"].get_ydata(), late)


@pytest.mark.slow
def test_coverage_of_the_errors_of_a_weekly_difference() -> None:
    hits = dict.fromkeys(("ols", "hac", "ar1"), 0)
    for seed in range(300):
        for errors in hits:
            found = weekly_difference(shop(seed), start=START, errors=errors).effect()
            hits[errors] += found.covers(math.exp(0.15))
    share = {name: n / 300 for name, n in hits.items()}
    assert share["ols"] < 0.8
    assert 0.82 < share["hac"] < 0.93
    assert share["ar1"] > 0.9


@pytest.mark.slow
def test_ar1_errors_are_too_narrow_where_shocks_fade_otherwise() -> None:
    rng, after, hits = np.random.default_rng(3), (np.arange(104) >= 65) * 1.0, 0
    for _ in range(300):
        y = np.zeros(304)
        for i in range(2, 304):
            y[i] = 0.4 * y[i - 1] + 0.3 * y[i - 2] + rng.normal()
        fit = fitted(y[200:], np.column_stack([np.ones(104), after]), "ar1", None)
        hits += abs(fit.coefficients[1]) <= fit.half([0, 1], 0.95)
    assert 0.77 < hits / 300 < 0.9  # the docstring says 84%


@pytest.mark.slow
def test_a_series_takes_a_club_that_opened_before_for_trend() -> None:
    gaps = []
    for truth in (firm.Truth(), firm.Truth(club_orders=0.0, coupon_orders=0.0)):
        firms = [firm.Firm(seed=s, customers=1500, truth=truth) for s in range(200, 240)]
        fits = [interrupted_series(f.shop, start=START).effect().estimate for f in firms]
        gaps.append(np.log(fits) - truth.reform_orders)
    error = [np.std(gap, ddof=1) / math.sqrt(40) for gap in gaps]
    assert gaps[0].mean() < -2.5 * error[0]
    assert abs(gaps[1].mean()) < 2.5 * error[1]


@pytest.mark.slow
def test_coverage_of_the_errors_of_an_interrupted_series() -> None:
    hits = dict.fromkeys(("ols", "hac", "ar1"), 0)
    for seed in range(200):
        for errors in hits:
            found = interrupted_series(shop(seed), start=START, errors=errors).effect()
            hits[errors] += found.covers(math.exp(0.15))
    share = {name: n / 200 for name, n in hits.items()}
    assert share["ols"] < 0.82
    assert share["hac"] < 0.85
    assert share["ar1"] > 0.85
    assert share["ar1"] > share["hac"]


@pytest.mark.slow
def test_over_sixty_firms_the_weekly_difference_finds_the_truth() -> None:
    table = how_often(firm.Firm(seed=s, customers=3000) for s in range(100, 160))
    orders = table[table["outcome"] == "orders"].set_index("method")
    felt = table[table["outcome"] == "satisfaction"].set_index("method")
    for rows in (orders, felt):
        best = rows.loc["diff-in-diff by week, AR(1)"]
        assert best["covers"] > 0.88
        assert abs(best["bias"]) < 4 * best["spread"] / math.sqrt(60)
    naive = orders.loc["same weeks a year before"]
    assert naive["covers"] < 0.6
    assert naive["bias"] > 0.07


@pytest.mark.slow
def test_clustering_by_customer_fails_where_a_region_has_shocks_of_its_own() -> None:
    rough = firm.Truth(region_shock_sd=0.1)
    known, narrow, honest = math.exp(rough.reform_orders), 0, 0
    for seed in range(60):
        f = firm.Firm(seed=seed, customers=6000, truth=rough)
        rows = orders_by_period(f.orders, f.shoppers, start=START)
        narrow += customer_difference(rows).covers(known)
        honest += weekly_difference(f.shop, start=START).effect().covers(known)
    assert narrow < 40
    assert honest >= 46
    assert honest >= narrow + 12


@pytest.mark.slow
def test_coached_branches_of_sixty_firms_gain_nothing() -> None:
    estimates = np.array(
        [
            regression_to_mean(firm.Firm(seed=s, customers=200).branch_panel, earlier=3).table()[
                "estimate"
            ]
            for s in range(60)
        ]
    )
    mean, error = estimates.mean(axis=0), estimates.std(axis=0, ddof=1) / math.sqrt(60)
    assert mean[0] > 3
    assert abs(mean[1]) < 4 * error[1]
    assert abs(mean[2]) < 4 * error[2]
