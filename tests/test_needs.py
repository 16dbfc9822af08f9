"""Chapter 02: laws, sourced numbers, recovery of a known truth."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from contract_needs import WHERE
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from strategies import instances

from loyaltylab import firm, needs
from loyaltylab.base import figure as fig
from loyaltylab.base.picture import show
from loyaltylab.base.stats import wilson
from loyaltylab.needs import KanoResponse
from loyaltylab.needs.counts import fong_needs
from loyaltylab.needs.leading import gap_interval, holm
from loyaltylab.needs.pictures import places

mpl.use("Agg")

LAW = settings(max_examples=30, deadline=None)
CLASSES = list("MOAIRQ")
PAIRS = list(itertools.product(range(1, 6), repeat=2))
RESPONSES = instances(KanoResponse, WHERE[KanoResponse])
COUNTS = st.lists(st.integers(0, 40), min_size=6, max_size=6).filter(lambda c: sum(c) > 0)


def answers(counts: Any, attribute: str = "app") -> pd.DataFrame:
    """Return classified answers with these counts of M, O, A, I, R, Q."""
    kano = np.repeat(CLASSES, counts)
    return pd.DataFrame({"attribute": attribute, "kano": kano})


def pairs(codes: Any, attribute: str = "app") -> pd.DataFrame:
    """Return classified pairs of codes, one customer each."""
    said = pd.DataFrame(codes, columns=["functional", "dysfunctional"])
    said = said.assign(customer=range(len(said)), attribute=attribute)
    return needs.classify(said)


def by_class(table: pd.DataFrame, column: str) -> dict[str, Any]:
    return dict(zip(table["kano"], table[column], strict=True))


# The grid


def test_grid_is_that_of_berger_1993_as_stp25stat_computes_it() -> None:
    expected = {(1, 1): "Q", (1, 5): "O", (5, 5): "Q"}
    expected |= {(1, d): "A" for d in (2, 3, 4)}
    expected |= {(f, 5): "M" for f in (2, 3, 4)}
    expected |= {(f, d): "I" for f in (2, 3, 4) for d in (2, 3, 4)}
    expected |= {(f, 1): "R" for f in (2, 3, 4, 5)} | {(5, d): "R" for d in (2, 3, 4)}
    found = pairs(PAIRS)["kano"]
    assert dict(zip(PAIRS, found, strict=True)) == expected


@pytest.mark.parametrize(
    ("kind", "changed"),
    [("pouliot", {(2, 2): "Q", (4, 4): "Q"}), ("printed", {(1, 1): "O"}), ("berger", {})],
)
def test_grids_differ_from_the_standard_where_their_source_says(kind: str, changed: Any) -> None:
    said = pd.DataFrame(PAIRS, columns=["functional", "dysfunctional"])
    one, two = (needs.classify(said, grid=g)["kano"] for g in ("berger", kind))
    differ = {p: b for p, a, b in zip(PAIRS, one, two, strict=True) if a != b}
    assert differ == changed


def test_a_grid_of_ones_own_counts_whatever_the_order_of_its_rows() -> None:
    grid = needs.evaluation_grid()
    grid.loc["like", "expect"] = "R"
    turned = grid.iloc[::-1, [3, 1, 0, 2, 4]]
    said = pd.DataFrame(PAIRS, columns=["functional", "dysfunctional"])
    for one in (grid, turned):
        found = dict(zip(PAIRS, needs.classify(said, grid=one)["kano"], strict=True))
        assert (found[1, 2], found[2, 1], found[1, 5]) == ("R", "R", "O")
    assert needs.evaluation_grid().loc["like", "expect"] == "A"


def test_questions_turned_round_turn_wishes_into_rejection() -> None:
    said = pairs(PAIRS)
    turned = needs.classify(said, functional="dysfunctional", dysfunctional="functional")
    for one, two in zip(said["kano"], turned["kano"], strict=True):
        assert (two == "R") if one in ("M", "O", "A") else (one == "R" or one == two)


# Labels


@pytest.mark.parametrize("language", ["English", "Chinese"])
def test_every_built_in_label_means_its_code(language: str) -> None:
    table = needs.known_labels()
    table = table[table["language"] == language]
    assert sorted(set(table["code"])) == [1, 2, 3, 4, 5]
    said = pd.DataFrame({"functional": table["label"], "dysfunctional": table["code"]})
    found = needs.classify(said)
    assert (found["functional_code"] == table["code"]).all()
    assert (found["dysfunctional_code"] == table["code"]).all()


def test_labels_do_not_depend_on_case_spaces_or_full_stops() -> None:
    words = ["LIKE", " must-be ", "I\u2019m neutral.", "live_with", "我不喜欢。"]
    said = pd.DataFrame({"functional": words, "dysfunctional": 3})
    assert needs.classify(said)["functional_code"].tolist() == [1, 2, 3, 4, 5]


def test_full_width_letters_and_digits_are_letters_and_digits() -> None:
    wide = ["".join(chr(ord(c) + 0xFEE0) for c in word) for word in ("Like", "MUST-BE")]
    said = pd.DataFrame({"functional": [*wide, "\u3000喜欢\u3000"], "dysfunctional": 5})
    assert needs.classify(said)["functional_code"].tolist() == [1, 2, 1]


def test_codes_from_zero_need_labels_and_are_then_understood() -> None:
    said = pd.DataFrame({"functional": [0, 1, 0, 4], "dysfunctional": [4, 4, 2, 0]})
    from_zero = {code: code + 1 for code in range(5)}
    assert needs.classify(said, labels=from_zero)["kano"].tolist() == ["O", "M", "A", "R"]
    text = pd.DataFrame({"functional": ["1", "2"], "dysfunctional": ["5", "5"]})
    as_text = {str(code): code for code in range(1, 6)}
    assert needs.classify(text, labels=as_text)["kano"].tolist() == ["O", "M"]


def test_labels_and_code_of_ones_own() -> None:
    mine = {"Love it": 1, "whatever": 3, "hate it": 5}
    said = pd.DataFrame({"functional": ["love it", None], "dysfunctional": ["HATE IT", "whatever"]})
    assert needs.classify(said, labels=mine)["kano"].tolist()[0] == "O"
    reverse = {code: 6 - code for code in range(1, 6)}
    turned = pd.DataFrame({"functional": [5.0, 4.0], "dysfunctional": [1, 1]})
    assert needs.classify(turned, labels=reverse)["kano"].tolist() == ["O", "M"]


def test_codes_of_every_type_of_column_are_understood() -> None:
    for kind in ("int8", "float32", "Int64", "object", "category"):
        said = pd.DataFrame({"functional": [1, 2, 3], "dysfunctional": [5, 5, 1]}).astype(kind)
        assert needs.classify(said)["kano"].tolist() == ["O", "M", "R"], kind
    gaps = pd.DataFrame({"functional": [1, None], "dysfunctional": [5, 5]}).astype("Int64")
    assert needs.classify(gaps)["kano"].isna().tolist() == [False, True]


# Wide files


def test_melt_keeps_every_pair_with_its_customer() -> None:
    wide = pd.DataFrame(
        {"who": [7, 8], "a1": [1, 2], "b0": ["like", "dislike"], "a0": [5, 3], "b1": [1, None]},
        index=[3, 3],
    ).assign(region=["n", "s"])
    options: dict[str, Any] = {"customer": "who", "keep": ["region"]}
    long = needs.melt_pairs(wide, {"A": ("a1", "a0"), "B": ("b1", "b0")}, **options)
    assert list(long.columns) == ["customer", "region", "attribute", "functional", "dysfunctional"]
    rows = {(r.customer, r.attribute): r for r in long.itertuples()}
    assert len(rows) == len(long) == 4
    assert (rows[8, "A"].functional, rows[8, "A"].dysfunctional, rows[8, "A"].region) == (2, 3, "s")
    assert (rows[7, "B"].functional, rows[7, "B"].dysfunctional) == (1, "like")
    counts = needs.class_counts(needs.classify(long))
    left = counts.groupby("attribute")[["n", "left_out"]].first()
    assert left.loc["A"].tolist() == [2, 0]
    assert left.loc["B"].tolist() == [1, 1]
    again = needs.melt_pairs(wide.iloc[:, ::-1], {"A": ("a1", "a0"), "B": ("b1", "b0")}, **options)
    assert_frame_equal(again, long)


# Counts and classes


@LAW
@given(COUNTS, st.integers(0, 5))
def test_counts_are_what_was_put_in(counts: list[int], gone: int) -> None:
    data = pd.concat([answers(counts), pd.DataFrame({"attribute": ["app"] * gone})])
    table = needs.class_counts(data.sample(frac=1, random_state=1))
    assert by_class(table, "count") == dict(zip(CLASSES, counts, strict=True))
    assert (table["n"] == sum(counts)).all()
    assert (table["left_out"] == gone).all()
    assert table["share"].sum() == pytest.approx(1)
    assert ((table["lower"] <= table["share"]) & (table["share"] <= table["upper"])).all()
    assert (table["upper"] > table["lower"]).all()
    narrow = needs.class_counts(data, level=0.5)
    assert (narrow["upper"] - narrow["lower"] < table["upper"] - table["lower"]).all()


@LAW
@given(COUNTS)
def test_the_mode_names_all_that_lead_and_the_strengths_are_shares(counts: list[int]) -> None:
    row = needs.classes(answers(counts)).iloc[0]
    n, order = sum(counts), sorted(counts, reverse=True)
    assert row["mode"].split("/") == [
        c for c, k in zip(CLASSES, counts, strict=True) if k == max(counts)
    ]
    assert row["tied"] == (order[0] == order[1])
    assert row["category_strength"] == pytest.approx((order[0] - order[1]) / n)
    assert row["total_strength"] == pytest.approx(sum(counts[:3]) / n)
    side = "MOA" if sum(counts[:3]) >= sum(counts[3:]) else "IRQ"
    assert row["sided"] in side
    assert counts[CLASSES.index(row["sided"])] == max(counts[CLASSES.index(c)] for c in side)


@pytest.mark.parametrize(
    ("counts", "margin", "rule"),
    [
        ((0, 38, 40, 22, 0, 0), 0.05, "O"),
        ((0, 38, 40, 22, 0, 0), 0.01, "A"),
        ((36, 38, 26, 0, 0, 0), 0.05, "M"),
        ((0, 0, 5, 45, 50, 0), 0.05, "I"),
        ((0, 0, 5, 35, 60, 0), 0.05, "R"),
        ((0, 0, 0, 0, 0, 9), 1.0, "Q"),
        ((0, 35, 40, 25, 0, 0), 0.05, "O"),  # exactly at the margin counts as level
    ],
)
def test_rule_takes_the_first_in_m_o_a_i_within_the_margin(
    counts: Any, margin: float, rule: str
) -> None:
    assert needs.classes(answers(counts), margin=margin).loc[0, "rule"] == rule


def test_fong_needs_what_the_formula_of_stp25stat_gives() -> None:
    printed = 1.65 * math.sqrt((40 + 30) * (2 * 100 - 40 - 30) / (2 * 100))
    assert fong_needs(40, 30, 100, 0.90) == pytest.approx(printed, rel=0.004)
    undecided = needs.classes(answers((0, 30, 40, 30, 0, 0)))
    assert undecided.loc[0, "fong"] == "A/O"
    assert needs.classes(answers((0, 28, 40, 32, 0, 0))).loc[0, "fong"] == "A/I"
    assert needs.classes(answers((0, 28, 44, 28, 0, 0))).loc[0, "fong"] == "A"
    assert needs.classes(answers((0, 28, 44, 28, 0, 0)), level=0.99).loc[0, "fong"] == "A/O"
    assert needs.classes(answers((1, 0, 0, 0, 0, 0))).loc[0, "fong"] == "M"


def test_groups_are_counted_apart_and_index_and_order_do_not_matter() -> None:
    one, two = answers((9, 1, 0, 0, 0, 0)), answers((1, 9, 0, 0, 0, 0))
    both = pd.concat([one.assign(plan="x"), two.assign(plan="y")])  # every label stands twice
    table = needs.classes(both, by="plan")
    assert list(table["group"]) == ["x", "y"]
    assert list(table["mode"]) == ["M", "O"]
    shuffled = both.sample(frac=1, random_state=3)[["plan", "kano", "attribute"]]
    for function in (needs.classes, needs.class_counts, needs.leading, needs.coefficients):
        assert_frame_equal(function(shuffled, by="plan"), function(both, by="plan"))


def test_the_same_customer_may_answer_about_every_attribute_and_in_every_group() -> None:
    said = pd.concat([pairs([(1, 5)] * 3, "a"), pairs([(1, 3)] * 3, "b")])
    assert list(needs.classes(said)["mode"]) == ["O", "A"]
    waves = pd.concat([said.assign(wave=1), said.assign(wave=2)])
    assert (needs.classes(waves, by="wave")["n"] == 3).all()


# How sure the lead is


def test_winner_and_runner_up_as_hung_and_fithian_2019_test_them() -> None:
    table = needs.leading(answers((12, 4, 0, 0, 0, 0)))
    assert table.loc[0, "p_chosen"] == pytest.approx(0.0768, abs=5e-5)
    table = needs.leading(answers((120, 40, 0, 0, 0, 0)))
    assert table.loc[0, "p_chosen"] == pytest.approx(1.75e-10, rel=0.01)


@LAW
@given(COUNTS)
def test_leading_is_consistent(counts: list[int]) -> None:
    row = needs.leading(answers(counts), draws=200).iloc[0]
    order = sorted(counts, reverse=True)
    assert (row["count"], row["runner_up_count"], row["n"]) == (*order[:2], sum(counts))
    assert row["leader"] != row["runner_up"]
    assert row["p_chosen"] == pytest.approx(min(1, 2 * row["p_named"]))
    assert row["p_chosen"] <= row["p_holm"] <= 1
    assert -1 <= row["lower"] <= row["gap"] <= row["upper"] <= 1
    assert row["lower"] < row["upper"]
    assert 0 <= row["stability"] <= 1
    narrow = needs.leading(answers(counts), level=0.5, draws=200).iloc[0]
    assert narrow["upper"] - narrow["lower"] < row["upper"] - row["lower"]
    if order[0] == order[1]:
        assert row["p_chosen"] == 1


def test_holm_multiplies_the_smallest_p_by_the_number_of_attributes() -> None:
    three = [answers((k, 10, 0, 0, 0, 0), name) for k, name in ((24, "a"), (12, "b"), (11, "c"))]
    table = needs.leading(pd.concat(three)).set_index("attribute")
    assert table.loc["a", "p_holm"] == pytest.approx(3 * table.loc["a", "p_chosen"])
    alone = needs.leading(three[0])
    assert alone.loc[0, "p_holm"] == alone.loc[0, "p_chosen"] == table.loc["a", "p_chosen"]
    assert alone.loc[0, "stability"] == table.loc["a", "stability"]


def test_chances_share_a_tie_and_follow_the_counts() -> None:
    table = needs.class_chances(answers((0, 50, 50, 5, 0, 0)), draws=20_000, seed=2)
    chance = by_class(table, "chance")
    assert chance["O"] == pytest.approx(0.5, abs=0.015)
    assert chance["O"] + chance["A"] == pytest.approx(1)
    sure = by_class(needs.class_chances(answers((0, 90, 5, 5, 0, 0))), "chance")
    assert sure["O"] == 1
    # of two classes the leader leads unless a binomial says otherwise
    from scipy.stats import binom

    table = needs.class_chances(answers((0, 11, 9, 0, 0, 0)), draws=50_000, seed=2)
    expected = binom.sf(10, 20, 0.55) + 0.5 * binom.pmf(10, 20, 0.55)
    assert by_class(table, "chance")["O"] == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(
    "shares",
    [(0.5, 0.5), (0.4, 0.4, 0.2), (1 / 3, 1 / 3, 1 / 3), (0.25,) * 4, (0.2,) * 5],
)
@pytest.mark.parametrize("n", [30, 300])
def test_the_two_sided_test_keeps_its_promise_whatever_is_level(shares: Any, n: int) -> None:
    table = needs.false_leaders(shares, n=n, level=0.90, draws=20_000, seed=3).set_index("test")
    assert table.loc["two_sided", "wrong"] <= 0.107
    assert (table["names_one"] == table["wrong"]).all()


def test_fong_and_the_one_sided_test_break_their_promise_as_theory_says() -> None:
    from scipy.stats import norm

    table = needs.false_leaders((0.4, 0.4, 0.2), n=3000, level=0.90, draws=40_000, seed=4)
    wrong = dict(zip(table["test"], table["wrong"], strict=True))
    # Fong's root is too small by √(1 - p) at two shares p
    theory = 2 * norm.sf(1.645 * math.sqrt(1 - 0.4))
    assert wrong["fong"] == pytest.approx(theory, abs=0.01)
    assert wrong["one_sided"] == pytest.approx(0.20, abs=0.015)
    assert wrong["two_sided"] == pytest.approx(0.10, abs=0.012)
    assert ((table["lower"] <= table["wrong"]) & (table["wrong"] <= table["upper"])).all()


def test_a_class_that_truly_leads_is_no_false_leader() -> None:
    table = needs.false_leaders((0.2, 0.6, 0.2), n=300, seed=1)
    assert (table["names_one"] > 0.99).all()
    assert (table["wrong"] < 0.001).all()


@pytest.mark.parametrize("n", [40, 400])
def test_gap_interval_covers_the_true_gap(n: int) -> None:
    rng = np.random.default_rng(5)
    hits: dict[float, list[bool]] = {0.95: [], 0.5: []}
    for a, b, _ in rng.multinomial(n, (0.45, 0.30, 0.25), size=800):
        for level, found in hits.items():
            lower, upper = gap_interval(int(a), int(b), n, level)
            found.append(lower <= 0.15 <= upper)
    assert 0.92 <= np.mean(hits[0.95]) <= 0.98
    assert 0.44 <= np.mean(hits[0.5]) <= 0.60


def test_gap_interval_of_a_unanimous_answer_is_wilsons() -> None:
    lower, upper = gap_interval(20, 0, 20, 0.95)
    assert (lower, upper) == (pytest.approx(2 * float(wilson(20, 20)[0]) - 1), 1)


def test_holm_is_that_of_statsmodels() -> None:
    from statsmodels.stats.multitest import multipletests

    rng = np.random.default_rng(9)
    for p in (rng.random(7), rng.random(1), np.array([0.01, 0.01, 0.9]), np.ones(3)):
        assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])


# Better and worse


def test_better_and_worse_by_hand() -> None:
    row = needs.coefficients(answers((10, 20, 30, 40, 5, 15))).iloc[0]
    assert (row["better"], row["worse"]) == (0.5, -0.3)
    assert (row["counted"], row["n"]) == (100, 120)
    assert (row["reverse"], row["questionable"]) == (5 / 120, 15 / 120)
    assert row["correlation"] == pytest.approx((0.2 - 0.5 * 0.3) / math.sqrt(0.25 * 0.21))
    # Wilson's interval of 50 of 100
    assert row["better_lower"] == pytest.approx(0.4038, abs=1e-4)
    assert row["better_upper"] == pytest.approx(0.5962, abs=1e-4)
    assert row["worse_lower"] < -0.3 < row["worse_upper"] < 0


@pytest.mark.parametrize(
    ("counts", "quadrant"),
    [((60, 5, 5, 5), "M"), ((5, 60, 5, 5), "O"), ((5, 5, 60, 5), "A"), ((5, 5, 5, 60), "I")],
)
def test_each_class_has_its_quadrant(counts: Any, quadrant: str) -> None:
    row = needs.coefficients(answers((*counts, 3, 2))).iloc[0]
    assert row["quadrant"] == quadrant
    assert row["sure"]
    unsure = needs.coefficients(answers((6, 5, 5, 6, 0, 0))).iloc[0]
    assert not unsure["sure"]


def test_who_only_rejects_has_no_coefficients_but_an_interval() -> None:
    data = pd.concat([answers((0, 0, 0, 0, 20, 0), "noise"), answers((1, 2, 3, 4, 0, 0), "app")])
    row = needs.coefficients(data).set_index("attribute").loc["noise"]
    assert math.isnan(row["better"])
    assert math.isnan(row["worse"])
    assert (row["better_lower"], row["better_upper"]) == (0, 1)
    assert (row["worse_lower"], row["worse_upper"]) == (-1, 0)
    assert pd.isna(row["quadrant"])
    assert not row["sure"]
    ax = needs.plot_coefficients(needs.coefficients(data), fig.canvas().subplots())
    assert "noise" not in [t.get_text() for t in ax.texts]


def test_lines_at_the_mean_depend_on_what_else_is_asked() -> None:
    low, high = answers((0, 0, 2, 8, 0, 0), "low"), answers((0, 0, 4, 6, 0, 0), "high")
    table = needs.coefficients(pd.concat([low, high]), lines="mean").set_index("attribute")
    assert table["better_line"].tolist() == pytest.approx([0.3, 0.3])
    assert table.loc["high", "better"] > 0.3 > table.loc["low", "better"]
    assert (table["worse_line"] == 0).all()
    assert (needs.coefficients(low)["better_line"] == 0.5).all()


@LAW
@given(COUNTS)
def test_coefficients_stay_in_range_and_levels_reach_them(counts: list[int]) -> None:
    row = needs.coefficients(answers(counts)).iloc[0]
    assert 0 <= row["better_lower"] <= row["better_upper"] <= 1
    assert -1 <= row["worse_lower"] <= row["worse_upper"] <= 0
    if row["counted"]:
        assert row["better_lower"] <= row["better"] <= row["better_upper"]
        assert row["worse_lower"] <= row["worse"] <= row["worse_upper"]
        narrow = needs.coefficients(answers(counts), level=0.5).iloc[0]
        for name in ("better", "worse"):
            assert narrow[f"{name}_upper"] - narrow[f"{name}_lower"] < (
                row[f"{name}_upper"] - row[f"{name}_lower"]
            )


# Mean scores


@pytest.mark.parametrize(
    ("pair", "scores", "zone"),
    [
        ((1, 5), (4, 4), "O"),
        ((1, 3), (4, 0), "A"),
        ((2, 5), (2, 4), "O"),
        ((3, 5), (0, 4), "M"),
        ((3, 4), (0, 2), "M"),
        ((4, 2), (-1, -1), "R"),
        ((5, 1), (-2, -2), "R"),
        ((3, 3), (0, 0), "I"),
    ],
)
def test_scores_are_those_of_dumouchel_as_stp25stat_has_them_times_4(
    pair: Any, scores: Any, zone: str
) -> None:
    row = needs.continuous(pairs([pair] * 5)).iloc[0]
    assert (row["functional"], row["dysfunctional"]) == scores
    assert row["zone"] == zone
    assert row["functional_lower"] < row["functional_upper"]  # five alike prove little


def test_mean_scores_leave_out_what_contradicts_itself() -> None:
    said = pairs([(1, 5), (1, 3), (2, 5), (1, 1), (1, np.nan)])
    row = needs.continuous(said).iloc[0]
    assert (row["n"], row["left_out"]) == (3, 2)
    assert row["functional"] == pytest.approx((4 + 4 + 2) / 3)
    assert row["dysfunctional"] == pytest.approx((4 + 0 + 4) / 3)
    row = needs.continuous(said, questionable=True).iloc[0]
    assert (row["n"], row["left_out"]) == (4, 1)
    assert row["dysfunctional"] == pytest.approx((4 + 0 + 4 - 2) / 4)
    nothing = needs.continuous(pairs([(1, 1), (5, 5)])).iloc[0]
    assert nothing["n"] == 0
    assert math.isnan(nothing["functional"])
    assert nothing["zone"] is None


def test_interval_of_a_mean_score_is_students() -> None:
    from scipy.stats import ttest_1samp

    codes = [(1, 5)] * 6 + [(2, 4)] * 3 + [(3, 3)] * 4 + [(4, 5)] * 2
    row = needs.continuous(pairs(codes), level=0.8).iloc[0]
    scores = np.repeat([4, 2, 0, -1], [6, 3, 4, 2])
    low, high = ttest_1samp(scores, 0).confidence_interval(0.8)
    assert (row["functional_lower"], row["functional_upper"]) == pytest.approx((low, high))


def test_the_cut_moves_the_zone() -> None:
    said = pairs([(2, 5)] * 4 + [(3, 3)] * 4)  # means 1 and 2
    assert needs.continuous(said).loc[0, "zone"] == "M"
    assert needs.continuous(said, cut=1).loc[0, "zone"] == "O"
    assert needs.continuous(said, cut=3).loc[0, "zone"] == "I"


def test_methods_disagree_where_classes_and_means_weigh_differently() -> None:
    # most are indifferent, but a strong minority likes it and nobody minds its absence
    split = pairs([(3, 3)] * 5 + [(1, 3)] * 4 + [(1, 4)] * 1, "split")
    clear = pairs([(1, 5)] * 30, "clear")
    table = needs.compare_methods(pd.concat([split, clear])).set_index("attribute")
    assert table.loc["clear"].tolist() == ["O"] * 6 + [True]
    assert table.loc["split", "mode"] == "A/I"
    assert table.loc["split", "zone"] == "A"
    assert not table.loc["split", "agree"]


def test_compare_methods_hands_its_options_on() -> None:
    # means 1 and 2; better 0.5, worse 0.5; M and I are level
    said = pd.concat([pairs([(2, 5)] * 11 + [(3, 3)] * 9, "a"), pairs([(1, 5)] * 20, "b")])
    usual = needs.compare_methods(said).set_index("attribute").loc["a"]
    assert (usual["quadrant"], usual["zone"], usual["rule"]) == ("M", "M", "M")
    other = needs.compare_methods(said, lines="mean", cut=3).set_index("attribute").loc["a"]
    assert (other["quadrant"], other["zone"]) == ("I", "I")
    near = pairs([(1, 3)] * 11 + [(1, 5)] * 9)
    rules = [needs.compare_methods(near, margin=m).loc[0, "rule"] for m in (0.05, 0.2)]
    assert rules == ["A", "O"]


def test_only_an_attribute_that_both_questions_speak_against_is_rejected() -> None:
    lukewarm = pairs([(4, 3)] * 5)  # means -1 and 0
    assert needs.continuous(lukewarm).loc[0, "zone"] == "I"
    assert needs.continuous(pairs([(4, 5)] * 5)).loc[0, "zone"] == "M"
    assert needs.continuous(pairs([(4, 2)] * 5)).loc[0, "zone"] == "R"


# Groups


def test_compare_groups_sees_a_difference_and_its_sign() -> None:
    data = pd.concat([answers((10, 60, 20, 10, 0, 0)), answers((10, 20, 20, 50, 0, 0))])
    row = needs.compare_groups(data.assign(plan=["x"] * 100 + ["y"] * 100), by="plan").iloc[0]
    assert (row["first"], row["second"], row["n_first"], row["df"]) == ("x", "y", 100, 3)
    assert row["chi2"] == pytest.approx(40**2 / 80 + 40**2 / 60)
    assert row["better_difference"] == pytest.approx(-0.4)
    assert row["worse_difference"] == pytest.approx(0.4)  # less is lost without it
    assert row["better_lower"] < -0.4 < row["better_upper"] < 0 < row["worse_lower"] < 0.4
    assert row["p"] == row["p_holm"] < 1e-6
    other = data.assign(plan=["y"] * 100 + ["x"] * 100)
    assert needs.compare_groups(other, by="plan").loc[0, "better_difference"] == pytest.approx(0.4)
    narrow = needs.compare_groups(other, by="plan", level=0.5).iloc[0]
    for name in ("better", "worse"):
        width = narrow[f"{name}_upper"] - narrow[f"{name}_lower"]
        assert 0 < width < row[f"{name}_upper"] - row[f"{name}_lower"]


def test_compare_groups_says_how_many_stood_in_each_and_how_rough_the_test_is() -> None:
    data = pd.concat([answers((12, 6, 0, 0, 0, 0)), answers((20, 22, 0, 0, 0, 0))])
    row = needs.compare_groups(data.assign(plan=["x"] * 18 + ["y"] * 42), by="plan").iloc[0]
    assert (row["n_first"], row["n_second"]) == (18, 42)
    assert row["smallest_expected"] == pytest.approx(18 * 28 / 60)


def test_compare_groups_of_two_classes_is_pearsons_without_correction() -> None:
    data = pd.concat([answers((12, 8, 0, 0, 0, 0)), answers((8, 12, 0, 0, 0, 0))])
    row = needs.compare_groups(data.assign(plan=["x"] * 20 + ["y"] * 20), by="plan").iloc[0]
    assert row["chi2"] == pytest.approx(4 * 2**2 / 10)


def test_compare_groups_where_nothing_can_be_tested() -> None:
    same = pd.concat([answers((9, 0, 0, 0, 0, 0), "a"), answers((0, 0, 0, 0, 9, 0), "b")])
    data = pd.concat([same.assign(plan="x"), same.assign(plan="y")])
    table = needs.compare_groups(data, by="plan").set_index("attribute")
    assert table[["p", "p_holm"]].isna().all().all()
    assert table.loc["a", "better_difference"] == 0
    assert math.isnan(table.loc["b", "better_difference"])


@pytest.mark.slow
def test_groups_that_are_alike_are_told_apart_as_rarely_as_promised() -> None:
    rng, true = np.random.default_rng(6), np.array([0.3, 0.3, 0.2, 0.2, 0, 0])
    found = []
    for _ in range(200):
        two = [answers(c) for c in rng.multinomial(100, true, size=2)]
        data = pd.concat([two[0].assign(plan="x"), two[1].assign(plan="y")])
        found.append(needs.compare_groups(data, by="plan").iloc[0])
    table = pd.DataFrame(found)
    assert 0.01 <= (table["p"] < 0.05).mean() <= 0.10
    covered = (table["better_lower"] <= 0) & (table["better_upper"] >= 0)
    assert 0.90 <= covered.mean() <= 0.99


# Offers


def test_offers_by_hand() -> None:
    app = pairs([(1, 5), (1, 3), (2, 5), (5, 1), (3, 3)], "app")
    pay = pairs([(2, 5), (2, 5), (2, 5), (2, 5), (np.nan, 5)], "pay")
    said = pd.concat([app, pay])
    table = needs.offers(said, {"both": ["app", "pay"], "pay": ["pay"], "none": []})
    count = table.pivot_table(index="offer", columns="state", values="customers")
    assert (table["n"] == 4).all()
    assert (table["left_out"] == 1).all()
    assert count.loc["both"].to_dict() == {"displeased": 1, "neither": 1, "pleased": 2}
    # without the app: 1 and 3 dislike that, 2 does not mind, 4 likes it
    assert count.loc["pay"].to_dict() == {"displeased": 2, "neither": 1, "pleased": 1}
    assert count.loc["none"].to_dict() == {"displeased": 4, "neither": 0, "pleased": 0}
    assert table.groupby("offer")["share"].sum().tolist() == pytest.approx([1, 1, 1])
    narrow = needs.offers(said, {"both": ["app"]}, level=0.5)
    wide = needs.offers(said, {"both": ["app"]})
    assert (narrow["upper"] - narrow["lower"] < wide["upper"] - wide["lower"]).all()


def test_offers_made_to_measure_give_each_customer_his_own() -> None:
    app = pairs([(1, 5), (1, 3), (2, 5), (5, 1), (5, 5)], "app")
    pay = pairs([(2, 5), (1, 5), (3, 3), (2, 5), (2, 5)], "pay")
    said = pd.concat([app, pay])
    table = needs.offers(said, {"none": []}, own={"MO": ["M", "O"], "all": ["M", "O", "A"]})
    count = table.pivot_table(index="offer", columns="state", values="customers")
    # 1 and 2 get something they like, 4 likes to be without the app, 5 dislikes it either way
    assert count.loc["MO"].to_dict() == {"displeased": 1, "neither": 1, "pleased": 3}
    assert count.loc["all"].to_dict() == {"displeased": 1, "neither": 1, "pleased": 3}
    assert list(dict.fromkeys(table["offer"])) == ["none", "MO", "all"]


def test_offers_of_independent_answers_are_products() -> None:
    rng = np.random.default_rng(7)
    n, dislike = 20_000, (0.1, 0.2, 0.05)
    parts = [
        pairs(np.column_stack([np.where(rng.random(n) < p, 5, 2), np.full(n, 3)]), f"a{i}")
        for i, p in enumerate(dislike)
    ]
    table = needs.offers(pd.concat(parts), {"all": ["a0", "a1", "a2"]}).set_index("state")
    expected = 1 - math.prod(1 - p for p in dislike)
    assert table.loc["displeased", "share"] == pytest.approx(expected, abs=0.012)
    assert table.loc["displeased", "lower"] < expected < table.loc["displeased", "upper"]
    assert table.loc["pleased", "customers"] == 0


# The response


@LAW
@given(RESPONSES, st.sampled_from(["basic", "expected", "exciting"]), st.floats(0, 1))
def test_meeting_more_never_lowers_satisfaction(r: KanoResponse, need: str, more: float) -> None:
    better = dataclasses.replace(r, **{need: max(getattr(r, need), round(more, 6))})
    assert better.index >= r.index - 1e-12
    assert better.satisfied >= r.satisfied - 1e-9 / max(r.spread, 1e-9)
    assert -1 - 1e-12 <= r.index <= 1 + 1e-12
    assert 0 <= r.very_satisfied <= r.satisfied <= 1


@LAW
@given(RESPONSES)
def test_basic_needs_never_please_and_exciting_ones_never_annoy(r: KanoResponse) -> None:
    only = dataclasses.replace(r, expected=0.5, exciting=0.0)
    assert only.index <= 0
    assert dataclasses.replace(only, basic=1.0).index == 0
    assert dataclasses.replace(r, expected=0.5, basic=1.0).index >= 0
    curves = r.curves().pivot_table(index="met", columns="need", values="adds")
    assert (curves["basic"] <= 0).all()
    assert (curves["exciting"] >= 0).all()
    bends = curves.diff().diff().dropna()
    assert (bends["basic"] <= 1e-9).all(), "concave"
    assert (bends["exciting"] >= -1e-9).all(), "convex"
    assert bends["expected"].abs().max() < 1e-9, "straight"


@LAW
@given(RESPONSES)
def test_all_are_satisfied_only_where_the_most_demanding_is(r: KanoResponse) -> None:
    if r.index >= r.highest_demand + 1e-9:
        assert r.satisfied == 1
    if r.index < r.highest_demand - 1e-6:
        assert r.satisfied < 1
    stricter = dataclasses.replace(r, demand=min(1.0, r.demand + 0.1))
    assert stricter.satisfied <= r.satisfied + 1e-9
    assert (" does not reach " in r.sentence()) == (r.index < r.highest_demand)


def test_the_promise_by_hand() -> None:
    r = KanoResponse(basic=1, expected=1, exciting=0.5)
    index = (0 + 1 + 0.25) / 3
    assert r.index == pytest.approx(index)
    assert r.satisfied == pytest.approx((index - 0.1) / 0.6)
    assert r.very_satisfied == pytest.approx((index - 0.3 - 0.1) / 0.6)
    heavy = dataclasses.replace(r, weight_basic=2, bend=3, basic=0.5)
    assert heavy.index == pytest.approx((-2 * 0.125 + 1 + 0.125) / 4)
    at = r.table().set_index("exciting").round(9)
    assert at.loc[0.5, "satisfied"] == pytest.approx(r.satisfied)
    assert at.loc[1.0, "index"] == pytest.approx(2 / 3)


def test_without_spread_all_or_none_are_satisfied() -> None:
    r = KanoResponse(spread=0, demand=0.25, basic=1, expected=1, exciting=0, delight=0.2)
    assert (r.satisfied, r.very_satisfied) == (1, 0)
    assert dataclasses.replace(r, demand=0.34).satisfied == 0


def test_needs_age_from_exciting_to_basic() -> None:
    aged = needs.life_cycle(KanoResponse(exciting=1), fade=0.25, years=40)
    weights = aged[["weight_basic", "weight_expected", "weight_exciting"]]
    assert weights.sum(axis=1).to_numpy() == pytest.approx(1)
    assert weights.iloc[1].tolist() == pytest.approx([1 / 3 + 0.25 / 3, 1 / 3, 0.75 / 3])
    assert (aged["index"].diff().dropna() < 0).all()
    assert aged["index"].iloc[-1] == pytest.approx(0, abs=1e-3)
    still = needs.life_cycle(KanoResponse(), fade=0, years=3)
    assert still["satisfied"].nunique() == 1
    exciting_only = KanoResponse(weight_basic=0, weight_expected=0, exciting=1)
    first = needs.life_cycle(exciting_only, fade=1, years=2)
    assert first["weight_expected"].tolist() == [0, 1, 0]
    assert first["weight_basic"].tolist() == [0, 0, 1]


def test_claim_c043_follows_only_where_nobody_asks_for_more() -> None:
    found = needs.basic_and_expected_met()
    satisfied = [f for f in found if f.reading == "customers satisfied (%)"]
    assert [f.agrees for f in satisfied] == [False, True]
    assert satisfied[0].computed == pytest.approx(100 * ((1.25 / 3) - 0.1) / 0.6)
    values = {f.reading: f.computed for f in found}
    assert values["index, from nothing met (0) to everything met (100)"] == pytest.approx(81.25)
    assert values["customers who dislike nothing that they get (%)"] == pytest.approx(65.61)
    assert values["index with basic needs alone met in full (−1 to 1)"] == 0
    easy = needs.basic_and_expected_met(demand=0.2, spread=0.1)
    assert easy[0].computed == 100
    assert easy[0].agrees
    assert {f.agrees for f in needs.basic_and_expected_met(otherwise=0)} >= {True}


# Pictures


def bars(ax: Any) -> list[float]:
    return [round(p.get_height(), 9) for c in ax.containers if hasattr(c, "patches") for p in c]


def test_bars_are_the_shares_of_the_table() -> None:
    data = pd.concat([answers((1, 2, 3, 4, 5, 6), "b"), answers((6, 5, 4, 3, 2, 1), "a")])
    table = needs.class_counts(data)
    ax = needs.plot_counts(table, fig.canvas().subplots())
    assert bars(ax) == list(
        table.sort_values(["kano"], key=lambda k: k.map(CLASSES.index), kind="stable")[
            "share"
        ].round(9)
    )
    app = pairs([(1, 5), (1, 3), (2, 5), (5, 1), (3, 3)], "app")
    table = needs.offers(app, {"with": ["app"], "without": []})
    ax = needs.plot_offers(table, fig.canvas().subplots())
    by_state = table.pivot_table(index="state", columns="offer", values="share")
    expected = by_state.loc[["displeased", "neither", "pleased"], ["with", "without"]]
    assert bars(ax) == list(expected.to_numpy().ravel().round(9))


def test_points_are_the_coefficients_and_their_names_do_not_meet() -> None:
    names = ["safe payment", "fast checkout", "free samples", "gift wrapping", "music", "app"]
    counts = [(60, 20, 6, 11, 1, 1), (14, 57, 15, 11, 1, 0), (5, 14, 55, 20, 3, 1)]
    counts += [(5, 5, 20, 63, 6, 1), (5, 6, 20, 62, 6, 1), (6, 37, 39, 13, 3, 1)]
    data = pd.concat([answers(c, n) for c, n in zip(counts, names, strict=True)])
    table = needs.coefficients(data)
    ax = needs.plot_coefficients(table, fig.canvas().subplots())
    points = [c.lines[0].get_xydata()[0] for c in ax.containers]
    assert np.array(points) == pytest.approx(np.column_stack([-table["worse"], table["better"]]))
    ends = [b.get_segments()[0][:, 0] for c in ax.containers for b in c.lines[2][:1]]
    assert np.array(ends) == pytest.approx(-table[["worse_upper", "worse_lower"]].to_numpy())
    ax.figure.canvas.draw()
    boxes = [t.get_window_extent() for t in ax.texts if t.get_text() in names]
    assert len(boxes) == 6
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    assert all(ax.figure.bbox.contains(b.x1, b.y1) for b in boxes)


def test_names_of_points_in_a_heap_are_spread() -> None:
    found = places([0.5] * 4, [0.5] * 4, ["one"] * 4)
    assert len({(round(x, 3), round(y, 3)) for x, y, _ in found}) == 4


def test_curves_show_the_points_that_are_met() -> None:
    r = KanoResponse(basic=0.25, expected=0.75, exciting=0.5)
    ax = needs.plot_curves(r, fig.canvas().subplots())
    points = [tuple(line.get_xydata()[0]) for line in ax.lines if line.get_marker() == "o"]
    expected = [(0.25, -(0.75**2) / 3), (0.75, 0.5 / 3), (0.5, 0.25 / 3)]
    assert np.array(points) == pytest.approx(np.array(expected), abs=1e-9)


def test_the_sentence_never_says_what_rounding_denies() -> None:
    short = KanoResponse(demand=0.118).sentence()
    assert "more than 99% of the customers are satisfied" in short
    assert "index of 0.417 does not reach the 0.418 " in short
    assert "index of 0.42 reaches the 0.41 " in KanoResponse(demand=0.11).sentence()
    level = KanoResponse(expected=0.5, exciting=0, demand=0, spread=0).sentence()
    assert "index of 0.00 reaches the 0.00" in level
    few = KanoResponse(basic=0.999, exciting=0.0, demand=0.632, spread=0.3, delight=0.0).sentence()
    assert "With more than 99% of basic" in few
    assert "less than 1% of the customers are satisfied and less than 1% very" in few


@pytest.mark.parametrize("exciting", [0.0, 1.0])
def test_the_point_of_the_response_is_drawn_whole(exciting: float) -> None:
    ax = KanoResponse(exciting=exciting).plot()
    left, right = ax.get_xlim()
    assert left < 0
    assert right > 1
    ax = needs.plot_curves(KanoResponse(exciting=exciting), fig.canvas().subplots())
    assert ax.get_xlim()[0] < 0


@LAW
@given(RESPONSES)
def test_the_point_lies_on_its_line_and_a_step_is_drawn_as_one(r: KanoResponse) -> None:
    lines = {line.get_gid(): line for line in r.plot(fig.canvas().subplots()).lines}
    x, y = lines["satisfied"].get_data()
    assert np.interp(r.exciting, x, y) == pytest.approx(r.satisfied, abs=1e-9)
    assert np.max(np.diff(x)) <= 0.0051
    ends = r.table().iloc[[0, -1]]
    for name in ("satisfied", "very_satisfied"):
        drawn = lines[name].get_ydata()
        assert drawn[[0, -1]] == pytest.approx(ends[name].to_numpy())


def test_all_and_nobody_are_said_as_such() -> None:
    assert "With 100% of basic, 100% of expected and 0% of exciting" in (
        KanoResponse(exciting=0).sentence()
    )


def test_error_bars_of_better_end_where_its_interval_does() -> None:
    table = needs.coefficients(answers((2, 3, 9, 30, 0, 0)))
    ax = needs.plot_coefficients(table, fig.canvas().subplots())
    upright = ax.containers[0].lines[2][1].get_segments()[0][:, 1]
    assert upright == pytest.approx(table[["better_lower", "better_upper"]].to_numpy()[0])


def test_points_at_the_ends_of_better_and_worse_are_drawn_whole() -> None:
    data = pd.concat([answers((0, 9, 0, 0, 0, 0), "a"), answers((0, 0, 0, 9, 0, 0), "b")])
    ax = needs.plot_coefficients(needs.coefficients(data), fig.canvas().subplots())
    for left, right in (ax.get_xlim(), ax.get_ylim()):
        assert left < 0
        assert right > 1


def test_shares_near_all_are_said_in_whole_percents() -> None:
    assert "With 97% of basic" in KanoResponse(basic=0.97).sentence()


def test_groups_are_compared_with_holm_over_the_attributes() -> None:
    parts = [
        answers(counts, name).assign(plan=plan)
        for name, two in {"a": ((30, 10), (15, 25)), "b": ((20, 20), (18, 22))}.items()
        for plan, counts in zip("xy", [(m, o, 0, 0, 0, 0) for m, o in two], strict=True)
    ]
    table = needs.compare_groups(pd.concat(parts), by="plan").set_index("attribute")
    assert table.loc["a", "p_holm"] == pytest.approx(2 * table.loc["a", "p"])
    assert table.loc["b", "p_holm"] == pytest.approx(table.loc["b", "p"])


def test_mean_lines_are_those_of_the_group_and_left_out_is_not_in_n() -> None:
    one, two = answers((0, 0, 8, 2, 0, 0)), answers((0, 0, 2, 8, 0, 0))
    both = pd.concat([one.assign(plan="x"), two.assign(plan="y")])
    lines = needs.coefficients(both, by="plan", lines="mean")["better_line"]
    assert lines.tolist() == pytest.approx([0.8, 0.2])
    gone = pd.DataFrame({"attribute": ["app"] * 5, "kano": None})
    row = needs.leading(pd.concat([one, gone]), draws=100).iloc[0]
    assert (row["n"], row["left_out"], row["gap"]) == (10, 5, pytest.approx(0.6))


def test_the_picture_of_a_response_says_its_numbers() -> None:
    assert "53% of the customers are satisfied and 3% very" in show(KanoResponse()).alt
    assert "illustrative" in KanoResponse().plot().get_title(loc="left")


# The linked firm

STABLE = {
    "safe payment": "M",
    "fast checkout": "O",
    "free samples": "A",
    "gift wrapping": "I",
    "loud music": "R",
}
TRUTH = firm.Truth()
SHARES = TRUTH.kano().pivot_table("share", "attribute", "kano_class")[CLASSES]


def true_coefficients() -> pd.DataFrame:
    """Return better and worse as they follow from the published shares."""
    base = SHARES[["A", "O", "M", "I"]].sum(axis=1)
    better = (SHARES["A"] + SHARES["O"]) / base
    return pd.DataFrame({"better": better, "worse": -(SHARES["O"] + SHARES["M"]) / base})


def covered(f: Any) -> dict[str, Any]:
    """Return what a firm's answers say, and whether the truth lies in the intervals."""
    said = needs.classify(f.kano)
    counts = needs.class_counts(said)
    true = [SHARES.loc[a, k] for a, k in zip(counts["attribute"], counts["kano"], strict=True)]
    table = needs.coefficients(said).set_index("attribute")
    truth = true_coefficients().loc[table.index]
    hits = {
        name: ((table[f"{name}_lower"] <= truth[name]) & (truth[name] <= table[f"{name}_upper"]))
        for name in ("better", "worse")
    }
    lead = needs.leading(said, draws=500).set_index("attribute")
    return {
        "shares": ((counts["lower"] <= true) & (true <= counts["upper"])).to_numpy(),
        **{name: hit.to_numpy() for name, hit in hits.items()},
        "leader": lead["leader"].to_dict(),
        "stability": lead["stability"].to_dict(),
        "p": lead["p_holm"].to_dict(),
    }


