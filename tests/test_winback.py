"""Chapter 15, part A: the circle, whom to contact, the split of a budget, the nine steps."""

from __future__ import annotations

import dataclasses
import importlib
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import instances

from loyaltylab import datasets
from loyaltylab.base import figure as fig
from loyaltylab.bucket import LeakyBucket, flow
from loyaltylab.curve import Barriers, curve_1
from loyaltylab.winback import (
    BudgetSplit,
    Circle,
    WinBack,
    eight_years_five_phases,
    half_as_often,
    make_leaving_costly,
    never_all,
    nine_steps,
    nine_steps_to_loyalty,
    only_by_being_different,
    plot_contacts,
    published_odds,
    rank_contacts,
    split_budget,
)

LAW = settings(max_examples=15, deadline=None)
FEW = settings(max_examples=5, deadline=None)
USES = ["develop", "maintain", "regain"]


def hundredths(low: int, high: int) -> st.SearchStrategy[float]:
    return st.integers(low, high).map(lambda k: k / 100)


# The engine


def test_engine_moves_people_between_pools_by_hand() -> None:
    one = np.array([[100.0]])
    none = np.zeros((2, 1))
    pools = [
        flow.Pool(one, none + 7, np.array([0.5]), to=1, share=0.8),
        flow.Pool(np.zeros((2, 1)), none, np.array([0.25, 0.0]), to=0),
    ]
    seen = [
        [here.ravel().tolist() for here in present] + [moved[1].tolist()]
        for present, _, moved in flow.steps(pools, np.multiply)
    ]
    # 50 leave, 40 of them come to the second pool; then 28.5 leave and 10 come back
    assert seen[0] == [[57.0], [40.0, 0.0], [40.0]]
    assert seen[1] == [[57 - 28.5 + 7 + 10], [pytest.approx(22.8), 30.0], [pytest.approx(22.8)]]


def test_engine_shares_out_whole_people() -> None:
    rng = np.random.default_rng(1)
    start, none = np.full((1, 500), 1000), np.zeros((1, 500), dtype=np.int64)
    pools = [
        flow.Pool(start, none, np.array([0.4]), to=1, share=0.3),
        flow.Pool(0 * start, none, np.array([0.0])),
    ]
    ((_, left, moved),) = list(flow.steps(pools, rng.binomial))
    assert left[0].dtype == moved[1].dtype == np.int64
    # binomial in two steps is binomial in one: 1000 people, chance 0.12
    assert moved[1].mean() == pytest.approx(120, abs=4 * np.sqrt(1000 * 0.12 * 0.88 / 500))
    assert moved[1].std() == pytest.approx(np.sqrt(1000 * 0.12 * 0.88), rel=0.15)


