"""Chapter 07: laws, sourced numbers, pictures and recovery of the matrix."""

from __future__ import annotations

import dataclasses
import datetime
import inspect
import io
import itertools
import math
import re
import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from PIL import Image
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep
from strategies import instances, scalar

from loyaltylab import claims, datasets, firm, matrix, show
from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.ledger import Finding
from loyaltylab.base.model import params
from loyaltylab.base.stats import wilson
from loyaltylab.lab.explore import build, slider_ranges
from loyaltylab.matrix import QueueFavour, SplitRule
from loyaltylab.matrix.levels import LEVELS, SEGMENTS

LAW = settings(max_examples=30, deadline=None)
ANSWER = st.integers(1, 5)
PEOPLE = st.lists(
    st.tuples(ANSWER, ANSWER, st.floats(0, 1).map(lambda v: round(v, 2))), min_size=1, max_size=20
).map(lambda rows: pd.DataFrame(rows, columns=["liking", "comparison", "share"]))
RULE = st.sampled_from(["midpoint", "median", "mean"])


def close(found: Any, wanted: Any, atol: float = 1e-9) -> None:
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=atol)


# Laws: levels and segments


@LAW
@given(PEOPLE)
def test_the_two_orders_differ_in_the_middle_only(people: pd.DataFrame) -> None:
    one = matrix.preference(people, cut=3)["preference"].astype(str)
    other = matrix.preference(people, cut=3, order="strength_first")["preference"].astype(str)
    swapped = {"lowest": "lowest", "low": "high", "high": "low", "highest": "highest"}
    assert list(other) == [swapped[level] for level in one]
    for level, liking, comparison in zip(one, people["liking"], people["comparison"], strict=True):
        assert (level == "highest") == (liking > 3 and comparison > 3)
        assert (level == "lowest") == (liking <= 3 and comparison <= 3)


@LAW
@given(PEOPLE, st.sampled_from(["differentiation_first", "strength_first"]))
def test_who_likes_it_more_or_finds_it_better_never_prefers_it_less(
    people: pd.DataFrame, order: Any
) -> None:
    levels = matrix.preference(people, cut=3, order=order)["preference"].cat.codes
    for column in ("liking", "comparison"):
        more = people.assign(**{column: np.minimum(people[column] + 1, 5)})
        found = matrix.preference(more, cut=3, order=order)["preference"]
        assert (found.cat.codes >= levels).all()


@LAW
@given(PEOPLE, st.tuples(st.floats(1, 4), st.floats(0, 1)), st.sampled_from(["low", "high"]))
def test_everybody_stands_in_the_segment_that_the_cuts_say(
    people: pd.DataFrame, cuts: tuple[float, float], ties: Any
) -> None:
    found = matrix.classify(matrix.preference(people, cut=3), split=cuts, ties=ties)
    for level, share, segment in found[["preference", "share", "segment"]].itertuples(index=False):
        score = LEVELS.index(level) + 1
        likes = score > cuts[0] or (ties == "high" and score == cuts[0])
        comes = share > cuts[1] or (ties == "high" and share == cuts[1])
        names = {(True, True): "loyal", (True, False): "latent", (False, True): "inert"}
        assert segment == names.get((likes, comes), "no_loyalty")


@LAW
@given(PEOPLE, RULE, RULE)
def test_rules_are_the_cuts_that_their_names_say(
    people: pd.DataFrame, first: Any, second: Any
) -> None:
    people = matrix.preference(people, cut=3)
    scores = people["preference"].cat.codes + 1
    middle = {
        "midpoint": lambda v, m: m,
        "median": lambda v, m: v.median(),
        "mean": lambda v, m: np.clip(math.fsum(v) / len(v), v.min(), v.max()),
    }
    cuts = (float(middle[first](scores, 2.5)), float(middle[second](people["share"], 0.5)))
    by_name = matrix.classify(people, split=(first, second))
    close(0, (by_name["segment"] != matrix.classify(people, split=cuts)["segment"]).sum())


@LAW
@given(PEOPLE, st.randoms(use_true_random=False))
def test_the_order_of_the_people_does_not_matter_and_the_frame_is_kept(
    people: pd.DataFrame, random: Any
) -> None:
    before = people.copy(deep=True)
    one = matrix.classify(matrix.preference(people, cut=3), split="mean")
    shuffled = people.iloc[random.sample(range(len(people)), len(people))]
    again = matrix.classify(matrix.preference(shuffled, cut=3), split="mean")
    assert_frame_equal(again.sort_index(), one)
    assert_frame_equal(people, before)
    assert_frame_equal(one[list(people.columns)], people)
    counts = matrix.segment_counts(one)
    assert counts["customers"].sum() == len(people)
    assert Counter(one["segment"].astype(str)) == Counter(
        {s: n for s, n in zip(counts["segment"], counts["customers"], strict=True) if n}
    )


def test_numbers_and_levels_of_preference_give_the_same_segments() -> None:
    people = pd.DataFrame({"preference": LEVELS, "share": [0.9, 0.2, 0.9, 0.2]})
    number = people.assign(preference=[1, 2, 3, 4])
    found = matrix.classify(number, preference_scale=(1, 4))["segment"]
    assert list(found) == list(matrix.classify(people)["segment"])
    assert list(found) == ["inert", "no_loyalty", "loyal", "latent"]
    for kind in (object, "Int64", "category"):
        other = matrix.classify(number.astype({"preference": kind}), preference_scale=(1, 4))
        assert list(other["segment"]) == list(found)
    answers = people.assign(preference=[1, 2, 3, 5])  # a fifth step: answers, and 3 is the middle
    assert list(matrix.classify(answers)["segment"])[2:] == ["inert", "latent"]
    with pytest.raises(InputError, match=r"preference_scale=\(1, 4\) for levels"):
        matrix.classify(number)
    with pytest.raises(InputError, match="'preference' holds only 1 to 4"):
        matrix.split_effect(number)


def test_a_scale_that_puts_everybody_on_one_side_is_refused() -> None:
    five = pd.DataFrame({"liking": [1, 3, 5], "comparison": [2, 4, 5]})
    with pytest.raises(InputError, match=r"'liking' holds answers from 1 to 5.* scale \(0, 10\)"):
        matrix.preference(five, scale=(0, 10))
    ten = five.assign(comparison=[7, 8, 10])
    with pytest.raises(InputError, match=r"'comparison' holds answers from 7 to 10.*cut=3 "):
        matrix.preference(ten, scale=(-4, 10))
    meant = matrix.preference(five, scale=(0, 10), cut=5)["preference"]
    assert set(meant) == {"lowest"}, "a cut that is named is taken as it is"


