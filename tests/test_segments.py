"""Chapter 12: laws, sourced numbers, and the same numbers from a frame and from a customer base."""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from strategies import instances

from loyaltylab import firm, lifetime
from loyaltylab import segments as sg
from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import bootstrap_counts, wilson
from loyaltylab.database import CustomerBase
from loyaltylab.database.classes import quantile_classes, share_classes
from loyaltylab.segments import cells
from loyaltylab.segments.cells import Cells
from loyaltylab.segments.concentration import concentration_of
from loyaltylab.segments.families import Counts

mpl.use("Agg")

ROWS: dict[str, Any] = {"customer": "customer", "date": "date", "amount": "amount"}


def log_of(seed: int = 1, customers: int = 60, days: int = 364) -> pd.DataFrame:
    """Return a dirty little log: text ids, ties, several rows a day, returns, an odd index."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(0.8, 15, customers)
    who = np.repeat(np.arange(customers), rng.poisson(rate) + 1)
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, days, len(who)), "D")
    paid = rng.integers(1, 40, len(who)) * 0.25
    paid[rng.random(len(who)) < 0.03] *= -1
    frame = pd.DataFrame({"customer": [f"{k:03}" for k in who], "date": day, "amount": paid})
    return frame.set_index(pd.Index(np.arange(len(frame)) % 7))


LOG = log_of()
EACH = LOG.groupby("customer", as_index=False)["amount"].sum()


@functools.cache
def scored_log(ties: str = "customer") -> sg.RFM:
    """Return the log's scores, computed once for all tests that only read them."""
    return sg.rfm(LOG, ties=ties)


