"""Chapter 08: laws, sourced numbers, pictures and recovery of delivered value and choice."""

from __future__ import annotations

import dataclasses
import itertools
import math
from operator import mul
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy import stats
from scipy.special import expit, logit
from statsmodels.discrete.conditional_models import ConditionalLogit
from strategies import instances

from loyaltylab import claims, datasets, firm
from loyaltylab import delivered_value as dv
from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import params
from loyaltylab.base.stats import wilson
from loyaltylab.curve import RivalChoice
from loyaltylab.delivered_value import HabitChoice, ValueLead, ValueShare
from loyaltylab.delivered_value.offers import COMPONENTS, COSTS, SIGNS, VALUES
from loyaltylab.lab.explore import build, slider_ranges

LAW = settings(max_examples=12, deadline=None)
SCORE = st.integers(0, 1000).map(lambda v: v / 10)
WEIGHT = st.integers(0, 500).map(lambda v: v / 10)
ROW = st.lists(SCORE, min_size=8, max_size=8)
WEIGHTS = st.lists(WEIGHT, min_size=8, max_size=8).filter(any)

SHOP = """
offer        product service personnel image money time energy psychic
corner             7       8         8     5    95  0.5      1       2
supermarket        9       6         5     7    65  1.2      3       3
online             8       3         1     6    40  0.2      1       5
discounter         7       4         4     3    70  1.5      4       4
kiosk              7       5         4     5    70  0.4      1       4
"""
SHOPS = dv.offers_from_text(SHOP)
CARE = dict(zip(COMPONENTS, (10.0, 8.0, 4.0, 3.0, 1.0, 20.0, 3.0, 4.0), strict=True))