@LAW
@given(
    churn=hundredths(0, 100),
    start=st.integers(0, 10_000),
    new=st.integers(0, 500),
)
def test_circle_without_way_back_is_the_leaky_bucket(churn: float, start: int, new: int) -> None:
    circle = Circle(
        prospects=new, new_prospects=new, win=1.0, customers=start, churn=churn, regain=0.0, lost=0
    )
    bucket = LeakyBucket(customers=start, acquired=new, churn=churn)
    mine, its = circle.expected(20), bucket.expected(20)
    np.testing.assert_allclose(mine["customers"], its["customers"], rtol=1e-12)
    np.testing.assert_allclose(mine["left"], its["lost"], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(mine["customers_sd"], its["customers_sd"], rtol=1e-6, atol=1e-6)


# The circle


def nobody_lost(table: pd.DataFrame, circle: Circle) -> None:
    table = table.assign(cold=table.groupby("replication")["cold"].cumsum())
    there = table[["prospects", "customers", "lost", "gone", "cold"]].sum(axis=1)
    began = circle.prospects + circle.customers + circle.lost
    np.testing.assert_allclose(there, began + circle.new_prospects * table["period"], rtol=1e-9)


@LAW
@given(circle=instances(Circle))
def test_everyone_is_somewhere(circle: Circle) -> None:
    nobody_lost(circle.expected(15).assign(replication=0), circle)


def test_everyone_is_somewhere_in_every_run_of_any_size() -> None:
    for size in (3, 10**6, 10**14):
        circle = Circle(prospects=size, customers=size, lost=size, new_prospects=size)
        runs = circle.simulate(30, 5, seed=3)
        whole = ["prospects", "first_life", "second_life", "lost", "gone", "won", "returned"]
        assert (runs[whole].to_numpy() % 1 == 0).all()
        assert (runs[whole].to_numpy() >= 0).all()
        nobody_lost(runs, circle)


def test_win_back_falls_with_time_since_loss_by_hand() -> None:
    circle = Circle(
        prospects=0, new_prospects=0, customers=0, lost=200, regain=0.5, fade=0.5, reach=2
    )
    still = dataclasses.replace(circle, churn=0.0)
    path = still.expected(3)
    # 100 lost just now, 100 a period ago: half of the first, a quarter of the others come back
    assert path["returned"].tolist() == [0, 75, 12.5, 0]
    assert path["lost"].tolist() == [200, 50, 0, 0]
    assert path["second_life"].tolist() == [0, 75, 87.5, 87.5]
    assert path["gone"].tolist() == [0, 75, 112.5, 112.5]
    assert circle.won_back == 1 - 0.5 * 0.75


def test_money_of_one_period_by_hand() -> None:
    circle = Circle(
        prospects=10,
        customers=100,
        lost=20,
        margin=5.0,
        prospect_cost=1.0,
        keep_cost=2.0,
        contact_cost=3.0,
        discount=0.25,
    )
    first = circle.expected(1).iloc[1]
    assert first["gross_margin"] == 500
    assert (first["develop_cost"], first["maintain_cost"], first["regain_cost"]) == (10, 200, 60)
    assert first["profit"] == 230
    assert first["present_value"] == pytest.approx(184)


def test_prospects_are_won_or_go_cold_by_hand() -> None:
    first = Circle(prospects=100, win=0.2, cold=0.5, new_prospects=7).expected(1).iloc[1]
    assert (first["won"], first["cold"]) == (pytest.approx(20), pytest.approx(40))
    assert first["prospects"] == pytest.approx(47)


@FEW
@given(
    win=hundredths(5, 100),
    churn=hundredths(10, 100),
    second=hundredths(10, 100),
    regain=hundredths(0, 100),
    fade=hundredths(0, 100),
    reach=st.integers(1, 12),
    beyond=hundredths(50, 100),
)
def test_circle_settles_at_its_steady_state(
    win: float, churn: float, second: float, regain: float, fade: float, reach: int, beyond: float
) -> None:
    circle = Circle(
        win=win,
        churn=churn,
        second_churn=second,
        regain=regain,
        fade=fade,
        reach=reach,
        beyond=beyond,
    )
    last, settled = circle.expected(400).iloc[-1], circle.steady_state
    assert settled is not None
    for name in ("prospects", "first_life", "second_life", "lost", "won", "returned", "customers"):
        assert last[name] == pytest.approx(getattr(settled, name), rel=1e-6, abs=1e-9), name


def test_no_steady_state_where_nobody_is_lost_for_good() -> None:
    assert Circle(regain=1.0, beyond=0.0).steady_state is None
    assert Circle(churn=0.0).steady_state is None
    assert Circle(second_churn=0.0).steady_state is None
    assert Circle(win=0.0, cold=0.0).steady_state is None
    assert Circle(regain=1.0, beyond=0.01).steady_state is not None


def test_runs_spread_about_the_expected_path_as_the_band_says() -> None:
    circle, n = Circle(), 2000
    runs = circle.simulate(52, n, seed=5)
    path = circle.expected(52)
    for period in (1, 10, 52):
        seen, said = runs[runs["period"] == period], path.iloc[period]
        error = said["customers_sd"] / np.sqrt(n)
        assert seen["customers"].mean() == pytest.approx(said["customers"], abs=4 * error)
        assert seen["customers"].std() == pytest.approx(said["customers_sd"], rel=0.07)
        for name in ("prospects", "second_life", "lost", "gone", "returned", "profit"):
            error = max(seen[name].std() / np.sqrt(n), 1e-9)
            assert seen[name].mean() == pytest.approx(said[name], abs=4.5 * error), name
    last = runs.loc[runs["period"] == 52, "customers"]
    ends = path.iloc[52][["customers_lower", "customers_upper"]]
    assert last.between(*ends).mean() == pytest.approx(0.90, abs=0.025)


@FEW
@given(
    circle=instances(
        Circle,
        drawn={
            "churn": hundredths(2, 90),
            "second_churn": st.none() | hundredths(2, 90),
            "win": hundredths(5, 90),
            "discount": hundredths(12, 40),
            "margin": hundredths(-5000, 5000),
            "prospect_cost": hundredths(0, 2000),
            "keep_cost": hundredths(0, 2000),
            "contact_cost": hundredths(0, 2000),
            "regain": hundredths(1, 100),
            "prospects": st.integers(0, 100),
            "customers": st.integers(0, 100),
            "lost": st.integers(0, 100),
            "new_prospects": st.integers(0, 10),
            "reach": st.just(1),
        },
    )
)
def test_worth_is_what_one_more_person_adds(circle: Circle) -> None:
    def total(**more: int) -> float:
        return float(dataclasses.replace(circle, **more).expected(120)["present_value"].sum())

    worth, base = circle.worth().set_index("stands")["worth"], total()
    for stands, name in (
        ("prospect", "prospects"),
        ("customer", "customers"),
        ("just lost", "lost"),
    ):
        added = total(**{name: getattr(circle, name) + 1}) - base
        scale = max(abs(worth[stands]), abs(base) * 1e-6, 1e-3)
        assert added == pytest.approx(worth[stands], abs=1e-4 * scale + 1e-9), stands
    second = worth["in second life"]
    came_back = dataclasses.replace(circle, regain=1.0, contact_cost=0.0).worth()
    assert came_back["worth"].iloc[3] == pytest.approx(
        came_back["worth"].iloc[2] / (1 + circle.discount)
    )
    if circle.second_churn is None:
        assert second == pytest.approx(worth["customer"])


def test_worth_counts_every_later_contact() -> None:
    circle = Circle(churn=1.0, second_churn=1.0, beyond=0.0, discount=0.0, reach=2, fade=0.5)
    sure = dataclasses.replace(circle, regain=0.5, margin=10.0, keep_cost=0.0, contact_cost=1.0)
    worth = sure.worth().set_index("stands")["worth"]
    # back with 1/2 now, or with 1/4 in the next period; one or two contacts; then all over again
    back, contacts = 0.5 + 0.5 * 0.25, 1 + 0.5
    second = (10 - contacts) / (1 - back)
    assert worth["in second life"] == pytest.approx(second)
    assert worth["just lost"] == pytest.approx(back * second - contacts)


def test_winning_back_adds_what_it_brings_less_what_it_costs() -> None:
    free = Circle(contact_cost=0.0)
    assert free.regain_gain > 0
    assert Circle(contact_cost=1000.0).regain_gain < 0
    dear = Circle()
    paid = (dear.expected()["regain_cost"] * (1.01 ** -np.arange(53))).sum()
    assert dear.regain_gain == pytest.approx(free.regain_gain - paid)


@pytest.mark.parametrize(
    ("field", "more"), [("win", 1), ("regain", 1), ("churn", -1), ("fade", -1), ("beyond", -1)]
)
def test_customers_rise_with(field: str, more: int) -> None:
    base = Circle()
    other = dataclasses.replace(base, **{field: getattr(base, field) * (1 + 0.2 * more)})
    assert (other.expected()["customers"].iloc[3:] > base.expected()["customers"].iloc[3:]).all()


def test_circle_draws_its_table() -> None:
    circle = Circle()
    table, drawn = circle.table(), fig.moving(circle.plot(fig.canvas().subplots()))
    for gid, column in (("all", "customers"), ("second", "second_life"), ("lost", "lost")):
        np.testing.assert_array_equal(drawn[gid].get_ydata(), table[column])
    assert drawn["steady"].get_ydata()[0] == circle.steady_state.customers
    band = drawn["band"].get_paths()[0].vertices[:, 1]
    assert band.max() == table["customers_upper"].max()
    assert set(np.round(table["customers_lower"], 9)) <= set(np.round(band, 9))


# Whether a contact pays


def ranges(v: dict[str, float]) -> bool:
    return v["chance_lower"] <= v["chance_upper"] and v["value_lower"] <= v["value_upper"]


def test_contact_by_hand() -> None:
    table = WinBack(
        chance_lower=0.2, chance_upper=0.4, value_lower=100, value_upper=300, cost=30
    ).table()
    assert table["profit"].tolist() == pytest.approx([-10, 30, 90])
    assert table["break_even_chance"].tolist() == pytest.approx([0.3, 0.15, 0.1])
    assert table["gain_per_coin"].tolist() == pytest.approx([-1 / 3, 1, 3])


@LAW
@given(choice=instances(WinBack, ranges))
def test_cases_are_in_order_and_break_even_earns_nothing(choice: WinBack) -> None:
    table = choice.table()
    worst, expected, best = table["profit"]
    assert worst <= expected + 1e-9 * abs(expected)
    assert expected <= best + 1e-9 * abs(best)
    at = table["break_even_chance"] * table["value"] - choice.cost
    np.testing.assert_allclose(at, 0, atol=1e-9 * max(choice.cost, 1))


def test_verdicts() -> None:
    assert WinBack(cost=9.0, value_lower=50).verdict == "pays"
    assert WinBack(cost=10.0, value_lower=50).verdict == "open"  # the worst case earns nothing
    assert WinBack(cost=60.0, value_upper=150).verdict == "does not pay"
    assert WinBack(cost=59.0, value_upper=150).verdict == "open"


def test_expected_case_is_the_mean_over_independent_inputs() -> None:
    choice = WinBack(chance_lower=0.1, chance_upper=0.9, value_lower=10, value_upper=500, cost=20)
    rng = np.random.default_rng(2)
    earned = rng.uniform(0.1, 0.9, 400_000) * rng.uniform(10, 500, 400_000) - 20
    error = earned.std() / np.sqrt(len(earned))
    assert choice.table()["profit"].iloc[1] == pytest.approx(earned.mean(), abs=4 * error)


def test_contact_picture_shows_its_table() -> None:
    choice = WinBack()
    drawn = fig.moving(choice.plot(fig.canvas().subplots()))
    middle = np.interp(0.3, *drawn["middle"].get_data())
    assert middle == pytest.approx(choice.table()["profit"].iloc[1])
    assert drawn["even"].get_xdata()[0] == choice.table()["break_even_chance"].iloc[1]
    across = drawn["chances"].get_paths()[0].vertices[:, 0]
    assert (across.min(), across.max()) == (0.2, 0.4)
    values = drawn["values"].get_paths()[0].vertices[:, 1]
    assert (values.min(), values.max()) == pytest.approx((-25, 125))


def test_published_odds_match_griffin_and_lowenstein_2001() -> None:
    odds = published_odds().set_index("kind")
    ends = odds[["chance_lower", "chance_upper"]]
    assert ends.loc["existing"].tolist() == [0.60, 0.70]
    assert ends.loc["lost"].tolist() == [0.20, 0.40]
    assert ends.loc["prospect"].tolist() == [0.05, 0.20]
    assert (odds["chance"] == ends.mean(axis=1).round(9)).all()
    assert odds["status"].str.contains("no data").all()


# Whom to contact


def lost_customers(n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"customer": rng.permutation(n), "value": rng.normal(60, 60, n).round(2)})
    frame["chance"] = rng.uniform(0, 0.5, n).round(3)
    frame["cost"] = rng.uniform(1, 20, n).round(2)
    frame["low"] = (frame["chance"] * 0.5).round(4)
    frame["high"] = (frame["chance"] * 1.5).round(4)
    frame["least"], frame["most"] = frame["value"] - 10, frame["value"] + 30
    return frame


