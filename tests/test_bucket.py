"""Chapter 09: laws, sourced numbers, exactness and recovery of the leaky bucket."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from pixels import alike, canvas, decoded
from scipy import stats
from strategies import field, instances, scalar

from loyaltylab import claims, datasets
from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.ledger import Finding
from loyaltylab.base.model import params
from loyaltylab.bucket import (
    LeakyBucket,
    PourOrPlug,
    expected_life,
    five_to_six_times,
    flow,
    flows,
    from_customers,
    hazard_table,
    hundred_lost_hundred_won,
    one_lost_ten_to_win,
    same_sales,
    several_times,
    ten_thousand_yuan,
)
from loyaltylab.lab.live import Live
from loyaltylab.lifetime import arithmetic

LAW = settings(max_examples=30, deadline=None)
SEED = 20261121

buckets = instances(LeakyBucket)
choices = instances(PourOrPlug, where=lambda values: values["churn"] + values["discount"] > 0.05)
early = field(params(LeakyBucket)["hazard"])
share = scalar(params(LeakyBucket)["churn"])
leak = st.floats(0.05, 1)  # fast enough to reach the steady state within a test


def close(found: Any, wanted: Any, scale: float = 1.0) -> None:
    """Compare within rounding, where sums of size ``scale`` may have cancelled."""
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9 * max(1.0, scale))


def worth_of_change(bucket: LeakyBucket, periods: int, **change: int) -> float:
    """How much a change of a bucket adds to the present value of its profit."""
    sums = [
        b.expected(periods)["present_value"].sum()
        for b in (bucket, dataclasses.replace(bucket, **change))
    ]
    return float(sums[1] - sums[0])


def coins(bucket: LeakyBucket) -> float:
    """Size of the amounts that a bucket adds up per customer."""
    return abs(bucket.margin) + bucket.retention_cost + bucket.acquisition_cost


# Laws: the stock


@LAW
@given(buckets)
def test_stock_is_the_stock_before_less_lost_plus_acquired(bucket: LeakyBucket) -> None:
    expected = bucket.expected(12)
    simulated = bucket.simulate(12, 5, seed=SEED)
    assert (simulated[["customers", "lost", "acquired"]].dtypes == "int64").all()
    for table in (expected, *(run for _, run in simulated.groupby("replication"))):
        before, now = table["customers"].to_numpy()[:-1], table.iloc[1:]
        close(now["customers"], before - now["lost"] + now["acquired"], before.max())
        assert (now["lost"] >= 0).all()
        assert (now["lost"].to_numpy() <= before * (1 + 1e-12)).all()
        start = table.iloc[0]
        assert start["customers"] == bucket.customers
        assert (start.drop(["replication", "customers"], errors="ignore")[:3] == 0).all()
        assert list(table["period"]) == list(range(13))


@LAW
@given(buckets, st.integers(1, 60))
def test_constant_churn_follows_the_closed_form(bucket: LeakyBucket, periods: int) -> None:
    bucket = dataclasses.replace(bucket, hazard=None)
    t, c = np.arange(periods + 1), bucket.churn
    poured = (1 - (1 - c) ** t) / c if c else t
    wanted = bucket.customers * (1 - c) ** t + bucket.acquired * poured
    close(bucket.expected(periods)["customers"], wanted, 1e6 * (bucket.acquired + 1))


@LAW
@given(buckets, leak)
def test_any_start_ends_in_the_steady_state(bucket: LeakyBucket, churn: float) -> None:
    bucket = dataclasses.replace(bucket, churn=churn)
    assert bucket.steady_state is not None
    close(bucket.steady_state, bucket.acquired * bucket.life)
    if not bucket.hazard:
        close(bucket.steady_state, bucket.acquired / churn)
    end = bucket.expected(600)["customers"].iloc[-1]
    close(end, bucket.steady_state, bucket.customers + bucket.steady_state)


@LAW
@given(early, leak)
def test_life_is_the_sum_of_survival(hazard: tuple[float, ...] | None, churn: float) -> None:
    bucket = LeakyBucket(hazard=hazard, churn=churn)
    alive, periods = 1.0, 0.0
    for at in range(1000):  # one customer, step by step
        periods += alive
        alive *= 1 - (hazard[at] if hazard and at < len(hazard) else churn)
    close(bucket.life, periods)
    close(arithmetic.survival(bucket.hazards, 1000).sum(), periods)


@LAW
@given(buckets, st.integers(1, 3))
def test_hazards_equal_to_churn_at_the_end_change_nothing(bucket: LeakyBucket, more: int) -> None:
    longer = dataclasses.replace(bucket, hazard=(*(bucket.hazard or ()), *[bucket.churn] * more))
    assert_frame_equal(longer.expected(8), bucket.expected(8))
    assert_frame_equal(longer.simulate(8, 3, seed=1), bucket.simulate(8, 3, seed=1))
    assert (longer.life, longer.steady_state) == (bucket.life, bucket.steady_state)


@LAW
@given(buckets, share, share)
def test_a_larger_leak_never_leaves_more(bucket: LeakyBucket, one: float, other: float) -> None:
    tight, loose = (
        dataclasses.replace(bucket, hazard=None, churn=churn) for churn in sorted((one, other))
    )
    more, less = tight.expected(20)["customers"], loose.expected(20)["customers"]
    assert (more * (1 + 1e-12) >= less).all()


def test_nothing_leaks_so_there_is_no_steady_state() -> None:
    bucket = LeakyBucket(customers=10, churn=0, acquired=5)
    assert bucket.steady_state is None
    assert bucket.life == math.inf
    assert list(bucket.expected(3)["customers"]) == [10, 15, 20, 25]
    assert (bucket.simulate(3, 4)["lost"] == 0).all()


def test_everything_leaks_in_a_period() -> None:
    bucket = LeakyBucket(customers=10, churn=1, acquired=5)
    assert (bucket.steady_state, bucket.life) == (5, 1)
    for table in (bucket.expected(3), bucket.simulate(3, 1)):
        assert list(table["lost"]) == [0, 10, 5, 5]
        assert list(table["customers"]) == [10, 5, 5, 5]


def test_without_a_tap_the_bucket_runs_dry() -> None:
    bucket = LeakyBucket(customers=1000, churn=0.5, acquired=0)
    assert bucket.steady_state == 0
    assert bucket.simulate(60, 3)["customers"].groupby(level=0).last().iloc[-1] == 0


def test_an_empty_bucket_without_a_tap_stays_empty() -> None:
    table = LeakyBucket(customers=0, acquired=0).expected(5)
    assert (table.drop(columns="period") == 0).all(axis=None)


def test_a_billion_customers_are_counted_to_the_last() -> None:
    run = LeakyBucket(customers=10**9, acquired=10**7).simulate(50, 20, seed=1)
    start = run["period"] == 0
    change = run["customers"].diff()[~start]
    assert (change == (run["acquired"] - run["lost"])[~start]).all()
    loss = run.loc[run["period"] == 1, "lost"]
    assert np.all(np.abs(stats.binom(10**9, 0.05).cdf(loss) - 0.5) < 0.4999)


# Laws: money


@LAW
@given(buckets)
def test_money_falls_on_those_present_at_the_start_and_on_the_acquired(b: LeakyBucket) -> None:
    for table in (b.expected(6), b.simulate(6, 1, seed=2)):
        served = 0.0
        for row in table.itertuples():
            scale = coins(b) * (served + row.acquired)
            sales = b.margin if b.revenue is None else b.revenue
            spent = b.acquisition_cost * (row.acquired if row.period else 0)
            close(row.revenue, sales * served, scale)
            close(row.gross_margin, b.margin * served, scale)
            close(row.retention_cost, b.retention_cost * served, scale)
            close(row.acquisition_cost, spent, scale)
            close(row.profit, (b.margin - b.retention_cost) * served - spent, scale)
            close(row.present_value, row.profit / (1 + b.discount) ** row.period, scale)
            served = row.customers
    assert (table.iloc[0][["revenue", "profit", "present_value", "lost", "acquired"]] == 0).all()


@LAW
@given(early, leak, share, st.floats(-100, 100))
def test_value_is_a_sum_over_periods(
    hazard: tuple[float, ...] | None, churn: float, discount: float, per_period: float
) -> None:
    alive, worth = 1.0, 0.0
    for k in range(1, 1000):
        worth += per_period * alive / (1 + discount) ** k
        alive *= 1 - (hazard[k - 1] if hazard and k <= len(hazard) else churn)
    close(arithmetic.value(per_period, arithmetic.hazards(hazard, churn), discount), worth, 2000)


def test_value_is_infinite_without_leak_and_discount() -> None:
    assert arithmetic.value(1, arithmetic.hazards(None, 0), 0) == math.inf
    assert arithmetic.value(0, arithmetic.hazards(None, 0), 0) == 0
    # nobody is left to stay for ever
    assert arithmetic.value(1, arithmetic.hazards((1,), 0), 0) == 1


@LAW
@given(buckets, leak)
def test_one_more_established_customer_adds_his_value(bucket: LeakyBucket, churn: float) -> None:
    assume(bucket.acquisition_cost > 0)
    mix = None  # all are established
    bucket = dataclasses.replace(bucket, churn=churn, customers=10, acquired=3, tenure_mix=mix)
    choice = PourOrPlug.of(bucket, save_cost=1)
    added = worth_of_change(bucket, 500, customers=11)
    close(added, choice.value_established, 1000 * coins(bucket))


@LAW
@given(buckets, leak, st.floats(0.05, 1))
def test_one_more_new_customer_per_period_adds_his_value_less_his_cost(
    bucket: LeakyBucket, churn: float, discount: float
) -> None:
    assume(bucket.acquisition_cost > 0)
    bucket = dataclasses.replace(bucket, churn=churn, customers=10, acquired=3, discount=discount)
    worth = PourOrPlug.of(bucket, save_cost=1).value_new - bucket.acquisition_cost
    added = worth_of_change(bucket, 600, acquired=4)
    close(added, worth / discount, 1000 * coins(bucket))


# Laws: pour or plug


@LAW
@given(choices)
def test_at_the_break_even_both_coins_earn_the_same(choice: PourOrPlug) -> None:
    level = dataclasses.replace(choice, save_cost=choice.break_even_save_cost)
    pour, plug = level.table()["gain_per_coin"]
    close(plug, pour)
    assert level.better in ("equal", "neither")


@LAW
@given(choices)
def test_plugging_wins_below_the_break_even_and_pouring_above(choice: PourOrPlug) -> None:
    choice = dataclasses.replace(choice, margin=choice.retention_cost + 50)
    level = choice.break_even_save_cost
    below = dataclasses.replace(choice, save_cost=0.9 * level)
    above = dataclasses.replace(choice, save_cost=1.1 * level)
    assert below.better in ("plug", "neither")
    assert above.better in ("pour", "neither")
    assert below.table()["gain_per_coin"][1] > above.table()["gain_per_coin"][1]
    gains = choice.curve()["plug_gain"]
    assert (gains.diff().dropna() < 0).all()


@LAW
@given(choices)
@example(PourOrPlug(margin=4, retention_cost=4))
def test_with_constant_churn_a_kept_customer_is_worth_a_new_one(choice: PourOrPlug) -> None:
    choice = dataclasses.replace(choice, hazard=None)
    assert choice.worth_ratio == 1
    close(choice.break_even_save_cost, choice.acquisition_cost)
    worth = (choice.margin - choice.retention_cost) / (choice.churn + choice.discount)
    close([choice.value_new, choice.value_established], [worth, worth])


def test_better_has_four_answers() -> None:
    rich = PourOrPlug(acquisition_cost=100, save_cost=50, margin=24, churn=0.05)
    assert rich.better == "plug"
    assert dataclasses.replace(rich, save_cost=200).better == "pour"
    assert dataclasses.replace(rich, save_cost=100).better == "equal"
    assert dataclasses.replace(rich, margin=4).better == "neither"
    assert "nan" not in dataclasses.replace(rich, margin=4).sentence()


@pytest.mark.parametrize(
    ("win", "keep", "better"),
    [  # a customer is worth exactly 100
        (100, 100, "equal"),
        (100, 200, "pour"),
        (200, 100, "plug"),
        (100.001, 200, "neither"),
        (200, 100.001, "neither"),
        (99.999, 99.998, "plug"),
    ],
)
def test_a_coin_that_comes_back_whole_is_not_lost(win: float, keep: float, better: str) -> None:
    choice = PourOrPlug(margin=54, churn=0.25, discount=0.25, acquisition_cost=win, save_cost=keep)
    assert choice.value_new == choice.value_established == 100
    assert choice.better == better


@LAW
@given(choices)
def test_exactly_at_the_break_even_the_two_are_equal_whatever_the_rounding(
    choice: PourOrPlug,
) -> None:
    rich = dataclasses.replace(choice, margin=choice.retention_cost + 10 * choice.acquisition_cost)
    level = dataclasses.replace(rich, save_cost=rich.break_even_save_cost)
    assume(level.table()["gain_per_coin"].min() > 0)
    assert level.better == "equal"
    assert dataclasses.replace(level, save_cost=level.save_cost * (1 - 1e-9)).better == "plug"
    assert dataclasses.replace(level, save_cost=level.save_cost * (1 + 1e-9)).better == "pour"


@LAW
@given(buckets, st.integers(1, 100), share)
def test_same_sales_differ_only_in_what_is_replaced(
    bucket: LeakyBucket, life: int, part: float
) -> None:
    bucket = dataclasses.replace(bucket, churn=1 / life, hazard=None, acquired=1 + bucket.acquired)
    table = same_sales(bucket, part * bucket.churn).set_index("bucket")
    assert table.loc["leaky", "revenue"] == table.loc["tight", "revenue"]
    close(table["lost"], [bucket.acquired, part * bucket.acquired])
    close(table["lost"], table["acquired"])
    assert table.loc["tight", "profit"] >= table.loc["leaky", "profit"]
    # the leaky one is a bucket that has come to rest
    size = life * bucket.acquired
    row = dataclasses.replace(bucket, customers=size).expected(1).iloc[1]
    close(row["profit"], table.loc["leaky", "profit"], coins(bucket) * size)


def test_same_sales_are_the_revenue_where_one_is_given() -> None:
    bucket = LeakyBucket(churn=0.1, acquired=100, margin=20, acquisition_cost=50)
    rich = dataclasses.replace(bucket, revenue=35.0)
    assert list(same_sales(bucket, 0.02)["revenue"]) == [20_000, 20_000]
    assert list(same_sales(rich, 0.02)["revenue"]) == [35_000, 35_000]
    alike = same_sales(bucket, 0.02).drop(columns="revenue")
    assert_frame_equal(same_sales(rich, 0.02).drop(columns="revenue"), alike)


def test_same_sales_take_hazards_that_are_the_constant_churn_and_no_others() -> None:
    bucket = LeakyBucket(churn=0.05)
    for hazard in ((), (0.05,), (0.05, 0.05)):
        same = dataclasses.replace(bucket, hazard=hazard)
        assert_frame_equal(same_sales(same, 0.02), same_sales(bucket, 0.02))
    for hazard in ((0.3,), (0.05, 0.3), (0.0500001,), (0.3, 0.05)):
        with pytest.raises(InputError, match="constant churn above 0"):
            same_sales(dataclasses.replace(bucket, hazard=hazard), 0.02)


@LAW
@given(buckets, leak, share)
def test_at_its_break_even_plugging_eats_what_it_saves(
    bucket: LeakyBucket, churn: float, part: float
) -> None:
    bucket = dataclasses.replace(bucket, churn=churn, hazard=None, acquired=1 + bucket.acquired)
    leaky, tight = same_sales(bucket, part * churn).to_dict("records")
    assert leaky["break_even_retention_cost"] == bucket.retention_cost
    dearer = dataclasses.replace(bucket, retention_cost=tight["break_even_retention_cost"])
    profit = same_sales(dearer, part * churn)["profit"].iloc[1]
    close(profit, leaky["profit"], coins(bucket) * leaky["customers"])


# Sourced numbers


def survival_of_statsmodels(data: pd.DataFrame) -> pd.Series:
    from statsmodels.duration.survfunc import SurvfuncRight

    fitted = SurvfuncRight(data["tenure_months"], data["churned"].astype(int))
    return pd.Series(fitted.surv_prob, index=fitted.surv_times)


def test_survival_of_the_telecom_customers_equals_statsmodels_kaplan_meier() -> None:
    data = datasets.load("telecom_churn")
    data = data[data["tenure_months"] > 0]
    table = hazard_table(data, group="contract")
    for contract, part in table.groupby("group", observed=True):
        theirs = survival_of_statsmodels(data[data["contract"] == contract])
        ours = part.set_index("tenure_to")["survival"]
        close(ours[theirs.index], theirs)
        assert part["lost"].sum() == data.loc[data["contract"] == contract, "churned"].sum()
    assert table["group"].nunique() == 3


@LAW
@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=40))
def test_survival_equals_statsmodels_kaplan_meier(rows: list[tuple[int, bool]]) -> None:
    data = pd.DataFrame(rows, columns=["tenure_months", "churned"])
    ours = hazard_table(data).set_index("tenure_to")["survival"]
    theirs = survival_of_statsmodels(data)
    close(ours[theirs.index], theirs)
    wide = hazard_table(data, width=4).set_index("tenure_to")
    close(wide["survival"], ours[wide.index])
    assert wide["lost"].sum() == data["churned"].sum()
    assert wide["exposed"].sum() == data["tenure_months"].sum()


def test_stationary_stock_of_random_arrivals_is_the_poisson_of_an_infinite_server_queue() -> None:
    # M/G/∞: mean = variance = arrivals × mean stay, whatever the stay (Little's law; Takács 1962)
    bucket = LeakyBucket(arrivals="poisson", hazard=(0.4, 0.2, 0.1), churn=0.05, acquired=30)
    end = bucket.expected(600).iloc[-1]
    close(end["customers"], bucket.steady_state)
    close(end["customers_sd"] ** 2, bucket.steady_state)


def by_reading(findings: list[Finding]) -> dict[str, list[float | None]]:
    found: dict[str, list[float | None]] = {}
    for f in findings:
        found.setdefault(f.reading, []).append(f.computed)
    return found


def test_c106_hundred_lost_hundred_won_of_the_ledger() -> None:
    # sources/claims.csv, C106: 5,200 a year; at base 1,000 churn is 10% a week (mean life 10
    # weeks); with C069 and C066 52.0m against 8.7-10.4m yuan a year
    found = by_reading(hundred_lost_hundred_won())
    assert found["change of sales in a week (customers served)"] == [0]
    assert found["customers replaced in a year"] == [5200]
    assert found["churn per week"] == [0.1]
    close(found["mean life (weeks)"], [10])
    close(found["cost of replacing them in a year (yuan)"], [52e6])
    keeping = found["cost of keeping them instead, in a year (yuan)"]
    assert [f"{k / 1e6:.1f}" for k in keeping if k] == ["10.4", "8.7"]


def test_c069_with_c066_implies_1667_to_2000_yuan_for_keeping_one() -> None:
    found = by_reading(ten_thousand_yuan())
    assert [round(k or 0) for k in found["implied cost of keeping one (yuan)"]] == [2000, 1667]


def test_c067_volume_is_replaced_one_for_one_and_ten_needs_a_worth_of_a_tenth() -> None:
    findings = one_lost_ten_to_win()
    assert [f.computed for f in findings[:2]] == [1, 1]
    loss = findings[3].computed
    assert loss is not None
    close(PourOrPlug(churn=0.05, discount=0.01, hazard=(loss,)).worth_ratio, 10)
    value = PourOrPlug(churn=0.05, discount=0.01).value_new
    spent = findings[4].computed
    assert spent is not None
    close(value / (value - spent * value), 10)


def test_c066_and_c105_pour_and_plug_are_level_at_a_ratio_of_one() -> None:
    found = by_reading(five_to_six_times())
    assert found["ratio at which pouring and plugging are level"] == [1]
    assert by_reading(several_times(500, 100)) == {"winning one / keeping one more": [5]}


# Claims


@pytest.mark.parametrize(
    ("findings", "agrees"),
    [
        (five_to_six_times, [None] * 6),
        (one_lost_ten_to_win, [False, False, False, None, None]),
        (ten_thousand_yuan, [None] * 3),
        (several_times, [None]),
        (hundred_lost_hundred_won, [True, True, False] + [None] * 7),
    ],
)
def test_what_agrees_with_the_documents(findings: Any, agrees: list[bool | None]) -> None:
    assert [f.agrees for f in findings()] == agrees
    assert all(f.reading and f.assumption for f in findings())


def test_every_claim_of_the_chapter_is_checked_by_a_function_of_it() -> None:
    names = claims.table("bucket")["check"]
    assert list(names) == [
        "bucket.five_to_six_times",
        "bucket.one_lost_ten_to_win",
        "bucket.ten_thousand_yuan",
        "bucket.several_times",
        "bucket.hundred_lost_hundred_won",
    ]


@pytest.mark.parametrize(
    ("findings", "reading", "inputs", "wanted"),
    [
        (
            five_to_six_times,
            "winning one / keeping one for a life",
            {"retention_cost": 50.0, "life": 40.0},
            [5.0],
        ),
        (five_to_six_times, "winning one / keeping one more", {"save_cost": 2500.0}, [4.0]),
        (
            one_lost_ten_to_win,
            "new customers per lost one, by value",
            {"first_churn": 1.0, "churn": 0.1, "discount": 0.0},
            [1.0, 10.0],
        ),
        (
            ten_thousand_yuan,
            "implied cost of keeping one (yuan)",
            {"ratio_low": 4.0},
            [2500, 5e4 / 30],
        ),
        (several_times, "winning one / keeping one more", {"save_cost": 24.0}, [5.0]),
        (hundred_lost_hundred_won, "mean life (weeks)", {"customers": 5000}, [50.0]),
        (
            hundred_lost_hundred_won,
            "saved in a year by halving the leak, before its cost (yuan)",
            {"acquisition_cost": 7.0},
            [50 * 7.0 * 52],
        ),
    ],
)
def test_inputs_move_the_answer(
    findings: Any, reading: str, inputs: dict[str, Any], wanted: list[float]
) -> None:
    close(by_reading(findings(**inputs))[reading], wanted)
    assert by_reading(findings())[reading] != by_reading(findings(**inputs))[reading]


@pytest.mark.parametrize("customers", [100, 101, 1000, 10**6, 10**10, 10**14])
def test_c106_sales_fall_where_the_new_leave_sooner_and_only_there(customers: int) -> None:
    def year(first_churn: float) -> Finding:
        return hundred_lost_hundred_won(customers, first_churn=first_churn)[2]

    week, alike, _ = hundred_lost_hundred_won(customers)[:3]
    assert (week.computed, alike.computed) == (0, 0)
    assert (week.tolerance, alike.tolerance) == (year(0.5).tolerance,) * 2
    assert 0 < alike.tolerance <= 1, "less than one customer who buys"
    churn = 100 / customers
    assert year(churn).agrees is True
    if churn < 0.9:
        more = year(churn + 0.02)
        assert more.agrees is False
        assert more.computed is not None
        assert more.computed < 0
        assert (year(1.0).computed or 0) < more.computed
    fewer = year(churn / 2)  # fewer leave than those they replace: sales rise
    assert (fewer.computed or 0) > 0 or customers > 10**6


def test_c106_counts_the_change_from_the_first_week_in_customers_who_buy() -> None:
    # 1,000 present, 100 leave and 100 come; of these half leave at once, 90 of 900 others too
    second, third = 1000, 900 * 0.9 + 50 + 100
    bucket = LeakyBucket(customers=1000, churn=0.1, acquired=100, hazard=(0.5,))
    close(bucket.expected(3)["customers"], [1000, second, third, (third - 100) * 0.9 + 50 + 100])
    found = hundred_lost_hundred_won()[2].computed
    close(found, bucket.expected(51)["customers"].iloc[-1] - 1000)


def test_a_ratio_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="ratio_low must be above 0"):
        hundred_lost_hundred_won(ratio_low=0)


def test_no_loss_in_the_first_period_makes_ten_where_customers_leave_soon_anyway() -> None:
    assert one_lost_ten_to_win(churn=0.5)[3].computed is None


# Exactness: the engine draws counts, yet every customer decides for himself


def tenures(bucket: LeakyBucket) -> list[int]:
    """Tenure of each customer at the start; a mix must split them into whole numbers."""
    established = len(bucket.hazard or ())
    *young, old = bucket.tenure_mix or (1,)
    found: list[int] = []
    for tenure, weight in [*enumerate(young), (established, old)]:
        number = bucket.customers * weight / sum([*young, old])
        assert number == int(number)
        found += [min(tenure, established)] * int(number)
    assert len(found) == bucket.customers
    return found


def follow(
    bucket: LeakyBucket, periods: int, runs: int, seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Follow every customer: the plain loop that the engine must not differ from."""
    rng = np.random.default_rng(seed)
    by_tenure = np.array([*(bucket.hazard or ()), bucket.churn])
    present, lost = (np.zeros((runs, periods + 1), np.int64) for _ in range(2))
    for run in range(runs):
        tenure = np.array(tenures(bucket))
        present[run, 0] = len(tenure)
        for t in range(1, periods + 1):
            leaves = rng.random(len(tenure)) < by_tenure[tenure]
            new = rng.poisson(bucket.acquired) if bucket.arrivals == "poisson" else bucket.acquired
            older = np.minimum(tenure[~leaves] + 1, len(by_tenure) - 1)
            tenure = np.concatenate([older, np.zeros(new, int)])
            lost[run, t], present[run, t] = leaves.sum(), len(tenure)
    return present, lost