def table_of(rows: list[list[float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(COMPONENTS), dtype=float)
    return frame.assign(offer=[f"offer {i}" for i in range(len(rows))])


def care_of(weights: list[float]) -> dict[str, float]:
    return dict(zip(COMPONENTS, weights, strict=True))


OFFERS = st.lists(ROW, min_size=2, max_size=5).map(table_of)
CARES = WEIGHTS.map(care_of)


def scores_of(offers: pd.DataFrame) -> dict[str, list[float]]:
    scores = [offers[c].to_numpy(float).tolist() for c in (*VALUES, *COSTS)]
    return dict(zip(offers["offer"], map(list, zip(*scores, strict=True)), strict=True))


def value_of(offers: pd.DataFrame, care: dict[str, float]) -> dict[str, float]:
    """Delivered value by hand: a sum that knows nothing of the library."""
    signed = [care[c] for c in VALUES] + [-care[c] for c in COSTS]
    return {name: math.fsum(map(mul, signed, row)) for name, row in scores_of(offers).items()}


def winners_of(offers: pd.DataFrame, care: dict[str, float], slack: float = 1e-9) -> set[str]:
    value, weight = value_of(offers, care), [care[c] for c in (*VALUES, *COSTS)]
    size = max(1.0, *(sum(map(mul, weight, row)) for row in scores_of(offers).values()))
    return {name for name, v in value.items() if v >= max(value.values()) - slack * size}


def close(found: Any, wanted: Any, atol: float = 1e-9) -> None:
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=atol)


# Laws: delivered value


@LAW
@given(OFFERS, CARES)
def test_delivered_is_weighted_value_less_weighted_cost(
    offers: pd.DataFrame, care: dict[str, float]
) -> None:
    table = dv.delivered(offers, care).set_index("offer")
    for name, value in value_of(offers, care).items():
        close(table.loc[name, "delivered"], value, 1e-7)
    close(table["total_value"] - table["total_cost"], table["delivered"], 1e-7)
    close(table["behind"], table["delivered"].max() - table["delivered"], 1e-7)
    best = set(table.index[table["rank_difference"] == 1])
    assert best == winners_of(offers, care, 1e-12) or best == winners_of(offers, care, 1e-11)
    if care["money"]:
        close(table["money_equivalent"] * care["money"], table["delivered"], 1e-7)
    else:
        assert table["money_equivalent"].isna().all()


@LAW
@given(OFFERS, CARES, st.randoms(use_true_random=False))
def test_order_of_rows_columns_and_index_do_not_matter(
    offers: pd.DataFrame, care: dict[str, float], random: Any
) -> None:
    columns, order = list(offers.columns), list(range(len(offers)))
    random.shuffle(columns)
    random.shuffle(order)
    mixed = offers[columns].iloc[order].set_axis([0] * len(offers))
    one, other = (dv.delivered(o, care).set_index("offer") for o in (offers, mixed))
    assert_frame_equal(one, other.loc[one.index])
    flips = [dv.flip_points(o, care)["flip_weight"] for o in (offers, mixed)]
    close(flips[0].fillna(-1), flips[1].fillna(-1), 1e-7)


@LAW
@given(OFFERS, CARES, st.sampled_from(COMPONENTS), st.integers(1, 500))
def test_a_constant_added_to_all_moves_no_lead_and_no_flip(
    offers: pd.DataFrame, care: dict[str, float], component: str, more: int
) -> None:
    moved = offers.assign(**{component: offers[component] + more})
    before, after = dv.delivered(offers, care), dv.delivered(moved, care)
    close(before["behind"], after["behind"], 1e-6)
    flips = [dv.flip_points(o, care)["flip_weight"].fillna(-1) for o in (offers, moved)]
    close(flips[0], flips[1], 1e-5)
    shares = [dv.logit_shares(o, care, sensitivity=0.01)["share"] for o in (offers, moved)]
    close(shares[0], shares[1], 1e-9)


@LAW
@given(OFFERS, CARES, st.integers(1, 100))
def test_the_common_unit_is_free(offers: pd.DataFrame, care: dict[str, float], times: int) -> None:
    larger = {name: times * weight for name, weight in care.items()}
    one, other = dv.delivered(offers, care), dv.delivered(offers, larger)
    close(one["delivered"] * times, other["delivered"], 1e-5)
    assert list(one["rank_difference"]) == list(other["rank_difference"])
    close(one["ratio"].fillna(-1), other["ratio"].fillna(-1))
    shares = dv.logit_shares(offers, larger, sensitivity=0.02 / times)["share"]
    close(dv.logit_shares(offers, care, sensitivity=0.02)["share"], shares)
    flips = [dv.flip_points(offers, c)["change_percent"].fillna(-1e9) for c in (care, larger)]
    close(flips[0], flips[1], 1e-6)


def test_a_table_by_hand() -> None:
    table = dv.delivered(SHOPS, CARE).set_index("offer")
    # corner: 70 + 64 + 32 + 15 = 181, less 95 + 10 + 3 + 8 = 116
    assert list(table.loc["corner", ["total_value", "total_cost", "delivered"]]) == [181, 116, 65]
    assert list(table["delivered"]) == [65, 69, 59, -1, 44]
    assert list(table["rank_difference"]) == [2, 1, 3, 5, 4]
    assert list(table["rank_ratio"]) == [3, 2, 1, 5, 4]
    assert list(table["behind"]) == [4, 0, 10, 70, 25]


def test_ratio_without_cost_or_value_and_level_offers() -> None:
    nothing, gift, dear = [0.0] * 8, [5.0] + [0.0] * 7, [5.0] + [0.0] * 3 + [1.0] * 4
    frame = table_of([nothing, gift, dear, dear])
    table = dv.delivered(frame)
    assert math.isnan(table["ratio"][0])
    assert table["ratio"][1] == math.inf
    assert list(table["rank_ratio"]) == [4, 1, 2, 2]
    assert list(table["rank_difference"]) == [4, 1, 2, 2]


def test_offers_come_from_text_frame_and_file(tmp_path: Any) -> None:
    assert SHOPS.shape == (5, 9)
    assert SHOPS["time"].tolist() == [0.5, 1.2, 0.2, 1.5, 0.4]
    path = tmp_path / "shops.csv"
    SHOPS.rename(columns={"offer": "shop"}).to_csv(path, index=False)
    assert_frame_equal(dv.delivered(path, CARE, offer="shop"), dv.delivered(SHOPS, CARE))
    series = dv.delivered(SHOPS, pd.Series(CARE))
    assert_frame_equal(series, dv.delivered(SHOPS, CARE))


# Laws: flip points


@settings(max_examples=30, deadline=None)
@given(OFFERS, CARES)
@example(table_of([[0.0] * 8, [1.0] * 8]), care_of([1.0] * 8))
@example(table_of([[1.0] * 8, [1.0] * 8]), care_of([1.0] * 8))
def test_the_winner_flips_at_the_flip_weight_and_nowhere_before(
    offers: pd.DataFrame, care: dict[str, float]
) -> None:
    now = winners_of(offers, care, 1e-12)
    table = dv.flip_points(offers, care)
    assert list(table["component"]) == [c for c in COMPONENTS for _ in range(2)]
    assert set(table["winner"]) == {" = ".join(n for n in offers["offer"] if n in now)}
    for row in table.itertuples():
        way = 1 if row.direction == "rising" else -1
        weight, far = care[row.component], 1e7 if way == 1 else 0.0
        if row.next_offer == "":
            assert math.isnan(row.flip_weight)
            end = {**care, row.component: far}
            assert winners_of(offers, end, 1e-9) & now or (way == -1 and weight == 0)
            continue
        step = abs(row.flip_weight - weight)
        nudge = max(1e-4, 1e-4 * step)
        if step > 2 * nudge:
            before = {**care, row.component: row.flip_weight - way * nudge}
            assert winners_of(offers, before, 0) <= now, row
        after = max(0.0, row.flip_weight + way * nudge)
        if after > 0:
            then = winners_of(offers, {**care, row.component: after}, 1e-13)
            assert set(row.next_offer.split(" = ")) >= then or then >= set(
                row.next_offer.split(" = ")
            )
        at = winners_of(offers, {**care, row.component: row.flip_weight})
        assert at & now
        assert at & set(row.next_offer.split(" = "))
        if weight:
            close(row.change_percent, 100 * (row.flip_weight / weight - 1), 1e-6)


def test_flip_points_by_hand() -> None:
    table = dv.flip_points(SHOPS, CARE).set_index(["component", "direction"])
    # supermarket leads corner by 4 and takes 0.7 hours longer; online by 10, 1 hour longer
    assert table.loc[("time", "rising"), "flip_weight"] == pytest.approx(20 + 4 / 0.7)
    assert table.loc[("time", "rising"), "next_offer"] == "corner"
    # money: corner is 30 dearer, so 4 / 30 less; online is 25 cheaper, so 10 / 25 more
    assert table.loc[("money", "falling"), "flip_weight"] == pytest.approx(1 - 4 / 30)
    assert table.loc[("money", "rising"), "flip_weight"] == pytest.approx(1.4)
    assert table.loc[("money", "rising"), "next_offer"] == "online"
    assert table.loc[("money", "rising"), "change_percent"] == pytest.approx(40)
    assert table.loc[("image", "rising"), "next_offer"] == ""
    bounded = dv.flip_points(SHOPS, CARE, upper=21).set_index(["component", "direction"])
    assert math.isnan(bounded.loc[("time", "rising"), "flip_weight"])
    assert bounded.loc[("money", "rising"), "flip_weight"] == pytest.approx(1.4)


def test_level_winners_are_declared_and_the_smallest_move_decides() -> None:
    care = {**CARE, "time": 20 + 4 / 0.7}
    table = dv.flip_points(SHOPS, care).set_index(["component", "direction"])
    assert set(table["winner"]) == {"corner = supermarket"}
    up, down = table.loc[("time", "rising")], table.loc[("time", "falling")]
    assert (up["flip_weight"], down["flip_weight"]) == (care["time"], care["time"])
    assert (up["next_offer"], down["next_offer"]) == ("corner", "supermarket")
    assert up["change_percent"] == 0
    twins = dv.with_copy(SHOPS, "supermarket", "twin")
    table = dv.flip_points(twins, CARE)
    assert set(table["winner"]) == {"supermarket = twin"}
    assert_series = dv.flip_points(SHOPS, CARE)
    close(table["flip_weight"].fillna(-1), assert_series["flip_weight"].fillna(-1))
    assert list(dv.delivered(twins, CARE)["rank_difference"]) == [3, 1, 4, 6, 5, 1]


@LAW
@given(OFFERS, CARES)
def test_score_flips_bring_the_offer_level_with_the_best(
    offers: pd.DataFrame, care: dict[str, float]
) -> None:
    table = dv.score_flips(offers, care)
    assert len(table) == len(offers) * 8
    now = winners_of(offers, care, 1e-12)
    for row in table.itertuples():
        if row.next_offer == "":
            continue
        changed = offers.copy()
        changed.loc[changed["offer"] == row.offer, row.component] = row.flip_score
        level = winners_of(changed, care, 1e-8)
        assert row.offer in level
        assert len(level) >= 2
        assert set(row.next_offer.split(" = ")) & level
        better = SIGNS[COMPONENTS.index(row.component)] * row.change
        size = 1e-9 * max(1.0, abs(row.score))
        assert better <= size if row.offer in now else better >= -size


def test_score_flips_by_hand() -> None:
    table = dv.score_flips(SHOPS, CARE).set_index(["offer", "component"])
    assert table.loc[("corner", "money"), "flip_score"] == pytest.approx(91)  # 4 behind
    assert table.loc[("online", "money"), "flip_score"] == pytest.approx(30)  # 10 behind
    assert table.loc[("supermarket", "money"), "flip_score"] == pytest.approx(69)
    assert table.loc[("supermarket", "money"), "next_offer"] == "corner"
    assert table.loc[("corner", "personnel"), "flip_score"] == pytest.approx(9)
    assert table.loc[("discounter", "energy"), "next_offer"] == ""  # 70 behind, at most 12 to gain
    nothing = dv.score_flips(SHOPS, {**CARE, "time": 0}).set_index(["offer", "component"])
    assert (nothing.xs("time", level="component")["next_offer"] == "").all()


@LAW
@given(OFFERS, CARES, st.sampled_from(COMPONENTS), st.integers(1, 300))
def test_winners_along_a_weight_are_those_of_each_point(
    offers: pd.DataFrame, care: dict[str, float], component: str, upper: int
) -> None:
    assume(any(w for c, w in care.items() if c != component))
    ranges = dv.winners_along(offers, care, component=component, upper=upper)
    assert ranges["lower"].iloc[0] == 0
    assert ranges["upper"].iloc[-1] == upper
    close(ranges["lower"].to_numpy()[1:], ranges["upper"].to_numpy()[:-1])
    for row in ranges.itertuples():
        middle = (row.lower + row.upper) / 2
        best = winners_of(offers, {**care, component: middle}, 1e-9)
        assert set(row.winner.split(" = ")) <= best
    flips = dv.flip_points(offers, {**care, component: ranges["lower"].mean() or 0.01})
    assert len(flips) == 16


def test_winners_along_the_value_of_an_hour() -> None:
    ranges = dv.winners_along(SHOPS, CARE, component="time", upper=60)
    assert list(ranges["winner"]) == ["supermarket", "corner", "online"]
    close(ranges["upper"], [20 + 4 / 0.7, 40, 60])  # corner and online: 6 apart, 0.3 hours
    before = dict(CARE)
    dv.winners_along(SHOPS, CARE, upper=60)
    assert before == CARE


# Laws: dominance


@settings(max_examples=20, deadline=None)
@given(OFFERS, CARES)
def test_a_dominated_offer_never_wins_alone(offers: pd.DataFrame, care: dict[str, float]) -> None:
    table = dv.dominance(offers).set_index("offer")
    positive = {name: weight + 0.01 for name, weight in care.items()}
    best = winners_of(offers, positive, 1e-12)
    for name, row in table.iterrows():
        if row["dominated"]:
            assert name not in winners_of(offers, positive, 0)
            assert not row["can_win"]
            x = offers.set_index("offer")[list(COMPONENTS)].astype(float) * SIGNS
            for other in row["dominated_by"].split(", "):
                assert (x.loc[other] >= x.loc[name]).all()
                assert (x.loc[other] > x.loc[name]).any()
        if not row["can_win"]:
            assert best != {name}
    if len(best) == 1:
        (name,) = best
        if table.loc[name, "margin"] > 1e-6:
            assert table.loc[name, "can_win"]


@LAW
@given(OFFERS)
def test_who_can_win_does_with_the_weights_that_favour_him(offers: pd.DataFrame) -> None:
    table = dv.dominance(offers)
    for row in table.itertuples():
        if row.can_win:
            care = dv.winning_weights(offers, row.offer)
            assert all(w >= 0 for w in care.values())
            value = value_of(offers, care)
            assert max(value, key=value.__getitem__) == row.offer
        else:
            with pytest.raises(InputError, match="No weights make"):
                dv.winning_weights(offers, row.offer)


@LAW
@given(ROW, ROW, st.integers(1, 9), st.integers(1, 8))
def test_what_a_mixture_beats_cannot_win(
    one: list[float], other: list[float], tenths: int, worse: int
) -> None:
    a, b = np.array(one), np.array(other)
    assume(np.abs(a - b).max() > 1)
    between = (tenths * a + (10 - tenths) * b) / 10 - 0.05 * SIGNS * (np.arange(8) < worse)
    assume((between >= 0).all())
    table = dv.dominance(table_of([one, other, between.tolist()]))
    assert not table["can_win"].iloc[2]
    if not table["dominated"].iloc[2]:
        assert "%" in table["mixture"].iloc[2]


def test_dominance_of_the_shops() -> None:
    table = dv.dominance(SHOPS).set_index("offer")
    assert table.loc["discounter", "dominated_by"] == "supermarket, kiosk"
    assert list(table["can_win"]) == [True, True, True, False, False]
    assert table.loc["kiosk", "mixture"] == "55% corner + 45% online"
    corner, online, kiosk = (
        SHOPS.set_index("offer").loc[n].to_numpy(float) for n in ("corner", "online", "kiosk")
    )
    shares = [s for s in np.linspace(0, 1, 1001)
              if (SIGNS * (s * corner + (1 - s) * online - kiosk) >= 0).all()]  # fmt: skip
    assert min(shares) <= 0.55 <= max(shares) + 0.005
    twins = dv.dominance(dv.with_copy(SHOPS, "corner", "twin")).set_index("offer")
    assert not twins.loc["corner", "dominated"]
    assert not twins.loc["corner", "can_win"]
    assert twins.loc["corner", "mixture"] == "100% twin"
    assert not dv.dominance(table_of([[1.0] * 8] * 2))["can_win"].any()


def test_frontier_and_its_two_winners() -> None:
    table = dv.frontier(SHOPS, CARE).set_index("offer")
    assert list(table.index) == ["online", "kiosk", "supermarket", "corner", "discounter"]
    assert list(table["efficient"]) == [True, True, True, True, False]
    assert table.index[table["wins_difference"]].tolist() == ["supermarket"]
    assert table.index[table["wins_ratio"]].tolist() == ["online"]


@LAW
@given(OFFERS, CARES)
def test_the_winner_by_difference_is_efficient(
    offers: pd.DataFrame, care: dict[str, float]
) -> None:
    table = dv.frontier(offers, care)
    best = table[table["wins_difference"]]
    assert best["efficient"].any()
    assert (table["total_cost"].diff().dropna() >= -1e-6).all()
    inefficient = table[~table["efficient"]]
    for row in inefficient.itertuples():
        other = table[table["offer"] != row.offer]
        no_less = other["total_value"] >= row.total_value - 1e-6
        assert (no_less & (other["total_cost"] <= row.total_cost + 1e-6)).any()


# Laws: robustness and tornado


def test_share_of_weight_space_is_that_of_the_geometry() -> None:
    # two offers apart in two components: a wins where u_money·10 < u_time·1, both U(0.5, 1.5)
    frame = table_of([[0.0] * 4 + [20.0, 1.0, 0.0, 0.0], [0.0] * 4 + [10.0, 2.0, 0.0, 0.0]])
    care = care_of([1.0] * 4 + [1.0, 12.0, 1.0, 1.0])
    table = dv.robustness(frame, care, draws=100_000, seed=3)
    # P(10 x < 12 y), x and y uniform on (0.5, 1.5): numerical integral over x
    x = (np.arange(100_000) + 0.5) / 100_000 + 0.5
    wanted = np.mean(np.clip(1.5 - 10 * x / 12, 0, 1))
    assert table["lower"][0] - 0.005 < wanted < table["upper"][0] + 0.005
    assert table["share"].sum() == pytest.approx(1)
    # Dirichlet(1, …, 1): u_money / (u_money + u_time) is uniform, a wins where 10 u_m < 12 u_t
    table = dv.robustness(frame, care, method="dirichlet", draws=100_000, seed=3)
    assert table["share"][0] == pytest.approx(12 / 22, abs=0.006)
    low, high = wilson(table["wins"], [100_000, 100_000], 0.95)
    close(table[["lower", "upper"]].to_numpy().T, [low, high])


def test_robustness_is_certain_without_spread_and_fair_to_twins() -> None:
    table = dv.robustness(SHOPS, CARE, spread=0, draws=500).set_index("offer")
    assert list(table["share"]) == [0, 1, 0, 0, 0]
    close(table["mean_regret"], dv.delivered(SHOPS, CARE)["behind"])
    close(table["max_regret"], table["mean_regret"])
    assert table.loc["supermarket", "lower"] < 1  # five hundred draws are no proof
    twins = dv.robustness(dv.with_copy(SHOPS, "supermarket", "twin"), CARE, spread=0, draws=500)
    assert twins["wins"].tolist() == [0, 250, 0, 0, 0, 250]
    tight = dv.robustness(SHOPS, CARE, level=0.5)
    wide = dv.robustness(SHOPS, CARE, level=0.99)
    assert (tight["upper"] - tight["lower"] < wide["upper"] - wide["lower"]).all()
    again = dv.robustness(SHOPS, CARE, seed=np.random.default_rng(5))
    assert_frame_equal(again, dv.robustness(SHOPS, CARE, seed=np.random.default_rng(5)))
    assert not again.equals(dv.robustness(SHOPS, CARE, seed=6))
    focused = dv.robustness(SHOPS, CARE, method="dirichlet", concentration=1e6)
    close(focused["mean_regret"], dv.delivered(SHOPS, CARE)["behind"], 0.1)
    assert focused["share"].max() > 0.99  # all draws near the present weights
    assert (focused["mean_regret"] <= focused["max_regret"]).all()


def test_dominated_offers_win_no_draw() -> None:
    for method in ("range", "dirichlet"):
        table = dv.robustness(SHOPS, CARE, method=method, spread=1).set_index("offer")
        assert table.loc[["discounter", "kiosk"], "wins"].sum() == 0
        assert (table["mean_regret"] >= 0).all()


@LAW
@given(OFFERS, CARES, st.sampled_from([0.1, 0.25, 1.0]))
def test_tornado_is_the_lead_at_moved_weights(
    offers: pd.DataFrame, care: dict[str, float], change: float
) -> None:
    who = offers["offer"].iloc[-1]

    def lead(weights: dict[str, float]) -> float:
        value = value_of(offers, weights)
        return value[who] - max(v for name, v in value.items() if name != who)

    table = dv.tornado(offers, care, who=who, change=change)
    assert (table["swing"].diff().dropna() <= 1e-9).all()
    for row in table.itertuples():
        name = row.input.removeprefix("weight of ")
        close(row.low, lead({**care, name: care[name] * (1 - change)}), 1e-6)
        close(row.high, lead({**care, name: care[name] * (1 + change)}), 1e-6)
        close(row.base, lead(care), 1e-6)
        close(row.swing, np.ptp([row.low, row.base, row.high]), 1e-6)


def test_tornado_of_scores_shares_and_flips() -> None:
    table = dv.tornado(SHOPS, CARE, of="both").set_index("input")
    assert len(table) == 8 + 5 * 8
    # corner's money falls by a quarter of 95: it then leads the supermarket by 19.75
    assert table.loc["corner: money", "low"] == pytest.approx(-19.75)
    assert table.loc["corner: money", "flips"]
    assert not table.loc["discounter: time", "flips"]
    assert table.loc["weight of money", "low"] == pytest.approx(4 - 0.25 * 30)
    assert table.loc["weight of money", "flips"]
    shares = dv.tornado(SHOPS, CARE, measure="share", sensitivity=0.1).set_index("input")
    now = dv.logit_shares(SHOPS, CARE, sensitivity=0.1).set_index("offer")["share"]
    assert shares["base"].iloc[0] == pytest.approx(now["supermarket"])
    less = dv.logit_shares(SHOPS, {**CARE, "time": 15}, sensitivity=0.1).set_index("offer")
    assert shares.loc["weight of time", "low"] == pytest.approx(less.loc["supermarket", "share"])
    other = dv.tornado(SHOPS, CARE, who="corner")
    assert other["base"].iloc[0] == pytest.approx(-4)
    assert other.set_index("input").loc["weight of money", "flips"]
    assert not other.set_index("input").loc["weight of time", "flips"]  # behind at both ends


# Laws: shares


@LAW
@given(OFFERS, CARES, st.floats(0, 1e3))
def test_shares_sum_to_one_and_follow_the_odds(
    offers: pd.DataFrame, care: dict[str, float], sensitivity: float
) -> None:
    table = dv.logit_shares(offers, care, sensitivity=sensitivity)
    assert table["share"].sum() == pytest.approx(1)
    assert table["certain"].sum() == pytest.approx(1)
    value = table["delivered"].to_numpy()
    for i, j in itertools.combinations(range(len(table)), 2):
        low, high = sorted((i, j), key=lambda k: value[k])
        assert table["share"][low] <= table["share"][high] * (1 + 1e-9)
        if table["share"][low] > 1e-200:
            odds = math.log(table["share"][high] / table["share"][low])
            assert odds == pytest.approx(sensitivity * (value[high] - value[low]), abs=1e-6)


@LAW
@given(OFFERS, CARES)
def test_the_certain_choice_is_the_limit_of_the_logit(
    offers: pd.DataFrame, care: dict[str, float]
) -> None:
    value = np.sort(list(value_of(offers, care).values()))
    gaps = np.diff(value)
    assume(((gaps > 1e-3) | (gaps == 0)).all())
    table = dv.logit_shares(offers, care, sensitivity=1e6)
    close(table["share"], table["certain"], 1e-6)
    flat = dv.logit_shares(offers, care, sensitivity=0)
    close(flat["share"], 1 / len(offers))


def test_elasticities_are_the_slopes_of_the_shares() -> None:
    table = dv.elasticities(SHOPS, CARE, sensitivity=0.05)
    assert len(table) == 5 * 5 * 8
    base = dv.logit_shares(SHOPS, CARE, sensitivity=0.05).set_index("offer")["share"]
    for of, component in itertools.product(("corner", "online"), ("money", "product", "time")):
        ends = []
        for step in (-1e-4, 1e-4):
            moved = SHOPS.astype({component: float})
            moved.loc[moved["offer"] == of, component] *= 1 + step
            ends.append(dv.logit_shares(moved, CARE, sensitivity=0.05)["share"].to_numpy())
        slope = (np.log(ends[1]) - np.log(ends[0])) / 2e-4
        rows = table[(table["of"] == of) & (table["component"] == component)]
        close(rows["elasticity"], slope, 1e-6)
        assert list(rows["own"]) == [name == of for name in SHOPS["offer"]]
        score = SHOPS.set_index("offer").loc[of, component]
        close(rows["points"], 100 * base.to_numpy() * slope / score, 1e-5)
    cross = table[~table["own"]].groupby(["of", "component"])["elasticity"].agg(np.ptp)
    close(cross, 0, 1e-12)  # IIA: all others gain by the same percentage


def test_red_bus_blue_bus_of_debreu_and_mcfadden() -> None:
    buses = table_of([[1.0] * 8, [1.0] * 8])
    table = dv.clone_effect(buses, "offer 1", likeness=1)
    close(table["before"], [1 / 2, 1 / 2, 0])
    close(table["logit"], [1 / 3] * 3)
    close(table["nested"], [1 / 2, 1 / 4, 1 / 4])
    close(table["logit_loss"], [1 / 3, 1 / 3, 0])
    close(table["nested_loss"], [0, 1 / 2, 0])


@LAW
@given(OFFERS, CARES, st.floats(0, 1), st.floats(0, 0.2))
def test_a_copy_takes_from_all_alike_only_without_likeness(
    offers: pd.DataFrame, care: dict[str, float], likeness: float, sensitivity: float
) -> None:
    table = dv.clone_effect(offers, "offer 0", care, sensitivity=sensitivity, likeness=likeness)
    for name in ("logit", "nested"):
        assert table[name].sum() == pytest.approx(1)
        assert table[name].iloc[0] == pytest.approx(table[name].iloc[-1])
    with_twin = dv.with_copy(offers, "offer 0", "twin")
    plain = dv.logit_shares(with_twin, care, sensitivity=sensitivity)["share"]
    close(table["logit"], plain, 1e-9)
    before = table[:-1][table["before"][:-1] > 1e-12]
    assert before["logit_loss"].max() - before["logit_loss"].min() < 1e-6
    assert table["nested"].iloc[0] <= table["logit"].iloc[0] + 1e-12
    assert (table["nested"].iloc[1:-1] >= table["logit"].iloc[1:-1] - 1e-12).all()
    free = dv.clone_effect(offers, "offer 0", care, sensitivity=sensitivity, likeness=0)
    close(free["nested"], free["logit"])


# Laws: the models


@LAW
@given(
    instances(ValueLead, drawn={"ours": st.tuples(*[SCORE] * 8), "rival": st.tuples(*[SCORE] * 8)})
)
def test_lead_is_the_difference_of_delivered_values(model: ValueLead) -> None:
    table, size = model.table(), 1e-9 * max(1.0, model._size)
    assert abs(table["adds"].sum() - model.lead) <= size
    assert abs(table["lead_so_far"].iloc[-1] - model.lead) <= size
    if any(model.weights.values()):
        both = dv.delivered(model.frame(), model.weights).set_index("offer")["delivered"]
        assert abs(both["ours"] - both["rival"] - model.lead) <= size
    swapped = dataclasses.replace(model, ours=model.rival, rival=model.ours)
    assert swapped.lead == -model.lead


def test_lead_takes_two_offers_from_a_table() -> None:
    lead = ValueLead.of(SHOPS, CARE, ours="corner", rival="online")
    assert lead.lead == pytest.approx(6)
    assert lead.weights == CARE
    assert lead.ours[4] == 95
    text = lead.sentence()
    assert "We lead the rival by 6" in text
    assert "service speaks most for us (+40)" in text
    assert "money speaks most for the rival (−55)" in text
    flips = lead.flips()
    assert set(flips["winner"]) == {"ours"}
    nearest = flips.loc[flips["change_percent"].abs().idxmin()]
    assert f"the weight of {nearest['component']} goes from" in text
    behind = ValueLead.of(SHOPS, CARE, ours="online", rival="corner")
    assert "The rival leads us by 6" in behind.sentence()


def test_lead_picture_walks_through_the_table() -> None:
    lead = ValueLead.of(SHOPS, CARE, ours="corner", rival="online")
    ax = lead.plot(fig.canvas().subplots())
    table, artists = lead.table().set_index("component"), fig.moving(ax)
    for name, row in table.iterrows():
        start, end = artists[name].get_xdata()
        assert end - start == pytest.approx(row["adds"])
        assert end == pytest.approx(row["lead_so_far"])
        assert artists[name].get_color() == (fig.BLUE if row["adds"] >= 0 else fig.ORANGE)
    assert list(artists["lead"].get_xdata()) == [0, pytest.approx(6)]
    names = [t.get_text() for t in ax.get_yticklabels()]
    heights = dict(zip(names, ax.get_yticks(), strict=True))
    assert all(artists[n].get_ydata()[0] == heights[n] for n in (*COMPONENTS, "lead"))


@LAW
@given(instances(ValueShare))
def test_value_share_rises_with_lead_and_likeness(model: ValueShare) -> None:
    assert 0 <= model.logit <= model.share <= 1
    more = dataclasses.replace(model, lead=model.lead + 1)
    assert more.share >= model.share
    alone = dataclasses.replace(model, copies=1)
    assert alone.share == pytest.approx(float(expit(model.sensitivity * model.lead)))
    assert model.gain >= 0
    table = model.table()
    assert (table[["certain", "logit", "share"]].diff().dropna() >= -1e-12).all(axis=None)


def test_value_share_is_the_logit_of_so_many_offers() -> None:
    frame = table_of([[15.0] + [0.0] * 7] + [[10.0] + [0.0] * 7] * 3)
    wanted = dv.logit_shares(frame, sensitivity=0.1)["share"][0]
    model = ValueShare(lead=5, copies=3, sensitivity=0.1, likeness=1)
    assert model.logit == pytest.approx(wanted)
    assert model.share == pytest.approx(expit(0.5))
    assert [ValueShare(lead=x).certain for x in (-1, 0, 1)] == [0, 0.5, 1]
    step = 1e-5
    up, down = (dataclasses.replace(model, lead=5 + s).share for s in (step, -step))
    assert model.gain == pytest.approx((up - down) / (2 * step), rel=1e-6)


@LAW
@given(instances(HabitChoice, cap=50.0))
def test_habit_and_taste_never_lower_the_repeat_share(model: HabitChoice) -> None:
    plain = dataclasses.replace(model, habit=0.0, taste=0.0)
    assert plain.repeat == pytest.approx(plain.value_only)
    assert plain.share == pytest.approx(plain.value_only)
    habit = dataclasses.replace(model, taste=0.0)
    assert habit.repeat >= plain.repeat - 1e-12
    taste = dataclasses.replace(model, habit=0.0)
    assert taste.repeat >= taste.share - 1e-12  # who bought is likelier to be one who likes us
    assert model.repeat >= model.share - 1e-9


def test_long_run_share_solves_the_chain_and_matches_the_rival_choice() -> None:
    model = HabitChoice(lead=3, sensitivity=0.2, habit=0.8, taste=0)
    again, won = expit(0.6 + 0.8), expit(0.6 - 0.8)
    moves = np.array([[again, 1 - again], [won, 1 - won]])
    roots, vectors = np.linalg.eig(moves.T)
    rest = np.real(vectors[:, np.argmax(np.real(roots))])
    assert model.share == pytest.approx(rest[0] / rest.sum())
    assert model.repeat == pytest.approx(again)
    # chapter 04: one rival, and habit as its switching cost
    rival = RivalChoice(rivals=1, sensitivity=0.2, rival_satisfaction=2, switching_cost=0.8)
    assert model.repeat == pytest.approx(rival.loyalty(5))


def test_taste_is_integrated_exactly_enough() -> None:
    model = HabitChoice(lead=2, sensitivity=0.3, habit=0.7, taste=1.5)
    u = stats.norm.ppf((np.arange(400_000) + 0.5) / 400_000)
    v = 0.6 + 1.5 * u
    again, won = expit(v + 0.7), expit(v - 0.7)
    share = won / (won + 1 - again)
    assert model.share == pytest.approx(share.mean(), abs=1e-5)
    assert model.repeat == pytest.approx((share * again).mean() / share.mean(), abs=1e-5)


def test_simulated_choices_settle_where_the_formula_says() -> None:
    model = HabitChoice(lead=2, sensitivity=0.3, habit=0.7, taste=1.5)
    bought = model.simulate(customers=20_000, occasions=6, seed=4)
    assert list(bought.columns) == ["customer", "occasion", "own"]
    first, last = (bought.loc[bought["occasion"] == k, "own"].mean() for k in (1, 6))
    assert first == pytest.approx(model.share, abs=0.012)
    assert last == pytest.approx(model.share, abs=0.012)
    then = bought["own"].groupby(bought["customer"]).shift(-1)
    assert then[bought["own"]].dropna().mean() == pytest.approx(model.repeat, abs=0.012)
    assert_frame_equal(bought, model.simulate(customers=20_000, occasions=6, seed=4))


@pytest.mark.parametrize(
    ("model", "ranges"),
    [
        (ValueLead(), {f"{c}_weight": (0, 40) for c in COMPONENTS}),
        (ValueShare(), {"lead": (-50, 50), "copies": (1, 10), "likeness": (0, 1)}),
        (HabitChoice(), {"lead": (-50, 50), "habit": (0, 4), "taste": (0, 4)}),
    ],
)
def test_widgets_of_the_notebook_can_be_built(model: Any, ranges: dict[str, Any]) -> None:
    assert build(model, slider_ranges(model, ranges)) is not None
    assert set(ranges) <= set(params(model))


@pytest.mark.parametrize("model", [ValueShare(lead=7), HabitChoice(lead=7, taste=1)])
def test_curves_are_those_of_the_table(model: Any) -> None:
    artists, table = fig.moving(model.plot(fig.canvas().subplots())), model.table()
    for name in set(table.columns) - {"lead", "certain"}:
        close(artists[name].get_xdata(), table["lead"])
        close(artists[name].get_ydata(), table[name])
    x, y = (float(v[0]) for v in artists["here"].get_data())
    assert x == 7
    assert y == pytest.approx(getattr(model, "repeat", getattr(model, "share", None)))


def test_sentences_say_no_more_than_there_is() -> None:
    text = ValueShare(lead=0, copies=1).sentence()
    assert "the logit 50.0%; a unit" in text  # nothing of copies where there are none
    assert "41.4% if the copies are alike to 50%" in ValueShare(sensitivity=0).sentence()
    far = ValueShare(lead=-50, sensitivity=1).sentence()
    assert "the logit under 0.1%" in far
    assert far.endswith("adds under 0.01 points.")
    assert "as good as the 50.0%" in HabitChoice(lead=0, habit=0).sentence()
    assert "19.5 points more than the 62.2%" in HabitChoice().sentence()
    fewer = HabitChoice(lead=30, habit=0, taste=4)
    points = 100 * (fewer.value_only - fewer.repeat)
    assert points > 0
    assert f"{points:.1f} points fewer than" in fewer.sentence()


# Pictures of tables


def test_tornado_picture_shows_the_table() -> None:
    table = dv.tornado(SHOPS, CARE)
    ax = dv.plot_tornado(table, most=3, ax=fig.canvas().subplots())
    assert [t.get_text() for t in ax.get_yticklabels()] == list(table["input"][:3])
    bars = [p for c in ax.containers for p in c.patches]
    ends = sorted(round(p.get_x() + p.get_width(), 9) for p in bars)
    assert ends == sorted([*table["low"][:3].round(9), *table["high"][:3].round(9)])
    levels = [line.get_xdata()[0] for line in ax.lines]
    assert levels == [4.0, 0.0]
    share = dv.tornado(SHOPS, CARE, measure="share", sensitivity=0.1)
    ax = dv.plot_tornado(share, ax=fig.canvas().subplots())
    assert ax.get_xlabel() == "share of choices"
    assert len(ax.lines) == 1


def test_frontier_picture_and_weight_picture_show_their_tables() -> None:
    ax = dv.plot_frontier(SHOPS, CARE, ax=fig.canvas().subplots())
    assert sorted(t.get_text() for t in ax.texts) == sorted(SHOPS["offer"])
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [len(line.get_xdata()) for line in dots] == [4, 1]
    by_label = {line.get_label(): line for line in ax.lines}
    x, y = (np.asarray(v) for v in by_label["as good by difference"].get_data())
    close(y - x, 69)
    x, y = (np.asarray(v)[1] for v in by_label["as good by ratio"].get_data())
    assert y / x == pytest.approx(126 / 67)
    ax = dv.plot_along(SHOPS, CARE, component="time", upper=60, ax=fig.canvas().subplots())
    flips = next(line for line in ax.lines if line.get_label() == "winner flips")
    close(flips.get_xdata(), [20 + 4 / 0.7, 40])
    close(flips.get_ydata(), [75 - 0.5 * (20 + 4 / 0.7), 55])
    lines = {line.get_label(): line.get_ydata() for line in ax.lines}
    close(lines["supermarket"], [93, 93 - 1.2 * 60])
    robust = dv.robustness(SHOPS, CARE)
    ax = dv.plot_robustness(robust, ax=fig.canvas().subplots())
    close([p.get_height() for p in ax.patches], robust["share"])


# Estimation


TRUE = {"quality": 0.5, "service": 0.3, "price": -0.4}


def held(fit: dv.ChoiceFit) -> Any:
    """Say which of the true weights lie inside their intervals."""
    ends, true = fit.table()[["lower", "upper"]].to_numpy(), np.array(list(TRUE.values()))
    return (ends[:, 0] < true) & (true < ends[:, 1])


def test_weights_are_recovered_from_choices() -> None:
    seen = dv.simulate_choices(TRUE, customers=400, occasions=8, seed=2)
    fit = dv.fit_choices(seen, list(TRUE), cluster="customer")
    assert held(fit).all()
    assert (fit.occasions, fit.clusters) == (3200, 400)
    for method in ("krinsky_robb", "delta"):
        worth = fit.willingness_to_pay(method=method).set_index("attribute")
        assert worth.loc["quality", "lower"] < 1.25 < worth.loc["quality", "upper"]
        assert worth.loc["service", "lower"] < 0.75 < worth.loc["service", "upper"]
        assert worth["price_clear"].all()


@pytest.mark.slow
@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_intervals_of_weights_cover_at_the_promised_rate(spread: float) -> None:
    hits: list[list[bool]] = []
    for seed in range(120):
        seen = dv.simulate_choices(TRUE, customers=60, occasions=6, spread=spread, seed=seed)
        fit = dv.fit_choices(seen, list(TRUE), cluster="customer")
        worth = [fit.willingness_to_pay(method=m, draws=1000) for m in ("krinsky_robb", "delta")]
        row = [] if spread else held(fit).tolist()
        row += [bool(w["lower"][0] < 1.25 < w["upper"][0]) for w in worth]
        hits.append(row)
    rates = np.mean(hits, axis=0)
    assert (rates > (0.88 if spread == 0 else 0.8)).all(), rates
    assert (rates < 1).any()


def test_fit_is_that_of_statsmodels_and_of_mlogit_on_yogurt() -> None:
    yogurt = datasets.load("yogurt_choices")
    part = yogurt[yogurt["household"] <= 12].reset_index(drop=True)
    fit = dv.fit_choices(part, ["price", "feature"], alternative="brand", base="dannon",
                         cluster="household")  # fmt: skip
    dummies = {f"brand {b}": part["brand"] == b for b in ("hiland", "weight", "yoplait")}
    design = part[["price", "feature"]].assign(**dummies).astype(float)
    groups = part["household"] * 1000 + part["occasion"]
    other = ConditionalLogit(part["chosen"].astype(float), design, groups=groups).fit()
    np.testing.assert_allclose(fit.weights, other.params, rtol=2e-3, atol=2e-3)
    assert fit.log_likelihood == pytest.approx(other.llf, abs=1e-3)
    plain = dv.fit_choices(part.assign(occasion=groups), ["price", "feature"],
                           alternative="brand")  # fmt: skip
    np.testing.assert_allclose(plain.errors, other.bse, rtol=0.02)
    assert plain.clusters is None
    assert list(fit.names) == list(design.columns)


def test_clusters_matter_when_customers_repeat_themselves() -> None:
    seen = dv.simulate_choices(TRUE, customers=80, occasions=12, spread=1.0, seed=5)
    seen["own"] = seen["customer"] * 100 + seen["occasion"]
    many = dv.fit_choices(seen, list(TRUE), occasion="own", cluster="customer")
    none = dv.fit_choices(seen, list(TRUE), occasion="own")
    close(many.weights, none.weights, 1e-8)
    assert (many.errors > 1.3 * none.errors).all()
    half = stats.t.ppf(0.95, 79) * many.errors
    again = dv.fit_choices(seen, list(TRUE), occasion="own", cluster="customer", level=0.9)
    close(again.table()["upper"] - again.weights, half, 1e-6)
    wide = many.willingness_to_pay(seed=1).set_index("attribute")
    tight = again.willingness_to_pay(seed=1).set_index("attribute")
    for found, bigger in ((tight, wide),):
        assert (found["upper"] < bigger["upper"]).all()
        assert (found["lower"] > bigger["lower"]).all()


def test_cluster_scores_are_summed_by_hand() -> None:
    seen = dv.simulate_choices(TRUE, customers=30, occasions=5, seed=8)
    fit = dv.fit_choices(seen, list(TRUE), cluster="customer")
    x = seen[list(TRUE)].to_numpy(float).reshape(-1, 3, 3)
    y = seen["chosen"].to_numpy(float).reshape(-1, 3)
    utility = x @ fit.weights
    p = np.exp(utility) / np.exp(utility).sum(axis=1, keepdims=True)
    score = ((y - p)[:, :, None] * x).sum(axis=1).reshape(30, 5, 3).sum(axis=1)
    spread = np.einsum("naj,na,nak->jk", x, p, x) - np.einsum(
        "nj,nk->jk", (p[..., None] * x).sum(1), (p[..., None] * x).sum(1)
    )
    bread = np.linalg.inv(spread)
    close(fit.covariance, bread @ (score.T @ score) @ bread * 30 / 29, 1e-8)
    close(score.sum(axis=0), 0, 1e-5)
    uniform = -150 * math.log(3)
    assert fit.r_squared == pytest.approx(1 - fit.log_likelihood / uniform)
    share = fit.predict()
    close(share["share"], p.ravel(), 1e-7)


def test_rows_of_any_order_and_index_give_the_same_fit() -> None:
    seen = dv.simulate_choices(TRUE, customers=40, occasions=4, seed=9)
    mixed = seen.sample(frac=1, random_state=1).set_axis([3] * len(seen))
    one = dv.fit_choices(seen, list(TRUE), cluster="customer")
    other = dv.fit_choices(mixed[mixed.columns[::-1]], list(TRUE), cluster="customer")
    close(one.weights, other.weights, 1e-7)
    close(one.errors, other.errors, 1e-7)
    new = seen[seen["customer"] == 1]
    shares = one.predict(new.sample(frac=1, random_state=2)).sort_index()
    assert list(shares.columns) == ["occasion", "share"]
    close(one.predict(new).groupby("occasion")["share"].sum(), 1.0)
    utility = new[list(TRUE)].to_numpy(float) @ one.weights
    first = np.exp(utility[:3]) / np.exp(utility[:3]).sum()
    close(one.predict(new)["share"].to_numpy()[:3], first)


def test_shares_of_new_rows_keep_customers_apart() -> None:
    seen = dv.simulate_choices(TRUE, customers=30, occasions=3, seed=7)
    seen["feature"] = np.random.default_rng(1).uniform(size=len(seen)) < 0.4
    fit = dv.fit_choices(seen, [*TRUE, "feature"], cluster="customer")
    mixed = seen.sample(frac=1, random_state=1)
    shares = fit.predict(mixed)["share"].set_axis(mixed.index)
    # occasions count anew for each customer: one choice each, and no pool of all first occasions
    close(shares.groupby([mixed["customer"], mixed["occasion"]]).sum(), 1.0)
    close(shares.sort_index(), fit.predict()["share"])
    again = fit.predict(mixed.rename(columns={"customer": "who", "occasion": "time"}),
                        occasion="time", cluster="who")  # fmt: skip
    close(again["share"], shares)
    pooled = fit.predict(mixed.drop(columns="customer"))["share"]
    assert pooled.sum() == pytest.approx(3)
    shuffled = dv.fit_choices(mixed, [*TRUE, "feature"], cluster="customer").predict()
    close(shuffled["share"], shares, 1e-6)  # in the order of the rows that were given
    assert list(shuffled["chosen"]) == list(mixed["chosen"])


def test_who_is_level_stays_level_at_any_sensitivity() -> None:
    frame = table_of([[0.1, 0.2] + [0.0] * 6, [0.3] + [0.0] * 7, [0.0] * 8])
    table = dv.logit_shares(frame, sensitivity=1e14)
    assert 0 < abs(table["delivered"][0] - table["delivered"][1]) < 1e-15
    assert list(table["share"]) == [0.5, 0.5, 0]
    copied = dv.clone_effect(frame, "offer 0", sensitivity=1e14, likeness=0)
    close(copied["logit"], [1 / 3, 1 / 3, 0, 1 / 3])
    flips = dv.tornado(frame, who="offer 1").set_index("input")["flips"]
    assert flips["weight of product"]
    assert not flips["weight of image"]
    need = dv.score_flips(frame).set_index(["offer", "component"])["next_offer"]
    assert need["offer 2", "product"] == "offer 2"


def test_delta_and_simulated_worth_agree_where_the_price_is_clear() -> None:
    seen = dv.simulate_choices(TRUE, customers=800, occasions=8, seed=3)
    fit = dv.fit_choices(seen, list(TRUE), cluster="customer")
    one = fit.willingness_to_pay(draws=50_000)
    other = fit.willingness_to_pay(method="delta")
    np.testing.assert_allclose(one[["lower", "upper"]], other[["lower", "upper"]], atol=0.01)
    close(one["worth"], -fit.weights[:2] / fit.weights[2])
    as_weights = {**dict.fromkeys(COMPONENTS, 0.0), "money": 1.0,
                  "product": float(one["worth"][0]), "service": float(one["worth"][1])}  # fmt: skip
    assert dv.delivered(SHOPS, as_weights)["delivered"].iloc[0] == pytest.approx(
        7 * one["worth"][0] + 8 * one["worth"][1] - 95
    )


def test_delta_interval_is_the_textbook_formula_and_few_clusters_widen_both() -> None:
    seen = dv.simulate_choices(TRUE, customers=6, occasions=120, seed=4)
    fit = dv.fit_choices(seen, list(TRUE), cluster="customer")
    (q, _, p), v = fit.weights, fit.covariance
    variance = v[0, 0] / p**2 + q**2 * v[2, 2] / p**4 - 2 * q * v[0, 2] / p**3
    half = stats.t.ppf(0.975, 5) * math.sqrt(variance)
    delta = fit.willingness_to_pay(method="delta")
    close([delta["lower"][0], delta["upper"][0]], [-q / p - half, -q / p + half], 1e-8)
    drawn = fit.willingness_to_pay(draws=50_000)
    assert (drawn["upper"] - drawn["lower"])[0] == pytest.approx(2 * half, rel=0.08)


def test_intervals_by_order_use_the_t_of_the_customers() -> None:
    people = HabitChoice(lead=0, habit=0.5, taste=0.5).simulate(7, 300, seed=3)
    halves = []
    for level in (0.5, 0.99):
        table = dv.habit_or_taste(people, level=level)
        halves.append((table["upper"] - table["lower"]).to_numpy() / 2)
    wanted = stats.t.ppf(0.995, 6) / stats.t.ppf(0.75, 6)
    close(halves[1] / halves[0], wanted, 1e-6)


def test_what_is_not_clear_is_said() -> None:
    seen = dv.simulate_choices({"quality": 0.5, "price": -0.02}, customers=25, occasions=2, seed=1)
    fit = dv.fit_choices(seen, ["quality", "price"], cluster="customer")
    worth = fit.willingness_to_pay()
    assert fit.weights[1] < 0 < fit.table()["upper"][1]
    assert not worth["price_clear"].any()


def test_fit_picture_shows_the_intervals() -> None:
    seen = dv.simulate_choices(TRUE, customers=40, occasions=4, seed=9)
    fit = dv.fit_choices(seen, list(TRUE), cluster="customer")
    ax = fit.plot(fig.canvas().subplots())
    bars = ax.containers[0].lines[2][0].get_segments()
    ends = np.array([[s[0][0], s[1][0]] for s in bars])
    close(ends, fit.table()[["lower", "upper"]])
    assert [t.get_text() for t in ax.get_yticklabels()] == list(TRUE)


def test_last_purchase_is_the_one_before() -> None:
    brands = ["a", "b", "c"]
    took = ["b", "b", "a", "c"]
    rows = [
        {"household": h, "occasion": t, "brand": b, "chosen": b == took[t - 1]}
        for h in (2, 1) for t in (4, 2, 1, 3) for b in brands
    ]  # fmt: skip
    table = dv.with_last(pd.DataFrame(rows))
    assert len(table) == 2 * 3 * 3
    assert list(table["household"].unique()) == [1, 2]
    last = table[table["last"]].groupby(["household", "occasion"])["brand"].agg(list)
    for h, (t, wanted) in itertools.product((1, 2), ((2, "b"), (3, "b"), (4, "a"))):
        assert last[(h, t)] == [wanted]
    dated = pd.DataFrame(rows)
    dated["occasion"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(dated["occasion"], "D")
    assert dv.with_last(dated)["last"].tolist() == table["last"].tolist()


# Habit or taste


def test_order_of_purchases_tells_habit_from_taste() -> None:
    for habit, taste in ((0.0, 2.0), (0.7, 0.0), (0.7, 1.5)):
        people = HabitChoice(lead=1, habit=habit, taste=taste).simulate(
            customers=4000, occasions=9, seed=6
        )
        table = dv.habit_or_taste(people).set_index("method")
        assert table.loc["by order", "lower"] < 2 * habit < table.loc["by order", "upper"]
        found = table.loc["naive", "lower"] < 2 * habit < table.loc["naive", "upper"]
        assert found == (taste == 0)
        assert table.loc["naive", "n"] == 4000 * 8


def test_one_window_by_hand_and_levels() -> None:
    people = HabitChoice(lead=0, habit=0.5, taste=1).simulate(customers=500, occasions=4, seed=2)
    wide = people.set_index(["customer", "occasion"])["own"].unstack().astype(int)  # noqa: PD010
    used = wide[(wide[2] + wide[3] == 1) & (wide[1] != wide[4])]
    same = (used[2] == used[1]).sum()  # the first of the two goes with the neighbour before it
    table = dv.habit_or_taste(people).set_index("method")
    assert table.loc["by order", "n"] == len(used)
    assert table.loc["by order", "gamma"] == pytest.approx(logit(same / len(used)), abs=1e-6)
    tight = dv.habit_or_taste(people, level=0.5).set_index("method")
    assert (tight["upper"] - tight["lower"] < table["upper"] - table["lower"]).all()
    mixed = people.sample(frac=1, random_state=1).set_axis([0] * len(people))
    assert_frame_equal(dv.habit_or_taste(mixed), dv.habit_or_taste(people), rtol=1e-9)
    dated = people.assign(
        occasion=pd.Timestamp("2024-01-01") + pd.to_timedelta(people["occasion"], "D")
    )
    assert_frame_equal(dv.habit_or_taste(dated), dv.habit_or_taste(people))


@pytest.mark.slow
def test_interval_by_order_covers_at_the_promised_rate() -> None:
    hits = []
    for seed in range(100):
        people = HabitChoice(lead=1, habit=0.5, taste=1.5).simulate(300, 8, seed=seed)
        row = dv.habit_or_taste(people).set_index("method").loc["by order"]
        hits.append(row["lower"] < 1 < row["upper"])
    assert 0.88 <= np.mean(hits) <= 0.99


def test_the_linked_firm_has_taste_and_no_habit() -> None:
    f = firm.Firm(seed=1, customers=3000)
    bought = f.purchases[f.purchases["date"] < "2025-01-01"]
    gone = bought["customer"].map(f.customers.set_index("customer")["left"])
    bought = bought[~(bought["date"] > gone)]
    bought = bought.assign(occasion=bought.groupby("customer").cumcount())
    table = dv.habit_or_taste(bought).set_index("method")
    assert table.loc["by order", "lower"] < 0 < table.loc["by order", "upper"]
    assert table.loc["naive", "lower"] > 1


# How much is explained


def test_r_squared_of_blocks_is_that_of_least_squares() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(300, 3)), columns=["a", "b", "c"])
    frame["where"] = np.where(frame["c"] > 0, "north", "south")
    frame["flag"] = rng.uniform(size=300) < 0.3
    frame["y"] = frame["a"] - frame["b"] * 0.5 + (frame["where"] == "north") + rng.normal(size=300)
    blocks = {"one": ["a"], "two": ["b", "where"], "three": ["flag"]}
    table = dv.explained(frame, "y", blocks, draws=300)
    designs = [["a"], ["a", "b", "north"], ["a", "b", "north", "flag"]]
    full = frame.assign(north=(frame["where"] == "north").astype(float), flag=frame["flag"] * 1.0)
    wanted = [sm.OLS(full["y"], sm.add_constant(full[d])).fit().rsquared for d in designs]
    close(table["r_squared"], wanted, 1e-9)
    close(table["added"], np.diff([0, *wanted]), 1e-9)
    assert list(table["columns"]) == [1, 2, 1]
    assert ((table["lower"] < table["r_squared"]) & (table["r_squared"] < table["upper"])).all()
    holes = frame.copy()
    holes.loc[5, "b"] = np.nan
    less = dv.explained(holes, "y", blocks, draws=100)
    assert (less["n"].iloc[0], less["missing"].iloc[0]) == (299, 1)
    tight = dv.explained(frame, "y", blocks, draws=300, level=0.5)
    assert (tight["upper"] - tight["lower"] < table["upper"] - table["lower"]).all()
    assert_frame_equal(table, dv.explained(frame.set_axis([1] * 300), "y", blocks, draws=300))
    objects = frame.astype({"flag": object, "where": "category"})
    assert_frame_equal(table, dv.explained(objects, "y", blocks, draws=300))