ENDS = {
    "chance_lower": "low",
    "chance_upper": "high",
    "value_lower": "least",
    "value_upper": "most",
}


def test_list_contacts_exactly_those_who_pay() -> None:
    frame = lost_customers(300, 1)
    profit = (frame["chance"] * frame["value"] - frame["cost"]).to_numpy()
    listed = rank_contacts(frame)
    assert set(listed.loc[listed["contact"], "customer"]) == set(frame["customer"][profit > 0])
    assert listed["cumulative_profit"].iloc[-1] == pytest.approx(profit[profit > 0].sum())
    per_coin = listed["profit"] / listed["cost"]
    assert per_coin.is_monotonic_decreasing
    assert listed["rank"].tolist() == list(range(1, 301))
    assert 0 < listed["contact"].sum() < 300


def test_ranges_hold_every_profit_that_they_allow() -> None:
    frame = lost_customers(200, 2)
    listed = rank_contacts(frame, **ENDS).set_index("customer")
    frame = frame.set_index("customer").loc[listed.index]
    corners = [
        frame[p] * frame[v] - frame["cost"]
        for p, v in itertools.product(("low", "high"), ("least", "most"))
    ]
    np.testing.assert_allclose(listed["profit_lower"], np.min(corners, axis=0))
    np.testing.assert_allclose(listed["profit_upper"], np.max(corners, axis=0))
    assert (frame["least"] < 0).any()  # so that the worst case is a high chance of a loss
    assert (listed["verdict"] == "pays").sum() == (np.min(corners, axis=0) > 0).sum()
    assert (listed["verdict"] == "does not pay").sum() == (np.max(corners, axis=0) <= 0).sum()
    chosen = listed["contact"]
    for end in ("lower", "upper"):
        total = listed.loc[chosen, f"profit_{end}"].sum()
        assert listed[f"cumulative_{end}"].iloc[-1] == pytest.approx(total)