@functools.cache
def abc_of_log(by: str = "value") -> sg.ABC:
    """Return the log's classes, computed once for all tests that only read them."""
    return sg.abc(LOG, by=by)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Return the same purchases, in another order, as files and as a customer base."""
    folder = tmp_path_factory.mktemp("log")
    shuffled = LOG.sample(frac=1, random_state=3)[["amount", "date", "customer"]]
    shuffled.to_parquet(folder / "log.parquet", index=False)
    shuffled.to_csv(folder / "log.csv", index=False, encoding="utf-8-sig")
    with CustomerBase.open(":memory:") as base:
        base.add_purchases(LOG, **ROWS, returns="keep", duplicates="keep")
        yield {"parquet": folder / "log.parquet", "csv": folder / "log.csv", "base": base}


QUESTIONS: dict[str, Any] = {
    "rfm": lambda d: sg.rfm(d).ties(),
    "abc": lambda d: sg.abc(d, by="customers", measure="mean_amount").table(),
    "concentration": lambda d: sg.how_concentrated(d, draws=100),
    "lorenz": lambda d: sg.lorenz(d, draws=100, points=11),
    "window": lambda d: sg.by_window(d, weeks=(4, 26), draws=100),
    "halves": lambda d: sg.heavy_buyers_later(d, draws=100),
    "study": lambda d: sg.study(d).table(),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_numbers_from_every_source(question: str, sources: dict[str, Any]) -> None:
    ask = QUESTIONS[question]
    wanted = ask(LOG)
    for name, source in sources.items():
        if name != "base" and question not in ("halves", "study"):
            continue  # how a file is read does not depend on the question
        found = ask(source)
        pd.testing.assert_frame_equal(found, wanted, check_dtype=False, obj=name, rtol=1e-12)


def test_an_ibis_table_and_other_types_of_columns_give_the_same_numbers(
    sources: dict[str, Any],
) -> None:
    import ibis

    wanted = abc_of_log().table()
    kinds = {
        "category": LOG.assign(customer=LOG["customer"].astype("category")),
        "nullable, text dates": LOG.astype({"amount": "Float64", "customer": "string"}).assign(
            date=LOG["date"].dt.strftime("%Y-%m-%d")
        ),
        "ibis": ibis.duckdb.connect().read_parquet(sources["parquet"]),
    }
    for name, source in kinds.items():
        found = sg.abc(source).table().astype({"customer": wanted["customer"].dtype})
        pd.testing.assert_frame_equal(found, wanted, obj=name, rtol=1e-12)


def test_the_log_is_left_as_it_was() -> None:
    pd.testing.assert_frame_equal(LOG, log_of())


# --- summary ------------------------------------------------------------------------------


def test_summary_by_hand_keeps_the_two_recencies_apart() -> None:
    table = sg.summary(LOG, until="2024-12-31")
    assert not any(name == "recency" for name in table.columns)
    paid = LOG.groupby(["customer", "date"])["amount"].sum()
    days = paid[paid > 0].reset_index().groupby("customer")["date"].agg(["min", "max", "count"])
    days = days.loc[table["customer"]]
    end = pd.Timestamp("2024-12-31")
    assert (table["days_since_last"].to_numpy() == (end - days["max"]).dt.days.to_numpy()).all()
    assert (table["recency_days"].to_numpy() == (days["max"] - days["min"]).dt.days).all()
    assert (table["frequency"].to_numpy() == days["count"].to_numpy() - 1).all()
    both = table["recency_days"] + table["days_since_last"]
    assert (both == table["tenure_days"]).all()
    total = LOG.groupby("customer")["amount"].sum().loc[table["customer"]]
    assert np.allclose(table["amount"], total, atol=1e-9)


@pytest.mark.parametrize("unit", ["D", "W"])
def test_histories_agree_with_the_summary_of_lifetime(unit: str) -> None:
    found = sg.histories(sg.summary(LOG), unit=unit)
    older = lifetime.summarise(LOG, customer="customer", date="date", amount="amount", unit=unit)
    older = older.sort_values("customer", ignore_index=True)
    pd.testing.assert_frame_equal(
        found, older[["customer", "x", "t_x", "T"]], check_dtype=False, rtol=1e-12
    )


# --- concentration ------------------------------------------------------------------------


def test_top_share_and_holders_by_hand() -> None:
    each = pd.DataFrame({"customer": range(5), "amount": [50.0, 25.0, 15.0, 6.0, 4.0]})
    found = sg.how_concentrated(each, date=None, draws=100).set_index("quantity")["estimate"]
    assert found["top 20% hold"] == pytest.approx(0.5)
    assert found["80% held by"] == pytest.approx((2 + 5 / 15) / 5)
    differences = np.abs(np.subtract.outer(*[each["amount"].to_numpy()] * 2)).mean()
    assert found["Gini"] == pytest.approx(differences / (2 * each["amount"].mean()))
    assert found["one of the top / another one"] == pytest.approx(50 / 12.5)
    other = sg.how_concentrated(each, date=None, top=0.4, hold=0.5, draws=100)
    assert other["quantity"].tolist()[:2] == ["top 40% hold", "50% held by"]
    assert other["estimate"].tolist()[:2] == pytest.approx([0.75, 0.2])


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=40).filter(any), st.floats(0.01, 0.99))
@settings(max_examples=15, deadline=None)
def test_concentration_does_not_depend_on_money_or_order(values: list[int], top: float) -> None:
    def ask(amounts: Any) -> Any:
        each = pd.DataFrame({"customer": range(len(values)), "amount": amounts})
        return sg.how_concentrated(each, date=None, top=top, draws=100)["estimate"].to_numpy()

    one, scaled = ask(values), ask(np.array(values[::-1]) * 8.0)
    assert np.allclose(one, scaled, rtol=1e-9)
    share, holders, gini, _ = one
    assert top - 1e-9 <= share <= 1 + 1e-9
    assert 0 < holders <= 0.8 + 1e-9
    assert -1e-9 <= gini < 1


def test_the_holders_of_a_share_hold_it() -> None:
    customers = Cells.of(np.random.default_rng(0).lognormal(0, 1.5, 501))
    once = customers.customers[None]
    for hold in (0.05, 0.5, 0.8, 0.99):
        share = cells.holders(customers, once, hold)
        assert cells.held(customers, once, share)[0, 0] == pytest.approx(hold)


def test_gini_is_the_area_under_the_curve() -> None:
    each = pd.DataFrame(
        {"customer": range(300), "amount": np.random.default_rng(2).gamma(1, 9, 300)}
    )
    curve = sg.lorenz(each, date=None, points=301, draws=100)
    area = np.trapezoid(curve["share_of_value"], curve["share_of_customers"])
    gini = sg.how_concentrated(each, date=None, draws=100)["estimate"][2]
    assert 2 * area - 1 == pytest.approx(gini, abs=1e-9)
    assert (curve["lower"] <= curve["share_of_value"]).all()
    assert (curve["upper"] >= curve["share_of_value"]).all()


@pytest.mark.parametrize(
    ("rule", "share", "n"), [("keep", 60 / 90, 5), ("zero", 0.6, 5), ("drop", 0.48, 4)]
)
def test_customers_below_zero_follow_the_stated_rule(rule: Any, share: float, n: int) -> None:
    each = pd.DataFrame({"customer": range(5), "amount": [60.0, 40.0, 0.0, 0.0, -10.0]})
    found = sg.how_concentrated(each, date=None, negative=rule, draws=100)
    assert found["estimate"][0] == pytest.approx(share)
    assert found["n"][0] == n


def test_with_losses_kept_the_curve_passes_one_and_comes_back() -> None:
    each = pd.DataFrame({"customer": range(4), "amount": [9.0, 3.0, 1.0, -3.0]})
    curve = sg.lorenz(each, date=None, points=5, draws=100)["share_of_value"]
    assert curve.tolist() == pytest.approx([0.0, 0.9, 1.2, 1.3, 1.0])
    assert sg.plot_lorenz({"a": sg.lorenz(each, date=None, draws=100)}).get_ylim()[1] > 1.2


@pytest.mark.parametrize("amounts", [[9.0, 0.0, 0.0], [10.0, 5.0, -3.0]])
def test_no_interval_of_a_tiny_base_passes_what_a_share_can_be(amounts: list[float]) -> None:
    each = pd.DataFrame({"customer": range(3), "amount": amounts})
    found = sg.how_concentrated(each, date=None, draws=300).set_index("quantity")
    assert found.loc["80% held by", "upper"] <= 0.8
    assert (found["lower"] <= found["upper"]).all()
    most = 1 if min(amounts) >= 0 else np.inf
    assert found.loc["top 20% hold", "upper"] == found.loc["Gini", "upper"] == most
    curve = sg.lorenz(each, date=None, draws=300, points=3)
    assert curve["upper"].tolist() == [0, most, 1]
    assert curve["lower"].iloc[[0, -1]].tolist() == [0, 1]


def test_cells_of_neighbours_give_what_every_customer_gives() -> None:
    values = np.random.default_rng(5).lognormal(0, 1.3, 20_000)
    grouped, single = Cells.of(values), Cells(np.ones(20_000, np.int64), np.sort(values)[::-1])
    assert len(grouped.value) <= cells.CELLS
    assert grouped.customers.sum() == 20_000
    shares = np.array([0.001, 0.05, 0.2, 0.5])
    for ask in (
        lambda c, k: cells.held(c, k, shares),
        lambda c, k: cells.holders(c, k, 0.8),
        cells.gini,
    ):
        both = [np.asarray(ask(c, c.customers[None])) for c in (grouped, single)]
        assert np.allclose(*both, rtol=1e-4)


def test_a_wider_level_gives_wider_intervals_everywhere() -> None:
    asked = (
        lambda level: sg.how_concentrated(EACH, date=None, level=level, draws=300),
        lambda level: sg.lorenz(EACH, date=None, level=level, draws=300, points=5).iloc[1:-1],
        lambda level: sg.by_window(LOG, weeks=(13,), level=level, draws=300),
        lambda level: sg.heavy_buyers_later(LOG, level=level, draws=300),
        lambda level: sg.core_customers(SCORES, level=level).table(),
        lambda level: sg.core_customers(SCORES, level=level).overlaps(),
        lambda level: sg.core_customers(SCORES, level=level).sets(),
    )
    for ask in asked:
        narrow, wide = (ask(level) for level in (0.5, 0.99))
        assert ((wide["upper"] - wide["lower"]) > (narrow["upper"] - narrow["lower"])).all()


def test_the_seed_decides_the_interval_and_nothing_else() -> None:
    one, two, three = (sg.how_concentrated(EACH, date=None, seed=s, draws=200) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert (one["estimate"] == three["estimate"]).all()
    assert (one["lower"] != three["lower"]).any()


# --- arithmetic and the model -------------------------------------------------------------


def test_worth_and_exponents_of_the_sources_in_claims_csv() -> None:
    assert [round(sg.worth_ratio(s), 1) for s in (0.8, 0.67, 0.6)] == [16.0, 8.1, 6.0]
    found = [round(sg.pareto_exponent(s), 3) for s in (0.8, 0.73, 0.67, 0.6)]
    assert found == [1.161, 1.243, 1.331, 1.465]
    assert sg.pareto_exponent(0.8) == pytest.approx(math.log(5) / math.log(4))


def test_published_shares_are_those_of_claim_c092() -> None:
    table = sg.published()
    assert sorted(table["top_share"]) == [0.59, 0.60, 0.66, 0.67, 0.67, 0.68, 0.73]
    assert (table["top_share"] < 0.8).all()
    assert set(table["status"]) == {"read"}


@given(instances(sg.Concentration, cap=1e4))
@settings(max_examples=40, deadline=None)
def test_any_model_curve_rises_is_concave_and_beats_equality(model: Any) -> None:
    share = np.linspace(0, 1, 101)
    held = model.held(share)
    assert held[0] == 0
    assert held[-1] == 1
    assert (np.diff(held) >= -1e-9).all()
    assert (np.diff(held, 2) <= 1e-7).all()
    assert (held >= share).all()
    assert model.top_share == pytest.approx(float(model.held(model.top)))
    if model.margin_top == model.margin_rest:
        assert model.profit_share == pytest.approx(model.top_share)
    if model.margin_top > model.margin_rest:
        assert model.profit_share >= model.top_share * (1 - 1e-12)
    if model.margin_top < model.margin_rest:
        assert model.profit_share <= model.top_share * (1 + 1e-12)


@pytest.mark.parametrize(
    "model",
    [
        sg.Concentration(exponent=1.4),
        sg.Concentration(family="gamma", shape=0.4),
        sg.Concentration(family="gamma", shape=0.7, purchases=3.0),
        sg.Concentration(family="gamma", shape=0.7, purchases=3.0, among="buyers"),
    ],
)
def test_holders_gini_and_curve_of_a_model_agree(model: Any) -> None:
    assert float(model.held(model.holders)) == pytest.approx(model.hold, abs=1e-9)
    share = np.unique(np.append(np.geomspace(1e-9, 1, 4000), np.linspace(0, 1, 20_001)))
    area = np.trapezoid(model.held(share), share)
    assert model.gini == pytest.approx(2 * area - 1, abs=1e-4)


def test_model_agrees_with_simulated_customers() -> None:
    rng = np.random.default_rng(4)
    n = 400_000
    rates = rng.gamma(0.6, 1 / 0.6, n)
    seen = rng.poisson(3 * rates)
    cases = {
        "gamma": (rates, sg.Concentration(family="gamma", shape=0.6)),
        "nbd": (seen, sg.Concentration(family="gamma", shape=0.6, purchases=3.0)),
        "buyers": (
            seen[seen > 0],
            sg.Concentration(family="gamma", shape=0.6, purchases=3.0, among="buyers"),
        ),
    }
    for values, model in cases.values():
        customers = Cells.of(values.astype(float))
        once = customers.customers[None]
        assert cells.held(customers, once, np.array([0.2]))[0, 0] == pytest.approx(
            model.top_share, abs=0.004
        )
        assert cells.holders(customers, once, 0.8)[0] == pytest.approx(model.holders, abs=0.004)
        assert cells.gini(customers, once)[0] == pytest.approx(model.gini, abs=0.004)


def test_shares_of_counts_are_those_of_scipys_negative_binomial() -> None:
    counts, t = Counts(0.7, 3.0, False), np.arange(0.0, 30.0)
    law = stats.nbinom(0.7, 0.7 / 3.7)
    x = np.arange(0, 3000)
    assert np.allclose(counts.at_least(t), law.sf(t - 1), atol=1e-12)
    bought = [np.sum(x[x >= k] * law.pmf(x[x >= k])) / 3 for k in t]
    assert np.allclose(counts.bought(t), bought, atol=1e-9)


def test_the_next_share_is_a_sum_over_counts() -> None:
    k, mean = 0.5, 1.0
    kept = mean / (mean + k)
    counts = np.arange(400, 0, -1)
    chances = stats.nbinom(k, 1 - kept).pmf(counts)
    left, held = 0.2 * chances.sum(), 0.0
    for count, chance in zip(counts, chances, strict=True):
        taken = min(chance, left)
        left -= taken
        held += taken * (kept * count + (1 - kept) * mean) / mean
    model = sg.Concentration(family="gamma", shape=k, purchases=mean, among="buyers")
    assert model.next_share == pytest.approx(held, abs=1e-6)


def test_a_short_window_concentrates_all_and_spreads_buyers() -> None:
    windows = (0.5, 2.0, 8.0, 50.0)
    among = {
        name: [
            sg.Concentration(family="gamma", shape=1.0, purchases=m, among=name).top_share
            for m in windows
        ]
        for name in ("all", "buyers")
    }
    assert among["all"] == sorted(among["all"], reverse=True)
    assert among["buyers"] == sorted(among["buyers"])
    long_run = sg.Concentration(family="gamma", shape=1.0).top_share
    assert among["all"][-1] == pytest.approx(long_run, abs=0.01)


def test_profit_and_sales_are_80_20_together_only_with_equal_margins() -> None:
    assert sg.profit_share(0.8, 0.3, 0.3) == pytest.approx(0.8)
    assert sg.profit_share(0.8, 0.1, 0.2) == pytest.approx(2 / 3)
    model = sg.Concentration(margin_top=0.1, margin_rest=0.2)
    assert model.profit_share == pytest.approx(2 / 3)
    assert model.table()["share_of_profit"].iloc[-1] == 1


def test_sentences_at_the_ends_do_not_say_none_or_one_others() -> None:
    assert "held by less than 0.1 % of customers" in sg.Concentration(exponent=1.0001).sentence()
    assert "as much as any other;" in sg.Concentration(exponent=1e6).sentence()


def test_what_the_model_draws_is_its_table() -> None:
    model = sg.Concentration(exponent=1.4, margin_top=0.1, hold=0.7)
    artists = fig.moving(model.plot(fig.canvas().subplots()))
    for name, column in (("sales", "share_of_sales"), ("profit", "share_of_profit")):
        x, y = artists[name].get_data()
        drawn = np.interp(model.table()["share_of_customers"], x, y)
        assert np.allclose(drawn, model.table()[column], atol=1e-6)
    assert artists["top"].get_data() == ([model.top], [model.top_share])
    assert artists["holders"].get_xdata()[1] == model.holders


# --- windows and halves -------------------------------------------------------------------


def test_each_window_is_the_log_cut_to_it() -> None:
    table = sg.by_window(LOG, weeks=(4, 26), until="2024-11-30", draws=100)
    end = pd.Timestamp("2024-11-30")
    for weeks in (4, 26):
        inside = (LOG["date"] <= end) & (LOG["date"] > end - pd.Timedelta(weeks=weeks))
        part = LOG[inside.to_numpy()]
        wanted = sg.how_concentrated(part, draws=100)
        rows = table[(table["weeks"] == weeks) & (table["among"] == "buyers")]
        assert np.allclose(rows["estimate"], wanted["estimate"])
        assert rows["n"].iloc[0] == part["customer"].nunique()
        everyone = table[(table["weeks"] == weeks) & (table["among"] == "all")]
        assert (
            everyone["n"].iloc[0] == LOG.loc[(LOG["date"] <= end).to_numpy(), "customer"].nunique()
        )


def test_what_the_windows_draw_is_the_table() -> None:
    table = sg.by_window(LOG, weeks=(4, 26), draws=100)
    ax = sg.plot_windows(table, fig.canvas().subplots())
    top = table[table["quantity"] == "top 20% hold"]
    for line, among in zip(ax.containers, ("all", "buyers"), strict=True):
        drawn = line.lines[0].get_ydata()
        assert list(drawn) == top.loc[top["among"] == among, "estimate"].tolist()


def test_heavy_buyers_by_hand() -> None:
    log = pd.DataFrame(
        {
            "customer": list("abcdeabcdf"),
            "date": ["2024-01-01"] * 5 + ["2024-01-31"] * 5,
            "amount": [8, 4, 3, 2, 1, 1, 6, 2, 1, 90],
        }
    )
    found = sg.heavy_buyers_later(log, draws=100).set_index("quantity")["estimate"]
    assert found.tolist() == pytest.approx([8 / 18, 1 / 10, 6 / 10, 0])
    wider = sg.heavy_buyers_later(log, top=0.4, split="2024-01-15", draws=100)
    assert wider["estimate"].tolist() == pytest.approx([12 / 18, 7 / 10, 8 / 10, 0.5])
    assert wider["n"].tolist() == [5] * 4


def test_the_nbd_predicts_the_fall_when_nobody_changes() -> None:
    rng = np.random.default_rng(8)
    n, k, mean = 3000, 0.9, 4.0
    rate = rng.gamma(k, mean / k, n)
    parts = []
    for start, count in (("2024-01-01", rng.poisson(rate)), ("2024-07-01", rng.poisson(rate))):
        who = np.repeat(np.arange(n), count)
        place = np.concatenate([rng.choice(180, c, replace=False) for c in count])
        date = pd.Timestamp(start) + pd.to_timedelta(place, "D")
        parts.append(pd.DataFrame({"customer": who, "date": date, "amount": 1.0}))
    log = pd.concat(parts, ignore_index=True)
    table = sg.heavy_buyers_later(log, measure="purchases", split="2024-06-30", draws=200)
    found = table.set_index("quantity")
    later, unchanged = found.iloc[1], found.iloc[4]
    assert later["lower"] < unchanged["estimate"] < later["upper"]
    assert found["estimate"].iloc[0] - later["estimate"] > 0.03
    seen = log[log["date"] <= "2024-06-30"].groupby("customer").size()
    model = sg.Concentration(family="gamma", shape=k, purchases=mean, among="buyers")
    assert found["estimate"].iloc[0] == pytest.approx(model.top_share, abs=0.02)
    assert found["n"].iloc[0] == len(seen)
    later_of_all = log[log["date"] > "2024-06-30"].groupby("customer").size()
    heavy = seen.sort_values(ascending=False).index[: len(seen) // 5]
    share = later_of_all.reindex(heavy).sum() / later_of_all.sum()
    assert model.next_share == pytest.approx(share, abs=0.02)


# --- RFM and ABC --------------------------------------------------------------------------


@pytest.mark.parametrize("ties", ["customer", "together"])
def test_rfm_agrees_with_the_classes_of_the_database(ties: Any) -> None:
    import ibis

    found = sg.rfm(LOG, classes=4, ties=ties).table()
    table = ibis.memtable(found[["customer", "days_since_last", "purchases", "amount"]])
    for letter, value, best in (
        ("r", "days_since_last", "low"),
        ("f", "purchases", "high"),
        ("m", "amount", "high"),
    ):
        there = quantile_classes(table, value, classes=4, best=best, ties=ties)
        there = there.order_by("customer").to_pyarrow().to_pandas()
        assert there["class"].tolist() == found[letter].tolist()


def test_abc_agrees_with_the_classes_of_the_database() -> None:
    import ibis

    found = sg.abc(LOG, negative="zero").table()
    table = ibis.memtable(found[["customer", "value"]])
    there = share_classes(table, "value").order_by("customer").to_pyarrow().to_pandas()
    assert there["class"].tolist() == found["abc"].tolist()


@given(st.integers(2, 9), st.integers(0, 10))
@settings(max_examples=2, deadline=None)
def test_rfm_classes_by_customer_differ_by_one_at_most(classes: int, seed: int) -> None:
    scored = sg.rfm(log_of(seed, 30), classes=classes)
    sizes = scored.sizes()
    for _, part in sizes.groupby("part"):
        assert part["customers"].max() - part["customers"].min() <= 1
        assert part["customers"].sum() == len(scored.table())
        assert part["share"].sum() == pytest.approx(1)
        values = part.sort_values("score")
        worse = values if part["part"].iloc[0] != "recency" else values.iloc[::-1]
        assert (worse["highest"].to_numpy()[:-1] <= worse["lowest"].to_numpy()[1:]).all()


def test_equals_kept_together_are_never_told_apart() -> None:
    scored = scored_log("together")
    table = scored.table()
    for letter, column in (("r", "days_since_last"), ("f", "purchases"), ("m", "amount")):
        assert (table.groupby(column)[letter].nunique() == 1).all()
    ties = scored.ties()
    assert (ties["split"] == 0).all()
    assert (ties["changed_by_order"] == 0).all()
    assert (ties["changed_by_together"] == 0).all()


def test_the_report_on_ties_counts_customers_by_hand() -> None:
    log = pd.DataFrame(
        {"customer": list("abcd"), "date": "2024-01-05", "amount": [5.0, 5.0, 5.0, 9.0]}
    )
    log.loc[4] = ["d", "2024-01-01", 1.0]
    ties = sg.rfm(log, classes=2).ties().set_index("part")
    # amounts 5, 5, 5, 10: a, b | c, d; the other way round c, b | a, d; together a, b, c | d
    assert ties.loc["monetary", ["distinct", "split"]].tolist() == [2, 3]
    assert ties.loc["monetary", ["changed_by_order", "changed_by_together"]].tolist() == [2, 1]


def test_own_cut_points_score_recency_downwards() -> None:
    cuts = {"recency": (30, 90), "frequency": (3, 10), "monetary": (50,)}
    table = sg.rfm(LOG, ties="cuts", cuts=cuts, until="2024-12-31").table()
    assert (
        table["r"] == 3 - (table["days_since_last"] >= 30) - (table["days_since_last"] >= 90)
    ).all()
    assert (table["f"] == 1 + (table["purchases"] >= 3) + (table["purchases"] >= 10)).all()
    assert (table["m"] == 1 + (table["amount"] >= 50)).all()
    assert (table["rfm"] == [f"{r}{f}{m}" for r, f, m in table[["r", "f", "m"]].to_numpy()]).all()


def test_the_best_customer_of_all_three_is_555() -> None:
    table = scored_log("together").table()
    assert table.loc[table["days_since_last"].idxmin(), "r"] == 5
    assert table.loc[table["days_since_last"].idxmax(), "r"] == 1
    assert table.loc[table["purchases"].idxmax(), "f"] == 5
    assert table.loc[table["amount"].idxmin(), "m"] == 1


def test_a_day_must_be_a_whole_day() -> None:
    for text in ("2024", "2024-03", "05/02/2024"):
        with pytest.raises(InputError, match="year first"):
            sg.summary(LOG, until=text)
    same = [sg.summary(LOG, until=day) for day in ("2024-11-30", pd.Timestamp("2024-11-30 18:00"))]
    pd.testing.assert_frame_equal(*same)


def test_what_rfm_draws_adds_up_to_its_customers() -> None:
    scored = scored_log()
    ax = scored.plot(fig.canvas().subplots())
    drawn = {tuple(t.get_position()): int(t.get_text().replace(",", "")) for t in ax.texts}
    assert sum(drawn.values()) == len(scored.table())
    assert drawn[(5, 5)] == ((scored.table()[["r", "f"]] == 5).all(axis=1)).sum()


@pytest.mark.parametrize("by", ["value", "customers"])
def test_abc_keeps_what_its_cut_promises(by: Any) -> None:
    found = abc_of_log(by)
    sizes, table = found.sizes().set_index("abc"), found.table()
    assert sizes["customers"].sum() == len(table) == LOG["customer"].nunique()
    if by == "value":
        assert sizes.loc["A", "share_of_value"] >= 0.8
        largest = table[table["abc"] == "A"].nlargest(10**6, "rank").iloc[0]
        assert sizes.loc["A", "share_of_value"] - largest["value"] / table["value"].sum() < 0.8
        assert sizes.loc[["A", "B"], "share_of_value"].sum() >= 0.95
    else:
        assert sizes["customers"].tolist() == [12, 18, 30]
    assert sizes.loc["A", "lowest"] >= sizes.loc["B", "highest"] >= sizes.loc["C", "highest"]
    assert table.loc[table["value"] <= 0, "abc"].isin(["C"]).all()


def test_abc_draws_its_table() -> None:
    found = abc_of_log()
    ax = found.plot(fig.canvas().subplots())
    first = ax.lines[0]
    share = found.sizes().iloc[0]
    assert first.get_xdata()[-1] == pytest.approx(share["share_of_customers"])
    assert first.get_ydata()[-1] == pytest.approx(share["share_of_value"])


def test_sensitivity_of_a_is_that_of_abc() -> None:
    table = sg.abc_sensitivity(LOG)
    reference = abc_of_log().table().set_index("customer")["abc"] == "A"
    for row in table.iloc[[1, 9, 17]].itertuples():
        same = sg.abc(LOG, by=row.by, cuts=(row.cut, 1.0), measure=row.measure).table()
        inside = same.set_index("customer")["abc"] == "A"
        assert row.customers == inside.sum()
        assert row.of_reference == pytest.approx((inside & reference).sum() / reference.sum())
    assert table["of_reference"][0] == 1


# --- core customers -----------------------------------------------------------------------

RNG = np.random.default_rng(12)
SCORES = pd.DataFrame(
    {
        "customer": range(200),
        "profit": RNG.lognormal(0, 1, 200),
        "purchases": RNG.poisson(5, 200),
        "share_of_wallet": RNG.random(200),
        "relative_value": RNG.random(200),
    },
    index=[7] * 200,
)


def test_the_three_sets_by_hand() -> None:
    core = sg.core_customers(SCORES, top_profit=0.1, top_purchases=0.3, wallet=0.4, relative=0.6)
    members = core.members()
    cut = np.sort(SCORES["profit"])[-20], np.sort(SCORES["purchases"])[-60]
    one = (SCORES["profit"] >= cut[0]) & (SCORES["purchases"] >= cut[1])
    assert (members["profitable_and_loyal"].to_numpy() == one.to_numpy()).all()
    assert (members["most_of_wallet"].to_numpy() == (SCORES["share_of_wallet"] > 0.4)).all()
    assert (members["worth_more_to_us"].to_numpy() == (SCORES["relative_value"] > 0.6)).all()
    names = ["profitable_and_loyal", "most_of_wallet", "worth_more_to_us"]
    assert (members["yes"] == members[names].sum(axis=1)).all()


def test_the_combinations_are_disjoint_complete_and_carry_wilson() -> None:
    core = sg.core_customers(SCORES)
    table = core.table()
    assert len(table) == 8
    assert table["customers"].sum() == 200
    assert table["expected"].sum() == pytest.approx(200)
    lower, upper = wilson(table["customers"], 200)
    assert np.allclose(table["lower"], lower)
    assert np.allclose(table["upper"], upper)
    assert (table["upper"] > table["lower"]).all()
    sets = core.sets().set_index("question")
    for question in core.questions:
        assert table.loc[table[question], "customers"].sum() == sets.loc[question, "customers"]
    first = core.overlaps().iloc[0]
    both = core.members()[["profitable_and_loyal", "most_of_wallet"]]
    assert first["customers"] == both.all(axis=1).sum()
    assert first["share"] == pytest.approx(both.all(axis=1).sum() / both.iloc[:, 0].sum())
    jaccard = core.overlaps().query("reading == 'in both of either'").iloc[0]
    assert jaccard["of"] == both.any(axis=1).sum()


def test_a_log_without_rivals_answers_one_question_and_says_so() -> None:
    scores = sg.core_scores(LOG, own=None)
    assert "share_of_wallet" not in scores
    with pytest.raises(InputError, match="share_of_wallet"):
        sg.core_customers(scores)
    core = sg.core_customers(scores, share_of_wallet=None, relative_value=None)
    assert core.unanswered == ("most_of_wallet", "worth_more_to_us")
    assert "2 cannot be answered" in core.sentence()
    assert len(core.table()) == 2


def test_what_the_upset_picture_draws_is_the_table() -> None:
    core = sg.core_customers(SCORES)
    ax = core.plot(fig.canvas().subplots())
    bars = [patch.get_height() for patch in ax.patches]
    table = core.table()
    assert sorted(bars) == sorted(table["customers"])
    nobody = ~table[list(core.questions)].any(axis=1)
    assert bars[-1] == table.loc[nobody, "customers"].iloc[0]
    assert bars[:-1] == sorted(bars[:-1], reverse=True)
    dark = [line for line in ax.lines if line.get_color() == "#222222" and line.get_marker() == "o"]
    marked = sum(len(line.get_xdata()) for line in dark)
    assert marked == table[list(core.questions)].to_numpy().sum()
    drawn = np.array(ax.containers[-1].lines[2][0].get_segments())[:, :, 1]
    assert np.allclose(np.sort(drawn, axis=0), np.sort(table[["lower", "upper"]] * 200, axis=0))


@pytest.fixture(scope="module")
def made() -> tuple[firm.Firm, pd.DataFrame]:
    people = firm.Firm(seed=3, customers=350)
    bought = people.purchases
    return people, bought.assign(amount=bought["amount_cents"] / 100)


MARGINS = {"margin": 0.4, "rival_margin": 0.2}


@pytest.fixture(scope="module")
def scored(made: tuple[firm.Firm, pd.DataFrame]) -> pd.DataFrame:
    return sg.core_scores(made[1], own="own", **MARGINS)


def test_scores_of_the_linked_firm_by_hand(
    made: tuple[firm.Firm, pd.DataFrame], scored: pd.DataFrame
) -> None:
    log, scores = made[1], scored.set_index("customer")
    spent = log.pivot_table(index="customer", columns="own", values="amount", aggfunc="sum")
    spent = spent.fillna(0).loc[scores.index]
    assert np.allclose(scores["profit"], 0.4 * spent[True])
    assert np.allclose(scores["share_of_wallet"], spent[True] / spent.sum(axis=1))
    value = scores["value_own"] / (scores["value_own"] + scores["value_rivals"])
    assert np.allclose(scores["relative_value"], value)
    never = set(log["customer"]) - set(log.loc[log["own"], "customer"])
    assert never
    assert not never & set(scores.index)
    for name, side, margin in (("own", log["own"], 0.4), ("rivals", ~log["own"], 0.2)):
        table = sg.summary(log[side], until=log["date"].max())
        past = sg.histories(table).assign(mean_amount=table["mean_repeat_amount"].fillna(0.0))
        fits = lifetime.fit_bgnbd(past), lifetime.fit_gamma_gamma(past)
        ahead = lifetime.clv(past, *fits, horizon=52, margin=margin)["value"]
        wanted = ahead.set_axis(table["customer"]).reindex(scores.index).fillna(0.0)
        assert np.allclose(scores[f"value_{name}"], wanted, rtol=1e-6)


def test_scores_say_when_a_side_is_hardly_identified(scored: pd.DataFrame) -> None:
    note = scored["note"].iloc[0]
    assert (scored["note"] == note).all()
    assert "Purchases from rivals: These data hardly identify a and b" in note
    assert "from the firm" not in note


def test_scores_follow_the_truth_of_the_linked_firm(
    made: tuple[firm.Firm, pd.DataFrame], scored: pd.DataFrame
) -> None:
    people = made[0]
    scores = scored.merge(people.latent, on="customer")
    stayed = scores.merge(people.customers[["customer", "churned"]], on="customer")
    long = stayed[~stayed["churned"] & (stayed["purchases"] >= 5)]
    assert stats.spearmanr(long["share_of_wallet"], long["loyalty_2"]).statistic > 0.6
    means = stayed.groupby("churned")["relative_value"].mean()
    assert means[False] > means[True] + 0.15


def test_own_from_an_ibis_table_is_own_from_a_frame(
    made: tuple[firm.Firm, pd.DataFrame], scored: pd.DataFrame
) -> None:
    import ibis

    log = made[1][["customer", "date", "own", "amount"]]
    log = log.assign(purchases=1, schema=2)  # names that look like attributes of something else
    found = sg.core_scores(ibis.memtable(log), own="own", **MARGINS)
    pd.testing.assert_frame_equal(found, scored, rtol=1e-9, check_dtype=False)


# --- the card -----------------------------------------------------------------------------


def test_the_card_holds_what_the_chapters_say() -> None:
    known = sg.study(LOG, until="2024-12-31")
    table = known.table(weeks_ahead=8)
    row = table.sort_values("frequency").iloc[-5]
    card = sg.explain(known, row["customer"], weeks_ahead=8)
    past = lifetime.summarise(
        LOG, customer="customer", date="date", amount="amount", until="2024-12-31"
    ).set_index("customer")
    fit = lifetime.fit_bgnbd(past)
    own = past.loc[row["customer"], ["x", "t_x", "T"]]
    active = fit.probability_active(*own).iloc[0]
    bought = fit.expected_purchases(8, *own).iloc[0]
    f = card.facts
    assert f["probability_active"] == pytest.approx(active["probability_active"], rel=1e-6)
    assert f["active_lower"] == pytest.approx(active["lower"], rel=1e-6)
    assert f["expected_upper"] == pytest.approx(bought["upper"], rel=1e-6)
    assert f["abc"] == abc_of_log().table().set_index("customer").loc[row["customer"], "abc"]
    assert f["rfm"] == scored_log().table().set_index("customer").loc[row["customer"], "rfm"]
    assert f["recency_days"] + f["days_since_last"] == f["tenure_days"]
    wide = sg.explain(known, row["customer"], level=0.999).facts
    assert wide["active_upper"] - wide["active_lower"] > f["active_upper"] - f["active_lower"]


def test_every_card_is_one_sentence_a_table_and_safe_html() -> None:
    evil = LOG.replace({"customer": {"003": "<script>alert(1)</script>"}})
    known = sg.study(evil)
    for who in [*known.customers["customer"].head(3), "<script>alert(1)</script>"]:
        card = sg.explain(known, who)
        text = card.sentence()
        assert text.endswith(".")
        assert "nan" not in text.split()
        assert ". " not in text
        assert repr(card) == text
        page = card._repr_html_()
        assert "<script" not in page
        assert page.count("<div") == page.count("</div>")
        assert card.advice in page.replace("&#x27;", "'")
        assert list(card.table().columns) == ["fact", "value", "meaning"]
        if card.facts["frequency"] == 0:
            assert card.rule == "bought once"
            assert "not known (1 by construction)" in page
            assert "cannot be known" in text


def test_a_card_without_a_fit_says_that_it_is_not_known() -> None:
    log = pd.DataFrame({"customer": [1, 2], "date": "2024-01-01", "amount": [5.0, 1.0]})
    known = sg.study(log, until="2024-02-01")
    assert known.fit is None
    assert "nobody bought again" in known.why
    card = sg.explain(known, 1)
    rows = card.table().set_index("fact")
    assert rows.loc["purchases to come", "value"] == "not known"
    assert "nobody bought again" in rows.loc["still active", "meaning"]
    assert card.rule == "bought once"
    assert "not known" in card._repr_html_()


@pytest.fixture(scope="module")
def known() -> sg.Study:
    return sg.study(LOG)


def test_the_first_rule_that_fits_counts_and_rules_can_be_changed(known: sg.Study) -> None:
    rules = sg.default_rules()
    table = known.table()
    for row in table.sort_values("probability_active").iloc[::15].itertuples():
        card = sg.explain(known, row.customer)
        rule = rules[rules["rule"] == card.rule].iloc[0]
        assert row.abc in rule["abc"]
        assert rule["purchases_from"] <= row.purchases <= rule["purchases_to"]
        assert rule["active_from"] <= row.probability_active <= rule["active_to"]
    mine = rules.assign(
        abc="ABC", active_from=0.0, active_to=1.0, purchases_from=1, purchases_to=99
    )
    first = sg.explain(known, table["customer"][0], rules=mine.assign(advice="do nothing"))
    assert (first.rule, first.advice) == ("bought once", "do nothing")
    none = sg.explain(known, table["customer"][0], rules=mine.assign(purchases_from=98))
    assert none.rule == "no rule"


def test_a_card_says_when_its_interval_allows_other_rules(known: sg.Study) -> None:
    split = sg.default_rules().iloc[1:].assign(abc="ABC")
    some = 0
    for who in known.table().sort_values("probability_active")["customer"].iloc[:28:4]:
        card = sg.explain(known, who, rules=split)
        low, high = card.facts["active_lower"], card.facts["active_upper"]
        same = [e for e in (0.3, 0.8) if low < e <= high] == []
        if card.once:
            continue
        some += not same
        assert (card.facts["also"] == ()) == same
        for text in (card.sentence(), card._repr_html_(), " ".join(card.table()["meaning"])):
            assert ("interval allows" in text.lower()) != same
    assert some >= 2


def test_a_customer_is_found_by_number_and_by_text() -> None:
    log = pd.DataFrame({"customer": [1, 1, 22], "date": "2024-01-01", "amount": [9e5, 9e5, 1.0]})
    known = sg.study(log)
    for who in ("22", 22.0):
        assert sg.explain(known, who).facts["customer"] == 22
    assert (
        sg.explain(known, 22).table().set_index("fact").loc["amount", "meaning"]
        == "below 0.01% of all"
    )


def test_nothing_warns(sources: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", module="ibis")
        warnings.filterwarnings("ignore", message=".*infer_string.*")
        sg.how_concentrated(LOG, draws=100)
        sg.rfm(LOG).ties()
        sg.explain(LOG, "001", weeks_ahead=4)


@pytest.mark.slow
def test_bootstrap_intervals_hold_the_truth() -> None:
    model = sg.Concentration(family="gamma", shape=0.8)
    truth = np.array([model.top_share, model.holders, model.gini])
    hits = np.zeros(3)
    for seed in range(200):
        values = np.random.default_rng(seed).gamma(0.8, 1, 600)
        each = pd.DataFrame({"customer": range(600), "amount": values * 100})
        found = sg.how_concentrated(each, date=None, draws=400, seed=seed).iloc[:3]
        hits += (found["lower"] <= truth) & (truth <= found["upper"])
    assert (hits / 200 > 0.90).all()
    assert (hits / 200 < 0.995).all()


@pytest.mark.slow
@pytest.mark.parametrize(("exponent", "low", "high"), [(1.161, 0.25, 0.5), (2.0, 0.78, 0.94)])
def test_heavy_tails_make_bootstrap_intervals_too_narrow_as_documented(
    exponent: float, low: float, high: float
) -> None:
    truth = sg.Concentration(exponent=exponent).top_share
    hits = 0
    for seed in range(120):
        values = np.random.default_rng(seed).pareto(exponent, 500) + 1
        found = concentration_of(values, 0.2, 0.8, 0.95, 200, seed).iloc[0]
        hits += found["lower"] <= truth <= found["upper"]
    assert low < hits / 120 < high


@pytest.mark.slow
def test_intervals_of_sets_cover_although_their_thresholds_are_cut_from_the_same_customers() -> (
    None
):
    def base(n: int, seed: int) -> sg.CoreCustomers:
        rng = np.random.default_rng(seed)
        z = rng.multivariate_normal([0, 0, 0], [[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]], n)
        u = stats.norm.cdf(z)
        names = ["profit", "purchases", "share_of_wallet"]
        frame = pd.DataFrame(u, columns=names).assign(customer=np.arange(n))
        return sg.core_customers(frame, relative_value=None)

    truth = base(400_000, 1).table()["share"].to_numpy()
    tables = [base(300, seed).table() for seed in range(2, 202)]
    hits = np.mean([(t["lower"] <= truth) & (truth <= t["upper"]) for t in tables], axis=0)
    assert (hits > 0.9).all()


@pytest.mark.slow
def test_a_million_customers_take_seconds(tmp_path: Path) -> None:
    import time

    values = np.random.default_rng(1).lognormal(3, 1.2, 10**6).round(2)
    each = pd.DataFrame({"customer": np.arange(10**6), "amount": values})
    start = time.perf_counter()
    found = sg.how_concentrated(each, date=None)
    assert time.perf_counter() - start < 30
    assert found["lower"][0] < found["estimate"][0] < found["upper"][0]


@pytest.mark.slow
def test_a_bootstrap_over_cells_is_as_wide_as_one_over_customers() -> None:
    values = np.random.default_rng(5).lognormal(0, 1.3, 20_000)
    grouped = Cells.of(values)
    few = bootstrap_counts(grouped.customers, lambda k: cells.gini(grouped, k), draws=300)
    rng = np.random.default_rng(1)
    drawn = [values[rng.integers(20_000, size=20_000)] for _ in range(300)]
    exact = [cells.gini(c, c.customers[None])[0] for c in map(Cells.of, drawn)]
    assert few[1] - few[0] == pytest.approx(
        np.subtract(*np.quantile(exact, [0.975, 0.025])), rel=0.15
    )


@pytest.mark.slow
def test_the_interval_of_a_large_base_is_scaled_to_its_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from loyaltylab.segments import halves

    log = log_of(7, customers=1500)
    whole = sg.heavy_buyers_later(log, draws=1500)
    monkeypatch.setattr(halves, "MOST", 500)
    part = sg.heavy_buyers_later(log, draws=1500)
    assert (whole["estimate"] == part["estimate"]).all()
    wide, narrow = (t["upper"] - t["lower"] for t in (whole, part))
    assert np.allclose(wide, narrow, rtol=0.2)
