"""What chapter 05 refuses, and the words with which it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from loyaltylab.stages import (
    StageChain,
    checklist,
    classes,
    crosswalk,
    feelings_rather_than_quality,
    fit_chain,
    fit_hidden,
    four_kinds,
    guttman,
    homogeneity,
    loyal,
    loyal_by_k,
    moves,
    order_conflicts,
    order_test,
    overlaps,
    pattern_counts,
    plot_loyal_by_k,
    schemes,
    stage_of,
    two_step,
)

NAN = float("nan")

SAID = pd.DataFrame(
    {
        "customer": [1, 1, 2, 2],
        "quarter": [1, 2, 1, 2],
        "belief": [2, 5, 5, 4],
        "liking": [2, 2, 4, 4],
        "intention": [1, 2, 5, 5],
        "obstacles": [1, 2, 2, 1],
        "kept": [0, 0, 2, 1],
    },
    index=range(100, 104),
)
STOOD = pd.DataFrame(
    {
        "customer": [1, 1, 2, 2],
        "quarter": [1, 2, 1, 2],
        "stage": ["none", "cognitive", "conative", "action"],
    },
    index=range(100, 104),
)
PEOPLE = pd.DataFrame({"customer": [1, 2], "liking": [5, 2]}, index=[100, 101])
MARKS = checklist(PEOPLE, {"likes": {"liking": 4}})
FRAMES = [SAID, STOOD, PEOPLE, MARKS]
FIT = fit_chain(STOOD)


def with_(frame: pd.DataFrame, column: str, row: int, value: Any) -> pd.DataFrame:
    """Return a frame with one cell replaced; its type follows."""
    cells = list(frame[column].astype(object))
    cells[row] = value
    return frame.assign(**{column: pd.Series(cells, index=frame.index).infer_objects()})


EMPTY = SAID.iloc[:0]
ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("advances-three", lambda: StageChain(advances=(0.1, 0.2, 0.3)), ("advances", "4 numbers")),
    ("too-much", lambda: StageChain(advance=0.7, regress=0.6), ("at most 1", "1.3")),
    ("percent", lambda: StageChain(advance=20), ("advance", "write 20 % as 0.2")),
    ("start", lambda: StageChain(start="trust"), ("start", "'cognitive'", "'trust'")),
    ("customers", lambda: StageChain().simulate(0), ("customers", "from 1 to", "0")),
    ("stayers", lambda: StageChain().simulate(5, stayers=50), ("stayers", "50")),
    ("many", lambda: StageChain(periods=400).simulate(10**6), ("more than 50,000,000",)),
    ("scheme", lambda: crosswalk("oliwer"), ("reference", "mean 'oliver'?")),
    ("scheme-type", lambda: overlaps("oliver", 3), ("second", "pyramid", "3")),
    ("no-column", lambda: stage_of(SAID, belief="beleif"), ("'beleif'", "mean 'belief'?")),
    ("empty", lambda: stage_of(EMPTY), ("no rows",)),
    ("code-99", lambda: stage_of(with_(SAID, "liking", 2, 99)), ("'liking'", "102", "99")),
    ("text", lambda: stage_of(with_(SAID, "belief", 0, "low")), ("'belief'", "100", "'low'")),
    ("kept", lambda: stage_of(with_(SAID, "kept", 0, 3)), ("'obstacles'", "100", "part of")),
    ("half", lambda: stage_of(with_(SAID, "kept", 0, NAN)), ("'kept'", "only one", "100")),
    ("twice", lambda: stage_of(with_(SAID, "quarter", 1, 1)), ("'customer'", "twice", "101")),
    ("rule", lambda: stage_of(SAID, rule="any"), ("rule", "cumulative", "'any'")),
    ("undecided", lambda: stage_of(SAID, undecided="drop"), ("undecided", "missing", "'drop'")),
    ("cut", lambda: stage_of(SAID, cut=7), ("cut", "between 1 and 5", "7")),
    ("kept-cut", lambda: stage_of(SAID, kept_cut=0), ("kept_cut", "above 0")),
    ("kept-percent", lambda: stage_of(SAID, kept_cut=50), ("kept_cut", "50 % as 0.5")),
    ("scale", lambda: stage_of(SAID, scale=(5, 1)), ("scale", "rising", "(5, 1)")),
    ("one-person", lambda: guttman(SAID.iloc[:2]), ("two customers", "not 1")),
    ("no-obstacle", lambda: pattern_counts(SAID.assign(obstacles=0, kept=0)), ("obstacle met",)),
    ("level", lambda: guttman(SAID, level=95), ("level", "95 % as 0.95")),
    ("stage", lambda: moves(with_(STOOD, "stage", 1, "trust")), ("'stage'", "101", "'trust'")),
    ("period", lambda: moves(with_(STOOD, "quarter", 1, 1.5)), ("'quarter'", "101", "1.5")),
    ("gap", lambda: moves(with_(STOOD, "quarter", 1, 9).iloc[:2]), ("no move", "'quarter'")),
    ("again", lambda: moves(with_(STOOD, "quarter", 1, 1)), ("'customer'", "twice", "row 101")),
    ("names", lambda: moves(STOOD, stages=["none"]), ("stages", "from 2 to", "'none'")),
    ("left-type", lambda: moves(STOOD, left=[1]), ("left", "dict or Series", "[1]")),
    ("left-who", lambda: moves(STOOD, left={"x": 3}), ("'customer'", "'x'", "same names")),
    ("left-early", lambda: moves(STOOD, left={1: 2}), ("Customer 1", "period 2", "no more")),
    ("fit-one", lambda: fit_chain(STOOD.iloc[:2]), ("two customers", "not of 1")),
    ("steps", lambda: fit_chain(STOOD, steps="all"), ("steps", "neighbours", "'all'")),
    ("draws", lambda: fit_chain(STOOD, draws=5), ("draws", "100", "5")),
    ("unseen", lambda: FIT.times(), ("Nobody", "'cognitive'")),
    ("order", lambda: order_test(FIT), ("three periods",)),
    ("order-type", lambda: order_test(STOOD), ("fit_chain()",)),
    ("homogeneity", lambda: homogeneity(FIT), ("one period", "longer panel")),
    ("over", lambda: homogeneity(FIT, over="region"), ("over", "'group'", "'region'")),
    ("two-step", lambda: two_step(FIT), ("three periods",)),
    (
        "left-twice",
        lambda: moves(STOOD, left=pd.Series([5, 6], index=[1, 1])),
        ("left", "customer 1 twice"),
    ),
    ("stage-code", lambda: moves(with_(STOOD, "stage", 0, 2)), ("'stage'", "row 100", "holds 2")),
    ("same-answer", lambda: stage_of(SAID, liking="belief"), ("three different", "'belief'")),
    ("hidden-silent", lambda: fit_hidden(SAID.assign(liking=NAN)), ("liking has none", "two")),
    (
        "hidden-obstacles",
        lambda: fit_hidden(SAID.assign(obstacles=0, kept=0)),
        ("obstacle", "action from conative"),
    ),
    ("reading", lambda: schemes(PEOPLE), ("classes()", "'scheme'")),
    (
        "reading-flag",
        lambda: order_conflicts(classes().assign(buys="maybe")),
        ("classes()", "'buys'", "'maybe'"),
    ),
    (
        "reading-position",
        lambda: crosswalk(table=classes().assign(position=1.5)),
        ("'position'", "whole", "1.5"),
    ),
    (
        "reading-twice",
        lambda: crosswalk(table=pd.concat([classes(), classes()])),
        ("'cognitive'", "'oliver'", "twice"),
    ),
    ("reading-scheme", lambda: crosswalk("x", classes()), ("reference", "oliver", "'x'")),
    ("k-word", lambda: loyal(MARKS, k="most"), ("k must", "'any'", "'most'")),
    ("k-many", lambda: loyal(MARKS, k=2), ("k", "1", "2")),
    ("k-type", lambda: loyal(PEOPLE), ("checklist()", "'passed'")),
    ("hidden-few", lambda: fit_hidden(SAID), ("20 customers", "not 2")),
    ("hidden-steps", lambda: fit_hidden(SAID, steps=1), ("steps", "neighbours", "1")),
    ("tests", lambda: checklist(PEOPLE, {"likes": 4}), ("tests", "{'likes': {'liking': 4}}")),
    ("test-name", lambda: checklist(PEOPLE, {"passed": {"liking": 4}}), ("'passed'", "another")),
    ("test-cut", lambda: checklist(PEOPLE, {"a": {"liking": "4"}}), ("'a'", "without quotes")),
    ("test-column", lambda: checklist(PEOPLE, {"a": {"likng": 4}}), ("'likng'", "'liking'?")),
    (
        "test-twice",
        lambda: checklist(with_(PEOPLE, "customer", 1, 1), {"a": {"liking": 4}}),
        ("'customer'", "101", "twice"),
    ),
    ("by-k", lambda: loyal_by_k(PEOPLE), ("checklist()", "'passed'")),
    ("plot-k", lambda: plot_loyal_by_k(MARKS), ("loyal_by_k()", "'k'")),
    ("listed", lambda: four_kinds(("action", "action")), ("listed", "cognitive", "once")),
    ("ratio", lambda: feelings_rather_than_quality(0), ("ratio", "above 0")),
]