def test_a_customer_who_stands_twice_is_refused_where_customers_are_counted() -> None:
    people = pd.DataFrame(
        {"customer": [1, 2, 1, 2], "who": [1, 2, 3, 4], "wave": [1, 1, 2, 2],
         "segment": ["inert"] * 4, "treated": [1, 0, 1, 0], "own_cents": [4, 3, 2, 1],
         "preference": LEVELS, "share": [0.1, 0.9, 0.2, 0.8]}
    )  # fmt: skip
    for call in (
        lambda **o: matrix.payoff(people, cost=0, margin=1, **o),
        lambda **o: matrix.split_effect(people, **o),
        lambda **o: matrix.segment_counts(people, **o),
    ):
        for options in ({}, {"customer": "wave"}):
            with pytest.raises(InputError, match="names a customer twice"):
                call(**options)
        assert len(call(customer="who"))
    assert list(matrix.segment_counts(people, by="wave")["n"]) == [2] * 8
    alone = people.drop(columns="customer")
    assert matrix.segment_counts(alone)["n"].iloc[0] == 4


def test_ties_are_low_unless_told_otherwise() -> None:
    people = pd.DataFrame({"preference": [3.0, 3.0], "share": [0.5, 0.9]})
    scale = (1, 5)
    found = matrix.classify(people, preference_scale=scale)["segment"]
    assert list(found) == ["no_loyalty", "inert"]
    found = matrix.classify(people, ties="high", preference_scale=scale)["segment"]
    assert list(found) == ["loyal", "loyal"]


def test_segment_counts_carry_wilsons_interval_and_n_by_group() -> None:
    people = pd.DataFrame(
        {"segment": ["loyal"] * 3 + ["inert"] * 7, "place": ["b"] * 4 + ["a"] * 6}
    )
    table = matrix.segment_counts(people, by="place", level=0.9).set_index(["group", "segment"])
    assert list(table.index.get_level_values(0).unique()) == ["a", "b"]
    row = table.loc[("b", "loyal")]
    lower, upper = wilson(3, 4, 0.9)
    close([row["share"], row["lower"], row["upper"], row["n"]], [0.75, lower, upper, 4])
    assert table.loc[("a", "loyal"), "customers"] == 0


# Laws: the rule moves people


@LAW
@given(PEOPLE, st.lists(RULE | st.tuples(st.floats(1, 4), st.floats(0, 1)), min_size=2, max_size=4))
def test_split_effect_counts_what_two_classifications_count(
    people: pd.DataFrame, rules: list[Any]
) -> None:
    people = matrix.preference(people, cut=3)
    table = matrix.split_effect(people, rules=rules)
    assert len(table) == 16 * len(rules)
    first = matrix.classify(people, split=rules[0])["segment"].astype(str)
    for i, rule in enumerate(rules):
        now = matrix.classify(people, split=rule)["segment"].astype(str)
        pairs = Counter(zip(first, now, strict=True))
        part = table.iloc[16 * i : 16 * (i + 1)]
        for row in part.itertuples():
            assert row.customers == pairs[(row.from_segment, row.to_segment)]
            assert row.moved == (row.from_segment != row.to_segment)
        close(part["share"].sum(), 1)
    assert table.iloc[:16].query("moved")["customers"].sum() == 0


# Laws: transitions

SEEN = st.dictionaries(
    st.tuples(st.integers(1, 12), st.sampled_from([1, 2])), st.sampled_from(SEGMENTS), min_size=1
).filter(lambda seen: {wave for _, wave in seen} == {1, 2})


@LAW
@given(SEEN, st.none() | st.sets(st.integers(1, 12)))
def test_transitions_are_what_dictionaries_count(
    seen: dict[tuple[int, int], str], left: set[int] | None
) -> None:
    frame = pd.DataFrame(
        [(c, w, s) for (c, w), s in seen.items()], columns=["customer", "wave", "segment"]
    )
    one, two = ({c: s for (c, w), s in seen.items() if w == wave} for wave in (1, 2))
    left = None if left is None else left & set(one)
    table = matrix.transitions(frame, left=left)
    gone = (left or set()) - set(two)
    moves = Counter((s, two[c]) for c, s in one.items() if c in two)
    lost = Counter(one[c] for c in gone)
    everybody = Counter(one.values())
    new = Counter(s for c, s in two.items() if c not in one)
    assert len(table) == (16 if left is None else 20)
    for row in table.itertuples():
        again = sum(n for (s, _), n in moves.items() if s == row.before)
        n, leaves = everybody[row.before], lost[row.before]
        assert row.only_before == n - again - leaves
        assert row.only_after == new[row.after]
        if row.after == "left":
            assert (row.customers, row.n) == (leaves, n)
            close([row.lower, row.upper], wilson(leaves, n))
        else:
            assert (row.customers, row.n) == (moves[(row.before, row.after)], again)
        if row.after == "left" and n:
            close(row.probability, leaves / n)
        elif row.after != "left" and again:
            close(row.probability, (1 - leaves / n) * row.customers / again)
        elif n and leaves == n:
            assert row.probability == 0
        else:
            assert math.isnan(row.probability)
        assert 0 <= row.lower <= row.upper <= 1
        if not math.isnan(row.probability):
            assert row.lower - 1e-12 <= row.probability <= row.upper + 1e-12
        if left is None:
            close([row.lower, row.upper], wilson(row.customers, row.n))
    for _, part in table.groupby("before"):
        if part["probability"].notna().all():
            close(part["probability"].sum(), 1)


def test_who_leaves_is_a_share_of_all_and_not_of_those_who_answer() -> None:
    """Of 100 inert, 20 leave; half of the 80 others answer: the answers must not hide them."""
    before = pd.DataFrame({"customer": range(100), "wave": 1, "segment": "inert"})
    after = pd.DataFrame(
        {"customer": range(60, 100), "wave": 2, "segment": ["loyal", "inert"] * 20}
    )
    seen = pd.concat([before, after])
    table = matrix.transitions(seen, left=range(20)).query("before == 'inert'").set_index("after")
    close(table.loc[["left", "loyal", "inert"], "probability"], [0.2, 0.4, 0.4])
    assert list(table.loc[["left", "loyal"], "n"]) == [100, 40]
    assert table["only_before"].iloc[0] == 40
    lower, upper = wilson(20, 40)
    row = table.loc["loyal"]
    assert 0.8 * (upper - lower) < row["upper"] - row["lower"] < upper - lower, "both are unsure"
    ax = matrix.plot_transitions(matrix.transitions(seen, left=range(20)), axes())
    assert ax.get_yticklabels()[0].get_text() == "inert\nn = 100, 40 seen again"


def test_left_is_a_list_of_customers_that_the_first_wave_knows() -> None:
    seen = pd.DataFrame(
        {"customer": [1, 2, 1, 2], "wave": [1, 1, 2, 2], "segment": ["loyal"] * 4}
    )  # fmt: skip
    for flags in ([True, False], pd.Series([False, True]), np.array([True])):
        with pytest.raises(InputError, match=r"True and False.*\.loc\["):
            matrix.transitions(seen, left=flags)
    for strangers in ([7, 8], ["1"], [pd.Timestamp("2025-01-01")], [[1]]):
        with pytest.raises(InputError, match=r"nobody of the first wave.*left=\[\]"):
            matrix.transitions(seen, left=strangers)
    assert matrix.transitions(seen, left=[2, 99])["customers"].sum() == 2  # 99 is of no wave