@pytest.mark.parametrize("seed", range(8))
def test_budget_is_kept_and_hardly_anything_is_left_on_the_table(seed: int) -> None:
    frame, budget = lost_customers(10, seed), 30.0
    listed = rank_contacts(frame, budget=budget)
    chosen = listed[listed["contact"]]
    assert listed["cumulative_cost"].iloc[-1] == pytest.approx(chosen["cost"].sum())
    assert chosen["cost"].sum() <= budget
    cost, profit = listed["cost"].to_numpy(), listed["profit"].to_numpy()
    marks = np.array(list(itertools.product((0, 1), repeat=10)))
    best = (marks @ profit)[marks @ cost <= budget].max()
    refused = listed[~listed["contact"] & (listed["profit"] > 0)]
    missed = refused["profit"].iloc[0] if len(refused) else 0.0
    assert best - missed - 1e-9 <= chosen["profit"].sum() <= best + 1e-9


def test_a_small_budget_buys_the_best_coins_first() -> None:
    frame = pd.DataFrame(
        {"customer": list("abc"), "value": [100.0, 90, 80], "chance": 0.5, "cost": [10.0, 10, 10]}
    )
    listed = rank_contacts(frame, budget=20)
    assert listed["customer"].tolist() == ["a", "b", "c"]
    assert listed["contact"].tolist() == [True, True, False]
    assert listed["cumulative_profit"].tolist() == [40, 75, 75]
    assert not rank_contacts(frame, budget=0)["contact"].any()


