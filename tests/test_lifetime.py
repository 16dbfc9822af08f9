"""Chapter 10, the arithmetic half: laws, sourced numbers and recovery of a customer's worth."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import instances

from loyaltylab import claims, datasets
from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.ledger import Finding
from loyaltylab.lab.explore import build, slider_ranges
from loyaltylab.lifetime import (
    FivePoints,
    Lifetime,
    arithmetic,
    constant_margin,
    credit_card_stream,
    five_benefits,
    five_percent_of_churn,
    five_percent_of_retention,
    five_points_of_defection,
    gain,
    halved_defection,
    hidden_assumptions,
    implied_baseline,
    implied_churn,
    industry_table,
    loss_steps,
    loyal_but_unprofitable,
    mean_spend,
    no_selling_cost,
    plot_industry,
    plot_loss_steps,
    plot_shopper,
    plot_tenure,
    right_loss,
    shopper,
    stew_leonard,
    stream_table,
    stream_value,
    survivorship,
    tenure_and_spend,
    tenure_slopes,
    twice_the_income,
    two_rules,
    weekly_spend,
    with_discounting,
)
from loyaltylab.lifetime.stream import CARD_1990

LAW = settings(max_examples=40, deadline=None)


def finite(values: dict[str, Any]) -> bool:
    return values["years"] is not None or values["retention"] < 1 or values["discount"] > 0


customers = instances(Lifetime, where=finite)
share = st.just(0.0) | st.floats(1e-6, 1)
TIMINGS = ("year_end", "after_renewal", "year_start")


def close(found: Any, wanted: Any, scale: float = 1.0) -> None:
    """Compare within rounding, where sums of size ``scale`` may have cancelled."""
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9 * max(1.0, scale))


def size(customer: Lifetime) -> float:
    """Size of the amounts that a customer adds up."""
    return abs(customer.value) + customer.acquisition_cost + customer.loss


# Laws: the worth of a customer


@LAW
@given(customers)
def test_cumulative_and_beyond_are_the_value_in_every_row(customer: Lifetime) -> None:
    table = customer.table()
    close(table["cumulative"] + table["beyond"], customer.value, size(customer))
    close(table["present_value"].sum() + table["beyond"].iloc[-1], customer.value, size(customer))
    assert (table["beyond"] >= 0).all()
    if customer.years is not None:
        assert len(table) == customer.years + 1
        assert table["beyond"].iloc[-1] == 0
        close(table["face_value"].iloc[-1], customer.face_value, size(customer))


@LAW
@given(st.lists(share, max_size=5), share, share, st.integers(1, 30), st.sampled_from(TIMINGS))
def test_the_multiple_is_the_sum_year_by_year(
    retentions: list[float], retention: float, discount: float, years: int, timing: str
) -> None:
    alive, total = 1.0, 0.0
    for year in range(1, years + 1):  # one customer, year by year
        stays = retentions[year - 1] if year <= len(retentions) else retention
        if timing == "after_renewal":
            alive *= stays
        total += alive / (1 + discount) ** (year - (timing == "year_start"))
        if timing != "after_renewal":
            alive *= stays
    customer = Lifetime(
        retentions=retentions, retention=retention, discount=discount, years=years, timing=timing
    )
    close(customer.multiple, total)


@LAW
@given(share, share, st.integers(1, 1000) | st.none())
def test_timings_differ_by_one_renewal_and_by_one_year_of_interest(
    retention: float, discount: float, years: int | None
) -> None:
    assume(years is not None or retention < 0.999 or discount > 0.001)
    end, renewal, start = (
        Lifetime(retention=retention, discount=discount, years=years, timing=timing).multiple
        for timing in TIMINGS
    )
    close(renewal, retention * end)
    close(start, (1 + discount) * end)


@LAW
@given(st.floats(1e-6, 0.999), share)
def test_for_ever_the_margin_multiple_is_one_over_one_plus_d_less_r(r: float, d: float) -> None:
    # Gupta & Lehmann 2003 (reported, not verified): r/(1+d-r) where he has to renew first
    close(Lifetime(years=None, retention=r, discount=d).multiple, 1 / (1 + d - r))
    renewed = Lifetime(years=None, retention=r, discount=d, timing="after_renewal")
    close(renewed.multiple, r / (1 + d - r))


@LAW
@given(st.floats(1e-6, 0.9), share)
def test_a_long_horizon_comes_near_the_infinite_one(r: float, d: float) -> None:
    known = Lifetime(retention=r, discount=d, years=1000)
    close(known.value, dataclasses.replace(known, years=None).value)


@LAW
@given(customers, share, share)
def test_worth_rises_with_retention_and_falls_with_the_discount_rate(
    customer: Lifetime, one: float, other: float
) -> None:
    plain = dataclasses.replace(customer, years=customer.years or 30, acquisition_cost=0.0)
    low, high = sorted((one, other))
    for name, sign in (("retention", 1), ("discount", -1), ("margin", 1), ("partial_loss", 0)):
        less, more = (dataclasses.replace(plain, **{name: v}).value for v in (low, high))
        assert sign * (more - less) >= -1e-9 * size(plain)
    one_more = dataclasses.replace(plain, years=plain.years % 1000 + 1)
    if one_more.years > plain.years:
        assert one_more.value >= plain.value * (1 - 1e-12)


@LAW
@given(customers)
def test_without_refinements_losing_a_customer_costs_what_he_is_worth(customer: Lifetime) -> None:
    plain = dataclasses.replace(customer, partial_loss=1, replacement=0, others_lost=0)
    close(plain.loss, plain.value + plain.acquisition_cost, size(plain))
    twice = dataclasses.replace(plain, others_lost=1)
    close(twice.loss, 2 * plain.loss, size(plain))
    half = dataclasses.replace(plain, partial_loss=0.5)
    close(half.loss, 0.5 * plain.loss, size(plain))


@LAW
@given(customers, share)
def test_a_place_that_is_taken_loses_what_is_not_yet_replaced(
    customer: Lifetime, replacement: float
) -> None:
    customer = dataclasses.replace(customer, years=customer.years or 50, replacement=replacement)
    table = customer.table().iloc[1:]
    cash = customer.margin * customer.yearly + customer.referrals * customer.profit
    loss, empty = 0.0, 1.0
    for row in table.itertuples():  # one place, year by year
        gone = customer.partial_loss * cash + replacement * customer.replacement_cost
        loss += row.survival * row.discount_factor * empty * gone
        empty *= 1 - replacement
    close(customer.loss, loss * (1 + customer.others_lost), size(customer))


def test_a_place_that_is_taken_at_once_costs_a_year_and_the_price_of_winning() -> None:
    customer = Lifetime(margin=0.02, replacement=1.0, replacement_cost=30.0)
    assert customer.loss == 100 + 30


def test_referrals_are_worth_one_such_customer_each() -> None:
    alone = Lifetime(margin=0.1, discount=0.1, retention=0.8)
    with_friends = dataclasses.replace(alone, referrals=0.2)
    years = alone.table()["survival"].iloc[1:] @ alone.table()["discount_factor"].iloc[1:]
    close(with_friends.value, alone.profit + 0.2 * years * alone.profit)


def test_retention_that_changes_replaces_the_first_years_only() -> None:
    late = Lifetime(retentions=(0.5, 0.8), retention=0.9, years=4)
    assert list(late.table()["survival"].round(6)) == [1, 1, 0.5, 0.4, 0.36]
    after = dataclasses.replace(late, timing="after_renewal")
    assert list(after.table()["survival"].round(6)) == [1, 0.5, 0.4, 0.36, 0.324]
    same = Lifetime(retentions=(0.9, 0.9), retention=0.9)
    close(same.value, Lifetime(retention=0.9).value)


def test_for_ever_with_nobody_leaving_and_no_interest_is_refused_with_both_names() -> None:
    with pytest.raises(InputError, match=r"years=None.*retention.*discount"):
        Lifetime(years=None)
    assert Lifetime(years=None, discount=1e-100).value == pytest.approx(5e103)


@LAW
@given(share, share, st.floats(0.5, 40))
def test_an_annuity_of_broken_length_lies_between_its_neighbours(
    c: float, d: float, n: float
) -> None:
    low, middle, high = (
        arithmetic.annuity(c, d, length) for length in (math.floor(n), n, math.floor(n) + 1)
    )
    assert low * (1 - 1e-12) <= middle <= high * (1 + 1e-12)
    if 0 < c < 1:
        ratio = (1 - c) / (1 + d)
        total = sum(ratio**k for k in range(math.floor(n))) / (1 + d)
        close(low, total)


@LAW
@given(customers)
def test_the_steps_end_at_the_loss_and_sum_to_it(customer: Lifetime) -> None:
    customer = dataclasses.replace(customer, years=customer.years or 20)
    table = loss_steps(customer)
    assert table["step"].iloc[0] == "revenue at face value"
    scale = size(customer) + float(customer.face_value or 0)
    close(table["loss"].iloc[0], customer.face_value, scale)
    close(table["loss"].iloc[-1], customer.loss, scale + table["loss"].max())
    close(table["loss"].iloc[0] + table["change"].sum(), table["loss"].iloc[-1], scale)


# Laws: the gain of five points


@LAW
@given(st.floats(0.06, 1), st.floats(0.001, 0.05), share)
def test_the_gain_is_that_of_two_lifetimes(churn: float, points: float, discount: float) -> None:
    before, after = (
        Lifetime(years=None, retention=1 - c, discount=discount).value
        for c in (churn, churn - points)
    )
    close(gain(churn, points, discount), after / before - 1)


@LAW
@given(st.floats(0.06, 1), share, share)
def test_growing_margins_are_the_sum_year_by_year(churn: float, d: float, growth: float) -> None:
    def summed(c: float) -> float:
        t = np.arange(1, 4000)
        return float(((1 - c) ** (t - 1.0) * (1 + growth * (t - 1)) * (1 + d) ** -t).sum())

    assume(churn + d > 0.07)
    wanted = summed(churn - 0.05) / summed(churn) - 1
    np.testing.assert_allclose(gain(churn, 0.05, d, growth=growth), wanted, rtol=1e-6, atol=1e-9)


@LAW
@given(st.floats(0.06, 0.99), st.floats(0, 0.3), st.floats(0, 0.95))
def test_the_cost_of_winning_lifts_the_gain(churn: float, discount: float, part: float) -> None:
    worth = [1 / (c + discount) for c in (churn, churn - 0.05)]
    cost = part * worth[0]
    wanted = (worth[1] - cost) / (worth[0] - cost) - 1
    close(gain(churn, discount=discount, acquisition_share=part), wanted)


@LAW
@given(
    st.floats(0.01, 3),
    st.floats(0.01, 0.2),
    st.floats(0, 0.3),
    st.sampled_from(["geometric", "fixed_life", "relative", "relative_retention"]),
)
def test_what_is_implied_gives_the_gain_back(
    wanted: float, points: float, discount: float, reading: str
) -> None:
    found = implied_baseline(wanted, points, discount, reading)
    if found.feasible and found.churn is not None:
        np.testing.assert_allclose(gain(found.churn, points, discount, reading), wanted, rtol=1e-6)
        assert found.retention == 1 - found.churn
    else:
        assert found.why


@LAW
@given(st.floats(0.01, 3), st.floats(0.01, 0.2))
def test_without_discounting_a_fixed_life_is_the_geometric_one(wanted: float, p: float) -> None:
    fixed, geometric = (implied_baseline(wanted, p, 0.0, r) for r in ("fixed_life", "geometric"))
    assert fixed.feasible == geometric.feasible
    if fixed.feasible:
        np.testing.assert_allclose(fixed.churn, geometric.churn, rtol=1e-6)


def test_a_fixed_life_has_a_largest_gain_and_two_churns_below_it() -> None:
    most = max(gain(c / 1000, discount=0.10, reading="fixed_life") for c in range(51, 1001))
    none = implied_baseline(most + 0.01, discount=0.10, reading="fixed_life")
    assert (none.churn, none.feasible) == (None, False)
    two = implied_baseline(most - 0.1, discount=0.10, reading="fixed_life")
    other = float(two.why.split()[-1])
    assert two.churn is not None
    for churn in (two.churn, other):
        found = gain(churn, discount=0.10, reading="fixed_life")
        assert found == pytest.approx(most - 0.1, rel=1e-3)
    assert two.churn > other + 0.05


def test_the_relative_reading_gives_one_gain_whatever_the_churn() -> None:
    gains = [gain(c, reading="relative") for c in (0.02, 0.1, 0.5, 1.0)]
    close(gains, [1 / 0.95 - 1] * 4)
    for percent in (25, 85):
        assert implied_baseline(percent / 100, reading="relative").churn is None
    level = implied_baseline(1 / 0.95 - 1, reading="relative")
    assert (level.feasible, level.why) == (True, "every churn gives this gain")


@LAW
@given(st.floats(0.06, 1), st.floats(0, 0.3), st.floats(0.3, 2))
def test_the_hidden_assumption_gives_the_gain(churn: float, discount: float, wanted: float) -> None:
    row = hidden_assumptions((wanted,), (churn,), discount=discount).iloc[0]
    part, growth = row["acquisition_share_needed"], row["growth_needed"]
    plain = gain(churn, discount=discount)
    close(row["plain_gain"], plain)
    if plain >= wanted:
        assert part == growth == 0
        return
    lifted = gain(churn, discount=discount, acquisition_share=part)
    np.testing.assert_allclose(lifted, wanted, rtol=1e-6)
    if np.isnan(growth):  # the gain tends to that of the slopes, which is not enough
        slopes = [(1 - c) / (c + discount) ** 2 for c in (churn, churn - 0.05)]
        assert slopes[0] == 0 or slopes[1] / slopes[0] <= (1 + wanted) * (1 + 1e-9)
    else:
        assert growth > 0
        rise = gain(churn, discount=discount, growth=growth)
        np.testing.assert_allclose(rise, wanted, rtol=1e-5)


@LAW
@given(instances(FivePoints, where=lambda v: v["churn"] > v["points"]))
def test_the_picture_of_five_points_draws_its_table(model: FivePoints) -> None:
    table = model.table()
    ax = model.plot(fig.canvas().subplots())
    artists = fig.moving(ax)
    np.testing.assert_array_equal(artists["points"].get_ydata(), table["gain"].iloc[1:])
    np.testing.assert_array_equal(artists["literal"].get_ydata(), table["literal_gain"].iloc[1:])
    assert artists["here"].get_ydata()[0] == table["gain"].iloc[0] == model.gain
    assert table["literal_gain"].iloc[0] == model.literal_gain
    assert (table["churn"] > model.points).all()


# Laws: a stream, and the bivariate normal


@LAW
@given(st.floats(0.01, 1), share, st.floats(1, 100))
def test_a_level_stream_is_an_annuity(churn: float, discount: float, money: float) -> None:
    flat = (-10.0, money, money, money)
    worth = money * arithmetic.annuity(churn, discount)
    close(stream_value(flat, churn, discount), worth - 10, worth)


@LAW
@given(st.integers(1, 40), share, st.lists(st.floats(-100, 100), min_size=2, max_size=8))
def test_a_fixed_life_sums_the_years_and_no_more(n: int, d: float, stream: list[float]) -> None:
    money = [stream[min(t, len(stream) - 1)] for t in range(n + 1)]
    wanted = sum(m / (1 + d) ** t for t, m in enumerate(money))
    close(stream_value(stream, 1 / n, d, "fixed_life"), wanted, 4000)


@LAW
@given(st.floats(1, 12), share, st.lists(st.floats(0, 100), min_size=2, max_size=8))
def test_of_a_broken_year_a_part_is_paid_on_leaving(
    life: float, d: float, stream: list[float]
) -> None:
    n = math.floor(life)
    low, broken, high = (
        stream_value(stream, 1 / length, d, "fixed_life") for length in (n, life, n + 1)
    )
    part = math.expm1((life - n) * math.log1p(d)) / d if d else life - n
    last = stream[min(n + 1, len(stream) - 1)]
    close(broken, low + last * part * (1 + d) ** -life, 2000)
    assert low - 1e-9 <= broken <= high + 1e-9
    level = stream_value((0.0, 1.0), 1 / life, d, "fixed_life")
    close(level, arithmetic.annuity(0.0, d, life))  # one convention for both


@LAW
@given(st.floats(-0.999, 0.999))
def test_halves_of_a_bivariate_normal_follow_sheppard_1899(r: float) -> None:
    found = loyal_but_unprofitable(r)
    np.testing.assert_allclose(found, 0.5 - math.asin(r) / math.pi, atol=1e-4)


@LAW
@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_without_correlation_loyalty_says_nothing(loyal: float, profitable: float) -> None:
    found = loyal_but_unprofitable(0.0, loyal, profitable)
    np.testing.assert_allclose(found, 1 - profitable, atol=1e-4)
    if loyal < profitable:  # perfectly correlated: all of the most loyal are profitable
        assert loyal_but_unprofitable(1.0, loyal, profitable) == 0
    close(loyal_but_unprofitable(-1.0, loyal, profitable), min(loyal, 1 - profitable) / loyal)


def test_loyal_but_unprofitable_equals_a_simulation() -> None:
    rng = np.random.default_rng(3)
    tenure, other = rng.standard_normal((2, 400_000))
    profit = 0.45 * tenure + math.sqrt(1 - 0.45**2) * other
    loyal = tenure > np.quantile(tenure, 0.8)
    poor = profit[loyal] < np.quantile(profit, 0.7)
    assert loyal_but_unprofitable(0.45, 0.2, 0.3) == pytest.approx(poor.mean(), abs=0.005)


# Sourced numbers


def test_c112_stew_leonards_shopper_brings_50000_of_revenue() -> None:
    assert Lifetime().revenue == Lifetime().face_value == 50_000
    revenue, profit, margin = stew_leonard()
    assert (revenue.computed, revenue.agrees) == (50_000, True)
    assert (profit.computed, profit.agrees) == (1000, False)
    assert margin.computed == 1


def test_c113_present_values_of_the_ledger() -> None:
    # claims.csv, C113: 38,609 and 30,723 at 5 and 10%; profit 1,000 and 614; 21,639; 23,803
    found = [round(f.computed or 0) for f in right_loss()]
    assert found[:6] == [38_609, 30_723, 1000, 614, 21_639, 23_803]
    assert 5000 in found  # 10% margin, as a web page has it
    assert all(f.documented is None for f in right_loss())
    assert [f.computed for f in five_benefits(high=0.5)][3] == 0.25


def test_present_value_matches_the_annuity_table_6_145_for_ten_years_at_10_percent() -> None:
    assert round(Lifetime(discount=0.10).multiple, 3) == 6.145
    assert round(Lifetime(discount=0.05).multiple, 3) == 7.722


def test_c059_retention_of_the_ledger_for_each_gain() -> None:
    wanted = {25: 75.0, 30: 78.3, 35: 80.7, 40: 82.5, 45: 83.9, 50: 85.0, 75: 88.3, 85: 89.1}
    wanted |= {95: 89.7, 100: 90.0}
    for percent, retention in wanted.items():
        assert round(100 * (implied_baseline(percent / 100).retention or 0), 1) == retention
    found = [round(100 * (f.computed or 0), 1) for f in constant_margin()[2:]]
    assert found == list(wanted.values())


def test_c060_churn_of_the_ledger_at_10_percent() -> None:
    found = {p: implied_baseline(p / 100, discount=0.10) for p in (25, 50, 85)}
    assert [round(f.churn or 0, 4) for f in found.values()] == [0.15, 0.05, 0.0088]
    assert not found[85].feasible


def test_c061_share_of_the_ledger() -> None:
    found = [f.computed or 0 for f in five_percent_of_churn()]
    assert [round(v, 3) for v in found] == [5.263, 5.263, 0.789, 0.938]
    table = industry_table().set_index("gain_percent")["acquisition_share_needed"]
    assert [round(table[g].mean(), 3) for g in (25, 85)] == [0.789, 0.938]


def test_c062_retention_of_the_ledger() -> None:
    found = [round(f.computed or 0, 3) for f in five_percent_of_retention()]
    assert found == [0.800, 0.870, 0.896, 0.902, 0.952]


def test_c063_values_of_the_ledger_from_the_stream_that_is_reported_not_verified() -> None:
    def values(rate: float, reading: str) -> list[float]:
        return [stream_value(CARD_1990, c, rate, reading) for c in (0.20, 0.10, 0.05)]

    assert [round(v, 1) for v in values(0.06, "fixed_life")] == [131.5, 304.7, 530.7]
    assert [round(v) for v in values(0.10, "geometric")] == [94, 182, 272]
    near = np.divide(values(0.06, "fixed_life"), (134, 300, 525))
    assert (abs(near - 1) < 0.02).all()
    unread = [f for f in credit_card_stream() if "reported, not verified" in f.reading]
    assert len(unread) == 8
    assert {round(f.computed or 0, 1) for f in unread} >= {131.5, 304.7, 530.7}


def test_c065_twenty_more_purchases() -> None:
    once, more = twice_the_income()
    assert (once.computed, once.agrees) == (1.05, False)
    assert more.computed == 20


def test_five_points_of_1990_and_1996_are_the_figures_of_the_sources() -> None:
    table = industry_table()
    read = table[table["status"] == "read"]
    first = read[read["publication"] == 1990].set_index("industry")["gain_percent"]
    assert first["bank branch deposits"] == 85
    assert sorted(first) == [30, 50, 85, 125]
    assert set(read.loc[read["publication"] == 1996, "gain_percent"]) == {
        95,
        85,
        84,
        81,
        75,
        45,
        35,
    }
    assert set(table["status"]) == {"read", "reported, not verified"}
    assert (table.loc[table["status"] != "read", "read_in"] == "not read").all()


# Claims


def test_what_agrees_with_the_documents() -> None:
    agreed: dict[Any, list[bool | None]] = {
        five_benefits: [None] * 5,
        five_points_of_defection: [None, True, False, None, None],
        constant_margin: [True, True] + [None] * 10,
        with_discounting: [False, False] + [None] * 6,
        five_percent_of_churn: [False, False, None, None],
        five_percent_of_retention: [None] * 5,
        credit_card_stream: [None] * 16,
        halved_defection: [None] * 5,
        twice_the_income: [False, None],
        stew_leonard: [True, False, None],
        right_loss: [None] * 12,
        two_rules: [None] * 3,
        no_selling_cost: [None] * 4,
        tenure_and_spend: [None] * 4,
    }
    for function, wanted in agreed.items():
        findings = function()
        assert [f.agrees for f in findings] == wanted, function.__name__
        assert all(f.reading and f.assumption for f in findings)
        assert findings == function()
    named = {f"lifetime.{function.__name__}" for function in agreed}
    assert set(claims.table("lifetime")["check"]) <= named | {""}


def by_reading(findings: list[Finding]) -> dict[str, float | None]:
    return {f.reading: f.computed for f in findings}


@pytest.mark.parametrize(
    ("function", "reading", "inputs", "wanted"),
    [
        (
            twice_the_income,
            "more purchases that each of them would have to make",
            {"share": 0.1},
            10,
        ),
        (stew_leonard, "profit (USD)", {"margin": 0.1}, 5000),
        (right_loss, "profit, undiscounted (USD)", {"margin": 0.1}, 5000),
        (
            two_rules,
            "chance of leaving above which giving in pays, if his profit is lost",
            {"margin": 0.0},
            None,
        ),
        (no_selling_cost, "share of customers who are returning ones", {"churn": 0.2}, 0.8),
        (
            no_selling_cost,
            "keeping cost a period at which a returning one costs what winning does",
            {"acquisition_cost": 50.0},
            2.5,
        ),
        (constant_margin, "retention from which 25 percent follows", {"points": 0.1}, 0.5),
        (
            with_discounting,
            "churn from which 25 percent would follow",
            {"discount": 0.05},
            0.2,
        ),
        (five_percent_of_retention, "highest retention that can rise so far", {"share": 0.25}, 0.8),
        (five_percent_of_churn, "gain, beside the low end (percent)", {"share": 0.2}, 25),
        (
            credit_card_stream,
            "gain from 10% to 5% churn, geometric at 10% (percent)",
            {"stream": (0.0, 1.0)},
            100 * (0.20 / 0.15 - 1),
        ),
    ],
)
def test_inputs_move_the_answer(
    function: Any, reading: str, inputs: dict[str, Any], wanted: float | None
) -> None:
    found = by_reading(function(**inputs))[reading]
    if wanted is None:
        assert found is None
    else:
        close(found, wanted)
    assert found != by_reading(function())[reading]


def test_c064_the_firm_keeps_five_points_more_in_a_year_and_doubles_only_in_the_end() -> None:
    stock, won = 1000.0, 100.0  # in steady state at 10% churn
    first = stock * (1 - 0.05) + won
    for _ in range(2000):
        stock = stock * (1 - 0.05) + won
    found = by_reading(halved_defection())
    close(found["customers after one year more than without the cut (percent)"], first / 10 - 100)
    close(found["customers in the long run more than without the cut (percent)"], stock / 10 - 100)


# Recovery


def test_the_within_slope_finds_the_known_trend_and_the_pooled_one_does_not() -> None:
    for trend in (0.0, 5.0):
        table = tenure_slopes(survivorship(3000, trend=trend, seed=12)).set_index("slope")
        within, pooled = table.loc["within"], table.loc["pooled"]
        assert within["lower"] < trend < within["upper"]
        assert pooled["lower"] > trend
        assert within["upper"] - within["lower"] < 1.5
    alike = tenure_slopes(survivorship(3000, selection=0.0, seed=11)).set_index("slope")
    assert alike.loc["pooled", "lower"] < 0 < alike.loc["pooled", "upper"]


@pytest.mark.slow
def test_the_within_interval_covers_the_known_trend_at_its_level() -> None:
    hits = 0
    for seed in range(200):
        table = tenure_slopes(survivorship(400, trend=3.0, seed=seed)).set_index("slope")
        hits += table.loc["within", "lower"] < 3.0 < table.loc["within", "upper"]
    assert 0.90 <= hits / 200 <= 0.99


def test_within_slope_equals_a_regression_with_one_dummy_per_customer() -> None:
    import statsmodels.formula.api as smf

    panel = survivorship(40, seed=5)
    dummies = smf.ols("spend ~ tenure_years + C(customer)", panel).fit()
    table = tenure_slopes(panel).set_index("slope")
    assert table.loc["within", "estimate"] == pytest.approx(dummies.params["tenure_years"])
    pooled = smf.ols("spend ~ tenure_years", panel).fit()
    assert table.loc["pooled", "estimate"] == pytest.approx(pooled.params["tenure_years"])


def test_survivorship_has_the_churn_it_was_given() -> None:
    panel = survivorship(50_000, years=2, selection=0.0, churn=0.3, seed=1)
    left = 1 - (panel["tenure_years"] == 2).sum() / 50_000
    assert left == pytest.approx(0.3, abs=0.01)
    assert set(panel["origin"]) == {"synthetic"}
    means = mean_spend(panel)
    assert means["n"].iloc[0] == 50_000


def log() -> pd.DataFrame:
    """Return a log whose households spend 50, 100 and 150 a week over ten whole weeks."""
    days = pd.to_datetime("2020-01-01") + pd.to_timedelta(np.arange(70), "D")
    parts = [
        pd.DataFrame({"household": who, "date": days[::7], "sales_usd": money})
        for who, money in ((1, 50.0), (2, 100.0), (3, 150.0))
    ]
    end = pd.DataFrame({"household": [1], "date": [days[-1]], "sales_usd": [0.0]})
    return pd.concat([*parts, end], ignore_index=True)


def test_weekly_spend_is_added_up_by_household() -> None:
    table = weekly_spend(log().sample(frac=1, random_state=1))
    close(table["spend_per_week"], [50, 100, 150])
    close(table["spend"], [500, 1000, 1500])
    assert list(table["weeks_shopped"]) == [10, 10, 10]
    assert list(table["household"]) == [1, 2, 3]
    assert set(table["weeks"]) == {10}
    assert list(table["share_of_weeks"]) == [0, 1, 1]
    more = weekly_spend(pd.concat([log(), log().iloc[[0, 3]]]))  # twice 50 in two weeks
    close(more["share_of_weeks"], [0.2, 1, 1])


def test_the_shopper_of_a_known_log() -> None:
    found = shopper(weekly_spend(log()), years=2, draws=200).set_index("quantity")
    close(found.loc["mean spend per week", "estimate"], 100)
    close(found.loc["median revenue of 2 years", "estimate"], 100 / 7 * 365.25 * 2)
    assert found.loc[
        "share of households who spend as much in a year", "estimate"
    ] == pytest.approx(2 / 3)
    close(found.loc["share of household-weeks with as much", "estimate"], 2 / 3)
    top = found.loc["share of the revenue from the top 0.1", "estimate"]
    close(top, 0.5)
    inside = found[["lower", "estimate", "upper"]].to_numpy()
    assert (inside[:, 0] <= inside[:, 1]).all()
    assert (inside[:, 1] <= inside[:, 2]).all()
    assert (found["n"] == 3).all()


@pytest.mark.slow
def test_the_bootstrap_interval_covers_the_mean_of_a_known_distribution() -> None:
    rng, hits = np.random.default_rng(7), 0
    for seed in range(100):
        spend = pd.DataFrame({"spend_per_year": rng.gamma(2.0, 1000.0, 400), "share_of_weeks": 0.5})
        row = shopper(spend, draws=400, seed=seed).set_index("quantity").loc["mean spend per week"]
        hits += row["lower"] < 2000 * 7 / 365.25 < row["upper"]
    assert 88 <= hits <= 99


def test_the_supermarket_year_spends_about_a_third_of_the_story() -> None:
    table = weekly_spend(datasets.load("supermarket_purchases"))
    assert len(table) == 2469
    found = shopper(table, draws=200).set_index("quantity")["estimate"]
    assert 30 < found["mean spend per week"] < 40
    assert found["median revenue of 10 years"] < 15_000
    assert 0.05 < found["share of households who spend as much in a year"] < 0.10


# Pictures


def heights(ax: Any) -> list[float]:
    return [patch.get_height() for patch in ax.patches]


def test_plots_draw_their_tables() -> None:
    steps = loss_steps(Lifetime(margin=0.02, discount=0.10, replacement=0.2))
    ax = plot_loss_steps(steps, fig.canvas().subplots())
    assert [patch.get_width() for patch in ax.patches] == list(steps["loss"])
    assert [t.get_text() for t in ax.get_yticklabels()] == list(steps["step"])
    assert [t.get_text() for t in ax.texts] == [fig.money(v) for v in steps["loss"]]

    table = industry_table()
    ax = plot_industry(table, fig.canvas().subplots())
    drawn = np.sort(np.concatenate([line.get_xdata() for line in ax.lines]))
    np.testing.assert_array_equal(drawn, np.sort(table["implied_retention"]))
    read, unread = (len(line.get_xdata()) for line in ax.lines)
    assert read == (table["status"] == "read").sum() == len(table) - unread

    spend = weekly_spend(log())
    ax = plot_shopper(spend, fig.canvas().subplots())
    assert sum(heights(ax)) == len(spend)
    assert [line.get_xdata()[0] for line in ax.lines] == [100, 100, 100]

    panel = survivorship(300, seed=2)
    ax = plot_tenure(panel, fig.canvas().subplots())
    means = mean_spend(panel)
    for line, name in zip(ax.lines, ("present", "stayers"), strict=True):
        part = means[means["customers"] == name]
        np.testing.assert_array_equal(line.get_ydata(), part["mean_spend"])


@LAW
@given(customers)
def test_the_picture_of_a_lifetime_draws_its_table(customer: Lifetime) -> None:
    table, artists = customer.table(), fig.moving(customer.plot(fig.canvas().subplots()))
    for name in ("undiscounted", "cumulative"):
        np.testing.assert_array_equal(artists[name].get_ydata(), table[name])
    np.testing.assert_array_equal(
        artists["face_value"].get_ydata(), table["face_value"].iloc[[0, -1]]
    )


def test_a_spender_beyond_the_picture_is_counted_in_the_last_bar() -> None:
    spend = pd.DataFrame({"spend_per_week": [10.0, 20.0, 4000.0]})
    ax = plot_shopper(spend, fig.canvas().subplots())
    assert sum(heights(ax)) == 3
    assert heights(ax)[-1] == 1


@pytest.mark.parametrize(
    ("model", "ranges"),
    [
        (Lifetime(margin=0.3), {"retention": (0.5, 1), "discount": (0, 0.2), "margin": (0, 1)}),
        (FivePoints(), {"churn": (0.06, 0.5), "discount": (0, 0.2), "growth": (0, 0.5)}),
    ],
)
def test_the_widgets_of_the_notebook_can_be_built(model: Any, ranges: dict[str, Any]) -> None:
    box = build(model, slider_ranges(model, ranges))
    assert len(box.children) > len(ranges)


# Sentences


def test_the_sentence_tells_revenue_from_profit() -> None:
    text = Lifetime(margin=0.02, discount=0.10, retention=0.90).sentence()
    for part in ("50,000 of revenue", "21,639", "433 are profit", "2%"):
        assert part in text
    assert "for ever" in Lifetime(years=None, discount=0.1).sentence()


def test_implied_churn_is_the_churn_alone() -> None:
    """C059: a gain of 25 % needs a retention of 75.0 %, 85 % one of 89.1 %."""
    assert implied_churn(0.25) == pytest.approx(0.25)
    assert implied_churn(0.85) == pytest.approx(1 - 0.891, abs=0.0005)
    assert implied_churn(0.5, discount=0.10) == pytest.approx(0.05)
    assert math.isnan(implied_churn(0.25, reading="relative"))


# What a change of one line in the code would not have shown


def test_what_lies_beyond_the_years_shown_follows_the_retentions_still_to_come() -> None:
    rises = tuple(0.5 + 0.005 * k for k in range(80))
    table = Lifetime(years=None, retentions=rises, retention=0.95, discount=0.02).table()
    value = Lifetime(years=None, retentions=rises, retention=0.95, discount=0.02).value
    assert len(table) < len(rises)
    assert np.allclose(table["cumulative"] + table["beyond"], value, rtol=1e-12)


def test_a_churn_a_little_too_low_cannot_fall() -> None:
    with pytest.raises(InputError, match=r"high enough to fall by 0\.05"):
        gain(0.0495)
    assert gain(0.05, discount=0.1) == pytest.approx(0.5)


def test_a_churn_of_one_is_possible_and_above_it_none() -> None:
    """All leave after a year: 1 / 0.95 - 1 is gained, and less cannot be had."""
    edge = implied_baseline(0.0527)
    assert edge.feasible
    assert edge.churn == pytest.approx(1, abs=0.002)
    assert implied_baseline(0.0526).why == "a churn above 1"


def test_only_the_level_gain_itself_follows_from_every_churn() -> None:
    assert implied_baseline(0.06, reading="relative").feasible is False
    assert implied_baseline(0.05, reading="relative").feasible is False
    assert implied_baseline(1 / 0.95 - 1, reading="relative").feasible is True


def test_one_number_is_a_list_of_one() -> None:
    assert len(hidden_assumptions(0.5, 0.15)) == 1
    assert len(stream_table(churns=0.2, discounts=0.06)) == 2


@pytest.mark.parametrize("rates", [(0.0, 5e-324), (5e-324, 0.0), (1e-15, 1e-15)])
def test_rates_next_to_nothing_leave_an_annuity_its_length(rates: tuple[float, float]) -> None:
    for periods in (0.0, 0.5, 7.25, 40.0):
        close(arithmetic.annuity(*rates, periods), periods)
    tiny = implied_baseline(0.1, 0.125, rates[1], "relative")
    assert tiny == implied_baseline(0.1, 0.125, 0.0, "relative")
    close(arithmetic.annuity(0.0, 1e-15, 1e15) * 1e-15, 1 - math.exp(-1))  # not over so many


def test_the_relative_gain_is_reached_without_discounting_and_never_with_it() -> None:
    assert implied_baseline(0.06, reading="relative").why.endswith("every one gives 5.263%")
    level = 1 / 0.95 - 1
    for wanted in (level, 0.06, 10.0):
        found = implied_baseline(wanted, discount=0.1, reading="relative")
        assert (found.churn, found.feasible) == (None, False)
        assert found.why.endswith("below 5.263%")
    for points in np.linspace(0.01, 0.9, 90):  # 1 - (1 + g)(1 - p) is rounded to 0 or below
        level = 1 / (1 - points) - 1
        for wanted in (level, np.nextafter(level, 0)):
            assert not implied_baseline(float(wanted), float(points), 0.1, "relative").feasible
    near = implied_baseline(0.05, discount=0.1, reading="relative")
    assert near.feasible is False  # 2: more than all would have to leave
    assert near.why == "a churn above 1"
    assert implied_baseline(0.03, discount=0.1, reading="relative").feasible


def test_a_fixed_life_says_why_no_churn_gives_a_gain() -> None:
    assert implied_baseline(0.0526, reading="fixed_life").why == "a churn above 1"
    assert implied_baseline(0.0527, reading="fixed_life").churn == pytest.approx(0.999, abs=0.002)
    grid = np.linspace(0.0501, 1, 20_000)
    most = max((1 - 1.1 ** (-1 / (c - 0.05))) / (1 - 1.1 ** (-1 / c)) - 1 for c in grid)
    none = implied_baseline(2.0, discount=0.10, reading="fixed_life")
    assert none.why == f"no churn gives it: the gain is {most:.1%} at most"
    lone = implied_baseline(0.25, discount=0.0, reading="fixed_life")
    assert (lone.feasible, lone.why) == (True, "")
    edge = gain(1.0, discount=0.1, reading="fixed_life")
    assert implied_baseline(edge, discount=0.1, reading="fixed_life").churn == pytest.approx(1)


def test_c060_what_else_has_to_be_assumed() -> None:
    found = by_reading(with_discounting())
    grid = np.linspace(0.051, 1, 950)
    most = max((1 - 1.1 ** (-1 / (c - 0.05))) / (1 - 1.1 ** (-1 / c)) - 1 for c in grid)
    largest = "largest gain if every customer stays exactly 1/c years (percent)"
    assert found[largest] == pytest.approx(100 * most, abs=0.05)
    share = "cost of winning, as a share of a customer's worth, that makes it 85 percent"
    assert found[share] == pytest.approx(1 - 0.25 / 0.85)
    growth = "growth of the margin per year that makes it 85 percent"
    assert found[growth] is None
    less = by_reading(with_discounting(discount=0.02))
    needed = less[growth]
    assert needed is not None
    assert gain(0.15, discount=0.02, growth=needed) == pytest.approx(0.85)
    assert [f.computed for f in with_discounting()][:2] == pytest.approx(
        [100 / 6, 31.4465], rel=1e-4
    )


def test_c113_one_who_would_have_brought_others_is_missed_more() -> None:
    found = by_reading(right_loss())
    alone = found["profit, discounted, with attrition (USD)"]
    missed = found["loss of profit if he would have brought one customer in twenty years (USD)"]
    assert alone is not None
    years = sum(0.9 ** (t - 1) / 1.1**t for t in range(1, 11))
    close(missed, alone + 0.05 * years * alone)


def test_a_gain_that_a_cheap_customer_has_anyway_needs_no_cost_of_winning() -> None:
    table = industry_table(points=0.5)  # the literal reading alone doubles the worth
    low = table["gain_percent"] < 100
    assert (table.loc[low, "acquisition_share_needed"] == 0).all()
    close(table.loc[~low, "acquisition_share_needed"], 1 - 100 / table.loc[~low, "gain_percent"])


@pytest.mark.parametrize(("points", "end"), [(0.05, 0.6), (0.3, 0.6), (0.5, 0.6)])
def test_the_curve_of_five_points_runs_from_points_to_60_percent(points: float, end: float) -> None:
    churn = FivePoints(churn=0.9, points=points).table()["churn"].iloc[1:]
    assert len(churn) == 120
    assert churn.is_monotonic_increasing
    assert points < churn.iloc[0] < points + 1e-4
    close(churn.iloc[-1], end)
    close(churn.iloc[59], points + (end - points) / 4)  # closer together where the curve is steep


@pytest.mark.parametrize(("loyal", "profitable"), [(0.7, 0.4), (0.9, 0.05), (0.5, 0.5)])
def test_perfectly_correlated_only_the_surplus_of_the_loyal_is_unprofitable(
    loyal: float, profitable: float
) -> None:
    close(loyal_but_unprofitable(1.0, loyal, profitable), (loyal - profitable) / loyal)
    near = loyal_but_unprofitable(0.999999, loyal, profitable)
    assert loyal_but_unprofitable(1.0, loyal, profitable) == pytest.approx(near, abs=2e-3)


# Panels


def test_leaving_after_a_poor_year_moves_even_the_within_slope() -> None:
    panel = survivorship(3000, reaction=1.0, seed=12)
    found = tenure_slopes(panel).set_index("slope").loc["within"]
    assert found["upper"] < -0.5  # although nobody's spend changes
    last = panel.groupby("customer")["tenure_years"].transform("max")
    without = tenure_slopes(panel[panel["tenure_years"] < last]).set_index("slope").loc["within"]
    assert without["lower"] < 0 < without["upper"]
    poor = panel[panel["tenure_years"] == last]
    other = survivorship(3000, reaction=0.0, seed=12)
    final = other.groupby("customer")["tenure_years"].transform("max")
    assert poor.loc[poor["tenure_years"] == 1, "spend"].mean() < (
        other.loc[(other["tenure_years"] == final) & (final == 1), "spend"].mean()
    )


def test_simulated_customers_stay_in_one_piece() -> None:
    panel = survivorship(500, years=5, reaction=2.0, trend=3.0, noise=0.0, seed=3)
    by = panel.groupby("customer")
    assert (by["tenure_years"].max() == by.size()).all()
    assert panel["customer"].is_monotonic_increasing
    steps = by["spend"].diff().dropna()
    close(steps, 3.0)
    assert set(panel["tenure_years"]) == {1, 2, 3, 4, 5}


def test_a_panel_may_have_any_index() -> None:
    panel = survivorship(60, years=4, seed=4)
    doubled = panel.set_axis([0] * len(panel))
    pd.testing.assert_frame_equal(tenure_slopes(doubled), tenure_slopes(panel))
    pd.testing.assert_frame_equal(mean_spend(doubled), mean_spend(panel))
    shuffled = panel.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(tenure_slopes(shuffled), tenure_slopes(panel))
    purchases = log()
    pd.testing.assert_frame_equal(
        weekly_spend(purchases.set_axis([7] * len(purchases))), weekly_spend(purchases)
    )


def test_who_is_seen_often_at_one_broken_tenure_does_not_count_as_seen_twice() -> None:
    panel = survivorship(60, years=4, seed=4).astype({"tenure_years": float})
    still = pd.DataFrame({"customer": 999, "tenure_years": [0.1] * 3, "spend": [5.0, 6.0, 7.0]})
    assert np.ptp(still["tenure_years"] - still["tenure_years"].mean()) == 0
    both = tenure_slopes(pd.concat([panel, still])).set_index("slope")
    alone = tenure_slopes(panel).set_index("slope")
    pd.testing.assert_series_equal(both.loc["within"], alone.loc["within"])
    assert both.loc["pooled", "customers"] == alone.loc["pooled", "customers"] + 1


def test_few_customers_have_the_t_quantile_of_their_number() -> None:
    from scipy import stats

    panel = survivorship(4, years=6, churn=0.05, seed=6)
    own = panel[["tenure_years", "spend"]] - panel.groupby("customer")[
        ["tenure_years", "spend"]
    ].transform("mean")
    x, y = own["tenure_years"], own["spend"]
    slope = (x * y).sum() / (x**2).sum()
    scores = (x * (y - slope * x)).groupby(panel["customer"]).sum()
    groups = len(scores)
    error = math.sqrt((scores**2).sum() * groups / (groups - 1)) / (x**2).sum()
    for level in (0.95, 0.8):
        found = tenure_slopes(panel, level=level).set_index("slope").loc["within"]
        half = stats.t.isf((1 - level) / 2, groups - 1) * error
        assert found["customers"] == groups
        close(
            [found["estimate"], found["lower"], found["upper"]], [slope, slope - half, slope + half]
        )


def test_mean_spend_has_students_interval() -> None:
    from scipy import stats

    panel = survivorship(9, years=3, churn=0.2, seed=2)
    found = mean_spend(panel)
    present = found[found["customers"] == "present"]
    for row in present.itertuples():
        spent = panel.loc[panel["tenure_years"] == row.tenure_years, "spend"]
        low, high = stats.t.interval(0.95, len(spent) - 1, spent.mean(), stats.sem(spent))
        close([row.lower, row.mean_spend, row.upper, row.n], [low, spent.mean(), high, len(spent)])
    stayers = found[found["customers"] == "stayers"]
    assert stayers["n"].nunique() == 1
    assert stayers["n"].iloc[0] == present["n"].iloc[-1] < present["n"].iloc[0]


# Households


def test_the_weeks_of_a_log_that_is_no_whole_number_of_weeks() -> None:
    days = pd.to_datetime("2020-01-01") + pd.to_timedelta([0, 7, 14, 16], "D")
    part = pd.DataFrame({"household": [1, 1, 1, 2], "date": days, "sales_usd": 200.0})
    table = weekly_spend(part)  # 17 days: two whole weeks, and three days more
    assert list(table["share_of_weeks"]) == [1, 0]
    assert list(table["weeks_shopped"]) == [3, 1]
    close(table["weeks"], 17 / 7)
    close(table["spend_per_year"], np.array([600, 200]) * 365.25 / 17)


def test_the_top_is_rounded_to_whole_households() -> None:
    spend = pd.DataFrame({"spend_per_year": np.arange(1.0, 17.0), "share_of_weeks": 0.1})
    found = shopper(spend, draws=100, top=0.1).set_index("quantity")["estimate"]
    close(found["share of the revenue from the top 0.1"], 31 / 136)  # two of sixteen
    few = shopper(spend, draws=100, top=0.01).set_index("quantity")["estimate"]
    close(few["share of the revenue from the top 0.01"], 16 / 136)  # one at least


@pytest.mark.parametrize(("most", "end"), [(4000.0, 405.0), (130.0, 135.0), (401.0, 405.0)])
def test_the_picture_of_households_ends_at_four_times_the_story(most: float, end: float) -> None:
    spend = pd.DataFrame({"spend_per_week": [10.0, 20.0, most]})
    ax = plot_shopper(spend, fig.canvas().subplots())
    close(ax.get_xlim(), (0, end))
    assert sum(heights(ax)) == 3
    ax = plot_shopper(spend, fig.canvas().subplots(), spend_per_week=2000)
    close(ax.get_xlim()[1], (math.ceil(most / 100) + 1) * 100)