# Laws: differences of transitions


@LAW
@given(SEEN, SEEN)
def test_differences_are_newcombes_as_statsmodels_has_them(
    one: dict[tuple[int, int], str], two: dict[tuple[int, int], str]
) -> None:
    frames = [
        pd.DataFrame([(f"{name}{c}", w, s, name) for (c, w), s in seen.items()])
        for name, seen in (("a", one), ("b", two))
    ]
    both = pd.concat(frames).set_axis(["customer", "wave", "segment", "group"], axis=1)
    moves = matrix.transitions(both, by="group", level=0.9)
    table = matrix.transition_difference(moves, of="a", minus="b")
    assert len(table) == 16
    wide = moves.set_index(["group", "before", "after"])
    for row in table.itertuples():
        (a, n), (b, m) = (
            wide.loc[(g, row.before, row.after), ["customers", "n"]].astype(int) for g in "ab"
        )
        assert (row.n_of, row.n_minus) == (n, m)
        if n and m:
            close(row.difference, a / n - b / m)
            ends = confint_proportions_2indep(a, n, b, m, method="newcomb", alpha=0.1)
            close([row.lower, row.upper], ends)
        else:
            assert math.isnan(row.difference)
            assert (row.lower, row.upper) == (-1, 1)
    turned = matrix.transition_difference(moves, of="b", minus="a")
    close(turned["lower"], -table["upper"])


def test_transitions_by_group_are_those_of_each_group() -> None:
    one = pd.DataFrame(
        {
            "customer": [1, 2, 1, 2],
            "wave": [1, 1, 2, 2],
            "segment": ["loyal", "loyal", "inert", "loyal"],
        }
    )
    two = one.assign(customer=[3, 4, 3, 4], segment="inert")
    both = pd.concat([one.assign(place="b"), two.assign(place="a")])
    table = matrix.transitions(both, by="place")
    for name, part in (("b", one), ("a", two)):
        alone = matrix.transitions(part).drop(columns="group")
        found = table[table["group"] == name].drop(columns="group").reset_index(drop=True)
        assert_frame_equal(found, alone)


# Laws: pay-off

AMOUNTS = st.lists(st.integers(0, 1000), min_size=2, max_size=8)


@LAW
@given(AMOUNTS, AMOUNTS, st.integers(0, 100), st.floats(0.01, 1), st.sampled_from([0.8, 0.95]))
@example([5, 5], [3, 3], 1.0, 1.0, 0.95)
def test_payoff_is_welchs_interval_as_scipy_has_it(
    with_: list[int], without: list[int], cost: float, margin: float, level: float
) -> None:
    trial = pd.DataFrame(
        {
            "segment": "inert",
            "treated": [True] * len(with_) + [False] * len(without),
            "own_cents": with_ + without,
        }
    )
    row = matrix.payoff(trial, cost=cost, margin=margin, level=level).iloc[0]
    lift = np.mean(with_) - np.mean(without)
    close(row["gain"], margin * lift - cost, 1e-6)
    close(row["break_even_cost"] - cost, row["gain"], 1e-6)
    ends = (lift, lift)
    if np.var(with_) + np.var(without) > 0:
        with warnings.catch_warnings():  # scipy warns of an arm in which all are equal
            warnings.simplefilter("ignore", RuntimeWarning)
            test = stats.ttest_ind(with_, without, equal_var=False)
        ends = tuple(test.confidence_interval(level))
    close([row["lower"], row["upper"]], [margin * end - cost for end in ends], 1e-6)
    words = {(True, False): "worth it", (False, True): "not worth it"}
    assert row["verdict"] == words.get((row["lower"] > 0, row["upper"] < 0), "cannot be told")


def test_payoff_of_all_pools_the_segments() -> None:
    trial = pd.DataFrame(
        {"segment": ["loyal", "inert"] * 4, "treated": [1, 1, 0, 0] * 2, "own_cents": range(8)}
    )
    table = matrix.payoff(trial, cost=1, margin=1).set_index("segment")
    assert list(table.index) == ["loyal", "inert", "all"]
    assert table.loc["all", "n_treated"] == table["n_treated"].iloc[:2].sum() == 4
    close(table.loc["all", "lift"], np.mean([0, 1, 4, 5]) - np.mean([2, 3, 6, 7]))


# Laws: repeat patronage

DAYS = st.dates(datetime.date(2024, 1, 1), datetime.date(2024, 8, 31))
LOGS = st.lists(st.tuples(st.integers(0, 4), DAYS), min_size=1, max_size=30)


@LAW
@given(LOGS, st.sampled_from([None, "America/New_York"]))
def test_repeat_patronage_is_what_sets_count(
    rows: list[tuple[int, datetime.date]], zone: str | None
) -> None:
    days = pd.to_datetime([day for _, day in rows]) + pd.Timedelta(hours=23)
    log = pd.DataFrame({"household": [who for who, _ in rows], "date": days.tz_localize(zone)})
    table = matrix.repeat_patronage(log).set_index("customer")
    last = max(day for _, day in rows)
    whole = (
        last.month if (last + datetime.timedelta(days=1)).month != last.month else last.month - 1
    )
    assert list(table.index) == sorted({who for who, _ in rows})
    for who, row in table.iterrows():
        own = sorted({day for name, day in rows if name == who})
        months = {day.month for day in own if own[0].month < day.month <= whole}
        assert row["occasions"] == len(own)
        assert row["first"].date() == own[0]
        assert row["periods"] == max(whole - own[0].month, 0)
        assert row["bought"] == len(months)
        gaps = [(b - a).days for a, b in itertools.pairwise(own)]
        if gaps:
            close(row["cycle_days"], np.mean(gaps))
        else:
            assert math.isnan(row["cycle_days"])
        if row["periods"]:
            close(row["patronage"], len(months) / row["periods"])
        else:
            assert (math.isnan(row["patronage"]), row["lower"], row["upper"]) == (True, 0, 1)


def test_items_of_one_day_are_one_occasion() -> None:
    log = pd.DataFrame({"household": [1, 1, 1], "date": pd.to_datetime(["2024-01-01"] * 3)})
    assert matrix.repeat_patronage(log)["occasions"].item() == 1


def test_the_supermarket_year_has_the_2469_households_of_its_catalogue() -> None:
    purchases = datasets.load("supermarket_purchases")
    table = matrix.repeat_patronage(purchases)
    assert len(table) == 2469
    assert table["periods"].max() == 11
    one = purchases[purchases["household"] == 1]["date"].dt.normalize().unique()
    row = table[table["customer"] == 1].iloc[0]
    assert row["occasions"] == len(one)
    close(row["cycle_days"], (max(one) - min(one)) / pd.Timedelta(days=1) / (len(one) - 1))


# Laws: the counter