def test_row_order_index_and_names_do_not_matter() -> None:
    frame = lost_customers(50, 3)
    mixed = frame.sample(frac=1, random_state=1)
    mixed.index = [0] * 50
    mixed = mixed[mixed.columns[::-1]].rename(columns={"value": "worth", "customer": "who"})
    again = rank_contacts(mixed, customer="who", value="worth", **ENDS, budget=100)
    pd.testing.assert_frame_equal(again, rank_contacts(frame, **ENDS, budget=100))


def test_a_contact_that_costs_nothing_comes_first_and_worthless_customers_last() -> None:
    frame = pd.DataFrame(
        {
            "customer": list("abcd"),
            "value": [50.0, 1000.0, -20.0, 0.0],
            "chance": [0.1, 0.1, 0.5, 0.5],
            "cost": [0.0, 10.0, 1.0, 0.0],
        }
    )
    listed = rank_contacts(frame)
    assert listed["customer"].tolist() == ["a", "b", "d", "c"]
    assert listed["contact"].tolist() == [True, True, False, False]
    even = listed.set_index("customer")["break_even_chance"]
    assert even[["a", "b"]].tolist() == [0.0, 0.01]
    assert even[["c", "d"]].isna().all()


def test_list_picture_shows_the_list() -> None:
    listed = rank_contacts(lost_customers(40, 4), **ENDS)
    ax = plot_contacts(listed)
    line, stop = ax.get_lines()[1:3]
    assert line.get_ydata().tolist() == pytest.approx([0, *listed["profit"].cumsum()])
    assert stop.get_xdata()[0] == listed["contact"].sum()
    assert stop.get_ydata()[0] == pytest.approx(listed["cumulative_profit"].iloc[-1])
    turned = plot_contacts(listed[::-1].set_axis([3] * 40)).get_lines()[1]
    np.testing.assert_allclose(turned.get_ydata(), line.get_ydata())
    frame = pd.DataFrame({"customer": list("abc"), "value": [90.0, 170, 50], "chance": 0.5})
    short = rank_contacts(frame.assign(cost=[10.0, 20, 10]), budget=20)
    assert short["contact"].tolist() == [True, False, True]
    mark = plot_contacts(short).get_lines()[2]
    assert mark.get_xdata()[0] == 2  # whom the money did not reach is no contact
    assert mark.get_ydata()[0] == short["cumulative_profit"].iloc[-1] == 50
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert band.min() == pytest.approx(min(0, listed["profit_lower"].cumsum().min()))
    assert band.max() == pytest.approx(listed["profit_upper"].cumsum().max())


