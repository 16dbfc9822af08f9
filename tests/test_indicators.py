"""Chapter 06: laws, sourced numbers, pictures and recovery of what a purchase log tells."""

from __future__ import annotations

import dataclasses
import inspect
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy import stats
from scipy.special import betaln
from strategies import instances

from loyaltylab import firm
from loyaltylab import indicators as ind
from loyaltylab.base.ledger import Finding
from loyaltylab.base.stats import wilson
from loyaltylab.indicators.market import DirichletMarket
from loyaltylab.indicators.theory import dirichlet
from loyaltylab.lab.explore import build, slider_ranges

LAW = settings(max_examples=30, deadline=None)
LOGS = st.lists(
    st.tuples(st.integers(1, 6), st.integers(0, 60), st.sampled_from("ABC"), st.integers(1, 9)),
    min_size=1,
    max_size=40,
)
NAMES: dict[str, Any] = {"customer": "who", "date": "day"}


def frame(rows: list[tuple[int, int, str, int]], dated: bool = True) -> pd.DataFrame:
    log = pd.DataFrame(rows, columns=["who", "day", "brand", "paid"])
    if dated:
        log["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(log["day"], unit="D")
    return log


def small() -> pd.DataFrame:
    """Return a log of four customers whose indicators can be counted by hand."""
    return frame(
        [
            *((1, 0, "A", 2), (1, 7, "A", 2), (1, 21, "B", 6)),
            *((2, 3, "A", 2), (2, 3, "A", 4), (2, 17, "A", 2)),
            *((3, 5, "B", 6), (3, 5, "A", 3), (4, 27, "B", 5)),
        ]
    )


# --- rhythm ---------------------------------------------------------------------------------


def test_rhythm_by_hand() -> None:
    table = ind.purchase_rhythm(small(), **NAMES, amount="paid", per="W").set_index("customer")
    assert table["purchases"].tolist() == [3, 2, 1, 1]
    assert table["repeats"].tolist() == [2, 1, 0, 0]
    assert (table["periods"] == 4).all()
    assert table["frequency"].tolist() == [0.75, 0.5, 0.25, 0.25]
    assert table["repeat_frequency"].tolist() == [0.5, 0.25, 0, 0]
    assert table["cycle"].tolist() == pytest.approx([4 / 3, 2, 4, 4])
    assert table["mean_gap"].tolist()[:2] == [1.5, 2.0]
    assert table["mean_gap"].isna().tolist() == [False, False, True, True]
    assert table["spend"].tolist() == [10, 8, 9, 5]
    assert table["spend_per_period"].tolist() == [2.5, 2, 2.25, 1.25]


def test_rhythm_of_one_brand_keeps_the_window_of_the_log() -> None:
    table = ind.purchase_rhythm(small(), **NAMES, brand="brand", of="B", per="W", amount="paid")
    assert table["customer"].tolist() == [1, 3, 4]
    assert table["purchases"].tolist() == [1, 1, 1]
    assert table["spend"].tolist() == [6, 6, 5]
    assert (table["periods"] == 4).all()


def test_edges_of_the_window_by_hand() -> None:
    log = small()
    first = ind.purchase_rhythm(log, **NAMES, per="D", edge="first").set_index("customer")
    assert first["periods"].tolist() == [28, 25, 23, 1]
    span = ind.purchase_rhythm(log, **NAMES, per="D", edge="span").set_index("customer")
    assert span["periods"].tolist() == [21, 14, 0, 0]
    assert span.loc[1, "repeat_frequency"] == pytest.approx(1 / span.loc[1, "mean_gap"])
    assert span.loc[[3, 4], ["frequency", "cycle"]].isna().all().all()
    wide = ind.purchase_rhythm(log, **NAMES, per="D", start="2023-12-04", until="2024-01-28")
    assert (wide["periods"] == 56).all()
    late = ind.purchase_rhythm(log, **NAMES, per="D", start="2024-01-08")
    assert late["customer"].tolist() == [1, 2, 4]


@given(rows=LOGS, edge=st.sampled_from(["window", "first"]))
@LAW
def test_cycle_times_frequency_is_one_and_the_gap_fits_into_the_window(
    rows: list[Any], edge: str
) -> None:
    table = ind.purchase_rhythm(frame(rows), **NAMES, edge=edge)
    np.testing.assert_allclose(table["cycle"] * table["frequency"], 1)
    more = table[table["repeats"] > 0]
    assert (more["mean_gap"] * more["repeats"] <= more["periods"] + 1e-12).all()
    assert (table["repeat_frequency"] < table["frequency"]).all()


@given(rows=LOGS, order=st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None)
def test_order_and_index_of_the_rows_do_not_matter(rows: list[Any], order: Any) -> None:
    log = frame(rows)
    mixed = list(range(len(log)))
    order.shuffle(mixed)
    other = log.iloc[mixed].set_axis([7] * len(log))
    for call in (
        lambda d: ind.purchase_rhythm(d, **NAMES, amount="paid"),
        lambda d: ind.brand_table(d, **NAMES, amount="paid", draws=100),
        lambda d: ind.sole_by_purchases(d, **NAMES),
    ):
        assert_frame_equal(call(log), call(other[["paid", "brand", "who", "day"]]))


def poisson_log(seed: int, customers: int = 300, days: int = 365, rate: float = 6.0) -> Any:
    rng = np.random.default_rng(seed)
    count = rng.poisson(rate * days / 365.25, customers)
    who = np.repeat(np.arange(customers), count)
    # one purchase a day at most, so that days stand for purchases
    return frame(list(zip(who, rng.integers(0, days, len(who)), "A" * len(who), who, strict=True)))


def test_time_since_the_first_purchase_finds_the_rate_and_the_span_overstates_it() -> None:
    log = poisson_log(1, customers=4000)
    until = {"start": "2024-01-01", "until": "2024-12-30", "per": "Y"}

    def pooled(edge: str) -> float:
        table = ind.purchase_rhythm(log, **NAMES, edge=edge, **until)
        return float(table["repeats"].sum() / table["periods"].sum())

    assert pooled("first") == pytest.approx(6.0, rel=0.03)
    assert pooled("span") > 6.8


def test_summary_takes_means_over_customers_and_level_reaches_it() -> None:
    table = ind.purchase_rhythm(poisson_log(2), **NAMES, amount="paid")
    wide, narrow = (ind.rhythm_summary(table, level=level) for level in (0.99, 0.5))
    row = wide.set_index("indicator").loc["frequency"]
    assert row["mean"] == pytest.approx(table["frequency"].mean())
    assert row["median"] == table["frequency"].median()
    assert (wide["lower"] < narrow["lower"]).all()
    assert (narrow["upper"] < wide["upper"]).all()
    theirs = stats.t.interval(
        0.99, len(table) - 1, table["frequency"].mean(), stats.sem(table["frequency"])
    )
    assert (row["lower"], row["upper"]) == pytest.approx(theirs, rel=0.02)


@pytest.mark.slow
def test_summary_covers_the_true_mean_in_nine_of_ten_samples() -> None:
    hits = 0
    for seed in range(60):
        table = ind.purchase_rhythm(poisson_log(seed, customers=150), **NAMES, per="Y")
        summary = ind.rhythm_summary(table, seed=seed).set_index("indicator")
        # distinct days of a year with a purchase, given that there is one
        mean = 365 * (1 - math.exp(-6 * 365 / 365.25 / 365)) / (1 - math.exp(-6 * 365 / 365.25))
        hits += summary.loc["purchases", "lower"] <= mean <= summary.loc["purchases", "upper"]
    assert 50 <= hits <= 60


# --- brands ---------------------------------------------------------------------------------


def test_brand_table_by_hand() -> None:
    table = ind.brand_table(small(), **NAMES, amount="paid", per="W", panel=5, draws=100)
    a, b = (ind.wide(table).set_index("brand").loc[name] for name in "AB")
    assert (a["penetration"], b["penetration"]) == (3 / 5, 3 / 5)
    assert (a["purchase_frequency"], b["purchase_frequency"]) == (5 / 3, 1)
    assert (a["market_share"], b["market_share"]) == (5 / 8, 3 / 8)
    assert (a["scr"], b["scr"]) == (5 / 7, 3 / 6)
    assert a["scr_mean"] == pytest.approx((2 / 3 + 1 + 1 / 2) / 3)
    assert b["scr_mean"] == pytest.approx((1 / 3 + 1 / 2 + 1) / 3)
    assert (a["scr_money"], b["scr_money"]) == (15 / 27, 17 / 24)
    assert a["scr_money_mean"] == pytest.approx((4 / 10 + 1 + 3 / 9) / 3)
    assert (a["value_share"], a["spend_per_buyer"]) == (15 / 32, 5)
    assert (a["sole_share"], b["sole_share"]) == (1 / 3, 1 / 3)
    assert (a["brands_bought"], b["brands_bought"]) == (5 / 3, 5 / 3)
    assert (a["repeat_buyers"], b["repeat_buyers"]) == (2 / 3, 0)
    assert a["jeopardy"] == pytest.approx(5 / 3 * 2 / 5)
    assert a["frequency"] == pytest.approx(5 / 3 / 4)
    assert a["repeat_frequency"] == pytest.approx(2 / 3 / 4)
    assert a["cycle"] == pytest.approx(12 / 5)
    assert a["mean_gap"] == pytest.approx((1 + 2) / 2)
    assert a["spend_per_period"] == 5 / 4
    n = table.set_index(["brand", "indicator"])["n"]
    assert (n["A", "penetration"], n["A", "scr"], n["B", "market_share"]) == (5, 3, 5)


def test_units_are_weighed_by_the_quantity_column() -> None:
    table = ind.wide(ind.brand_table(small(), **NAMES, quantity="paid", draws=100))
    assert table.set_index("brand").loc["A", "scr_quantity"] == 15 / 27


@given(rows=LOGS)
@settings(max_examples=15, deadline=None)
def test_brand_table_against_plain_counting(rows: list[Any]) -> None:
    log = frame(rows)
    table = ind.wide(ind.brand_table(log, **NAMES, draws=100)).set_index("brand")
    bought: dict[int, set[tuple[int, str]]] = {}
    for who, day, brand, _ in rows:
        bought.setdefault(who, set()).add((day, brand))
    for brand in table.index:
        x = {w: sum(b == brand for _, b in s) for w, s in bought.items()}
        mine = {w for w, k in x.items() if k}
        sole = sum(all(b == brand for _, b in bought[w]) for w in mine)
        row = table.loc[brand]
        assert row["penetration"] == len(mine) / len(bought)
        assert row["scr"] == sum(x.values()) / sum(len(bought[w]) for w in mine)
        assert row["sole_share"] == sole / len(mine)
        assert row["scr_mean"] == pytest.approx(np.mean([x[w] / len(bought[w]) for w in mine]))
        assert row["scr"] >= row["market_share"] - 1e-12
    assert table["market_share"].sum() == pytest.approx(1)


def test_level_reaches_every_interval_of_the_brand_table() -> None:
    log = ind.simulate_panel(DirichletMarket(sizes=(3, 2, 1)), customers=300, seed=1)
    log["paid"] = 1.0 + log["customer"] % 3
    names = {"customer": "customer", "date": "occasion"}
    wide, narrow = (
        ind.brand_table(log, **names, amount="paid", level=level, draws=300)
        for level in (0.99, 0.5)
    )
    assert wide["lower"].notna().all()
    assert (wide["lower"] < narrow["lower"]).all()
    assert (narrow["upper"] < wide["upper"]).all()
    inside = (narrow["lower"] <= narrow["estimate"]) & (narrow["estimate"] <= narrow["upper"])
    assert inside.mean() > 0.9


def test_shares_of_people_have_wilson_intervals_of_the_panel() -> None:
    table = ind.brand_table(small(), **NAMES, panel=50, draws=100, level=0.9)
    row = table[(table["brand"] == "A") & (table["indicator"] == "penetration")].iloc[0]
    assert row[["lower", "upper"]].tolist() == pytest.approx([float(v) for v in wilson(3, 50, 0.9)])


def test_who_are_all_alike_get_no_interval_of_width_zero() -> None:
    log = frame([(w, w, "A", 1) for w in range(6)])
    table = ind.brand_table(log, **NAMES, amount="paid", draws=100).set_index("indicator")
    assert table.loc["purchase_frequency", ["lower", "upper"]].isna().all()
    assert table.loc["scr", "lower"] == pytest.approx(float(wilson(6, 6)[0]))
    assert table.loc["market_share", "lower"] < 1
    assert not (table["lower"] == table["upper"]).any()


def test_numbered_occasions_give_no_time_and_the_same_shares() -> None:
    rows = [(1, 1, "A", 1), (1, 2, "B", 1), (2, 1, "A", 1)]
    numbered = ind.brand_table(frame(rows, dated=False), **NAMES, draws=100)
    dated = ind.brand_table(frame(rows), **NAMES, draws=100)
    assert not {"cycle", "frequency", "mean_gap"} & set(numbered["indicator"])
    both = set(numbered["indicator"])
    assert_frame_equal(numbered, dated[dated["indicator"].isin(both)].reset_index(drop=True))


def test_draws_are_those_of_the_intervals_and_are_seeded() -> None:
    log = ind.simulate_panel(DirichletMarket(), customers=400, seed=3)
    names = {"customer": "customer", "date": "occasion", "draws": 400}
    drawn = ind.brand_draws(log, **names, seed=5)
    table = ind.brand_table(log, **names, seed=5, level=0.8)
    lower = table.set_index(["brand", "indicator"])["lower"][1, "scr"]
    mine = drawn[drawn["brand"] == 1]["scr"]
    assert lower == mine.quantile(0.1, interpolation="nearest")
    assert_frame_equal(drawn, ind.brand_draws(log, **names, seed=5))
    assert not drawn.equals(ind.brand_draws(log, **names, seed=6))


# --- one brand only, and now over past ---------------------------------------------------------


def test_sole_by_purchases_by_hand() -> None:
    table = ind.sole_by_purchases(small(), **NAMES, switching=1.0).set_index("purchases")
    assert table["n"].tolist() == [1, 2, 1]
    assert table["sole"].tolist() == [1, 1, 0]
    p = 5 / 8
    assert table.loc[3, "chance"] == pytest.approx(p**3 + (1 - p) ** 3)
    habit = p * (p + 1) / 2 + (1 - p) * (2 - p) / 2
    assert table.loc[2, "dirichlet"] == pytest.approx(habit)
    assert (table.loc[2, "lower"], table.loc[2, "upper"]) == pytest.approx(
        [float(v) for v in wilson(1, 2)]
    )


def test_habit_of_a_dirichlet_market_is_found_in_its_sole_buyers() -> None:
    market = DirichletMarket(sizes=(5, 3, 2), switching=1.5, rate=4, shape=1)
    log = ind.simulate_panel(market, customers=20_000, seed=2)
    names = {"customer": "customer", "date": "occasion"}
    table = ind.sole_by_purchases(log, **names, switching=1.5, up_to=6, level=0.999)
    assert table["dirichlet"].between(table["lower"] - 1e-9, table["upper"] + 1e-9).all()
    assert (table["chance"] < table["lower"])[1:].all()
    assert table["n"].sum() == log["customer"].nunique()


def test_ratio_by_hand_and_more_than_one_though_most_have_gone() -> None:
    found = {f.assumption.split(": ")[1]: f.computed for f in ind.loyalty_ratio_now_and_past()}
    assert found == pytest.approx({"two cross-sections": 1.2, "the past buyers only": 0.3})
    log = frame([(1, 0, "A", 1), (2, 0, "A", 1), (3, 0, "B", 1), (1, 30, "A", 1), (4, 30, "A", 1)])
    row = ind.loyalty_ratio(log, **NAMES, split="2024-01-15", draws=100).set_index("brand").loc["A"]
    assert (row["past_share"], row["now_share"], row["ratio"]) == (2 / 3, 1, 1.5)
    assert (row["past_buyers"], row["kept"], row["won"], row["n_survivors"]) == (2, 1, 1, 1)
    assert (row["cohort"], row["survivors"]) == (0.5, 1.0)
    assert row["cohort_upper"] == pytest.approx(float(wilson(1, 2)[1]))


@given(rows=LOGS)
@LAW
def test_survivors_are_never_less_loyal_than_their_cohort(rows: list[Any]) -> None:
    log = frame([*rows, (1, 0, "A", 1), (9, 60, "A", 1)])
    table = ind.loyalty_ratio(log, **NAMES, split="2024-02-01", draws=100)
    known = table[table["survivors"].notna()]
    assert (known["survivors"] >= known["cohort"]).all()
    assert (table["kept"] + table["won"] <= table["n_now"]).all()


def test_level_reaches_the_ratio() -> None:
    log = ind.simulate_panel(DirichletMarket(), customers=300, seed=1)
    names = {"customer": "customer", "date": "occasion", "split": 4}
    wide, narrow = (ind.loyalty_ratio(log, **names, level=level) for level in (0.99, 0.5))
    for name in ("ratio", "cohort", "survivors"):
        assert (wide[f"{name}_lower"] < narrow[f"{name}_lower"]).all()
        assert (narrow[f"{name}_upper"] < wide[f"{name}_upper"]).all()


# --- the Dirichlet ------------------------------------------------------------------------------


@pytest.mark.parametrize(("s", "rate", "shape"), [(1.2, 10, 1), (0.01, 3, 0.1), (500, 30, 2)])
@pytest.mark.parametrize("share", [0.001, 0.3, 0.97])
def test_theory_is_the_sum_over_numbers_of_purchases(
    s: float, rate: float, shape: float, share: float
) -> None:
    """Goodhardt, Ehrenberg & Chatfield (1984): NBD mixed with the beta-binomial, added up."""
    n = np.arange(4000)
    chance = stats.nbinom.pmf(n, shape, shape / (shape + rate))
    a, b = s * share, s * (1 - share)
    none = np.exp(betaln(a, b + n) - betaln(a, b))
    every = np.exp(betaln(a + n, b) - betaln(a, b))
    found = dirichlet([share], s, rate, shape)
    assert found.penetration[0] == pytest.approx(1 - chance @ none, rel=1e-9)
    assert found.category[0] == pytest.approx(chance @ (n * (1 - none)), rel=1e-9)
    assert found.sole[0] == pytest.approx((chance * every)[1:].sum(), rel=1e-9)


def test_theory_at_both_ends_of_switching() -> None:
    rate, shape, share = 5.0, 0.8, 0.3
    alike = dirichlet([share], 1000.0, rate, shape)
    assert alike.penetration[0] == pytest.approx(1 - (1 + rate * share / shape) ** -shape, rel=2e-3)
    apart = dirichlet([share], 0.001, rate, shape)
    everyone = 1 - (1 + rate / shape) ** -shape
    assert apart.penetration[0] == pytest.approx(share * everyone, rel=5e-3)
    assert apart.sole[0] == pytest.approx(apart.penetration[0], rel=5e-3)


@given(
    market=instances(
        DirichletMarket,
        drawn={"sizes": st.lists(st.floats(0.1, 10), min_size=2, max_size=6).map(tuple)},
    )
)
@LAW
def test_double_jeopardy_a_larger_share_has_more_buyers_who_buy_more_often(market: Any) -> None:
    table = market.table().sort_values("share")
    for name in ("penetration", "purchase_frequency", "scr"):
        step = np.diff(table[name])
        assert (step >= -1e-9 * table[name].iloc[1:]).all(), name
    total = market.rate * table["share"]
    np.testing.assert_allclose(table["penetration"] * table["purchase_frequency"], total, rtol=1e-6)
    assert (table["category_frequency"] >= table["purchase_frequency"]).all()


def test_small_brands_have_nearly_the_same_w_times_one_minus_b() -> None:
    """Ehrenberg, Goodhardt & Barwise (1990): w(1 - b) is about constant."""
    table = DirichletMarket(sizes=(12, 10, 8, 6, 5, 4, 55), rate=5, shape=0.5).table().iloc[:6]
    ratio = {n: table[n].max() / table[n].min() for n in ("jeopardy", "purchase_frequency")}
    assert ratio["jeopardy"] < 1.05 < ratio["purchase_frequency"]


def test_simulated_panel_follows_the_theory() -> None:
    market = DirichletMarket(sizes=(4, 3, 2, 1), switching=1.3, rate=6, shape=0.9)
    log = ind.simulate_panel(market, customers=30_000, seed=4)
    seen = ind.brand_table(
        log, customer="customer", date="occasion", panel=30_000, level=0.9999, draws=300
    ).set_index(["brand", "indicator"])
    theory = market.table().set_index("brand")
    for brand in theory.index:
        for name in ("penetration", "purchase_frequency", "scr", "sole_share", "jeopardy"):
            row = seen.loc[brand, name]
            spread = max(row["upper"] - row["lower"], 1e-9)
            assert abs(theory.loc[brand, name] - row["estimate"]) < spread, (brand, name)
    buyers = {b: set(log.loc[log["brand"] == b, "customer"]) for b in (1, 4)}
    both = len(buyers[1] & buyers[4]) / len(buyers[1])
    pairs = market.duplication().set_index(["brand", "other"])["duplication"]
    assert pairs[1, 4] == pytest.approx(both, abs=0.01)
    assert pairs[4, 1] > pairs[1, 4]


def test_the_law_of_duplication_holds_in_the_model() -> None:
    """Goodhardt (1966), after Ehrenberg 1988: duplication is in proportion to penetration."""
    table = DirichletMarket(rate=3, shape=0.5).duplication()
    assert table["coefficient"].max() / table["coefficient"].min() < 1.04
    assert table["duplication"].max() / table["duplication"].min() > 2


def fitted(seed: int, method: str = "likelihood", customers: int = 1500) -> tuple[Any, Any]:
    market = DirichletMarket(sizes=(5, 3, 2, 1), switching=0.9, rate=5.0, shape=0.7)
    log = ind.simulate_panel(market, customers=customers, seed=seed)
    names = {"customer": "customer", "date": "occasion", "panel": customers}
    return market, ind.fit_dirichlet(log, **names, method=method)


@pytest.mark.parametrize("method", ["likelihood", "penetration"])
def test_fit_finds_the_market_it_was_drawn_from(method: str) -> None:
    market, fit = fitted(7, method, 12_000)
    found = fit.table().set_index("parameter")["estimate"]
    assert found["rate"] == pytest.approx(market.rate, rel=0.05)
    assert found["shape"] == pytest.approx(market.shape, rel=0.06)
    assert found["S"] == pytest.approx(market.switching, rel=0.06)
    assert fit.brand_names == (1, 2, 3, 4)
    brands = fit.brands()
    assert brands["ratio"].between(0.93, 1.07).all()
    np.testing.assert_allclose(brands["theory"] * brands["ratio"], brands["observed"])


@pytest.mark.slow
def test_intervals_of_the_fit_cover_the_truth() -> None:
    hits = {"rate": 0, "shape": 0, "S": 0}
    for seed in range(80):
        market, fit = fitted(seed, customers=800)
        truth = {"rate": market.rate, "shape": market.shape, "S": market.switching}
        for row in fit.table().itertuples():
            hits[row.parameter] += row.lower <= truth[row.parameter] <= row.upper
    assert min(hits.values()) >= 69, hits  # of 80; 95 % is 76


@pytest.mark.slow
def test_intervals_of_brand_table_and_ratio_cover_the_truth() -> None:
    market = DirichletMarket(sizes=(5, 3, 2), switching=1.5, rate=4, shape=1.0)
    columns = ["penetration", "purchase_frequency", "scr", "sole_share", "jeopardy"]
    truth = market.table().set_index("brand")[columns]
    names: dict[str, Any] = {"customer": "customer", "draws": 200}

    def halves(log: pd.DataFrame, **kind: Any) -> pd.DataFrame:
        later = np.random.default_rng(len(log)).random(len(log)) < 0.5
        table = ind.loyalty_ratio(log.assign(day=1 + later), date="day", split=2, **names, **kind)
        return table.set_index("brand").sort_index()

    real = halves(ind.simulate_panel(market, customers=150_000, seed=999), seed=1)
    hits = dict.fromkeys([*columns, "ratio", "cohort", "survivors"], 0)
    for seed in range(60):
        log = ind.simulate_panel(market, customers=250, seed=seed)
        table = ind.brand_table(log, date="occasion", panel=250, seed=seed, **names)
        found = table.set_index(["indicator", "brand"])[["lower", "upper"]].sort_index()
        for name in columns:
            ends = found.loc[name]
            hits[name] += int(truth[name].between(ends["lower"], ends["upper"]).sum())
        now = halves(log, seed=seed)
        for name in ("ratio", "cohort", "survivors"):
            ends = now[f"{name}_lower"], now[f"{name}_upper"]
            hits[name] += int(real[name].between(*ends).sum())
    assert min(hits.values()) >= 158, hits  # of 180; 95 % is 171
    assert max(hits.values()) <= 178, hits


def test_nbd_of_the_fit_is_the_one_statsmodels_finds() -> None:
    from statsmodels.discrete.discrete_model import NegativeBinomial

    log = ind.simulate_panel(DirichletMarket(rate=3, shape=0.6), customers=800, seed=1)
    fit = ind.fit_dirichlet(log, customer="customer", date="occasion", panel=800)
    counts = np.bincount(log["customer"], minlength=801)[1:]
    other = NegativeBinomial(counts, np.ones(800)).fit(disp=0, method="newton", maxiter=200)
    mean, alpha = np.exp(other.params[0]), other.params[1]
    assert fit.market.rate == pytest.approx(mean, rel=1e-4)
    assert fit.market.shape == pytest.approx(1 / alpha, rel=1e-3)


def test_intervals_beside_the_theory_are_wilsons_of_panel_and_buyers() -> None:
    log = ind.simulate_panel(DirichletMarket(rate=3), customers=400, seed=2)
    fit = ind.fit_dirichlet(log, customer="customer", date="occasion", panel=400, level=0.8)
    table = fit.brands().set_index(["indicator", "brand"])
    counts = pd.crosstab(log["customer"], log["brand"])
    alone = (counts > 0).sum(axis=1) == 1
    for brand in counts:
        bought = counts[brand] > 0
        for name, hits, n in (
            ("penetration", bought.sum(), 400),
            ("sole_share", (bought & alone).sum(), bought.sum()),
        ):
            row = table.loc[name, brand]
            assert row["observed"] == pytest.approx(hits / n)
            assert row[["lower", "upper"]].tolist() == pytest.approx(
                [float(v) for v in wilson(hits, n, 0.8)]
            )


def test_a_brand_that_is_given_away_has_a_share_of_money_from_zero_up() -> None:
    log = small().assign(paid=lambda d: np.where(d["brand"] == "A", 0, d["paid"]))
    table = ind.brand_table(log, **NAMES, amount="paid", draws=100)
    row = table.set_index(["brand", "indicator"]).loc[("A", "scr_money")]
    assert (row["estimate"], row["lower"]) == (0, 0)
    assert row["upper"] == pytest.approx(float(wilson(0, int(row["n"]), 0.95)[1]))


def test_level_and_panel_reach_the_fit() -> None:
    log = ind.simulate_panel(DirichletMarket(rate=3), customers=500, seed=1)
    names = {"customer": "customer", "date": "occasion"}
    wide, narrow = (ind.fit_dirichlet(log, **names, panel=500, level=x) for x in (0.99, 0.5))
    assert (wide.table()["lower"] < narrow.table()["lower"]).all()
    assert (wide.brands()["upper"].dropna() > narrow.brands()["upper"].dropna()).all()
    more = ind.fit_dirichlet(log, **names, panel=5000)
    assert more.market.rate == pytest.approx(wide.market.rate / 10)
    assert more.market.switching == pytest.approx(wide.market.switching)


def test_what_the_data_do_not_tell_has_no_interval() -> None:
    rng = np.random.default_rng(0)
    who, turn = np.repeat(np.arange(50), 3), np.tile([1, 2, 3], 50)
    log = pd.DataFrame({"who": who, "turn": turn, "brand": rng.choice(list("AB"), 150)})
    table = ind.fit_dirichlet(log, customer="who", date="turn").table().set_index("parameter")
    assert table["identified"].to_dict() == {"rate": False, "shape": False, "S": True}
    assert table.loc[["rate", "shape"], ["lower", "upper"]].isna().all().all()
    assert table.loc["S", "lower"] < table.loc["S", "estimate"] < table.loc["S", "upper"]
    faithful = log.assign(brand=np.array(["A", "B"])[who % 2])
    found = ind.fit_dirichlet(faithful, customer="who", date="turn").table().iloc[2]
    assert (found["estimate"], found["identified"], np.isnan(found["upper"])) == (
        0.001,
        False,
        True,
    )


def test_prediction_for_a_longer_window_grows_as_the_theory_says() -> None:
    _, fit = fitted(3)
    one, two = fit.predict(1), fit.predict(2)
    assert_frame_equal(one.drop(columns="brand"), fit.market.table().drop(columns="brand"))
    other = dataclasses.replace(fit.market, rate=2 * fit.market.rate).table()
    assert_frame_equal(two.drop(columns="brand"), other.drop(columns="brand"))
    assert (two["penetration"] > one["penetration"]).all()
    assert (two["penetration"] < 2 * one["penetration"]).all()


def test_diary_of_the_firm_is_near_its_dirichlet_and_prices_add_switching() -> None:
    f = firm.Firm(seed=1, customers=5000)
    truth = f.truth
    panel = round(5000 * truth.diary_share)
    fit = ind.fit_dirichlet(f.diary, customer="customer", panel=panel)
    rows = fit.table().set_index("parameter")
    s = sum(truth.brand_preference)
    assert rows.loc["S", "estimate"] == pytest.approx(s, rel=0.08)
    assert rows.loc["S", "estimate"] > s  # weekly prices make buyers switch more
    assert rows.loc["rate", "estimate"] == pytest.approx(2 * truth.diary_rate, rel=0.1)
    assert rows.loc["shape", "estimate"] == pytest.approx(truth.diary_shape, rel=0.15)


# --- pictures, sliders, claims ------------------------------------------------------------------


def test_pictures_draw_their_tables() -> None:
    log = small()
    rhythm = ind.purchase_rhythm(log, **NAMES, per="W")
    line = ind.plot_rhythm(rhythm).lines[0]
    known = rhythm.dropna()
    assert list(line.get_xdata()) == known["cycle"].tolist()
    assert list(line.get_ydata()) == known["mean_gap"].tolist()
    sole = ind.sole_by_purchases(log, **NAMES, switching=1.0)
    drawn = {x.get_label(): list(x.get_ydata()) for x in ind.plot_sole(sole).lines}
    assert drawn["by chance alone"] == sole["chance"].tolist()
    assert drawn["Dirichlet (habit)"] == sole["dirichlet"].tolist()
    without = ind.plot_sole(sole.assign(dirichlet=np.nan)).lines
    assert {x.get_label() for x in without} == set(drawn) - {"Dirichlet (habit)"}
    _, fit = fitted(3)
    ax = fit.plot()
    seen = next(x for x in ax.lines if x.get_label() == "observed")
    assert list(seen.get_xdata()) == fit.observed["penetration"].tolist()
    assert list(seen.get_ydata()) == fit.observed["purchase_frequency"].tolist()
    assert [t.get_text() for t in ax.texts] == ["1", "2", "3", "4"]


def test_sliders_of_the_chapter() -> None:
    ranges = {"switching": (0.2, 5), "rate": (1, 20), "shape": (0.2, 3)}
    market = DirichletMarket()
    assert build(market, slider_ranges(market, ranges)) is not None
    demand = ind.Demand()
    fields = {"elasticity": (-4, 0), "step": (-0.5, 0.5)}
    assert build(demand, slider_ranges(demand, fields)) is not None


CLAIMS = {
    "C010": ind.repeat_purchase_frequency,
    "C011": ind.purchase_cycle,
    "C012": ind.spend_per_period,
    "C013": ind.share_of_purchases,
    "C014": ind.loyalty_ratio_now_and_past,
    "C015": ind.price_elasticity,
    "C016": ind.other_indicators,
    "C017": ind.list_of_six,
    "C018": ind.list_of_five,
    "C019": ind.three_confounders,
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_claim_has_a_function_that_names_it_and_always_says_the_same(claim: str) -> None:
    function = CLAIMS[claim]
    assert (inspect.getdoc(function) or "").startswith(f"Claim {claim}: ")
    found = function()
    assert found == function()
    assert all(isinstance(f, Finding) and f.assumption and f.reading for f in found)
    assert all(f.agrees is not False for f in found)


def test_claims_of_counting() -> None:
    window, repeats, first, span = (f.computed for f in ind.repeat_purchase_frequency())
    assert window == pytest.approx(6 / (365 / (365.25 / 12)))
    assert repeats == pytest.approx(window * 5 / 6)
    assert repeats < first < span
    cycle, gap, over, few, product = (f.computed for f in ind.purchase_cycle())
    assert product == pytest.approx(1)
    assert cycle == pytest.approx(1 / window)
    assert over == pytest.approx(cycle / gap)
    assert few > over
    assert [f.computed for f in ind.spend_per_period(120, 6, 0.5)] == [20, 10]
    assert [f.computed for f in ind.share_of_purchases(3, 1, 1, 3)][:2] == [0.75, 0.5]
    assert [f.computed for f in ind.share_of_purchases()][2:] == pytest.approx([1, 0.2, 0.04])


def test_claims_of_price_and_lists() -> None:
    assert [f.computed for f in ind.price_elasticity()] == pytest.approx(
        [-1, -1.5, -11 / 9, -11 / 9]
    )
    counted = (ind.other_indicators, ind.list_of_six, ind.list_of_five, ind.three_confounders)
    assert all(f.documented is None and f.agrees is None for c in counted for f in c())
    assert [f.computed for f in ind.list_of_six()] == [6, 4, None]
    five = ind.list_of_five()
    assert [f.computed for f in five[:3]] == [5, 1, None]
    assert 0 < five[3].computed < 1
    sure = ind.list_of_five({"A": (1, 1, 1, 1, 1), "B": (0.5, 0.2, 0.1, 0, 0)})
    assert (sure[3].computed, sure[4].computed) == (None, 1)
    named, many, one, free, sold = (f.computed for f in ind.three_confounders(2.0, 3))
    assert (named, many, one, free, sold) == pytest.approx((3, -1.5, -1, -1.75, 0))