@LAW
@given(instances(QueueFavour))
def test_the_favour_is_worth_nothing_at_its_break_even(case: QueueFavour) -> None:
    level, size = case.break_even, 1e-6 * (1 + abs(case.kept))
    if level is None:
        assert case.cost_per_person == 0 <= case.kept
    elif level > 0:
        assert abs(case.kept - level * case.cost_per_person) < size
    else:
        assert case.kept <= 0
    table = case.table()
    close(table["net_gain"], table["kept"] - table["cost_time"] - table["cost_bank"], size)
    assert (table["net_gain"] <= table["net_gain_bank"] + size).all()
    assert (np.diff(table["net_gain"]) <= 0).all()


@LAW
@given(instances(QueueFavour), st.integers(1, 50))
def test_one_more_waiting_costs_one_persons_cost(case: QueueFavour, more: int) -> None:
    longer = dataclasses.replace(case, waiting=case.waiting + more)
    cost = case.net_gain - longer.net_gain
    close(cost, more * case.cost_per_person, 1e-9 * (1 + abs(case.net_gain) + abs(longer.net_gain)))


def test_a_favour_that_keeps_nothing_never_pays() -> None:
    assert QueueFavour(leave_if_refused=0.1, leave_if_served=0.3).break_even == 0
    assert "does not pay even with nobody waiting" in QueueFavour(leave_if_refused=0).sentence()
    free = QueueFavour(minutes=0, leave_if_delayed=0)
    assert free.break_even is None
    assert "however many wait" in free.sentence()


@LAW
@given(instances(QueueFavour))
@example(QueueFavour(minute_value=0.47))
@example(QueueFavour.inert())
def test_the_sentence_names_the_longest_queue_with_whom_the_favour_pays(case: QueueFavour) -> None:
    told = re.search(r"pays with up to ([\d,]+) people", case.sentence())
    level = case.break_even
    if level is None or level == 0:
        assert told is None
        return
    most = int(told[1].replace(",", "")) if told else 0
    assert most == 0 or dataclasses.replace(case, waiting=0).kept > most * case.cost_per_person
    assert (most + 1) * case.cost_per_person >= case.kept * (1 - 1e-9)


def test_at_the_break_even_the_favour_does_not_pay() -> None:
    even = QueueFavour(waiting=10)
    assert (even.break_even, even.net_gain) == (10, 0)
    assert even.sentence().endswith("pays with up to 9 people waiting and comes out even with 10.")
    between = QueueFavour(minute_value=0.47)
    assert "up to 10 people waiting." in between.sentence(), "10.3 people are ten"
    assert between.break_even == pytest.approx(10.31, abs=0.01)
    short = QueueFavour(minute_value=20.0)
    assert "pays with nobody waiting only" in short.sentence()


def test_rows_of_the_counter_are_whole_people() -> None:
    for waiting in (0, 8, 41, 300, 10**6):
        people = QueueFavour(waiting=waiting).table()["waiting"]
        assert people.dtype.kind == "i"
        assert people.iloc[-1] >= waiting


def test_axes_stand_still_over_the_ranges_of_the_widgets() -> None:
    rule, case = SplitRule(), QueueFavour()
    limits = set()
    for name in ("preference_cut", "repeat_cut"):
        for value in np.linspace(-2, 2, 9):
            ax = dataclasses.replace(rule, **{name: float(value)}).plot(axes())
            limits.add((ax.get_xlim(), ax.get_ylim()))
    for value in (-1.0, 0.0, 1.0):
        limits.add(
            (ax.get_xlim(), dataclasses.replace(rule, correlation=value).plot(axes()).get_ylim())
        )
    assert len(limits) == 1
    sliders = {
        "waiting": range(0, 41, 4),
        "leave_if_refused": np.linspace(0, 0.5, 6),
        "leave_if_served": np.linspace(0, 0.5, 6),
        "minute_value": np.linspace(0, 2, 5),
        "leave_if_delayed": np.linspace(0, 0.05, 5),
    }
    limits = set()
    for name, values in sliders.items():
        for value in values:
            moved = dataclasses.replace(case, **{name: type(getattr(case, name))(value)})
            ax = moved.plot(axes())
            limits.add((ax.get_xlim(), ax.get_ylim()))
            low, high = ax.get_ylim()
            assert low <= moved.net_gain <= high
            assert low <= moved.kept <= high
    assert len(limits) == 1


def test_both_readings_are_the_two_instances() -> None:
    table = matrix.readings(waiting=12).set_index("reading")
    for name, case in (("loyal", QueueFavour.loyal(12)), ("inert", QueueFavour.inert(12))):
        close(table.loc[name, "net_gain"], case.net_gain)
        close(table.loc[name, "break_even"], case.break_even)
        assert table.loc[name, "repeat"] == "high"
    assert table.loc["loyal", "net_gain"] < 0 < table.loc["inert", "net_gain"]


# Laws: the crowd


@LAW
@given(instances(SplitRule))
def test_the_shares_of_a_crowd_add_up(rule: SplitRule) -> None:
    table = rule.table().set_index("segment")
    for column in ("true_share", "measured_share"):
        close(table[column].sum(), 1)
        close(table.loc[["loyal", "latent"], column].sum(), stats.norm.sf(rule.preference_cut))
        close(table.loc[["loyal", "inert"], column].sum(), stats.norm.sf(rule.repeat_cut))
    close(table["right"] + table["misplaced"], table["measured_share"])
    assert (table >= 0).all(axis=None)
    assert (table["right"] <= table["true_share"] + 1e-12).all()
    assert (table["twice"] <= table["measured_share"] + 1e-12).all()


@LAW
@given(instances(SplitRule), scalar(params(SplitRule)["preference_reliability"]))
def test_better_measures_misplace_fewer(rule: SplitRule, other: float) -> None:
    worse, better = (
        dataclasses.replace(rule, preference_reliability=r, correlation=0)
        for r in sorted((rule.preference_reliability, other))
    )
    assert better.misplaced <= worse.misplaced + 1e-6
    assert better.moving <= worse.moving + 1e-6
    perfect = dataclasses.replace(rule, preference_reliability=1, repeat_reliability=1)
    assert max(perfect.misplaced, perfect.moving) < 1e-3


@pytest.mark.parametrize("r", [-1.0, -0.6, 0.0, 0.3, 0.95, 1.0])
def test_shares_at_the_mean_match_sheppard_1899(r: float) -> None:
    rule = SplitRule(correlation=r, preference_reliability=0.6, repeat_reliability=0.9)
    quarter = [0.25 + math.asin(v) / (2 * math.pi) for v in (r, r * math.sqrt(0.54))]
    close(rule.table().loc[0, ["true_share", "measured_share"]].astype(float), quarter, 1e-6)
    alone = dataclasses.replace(rule, correlation=0)
    kept = [0.25 + math.asin(math.sqrt(v)) / (2 * math.pi) for v in (0.6, 0.9)]
    again = [0.25 + math.asin(v) / (2 * math.pi) for v in (0.6, 0.9)]
    close(
        alone.table()[["right", "twice"]].iloc[0].astype(float),
        [math.prod(kept), math.prod(again)],
        1e-6,
    )