def wide(table: pd.DataFrame, column: str) -> npt.NDArray[Any]:
    return table.pivot_table(index="replication", columns="period", values=column).to_numpy()


def same_distribution(ours: npt.NDArray[Any], theirs: npt.NDArray[Any]) -> float:
    """Chi-square p-value of two samples of labels, rare ones pooled."""
    counts = pd.crosstab(
        np.concatenate([ours, theirs]), np.repeat(["ours", "theirs"], [len(ours), len(theirs)])
    )
    rare = counts.sum(axis=1) < 30
    cells = np.vstack([counts[~rare], counts[rare].sum()])
    return float(stats.chi2_contingency(cells[cells.sum(axis=1) > 0]).pvalue)


def pmf(bucket: LeakyBucket, t: int) -> npt.NDArray[np.float64]:
    """Exact distribution of the stock: a sum of independent binomials (and Poissons)."""
    chance = [*(bucket.hazard or ()), *[bucket.churn] * (t + 1)]
    alive = np.cumprod([1, *(1 - h for h in chance[:t])])
    size = np.arange(bucket.customers + 4 * bucket.acquired * t + 60)
    found = (size == 0).astype(float)
    for tenure, number in Counter(tenures(bucket)).items():
        stays = math.prod(1 - h for h in chance[tenure : tenure + t])
        found = np.convolve(found, stats.binom(number, stays).pmf(size))[: len(size)]
    for age in range(t):
        if bucket.arrivals == "poisson":
            cohort = stats.poisson(bucket.acquired * alive[age]).pmf(size)
        else:
            cohort = stats.binom(bucket.acquired, alive[age]).pmf(size)
        found = np.convolve(found, cohort)[: len(size)]
    assert abs(found.sum() - 1) < 1e-12
    return found


