"""Chapter 05: laws of the chain and of the schemes, and recovery of known truths."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from contract_stages import DRAWN, WHERE
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from strategies import instances

from loyaltylab import firm, stages
from loyaltylab.base import figure as fig
from loyaltylab.base.ledger import Finding
from loyaltylab.curve import cross_lagged
from loyaltylab.stages import (
    StageChain,
    baum_welch,
    checklist,
    classes,
    crosswalk,
    doubts,
    fit_chain,
    fit_hidden,
    five_traits,
    guttman,
    homogeneity,
    homonyms,
    loyal,
    loyal_by_k,
    markov,
    moves,
    order_conflicts,
    order_test,
    overlap_of_tests,
    overlaps,
    pattern_counts,
    plot_loyal_by_k,
    plot_schemes,
    read_widely,
    readings,
    schemes,
    six_tests,
    stage_of,
    two_step,
)
from loyaltylab.stages.chain import STAGES
from loyaltylab.stages.crosswalk import ELEMENTS
from loyaltylab.stages.derived import ends
from loyaltylab.stages.equality import spread
from loyaltylab.stages.held import arranged, steps_held

LAW = settings(max_examples=60, deadline=None)
CHAINS = instances(StageChain, WHERE[StageChain], DRAWN[StageChain])
FIRM = StageChain(advances=(0.25, 0.22, 0.18, 0.12), regresses=(0.1, 0.1, 0.12, 0.08))
"""The chain of the linked firm (its truth is held against this below)."""


@pytest.fixture(scope="module")
def made() -> firm.Firm:
    return firm.Firm(seed=1, customers=3000)


# Laws of the chain


@LAW
@given(CHAINS)
def test_rows_add_up_to_one_and_only_neighbours_are_reached(chain: StageChain) -> None:
    p = chain.matrix().to_numpy()
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-12)
    assert (p >= 0).all()
    far = np.abs(np.subtract.outer(range(5), range(5))) > 1
    assert (p[far] == 0).all()
    up, down = chain.rates
    np.testing.assert_allclose(np.diag(p, 1), up)
    np.testing.assert_allclose(np.diag(p, -1), down)


@LAW
@given(CHAINS)
def test_the_long_run_is_a_fixed_point_and_balances_each_step(chain: StageChain) -> None:
    share = chain.steady_state()["share"].to_numpy()
    assert share.sum() == pytest.approx(1)
    np.testing.assert_allclose(share @ chain.matrix().to_numpy(), share, atol=1e-12)
    up, down = chain.rates
    np.testing.assert_allclose(share[:-1] * up, share[1:] * down, rtol=1e-9, atol=1e-15)


@LAW
@given(CHAINS)
@example(
    StageChain(advance=0.021, regresses=(0.0, 0.5, 0.5, 0.0), start="none")
)  # millions of steps
def test_the_long_run_is_where_a_long_table_ends(chain: StageChain) -> None:
    up, down = chain.rates
    assume(min(r for r in (*up, *down, 1) if r > 0) > 0.02)
    p = chain.matrix().to_numpy()
    lazy = (p + np.eye(5)) / 2  # no rhythm of even and odd
    for _ in range(40):  # 2⁴⁰ steps
        lazy = lazy @ lazy
        lazy /= lazy.sum(axis=1, keepdims=True)
    share = chain.steady_state()["share"].to_numpy()
    np.testing.assert_allclose(lazy[STAGES.index(chain.start)], share, atol=1e-6)


@LAW
@given(CHAINS)
def test_times_are_those_of_the_fundamental_matrix(chain: StageChain) -> None:
    up, down = chain.rates
    assume(min(up) > 1e-3)
    q = chain.matrix().to_numpy()[:4, :4]
    expected = np.linalg.solve(np.eye(4) - q, np.ones(4))
    times = chain.times()["periods_to_action"].to_numpy()
    np.testing.assert_allclose(times[:4], expected, rtol=1e-6)
    assert times[4] == 0
    np.testing.assert_allclose(chain.visits().to_numpy(), np.linalg.inv(np.eye(4) - q), rtol=1e-6)
    step = 1 / up[0]  # birth and death: from each stage to the next
    for i in range(1, 4):
        step = (1 + down[i - 1] * step) / up[i]
        assert times[i] - times[i + 1] == pytest.approx(step, rel=1e-6)


@LAW
@given(CHAINS)
def test_shares_of_a_table_follow_the_matrix_and_chances_only_grow(chain: StageChain) -> None:
    chain = dataclasses.replace(chain, periods=min(chain.periods, 40))
    table = chain.table()
    at = STAGES.index(chain.start)
    p = np.linalg.matrix_power(chain.matrix().to_numpy(), chain.periods)
    np.testing.assert_allclose(table[list(STAGES)].iloc[-1], p[at], atol=1e-9)
    for name in ("reached_action", "ever_regressed"):
        values = table[name].to_numpy()
        assert (np.diff(values) >= -1e-12).all()
        assert 0 <= values[0] <= values[-1] <= 1
    assert (table["reached_action"] >= table["action"] - 1e-12).all()


def test_tiny_chances_keep_their_digits() -> None:
    chain = StageChain(advance=1e-100, regress=1e-100)
    np.testing.assert_allclose(chain.steady_state()["share"], 0.2)
    assert chain.times()["periods_to_action"].iloc[0] == pytest.approx(1e101)
    slow = StageChain(advance=1e-100, regresses=(1e-9, 1e-9, 1e-9, 0.0))
    assert slow.steady_state()["share"].tolist() == [0, 0, 0, 0, 1]  # the product of four
    assert np.isinf(StageChain(advances=(0.1, 0.0, 0.1, 0.1)).times()["periods_to_action"][0])


def test_where_two_ends_hold_the_long_run_is_the_gamblers() -> None:
    # from affective up or down with equal odds, and never back from either end
    chain = StageChain(advances=(0, 0, 0.2, 0.2), regresses=(0.1, 0.1, 0, 0), start="affective")
    share = chain.steady_state().set_index("stage")["share"]
    assert share["none"] == pytest.approx(1 / 3)
    assert share["action"] == pytest.approx(2 / 3)
    reach = markov.towards(chain.matrix().to_numpy()[None], 4)
    assert reach[1][0].tolist() == pytest.approx([0, 0, 2 / 3, 1, 1])
    # given that action is reached it is reached in two steps of mean 1 / 0.3 and 1 / 0.2
    assert reach[0][0][2] == pytest.approx(1 / 0.3 + 1 / 0.2)


def test_closed_forms_are_what_a_simulation_shows() -> None:
    chain = dataclasses.replace(FIRM, start="conative", periods=300)
    seen = chain.simulate(4000, seed=2)
    wide = seen["stage"].cat.codes.to_numpy().reshape(4000, -1)
    first = np.where((wide == 4).any(axis=1), (wide == 4).argmax(axis=1), 300)
    assert (first < 300).mean() > 0.999
    mean = chain.times()["periods_to_action"][3]
    assert abs(first.mean() - mean) < 4 * first.std() / np.sqrt(4000)
    share = np.bincount(wide[:, -1], minlength=5) / 4000
    np.testing.assert_allclose(share, chain.steady_state()["share"], atol=0.03)
    early = chain.table().iloc[12]
    fell = (np.diff(wide[:, :13], axis=1) < 0).any(axis=1).mean()
    assert abs(fell - early["ever_regressed"]) < 0.03
    assert abs((first <= 12).mean() - early["reached_action"]) < 0.03


def test_stayers_never_move_and_a_seed_repeats() -> None:
    chain = StageChain(periods=8)
    seen = chain.simulate(2000, stayers=0.4, seed=5)
    wide = seen["stage"].cat.codes.to_numpy().reshape(2000, -1)
    still = (wide == wide[:, :1]).all(axis=1).mean()
    assert abs(still - (0.4 + 0.6 * 0.8**8)) < 0.04
    assert_frame_equal(seen, chain.simulate(2000, stayers=0.4, seed=5))
    assert not seen.equals(chain.simulate(2000, stayers=0.4, seed=6))


def test_the_ladder_draws_the_table() -> None:
    ax = FIRM.plot(fig.canvas().subplots())
    artists = fig.moving(ax)
    ends = [path.vertices[:, 0].max() for path in artists["steady"].get_paths()]  # type: ignore[attr-defined]
    np.testing.assert_allclose(ends, FIRM.steady_state()["share"])
    now = artists["now"].get_xdata()  # type: ignore[attr-defined]
    np.testing.assert_allclose(now, FIRM.table()[list(STAGES)].iloc[-1])
    shafts = [np.ptp(p.vertices[[0, 6], 0]) for p in artists["up"].get_paths()]  # type: ignore[attr-defined]
    np.testing.assert_allclose(np.array(shafts) / shafts[0], np.array(FIRM.rates[0]) / 0.25)


# The schemes


def test_schemes_of_the_documents_have_two_three_four_and_five_classes() -> None:
    table = schemes().set_index("scheme")
    wanted = {"oliver": 4, "two_levels": 2, "three_classes": 3, "pyramid": 4, "aaker": 5}
    assert {name: table.loc[name, "classes"] for name in wanted} == wanted
    assert table.loc["telecom_steps", ["classes", "named"]].tolist() == [5, 4]
    assert table.loc["three_classes", "in_words"].startswith("latent <")


def test_every_class_stands_in_every_crosswalk_once_at_least() -> None:
    table = classes()
    for reference in schemes()["scheme"]:
        cells = crosswalk(reference)
        assert cells.columns[0] == reference
        for scheme in cells.columns[1:]:
            named = {c.removeprefix("= ") for cell in cells[scheme] for c in cell.split("; ")}
            assert named - {"–"} == set(table.loc[table["scheme"] == scheme, "loyalty_class"])


@pytest.mark.parametrize("pair", [("oliver", "three_classes"), ("pyramid", "aaker")])
def test_overlaps_are_those_of_sets(pair: tuple[str, str]) -> None:
    table = classes()
    sets = {
        (r["scheme"], r["loyalty_class"]): {e for e in ELEMENTS if r[e]}
        for r in table.to_dict("records")
    }
    for row in overlaps(*pair).to_dict("records"):
        a, b = sets[pair[0], row["first"]], sets[pair[1], row["second"]]
        assert row["shared"] == len(a & b)
        assert (row["only_first"], row["only_second"]) == (len(a - b), len(b - a))
        kind = "same" if a == b else "part" if a <= b or b <= a else "overlap" if a & b else "apart"
        assert row["relation"] == kind
    back = overlaps(*reversed(pair))
    assert back["shared"].sum() == overlaps(*pair)["shared"].sum()


def test_document_004_reverses_olivers_order_and_calls_something_else_latent() -> None:
    found = order_conflicts().set_index(["first_scheme", "second_scheme"])
    row = found.loc[[("oliver", "three_classes")]]
    assert row.to_numpy().tolist() == [["likes", "buys"]]
    words = homonyms()
    assert "latent" in set(words["loyalty_class"])
    assert ("oliver", "two_levels") not in found.index
    wide = order_conflicts(read_widely()).set_index(["first_scheme", "second_scheme"])
    assert ("oliver", "three_classes") not in wide.index  # it stands or falls with the reading


def test_the_pyramid_puts_habitual_buying_before_liking_as_its_words_do() -> None:
    found = order_conflicts().set_index(["first_scheme", "second_scheme"])
    for scheme in ("pyramid", "aaker"):
        assert found.loc[[("oliver", scheme)]].to_numpy().tolist() == [["likes", "buys"]]
        assert ("three_classes", scheme) not in found.index  # there, too, buying comes first
        assert found.loc[[("two_levels", scheme)]].to_numpy().tolist() == [["prefers", "satisfied"]]
    pairs = overlaps("pyramid", "aaker").set_index(["first", "second"])["relation"]
    assert pairs["preferring", "brand likers"] == "same"


def test_doubts_are_crosses_not_set_of_classes_that_there_are() -> None:
    narrow, wide = (t.set_index(["scheme", "loyalty_class"]) for t in (classes(), read_widely()))
    found = doubts()
    for row in found.itertuples():
        assert not narrow.loc[(row.scheme, row.loyalty_class), row.element]
        assert wide.loc[(row.scheme, row.loyalty_class), row.element]
    more = wide[list(ELEMENTS)].to_numpy().sum() - narrow[list(ELEMENTS)].to_numpy().sum()
    assert more == len(found)


def test_a_readers_own_reading_reaches_every_table() -> None:
    mine = classes().sample(frac=1, random_state=3).sort_values("scheme", kind="stable")
    at = (mine["scheme"] == "three_classes") & (mine["loyalty_class"] == "latent")
    mine.loc[at, "knows"] = True
    mine[list(ELEMENTS)] = mine[list(ELEMENTS)].astype(int)  # as from a CSV file
    mine.index = pd.Index([0] * len(mine))
    cells = crosswalk("oliver", mine).set_index("oliver")["three_classes"]
    assert cells["cognitive"] == "latent"
    assert cells["(none of these)"] == "–"
    pair = overlaps("oliver", "three_classes", mine).set_index(["first", "second"])
    assert pair.loc[("cognitive", "latent"), "relation"] == "part"
    word = homonyms(mine).set_index("loyalty_class").loc["latent"]
    assert "knows" in f"{word['only_first']}, {word['only_second']}"
    own = mine[mine["scheme"].isin(["oliver", "pyramid"])].drop(columns=["document", "claim"])
    assert set(schemes(own)["scheme"]) == {"oliver", "pyramid"}
    assert len(order_conflicts(own)) == 1
    ax = plot_schemes(fig.canvas(9, 5).subplots(), table=own)
    assert len(ax.get_xticks()) == 2
    assert readings(classes())["position"].isna().sum() == 1


def test_the_picture_of_the_schemes_has_a_mark_for_every_element_named() -> None:
    ax = plot_schemes(fig.canvas(9, 5).subplots())
    table = classes()
    marks = table.groupby("scheme")[list(ELEMENTS)].any().to_numpy().sum()
    assert len(ax.collections) == len(ax.texts) == marks


# Membership


def rows_of(*answers: tuple[float, float, float, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(answers, columns=["belief", "liking", "intention", "obstacles", "kept"])
    return frame.assign(customer=range(len(frame)), quarter=1)


def test_the_two_rules_and_the_bounds() -> None:
    nan = float("nan")
    seen = rows_of(
        (5, 5, 5, 2, 1), (5, 5, 5, 0, 0), (5, 1, 5, 2, 2), (1, 1, 1, 0, 0), (nan, 5, 5, 1, 0)
    )
    strict, loose = stage_of(seen), stage_of(seen, rule="highest")
    assert [*strict["stage"].astype(object).fillna("?")] == [
        "action", "?", "cognitive", "none", "?"
    ]  # fmt: skip
    assert [*loose["stage"].astype(object).fillna("?")] == [
        "action", "?", "action", "?", "conative"
    ]  # fmt: skip
    assert [*strict["stage_lower"]] == ["action", "conative", "cognitive", "none", "none"]
    assert [*strict["stage_upper"]] == ["action", "action", "cognitive", "none", "conative"]
    assert [*strict["cumulative"]] == [True, True, False, True, True]
    assert [*strict["pattern"]] == ["1111", "111?", "1011", "000?", "?110"]
    for end in ("lower", "upper"):
        assert [*stage_of(seen, undecided=end)["stage"]] == [*strict[f"stage_{end}"]]  # type: ignore[arg-type]
    assert stage_of(seen, kept_cut=0.6)["stage"].iloc[0] == "conative"
    assert stage_of(seen, cut=5)["stage"].iloc[0] == "none"


CELLS = st.tuples(*[st.sampled_from([1.0, 3.0, 4.0, np.nan])] * 3, st.integers(0, 3))


@LAW
@given(st.lists(CELLS, min_size=1, max_size=8))
def test_a_decided_stage_lies_between_its_bounds_and_rules_are_ordered(rows: list[tuple]) -> None:
    seen = rows_of(*[(*row, max(row[3] - 1, 0)) for row in rows])
    strict, loose = stage_of(seen), stage_of(seen, rule="highest")
    for table in (strict, loose):
        assert (table["stage_lower"] <= table["stage_upper"]).all()
        decided = table["stage"].notna()
        assert (decided == (table["stage_lower"] == table["stage_upper"])).all()
    assert (strict["stage_lower"].cat.codes <= loose["stage_lower"].cat.codes).all()


def test_columns_rows_and_index_in_any_order_give_the_same_stages(made: firm.Firm) -> None:
    seen = made.tracking.head(500)
    mixed = seen[seen.columns[::-1]].sample(frac=1, random_state=1)
    mixed.index = pd.Index([7] * len(mixed))
    key = ["customer", "quarter"]
    one, two = (
        stage_of(t).sort_values(key, ignore_index=True)[[*key, "stage", "pattern"]]
        for t in (seen, mixed)
    )
    assert_frame_equal(one, two)


# Guttman


def test_a_perfect_ladder_has_coefficients_of_one() -> None:
    seen = rows_of((1, 1, 1, 1, 0), (5, 1, 1, 1, 0), (5, 5, 1, 1, 0), (5, 5, 5, 1, 0), (5,) * 5)
    table = guttman(seen, draws=100).set_index("coefficient")["estimate"]
    assert table[["reproducibility", "scalability", "h"]].tolist() == [1, 1, 1]
    assert table["non_cumulative"] == 0
    assert table["marginal"] == pytest.approx((0.8 + 0.6 + 0.6 + 0.8) / 4)
    upper = guttman(seen, draws=100).set_index("coefficient").loc["non_cumulative", "upper"]
    assert 0.4 < upper < 0.5  # Wilson's for none of five customers
    table = guttman(pd.concat([seen] * 40).assign(customer=range(200)), draws=100, level=0.95)
    slim = guttman(pd.concat([seen] * 40).assign(customer=range(200)), draws=100, level=0.5)
    for name, lowest in (("reproducibility", 0.98), ("scalability", 0.9), ("h", 0.9)):
        row, narrow = (t.set_index("coefficient").loc[name] for t in (table, slim))
        assert lowest < row["lower"] < narrow["lower"] < row["upper"] == 1, name


def test_answers_all_alike_have_no_order_to_judge() -> None:
    table = guttman(rows_of(*[(5,) * 5] * 30), draws=100).set_index("coefficient")
    assert table.loc[["scalability", "h"], ["estimate", "lower", "upper"]].isna().all(axis=None)
    assert 0.8 < table.loc["reproducibility", "lower"] < 1
    assert 0.8 < table.loc["marginal", "lower"] < 1


def test_a_stage_that_nobody_reached_may_yet_be_reached() -> None:
    stuck = StageChain(advances=(0.2, 0.2, 0.2, 0.0), start="affective").simulate(50, seed=1)
    top = StageChain(advance=0.0, start="action", periods=2).simulate(20, seed=1)
    top["customer"] += 50
    data = pd.concat([stuck, top])
    found = fit_chain(data, period="period", steps="neighbours", draws=100)
    times = found.times()
    assert np.isinf(times["estimate"]).all()
    assert np.isinf(times["upper"]).all()
    row = found.table().set_index(["before", "after"]).loc[("conative", "action")]
    assert times["lower"].iloc[3] > 1 / row["upper"] - 1e-9
    assert times["lower"].is_monotonic_decreasing
    assert times["lower"].iloc[0] < 500
    wide = fit_chain(data, period="period", steps="neighbours", draws=100, level=0.5).times()
    assert (wide["lower"] > times["lower"]).all()


def test_independent_steps_are_no_ladder() -> None:
    rng = np.random.default_rng(3)
    n = 6000
    seen = rows_of(
        *zip(
            *(rng.choice([1, 5], n) for _ in range(3)), [1] * n, rng.integers(0, 2, n), strict=True
        )
    )
    table = guttman(seen, draws=200, seed=1).set_index("coefficient")
    assert table.loc["h", "lower"] < 0 < table.loc["h", "upper"]
    assert table.loc["non_cumulative", "lower"] < 11 / 16 < table.loc["non_cumulative", "upper"]
    counts = pattern_counts(seen)
    assert counts["rows"].sum() == counts["n"].iloc[0] == n
    np.testing.assert_allclose(counts["share"], counts["independent"], atol=0.02)
    assert counts["cumulative"].sum() == 5
    narrow = guttman(seen, draws=200, seed=1, level=0.5).set_index("coefficient")
    assert narrow.loc["h", "upper"] - narrow.loc["h", "lower"] < 0.6 * (
        table.loc["h", "upper"] - table.loc["h", "lower"]
    )


def test_the_interval_of_guttman_knows_that_customers_repeat() -> None:
    seen = rows_of((5, 1, 5, 1, 0), *[(5, 5, 1, 1, 0)] * 5, *[(1, 1, 1, 1, 0)] * 6)
    often = pd.concat([seen.assign(quarter=q) for q in range(1, 9)])
    one, eight = (
        guttman(t, draws=400).set_index("coefficient").loc["non_cumulative"] for t in (seen, often)
    )
    assert one["estimate"] == eight["estimate"]
    assert eight["upper"] - eight["lower"] == pytest.approx(one["upper"] - one["lower"], abs=0.1)


# Moves and the chain estimated


def test_a_gap_is_no_move_and_an_exit_is_one() -> None:
    seen = pd.DataFrame(
        {
            "customer": [1, 1, 1, 2, 2, 3],
            "quarter": [1, 2, 4, 1, 2, 1],
            "stage": ["none", "cognitive", "none", "none", None, "action"],
        }
    )
    table = moves(seen.sample(frac=1, random_state=1))
    assert table[["customer", "before", "after"]].to_numpy().tolist() == [[1, "none", "cognitive"]]
    gone = moves(seen, left={3: 2, 2: 9, 99: 4})
    assert gone[["customer", "before", "after"]].to_numpy().tolist() == [
        [1, "none", "cognitive"],
        [3, "action", "left"],
    ]
    assert gone["weight"].tolist() == [2, 1]  # customer 2 stayed too, and was not seen


def test_known_exits_do_not_seem_more_frequent_because_others_are_silent() -> None:
    rng = np.random.default_rng(1)
    seen = dataclasses.replace(FIRM, start="conative").simulate(4000, seed=1)
    leaves = pd.Series(rng.geometric(0.1, 4000), index=range(1, 4001))
    there = seen[seen["period"] < seen["customer"].map(leaves)]
    heard = there[rng.random(len(there)) < 0.6]
    fit = fit_chain(heard, period="period", left=leaves[leaves <= 12], level=0.99)
    table = fit.table()
    exits = table[table["after"] == "left"]
    assert ((exits["lower"] < 0.1) & (exits["upper"] > 0.1)).all()
    stays = fit.matrix().loc[list(STAGES), list(STAGES)]
    np.testing.assert_allclose(stays.iloc[2:], 0.9 * FIRM.matrix().iloc[2:], atol=0.05)
    times = fit.times()
    p = 0.9 * FIRM.matrix().to_numpy()
    exact = np.linalg.solve(np.eye(4) - p[:4, :4], p[:4, 4])
    assert ((times["reach_lower"] <= exact) & (exact <= times["reach_upper"])).all()
    assert times["reach"].iloc[3] == pytest.approx(exact[3], abs=0.03)


def test_estimates_are_the_shares_of_moves_with_wilson_where_each_moves_once() -> None:
    from loyaltylab.base.stats import wilson

    one = FIRM.simulate(400, seed=3)
    pairs = dataclasses.replace(FIRM, periods=1, start="affective").simulate(400, seed=3)
    table = fit_chain(pairs, period="period").table()
    row = table[(table["before"] == "affective") & (table["after"] == "conative")].iloc[0]
    assert row["n"] == 400
    assert row["probability"] == row["moves"] / 400
    lower, upper = wilson(row["moves"], 400)
    assert row["lower"] == pytest.approx(lower, abs=1e-3)
    assert row["upper"] == pytest.approx(upper, abs=1e-3)
    fit = fit_chain(one, period="period")
    assert fit.counts().to_numpy().sum() == 400 * 12
    np.testing.assert_allclose(fit.matrix().to_numpy().sum(axis=1), 1)
    zero = fit.table().query("moves == 0")
    assert (zero["upper"] > 0).all()


def test_structural_zeros_leave_skips_out_and_say_how_many(made: firm.Firm) -> None:
    seen = stage_of(made.tracking)
    loose, tight = fit_chain(seen), fit_chain(seen, steps="neighbours")
    skips = loose.table().assign(
        far=lambda t: [
            abs(STAGES.index(a) - STAGES.index(b)) > 1
            for a, b in zip(t["before"], t["after"], strict=True)
        ]
    )
    assert tight.skipped == skips.loc[skips["far"], "moves"].sum() > 0
    assert loose.skipped == 0
    assert len(tight.table()) == 13
    assert tight.matrix().to_numpy()[0, 2] == 0


def test_intervals_widen_where_the_same_customers_repeat() -> None:
    half = StageChain(periods=12, start="affective").simulate(300, stayers=0.5, seed=4)
    fit = fit_chain(half, period="period", draws=100)
    row = fit.table().query("before == 'affective' and after == 'affective'").iloc[0]
    binomial = 1.96 * np.sqrt(row["probability"] * (1 - row["probability"]) / row["n"])
    assert row["upper"] - row["lower"] > 2.4 * binomial
    narrow = fit_chain(half, period="period", draws=100, level=0.5).table()
    small = narrow.query("before == 'affective' and after == 'affective'").iloc[0]
    assert small["upper"] - small["lower"] < 0.5 * (row["upper"] - row["lower"])
    fits = [fit_chain(half, period="period", draws=200, level=level) for level in (0.95, 0.5)]
    for found in ("times", "steady_state", "predict"):
        wide, slim = (getattr(fit, found)() for fit in fits)
        assert ((slim["upper"] - slim["lower"]) < 0.6 * (wide["upper"] - wide["lower"])).all()
        assert ((wide["lower"] <= slim["lower"]) & (slim["upper"] <= wide["upper"])).all()


def test_spread_is_that_of_a_ratio_over_clusters() -> None:
    rng = np.random.default_rng(2)
    counts = rng.integers(0, 5, (40, 1, 2)).astype(float)
    p, effect = spread(counts)
    y, m = counts[:, 0, 0], counts[:, 0].sum(axis=1)
    var = 40 / 39 * ((y - p[0, 0] * m) ** 2).sum() / m.sum() ** 2
    assert effect[0, 0] == pytest.approx(max(1, var / (p[0, 0] * (1 - p[0, 0]) / m.sum())))


def test_the_firms_chain_is_found_in_its_true_stages(made: firm.Firm) -> None:
    truth = made.truth.stage_matrix()
    assert truth.to_numpy() == pytest.approx(FIRM.matrix().to_numpy())
    fit = fit_chain(made.stages, steps="neighbours", level=0.99)
    table = fit.table()
    true = [truth.loc[a, b] for a, b in zip(table["before"], table["after"], strict=True)]
    assert ((table["lower"] <= true) & (true <= table["upper"])).mean() > 0.9
    times = fit.times()
    exact = FIRM.times()["periods_to_action"][:4].to_numpy()
    assert ((times["lower"] <= exact) & (exact <= times["upper"])).all()
    steady = fit.steady_state()
    assert (
        (steady["lower"] <= FIRM.steady_state()["share"])
        & (FIRM.steady_state()["share"] <= steady["upper"])
    ).all()
    later = fit.predict(12, "none")
    true_later = FIRM.table()[list(STAGES)].iloc[12].to_numpy()
    assert ((later["lower"] <= true_later) & (true_later <= later["upper"])).all()
    assert order_test(fit)["p"].iloc[1] > 0.001
    assert homogeneity(fit)["p"].iloc[0] > 0.001


def test_slips_look_like_movement_and_the_hidden_chain_takes_them_out(made: firm.Firm) -> None:
    naive = fit_chain(stage_of(made.tracking), draws=100)
    true = FIRM.times()["periods_to_action"].to_numpy()[:4]
    assert (naive.times()["upper"] < 0.8 * true).all()
    stay = np.diag(naive.matrix())
    assert (stay < np.diag(FIRM.matrix()) - 0.05).all()
    check = two_step(naive)
    assert (check["lower"] > check["implied"]).all()
    assert order_test(naive)["p"].iloc[1] < 1e-6
    hidden = fit_hidden(made.tracking, level=0.99)
    assert hidden.converged
    table = hidden.table()
    exact = [FIRM.matrix().loc[a, b] for a, b in zip(table["before"], table["after"], strict=True)]
    assert ((table["lower"] <= exact) & (exact <= table["upper"])).all()
    times = hidden.times()
    assert ((times["lower"] <= true) & (true <= times["upper"])).all()
    chances = hidden.errors().set_index("quantity")["estimate"]
    assert chances.tolist() == pytest.approx([0.05, 0.9, 0.15], abs=0.015)


def test_the_algorithm_never_lowers_the_likelihood(made: firm.Firm) -> None:
    seen = made.tracking[made.tracking["customer"] < 400]
    reached = [fit_hidden(seen, iterations=i, draws=100).log_likelihood for i in (1, 2, 4, 8)]
    assert reached == sorted(reached)
    assert reached[-1] > reached[0] + 10
    free = fit_hidden(seen, steps="any", draws=100)
    assert free.matrix().to_numpy().sum(axis=1) == pytest.approx(np.ones(5))
    far = np.abs(np.subtract.outer(range(5), range(5))) > 1  # no such jumps in the firm
    table = free.table()
    assert len(table) == 25
    assert (table.loc[far.ravel(), "lower"] < 0.01).all()
    assert (table.loc[far.ravel(), "probability"] < 0.05).all()


def answers_of(chain: StageChain, customers: int, seed: int, **chance: float) -> pd.DataFrame:
    seen = chain.simulate(customers, seed=seed)
    code, rng = seen["stage"].cat.codes.to_numpy(), np.random.default_rng(seed)
    data = pd.DataFrame({"customer": seen["customer"], "quarter": seen["period"]})
    for j, name in enumerate(["belief", "liking", "intention"]):
        data[name] = np.where((code > j) ^ (rng.random(len(code)) < chance["slip"]), 5, 1)
    data["obstacles"] = rng.poisson(1.5, len(code))
    rate = np.where(code == 4, chance["action"], chance["other"])
    return data.assign(kept=rng.binomial(data["obstacles"], rate))


def test_a_move_that_nobody_makes_has_a_short_interval_from_the_hidden_chain() -> None:
    chain = StageChain(advance=0.2, regress=0.0, periods=7)
    fit = fit_hidden(answers_of(chain, 600, 2, slip=0.05, action=0.9, other=0.15), draws=200)
    table = fit.table().set_index(["before", "after"])
    assert table.loc[("cognitive", "none"), "upper"] < 0.05  # type: ignore[index]
    assert (table["upper"] > table["lower"]).all()
    exact, times = chain.times()["periods_to_action"].to_numpy()[:4], fit.times()
    assert ((times["lower"] < 1.05 * exact) & (exact < times["upper"])).all()
    assert (times["upper"] < 3 * exact).all()
    assert np.isfinite(fit.steady_state()[["lower", "upper"]]).all(axis=None)


def test_answers_that_never_slip_leave_a_slip_possible_but_rare() -> None:
    sure = fit_hidden(
        answers_of(StageChain(periods=7), 300, 1, slip=0.0, action=1.0, other=0.0), draws=200
    )
    errors = sure.errors().set_index("quantity")
    assert errors.loc["slip", "n"] == 300 * 8 * 3
    assert errors.loc["slip", "lower"] == errors.loc["keep_other", "lower"] == 0
    assert 0 < errors.loc["slip", "estimate"] < 0.001 < errors.loc["slip", "upper"] < 0.005
    assert errors.loc["keep_action", "upper"] == 1
    assert errors.loc["keep_action", "lower"] < 0.95
    met = answers_of(StageChain(periods=7), 300, 1, slip=0.0, action=1.0, other=0.0)["obstacles"]
    assert errors["n"].iloc[1:].sum() == pytest.approx(met.sum(), abs=1)


def test_the_score_is_the_slope_of_the_likelihood(made: firm.Firm) -> None:
    part = made.tracking[made.tracking["customer"] < 100]
    held, rows = steps_held(
        part,
        {"customer": "customer", "period": "quarter"},
        ("belief", "liking", "intention"),
        ("obstacles", "kept"),
        scale=(1, 5),
        cut=3,
        kept_cut=0.5,
    )
    seen, allowed = arranged(held[:, :3], rows), FIRM.matrix().to_numpy() > 0
    at = baum_welch.Chances(FIRM.matrix().to_numpy(), np.full(5, 0.2), np.array([0.1, 0.8, 0.2]))
    logits = baum_welch._logits(at, allowed)
    back = baum_welch._chances(logits, allowed)
    for one, two in zip(back, at, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-12)

    def height(x: np.ndarray) -> float:
        chances = baum_welch._chances(x, allowed)
        return baum_welch.reached(baum_welch.expect(seen, chances), chances, allowed)

    steps = 1e-4 * np.eye(len(logits))
    slope = [(height(logits + s) - height(logits - s)) / 2e-4 for s in steps]
    np.testing.assert_allclose(
        baum_welch._score(seen, logits, allowed), slope, rtol=1e-4, atol=1e-4
    )


def test_the_hidden_likelihood_is_the_sum_over_all_paths() -> None:
    from itertools import product

    seen = FIRM.simulate(22, seed=1).query("period < 3")
    code = seen["stage"].cat.codes.to_numpy()
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"customer": seen["customer"], "quarter": seen["period"]})
    for j, name in enumerate(["belief", "liking", "intention"]):
        data[name] = np.where((code > j) ^ (rng.random(len(code)) < 0.2), 5, 1)
    data["obstacles"] = rng.integers(0, 3, len(code))
    data["kept"] = np.minimum(data["obstacles"], code == 4)
    fit = fit_hidden(data, draws=100, steps="any")
    slip, action, other = fit.items
    total = 0.0
    for _, one in data.groupby("customer"):
        chance = 0.0
        for path in product(range(5), repeat=3):
            p = fit.start[path[0]] * fit.moves[path[0], path[1]] * fit.moves[path[1], path[2]]
            for stage, row in zip(path, one.to_dict("records"), strict=True):
                for j, name in enumerate(["belief", "liking", "intention"]):
                    p *= 1 - slip if (row[name] == 5) == (stage > j) else slip
                rate = action if stage == 4 else other
                p *= rate ** row["kept"] * (1 - rate) ** (row["obstacles"] - row["kept"])
            chance += p
        total += np.log(chance)
    assert fit.log_likelihood == pytest.approx(total, rel=1e-5)


def test_pictures_of_the_fits_draw_their_tables(made: firm.Firm) -> None:
    for fit in (fit_chain(made.stages, draws=100), fit_hidden(made.tracking, draws=100)):
        ax = fit.plot(fig.canvas().subplots())
        steady, paths = fit.steady_state(), fig.moving(ax)["steady"].get_paths()  # type: ignore[attr-defined]
        np.testing.assert_allclose([p.vertices[:, 0].max() for p in paths], steady["share"])
        segments = np.array(ax.collections[-1].get_segments())  # type: ignore[attr-defined]
        np.testing.assert_allclose(segments[:, :, 0], steady[["lower", "upper"]])


def test_levels_reach_the_hidden_chain(made: firm.Firm) -> None:
    wide, slim = (fit_hidden(made.tracking, draws=200, level=level) for level in (0.95, 0.5))
    lower, upper = ends(np.arange(1001.0)[:, None], 0.9)
    assert (lower.item(), upper.item()) == (50, 950)
    for name in ("table", "errors", "times", "steady_state", "predict"):
        a, b = getattr(wide, name)(), getattr(slim, name)()
        assert ((b["upper"] - b["lower"]) < 0.6 * (a["upper"] - a["lower"])).all(), name


def test_movers_and_stayers_are_no_chain() -> None:
    half = StageChain(start="affective").simulate(1500, stayers=0.5, seed=1)
    fit = fit_chain(half, period="period", draws=100)
    assert order_test(fit)["p"].iloc[1] < 1e-6
    check = two_step(fit)
    assert (check["observed"] > check["implied"]).all()
    assert (check["lower"] > check["implied"]).iloc[1:3].all()
    slim = two_step(dataclasses.replace(fit, level=0.5))
    ratio = (slim["upper"] - slim["lower"]) / (check["upper"] - check["lower"])
    assert (ratio < 0.5).all()
    assert_frame_equal(slim[["n", "observed"]], check[["n", "observed"]])


def test_groups_that_move_differently_are_told_apart_and_alike_ones_are_not() -> None:
    fast = StageChain(advance=0.3, periods=6).simulate(300, seed=1).assign(kind="fast")
    slow = StageChain(advance=0.2, periods=6).simulate(300, seed=2).assign(kind="slow")
    slow["customer"] += 300
    fit = fit_chain(pd.concat([fast, slow]), period="period", by="kind")
    assert homogeneity(fit, over="group")["p"].iloc[0] < 0.001
    mixed = pd.concat([fast, slow])
    mixed["kind"] = mixed["customer"] % 2
    same = homogeneity(fit_chain(mixed, period="period", by="kind"), over="group").iloc[0]
    assert same["p"] > 0.01
    tiny = mixed[mixed["customer"] % 50 == 0]
    assert "do not lean on p" in homogeneity(fit_chain(tiny, period="period"))["note"].iloc[0]


@pytest.mark.slow
def test_tests_of_a_true_chain_reject_as_often_as_they_should() -> None:
    seen = [FIRM.simulate(500, seed=s) for s in range(200)]
    p = []
    for s, table in enumerate(seen):
        kind = np.random.default_rng(s).integers(0, 2, 501)
        fit = fit_chain(table.assign(kind=kind[table["customer"]]), period="period", by="kind")
        p.append([order_test(fit)["p"].iloc[1], homogeneity(fit, over="group")["p"].iloc[0]])
    often = (np.array(p) < 0.05).mean(axis=0)
    assert (often > 0.005).all()
    assert (often < 0.09).all()


@pytest.mark.slow
def test_intervals_of_the_chain_cover_its_truth() -> None:
    exact = FIRM.times()["periods_to_action"].to_numpy()[:4]
    share, p = FIRM.steady_state()["share"].to_numpy(), FIRM.matrix()
    inside: dict[str, list[float]] = {"moves": [], "times": [], "steady": []}
    for s in range(60):
        made = firm.Firm(seed=s, customers=1000)
        fit = fit_chain(made.stages, steps="neighbours", draws=300)
        table = fit.table()
        true = [p.loc[a, b] for a, b in zip(table["before"], table["after"], strict=True)]
        inside["moves"].append(((table["lower"] <= true) & (true <= table["upper"])).mean())
        times, steady = fit.times(), fit.steady_state()
        inside["times"].append(((times["lower"] <= exact) & (exact <= times["upper"])).mean())
        inside["steady"].append(((steady["lower"] <= share) & (share <= steady["upper"])).mean())
    for name, values in inside.items():
        assert 0.89 <= np.mean(values) <= 0.99, name


@pytest.mark.slow
def test_intervals_of_the_hidden_chain_cover_its_truth() -> None:
    exact = FIRM.times()["periods_to_action"].to_numpy()[:4]
    moves_in, times_in, errors_in = [], [], []
    for s in range(60):
        fit = fit_hidden(firm.Firm(seed=s, customers=1500).tracking, draws=300)
        table, times, errors = fit.table(), fit.times(), fit.errors()
        true = [
            FIRM.matrix().loc[a, b] for a, b in zip(table["before"], table["after"], strict=True)
        ]
        moves_in.append(((table["lower"] <= true) & (true <= table["upper"])).mean())
        times_in.append(((times["lower"] <= exact) & (exact <= times["upper"])).mean())
        known = np.array([0.05, 0.9, 0.15])
        errors_in.append(((errors["lower"] <= known) & (known <= errors["upper"])).mean())
    for values in (moves_in, times_in, errors_in):
        assert 0.88 <= np.mean(values) <= 0.99


@pytest.mark.slow
@pytest.mark.parametrize("regress", [0.0, 0.1])
def test_intervals_of_the_hidden_chain_hold_for_few_customers_and_moves_that_none_makes(
    regress: float,
) -> None:
    chain = StageChain(advance=0.2, regress=regress, periods=7, start="cognitive")
    exact = chain.times()["periods_to_action"].to_numpy()[:4]
    inside = []
    for s in range(50):
        data = answers_of(chain, 300, s, slip=0.05, action=0.9, other=0.15)
        times = fit_hidden(data, draws=300).times()
        inside.append(((times["lower"] <= exact) & (exact <= times["upper"])).mean())
    assert 0.86 <= np.mean(inside) <= 1


# The checklist


def marked(made: firm.Firm) -> pd.DataFrame:
    second = made.panel[made.panel["wave"] == 2]
    joined = made.customers.set_index("customer")["joined"]
    years = (pd.Timestamp("2025-12-31") - second["customer"].map(joined)).dt.days / 365.25
    return second.assign(years=years).merge(made.habits.drop(columns="origin"), on="customer")


@LAW
@given(st.lists(st.tuples(*[st.sampled_from([0, 1, None])] * 4), min_size=1, max_size=12))
def test_fewer_are_loyal_the_more_tests_must_hold(rows: list[tuple]) -> None:
    data = pd.DataFrame(rows, columns=list("abcd"), dtype=float).assign(customer=range(len(rows)))
    table = checklist(data, {c: {c: 1} for c in "abcd"})
    found = loyal_by_k(table)
    assert (np.diff(found["loyal"]) <= 0).all()
    assert (np.diff(found["possible"]) <= 0).all()
    assert (found["loyal"] <= found["possible"]).all()
    assert ((found["lower"] <= found["share"]) & (found["share_possible"] <= found["upper"])).all()
    assert found["loyal"].iloc[0] == (data[list("abcd")] == 1).any(axis=1).sum()
    assert found["loyal"].iloc[3] == (data[list("abcd")] == 1).all(axis=1).sum()
    assert found["loyal"].sum() == (data[list("abcd")] == 1).to_numpy().sum()


@LAW
@given(st.lists(st.tuples(*[st.sampled_from([0, 1, None])] * 4), min_size=1, max_size=12))
def test_who_is_loyal_by_k_is_whom_the_table_by_k_counts(rows: list[tuple]) -> None:
    data = pd.DataFrame(rows, columns=list("abcd"), dtype=float).assign(customer=range(len(rows)))
    table = checklist(data, {c: {c: 1} for c in "abcd"})
    table.index = pd.Index([5] * len(table))
    for row in loyal_by_k(table).itertuples():
        named = loyal(table, k=row.k)
        assert named["customer"].tolist() == data["customer"].tolist()
        assert named["loyal"].eq(True).fillna(False).sum() == row.loyal
        assert named["loyal"].fillna(True).sum() == row.possible
    assert_frame_equal(loyal(table, k="any"), loyal(table, k=1))
    assert_frame_equal(loyal(table, k="all"), loyal(table, k=4))
    assert_frame_equal(loyal(table), loyal(table, k=4))


def test_six_tests_of_the_firms_customers(made: firm.Firm) -> None:
    data = marked(made)
    table = checklist(data)
    assert list(table.columns[1:7]) == list(six_tests())
    both = (data["bears_rise_percent"] >= 5) & (data["resists_cut_percent"] >= 5)
    assert (table["bears_and_resists"] == both).mean() > 0.99
    found = loyal_by_k(table)
    assert found["share"].iloc[0] > 0.8 > 0.1 > found["share"].iloc[5]
    assert found["share"].iloc[0] > 10 * found["share"].iloc[5]
    pairs = overlap_of_tests(table)
    assert len(pairs) == 15
    row = pairs.query("first == 'new_products_first' and second == 'draws_others'").iloc[0]
    two = table[["new_products_first", "draws_others"]].dropna()
    assert row["phi"] == pytest.approx(two.corr().iloc[0, 1])
    assert row["both"] == (two.sum(axis=1) == 2).sum()
    assert row[["both", "only_first", "only_second", "neither"]].sum() == row["n"] == len(two)
    slim = overlap_of_tests(table, level=0.5)
    assert ((slim["upper"] - slim["lower"]) < 0.5 * (pairs["upper"] - pairs["lower"])).all()
    assert pairs["jaccard"].between(pairs["lower"], pairs["upper"]).all()
    lower = loyal_by_k(table, level=0.5)
    assert (lower["lower"] >= found["lower"]).all()
    assert (lower["upper"] <= found["upper"]).all()


def test_a_trait_of_which_nothing_is_known_leaves_bounds(made: firm.Firm) -> None:
    data = marked(made).assign(advice=np.nan)
    found = loyal_by_k(checklist(data, five_traits()))
    assert (found["share"] < found["share_possible"]).all()
    assert found["loyal"].iloc[4] == 0
    ax = plot_loyal_by_k(found, fig.canvas().subplots())
    heights = [bar.get_height() for bar in ax.patches]
    np.testing.assert_allclose(heights[:5], found["share"])
    np.testing.assert_allclose(np.add(heights[:5], heights[5:]), found["share_possible"])


# Claims


CLAIMS = (
    "oliver_four_stages", "two_levels", "three_expressions", "four_kinds", "three_classes",
    "pyramid", "attitude_and_behaviour", "six_tests_all_any_or_k", "five_telecom_traits",
    "attitude_determines_behaviour", "telecom_five_steps", "five_mechanisms",
    "three_roots_of_trust", "feelings_rather_than_quality", "seven_influences", "two_above_all",
)  # fmt: skip


@pytest.mark.parametrize("function", [getattr(stages, name) for name in CLAIMS])
def test_a_definition_never_counts_as_reproduced(function: object) -> None:
    found = function()  # type: ignore[operator]
    assert found == function()  # type: ignore[operator]
    for finding in found:
        assert isinstance(finding, Finding)
        assert finding.agrees is None
        assert finding.assumption


def test_numbers_of_the_claims_follow_their_inputs() -> None:
    assert stages.four_kinds(STAGES[1:])[1].computed == 0  # type: ignore[arg-type]
    assert stages.four_kinds(STAGES[:0:-1])[1].computed == 6  # type: ignore[arg-type]
    half, most = (stages.six_tests_all_any_or_k(p) for p in (0.5, 0.9))
    assert most[-1].computed == pytest.approx(0.9**6)
    assert half[2].computed == pytest.approx(1 - 0.5**6)
    still = stages.oliver_four_stages(advance=0.0)
    assert still[3].computed is None
    assert stages.two_above_all(wide=False)[3].computed == pytest.approx(1 / 7)
    assert stages.two_above_all()[3].computed == pytest.approx(1 / 21)
    many = np.random.default_rng(1).standard_normal((2, 400_000))
    share = np.mean(np.abs(0.5 * many[0]) > np.abs(many[1]))
    assert stages.feelings_rather_than_quality(0.5)[1].computed == pytest.approx(share, abs=0.005)


def test_in_the_firm_liking_does_not_move_buying_though_they_go_together(made: firm.Firm) -> None:
    first, second = (made.panel[made.panel["wave"] == w].set_index("customer") for w in (1, 2))
    names = ["liking", "share"]
    both = first[names].merge(second[names], on="customer", suffixes=("_1", "_2"))
    assert both[["liking_1", "share_1"]].corr().iloc[0, 1] > 0.1
    found = cross_lagged(
        both, satisfaction=("liking_1", "liking_2"), loyalty=("share_1", "share_2")
    )
    assert found["lower"].iloc[0] > 0  # though the truth has no such effect: satisfaction lasts


def test_the_sentence_tells_never_from_perhaps_never_and_one_period_from_two() -> None:
    stuck = StageChain(advances=(0.2, 0.2, 0.2, 0.0))
    assert "never reaches action" in stuck.sentence()
    assert "may never" not in stuck.sentence()
    above = dataclasses.replace(stuck, advances=(0.0, 0.2, 0.2, 0.2), start="conative")
    assert "may never reach action" in above.sentence()  # who falls to the bottom stays there
    assert "after 1 period " in dataclasses.replace(stuck, periods=1).sentence()
    top = StageChain(start="action").sentence()
    assert f"{StageChain(start='action').table()['action'].iloc[-1]:.1%} stand there" in top