def test_a_crowd_is_what_a_million_people_show() -> None:
    rule = SplitRule(
        preference_cut=0.5, repeat_cut=-0.7, correlation=-0.4,
        preference_reliability=0.55, repeat_reliability=0.9,
    )  # fmt: skip
    rng, n = np.random.default_rng(7), 1_000_000
    p, e = rng.standard_normal((2, n))
    r = rule.correlation * p + math.sqrt(1 - rule.correlation**2) * e

    def seen(true: Any, reliability: float) -> Any:
        return math.sqrt(reliability) * true + math.sqrt(1 - reliability) * rng.standard_normal(n)

    def place(a: Any, b: Any) -> Any:
        return 2 * (a <= rule.preference_cut) + (b <= rule.repeat_cut)

    true, one, two = (
        place(p, r),
        *(
            place(seen(p, rule.preference_reliability), seen(r, rule.repeat_reliability))
            for _ in "12"
        ),
    )
    table = rule.table()
    for i in range(4):
        found = [
            np.mean(true == i),
            np.mean(one == i),
            np.mean((one == i) & (true == i)),
            np.mean((one == i) & (two == i)),
        ]
        wanted = table.loc[i, ["true_share", "measured_share", "right", "twice"]].astype(float)
        np.testing.assert_allclose(found, wanted, atol=0.002)


# The sheet


def test_four_indicators_show_mean_interval_and_what_is_missing() -> None:
    people = pd.DataFrame(
        {"quality": [4, 5, None, 3], "service": [1.0] * 4, "price": [None] * 4,
         "own_cents": [10, 20, 30, 40], "own_purchases": [1, 2, 3, 4]}
    )  # fmt: skip
    sheet = matrix.four_indicators(people, usage="own_purchases").set_index("measure")
    assert sheet["indicator"].nunique() == 4
    row = sheet.loc["product"]
    assert (row["n"], row["missing"], row["mean"]) == (3, 1, 4)
    close([row["lower"], row["upper"]], stats.t.interval(0.95, 2, 4, 1 / math.sqrt(3)))
    assert sheet.loc["culture", "remark"].startswith("nobody asked")
    assert (sheet.loc[["culture", "value_for_money"], "n"] == 0).all()
    assert sheet.loc[["culture", "value_for_money"], "mean"].isna().all()
    assert sheet.loc["usage", "mean"] == 2.5


def test_a_usual_column_that_is_not_there_keeps_its_row_and_another_is_asked_for() -> None:
    people = pd.DataFrame({"service": [3, 4, 5], "points": [1, 2, 3]})
    sheet = matrix.four_indicators(people, product="points").set_index("measure")
    assert len(sheet) == 7
    assert (sheet.loc["product", "mean"], sheet.loc["process", "mean"]) == (2, 4)
    row = sheet.loc["volume"]
    assert (row["n"], row["missing"], row["column"]) == (0, 3, "")
    assert row["remark"] == "there is no column 'own_cents'"
    with pytest.raises(InputError, match=r"no column 'pionts'.*for product"):
        matrix.four_indicators(people, product="pionts")


# Sourced


def test_names_of_segments_match_griffin_1995_and_dick_basu_1994() -> None:
    table = matrix.treatments().set_index("segment")
    assert dict(table["griffin_1995"]) == {
        "loyal": "premium", "latent": "latent", "inert": "inertia", "no_loyalty": "no",
    }  # fmt: skip
    assert dict(table["dick_basu_1994"]) == {
        "loyal": "true", "latent": "latent", "inert": "spurious", "no_loyalty": "no",
    }  # fmt: skip
    cells = pd.DataFrame({"preference": [4, 4, 2, 2], "share": [0.9, 0.1, 0.9, 0.1]})
    corner = zip(table["preference"], table["repeat"], strict=True)
    assert list(corner) == [("high", "high"), ("high", "low"), ("low", "high"), ("low", "low")]
    assert list(matrix.classify(cells, preference_scale=(1, 5))["segment"]) == list(table.index)


def test_treatments_carry_the_words_of_document_001() -> None:
    words = dict(matrix.treatments()[["segment", "document"]].itertuples(index=False))
    assert words == {
        "loyal": "忠诚", "latent": "潜在忠诚", "inert": "迟钝忠诚", "no_loyalty": "缺乏忠诚",
    }  # fmt: skip


def findings(function: Any, **options: Any) -> dict[str, Finding]:
    return {f.reading: f for f in function(**options)}


def test_four_levels_and_four_segments_agree_with_document_001() -> None:
    levels, segments = matrix.four_preference_levels()[0], matrix.four_bank_segments()[0]
    assert (levels.documented, levels.agrees) == (4, True)
    assert (segments.documented, segments.agrees) == (4, True)
    assert [f.computed for f in matrix.four_bank_segments()[1:]] == [3, 4]
    assert matrix.four_bank_segments(preference_cut=4)[0].agrees is False  # nobody is above
    assert matrix.four_preference_levels(low=1, high=2)[0].agrees is False  # all are alike


def test_founding_year_is_that_of_the_bank_history() -> None:
    found = matrix.bank_founded()[0]
    assert (found.computed, found.agrees) == (1812, None), "what is looked up is not reproduced"
    ledger = claims.table("matrix").set_index("claim")
    assert float(ledger.loc["C033", "documented_value"]) == found.computed
    assert "not computed" in found.assumption


def test_the_fifties_come_35_to_45_years_before_dick_basu_1994_and_griffin_1995() -> None:
    found = matrix.measured_in_the_fifties()
    assert [f.computed for f in found] == [None, 35, 45]
    assert [f.agrees for f in found] == [None] * 3


def test_the_bank_prints_four_indicators_and_no_figure() -> None:
    found = matrix.bank_indicators()
    assert [f.computed for f in found] == [4, 7, None]
    assert [f.agrees for f in found] == [None, None, None]


def test_counter_case_uses_the_60_and_10_minutes_of_document_001() -> None:
    sign = {p.name: p.default for p in inspect.signature(matrix.counter_case).parameters.values()}
    assert (sign["waited"], sign["minutes"]) == (60, 10)
    assert QueueFavour().minutes == 10
    found = findings(matrix.counter_case)
    assert found["favours like his that make up his own wait"].computed == 6
    assert all(f.agrees is None for f in found.values())
    short = [f.computed for f in matrix.counter_case(minutes=5)]
    long = [f.computed for f in matrix.counter_case(minutes=10)]
    assert all(a > b for a, b in zip(short[2:], long[2:], strict=True))


# Pictures


def axes() -> Any:
    return fig.canvas().subplots()