def test_the_firms_classes_are_found_and_the_near_tie_is_not_sure() -> None:
    found = covered(firm.Firm(seed=11, customers=1000))
    assert found["shares"].mean() > 0.8
    assert np.concatenate([found["better"], found["worse"]]).mean() > 0.7
    assert {a: found["leader"][str(a)] for a in STABLE} == STABLE
    assert all(found["stability"][a] > 0.999 and found["p"][a] < 0.001 for a in STABLE)
    assert found["leader"]["mobile app"] in ("A", "O")
    assert found["stability"]["mobile app"] < 0.999


def test_careless_answers_make_what_is_questionable() -> None:
    careful = firm.Firm(seed=3, customers=1000, truth=dataclasses.replace(TRUTH, kano_careless=0.0))
    assert needs.class_counts(needs.classify(careful.kano)).query("kano == 'Q'")["count"].sum() == 0
    half = firm.Firm(seed=3, customers=1000, truth=dataclasses.replace(TRUTH, kano_careless=0.5))
    counts = needs.class_counts(needs.classify(half.kano)).query("kano == 'Q'")
    assert counts["count"].sum() / counts["n"].sum() == pytest.approx(0.5 * 2 / 25, abs=0.012)


@pytest.mark.slow
def test_shares_and_coefficients_of_the_firm_are_covered_as_promised() -> None:
    found = [covered(firm.Firm(seed=100 + i, customers=1000)) for i in range(60)]
    assert 0.93 <= np.mean([f["shares"].mean() for f in found]) <= 0.975
    for name in ("better", "worse"):
        assert 0.92 <= np.mean([f[name].mean() for f in found]) <= 0.98
    for attribute, letter in STABLE.items():
        assert all(f["leader"][attribute] == letter for f in found)
    leaders = [f["leader"]["mobile app"] for f in found]
    assert set(leaders) == {"A", "O"}
    assert 0.05 <= np.mean([x == "O" for x in leaders]) <= 0.5
    assert np.mean([f["p"]["mobile app"] < 0.05 for f in found]) < 0.5
    assert np.mean([f["stability"]["mobile app"] for f in found]) < 0.95


@pytest.mark.slow
def test_regions_of_the_firm_are_alike_and_told_apart_as_rarely_as_promised() -> None:
    smallest = []
    for seed in range(60):
        f = firm.Firm(seed=200 + seed, customers=1000)
        said = needs.classify(f.kano.merge(f.customers[["customer", "region"]], on="customer"))
        smallest.append(needs.compare_groups(said, by="region")["p_holm"].min())
    assert np.mean(np.array(smallest) < 0.05) <= 0.14


@pytest.mark.slow
def test_mean_scores_cover_their_truth() -> None:
    rng = np.random.default_rng(8)
    chance = np.array([0.35, 0.25, 0.2, 0.1, 0.1])
    true = chance @ np.array([4, 2, 0, -1, -2])
    hits = []
    for _ in range(400):
        codes = rng.choice(5, size=60, p=chance) + 1
        row = needs.continuous(pairs(np.column_stack([codes, np.full(60, 3)]))).iloc[0]
        hits.append(row["functional_lower"] <= true <= row["functional_upper"])
    assert 0.925 <= np.mean(hits) <= 0.975