SMALL = [
    LeakyBucket(customers=12, churn=0.3, acquired=5),
    LeakyBucket(customers=12, churn=0.15, acquired=5, hazard=(0.6, 0.35, 0.05)),
    LeakyBucket(customers=12, churn=0.3, acquired=5, arrivals="poisson"),
    LeakyBucket(customers=12, churn=0.15, acquired=5, hazard=(0.6, 0.35), arrivals="poisson"),
    # the start by tenure: as many weights as classes, fewer, more, and none but the established
    LeakyBucket(customers=12, churn=0.1, acquired=5, hazard=(0.7, 0.4), tenure_mix=(2, 1, 1)),
    LeakyBucket(customers=12, churn=0.1, acquired=5, hazard=(0.7, 0.4, 0.9), tenure_mix=(2, 1)),
    LeakyBucket(customers=12, churn=0.1, acquired=2, hazard=(0.7,), tenure_mix=(1, 0, 2, 0, 1)),
    LeakyBucket(customers=12, churn=0.3, acquired=5, tenure_mix=(2, 1, 1), arrivals="poisson"),
]
KINDS = ["fixed", "fixed-tenure", "poisson", "poisson-tenure"]
KINDS += ["mix", "mix-short", "mix-long", "mix-constant"]


@pytest.mark.parametrize("bucket", SMALL, ids=KINDS)
def test_runs_are_distributed_as_if_every_customer_was_followed(bucket: LeakyBucket) -> None:
    table = bucket.simulate(6, 4000, seed=SEED)
    present, lost = wide(table, "customers"), wide(table, "lost")
    each_present, each_lost = follow(bucket, 6, 4000, SEED + 1)
    for t in (1, 2, 3, 6):
        assert same_distribution(present[:, t], each_present[:, t]) > 1e-3
        assert same_distribution(lost[:, t], each_lost[:, t]) > 1e-3
    # not the periods alone, but how they hang together
    for t in (2, 5):
        ours, theirs = (x[:, t] * 1000 + x[:, t + 1] for x in (lost, each_lost))
        assert same_distribution(ours, theirs) > 1e-3
        ours = present[:, t] * 1000 + lost[:, t + 1]
        assert same_distribution(ours, each_present[:, t] * 1000 + each_lost[:, t + 1]) > 1e-3