def test_pictures_draw_their_tables() -> None:
    people = pd.DataFrame(
        {
            "preference": [4, 4, 2, 2, 5, 1],
            "share": [0.9, 0.1, 0.9, 0.1, 0.45, 0.45],
            "place": list("aabbab"),
        }
    )
    placed = matrix.classify(people)
    counts = matrix.segment_counts(placed, by="place")
    ax = matrix.plot_segments(counts, axes())
    heights = [bar.get_height() for bar in ax.patches]
    close(heights, counts["share"])
    effect = matrix.split_effect(people, rules=["midpoint", (1.5, 0.4)])
    ax = matrix.plot_split_effect(effect, axes())
    shares = effect.pivot_table(
        index="rule", columns="to_segment", values="share", aggfunc="sum", sort=False
    )
    close([bar.get_width() for bar in ax.patches], shares[list(SEGMENTS)].to_numpy().T.ravel())
    trial = pd.DataFrame(
        {"segment": ["inert"] * 4, "treated": [1, 1, 0, 0], "own_cents": [9, 7, 3, 1]}
    )
    table = matrix.payoff(trial, cost=1, margin=0.5)
    ax = matrix.plot_payoff(table, axes())
    close(ax.lines[1].get_ydata(), table["gain"])
    log = pd.DataFrame(
        {"household": [1, 1, 2], "date": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-31"])}
    )
    ax = matrix.plot_patronage(matrix.repeat_patronage(log), axes())
    assert sum(bar.get_height() for bar in ax.patches) == 1  # one of two has a whole later month


def test_the_picture_of_transitions_draws_the_probabilities() -> None:
    seen = pd.DataFrame(
        {"customer": [1, 2, 3, 1, 2, 3], "wave": [1] * 3 + [2] * 3,
         "segment": ["loyal", "loyal", "inert", "loyal", "inert", "latent"]}
    )  # fmt: skip
    table = matrix.transitions(seen, left=[])
    ax = matrix.plot_transitions(table, axes())
    assert [text.get_text() for text in ax.get_yticklabels()] == ["loyal\nn = 2", "inert\nn = 1"]
    widths = np.array([bar.get_width() for bar in ax.patches]).reshape(5, 2).T
    wanted = table[table["n"] > 0].pivot_table(
        index="before", columns="after", values="probability", sort=False
    )
    close(widths, wanted.to_numpy())


def test_the_picture_of_a_crowd_draws_its_table() -> None:
    rule = SplitRule(repeat_cut=0.8)
    artists = fig.moving(rule.plot(axes()))
    table = rule.table()
    tops = [artists[n].get_paths()[0].vertices[:, 1].max() for n in ("right", "misplaced")]
    close(tops, [table["right"].max(), table["measured_share"].max()])
    close(artists["true"].get_ydata()[::3], table["true_share"])


def test_the_picture_of_the_counter_crosses_zero_at_the_break_even() -> None:
    case = QueueFavour.inert(4)
    artists = fig.moving(case.plot(axes()))
    x, y = artists["net"].get_data()
    close(np.interp(case.break_even, x, y), 0)
    close(artists["level"].get_xdata(), case.break_even)
    close([v[0] for v in artists["here"].get_data()], [4, case.net_gain])
    both = matrix.plot_readings({"a": case, "b": QueueFavour.loyal()}, axes())
    close([line.get_xdata()[0] for line in both.lines if line.get_marker() == "o"], [20, 8])


@pytest.mark.parametrize("model", [QueueFavour(), SplitRule()])
def test_the_widgets_of_the_notebook_can_be_built(model: Any) -> None:
    ranges = {
        QueueFavour: {"waiting": (0, 60), "leave_if_refused": (0, 1), "minute_value": (0, 2)},
        SplitRule: {"preference_cut": (-2, 2), "repeat_cut": (-2, 2), "correlation": (-1, 1)},
    }[type(model)]
    assert len(build(model, slider_ranges(model, ranges)).children) >= 3


# What a change of one line in the code would not have shown


def test_people_who_are_all_alike_stand_at_their_mean() -> None:
    for share in (0.1, 0.7, 1 / 3):
        for n in (3, 6, 7, 49):
            people = pd.DataFrame({"preference": [2.3] * n, "share": [share] * n})
            found = matrix.classify(people, split="mean", ties="high")["segment"]
            assert set(found) == {"loyal"}, (share, n)
            assert set(matrix.classify(people, split="mean")["segment"]) == {"no_loyalty"}


def test_the_mean_does_not_depend_on_the_order_of_the_rows() -> None:
    share = [0.1] * 10 + [0.7, 0.3]
    people = pd.DataFrame({"preference": 2.3, "share": [*share, math.fsum(share) / 12]})
    counts = {
        tuple(matrix.segment_counts(matrix.classify(rows, split="mean"))["customers"])
        for rows in (people.sample(frac=1, random_state=seed) for seed in range(40))
    }
    assert len(counts) == 1


def test_two_cuts_are_one_for_each_question() -> None:
    people = pd.DataFrame({"liking": [2, 3, 3, 2], "comparison": [5, 4, 5, 4]})
    found = matrix.preference(people, cut=(2, 4))["preference"]
    assert list(found) == ["high", "low", "highest", "lowest"]
    assert list(matrix.preference(people, cut=(4, 2))["preference"]) == ["high"] * 4


def waves(rows: list[tuple[int, int, str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customer", "wave", "segment", "place"])


def test_who_comes_later_is_counted_in_his_own_group() -> None:
    seen = waves(
        [
            (1, 1, "loyal", "a"), (2, 1, "inert", "b"), (1, 2, "loyal", "a"), (2, 2, "inert", "b"),
            (3, 2, "latent", "b"), (4, 2, "latent", "b"), (5, 2, "loyal", "a"),
            (6, 2, "no_loyalty", "c"), (7, 2, "inert", "c"),
        ]
    )  # fmt: skip
    table = matrix.transitions(seen, by="place")
    only = table.groupby(["group", "after"], sort=False)["only_after"].first()
    found = {key: int(n) for key, n in only.items() if n}
    assert found == {
        ("a", "loyal"): 1, ("b", "latent"): 2, ("c", "inert"): 1, ("c", "no_loyalty"): 1,
    }  # fmt: skip
    late = table[table["group"] == "c"]
    assert (late["n"] == 0).all()
    assert late["probability"].isna().all()
    assert (late[["lower", "upper"]] == [0, 1]).all(axis=None)
    assert set(matrix.transitions(seen, by="place", left=[])["group"]) == {"a", "b", "c"}
    gap = matrix.transition_difference(table, of="c", minus="a")
    assert gap["difference"].isna().all()


def test_groups_stand_in_their_natural_order() -> None:
    rows = [(w, who, "loyal", place) for w in (1, 2) for who, place in ((1, 10), (2, 9), (3, 100))]
    seen = waves([(who, w, s, place) for w, who, s, place in rows])
    assert list(matrix.transitions(seen, by="place")["group"].unique()) == [9, 10, 100]
    order = pd.CategoricalDtype([100, 9, 10, 7])
    named = seen.astype({"place": order})
    assert list(matrix.transitions(named, by="place")["group"].unique()) == [100, 9, 10]


def test_the_break_even_of_the_bank_leaves_out_the_time_of_others() -> None:
    case = QueueFavour()  # keeps 1000 · (0.2 − 0.1), loses 0.005 · 1000 a person
    assert (case.break_even_bank, case.break_even) == (20, 10)
    assert dataclasses.replace(case, minutes=60.0).break_even_bank == 20
    assert dataclasses.replace(case, leave_if_delayed=0.0).break_even_bank is None
    assert dataclasses.replace(case, leave_if_refused=0.0).break_even_bank == 0
    table = matrix.readings()
    assert list(table["break_even_bank"]) == [16, 40]


def test_the_bars_of_the_segments_carry_the_intervals_of_the_table() -> None:
    people = pd.DataFrame({"segment": ["loyal"] * 3 + ["inert"] * 7, "place": list("aabbbbabab")})
    table = matrix.segment_counts(people, by="place", level=0.8)
    ax = matrix.plot_segments(table, axes())
    drawn = [line.get_segments() for line in ax.collections]
    ends = np.array([[[a[1], b[1]] for a, b in part] for part in drawn]).reshape(-1, 2)
    close(ends, table[["lower", "upper"]].to_numpy())


def test_a_log_without_a_whole_period_draws_nothing_and_says_why() -> None:
    log = pd.DataFrame({"household": [1, 2], "date": pd.to_datetime(["2024-03-02", "2024-03-09"])})
    with pytest.raises(InputError, match=r"No customer .* whole period .*every='W'"):
        matrix.plot_patronage(matrix.repeat_patronage(log))
    weekly = matrix.repeat_patronage(
        pd.concat([log, log.assign(date=pd.Timestamp("2024-03-24"))]), every="W"
    )
    assert matrix.plot_patronage(weekly, axes()).get_ylabel() == "customers"


def test_what_can_be_refused_says_so() -> None:
    for name in matrix.__all__:
        thing = getattr(matrix, name)
        if inspect.isfunction(thing) and inspect.signature(thing).parameters:
            assert "    Raises\n" in (thing.__doc__ or ""), name


RNG = np.random.default_rng(3)
CROWD = pd.DataFrame(
    {
        "who": range(200),
        "segment": RNG.choice(SEGMENTS, 200),
        "preference": RNG.choice(LEVELS, 200),
        "share": RNG.random(200),
        "treated": RNG.random(200) < 0.5,
        "own_cents": RNG.normal(100, 20, 200),
    }
)
MOVES = pd.concat(
    [CROWD.assign(wave=w, segment=RNG.permutation(CROWD["segment"])) for w in (1, 2)]
).rename(columns={"who": "customer"})
LOG = pd.DataFrame(
    {
        "household": RNG.integers(0, 9, 60),
        "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(RNG.integers(0, 300, 60), unit="D"),
    }
)
ESTIMATES: dict[str, Callable[[float], pd.DataFrame]] = {
    "segment_counts": lambda v: matrix.segment_counts(CROWD, level=v),
    "split_effect": lambda v: matrix.split_effect(CROWD, level=v),
    "transitions": lambda v: matrix.transitions(MOVES, level=v),
    "transitions, left": lambda v: matrix.transitions(
        MOVES[(MOVES["wave"] == 1) | (MOVES["customer"] > 20)], left=range(15), level=v
    ),
    "transition_difference": lambda v: matrix.transition_difference(
        matrix.transitions(MOVES, by="treated", level=v), of=True, minus=False
    ),
    "payoff": lambda v: matrix.payoff(CROWD, cost=1, margin=0.5, level=v),
    "repeat_patronage": lambda v: matrix.repeat_patronage(LOG, level=v).query("periods > 0"),
    "four_indicators": lambda v: matrix.four_indicators(
        CROWD, product="share", volume="own_cents", level=v
    ).dropna(subset="mean"),
}


@pytest.mark.parametrize("name", ESTIMATES)
def test_half_the_level_is_strictly_narrower(name: str) -> None:
    narrow, wide = (ESTIMATES[name](level) for level in (0.5, 0.95))
    inner = narrow["upper"] - narrow["lower"]
    assert len(inner)
    assert (inner > 0).all()
    assert (inner < 0.6 * (wide["upper"] - wide["lower"])).all()


# The note in a picture


def decoded(png: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"), dtype=int)


def test_a_note_is_not_left_in_the_figure_of_the_caller() -> None:
    ax = QueueFavour().plot(axes())
    first, again = (show(ax, "A queue.", note=text) for text in ("synthetic", "  synthetic "))
    assert first.png == again.png
    assert first.alt == again.alt == "A queue. (synthetic)"
    assert not ax.figure.texts
    assert show(ax, "A queue.").png == show(ax, "A queue.", note=" ").png != first.png


def test_a_long_note_stands_below_the_labels() -> None:
    ax = QueueFavour().plot(axes())
    plain = decoded(show(ax, "A queue.").png)
    note = "a purchase log of 2,469 households whose sources contradict each other"
    noted = decoded(show(ax, "A queue.", note=note).png)
    assert noted.shape[1] == plain.shape[1]
    extra = noted.shape[0] - plain.shape[0]
    assert 15 < extra < 40
    assert np.abs(noted[:-extra] - plain).max() < 40, "nothing is written over the picture"
    strip = noted[-extra:]
    rows, columns = np.nonzero(strip < 160)
    assert rows.min() > 0
    assert rows.max() < extra - 1
    assert columns.max() > 0.9 * strip.shape[1]
    wide = decoded(show(ax, "A queue.", note="W" * 100).png)[-extra:]
    assert (wide[:, 0] > 200).all(), "a wide note is made to fit"
    with pytest.raises(InputError, match="at most 100 characters"):
        show(ax, "A queue.", note="W" * 101)


# Recovery: the firm whose truth is known

NEED = ["liking", "comparison", "share"]


def first_wave(made: firm.Firm) -> pd.DataFrame:
    """Everybody placed by the first wave, with what he brought in the second year."""
    asked = made.panel[made.panel["wave"] == 1].dropna(subset=NEED)
    bought = made.purchases
    later = bought[bought["own"] & (bought["date"] >= "2025-01-01")]
    brought = later.groupby("customer")["amount_cents"].sum()
    placed = matrix.classify(matrix.preference(asked))
    return placed.assign(brought=placed["customer"].map(brought).fillna(0))


def true_gain(made: firm.Firm, placed: pd.DataFrame) -> pd.Series[float]:
    """Return the true mean gain by segment, given when each has left."""
    hidden = made.latent.merge(made.customers[["customer", "left"]], on="customer")
    hidden = hidden.set_index("customer").loc[placed["customer"]]
    there = (hidden["left"].fillna(pd.Timestamp("2026-01-01")) - pd.Timestamp("2025-01-01")).dt.days
    more = hidden["loyalty_2_treated"] - hidden["loyalty_2_untreated"]
    sales = (
        hidden["purchase_rate"] * hidden["mean_amount_cents"] * more * there.clip(0, 365) / 365.25
    )
    gain = made.truth.margin * sales - made.truth.service_cost_cents
    by = gain.groupby(placed["segment"].to_numpy(), observed=True).mean()
    by["all"] = gain.mean()
    return by


def pays(made: firm.Firm, placed: pd.DataFrame, level: float) -> pd.DataFrame:
    truth = made.truth
    return matrix.payoff(
        placed, outcome="brought", cost=truth.service_cost_cents, margin=truth.margin, level=level
    ).set_index("segment")


def test_payoff_recovers_the_true_gain_of_the_firm() -> None:
    made = firm.Firm(seed=1, customers=20_000)
    placed = first_wave(made)
    found, wanted = pays(made, placed, 0.999), true_gain(made, placed)
    assert list(found.index) == [*SEGMENTS, "all"]
    for name, row in found.iterrows():
        assert row["lower"] < wanted[name] < row["upper"]
    assert found["n_treated"].sum() + found["n_untreated"].sum() == 2 * len(placed)


def test_payoff_tells_a_treatment_that_does_nothing_from_one_that_does_much() -> None:
    idle = firm.Firm(seed=2, customers=20_000, truth=firm.Truth(service_effect=0.0))
    placed = first_wave(idle)
    row = pays(idle, placed, 0.95).loc["all"]
    assert row["verdict"] == "not worth it"
    assert row["lower"] < -idle.truth.service_cost_cents < row["upper"]
    strong = firm.Firm(seed=2, customers=20_000, truth=firm.Truth(service_effect=1.5))
    assert pays(strong, first_wave(strong), 0.95).loc["all", "verdict"] == "worth it"


def test_a_fallen_barrier_turns_the_inert_into_lost_where_it_fell() -> None:
    made = firm.Firm(seed=1, customers=20_000)
    placed = matrix.classify(matrix.preference(made.panel.dropna(subset=NEED)))
    untreated = placed[~placed["treated"]]
    table = matrix.transitions(untreated, by="region")
    stays = table[(table["before"] == "inert") & table["after"].isin(["inert", "loyal"])]
    kept = stays.groupby("group")["probability"].sum()
    assert kept["low competition"] < kept["high competition"] - 0.1


def true_moves(made: firm.Firm, placed: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each segment that left, and what became of who stayed and answered."""
    customers = made.customers.set_index("customer")
    first = placed[placed["wave"] == 1].set_index("customer")
    gone = customers.loc[first.index, "left"] >= "2025-01-01"
    then = placed[placed["wave"] == 2].set_index("customer")["segment"]
    later = first["segment"].to_frame("before").join(then.rename("after"), how="inner")
    stayed = 1 - gone.groupby(first["segment"], observed=True).mean()
    among = pd.crosstab(later["before"], later["after"], normalize="index")
    return among.mul(stayed, axis=0).assign(left=1 - stayed)


def with_left(made: firm.Firm, level: float = 0.95) -> tuple[pd.DataFrame, pd.DataFrame]:
    placed = matrix.classify(matrix.preference(made.panel.dropna(subset=NEED)))
    placed = placed[placed["region"] == "high competition"]
    left = made.customers.loc[made.customers["left"] >= "2025-01-01", "customer"]
    return placed, matrix.transitions(placed, left=left, level=level)


def test_transitions_tell_how_many_of_all_have_left() -> None:
    """The share of leavers does not depend on how many of the stayers answer."""
    placed, table = with_left(firm.Firm(seed=3, customers=20_000))
    answers = placed[(placed["wave"] == 1) | (placed["customer"] % 4 == 0)]
    made = firm.Firm(seed=3, customers=20_000)
    left = made.customers.loc[made.customers["left"] >= "2025-01-01", "customer"]
    few = matrix.transitions(answers, left=left)
    for one, two in zip(table.itertuples(), few.itertuples(), strict=True):
        if one.after == "left":
            assert (one.customers, one.n, one.probability) == (
                two.customers,
                two.n,
                two.probability,
            )
            assert 0.05 < one.probability < 0.35
        else:
            assert two.n < one.n / 2
            assert two.lower < one.probability < two.upper
            assert two.upper - two.lower > one.upper - one.lower


def test_better_service_moves_more_of_the_inert_to_loyal() -> None:
    made = firm.Firm(seed=1, customers=20_000, truth=firm.Truth(service_effect=1.0))
    placed = matrix.classify(matrix.preference(made.panel.dropna(subset=NEED)))
    moves = matrix.transitions(placed, by="treated")
    gap = matrix.transition_difference(moves, of=True, minus=False).set_index(["before", "after"])
    assert gap.loc[("inert", "loyal"), "lower"] > 0
    assert gap.loc[("inert", "no_loyalty"), "upper"] < 0


def test_people_move_although_nobody_has_changed() -> None:
    still = firm.Truth(wave_correlation=1 - 1e-9, service_effect=0.0)
    made = firm.Firm(seed=1, customers=20_000, truth=still)
    placed = matrix.classify(matrix.preference(made.panel.dropna(subset=NEED)))
    placed = placed[placed["region"] == "high competition"]
    table = matrix.transitions(placed)
    moved = table.loc[table["before"] != table["after"], "customers"].sum()
    assert moved / table["customers"].sum() > 0.25
    hidden = made.latent
    assert (hidden["satisfaction_1"] - hidden["satisfaction_2"]).abs().max() < 0.01


@pytest.mark.slow
def test_payoff_covers_the_true_gain_as_often_as_it_says() -> None:
    inside: dict[str, list[bool]] = {}
    for seed in range(100):
        made = firm.Firm(seed=seed, customers=5_000)
        placed = first_wave(made)
        wanted = true_gain(made, placed)
        for name, row in pays(made, placed, 0.9).iterrows():
            inside.setdefault(str(name), []).append(row["lower"] < wanted[name] < row["upper"])
    assert set(inside) == {*SEGMENTS, "all"}
    for hits in inside.values():
        assert 0.8 <= np.mean(hits) <= 0.98
    assert 0.86 <= np.mean([np.mean(hits) for hits in inside.values()]) <= 0.95


@pytest.mark.slow
def test_transition_intervals_cover_the_probability_of_many_firms() -> None:
    def moves(customers: int, seed: int) -> pd.DataFrame:
        made = firm.Firm(seed=seed, customers=customers)
        placed = matrix.classify(matrix.preference(made.panel.dropna(subset=NEED)))
        return matrix.transitions(placed[placed["region"] == "high competition"], level=0.9)

    true = moves(400_000, 999)["probability"].to_numpy()
    tables = [moves(3_000, seed) for seed in range(60)]
    inside = np.array([(t["lower"] <= true) & (true <= t["upper"]) for t in tables])
    assert 0.86 < inside.mean() < 0.95


@pytest.mark.slow
def test_intervals_with_those_who_left_cover_the_probability_of_many_firms() -> None:
    placed, _ = with_left(big := firm.Firm(seed=999, customers=400_000))
    true = true_moves(big, placed)
    inside: dict[bool, list[bool]] = {True: [], False: []}
    for seed in range(100):
        for row in with_left(firm.Firm(seed=seed, customers=3_000), 0.9)[1].itertuples():
            wanted = true.loc[row.before, row.after]
            inside[row.after == "left"].append(row.lower <= wanted <= row.upper)
    for hits in inside.values():
        assert 0.86 < np.mean(hits) < 0.95