# The split of a budget


def earned(split: BudgetSplit, spend: np.ndarray) -> np.ndarray:
    return (split.most * (1 - np.exp(-spend / split.scale))).sum(axis=-1)


SPLITS = instances(
    BudgetSplit,
    drawn={name: st.floats(1, 1000) for use in USES for name in (f"{use}_most", f"{use}_scale")}
    | {"budget": st.floats(1, 5000)},
)


@LAW
@given(split=SPLITS, seed=st.integers(0, 1000))
def test_no_other_split_earns_more(split: BudgetSplit, seed: int) -> None:
    best = float(split.table()["earned"].sum())
    random = np.random.default_rng(seed).dirichlet([0.5] * 3, 300)
    shares = np.vstack([random, np.eye(3), np.full((1, 3), 1 / 3)])
    assert earned(split, shares * split.budget).max() <= best * (1 + 1e-9)


@LAW
@given(split=SPLITS)
def test_shadow_price_is_the_slope_of_the_best(split: BudgetSplit) -> None:
    step = 1e-4 * split.budget
    up, down = (dataclasses.replace(split, budget=split.budget + s) for s in (step, -step))
    gain = up.table()["earned"].sum() - down.table()["earned"].sum()
    rounding = 1e-10 * float(split.most.sum()) / step
    assert split.shadow_price == pytest.approx(gain / (2 * step), rel=1e-3, abs=rounding)