@pytest.mark.parametrize("bucket", SMALL, ids=KINDS)
def test_stock_has_the_exact_distribution(bucket: LeakyBucket) -> None:
    present = wide(bucket.simulate(6, 40_000, seed=SEED), "customers").astype(int)
    for t in (1, 2, 4, 6):
        exact = pmf(bucket, t)
        often = exact * len(present) >= 10
        seen = np.bincount(present[:, t], minlength=len(exact))
        cells = [*seen[often], seen[~often].sum()]
        wanted = np.array([*exact[often], exact[~often].sum()]) * len(present)
        keep = wanted > 1e-6
        assert np.sum(np.array(cells)[~keep]) == 0
        assert stats.chisquare(np.array(cells)[keep], wanted[keep]).pvalue > 1e-3


@pytest.mark.parametrize("bucket", SMALL, ids=KINDS)
def test_mean_and_spread_of_the_expected_path_are_exact(bucket: LeakyBucket) -> None:
    table = bucket.expected(6)
    for t in range(7):
        exact = pmf(bucket, t)
        size = np.arange(len(exact))
        mean = (exact * size).sum()
        close(table["customers"][t], mean)
        close(table["customers_sd"][t] ** 2, (exact * (size - mean) ** 2).sum())


# The start by tenure


def by_hand(bucket: LeakyBucket, start: list[float], periods: int) -> list[tuple[float, float]]:
    """Stock and loss by period, where ``start[k]`` customers joined k periods ago."""
    chance = [*(bucket.hazard or ()), *[bucket.churn] * (len(start) + periods)]
    ages, path = list(start), [(sum(start), 0.0)]
    for _ in range(periods):
        lost = sum(n * h for n, h in zip(ages, chance, strict=False))
        ages = [bucket.acquired, *(n * (1 - h) for n, h in zip(ages, chance, strict=False))]
        path.append((sum(ages), lost))
    return path


