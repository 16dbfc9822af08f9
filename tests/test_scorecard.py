"""Chapter 17, part A: indicator sheet, principles, delivery index, listening posts, claims."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from contract_scorecard import WHERE
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from strategies import instances

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import wilson
from loyaltylab.firm import Firm
from loyaltylab.scorecard import (
    DeliveryIndex,
    brand_delivery_index,
    delivery_index,
    e_commerce_case,
    eight_indicator_steps,
    eight_steps,
    evaluate,
    example_sheet,
    four_indicators_to_track,
    four_posts,
    index_tornado,
    indicator_sheet,
    luxury_case,
    measure_sheet,
    mitsubishi_elevator,
    phone_scores,
    plot_index_tornado,
    plot_posts,
    post_pictures,
    sales_up_235,
    served_well_or_badly,
    sheet_faults,
    six_indicator_principles,
    six_principles,
    visit_precision,
    visits_needed,
    weight_space,
    who_is_heard,
)
from loyaltylab.scorecard.formulas import resolved
from loyaltylab.scorecard.readers import MEASURES
from loyaltylab.scorecard.steps import STEPS

LAW = settings(max_examples=15, deadline=None)
SHEET = example_sheet()
TABLES = ("customers", "survey", "purchases", "complaints", "problem_survey", "exits")
indices = instances(DeliveryIndex, where=WHERE[DeliveryIndex])
score = st.floats(2, 100) | st.just(0.0)  # a feed that never exceeds 1 is taken for shares
gap = st.one_of(score, st.none())


@pytest.fixture(scope="module")
def firm() -> Firm:
    return Firm(seed=2, customers=600)


@pytest.fixture(scope="module")
def tables(firm: Firm) -> dict[str, pd.DataFrame]:
    return {name: getattr(firm, name) for name in TABLES}


@pytest.fixture(scope="module")
def measured(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return measure_sheet(SHEET, tables)


def drawn(rows: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.uniform(40, 100, (rows, 3)), columns=["phone", "visits", "audit"])
    return frame.assign(branch=[f"B{i}" for i in range(rows)])


def one(**change: Any) -> pd.DataFrame:
    row = SHEET.table().iloc[:1].assign(**change)
    return row


def seen(value: float, lower: float, upper: float, name: str = "satisfaction rate") -> pd.DataFrame:
    return pd.DataFrame(
        {"indicator": [name], "value": value, "lower": lower, "upper": upper, "n": 10}
    )


# Formulas


@LAW
@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_formula_gives_what_python_gives(a: int, b: int, c: int) -> None:
    found = evaluate("100 * (a - c) / b + -2 * a", {"a": a, "b": b, "c": c})
    assert found == pytest.approx(100 * (a - c) / b - 2 * a)


def test_a_formula_takes_functions_of_lists() -> None:
    days = {"days": [9, 1, 5]}
    names = ("sum", "mean", "median", "min", "max", "count")
    assert [evaluate(f"{n}(days)", days) for n in names] == [15, 5, 5, 1, 9, 3]
    assert evaluate("mean(days - 1)", days) == 4


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "answered.real",
        "a[0]",
        "(lambda: 1)()",
        "a if b else c",
        "a ** 99999",
        "[x for x in a]",
        "f'{a}'",
        "mean(a, b)",
        "a; b",
        "True",
        "1j * a",
        "print(a)",
        "(" * 150 + "a" + ")" * 40,
    ],
)
def test_a_formula_runs_nothing_but_arithmetic(text: str) -> None:
    with pytest.raises(InputError, match="formula"):
        evaluate(text, {"a": 1, "b": 2, "answered": 3})


def test_the_sheet_computes_what_its_quantities_allow() -> None:
    found = SHEET.compute({"satisfied": 30, "answered": 40, "days": [1, 2, 40]})
    values = found.set_index("indicator")["value"].dropna()
    assert values.to_dict() == {"satisfaction rate": 0.75, "days to settle a complaint": 2.0}
    assert found.set_index("indicator").loc["answers to the survey", "lacks"] == "present_at_end"
    with pytest.raises(InputError, match="which is no 'share'"):
        SHEET.compute({"satisfied": 41, "answered": 40})


# The sheet


def test_the_example_sheet_is_sound_and_says_that_it_is_illustrative() -> None:
    table = SHEET.table()
    assert sheet_faults(table).empty
    assert len(table) >= 10
    assert set(table["origin"]) == {"illustrative"}
    assert set(table["direction"]) == {"higher", "lower", "within"}
    assert set(SHEET.names) == set(MEASURES)
    for name in table["check"]:
        assert callable(resolved(name))


def test_sheet_faults_lists_all_and_indicator_sheet_raises_the_first() -> None:
    bad = pd.concat([one(target=75.0), one(direction="up", unit="shares", owner=None)])
    found = sheet_faults(bad.set_axis([7, 7]))
    assert {"owner", "unit", "direction", "indicator", "target"} == set(found["column"])
    assert (found["row"] != "").all()
    with pytest.raises(InputError) as caught:
        indicator_sheet(bad.set_axis([7, 7]))
    assert str(caught.value) == found["fault"].iloc[0]
    words = " ".join(found["fault"])
    for part in ("lacks a value in row 7", "'up'", "did you mean 'share'?", "write 75 % as 0.75"):
        assert part in words


@pytest.mark.parametrize("column", ["indicator", "owner", "formula", "cadence", "target"])
def test_every_required_column_is_required(column: str) -> None:
    faults = sheet_faults(SHEET.table().drop(columns=column))
    assert column in set(faults["column"])
    assert f"no column {column!r}" in " ".join(faults["fault"])


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"formula": "satisfied /"}, "formula", "cannot be read"),
        ({"check": "firm.Firm"}, "check", "no function of a chapter"),
        ({"check": "satisfaction.nothing"}, "check", "no function of a chapter"),
        ({"cadence": "monthy"}, "cadence", "did you mean 'monthly'?"),
        ({"unit": "score 1-5", "target": 0.65, "baseline": 2}, "target", "from 1 to 5"),
        ({"unit": "days", "target": -1, "baseline": 2}, "target", "at least 0"),
        ({"direction": "within"}, "target_lower", "needs target_lower and target_upper"),
        (
            {"direction": "within", "target_lower": 0.7, "target_upper": 0.6},
            "target_lower",
            "must be below",
        ),
        (
            {"direction": "within", "target_lower": 0.7, "target_upper": 0.8},
            "target",
            "0.7 to 0.8",
        ),
        ({"weight": -1.0}, "weight", ">= 0"),
        ({"review": "soon"}, "review", "dates"),
        ({"owner": 5}, "owner", "must hold text"),
        ({"view": "customers"}, "view", "customer says"),
    ],
)
def test_each_fault_has_its_sentence(change: dict[str, Any], column: str, words: str) -> None:
    found = sheet_faults(one(**change))
    assert words in " ".join(found.loc[found["column"] == column, "fault"])


def test_unknown_quantities_are_found_where_the_known_ones_are_named() -> None:
    assert sheet_faults(one(), quantities=["satisfied", "answered"]).empty
    found = sheet_faults(one(), quantities=["satisfied", "asked"])
    assert "'answered'" in found["fault"].item()
    assert "'asked'" in found["fault"].item()


def test_a_sheet_does_not_depend_on_index_or_order_of_columns_and_rows(
    measured: pd.DataFrame,
) -> None:
    table = SHEET.table()
    turned = table[table.columns[::-1]].iloc[::-1].set_axis([3] * len(table))
    again = indicator_sheet(turned).status(measured.iloc[::-1].set_axis([1] * len(measured)))
    first = SHEET.status(measured).set_index("indicator")
    assert_frame_equal(again.set_index("indicator").loc[first.index], first)


# Status


@LAW
@given(st.sampled_from(["higher", "lower"]), st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_status_is_decided_by_the_whole_interval(way: str, numbers: list[float]) -> None:
    target, *rest = numbers
    lower, value, upper = sorted(rest)
    sheet = indicator_sheet(one(direction=way, target=target, baseline=np.nan))
    found = sheet.status(seen(value, lower, upper))["status"].item()
    good = all(v >= target if way == "higher" else v <= target for v in (lower, value, upper))
    bad = all(v < target if way == "higher" else v > target for v in (lower, value, upper))
    assert found == ("met" if good else "not met" if bad else "cannot be told")


@pytest.mark.parametrize(
    ("ends", "status"),
    [
        ((0.5, 0.6), "met"),
        ((0.4, 0.7), "cannot be told"),
        ((0.1, 0.49), "not met"),
        ((0.71, 0.8), "not met"),
    ],
)
def test_status_within_a_band(ends: tuple[float, float], status: str) -> None:
    band = {"direction": "within", "target": 0.6, "target_lower": 0.5, "target_upper": 0.7}
    found = indicator_sheet(one(**band)).status(seen(sum(ends) / 2, *ends))
    assert found["status"].item() == status


def test_what_is_not_measured_says_so() -> None:
    found = SHEET.status(seen(0.7, 0.68, 0.72))
    assert found["status"].tolist() == ["met"] + ["not measured"] * (len(SHEET.names) - 1)
    assert found["n"].tolist() == [10] + [0] * (len(SHEET.names) - 1)


def test_the_picture_shows_the_status(measured: pd.DataFrame) -> None:
    table = SHEET.status(measured)
    ax = SHEET.plot(measured, fig.canvas().subplots())
    assert [t.get_text() for t in ax.get_yticklabels()][::-1] == table["indicator"].tolist()
    dots = [
        line for line in ax.lines if line.get_marker() == "o" and line.get_linestyle() == "None"
    ]
    from matplotlib.colors import to_hex

    colours = {"met": fig.GREEN, "not met": fig.RED, "cannot be told": fig.ORANGE}
    assert [to_hex(d.get_color()).upper() for d in dots] == [
        colours[s].upper() for s in table["status"]
    ]
    plain = table["direction"] != "within"
    better = np.where(table["direction"] == "lower", -1, 1) * (table["value"] - table["target"])
    side = np.array([float(d.get_xdata()[0]) for d in dots])
    assert (np.sign(side[plain]) == np.sign(better[plain])).all()
    assert all(f"n {n:,}" in t.get_text() for n, t in zip(table["n"], ax.texts, strict=True))


# Measures


def test_measures_agree_with_counting_by_hand(
    tables: dict[str, pd.DataFrame], measured: pd.DataFrame
) -> None:
    by = measured.set_index("indicator")["value"]
    survey = tables["survey"].query("wave == 2")
    assert by["satisfaction rate"] == pytest.approx((survey["overall"].dropna() >= 4).mean())
    would = survey["recommendation"].dropna()
    assert by["recommendation"] == pytest.approx(100 * ((would >= 9).mean() - (would <= 6).mean()))
    people = tables["customers"]
    there = people[(people["joined"] <= "2025-01-01") & ~(people["left"] <= "2025-01-01")]
    kept = ~(there["left"] <= "2025-12-31")
    assert by["retention in twelve months"] == pytest.approx(kept.mean())
    end = people[(people["joined"] <= "2025-12-31") & ~(people["left"] <= "2025-12-31")]
    assert by["answers to the survey"] == pytest.approx(len(survey) / len(end))
    log = tables["purchases"][tables["purchases"]["date"] >= "2025"]
    own = log[log["own"]]
    mine = log[log["customer"].isin(own["customer"])].drop_duplicates(["customer", "date", "own"])
    assert by["share of requirements"] == pytest.approx(mine["own"].mean())
    days = own.drop_duplicates(["customer", "date"])["customer"].value_counts()
    assert by["repurchase rate"] == pytest.approx((days >= 2).mean())
    spent = own.groupby("customer")["amount_cents"].sum().sort_values(ascending=False)
    top = spent.iloc[: round(0.2 * len(spent))].sum() / spent.sum()
    assert by["sales held by the top fifth"] == pytest.approx(top, abs=0.005)
    asked = tables["problem_survey"]
    had = asked[asked["had_problem"].astype(bool)]
    assert by["problem rate"] == pytest.approx(len(had) / len(asked))
    assert by["problems voiced"] == pytest.approx(had["voiced"].astype(bool).mean())
    gone = tables["exits"][tables["exits"]["date"] >= "2025"]
    assert by["exit interviews"] == pytest.approx(gone["answered"].mean())
    file = tables["complaints"][tables["complaints"]["date"] >= "2025"]
    assert by["content with the answer"] == pytest.approx(file["satisfied"].dropna().mean())


def test_days_to_settle_count_the_open_ones_and_each_customer_once() -> None:
    file = pd.DataFrame(
        {
            "customer": [1, 1, 2, 3, 4, 5],
            "date": ["2025-01-01"] + ["2025-02-01"] * 4 + ["2025-12-30"],
            "days": [10.0, 300.0, 20.0, 30.0, np.nan, 90.0],
            "satisfied": np.nan,
        }
    )
    file["date"] = pd.to_datetime(file["date"])
    rows = SHEET.table().query("indicator == 'days to settle a complaint'")
    found = measure_sheet(indicator_sheet(rows), {"complaints": file})
    # 10, 20, 30 answered; one open for 333 days and one for 1 day: S falls to 3/4, 1/2, 1/4
    assert found[["value", "n"]].to_numpy().tolist() == [[20.0, 5]]
    assert found["lower"].item() <= 20 <= found["upper"].item()


@pytest.mark.slow
def test_level_reaches_every_interval(
    tables: dict[str, pd.DataFrame], measured: pd.DataFrame
) -> None:
    narrow = measure_sheet(SHEET, tables, level=0.5)
    for name in ("lower", "upper"):
        assert ((narrow[name] - measured[name]).abs() > 0).all(), name
    assert (narrow["upper"] - narrow["lower"] < measured["upper"] - measured["lower"]).all()


def test_level_reaches_the_intervals_of_the_survey(
    tables: dict[str, pd.DataFrame], measured: pd.DataFrame
) -> None:
    names = ("survey", "customers", "complaints", "problem_survey", "exits")
    narrow = measure_sheet(SHEET, {n: tables[n] for n in names}, level=0.5).set_index("indicator")
    wide = measured.set_index("indicator").loc[narrow.index]
    assert len(narrow) == 9
    assert (narrow["upper"] - narrow["lower"] < wide["upper"] - wide["lower"]).all()


def test_clock_and_time_zone_of_a_complaint_do_not_matter(tables: dict[str, pd.DataFrame]) -> None:
    file = tables["complaints"]
    last = file.iloc[[-1]].assign(date=pd.Timestamp("2025-12-31"), satisfied=1.0)
    file = pd.concat([file, last.assign(customer=10**6)])
    late = file.assign(date=file["date"].dt.tz_localize("Asia/Shanghai") + pd.Timedelta(hours=23))
    rows = SHEET.table().query("source == 'complaints'")
    early, clocked = (
        measure_sheet(indicator_sheet(rows), {"complaints": f})[["value", "upper", "n"]]
        for f in (file, late)
    )
    assert_frame_equal(early, clocked)


def test_a_year_of_ones_own_and_a_function_of_ones_own(tables: dict[str, pd.DataFrame]) -> None:
    name = "satisfaction rate"
    found = measure_sheet(
        SHEET,
        {"survey": tables["survey"]},
        year=2024,
        functions={name: lambda y: (0.5, 0.4, 0.6, 9)},
    )
    assert found.set_index("indicator").loc[name, ["value", "n"]].tolist() == [0.5, 9]
    first = tables["survey"].query("wave == 1")["recommendation"].dropna()
    wanted = 100 * ((first >= 9).mean() - (first <= 6).mean())
    assert found.set_index("indicator").loc["recommendation", "value"] == pytest.approx(wanted)


# Principles and steps


def verdicts(**options: Any) -> dict[str, str]:
    sheet = options.pop("sheet", SHEET)
    found = six_principles(sheet, **options)
    return dict(zip(found["rule"], found["verdict"], strict=True))


def test_six_principles_of_document_004(measured: pd.DataFrame) -> None:
    found = six_principles(
        SHEET, values=measured, sources=TABLES, today="2025-12-31", per_owner=12, most=12
    )
    assert found["principle"].nunique() == found["chinese"].nunique() == 6
    by = found.set_index("rule")["verdict"]
    assert by["the employees are asked, too"] == "fail"  # the linked sheet asks only customers
    assert by["money is there"] == by["inside and outside"] == "pass"
    wide = found.set_index("rule").loc[
        "its interval is shorter than the step from baseline to target"
    ]
    status = SHEET.status(measured).set_index("indicator")
    table = SHEET.table().set_index("indicator")
    step = (table["target"] - table["baseline"]).abs()
    step["sales held by the top fifth"] = 0.65 - 0.50
    broken = status.index[(status["upper"] - status["lower"]) > step]
    assert wide["indicators"] == ", ".join(broken)
    assert by["its source is there"] == by["a review within 400 days"] == "pass"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"goal": ""}, "every indicator names its goal"),
        ({"view": "process"}, "an indicator of what customers say"),
        ({"view": "customer says"}, "an indicator of what customers do"),
        ({"view": "money"}, "half of them look from outside"),
        ({"view": "customer does"}, "inside and outside"),
        ({"view": "people"}, "money is there"),
        ({"horizon": "short"}, "short and long run"),
        ({"owner": "she"}, "nobody owns more than 5"),
    ],
)
def test_each_principle_can_fail(change: dict[str, str], rule: str) -> None:
    assert verdicts(sheet=indicator_sheet(SHEET.table().assign(**change)))[rule] == "fail"
    assert verdicts(sheet=SHEET)[rule] != "fail"


def test_options_of_the_principles_can_fail() -> None:
    assert verdicts(most=11)["at most 11 indicators"] == "fail"
    assert verdicts(sources=["survey"])["its source is there"] == "fail"
    assert verdicts(today="2026-07-01")["a review within 400 days"] == "fail"
    assert verdicts(today="2025-01-01")["a review within 400 days"] == "fail"
    assert verdicts(today="2026-06-30")["a review within 400 days"] == "pass"
    rule = "taken at least once before its review"
    assert verdicts(review_days=100)[rule] == "fail"
    assert verdicts()[rule] == "needs a human"  # nobody said what day it is
    assert verdicts(today="2025-12-31")[rule] == "pass"
    found = six_principles(SHEET, today="2026-03-01").set_index("rule").loc[rule]
    yearly = SHEET.table().query("cadence == 'yearly'")["indicator"]
    assert [found["verdict"], found["indicators"]] == ["fail", ", ".join(yearly)]
    assert verdicts(today="2026-01-15")[rule] == "pass"  # 365 days before 2027-01-15
    assert verdicts(today="2026-01-15", review_days=300)[rule] == "fail"


def test_eight_steps_of_document_004_and_their_functions_exist() -> None:
    table = eight_steps(SHEET)
    assert table["number"].tolist() == list(range(1, 9))
    assert (table["of"] == 12).all()
    for step in STEPS:
        assert set(step.columns) <= set(SHEET.table().columns)
        assert all(callable(resolved(f)) for f in step.functions)
    last = table.iloc[-1]
    assert last["filled"] == 10
    assert last["lacking"] == "problem rate, problems voiced"  # no baseline
    bare = eight_steps(indicator_sheet(SHEET.table().drop(columns=["goal", "review"])))
    assert bare["filled"].tolist()[0] == 0
    assert bare["filled"].tolist()[6] == 0


def own_sheet(**change: Any) -> pd.DataFrame:
    """Return what somebody writes who knows the required columns only."""
    row = {
        "Indicator ": "repeat rate",
        "Definition": "who bought twice",
        "Formula": " repeat / buyers ",
        "Source": "CRM",
        "UNIT": "Share",
        "Owner": "Ms Li",
        "Target": 0.65,
        "Direction": " Higher",
        "Cadence": "Half-Yearly ",
    }
    empty = dict.fromkeys(row)
    return pd.DataFrame([row | change, empty], index=[4, 4])


def test_capitals_blanks_and_empty_rows_of_a_sheet_do_not_matter(tmp_path: Any) -> None:
    table = indicator_sheet(own_sheet()).table()
    found = table.loc[0, ["indicator", "formula", "unit", "owner", "direction", "cadence"]]
    wanted = ["repeat rate", "repeat / buyers", "share", "Ms Li", "higher", "half-yearly"]
    assert [len(table), *found] == [1, *wanted]
    own_sheet().to_csv(tmp_path / "own.csv", index=False)
    assert_frame_equal(indicator_sheet(tmp_path / "own.csv").table(), table)
    words = table.astype({"unit": "category", "direction": "category", "owner": "string"})
    assert_frame_equal(indicator_sheet(words).table(), table, check_dtype=False)


def test_faults_in_numbers_name_their_rows() -> None:
    sheet = pd.concat([one(), one(), one()]).assign(indicator=list("abc"))
    sheet = sheet.assign(target=["0.6", "65%", 0.7]).set_axis([5, 6, 7])
    found = sheet_faults(sheet).set_index("column")
    assert found.loc["target", "row"] == "6"
    assert "row 6 holds '65%'; write 65% as 0.65" in found.loc["target", "fault"]
    later = sheet_faults(sheet.assign(target=[0.6, 0.5, np.inf])).set_index("column")
    assert later.loc["target", "row"] == "7"


def test_a_review_with_a_time_zone_is_a_day() -> None:
    zoned = SHEET.table().assign(review=pd.Timestamp("2026-06-30 18:00", tz="Asia/Shanghai"))
    found = verdicts(sheet=indicator_sheet(zoned), today="2026-06-30")
    assert found["a review within 400 days"] == "pass"


def test_a_sheet_without_optional_columns_fails_only_what_it_can_be_asked() -> None:
    sheet = indicator_sheet(own_sheet())
    found = six_principles(sheet).set_index("rule")
    assert set(found.index[found["verdict"] == "fail"]) == {
        "every indicator names its goal",
        "a review within 400 days",
    }
    whys = found.loc[found["verdict"] == "needs a human", "why"]
    assert (whys == "column view is empty").sum() == 6
    assert (whys == "column horizon is empty").sum() == 1
    values = seen(0.6, 0.5, 0.7, "repeat rate")
    measured = six_principles(sheet, values=values).set_index("rule")["verdict"]
    assert measured["it was measured, with an interval"] == "pass"  # not only by our functions
    part = indicator_sheet(SHEET.table().assign(view=["process"] * 7 + [""] * 5))
    by = six_principles(part).set_index("rule").loc["half of them look from outside"]
    assert [by["verdict"], len(by["indicators"].split(", "))] == ["fail", 7]
    for view, verdict in (("customer says", "pass"), ("process", "needs a human")):
        half = indicator_sheet(SHEET.table().assign(view=[view] * 6 + [""] * 6))
        assert verdicts(sheet=half)["half of them look from outside"] == verdict
    most = indicator_sheet(
        SHEET.table().assign(view=["customer does", *["process"] * 6, *[""] * 5])
    )
    assert verdicts(sheet=most)["half of them look from outside"] == "needs a human"


def test_who_leaves_on_the_first_day_of_the_year_was_not_there() -> None:
    people = pd.DataFrame({"customer": [1, 2, 3], "joined": "2024-01-01"})
    people["left"] = ["2025-01-01", "2025-01-02", None]
    rows = SHEET.table().query("indicator == 'retention in twelve months'")
    found = measure_sheet(indicator_sheet(rows), {"customers": people})
    assert found[["value", "n"]].to_numpy().tolist() == [[0.5, 2]]


def test_what_has_no_value_was_not_measured() -> None:
    found = six_principles(SHEET, values=seen(0.6, 0.5, 0.7)).set_index("rule")
    row = found.loc["it was measured, with an interval"]
    assert [row["verdict"], row["indicators"]] == ["fail", ", ".join(SHEET.names[1:])]


# The delivery index of a branch


@LAW
@given(indices)
def test_the_index_lies_within_its_interval_and_bounds(branch: DeliveryIndex) -> None:
    lower, upper = branch.interval
    slack = 1e-9
    assert -slack <= lower <= branch.index + slack <= upper + 2 * slack <= 100 + 3 * slack
    least, most = branch.bounds
    assert least - slack <= branch.index <= most + slack
    if branch.lacking == "nothing":
        assert least == pytest.approx(branch.index)
        assert most == pytest.approx(least)
    table = branch.table()
    assert math.fsum(table["part"]) == pytest.approx(1)
    assert math.fsum(table["contribution"]) == pytest.approx(branch.index, abs=1e-9)


@LAW
@given(indices, st.sampled_from([0.0, 1e-3, 7.0]))
def test_only_the_proportions_of_weights_count(branch: DeliveryIndex, times: float) -> None:
    from dataclasses import replace

    names = ("weight_phone", "weight_visits", "weight_audit")
    same = replace(branch, **{n: getattr(branch, n) * (times or 1e6) for n in names})
    assert same.index == pytest.approx(branch.index, abs=1e-9)


def test_the_three_rules_on_one_branch() -> None:
    common: dict[str, Any] = {"phone": 90, "passed": 0.6, "audit": 30, "lacking": "audit"}
    found = [
        DeliveryIndex(**common, missing=m, earlier=45).index for m in ("drop", "carry", "worst")
    ]
    assert found == pytest.approx([75, 65, 50])
    assert DeliveryIndex(**common).bounds == pytest.approx((50, 50 + 100 / 3))


def test_the_interval_is_that_of_the_visits_times_their_part() -> None:
    branch = DeliveryIndex(phone=80, passed=0.75, audit=80, visits=12, weight_visits=2)
    ends = wilson(9, 12)
    assert branch.interval == pytest.approx([40 + 50 * float(e) for e in ends])


@LAW
@given(instances(DeliveryIndex, where=WHERE[DeliveryIndex], cap=100.0))
def test_the_curve_passes_through_the_branch(branch: DeliveryIndex) -> None:
    curve = branch.curve()
    assert np.isfinite(curve.to_numpy()).all()
    step = np.abs(np.diff(curve["index"])).max()
    found = np.interp(branch.here, curve["part"], curve["index"])
    assert found == pytest.approx(branch.index, abs=step + 1e-9)


def test_the_curve_starts_without_and_ends_with_the_visits_alone() -> None:
    curve = DeliveryIndex(weight_visits=3, weight_phone=1, weight_audit=0.5).curve()
    assert curve["index"].iloc[-1] == pytest.approx(75)
    assert curve["index"].iloc[0] == pytest.approx((85 + 45) / 1.5)
    dropped = DeliveryIndex(lacking="audit").curve().set_index("part")["index"]
    assert dropped[0.5] == pytest.approx((85 * 0.25 + 75 * 0.5) / 0.75)


def test_without_the_visits_their_weight_changes_nothing() -> None:
    curve = DeliveryIndex(lacking="visits", phone=60, audit=80).curve()
    assert curve[["index", "lower", "upper"]].to_numpy() == pytest.approx(70.0)


def test_the_sentence_says_what_can_be_told() -> None:
    assert "cannot be told" in DeliveryIndex(passed=0.7).sentence()
    assert "that passes" in DeliveryIndex(passed=1.0, phone=100, audit=100).sentence()
    assert "does not pass" in DeliveryIndex(passed=0.1).sentence()
    assert "counts 0" in DeliveryIndex(lacking="audit", missing="worst").sentence()
    good = {"phone": 100.0, "passed": 1.0, "visits": 100}
    assert "that passes under this rule;" in DeliveryIndex(lacking="audit", **good).sentence()
    sure = DeliveryIndex(lacking="audit", weight_audit=0.1, **good).sentence()
    assert "that passes;" in sure
    low = DeliveryIndex(lacking="audit", missing="worst", visits=1000).sentence()
    assert "that does not pass under this rule" in low
    none = DeliveryIndex(lacking="audit", weight_audit=0, visits=1).sentence()
    assert "is dropped, and has no weight" in none
    assert "chance of 1 visit)" in none


# The delivery index of many branches


@LAW
@given(
    st.lists(st.tuples(gap, gap, gap), min_size=1, max_size=6), st.sampled_from(["drop", "worst"])
)
def test_bounds_hold_the_index_whatever_the_rule(
    rows: list[tuple[float | None, ...]], missing: Any
) -> None:
    frame = pd.DataFrame(rows, columns=["phone", "visits", "audit"], dtype=float)
    frame = frame.assign(branch=range(len(frame)))
    table = delivery_index(
        frame, missing=missing, weights={"phone": 1, "visits": 2, "audit": 3}
    ).table()
    known = table.dropna(subset="index")
    assert (known["least"] <= known["index"] + 1e-9).all()
    assert (known["index"] <= known["most"] + 1e-9).all()
    assert table["most"].to_numpy() == pytest.approx(
        table["least"].to_numpy() + 100 * table["missing_weight"].to_numpy()
    )
    nothing = frame[["phone", "visits", "audit"]].isna().all(axis=1).to_numpy()
    assert table["index"].isna().tolist() == [bool(n) and missing == "drop" for n in nothing]


def test_carry_takes_the_same_branchs_last_score() -> None:
    frame = pd.DataFrame(
        {
            "branch": ["A", "B", "A", "B", "A", "B"],
            "month": [3, 3, 1, 1, 2, 2],
            "phone": [None, 50, 80, 60, None, None],
            "visits": [70, None, 70, None, 70, 40],
        }
    )
    feeds = {"phone": "phone", "visits": "visits"}
    made = delivery_index(frame, period="month", feeds=feeds, missing="carry")
    found = made.table().set_index(["branch", "period"])["index"]
    assert found["A"].to_dict() == {3: 75, 1: 75, 2: 75}
    assert found["B"].to_dict() == {3: 45, 1: 60, 2: 50}  # nothing to carry in month 1
    rank = made.table().set_index(["branch", "period"])["rank"]
    assert rank.loc[[("A", 3), ("B", 3)]].tolist() == [1, 2]


def test_index_of_many_agrees_with_the_model_of_one() -> None:
    frame = drawn(5)
    frame.loc[1, "audit"] = np.nan
    weights = {"phone": 1.0, "visits": 2.0, "audit": 0.5}
    for missing in ("drop", "worst"):
        table = delivery_index(frame, weights=weights, missing=missing).table()  # type: ignore[arg-type]
        for i, row in frame.iterrows():
            lacks = "audit" if i == 1 else "nothing"
            audit = 0.0 if i == 1 else row["audit"]
            named = {f"weight_{n}": w for n, w in weights.items()}
            branch = DeliveryIndex(
                phone=row["phone"], passed=row["visits"] / 100, audit=audit, lacking=lacks,
                missing=missing, **named,
            )  # fmt: skip
            assert table.loc[i, "index"] == pytest.approx(branch.index)
            assert table.loc[i, ["least", "most"]].tolist() == pytest.approx(branch.bounds)


def test_errors_of_the_feeds_reach_the_index_and_level_its_interval() -> None:
    frame = drawn(3).assign(e=[3.0, 6.0, 0.0])
    made = delivery_index(
        frame, errors={"visits": "e"}, weights={"phone": 1, "visits": 1, "audit": 2}
    )
    table = made.table()
    assert table["error"].to_numpy() == pytest.approx([0.75, 1.5, 0])
    assert (table["upper"] - table["lower"])[0] == pytest.approx(2 * 1.959964 * 0.75)
    half = delivery_index(frame, errors={"visits": "e"}, level=0.5).table()
    wide = delivery_index(frame, errors={"visits": "e"}).table()
    assert ((half["upper"] - half["lower"]) < (wide["upper"] - wide["lower"])).tolist() == [1, 1, 0]
    unsure = delivery_index(frame).table()  # nobody said how sure the scores are
    assert unsure[["error", "lower", "upper"]].isna().all(axis=None)
    assert unsure["index"].notna().all()


def test_index_does_not_depend_on_rows_columns_or_index() -> None:
    frame = drawn(6)
    turned = frame[frame.columns[::-1]].iloc[::-1].set_axis([0] * 6)
    one_way, other = (delivery_index(f).table().set_index("branch") for f in (frame, turned))
    assert_frame_equal(one_way, other.loc[one_way.index])


# Weights


def test_share_of_weights_has_the_areas_of_a_triangle() -> None:
    # A passes 80 where 100·w1 >= 80: a corner triangle of area 0.2²; B where w1 <= 0.5
    frame = pd.DataFrame(
        {"branch": ["A", "B"], "phone": [100, 60], "visits": [0, 100], "audit": [0, 100]}
    )
    found = weight_space(delivery_index(frame), draws=40_000, seed=3).set_index("branch")
    assert found.loc["A", "passes"] == pytest.approx(0.04, abs=0.005)
    assert found.loc["B", "passes"] == pytest.approx(0.75, abs=0.01)
    # A is first where 100 w1 >= 100 - 40 w1, so w1 >= 5/7
    assert found.loc["A", "first"] == pytest.approx((2 / 7) ** 2, abs=0.01)
    assert found["first"].sum() == pytest.approx(1)
    assert found.loc["A", "first_lower"] < (2 / 7) ** 2 < found.loc["A", "first_upper"]
    assert found[["lowest", "highest"]].to_numpy().tolist() == [[60, 100], [0, 100]]


def test_a_branch_that_is_better_in_every_feed_is_first_under_all_weights() -> None:
    frame = drawn(8)
    frame.loc[3, ["phone", "visits", "audit"]] = 100.0
    found = weight_space(delivery_index(frame), draws=500)
    assert found.iloc[0][["branch", "first", "passes"]].tolist() == ["B3", 1.0, 1.0]
    level = weight_space(delivery_index(frame), draws=500, level=0.5)
    assert level["first_lower"][0] > found["first_lower"][0]


def test_a_branch_without_a_weighed_feed_still_takes_part_under_other_weights() -> None:
    frame = drawn(3).assign(visits=[50.0, 50.0, 99.0])
    frame.loc[2, ["phone", "audit"]] = np.nan
    made = delivery_index(frame, weights={"phone": 1, "visits": 0, "audit": 0})
    found = weight_space(made, draws=200).set_index("branch")
    assert np.isnan(found.loc["B2", "index"])
    assert found.loc["B2", ["lowest", "highest"]].tolist() == [99, 99]
    assert found.loc["B2", "first"] > 0.9


def test_equal_branches_share_the_first_place() -> None:
    frame = drawn(1)
    both = pd.concat([frame, frame.assign(branch="C")])
    assert weight_space(delivery_index(both), draws=100)["first"].tolist() == [0.5, 0.5]


@LAW
@given(st.integers(0, 4), st.integers(0, 10**6))
def test_a_tornado_moves_a_weight_to_the_feeds_own_score(i: int, seed: int) -> None:
    frame = drawn(5, seed)
    made = delivery_index(frame, weights={"phone": 1, "visits": 2, "audit": 5})
    table = index_tornado(made, f"B{i}").set_index("input")
    for feed in ("phone", "visits", "audit"):
        row = table.loc[f"weight of {feed}"]
        assert row["high"] == pytest.approx(frame.loc[i, feed])
        others = sum(1 + (frame[feed] > frame.loc[i, feed]).sum() for _ in [0])
        assert row["rank_high"] == others
    first = table.loc["weight of phone"]
    assert first["low"] == pytest.approx(
        (2 * frame.loc[i, "visits"] + 5 * frame.loc[i, "audit"]) / 7
    )
    assert table["swing"].is_monotonic_decreasing


def test_the_tornado_is_drawn_as_its_table() -> None:
    made = delivery_index(drawn(4).assign(audit=np.nan))
    table = index_tornado(made, "B2")
    lacks = table.set_index("input").loc["audit, which lacks"]
    row = made.table().iloc[2]
    assert [lacks["low"], lacks["high"]] == pytest.approx([row["least"], row["most"]])
    ax = plot_index_tornado(table, fig.canvas().subplots())
    ends = sorted(b.get_x() + b.get_width() for b in ax.patches)
    assert ends == pytest.approx(sorted([*table["low"], *table["high"]]))


def test_the_picture_of_branches_is_the_table() -> None:
    made = delivery_index(drawn(30))
    ax = made.plot(fig.canvas().subplots(), most=10)
    table = made.table().sort_values("index")
    chosen = pd.concat([table.head(5), table.tail(5)])
    assert [t.get_text() for t in ax.get_yticklabels()] == chosen["branch"].tolist()
    assert ax.lines[0].get_xdata().tolist() == pytest.approx(chosen["index"].tolist())


# Visits and phone


def test_twelve_visits_have_a_standard_error_of_0_144_as_the_caveat_of_c116_says() -> None:
    table = visit_precision(12)
    assert table["error"].round(3).tolist() == [0.144, 0.25, 0.25, 0.25]
    assert visit_precision(14, modes=3)["visits"].tolist() == [14, 5, 5, 4]


@LAW
@given(st.floats(0.01, 0.4), st.floats(0.05, 0.95), st.floats(0.5, 0.99))
def test_visits_needed_are_the_fewest(half: float, share: float, level: float) -> None:
    from scipy.stats import norm

    n, z = visits_needed(half, share=share, level=level), norm.ppf((1 + level) / 2)
    assert z * math.sqrt(share * (1 - share) / n) <= half + 1e-9
    assert n == 1 or z * math.sqrt(share * (1 - share) / (n - 1)) > half - 1e-9


def test_the_error_of_visits_is_what_simulated_years_show() -> None:
    runs = np.random.default_rng(1).binomial(12, 0.7, 20_000) / 12
    assert visit_precision(12, share=0.7)["error"][0] == pytest.approx(runs.std(), abs=0.002)


def test_phone_scores_count_each_caller_once() -> None:
    people = pd.DataFrame({"customer": range(10), "branch": list("AAAABBBBBB")}, index=[0] * 10)
    calls = pd.DataFrame({"customer": [1, 1, 2, 9, 77]})
    found = phone_scores(calls, people)
    assert found["callers"].tolist() == [2, 1]
    assert found["phone"].to_numpy() == pytest.approx([50, 100 * 5 / 6])
    lower, upper = wilson([2, 5], [4, 6])
    assert found["lower"].to_numpy() == pytest.approx(100 * lower)
    assert found["upper"].to_numpy() == pytest.approx(100 * upper)
    assert (phone_scores(calls, people, level=0.5)["lower"] > found["lower"]).all()
    near = 100 * math.sqrt(4 / 8 * 4 / 8 / 8)  # two callers more among four customers more
    assert found["error"].iloc[0] == pytest.approx(near)
    assert (phone_scores(calls.iloc[:2], people)["error"] > 0).all()  # B: nobody called


# Listening posts


def posts_of(firm: Firm) -> tuple[pd.DataFrame, dict[str, Any]]:
    people, troubles = firm.customers, firm.problems
    had = people["customer"].isin(troubles["customer"])
    spoke = people["customer"].isin(troubles.loc[troubles["voiced"], "customer"])
    people = people.assign(troubled=had, silent=had & ~spoke)
    wave = firm.survey.query("wave == 2")
    gone = firm.exits[firm.exits["answered"]]
    return people, {
        "complaint route": firm.complaints["customer"],
        "survey": wave["customer"],
        "mystery shopper": [],
        "lost-customer interviews": gone["customer"],
    }


def test_whom_the_posts_of_the_linked_firm_hear(firm: Firm) -> None:
    people, posts = posts_of(firm)
    groups = ["troubled", "silent", "churned"]
    heard = who_is_heard(people, posts, groups=groups).set_index(["post", "group"])
    assert heard.loc[("complaint route", "silent"), "heard"] == 0
    assert heard.loc[("survey", "churned"), "heard"] == 0
    assert heard.loc[("mystery shopper", "everybody"), "share"] == 0
    assert (heard.loc["lost-customer interviews", "heard"] > 0).all()
    voiced = people["troubled"] & ~people["silent"]
    n = people["troubled"].sum()
    assert heard.loc[("complaint route", "troubled"), ["n", "heard"]].tolist() == [n, voiced.sum()]
    any_post = {c for post in posts.values() for c in post}
    unheard = ~people["customer"].isin(any_post) & people["troubled"]
    assert heard.loc[("none of them", "troubled"), "heard"] == unheard.sum()
    lower, upper = wilson(unheard.sum(), n)
    assert heard.loc[("none of them", "troubled"), ["lower", "upper"]].tolist() == pytest.approx(
        [float(lower), float(upper)]
    )


def test_the_picture_of_a_post_is_biased_as_counted(firm: Firm) -> None:
    people, posts = posts_of(firm)
    found = post_pictures(people, posts, groups=["troubled", "silent"]).set_index(["post", "group"])
    assert found.loc[("complaint route", "troubled"), "share"] == 1
    asked = people[people["customer"].isin(posts["survey"])]
    row = found.loc[("survey", "troubled")]
    assert row["share"] == pytest.approx(asked["troubled"].mean())
    assert row["bias"] == pytest.approx(asked["troubled"].mean() - people["troubled"].mean())
    assert row["holds"] == (row["lower"] <= row["truth"] <= row["upper"])
    assert "mystery shopper" not in found.index.get_level_values(0)


@pytest.mark.slow
def test_a_random_post_holds_the_truth_as_often_as_its_level_says() -> None:
    held = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        people = pd.DataFrame({"customer": range(3000), "troubled": rng.random(3000) < 0.3})
        sample = rng.choice(3000, 150, replace=False)
        held.append(post_pictures(people, {"sample": sample}, groups=["troubled"])["holds"].item())
    assert 0.92 <= np.mean(held) <= 0.98


def test_posts_are_drawn_as_their_table() -> None:
    people = pd.DataFrame({"customer": range(8), "troubled": [1, 1, 1, 1, 0, 0, 0, 0]})
    table = who_is_heard(people, {"file": [0, 1, 1], "survey": [4]}, groups=["troubled"])
    ax = plot_posts(table, fig.canvas().subplots())
    by_group = table.sort_values("group", kind="stable")["share"]
    assert sorted(b.get_height() for b in ax.patches) == pytest.approx(sorted(by_group))
    assert [t.get_text() for t in ax.get_xticklabels()] == ["file", "survey", "none\nof them"]


def test_the_four_posts_of_document_002() -> None:
    table = four_posts()
    assert len(table) == 4
    assert all(callable(resolved(name)) for name in table["function"])


# Claims


def numbers(findings: list[Any]) -> list[float | None]:
    return [f.computed for f in findings]


def test_pims_figures_of_c068_clash_within_one_market() -> None:
    found = numbers(served_well_or_badly())
    assert [round(v or 0, 1) for v in found] == [5.7, 3.1, 2.6, 15.0, 5.0]
    assert numbers(served_well_or_badly(share_well=0.0))[3] is None


def test_235_percent_of_c107_is_3_35_times() -> None:
    found = numbers(sales_up_235())
    assert found[0] == pytest.approx(3.35)
    assert found[1] == pytest.approx(2.35)
    assert numbers(sales_up_235(rise=-100))[2] is None


def test_the_anonymous_cases_have_no_effect_to_check() -> None:
    for case in (e_commerce_case, luxury_case, mitsubishi_elevator, sales_up_235):
        findings = case()  # type: ignore[operator]
        assert all(f.documented is None and f.agrees is None for f in findings)
        assert any(f.computed is None and "missing" in f.assumption for f in findings)


def test_counts_of_c052_c053_c055_are_those_of_document_004() -> None:
    assert numbers(six_indicator_principles())[0] == 6
    assert numbers(eight_indicator_steps())[0] == 8
    assert numbers(four_indicators_to_track())[0] == 4
    names = {"satisfaction rate", "repurchase rate", "days to settle a complaint", "recommendation"}
    assert names <= set(SHEET.names)


def test_the_same_net_promoter_score_is_surer_where_nobody_detracts() -> None:
    _, value, half, calm = numbers(four_indicators_to_track(0.5, 0.2, 400))
    assert value == pytest.approx(30)
    assert calm is not None
    assert half is not None
    assert calm < half
    assert half == pytest.approx(100 * 1.96 * math.sqrt((0.7 - 0.09) / 400), rel=0.01)


def test_c116_of_document_002() -> None:
    found = numbers(brand_delivery_index())
    assert found[:4] == pytest.approx([3, 0.1443, 0.25, 97], abs=1e-4)
    assert [round(v or 0, 3) for v in found[4:]] == [0.475, 0.658]