@LAW
@given(split=instances(BudgetSplit))
def test_next_coin_earns_the_same_wherever_anything_is_spent(split: BudgetSplit) -> None:
    table, price = split.table(), split.shadow_price
    spent = table["spend"] > 0
    assert (table["spend"] >= 0).all()
    assert table["spend"].sum() == pytest.approx(split.budget, rel=1e-9)
    depth = float((table["spend"] / split.scale).max())
    near = 1e-9 + 1e-12 * depth  # of an exponent of that size
    np.testing.assert_allclose(table.loc[spent, "next_coin"], price, rtol=near, atol=1e-300)
    assert (table.loc[~spent, "first_coin"] <= price * (1 + near)).all()


def test_split_agrees_with_a_general_optimiser() -> None:
    from scipy.optimize import minimize

    split = BudgetSplit(budget=50_000.0)
    found = minimize(
        lambda x: -earned(split, x * 1e4) / 1e4,
        [5 / 3] * 3,
        bounds=[(0, None)] * 3,
        constraints={"type": "eq", "fun": lambda x: x.sum() - 5},
        method="SLSQP",
        tol=1e-12,
    )
    np.testing.assert_allclose(split.table()["spend"], found.x * 1e4, rtol=1e-3)


def test_split_by_hand_and_the_use_that_gets_nothing() -> None:
    # first coins earn 10, 10 and e: regain starts when the others have spent one scale each
    given_ = {"develop_most": 1000, "develop_scale": 100, "maintain_most": 2000}
    given_ |= {"maintain_scale": 200, "regain_most": 100 * 10 / np.e, "regain_scale": 100}
    nothing = BudgetSplit(budget=300, **given_).table()
    assert nothing["spend"].tolist() == pytest.approx([100, 200, 0], abs=1e-9)
    assert nothing["next_coin"].tolist() == pytest.approx([10 / np.e] * 3)
    below = BudgetSplit(budget=150, **given_).table()
    assert below["spend"].tolist() == pytest.approx([50, 100, 0])
    assert below["next_coin"].iloc[2] < below["next_coin"].iloc[0]
    above = BudgetSplit(budget=700, **given_).table()
    assert above["spend"].tolist() == pytest.approx([200, 400, 100])


@LAW
@given(split=instances(BudgetSplit))
def test_last_coin_of_the_best_budget_just_comes_back(split: BudgetSplit) -> None:
    if split.best_budget > 0:
        there = dataclasses.replace(split, budget=split.best_budget)
        assert there.shadow_price == pytest.approx(1, rel=1e-6)
    else:
        assert dataclasses.replace(split, budget=0.0).shadow_price <= 1 + 1e-12


def test_any_number_of_uses_and_the_three_are_the_same_problem() -> None:
    split = BudgetSplit()
    frame = pd.DataFrame({"use": USES, "top": split.most, "half": split.scale}, index=[5, 5, 5])
    table = split_budget(frame, budget=split.budget, most="top", scale="half")
    pd.testing.assert_frame_equal(table, split.table())
    turned = split_budget(frame[::-1], budget=split.budget, most="top", scale="half")
    np.testing.assert_allclose(turned["spend"][::-1], table["spend"])
    alone = split_budget(frame.iloc[:1], budget=7.0, most="top", scale="half")
    assert alone["spend"].tolist() == [7.0]
    assert alone["share"].tolist() == [1.0]


