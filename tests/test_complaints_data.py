"""Chapter 11 on data: sums by hand, and recovery of the linked firm's known truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from loyaltylab import firm
from loyaltylab.base import figure as fig
from loyaltylab.base.stats import wilson
from loyaltylab.complaints import (
    captured,
    exit_lists,
    fit_steps,
    plot_captured,
    plot_causes,
    plot_recovery,
    plot_voiced,
    recovery_contrast,
    recovery_paradox,
    recovery_table,
    told_table,
    voiced_share,
)
from loyaltylab.complaints.answers import combined, share
from loyaltylab.firm.service import by_attachment


@pytest.fixture(scope="module")
def made() -> firm.Firm:
    return firm.Firm(seed=7, customers=6000)


def inside(row: pd.Series, truth: float) -> bool:
    return bool(row["lower"] <= truth <= row["upper"])


def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the same rows in another order, with other columns first and a doubled index."""
    mixed = frame.sample(frac=1.0, random_state=1)[list(frame.columns)[::-1]]
    return mixed.set_axis(np.arange(len(mixed)) // 2, axis=0)


# Shares


def test_one_row_per_customer_is_wilson() -> None:
    found = share(np.array([1, 1, 1, 0, 0, 0, 0]), np.arange(7), 0.8)
    lower, upper = wilson(3, 7, 0.8)
    assert (found.n, found.customers, found.hits) == (7, 7, 3)
    assert (found.lower, found.upper) == pytest.approx((float(lower), float(upper)))


def test_rows_copied_for_the_same_customers_widen_nothing_but_the_count() -> None:
    hits, people = np.array([1, 0, 1, 0, 0, 1, 1, 1, 0, 1] * 6), np.arange(60)
    once = share(hits, people, 0.95)
    four = share(np.tile(hits, 4), np.tile(people, 4), 0.95)
    assert four.n == 240
    assert four.upper - four.lower == pytest.approx(once.upper - once.lower, rel=0.06)
    assert four.upper - four.lower >= once.upper - once.lower
    none = share(np.zeros(240), np.tile(people, 4), 0.95)
    assert none.upper >= float(wilson(0, 60)[1]) - 1e-9
    assert share(np.array([1, 0]), np.array([3, 3]), 0.95).upper > 0.95
    assert share(np.array([]), np.array([]), 0.95)[4:] == (0.0, 1.0)


def test_difference_of_shares_is_newcombes() -> None:
    # Newcombe (1998), table II: 56/70 against 48/80, method 10: 0.0524 to 0.3339
    a = share(np.arange(70) < 56, np.arange(70), 0.95)
    b = share(np.arange(80) < 48, np.arange(80), 0.95)
    value, lower, upper = combined([1, -1], [a, b])
    assert (round(value, 4), round(lower, 4), round(upper, 4)) == (0.2, 0.0524, 0.3339)


# Voiced shares and the hidden


SEEN = pd.DataFrame(
    {
        "customer": range(10),
        "had_problem": [1] * 8 + [0, 0],
        "loss": ["minor"] * 5 + ["major"] * 3 + [None] * 2,
        "voiced": [1, 0, 0, 0, 0, 1, 1, 0, None, None],
        "place": ["headquarters", None, None, None, None, "front line", "front line"] + [None] * 3,
        "outcome": ["resolved", *["silent"] * 4, "unresolved", "resolved", "silent", None, None],
        "bought_again": [1, 1, 0, 0, 0, 0, 1, 0, 1, 0],
        "told": [0, 0, 4, 8, 3, 30, 0, 1, None, None],
    }
)


def test_voiced_by_loss_and_place_by_hand() -> None:
    found = voiced_share(SEEN).set_index(["loss", "place"])
    assert found["voiced"].to_dict() == {
        ("minor", "all"): 1,
        ("minor", "front line"): 0,
        ("minor", "headquarters"): 1,
        ("major", "all"): 2,
        ("major", "front line"): 2,
        ("major", "headquarters"): 0,
        ("all", "all"): 3,
        ("all", "front line"): 2,
        ("all", "headquarters"): 1,
    }
    assert found.loc[("major", "all"), "n"] == 3
    assert found.loc[("all", "all"), "dissatisfied_per_complaint"] == pytest.approx(8 / 3)
    silent = found.loc[("minor", "front line")]
    assert silent["dissatisfied_per_complaint"] == np.inf
    assert silent["upper"] > 0.2
    narrow = voiced_share(SEEN, level=0.5).set_index(["loss", "place"])
    assert (narrow["upper"] - narrow["lower"] < found["upper"] - found["lower"]).all()
    pd.testing.assert_frame_equal(voiced_share(shuffled(SEEN)), voiced_share(SEEN))


def test_captured_by_hand() -> None:
    file = pd.DataFrame({"customer": [0, 0, 5, 6, 50, 51]})
    found = captured(file, SEEN, customers=100).set_index("method")
    assert found.loc["file alone", "customers"] == 5
    assert found.loc["survey × customers", "customers"] == pytest.approx(80)
    # 3 of 8 with a problem stand in the file of 5: Chapman's (5 + 1)(8 + 1)/(3 + 1) - 1
    row = found.loc["survey and file"]
    assert row["customers"] == pytest.approx(12.5)
    lower, upper = wilson(3, 8)
    assert (row["lower"], row["upper"]) == pytest.approx((5 / float(upper), 5 / float(lower)))
    assert found.loc["file × 25 (C075)", "customers"] == 125
    apart = captured(file.tail(2), SEEN, customers=100).set_index("method")
    assert apart.loc["survey and file", "upper"] == 100
    many = pd.DataFrame({"customer": range(40, 90)})
    nobody = captured(many, SEEN, customers=100).set_index("method").loc["survey and file"]
    assert (nobody["customers"], nobody["upper"]) == (100, 100)
    mixed = captured(shuffled(file), shuffled(SEEN), customers=100)
    pd.testing.assert_frame_equal(mixed, found.reset_index())


def test_recovery_by_hand_and_its_picture() -> None:
    found = recovery_table(SEEN).set_index(["loss", "outcome"])
    assert found["n"].tolist() == [4, 0, 1, 0, 1, 1, 1, 0]
    assert found.loc[("minor", "silent"), "share"] == 0.25
    assert np.isnan(found.loc[("major", "resolved quickly"), "share"])
    assert found.loc[("major", "unresolved"), "published"] == 0.19
    pd.testing.assert_frame_equal(recovery_table(shuffled(SEEN)), recovery_table(SEEN))
    ax = plot_recovery(recovery_table(SEEN), fig.canvas().subplots())
    drawn = sorted(float(y) for line in ax.lines for y in np.atleast_1d(line.get_ydata()))
    for value in (0.25, 0.37, 0.19, 0.54):
        assert any(abs(y - value) < 1e-12 for y in drawn)


def test_standardised_contrast_by_hand() -> None:
    rows = [("resolved", "minor", 1)] * 6 + [("resolved", "minor", 0)] * 2
    rows += [("resolved", "major", 1)] * 1 + [("resolved", "major", 0)] * 1
    rows += [("silent", "minor", 1)] * 1 + [("silent", "minor", 0)] * 1
    rows += [("silent", "major", 1)] * 2 + [("silent", "major", 0)] * 6
    data = pd.DataFrame(rows, columns=["outcome", "loss", "bought_again"])
    found = recovery_contrast(
        data, first="resolved", second="silent", had_problem=None, customer=None
    )
    assert found["difference"].tolist() == pytest.approx([0.7 - 0.3, 0.5 * 0.25 + 0.5 * 0.25])
    assert found["comparison"].tolist() == ["as seen", "at the same mix of losses"]
    assert (found["lower"] < found["difference"]).all()
    back = recovery_contrast(
        data, first="silent", second="resolved", had_problem=None, customer=None
    )
    assert back["difference"].tolist() == pytest.approx((-found["difference"]).tolist())
    assert back["upper"].tolist() == pytest.approx((-found["lower"]).tolist())


def test_standardised_contrast_weighs_the_losses_as_both_groups_have_them() -> None:
    cells = {("resolved", "minor"): (8, 6), ("resolved", "major"): (2, 0)}
    cells |= {("silent", "minor"): (8, 2), ("silent", "major"): (6, 3)}
    rows = [(*key, i < hits) for key, (n, hits) in cells.items() for i in range(n)]
    data = pd.DataFrame(rows, columns=["outcome", "loss", "bought_again"])
    found = recovery_contrast(
        data, first="resolved", second="silent", had_problem=None, customer=None
    )
    wanted = 16 / 24 * (6 / 8 - 2 / 8) + 8 / 24 * (0 - 3 / 6)
    assert found["difference"].iloc[1] == pytest.approx(wanted)


def test_a_lower_level_narrows_every_interval(made: firm.Firm) -> None:
    asked, gone = made.problem_survey, made.exits
    for make in (
        lambda level: recovery_table(asked, level=level),
        lambda level: recovery_contrast(asked, level=level),
        lambda level: recovery_paradox(asked, level=level),
        lambda level: captured(made.complaints, asked, customers=6000, level=level).tail(2),
        lambda level: exit_lists(gone, level=level),
        lambda level: told_table(asked, by="outcome", level=level),
    ):
        wide, narrow = make(0.95), make(0.5)
        assert (narrow["upper"] - narrow["lower"] < 0.6 * (wide["upper"] - wide["lower"])).all()


@pytest.mark.parametrize(
    ("healed", "clear", "verdict"),
    [(95, 60, "supported"), (40, 80, "contradicted"), (70, 70, "open")],
)
def test_the_paradox_is_tested(healed: int, clear: int, verdict: str) -> None:
    data = pd.DataFrame(
        {
            "had_problem": [True] * 100 + [False] * 100,
            "outcome": ["resolved quickly"] * 100 + [None] * 100,
            "bought_again": [i < healed for i in range(100)] + [i < clear for i in range(100)],
        }
    )
    found = recovery_paradox(data, customer=None)
    assert found["paradox"].item() == verdict
    assert found["difference"].item() == pytest.approx((healed - clear) / 100)


def test_told_by_hand() -> None:
    found = told_table(SEEN).iloc[0]
    assert (found["n"], found["mean"], found["median"]) == (8, 5.75, 2.0)
    assert (found["told_nobody"], found["told_20"]) == (0.375, 0.125)
    by = told_table(SEEN, by="loss").set_index("group")
    assert by["mean"].to_dict() == {"minor": 3.0, "major": pytest.approx(31 / 3)}
    wide, narrow = by.loc["minor"], told_table(SEEN, by="loss", level=0.5).set_index("group")
    assert wide["lower"] < narrow.loc["minor", "lower"] < 3 < narrow.loc["minor", "upper"]
    nothing = told_table(SEEN.assign(told=0)).iloc[0]
    assert (nothing["mean"], nothing["lower"]) == (0, 0)
    assert nothing["upper"] == pytest.approx(-np.log(0.05) / 8)
    assert told_table(SEEN.assign(told=2)).iloc[0]["shape"] == np.inf


def test_exit_lists_by_hand() -> None:
    data = pd.DataFrame(
        {
            "a": [1, 1, 0, 1],
            "b": [1, 0, 1, 0],
            "named_a": [1, 0, 0, 1],
            "named_b": [0, 0, 1, 0],
            "answered": [1, 0, 1, 0],
            "main": ["b", None, "b", None],
        }
    )
    found = exit_lists(data, causes=["a", "b"], staff_order=["b", "a"])
    table = found.pivot_table("share", "list", "cause").to_dict("index")
    assert table == {
        "all causes, all leavers": {"a": 0.75, "b": 0.5},
        "all causes, who answered": {"a": 0.5, "b": 1.0},
        "named, who answered": {"a": 0.5, "b": 0.5},
        "one ticked, who answered": {"a": 0.0, "b": 1.0},
        "one, sorted by staff": {"a": 0.5, "b": 0.5},
    }
    assert found.groupby("list")["total"].first()["all causes, all leavers"] == 1.25
    assert found["rank"].tolist()[:4] == [1, 2, 2, 1]
    ax = plot_causes(found, fig.canvas().subplots())
    assert sorted(p.get_height() for p in ax.patches) == sorted(found["share"])


def test_pictures_draw_their_tables(made: firm.Firm) -> None:
    table = voiced_share(made.problem_survey)
    ax = plot_voiced(table, fig.canvas().subplots())
    assert sorted(p.get_height() for p in ax.patches) == pytest.approx(sorted(table["share"]))
    found = captured(made.complaints, made.problem_survey, customers=6000)
    ax = plot_captured(found, fig.canvas().subplots())
    drawn = {float(x) for line in ax.lines for x in np.atleast_1d(line.get_xdata())}
    assert set(found["customers"]) <= drawn


# Recovery of the truth


def test_steps_are_found_again(made: firm.Firm) -> None:
    fit = fit_steps(made.complaints)
    table = fit.table().set_index("parameter")
    assert inside(table.loc["keep"], made.truth.step_keep)
    assert inside(table.loc["start"], made.truth.step_start)
    assert fit.n + fit.missing == len(made.complaints)
    assert fit.predict([0, 7])["satisfied"].tolist() == pytest.approx(
        [1 - fit.start[0], 1 - fit.start[0] * fit.keep[0] ** 7]
    )
    narrow = fit_steps(made.complaints, level=0.5)
    wide, slim = fit.predict([0, 3, 7]), narrow.predict([0, 3, 7])
    assert (wide["lower"] < slim["lower"]).all()
    assert (slim["lower"] < slim["satisfied"]).all()
    assert (slim["satisfied"] < slim["upper"]).all()
    assert (slim["upper"] < wide["upper"]).all()
    assert narrow.keep[2] - narrow.keep[1] < 0.5 * (fit.keep[2] - fit.keep[1])
    assert fit.model().keep == fit.keep[0]
    assert (fit.seen["n"].sum(), fit.seen["steps"].min()) == (fit.n, 0)
    known = fit_steps(made.complaints, start=0.95)
    assert known.start == (0.95, 0.95, 0.95)
    assert inside(known.table().set_index("parameter").loc["keep"], 0.7)
    ax = fit.plot(fig.canvas().subplots())
    drawn = {float(y) for line in ax.lines for y in np.atleast_1d(line.get_ydata())}
    assert set(fit.seen["satisfied"]) <= drawn


def test_steps_with_nobody_satisfied_before_any_are_held_at_one() -> None:
    rng = np.random.default_rng(2)
    k = np.repeat(np.arange(8), 60)
    data = pd.DataFrame({"steps": k, "satisfied": rng.uniform(size=len(k)) > 0.6**k})
    fit = fit_steps(data, customer=None)
    assert fit.start[0] == pytest.approx(1.0, abs=0.05)
    assert fit.keep[1] <= 0.6 <= fit.keep[2]
    assert fit.predict([0])["satisfied"].item() >= 0
    assert "its bound" in fit.note
    assert fit.start[0] == 1 == fit.start[2]
    grid = np.linspace(0.85, 0.9999, 300)[:, None, None]
    left = grid * np.linspace(0.4, 0.8, 201)[:, None] ** np.arange(8)
    happy = data.groupby("steps")["satisfied"].sum().to_numpy()
    best = stats.binom.logpmf(happy, 60, 1 - left).sum(axis=2).max(axis=1)
    good = grid[2 * (best.max() - best) <= stats.chi2.ppf(0.95, 1)]
    assert fit.start[1] == pytest.approx(good.min(), abs=0.008)
    often = fit_steps(pd.concat([data.reset_index(names="customer")] * 4))
    assert often.start[1] == pytest.approx(fit.start[1], abs=0.004)
    assert fit_steps(data, customer=None, level=0.5).start[1] > fit.start[1] + 0.005


def test_repeated_complainers_widen_the_interval_of_a_step() -> None:
    rng = np.random.default_rng(3)
    k = rng.integers(0, 8, 300)
    data = pd.DataFrame({"customer": np.arange(300), "steps": k})
    data["satisfied"] = rng.uniform(size=300) > 0.95 * 0.7**k
    once, often = fit_steps(data), fit_steps(pd.concat([data] * 5, ignore_index=True))
    alone = fit_steps(pd.concat([data] * 5, ignore_index=True), customer=None)
    assert often.keep[2] - often.keep[1] == pytest.approx(once.keep[2] - once.keep[1], rel=0.02)
    assert alone.keep[2] - alone.keep[1] < 0.6 * (once.keep[2] - once.keep[1])
    assert (often.n, often.customers) == (1500, 300)


def test_satisfaction_coded_the_other_way_round_is_refused(made: firm.Firm) -> None:
    turned = made.complaints.assign(satisfied=1 - made.complaints["satisfied"])
    with pytest.raises(ValueError, match="falls as the steps rise"):
        fit_steps(turned)


def test_the_survey_finds_how_many_had_a_problem_and_the_file_does_not(made: firm.Firm) -> None:
    start = pd.Timestamp("2025-01-01")
    late = made.problems[made.problems["date"] >= start]
    file = made.complaints[made.complaints["date"] >= start]
    there = made.customers["left"].isna() | (made.customers["left"] >= start)
    found = captured(file, made.problem_survey, customers=int(there.sum())).set_index("method")
    truth = late["customer"].nunique()
    assert inside(found.loc["survey and file"], truth)
    assert inside(found.loc["survey × customers"], truth)
    assert found.loc["file alone", "customers"] < 0.5 * truth
    assert found.loc["file × 25 (C075)", "customers"] > 5 * truth


def test_who_complains_differs_from_who_is_silent(made: firm.Firm) -> None:
    problems = made.problems
    attached = problems.groupby("voiced")["attachment"].mean()
    assert attached[True] > attached[False] + 0.3
    truth = made.truth.recovery().set_index(["loss", "outcome"])
    seen = truth.loc[("minor", "unresolved")] - truth.loc[("minor", "silent")]
    assert seen["again"] > 0 > seen["again_anyone"]  # the sign turns with who complains
    found = recovery_table(problems, had_problem=None).set_index(["loss", "outcome"])
    hits = [inside(found.loc[cell], truth.loc[cell, "again"]) for cell in truth.index]
    assert sum(hits) >= 7
    assert (found["customers"] <= found["n"]).all()


def test_people_told_come_back_with_their_shape(made: firm.Firm) -> None:
    found = told_table(made.problems.query("outcome == 'silent'"), had_problem=None, customer=None)
    row = found.iloc[0]
    assert inside(row, made.truth.told_mean)
    assert row["shape"] == pytest.approx(made.truth.talk_shape, rel=0.15)


def test_the_same_leavers_make_the_lists_of_the_truth(made: firm.Firm) -> None:
    found = exit_lists(made.exits).set_index(["list", "cause"])
    truth = made.truth.reasons().set_index("cause")
    names = {
        "all causes, all leavers": "share",
        "named, who answered": "named",
        "one ticked, who answered": "main",
    }
    hits = [
        inside(found.loc[(name, cause)], truth.loc[cause, column])
        for name, column in names.items()
        for cause in truth.index
    ]
    assert sum(hits) >= 21  # of 24 intervals of 95 %
    silent = found.loc[("named, who answered", "encounter_failure"), "share"]
    assert silent < 0.75 * found.loc[("all causes, all leavers", "encounter_failure"), "share"]


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_promised() -> None:
    hits: dict[str, list[bool]] = {"keep": [], "voiced": [], "captured": [], "again": []}
    rates: Any = None
    for seed in range(100):
        f = firm.Firm(seed=1000 + seed, customers=3000)
        if rates is None:
            z = np.random.default_rng(1).normal(size=400_000)
            rates = by_attachment(f.truth.voice_minor, f.truth.voice_slope, z).mean()
        table = fit_steps(f.complaints).table().set_index("parameter")
        hits["keep"].append(inside(table.loc["keep"], f.truth.step_keep))
        minor = f.problems.drop_duplicates("customer").query("loss == 'minor'")
        found = voiced_share(minor, had_problem=None, place=None).iloc[0]
        hits["voiced"].append(inside(found, rates))
        start = pd.Timestamp("2025-01-01")
        late, file = (t[t["date"] >= start] for t in (f.problems, f.complaints))
        n = int((f.customers["left"].isna() | (f.customers["left"] >= start)).sum())
        row = captured(file, f.problem_survey, customers=n).set_index("method")
        hits["captured"].append(inside(row.loc["survey and file"], late["customer"].nunique()))
        truth = f.truth.recovery().set_index(["loss", "outcome"])["again"]
        seen = recovery_table(f.problems, had_problem=None).set_index(["loss", "outcome"])
        cell = ("minor", "silent")
        hits["again"].append(inside(seen.loc[cell], truth[cell]))
    low = stats.binom.ppf(0.001, 100, 0.95)
    assert {name: sum(found) for name, found in hits.items() if sum(found) < low} == {}