@LAW
@given(buckets, st.lists(st.integers(0, 50), max_size=9), st.integers(1, 12))
@example(LeakyBucket(hazard=(0.1, 0.6, 0.3, 0.2)), [5, 10, 20, 30, 7], 1)
@example(LeakyBucket(hazard=(0.1, 0.6)), [5, 10, 20, 30, 7], 3)
def test_expected_path_from_a_start_by_tenure_is_the_recursion_by_hand(
    bucket: LeakyBucket, mix: list[int], periods: int
) -> None:
    bucket = dataclasses.replace(bucket, customers=sum(mix), tenure_mix=mix)
    established = max(len(bucket.hazard or ()), len(mix))
    start = [*mix[:-1], *[0] * (established - len(mix[:-1])), sum(mix[-1:])]
    table = bucket.expected(periods)
    path = np.array(by_hand(bucket, start, periods))
    close(table[["customers", "lost"]], path, sum(mix) + bucket.acquired)


@LAW
@given(
    st.integers(0, 10**14),
    st.lists(st.just(0.0) | st.floats(1e-3, 1e6), min_size=1, max_size=12),
    st.integers(1, 12),
)
@example(0, [1.0, 2.0], 2)
@example(7, [0.0, 0.0, 0.0], 3)
@example(1, [1.0] * 12, 12)
def test_customers_of_a_start_are_split_whole_and_as_weighed(
    customers: int, mix: list[float], classes: int
) -> None:
    start = flow.by_tenure(customers, tuple(mix), classes)
    assert start.dtype == "int64"
    assert start.sum() == customers
    assert (start >= 0).all()
    pooled = np.zeros(max(classes, len(mix)))
    pooled[: len(mix) - 1] = mix[:-1]
    pooled[-1] = mix[-1] if sum(mix) else 1
    pooled = np.array([*pooled[: classes - 1], pooled[classes - 1 :].sum()])
    share_of = pooled / pooled.sum()
    assert (np.abs(start - share_of * customers) <= 1 + 1e-12 * customers).all()
    assert (start[share_of == 0] == 0).all()