def test_split_picture_shows_the_best_split_of_each_budget() -> None:
    split = BudgetSplit()
    drawn = fig.moving(split.plot(fig.canvas().subplots()))
    for budget in (20_000.0, 60_000.0, 150_000.0):
        best = dataclasses.replace(split, budget=budget).table().set_index("use")["spend"]
        for use in USES:
            assert np.interp(budget, *drawn[use].get_data()) == pytest.approx(best[use])
    assert drawn["here"].get_ydata().tolist() == split.table()["spend"].tolist()
    assert drawn["level"].get_xdata()[0] == split.best_budget


def test_split_of_nothing_is_drawn_with_what_a_budget_could_be() -> None:
    split = BudgetSplit(budget=0.0)
    ax = split.plot(fig.canvas().subplots())
    assert ax.get_xlim()[1] >= split.scale.max()
    assert fig.moving(ax)["here"].get_ydata().tolist() == [0, 0, 0]


# The nine steps, and the claims


def test_each_of_the_nine_steps_has_a_chapter_that_computes_it() -> None:
    table = nine_steps()
    assert table["step"].tolist() == list(range(1, 10))
    chapters = pd.read_csv(
        datasets.__file__.replace("loyaltylab/datasets.py", "datasets/chapters.csv")
    )
    assert set(table["chapter"]) <= set(chapters["chapter"])
    for name in table["computed_by"]:
        chapter, function = name.split(".")
        assert hasattr(importlib.import_module(f"loyaltylab.{chapter}"), function), name
    assert table["question"].str.endswith("?").all()
    assert "done" not in table
    assert nine_steps([1, 9])["done"].tolist() == [True, *[False] * 7, True]
    assert not nine_steps([])["done"].any()


def test_claims_agree_or_not_as_the_ledger_says() -> None:
    assert [f.agrees for f in nine_steps_to_loyalty()] == [None, None, None]
    assert nine_steps_to_loyalty()[0].computed == 9
    # 0.5 is the upper end over the upper end, and no other reading of the ranges
    assert [f.agrees for f in half_as_often()][:3] == [False, True, False]
    assert [f.agrees for f in never_all()] == [None, None, None, None]
    assert make_leaving_costly()[0].computed == 1
    assert make_leaving_costly()[0].agrees is None  # a verdict of ours, and no number in print
    assert only_by_being_different()[0].agrees is False
    assert all(f.agrees is None for f in eight_years_five_phases())


def test_win_back_odds_follow_their_ranges() -> None:
    found = half_as_often(lost=(0.5, 0.7), prospect=(0.1, 0.2), returns=(50, 10))
    computed = [f.computed for f in found]
    assert computed == pytest.approx([0.25, 2 / 7, 0.2, 0.1 / 0.7, 0.4, 4, 0.2])


def test_return_ratio_matches_stauss_and_friege_1999() -> None:
    assert half_as_often()[-1].computed == pytest.approx(23 / 214)


def test_fated_losses_match_the_list_of_c071() -> None:
    one, share, most, all_stay = (f.computed for f in never_all(churn=0.5, customers=10))
    assert (one, share) == (1.0, 4.0)
    assert most == pytest.approx(98)
    assert all_stay == pytest.approx(0.98**10)


def test_what_the_cost_holds_is_what_goes_with_it() -> None:
    strength, shares = 0.4, (0.1, 0.2, 0.3, 0.3, 0.1)
    free = curve_1()
    held = Barriers(switching_cost=strength).apply(free)
    levels, mix = np.arange(1.0, 6.0), np.array(shares)
    found = [f.computed for f in make_leaving_costly(strength, shares)]
    before, after = (float(mix @ c.loyalty(levels)) for c in (free, held))
    low = (0.1 * held.loyalty(1.0) + 0.2 * held.loyalty(2.0)) / 0.3
    assert found == pytest.approx([1, before, after, 1 - before / after, low])
    assert make_leaving_costly(0.0)[0].computed == 0