def test_fitting_noise_is_taken_back_from_r_squared() -> None:
    rng = np.random.default_rng(6)
    frame = pd.DataFrame(rng.normal(size=(120, 12)), columns=list("abcdefghijkl"))
    frame["y"] = 0.5 * frame["a"] + rng.normal(size=120)
    blocks = {"one": ["a"], "noise": list("bcdefghijkl")}
    table = dv.explained(frame, "y", blocks).set_index("block")
    # Wherry's formula takes the degrees of freedom back; the bootstrap finds about the same
    wherry = 1 - (1 - table["r_squared"]) * 119 / (119 - table["columns"].cumsum())
    np.testing.assert_allclose(table["adjusted"], wherry, atol=0.035)
    assert table.loc["noise", "r_squared"] - table.loc["noise", "adjusted"] > 0.05
    assert table.loc["noise", "added_lower"] == 0  # noise may add nothing
    assert table.loc["noise", "added_adjusted"] < 0.4 * table.loc["noise", "added"]
    assert table.loc["one", "added_lower"] > 0.02
    for name in ("", "added_"):
        inside = table[[f"{name}lower", f"{name}adjusted", f"{name}upper"]]
        assert (inside.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


@pytest.mark.slow
@pytest.mark.parametrize(("share", "times"), [(0.2, 1), (0.2, 4), (0.0, 1)])
def test_intervals_of_r_squared_cover_at_the_promised_rate(share: float, times: int) -> None:
    hits = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        person = pd.DataFrame(rng.normal(size=(100, 5)), columns=list("abcde"))
        person["y"] = math.sqrt(share) * person["a"] + math.sqrt(1 - share) * rng.normal(size=100)
        frame = pd.concat([person.assign(who=person.index)] * times)
        blocks = {"some": ["a", "b", "c"], "noise": ["d", "e"]}
        table = dv.explained(frame, "y", blocks, cluster="who", draws=400)
        row = table.iloc[-1]
        hits.append([row["lower"] <= share <= row["upper"], row["added_lower"] == 0])
    assert (np.mean(hits, axis=0) >= 0.88).all(), np.mean(hits, axis=0)


def test_explained_by_clusters_is_wider() -> None:
    rng = np.random.default_rng(4)
    person = pd.DataFrame({"who": range(60), "x": rng.normal(size=60)})
    person["y"] = person["x"] + rng.normal(size=60)
    frame = pd.concat([person] * 8, ignore_index=True)
    one = dv.explained(frame, "y", {"x": ["x"]})
    other = dv.explained(frame, "y", {"x": ["x"]}, cluster="who")
    assert one["r_squared"][0] == pytest.approx(other["r_squared"][0])
    assert (other["n"][0], other["clusters"][0]) == (480, 60)
    assert other["upper"][0] - other["lower"][0] > 2 * (one["upper"][0] - one["lower"][0])


# Survey


def rated(people: int, seed: int, ahead: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for offer, component in itertools.product(("ours", "rival"), COMPONENTS):
        mean = 5.0 + (ahead if (offer, component) == ("ours", "product") else 0.0)
        rating = np.clip(np.rint(rng.normal(mean, 2, people)), 0, 10)
        rows.append(pd.DataFrame({"respondent": range(people), "offer": offer,
                                  "component": component, "rating": rating}))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def test_survey_means_and_winner_by_hand() -> None:
    seen = rated(50, 1, 1.0)
    means = dv.survey_scores(seen)
    assert list(means["component"]) == [*COMPONENTS, *COMPONENTS]
    cell = seen[(seen["offer"] == "rival") & (seen["component"] == "time")]["rating"]
    row = means[(means["offer"] == "rival") & (means["component"] == "time")].iloc[0]
    low, high = stats.t.interval(0.95, 49, cell.mean(), stats.sem(cell))
    close([row["mean"], row["error"], row["lower"], row["upper"]],
          [cell.mean(), stats.sem(cell), low, high])  # fmt: skip
    wide = means.pivot_table("mean", "offer", "component").reset_index()
    table = dv.survey_winner(seen, CARE)
    close(table["delivered"], dv.delivered(wide, CARE)["delivered"], 1e-8)
    close(table["lead"], [table["delivered"][0] - table["delivered"][1], table["delivered"][1]
                          - table["delivered"][0]])  # fmt: skip
    assert table["first"].sum() == pytest.approx(1)
    assert (table["lower"] < table["delivered"]).all()
    assert list(table["n"]) == [50, 50]
    half = dv.survey_scores(seen, level=0.5)
    assert (half["upper"] - half["lower"] < means["upper"] - means["lower"]).all()
    tight = dv.survey_winner(seen, CARE, level=0.5)
    for low, high in (
        ("lower", "upper"),
        ("lead_lower", "lead_upper"),
        ("first_lower", "first_upper"),
    ):
        assert (tight[high] - tight[low] < table[high] - table[low]).all()
    mixed = seen.sample(frac=1, random_state=3).set_axis([0] * len(seen))
    again = dv.survey_winner(mixed, CARE).set_index("offer").loc[["ours", "rival"]]
    close(again["delivered"], table["delivered"], 1e-8)


def test_bootstrap_spread_is_that_of_the_lead() -> None:
    seen = rated(200, 2)
    wide = seen.pivot_table("rating", "respondent", ["offer", "component"])
    weight = SIGNS * np.array(list(CARE.values()))
    lead = sum(
        w * (wide[("ours", c)] - wide[("rival", c)])
        for c, w in zip(COMPONENTS, weight, strict=True)
    )
    table = dv.survey_winner(seen, CARE, draws=5000)
    close(table["lead"][0], lead.mean(), 1e-8)
    half = (table["lead_upper"][0] - table["lead_lower"][0]) / 2
    assert half == pytest.approx(1.96 * stats.sem(lead), rel=0.06)
    first = stats.norm.cdf(lead.mean() / stats.sem(lead))
    assert table["first"][0] == pytest.approx(first, abs=0.03)


def test_missing_and_constant_ratings() -> None:
    seen = rated(30, 3)
    seen.loc[seen.index[::7], "rating"] = np.nan
    assert dv.survey_scores(seen)["n"].sum() == seen["rating"].notna().sum()
    assert np.isfinite(dv.survey_winner(seen).select_dtypes("number").to_numpy()).all()
    flat = seen.assign(rating=10.0)
    means = dv.survey_scores(flat)
    assert (means["lower"] < 10).all()  # thirty equal answers are no certainty
    assert (means["upper"] == 10).all()
    level = dv.survey_winner(flat, CARE)
    assert list(level["first"]) == [0.5, 0.5]
    least = stats.t.ppf(0.975, 29) * 20 * 10 / 30  # one answer on time, the whole scale away
    close(level["lower"], level["delivered"] - least)
    close(level[["lead_lower", "lead_upper"]], [[-least, least]] * 2)
    assert (dv.survey_winner(flat, CARE, level=0.5)["upper"] < level["upper"]).all()


@pytest.mark.slow
def test_interval_of_the_lead_covers_at_the_promised_rate() -> None:
    hits = []
    for seed in range(150):
        table = dv.survey_winner(rated(60, seed), CARE, draws=600)
        hits.append(table["lead_lower"][0] < 0 < table["lead_upper"][0])
    assert 0.88 <= np.mean(hits) <= 0.99


def test_survey_picture_shows_the_table() -> None:
    table = dv.survey_winner(rated(40, 4, 1.0), CARE)
    ax = dv.plot_survey(table, ax=fig.canvas().subplots())
    bars = ax.containers[0].lines[2][0].get_segments()
    close([[s[0][0], s[1][0]] for s in bars], table[["lower", "upper"]])
    assert [t.get_text() for t in ax.texts] == [
        f"first in {v:.0%} of draws" for v in table["first"]
    ]


# Claims


def test_c007_the_ledgers_example_orders_difference_and_ratio_opposite() -> None:
    row = claims.table("delivered_value").set_index("claim").loc["C007"]
    assert "100 - 60 = 40 against 50 - 20 = 30, but 1.67 against 2.5" in row["caveat"]
    found = {f.reading: f for f in dv.value_less_cost()}
    assert found["CDV less (TCV − TCC)"].agrees
    assert [found[f"CDV of the {n} offer"].computed for n in ("first", "second")] == [40, 30]
    ratios = [found[f"TCV / TCC of the {n} offer"].computed for n in ("first", "second")]
    assert [round(r, 2) for r in ratios] == [1.67, 2.5]
    assert found["difference and ratio order them differently (1 yes, 0 no)"].computed == 1
    same = {f.reading: f for f in dv.value_less_cost(value=(100, 50), cost=(20, 20))}
    assert same["difference and ratio order them differently (1 yes, 0 no)"].computed == 0
    hour = found["value of an hour at which the order by difference turns"].computed
    frame = table_of([[100, 0, 0, 0, 60, 1, 0, 0], [50, 0, 0, 0, 20, 0, 0, 0]])
    flips = dv.flip_points(frame, {**care_of([1.0] * 8), "time": 1.0})
    up = flips[(flips["component"] == "time") & (flips["direction"] == "rising")]
    assert up["flip_weight"].iloc[0] == pytest.approx(hour)
    free = dv.value_less_cost(cost=(0, 0))
    assert free[3].computed is None


def test_c008_and_c009_count_four_and_four() -> None:
    ledger = claims.table("delivered_value").set_index("claim")
    assert float(ledger.loc["C008", "documented_value"]) == dv.parts_of_value()[0].computed == 4
    costs = dv.parts_of_cost()
    assert float(ledger.loc["C009", "documented_value"]) == costs[0].computed == 4
    by_reading = {f.reading: f for f in costs}
    certain = by_reading["share of choices that the best offer wins: certain"]
    chance = by_reading["share of choices that the best offer wins: logit"]
    assert (certain.computed, chance.computed) == (1, pytest.approx(expit(1)))
    # the document prints no share, so nothing can agree or disagree with one
    assert [f.documented for f in costs] == [4, None, None, None]
    assert [f.agrees for f in costs] == [True, None, None, None]
    assert dv.parts_of_cost(lead=0)[1].computed == 0.5
    far = dv.parts_of_cost(larger=1e6)[-1]
    assert far.computed == pytest.approx(1)


def test_c127_same_value_different_loyalty() -> None:
    ledger = claims.table("delivered_value").set_index("claim")
    found = dv.value_choice_loyalty()
    assert float(ledger.loc["C127", "documented_value"]) == found[0].documented
    assert found[0].agrees is None
    certain, chance, habit, taste = (f.computed for f in found[1:5])
    assert certain == 1
    assert chance == pytest.approx(expit(0.5))
    assert habit == pytest.approx(expit(1.5))
    assert chance < taste < 1
    plain = dv.value_choice_loyalty(habit=0, taste=0)
    close([f.computed for f in plain[2:5]], expit(0.5))
    assert plain[5].computed == pytest.approx(0)
