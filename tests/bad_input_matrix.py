"""What chapter 07 refuses, and the words with which it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from loyaltylab.matrix import (
    QueueFavour,
    SplitRule,
    bank_founded,
    classify,
    counter_case,
    four_bank_segments,
    four_indicators,
    four_preference_levels,
    measured_in_the_fifties,
    payoff,
    plot_patronage,
    plot_payoff,
    plot_readings,
    plot_segments,
    plot_split_effect,
    plot_transitions,
    preference,
    readings,
    repeat_patronage,
    segment_counts,
    split_effect,
    transition_difference,
    transitions,
)

NAN = float("nan")

PEOPLE = pd.DataFrame(
    {
        "liking": [2, 5, 2, 5],
        "comparison": [2, 2, 5, 5],
        "preference": ["lowest", "low", "high", "highest"],
        "share": [0.1, 0.9, 0.2, 0.8],
        "segment": ["no_loyalty", "inert", "latent", "loyal"],
        "treated": [True, False, True, False],
        "own_cents": [0, 300, 0, 500],
    },
    index=range(100, 104),
)
TWICE = pd.DataFrame(
    {
        "customer": [1, 2, 1, 2],
        "wave": [1, 1, 2, 2],
        "segment": ["loyal", "inert", "loyal", "loyal"],
    },
    index=range(100, 104),
)
LOG = pd.DataFrame(
    {"household": [1, 1, 2], "date": pd.to_datetime(["2024-01-05", "2024-02-04", "2024-03-30"])}
)
MOVES = transitions(TWICE)
FRAMES = [PEOPLE, TWICE, LOG, MOVES]


def with_(frame: pd.DataFrame, column: str, row: int, value: Any) -> pd.DataFrame:
    """Return a frame with one cell replaced; its type follows."""
    cells = list(frame[column].astype(object))
    cells[row] = value
    return frame.assign(**{column: pd.Series(cells, index=frame.index).infer_objects()})


def pay(**change: Any) -> Any:
    options = {"frame": PEOPLE, "cost": 10, "margin": 0.3, **change}
    return payoff(options.pop("frame"), **options)


UNKNOWN_LEVEL = pd.DataFrame({"preference": pd.Categorical(["x", "x"]), "share": [0.1, 0.2]})
ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("level-category", lambda: classify(UNKNOWN_LEVEL), ("'preference'", "lowest", "'x'")),
    ("like-missing", lambda: preference(PEOPLE, liking="likin"), ("'likin'", "mean 'liking'?")),
    ("like-empty", lambda: preference(PEOPLE[:0]), ("no rows",)),
    ("like-text", lambda: preference(with_(PEOPLE, "liking", 1, "5")), ("row 101", "'5'")),
    ("like-nan", lambda: preference(with_(PEOPLE, "comparison", 2, NAN)), ("lacks", "row 102")),
    ("like-out", lambda: preference(with_(PEOPLE, "liking", 0, 6)), ("<= 5", "row 100", "6")),
    ("like-data", lambda: preference(5), ("data", "DataFrame", "5")),
    (
        "scale-other",
        lambda: preference(PEOPLE, scale=(0, 10)),
        ("'liking'", "from 2 to 5", "scale (0, 10)", "cut=5"),
    ),
    (
        "scale-all-above",
        lambda: preference(PEOPLE, scale=(-5, 5)),
        ("'liking'", "one side of 0", "give the scale"),
    ),
    ("scale-text", lambda: preference(PEOPLE, scale="1-5"), ("scale", "pair", "'1-5'")),
    ("scale-falls", lambda: preference(PEOPLE, scale=(5, 1)), ("scale", "rise", "(5, 1)")),
    ("scale-nan", lambda: preference(PEOPLE, scale=(1, NAN)), ("scale", "pair", "nan")),
    ("cut-out", lambda: preference(PEOPLE, cut=7), ("cut", "between 1 and 5", "7")),
    ("cut-three", lambda: preference(PEOPLE, cut=(1, 2, 3)), ("cut", "pair", "(1, 2, 3)")),
    ("cut-text", lambda: preference(PEOPLE, cut="3"), ("cut", "'3'")),
    ("order", lambda: preference(PEOPLE, order="dick"), ("order", "strength_first", "'dick'")),
    ("order-list", lambda: preference(PEOPLE, order=["x"]), ("order", "['x']")),
    ("class-missing", lambda: classify(PEOPLE, repeat="shares"), ("'shares'", "mean 'share'?")),
    ("class-level", lambda: classify(with_(PEOPLE, "preference", 3, "top")), ("row 103", "'top'")),
    (
        "class-mixed",
        lambda: classify(with_(PEOPLE, "preference", 3, 4)),
        ("lowest, low, high, highest", "numbers from 1 to 5", "row 103", "4"),
    ),
    ("class-none", lambda: classify(with_(PEOPLE, "preference", 0, None)), ("lacks", "row 100")),
    ("class-range", lambda: classify(with_(PEOPLE, "share", 1, 90)), ("<= 1", "row 101", "90")),
    ("class-number", lambda: classify(PEOPLE.assign(preference=9.0)), ("<= 5", "row", "9.0")),
    (
        "class-coded",
        lambda: classify(PEOPLE.assign(preference=[1, 2, 3, 4])),
        ("'preference'", "only 1 to 4", "preference_scale=(1, 4)", "(1, 5)"),
    ),
    ("class-share", lambda: classify(with_(PEOPLE, "share", 1, NAN)), ("lacks", "row 101")),
    ("class-scale", lambda: classify(PEOPLE, repeat_scale=(1, 1)), ("repeat_scale", "rise")),
    ("split-word", lambda: classify(PEOPLE, split="middle"), ("midpoint, median", "'middle'")),
    ("split-one", lambda: classify(PEOPLE, split=2.5), ("split", "pair", "2.5")),
    ("split-three", lambda: classify(PEOPLE, split=(1, 2, 3)), ("split", "pair", "(1, 2, 3)")),
    ("split-out", lambda: classify(PEOPLE, split=(5, 0.5)), ("preference cut", "1 and 4", "5")),
    ("split-repeat", lambda: classify(PEOPLE, split=(2.5, 50)), ("repeat cut", "0 and 1", "50")),
    ("split-nan", lambda: classify(PEOPLE, split=(NAN, 0.5)), ("preference cut", "nan")),
    ("split-rule", lambda: classify(PEOPLE, split=("mode", 0.5)), ("preference", "'mode'")),
    ("ties", lambda: classify(PEOPLE, ties="middle"), ("ties", "low or high", "'middle'")),
    ("count-name", lambda: segment_counts(PEOPLE, segment="preference"), ("loyal", "row", "low")),
    ("count-level", lambda: segment_counts(PEOPLE, level=95), ("level", "95")),
    ("count-by", lambda: segment_counts(PEOPLE, by="region"), ("'region'", "group")),
    (
        "count-waves",
        lambda: segment_counts(TWICE),
        ("'customer'", "rows 102, 103", "one wave"),
    ),
    (
        "effect-twice",
        lambda: split_effect(PEOPLE.assign(who=[1, 2, 2, 3]), customer="who"),
        ("'who'", "row 102", "one row per customer"),
    ),
    ("effect-one", lambda: split_effect(PEOPLE, rules=["mean"]), ("at least two", "['mean']")),
    ("effect-text", lambda: split_effect(PEOPLE, rules="mean"), ("rules", "'mean'")),
    ("effect-rule", lambda: split_effect(PEOPLE, rules=["mean", "x"]), ("split", "'x'")),
    ("effect-none", lambda: split_effect(PEOPLE, rules=None), ("rules", "None")),
    ("moves-missing", lambda: transitions(PEOPLE), ("'customer'", "the columns are")),
    ("moves-wave", lambda: transitions(TWICE, after=3), ("'wave'", "no 3", "it holds 1, 2")),
    ("moves-same", lambda: transitions(TWICE, after=1), ("two waves", "1 twice")),
    ("moves-list", lambda: transitions(TWICE, before=[1]), ("'wave'", "[1]")),
    (
        "moves-doubled",
        lambda: transitions(TWICE.assign(customer=1)),
        ("'customer'", "rows 101, 103", "one row"),
    ),
    ("moves-segment", lambda: transitions(with_(TWICE, "segment", 2, "lost")), ("102", "'lost'")),
    ("moves-nan", lambda: transitions(with_(TWICE, "segment", 2, None)), ("lacks", "row 102")),
    ("moves-left", lambda: transitions(TWICE, left=5), ("left", "list", "5")),
    ("moves-left-text", lambda: transitions(TWICE, left="12"), ("left", "'12'")),
    (
        "moves-left-flags",
        lambda: transitions(TWICE, left=[True, False]),
        ("left", "True and False", "customers['churned']"),
    ),
    (
        "moves-left-strangers",
        lambda: transitions(TWICE, left=["1"]),
        ("left", "'1'", "'customer'", "left=[]"),
    ),
    (
        "gap-table",
        lambda: transition_difference(TWICE, of=1, minus=2),
        ("table", "transitions()"),
    ),
    (
        "gap-group",
        lambda: transition_difference(MOVES, of="servd", minus="all"),
        ("no group 'servd'", "'all'"),
    ),
    ("gap-list", lambda: transition_difference(MOVES, of=["all"], minus="all"), ("['all']",)),
    (
        "pay-share",
        lambda: pay(margin=30),
        ("margin", "between 0 and 1", "write 30 % as 0.3"),
    ),
    ("pay-cost-text", lambda: pay(cost="1000"), ("cost", "'1000'", "without quotes")),
    (
        "pay-twice",
        lambda: pay(frame=PEOPLE.assign(customer=[1, 2, 1, 2])),
        ("'customer'", "rows 102, 103", "one row per customer"),
    ),
    ("pay-few", lambda: pay(), ("two treated", "'loyal'", "0 were treated", "1 were not")),
    ("pay-cost", lambda: pay(cost=-1), ("cost", "-1")),
    ("pay-margin", lambda: pay(margin="30%"), ("margin", "'30%'")),
    ("pay-outcome", lambda: pay(outcome="cents"), ("'cents'", "own_cents")),
    ("pay-nan", lambda: pay(frame=with_(PEOPLE, "own_cents", 1, NAN)), ("lacks", "row 101")),
    ("pay-flag", lambda: pay(frame=with_(PEOPLE, "treated", 1, "maybe")), ("yes/no", "'maybe'")),
    ("pay-level", lambda: pay(level=1), ("level", "strictly", "1")),
    (
        "log-month",
        lambda: repeat_patronage(LOG, every="month"),
        ("every", "months", "write 'M'"),
    ),
    ("log-every", lambda: repeat_patronage(LOG, every="D"), ("every", "W, M, Q, Y", "'D'")),
    (
        "log-date",
        lambda: repeat_patronage(LOG.assign(date=["2024-01-05", "2024-02-04", "soon"])),
        ("dates", "'soon'"),
    ),
    (
        "log-no-period",
        lambda: plot_patronage(repeat_patronage(LOG[:1])),
        ("No customer", "whole period", "longer log", "every='W'"),
    ),
    ("log-empty", lambda: repeat_patronage(LOG[:0]), ("no rows",)),
    ("log-missing", lambda: repeat_patronage(LOG, customer="who"), ("'who'", "household")),
    (
        "log-mistyped",
        lambda: repeat_patronage(with_(LOG, "date", 0, pd.Timestamp("1024-01-01")), every="W"),
        ("'date'", "1024-01-01", "10,000 periods"),
    ),
    (
        "sheet-missing",
        lambda: four_indicators(PEOPLE, product="likin"),
        ("'likin'", "mean 'liking'?", "for product"),
    ),
    (
        "sheet-text",
        lambda: four_indicators(PEOPLE, product="liking", process="preference"),
        ("'preference'", "numbers", "rows 100"),
    ),
    ("sheet-empty", lambda: four_indicators(PEOPLE[:0], product="liking"), ("no rows",)),
    ("sheet-list", lambda: four_indicators(PEOPLE, product=["a"]), ("['a']",)),
    ("queue-half", lambda: QueueFavour(waiting=2.5), ("waiting", "whole number >= 0", "2.5")),
    ("queue-chance", lambda: QueueFavour(leave_if_refused=20), ("leave_if_refused", "as 0.2")),
    ("queue-minus", lambda: QueueFavour(minutes=-10), ("minutes", ">= 0", "-10")),
    ("queue-name", lambda: QueueFavour(wating=3), ("'wating'", "mean 'waiting'?")),
    ("queue-text", lambda: readings("8"), ("waiting", "'8'")),
    ("queue-cases", lambda: plot_readings([QueueFavour()]), ("cases", "dictionary")),
    ("rule-cut", lambda: SplitRule(preference_cut=5), ("preference_cut", "<= 4", "5")),
    ("rule-r", lambda: SplitRule(correlation=-1.01), ("correlation", ">= -1", "-1.01")),
    ("rule-nan", lambda: SplitRule(repeat_reliability=NAN), ("repeat_reliability", "nan")),
    ("c031", lambda: four_preference_levels(low=0), ("liking", ">= 1", "0")),
    ("c032", lambda: four_bank_segments(preference_cut=9), ("preference cut", "1 and 4", "9")),
    ("c033", lambda: bank_founded("1812"), ("source_year", "'1812'")),
    ("c034", lambda: measured_in_the_fifties(1950), ("published", "1,960", "1950")),
    ("c036", lambda: counter_case(minutes=0), ("minutes", "above 0", "0")),
    ("c036-queue", lambda: counter_case(waiting=-1), ("waiting", "-1")),
    ("plot-counts", lambda: plot_segments(PEOPLE), ("table", "segment_counts()", "'group'")),
    ("plot-effect", lambda: plot_split_effect(None), ("table", "split_effect()", "None")),
    ("plot-moves", lambda: plot_transitions(TWICE), ("table", "transitions()")),
    ("plot-pay", lambda: plot_payoff("x"), ("table", "payoff()", "'x'")),
    ("plot-log", lambda: plot_patronage(LOG), ("table", "repeat_patronage()")),
    ("plot-ax", lambda: plot_segments(segment_counts(PEOPLE), ax=5), ("ax", "Axes", "5")),
]
