"""Chapter 06: composites, weights and how far a ranking hangs on them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylab import indicators as ind
from loyaltylab.indicators.ahp import RANDOM_INDEX
from loyaltylab.indicators.market import DirichletMarket

LAW = settings(max_examples=15, deadline=None)
WAYS = {"scr": "up", "seconds": "down", "repeats": "up"}


def brands(seed: int = 1, rows: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = {name: rng.uniform(1, 10, rows) for name in WAYS}
    return pd.DataFrame({"brand": [f"b{i}" for i in range(rows)], **values})


def made(data: pd.DataFrame, **kind: Any) -> ind.Composite:
    return ind.composite(data, name="brand", directions=WAYS, **kind)


def test_composite_by_hand() -> None:
    data = pd.DataFrame({"brand": list("ABC"), "scr": [0.2, 0.6, 1.0], "seconds": [10, 40, 20]})
    ways = {"scr": "up", "seconds": "down"}
    table = ind.composite(
        data, name="brand", directions=ways, weights={"scr": 1, "seconds": 3}
    ).table()
    assert table["name"].tolist() == ["A", "C", "B"]
    score = table.set_index("name")["score"]
    assert score["A"] == pytest.approx(0.75)
    assert score["B"] == pytest.approx(0.125)
    assert score["C"] == pytest.approx(0.25 + 0.75 * 2 / 3)
    assert table["rank"].tolist() == [1, 1, 3]


def test_z_and_rank_normalisation_by_hand() -> None:
    data = pd.DataFrame({"brand": list("ABC"), "scr": [1.0, 2.0, 6.0]})
    z = ind.composite(data, name="brand", directions={"scr": "up"}, normalisation="z")
    np.testing.assert_allclose(z.scores, (np.array([1, 2, 6]) - 3) / np.std([1, 2, 6], ddof=1))
    rank = ind.composite(data, name="brand", directions={"scr": "down"}, normalisation="rank")
    assert rank.scores.tolist() == [1.0, 0.5, 0.0]


@given(seed=st.integers(0, 1000), scale=st.floats(0.01, 100), shift=st.floats(-10, 10))
@LAW
def test_units_do_not_matter_and_a_turned_direction_turns_the_scores(
    seed: int, scale: float, shift: float
) -> None:
    data = brands(seed)
    other = data.assign(scr=scale * data["scr"] + shift)
    for method in ("min-max", "z", "rank"):
        one, two = (made(d, normalisation=method).scores for d in (data, other))
        np.testing.assert_allclose(one, two, atol=1e-9)
    bent = data.assign(scr=np.exp(data["scr"]))
    np.testing.assert_allclose(
        made(data, normalisation="rank").scores, made(bent, normalisation="rank").scores
    )
    turned = ind.composite(
        data, name="brand", directions={k: "down" if v == "up" else "up" for k, v in WAYS.items()}
    )
    np.testing.assert_allclose(turned.scores, 1 - made(data).scores, atol=1e-12)


def test_parts_add_up_and_the_picture_draws_them() -> None:
    found = made(brands(), weights={"scr": 5, "seconds": 3, "repeats": 2})
    assert found.weights == pytest.approx({"scr": 0.5, "seconds": 0.3, "repeats": 0.2})
    total = found.parts().groupby("name")["part"].sum()
    table = found.table().set_index("name")
    np.testing.assert_allclose(total[table.index], table["score"])
    ax = found.plot()
    assert [t.get_text() for t in ax.get_xticklabels()] == table.index.tolist()
    tops = [max(p.get_y() + p.get_height() for p in c.patches) for c in ax.containers]
    assert max(tops) == pytest.approx(table["score"].max())


def test_entropy_by_hand_and_equal_spread_gets_equal_weight() -> None:
    """Hwang & Yoon (1981): e = -sum p ln p / ln m, weight in proportion to 1 - e."""
    data = pd.DataFrame({"brand": list("ABC"), "x": [0, 1, 3], "y": [0, 1, 1]})
    found = ind.entropy_weights(data, name="brand", directions={"x": "up", "y": "up"})
    p = np.array([1 / 4, 3 / 4])
    e = np.array([-(p * np.log(p)).sum(), np.log(2)]) / np.log(3)
    np.testing.assert_allclose(found["entropy"], e)
    np.testing.assert_allclose(found["weight"], (1 - e) / (1 - e).sum())
    twin = data.assign(y=10 * data["x"] + 7)
    same = ind.composite(twin, name="brand", directions={"x": "up", "y": "up"}, weights="entropy")
    assert same.weights == pytest.approx({"x": 0.5, "y": 0.5})


# --- AHP ----------------------------------------------------------------------------------------


@given(weights=st.lists(st.floats(1, 3), min_size=2, max_size=8))
@LAW
def test_judgements_that_agree_give_their_weights_and_no_inconsistency(
    weights: list[float],
) -> None:
    w = np.array(weights)
    found = ind.ahp_weights(w[:, None] / w[None, :])
    np.testing.assert_allclose(found.values, w / w.sum(), rtol=1e-6)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-6)
    assert found.consistent
    assert sum(found.weights.values()) == pytest.approx(1)


def test_weights_are_the_principal_eigenvector_of_saaty_1977() -> None:
    table = np.array([[1, 5, 1 / 3], [1 / 5, 1, 4], [3, 1 / 4, 1]])
    found = ind.ahp_weights(table, names=["a", "b", "c"])
    np.testing.assert_allclose(table @ found.values, found.largest_root * found.values)
    assert found.consistency_index == pytest.approx((found.largest_root - 3) / 2)
    assert found.consistency_ratio == pytest.approx(found.consistency_index / RANDOM_INDEX[3])
    assert not found.consistent
    assert list(found.weights) == ["a", "b", "c"]
    framed = pd.DataFrame(table, index=["a", "b", "c"], columns=["a", "b", "c"])
    assert ind.ahp_weights(framed).weights == found.weights


@pytest.mark.parametrize("n", [3, 4, 5, 7])
def test_random_index_is_that_of_the_dice(n: int) -> None:
    found = ind.random_index(n, draws=20_000, seed=3)
    assert found == pytest.approx(RANDOM_INDEX[n], rel=0.02)
    assert found == ind.random_index(n, draws=20_000, seed=3)


def test_ahp_weights_go_into_the_composite() -> None:
    judged = ind.ahp_weights([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]], names=list(WAYS))
    found = made(brands(), weights=judged)
    assert found.weights == pytest.approx({"scr": 4 / 7, "seconds": 2 / 7, "repeats": 1 / 7})


# --- sensitivity ----------------------------------------------------------------------------------


@given(seed=st.integers(0, 5000))
@LAW
def test_the_top_changes_just_where_weight_moves_says(seed: int) -> None:
    data = brands(seed)
    base = made(data)
    top = base.names[int(np.argmax(base.scores))]
    for row in ind.weight_moves(base).itertuples():
        assert row.top == top

        def first(t: float, column: str = row.indicator) -> Any:
            rest = (1 - t) / (len(WAYS) - 1)
            moved = made(data, weights={c: t if c == column else rest for c in WAYS})
            return moved.names[int(np.argmax(moved.scores))]

        if np.isnan(row.turns_at):
            assert {first(t) for t in (0.0, 0.2, 0.5, 0.8, 1.0)} == {top}
            continue
        assert row.move == pytest.approx(row.turns_at - row.weight)
        step = 1e-6 * np.sign(row.move)
        assert first(row.turns_at - step) == top
        if 0 < row.turns_at + step < 1:
            assert first(row.turns_at + step) != top


def test_random_weights_of_two_indicators_by_hand() -> None:
    data = pd.DataFrame({"brand": list("AB"), "x": [1, 0], "y": [0, 1]})
    data = pd.concat([data, pd.DataFrame({"brand": ["C"], "x": [0.4], "y": [0.4]})])
    found = ind.composite(data, name="brand", directions={"x": "up", "y": "up"})
    table = ind.random_weights(found, draws=40_000, seed=1).set_index("name")
    assert table["first"].to_dict() == pytest.approx({"A": 0.5, "B": 0.5, "C": 0.0}, abs=0.01)
    assert table.loc["C", "mean_rank"] == pytest.approx(2 + 0.2, abs=0.02)
    near = made(brands(), weights={"scr": 8, "seconds": 1, "repeats": 1})
    close = ind.random_weights(near, concentration=1e6, draws=500, seed=1)
    assert close["first"].iloc[0] == 1
    assert close["name"].iloc[0] == near.table()["name"].iloc[0]


def test_customers_drawn_anew_move_the_ranks_of_close_brands_only() -> None:
    market = DirichletMarket(sizes=(60, 20.5, 20, 3), rate=5)
    log = ind.simulate_panel(market, customers=800, seed=6)
    names = {"customer": "customer", "date": "occasion"}
    ways = {"penetration": "up", "scr": "up"}
    table = ind.wide(ind.brand_table(log, **names, draws=100), *ways)
    found = ind.composite(table, name="brand", directions=ways)
    drawn = ind.brand_draws(log, **names, draws=300, seed=1)
    ranks = ind.resampled_ranks(found, drawn).set_index("name")
    assert ranks.loc[1, "first"] == 1
    assert ranks.loc[4, "worst_rank"] == 4
    assert ranks.loc[4, "mean_rank"] > 3.5
    assert (ranks.loc[[2, 3], "best_rank"] == 2).all()
    assert ranks["first"].sum() == pytest.approx(1)
    mixed = drawn.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(ranks, ind.resampled_ranks(found, mixed).set_index("name"))


def test_composites_are_compared_name_by_name() -> None:
    data = brands(3)
    one = made(data)
    same = made(data.iloc[::-1])
    table = ind.compare_composites({"one": one, "turned round": same})
    assert table.loc[0, ["kendall", "spearman", "same_top"]].tolist() == pytest.approx([1, 1, True])
    against = ind.composite(
        data, name="brand", directions={k: "down" if v == "up" else "up" for k, v in WAYS.items()}
    )
    other = ind.compare_composites({"one": one, "against": against}).iloc[0]
    assert other["kendall"] == pytest.approx(-1)
    assert not other["same_top"]


def test_weights_drawn_close_to_those_declared_keep_the_order_they_make() -> None:
    brands = pd.DataFrame({"brand": list("ABC"), "scr": [0.5, 0.4, 0.2], "gap": [3.0, 1.0, 2.0]})
    ways = {"scr": "up", "gap": "down"}
    for weights, order in (({"scr": 9, "gap": 1}, "ABC"), ({"scr": 1, "gap": 9}, "BCA")):
        made = ind.composite(brands, name="brand", directions=ways, weights=weights)
        assert "".join(made.table()["name"]) == order
        drawn = ind.random_weights(made, draws=300, concentration=1e6, seed=1).set_index("name")
        assert [drawn.loc[name, "mean_rank"] for name in order] == [1, 2, 3]
        loose = ind.random_weights(made, draws=2000, concentration=2, seed=1).set_index("name")
        assert 0.5 < loose.loc[order[0], "first"] < 1


def test_indicators_of_which_less_is_more_say_so_in_the_picture() -> None:
    brands = pd.DataFrame({"brand": list("AB"), "scr": [0.5, 0.4], "brands_bought": [3.0, 1.0]})
    ways = {"scr": "up", "brands_bought": "down"}
    ax = ind.composite(brands, name="brand", directions=ways).plot()
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["scr", "brands bought (the less, the more)"]


def test_same_top_is_that_of_the_first_and_not_of_the_last() -> None:
    brands = pd.DataFrame({"brand": list("ABC"), "scr": [0.9, 0.1, 0.2], "gap": [0.9, 0.2, 0.1]})
    made = {
        column: ind.composite(brands, name="brand", directions={column: "up"})
        for column in ("scr", "gap")
    }
    assert ind.compare_composites(made)["same_top"].tolist() == [True]
    turned = brands.assign(gap=-brands["gap"])
    other = {**made, "gap": ind.composite(turned, name="brand", directions={"gap": "up"})}
    assert ind.compare_composites(other)["same_top"].tolist() == [False]