def test_a_hundred_trillion_customers_of_nine_thousand_tenures_are_split_to_the_last() -> None:
    start = flow.by_tenure(10**14, (0.1,) * 9000, 9000)
    assert start.sum() == 10**14
    assert set(start) <= {10**14 // 9000, 10**14 // 9000 + 1}


def test_a_start_without_weights_is_established() -> None:
    for mix in (None, (), (0.0,), (0, 0, 0)):
        bucket = LeakyBucket(hazard=(0.5, 0.4), tenure_mix=mix)
        assert bucket.expected(1)["lost"].iloc[1] == 50
        assert list(flow.by_tenure(10, mix, 3)) == [0, 0, 10]


@pytest.mark.parametrize("arrivals", ["fixed", "poisson"])
def test_spread_from_a_start_by_tenure_is_that_of_the_runs(arrivals: Any) -> None:
    bucket = LeakyBucket(
        customers=600,
        acquired=20,
        churn=0.02,
        hazard=(0.5, 0.3, 0.2),
        tenure_mix=(3, 0, 1, 2),
        arrivals=arrivals,
    )
    found = wide(bucket.simulate(8, 4000, seed=SEED), "customers").std(axis=0)
    wanted = bucket.expected(8)["customers_sd"]
    assert (np.abs(found / wanted - 1)[1:] < 4 / math.sqrt(2 * 4000)).all()
    assert wanted[0] == found[0] == 0


@LAW
@given(buckets, st.integers(1, 20))
def test_hazards_that_nobody_reaches_change_nothing(bucket: LeakyBucket, periods: int) -> None:
    reached = periods + len(bucket.tenure_mix or ())
    rng = np.random.default_rng(SEED)
    many = tuple(rng.random(3000).round(3))
    long, short = (
        dataclasses.replace(bucket, hazard=h, customers=1000) for h in (many, many[:reached])
    )
    assert_frame_equal(long.expected(periods), short.expected(periods))
    runs = [b.simulate(periods, 4, seed=SEED) for b in (long, short)]
    assert_frame_equal(*runs)
    *young, old = bucket.tenure_mix or (1.0,)
    if not any(young) and old:  # and they are those that one meets, one by one
        path = by_hand(long, [0] * 3000 + [1000], periods)
        close(long.expected(periods)[["customers", "lost"]], path, 1000 + 20 * bucket.acquired)


@LAW
@given(buckets)
def test_the_band_holds_nine_runs_of_ten(bucket: LeakyBucket) -> None:
    # where the normal approximation is meant to hold: many customers, a leak that is a leak
    bucket = dataclasses.replace(
        bucket, customers=5000, acquired=300, churn=0.02 + bucket.churn / 2
    )
    table = bucket.expected(10)
    assume(table["customers_sd"].iloc[10] > 5)
    present = wide(bucket.simulate(10, 1000, seed=SEED), "customers")[:, 10]
    lower, upper = table[["customers_lower", "customers_upper"]].iloc[10]
    assert 0.85 < np.mean((lower <= present) & (present <= upper)) < 0.95


def test_losses_of_a_period_are_binomial_as_scipy_has_it() -> None:
    lost = wide(LeakyBucket(customers=40, churn=0.2).simulate(1, 50_000, seed=3), "lost")[:, 1]
    exact = stats.binom(40, 0.2).pmf(np.arange(41)) * len(lost)
    seen, often = np.bincount(lost.astype(int), minlength=41), exact >= 5
    cells, wanted = [*seen[often], seen[~often].sum()], [*exact[often], exact[~often].sum()]
    assert stats.chisquare(cells, wanted).pvalue > 1e-3


def test_a_seed_repeats_the_runs_and_another_changes_them() -> None:
    bucket = LeakyBucket(arrivals="poisson", hazard=(0.2,))
    assert_frame_equal(bucket.simulate(9, 7, seed=4), bucket.simulate(9, 7, seed=4))
    assert not bucket.simulate(9, 7, seed=4).equals(bucket.simulate(9, 7, seed=5))
    assert not bucket.simulate(9, 7, seed=None).equals(bucket.simulate(9, 7, seed=None))
    rng = np.random.default_rng(4)
    assert_frame_equal(bucket.simulate(9, 7, seed=rng), bucket.simulate(9, 7, seed=4))
    assert not bucket.simulate(9, 7, seed=rng).equals(bucket.simulate(9, 7, seed=4))


def test_runs_are_independent_of_each_other() -> None:
    present = wide(LeakyBucket(hazard=(0.3,)).simulate(20, 4000, seed=6), "customers")
    assert len(np.unique(present, axis=0)) == len(present)
    for t in (1, 5, 20):
        r = np.corrcoef(present[:-1, t], present[1:, t])[0, 1]
        assert abs(r) < 4 / math.sqrt(len(present))


def test_shape_and_limits_of_a_simulation() -> None:
    table = LeakyBucket().simulate(3, 2)
    assert list(table["replication"]) == [0] * 4 + [1] * 4
    assert list(table["period"]) == [0, 1, 2, 3] * 2
    with pytest.raises(InputError, match="20,000,000 rows"):
        LeakyBucket().simulate(9999, 2001)
    with pytest.raises(InputError, match="periods"):
        LeakyBucket().expected(10_001)


# Recovery: a population whose truth is known, seen at a day on which some are still there

TRUTH = LeakyBucket(churn=0.06, hazard=(0.25, 0.15, 0.1))


def population(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Customers who joined on different days and leave by the true hazard, or are censored."""
    seen = rng.integers(1, 40, n)
    random, tenure = rng.random((n, 40)), np.zeros(n, int)
    hazard = TRUTH.hazards[np.minimum(np.arange(40), 3)]
    leaves = random < hazard
    first = np.where(leaves.any(axis=1), leaves.argmax(axis=1) + 1, 99)
    tenure = np.minimum(first, seen)
    return pd.DataFrame(
        {
            "tenure_months": tenure,
            "churned": first <= seen,
            "monthly_charge_usd": rng.gamma(4, 10, n).round(2),
        }
    )


@pytest.fixture(scope="module")
def samples() -> list[pd.DataFrame]:
    rng = np.random.default_rng(SEED)
    return [population(500, rng) for _ in range(200)]


def test_hazard_table_covers_the_true_hazard(samples: list[pd.DataFrame]) -> None:
    true = TRUTH.hazards[np.minimum(np.arange(8), 3)]
    tables = [hazard_table(s).head(8) for s in samples]
    inside = [(t["lower"] <= true) & (true <= t["upper"]) for t in tables]
    by_tenure = np.mean(inside, axis=0)
    assert by_tenure.min() >= 0.91
    assert by_tenure.max() <= 0.99
    assert 0.93 < by_tenure.mean() < 0.97
    mean = np.mean([t["hazard"] for t in tables], axis=0)
    np.testing.assert_allclose(mean, true, rtol=0.05)
    narrow = np.mean([hazard_table(s, level=0.5)["lower"].iloc[0] <= 0.25 for s in samples])
    assert 0.65 < narrow < 0.85


def test_expected_life_covers_the_true_lives(samples: list[pd.DataFrame]) -> None:
    true = np.array([TRUTH.life, 1 / TRUTH.churn, 1 / TRUTH.churn / TRUTH.life])
    tables = [expected_life(s, early=3, draws=500, seed=i) for i, s in enumerate(samples)]
    assert list(tables[0]["quantity"]) == ["new_life", "established_life", "worth_ratio"]
    inside = np.mean([(t["lower"] <= true) & (true <= t["upper"]) for t in tables], axis=0)
    assert inside.min() >= 0.91
    assert inside.max() <= 0.99
    np.testing.assert_allclose(np.mean([t["estimate"] for t in tables], axis=0), true, rtol=0.03)
    assert (tables[0]["n"] == 500).all()


def test_from_customers_recovers_the_bucket() -> None:
    data = population(200_000, np.random.default_rng(SEED))
    found = from_customers(data, early=3, margin_share=0.4, acquired=7)
    exposed = hazard_table(data)["exposed"]
    for at, true in enumerate(TRUTH.hazards[:3]):
        assert found.hazard is not None
        assert abs(found.hazard[at] - true) < 4 * math.sqrt(true * (1 - true) / exposed[at])
    assert abs(found.churn - 0.06) < 4 * math.sqrt(0.06 * 0.94 / exposed[3:].sum())
    assert found.life == pytest.approx(TRUTH.life, rel=0.01)
    stayed = data[~data["churned"]]
    assert (found.customers, found.acquired) == (len(stayed), 7)
    assert found.revenue == pytest.approx(stayed["monthly_charge_usd"].mean())
    assert found.margin == pytest.approx(0.4 * (found.revenue or 0))


def test_expected_life_and_from_customers_tell_the_same_story() -> None:
    data = datasets.load("telecom_churn")
    found = from_customers(data)
    table = expected_life(data, draws=200).set_index("quantity")
    close(found.life, table.loc["new_life", "estimate"])
    choice = PourOrPlug.of(dataclasses.replace(found, discount=0), save_cost=1)
    close(choice.worth_ratio, table.loc["worth_ratio", "estimate"])
    assert (table["lower"] < table["estimate"]).all()
    assert (table["estimate"] < table["upper"]).all()


def test_lives_without_a_later_loss_are_infinite_and_their_ratio_is_not() -> None:
    data = pd.DataFrame({"tenure_months": [1, 2, 3, 4] * 5, "churned": [1, 0, 0, 0] * 5})
    table = expected_life(data, early=1, draws=200).set_index("quantity")
    assert (table.loc[["new_life", "established_life"], "estimate"] == np.inf).all()
    close(table.loc["worth_ratio", "estimate"], 1 / 0.75)


def test_lost_of_expected_life_are_those_of_the_group() -> None:
    one = pd.DataFrame({"tenure_months": [1, 2, 3, 4] * 5, "churned": [1, 0, 0, 1] * 5})
    two = pd.DataFrame({"tenure_months": [1, 2, 3, 4] * 6, "churned": [1, 1, 1, 0] * 6})
    for first, second in (("z", "a"), (2, 1)):
        data = pd.concat([one.assign(kind=first), two.assign(kind=second)])
        table = expected_life(data, group="kind", early=2, draws=100)
        assert list(table["group"]) == [second] * 3 + [first] * 3
        assert list(table["lost"]) == [18] * 3 + [10] * 3
        assert list(table["n"]) == [24] * 3 + [20] * 3
    kinds = pd.Categorical(data["kind"], [2, 9, 1])  # nobody is a 9
    table = expected_life(data.assign(kind=kinds), group="kind", early=2, draws=100)
    assert list(table["group"]) == [2] * 3 + [1] * 3
    assert list(table["lost"]) == [10] * 3 + [18] * 3


def test_a_life_that_ends_early_is_finite_even_where_nobody_is_left_to_be_seen() -> None:
    # about geometric (0.7); those who come to a third or fourth period are not in every draw
    tenure = np.repeat([1, 2, 3, 4], [28, 10, 1, 1])
    data = pd.DataFrame({"tenure_months": tenure, "churned": True})
    life = expected_life(data, early=3).set_index("quantity").loc["new_life"]
    close(life["estimate"], tenure.mean())
    assert life["lower"] < life["estimate"] < life["upper"] < 3


def test_from_customers_leaves_everybody_at_his_own_tenure() -> None:
    rng = np.random.default_rng(SEED)
    n, early = 5000, 5
    data = pd.DataFrame({"tenure_months": rng.integers(0, 12, n), "monthly_charge_usd": 10.0})
    data["churned"] = (rng.random(n) < 0.3) & (data["tenure_months"] > 0)
    bucket = from_customers(data, early=early, acquired=0)
    assert bucket.hazard is not None
    assert len(set(bucket.hazard)) == early
    present = data.loc[~data["churned"], "tenure_months"]
    assert (present == 0).any()
    chance = [*bucket.hazard, *[bucket.churn] * 12]
    assert bucket.customers == len(present)
    table = bucket.expected(2)
    close(table["lost"][1], sum(chance[t] for t in present), n)
    close(table["lost"][2], sum((1 - chance[t]) * chance[t + 1] for t in present), n)
    close(bucket.simulate(1, 2000, seed=1)["lost"].sum() / 2000 / table["lost"][1], 1, 1e7)


def test_customers_may_carry_any_index_and_group(samples: list[pd.DataFrame]) -> None:
    one = samples[0]
    twice = pd.concat([one, one])  # every label stands twice
    assert from_customers(twice, early=3).customers == 2 * from_customers(one, early=3).customers
    grouped = hazard_table(twice.assign(half=[0] * 500 + [1] * 500), group="half")
    first, second = (part.drop(columns="group") for _, part in grouped.groupby("group"))
    assert_frame_equal(first, second.reset_index(drop=True))
    assert_frame_equal(first, hazard_table(one).drop(columns="group"))


# Flows of a purchase log against a count by hand

DAYS = st.dates(datetime.date(2023, 11, 1), datetime.date(2024, 8, 31))
LOGS = st.lists(st.tuples(st.integers(0, 5), DAYS), min_size=1, max_size=30)


def begin(day: datetime.date, every: str) -> datetime.date:
    """First day of the period in which a day lies."""
    if every == "W":
        return day - datetime.timedelta(days=day.weekday())
    month = {"M": day.month, "Q": 3 * ((day.month - 1) // 3) + 1, "Y": 1}[every]
    return datetime.date(day.year, month, 1)


def calendar(first: datetime.date, last: datetime.date, every: str) -> Iterator[datetime.date]:
    """First days of all periods between two days."""
    days = (first + datetime.timedelta(days=i) for i in range((last - first).days + 1))
    yield from dict.fromkeys(begin(day, every) for day in days)


@LAW
@given(LOGS, st.sampled_from("WMQY"), st.sampled_from([None, "UTC", "America/New_York"]))
def test_flows_are_what_sets_count(
    rows: list[tuple[int, datetime.date]], every: str, zone: str | None
) -> None:
    # late in the evening, so that a change of zone would change the day
    days = pd.to_datetime([day for _, day in rows]) + pd.Timedelta(hours=23)
    log = pd.DataFrame({"household": [who for who, _ in rows], "date": days.tz_localize(zone)})
    table = flows(log, every=every)
    first, last = min(day for _, day in rows), max(day for _, day in rows)
    starts = list(calendar(first, last, every))
    assert list(table["period"].dt.date) == starts
    ever: set[int] = set()
    before: set[int] = set()
    for row, start in zip(table.itertuples(), starts, strict=True):
        now = {who for who, day in rows if begin(day, every) == start}
        assert row.customers == len(now)
        assert row.lost == len(before - now)
        assert row.returned == len((now & ever) - before)
        assert row.acquired == len(now - ever)
        if before:
            close(row.lost_share, len(before - now) / len(before))
            assert 0 <= row.lower <= row.lost_share + 1e-12
            assert row.lost_share - 1e-12 <= row.upper <= 1
        else:
            assert all(map(math.isnan, (row.lost_share, row.lower, row.upper)))
        ever, before = ever | now, now
    assert table["acquired"].sum() == log["household"].nunique()
    for a, b in pairwise(table.itertuples()):
        assert b.customers == a.customers - b.lost + b.returned + b.acquired


def test_flows_over_a_month_in_which_nobody_came() -> None:
    dates = ["2024-01-01", "2024-01-31", "2024-03-15", "2024-04-30"]
    log = pd.DataFrame({"who": ["a", "b", "a", "c"], "day": pd.to_datetime(dates)})
    table = flows(log, customer="who", date="day")
    assert list(table["customers"]) == [2, 0, 1, 1]
    assert list(table["lost"]) == [0, 2, 0, 1]
    assert list(table["returned"]) == [0, 0, 1, 0]
    assert list(table["acquired"]) == [2, 0, 0, 1]
    assert list(table["lost_share"].isna()) == [True, False, True, False]
    assert table["complete"].all()


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Shanghai"])
def test_flows_count_the_day_on_the_shops_own_clock(zone: str) -> None:
    days = pd.to_datetime(["2024-01-31 23:30", "2024-02-01 00:30"]).tz_localize(zone)
    table = flows(pd.DataFrame({"who": [1, 2], "day": days}), customer="who", date="day")
    assert list(table["acquired"]) == [1, 1]


def test_flows_say_which_periods_the_log_covers() -> None:
    log = pd.DataFrame({"who": [1, 1], "day": pd.to_datetime(["2024-01-02", "2024-03-30"])})
    assert list(flows(log, customer="who", date="day")["complete"]) == [False, True, False]


# Numbers of numpy are numbers


def test_small_numbers_of_numpy_give_what_pythons_own_give() -> None:
    small = [np.int8(x) for x in (120, 4, 30, 20)]
    assert five_to_six_times(*small) == five_to_six_times(120, 4, 30, 20)
    bucket = LeakyBucket(hazard=(0.3,))
    ours = bucket.simulate(np.int8(5), np.int16(6), seed=np.uint8(7))
    assert_frame_equal(ours, bucket.simulate(5, 6, seed=7))
    assert_frame_equal(bucket.expected(np.int8(100)), bucket.expected(100))
    made = LeakyBucket(customers=np.int8(100), acquired=np.uint8(200), margin=np.float32(2))
    assert made == LeakyBucket(customers=100, acquired=200, margin=2)
    assert_frame_equal(
        made.expected(90), LeakyBucket(customers=100, acquired=200, margin=2).expected(90)
    )


# The moving picture


def test_a_frame_over_the_cached_background_is_the_picture_drawn_anew() -> None:
    live, anew = Live(LeakyBucket(churn=0.05)), Live(LeakyBucket(churn=0.06))
    first = decoded(live.frame(LeakyBucket(churn=0.05)))
    assert (live.full, live.fast) == (1, 0)
    moved, fresh = (decoded(x.frame(LeakyBucket(churn=0.06))) for x in (live, anew))
    assert (live.full, live.fast) == (1, 1)
    assert np.array_equal(canvas(live.figure), canvas(anew.figure))
    assert alike(moved, canvas(live.figure))  # but for the palette, which is the first frame's
    assert alike(moved, fresh)
    assert not alike(moved, first)


def test_a_frame_shows_what_a_plot_shows() -> None:
    model = LeakyBucket(churn=0.06)
    figure = fig.canvas()
    model.plot(figure.subplots())
    figure.canvas.draw()
    live = Live(LeakyBucket(churn=0.05))
    for state in (LeakyBucket(churn=0.05), model):
        live.frame(state)
    drawn, moved = (np.asarray(f.canvas.buffer_rgba()) for f in (figure, live.figure))
    # a few pixels differ where a moving artist crosses a spine
    assert np.mean((drawn != moved).any(axis=2)) < 0.001
