"""What chapter 02 refuses, and the words with which it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from loyaltylab.needs import (
    KanoResponse,
    basic_and_expected_met,
    class_chances,
    class_counts,
    classes,
    classify,
    coefficients,
    compare_groups,
    compare_methods,
    continuous,
    evaluation_grid,
    false_leaders,
    leading,
    life_cycle,
    melt_pairs,
    offers,
    plot_coefficients,
    plot_counts,
    plot_curves,
    plot_offers,
)

NAN = float("nan")

SAID = pd.DataFrame(
    {
        "customer": [1, 1, 2, 2],
        "attribute": ["app", "music", "app", "music"],
        "functional": [1.0, 5.0, 2.0, 3.0],
        "dysfunctional": [5.0, 1.0, 5.0, NAN],
        "region": ["n", "n", "s", "s"],
    },
    index=range(100, 104),
)
WORDS = pd.DataFrame(
    {
        "functional": ["like", "I expect it", "喜欢", None],
        "dysfunctional": ["dislike", "neutral", "不喜欢", "能忍受"],
    },
    index=range(100, 104),
)
WIDE = pd.DataFrame(
    {"who": [7, 8], "app_with": [1, 2], "app_without": [5, 3], "region": ["n", "s"]}
)
KANO = classify(SAID)
FULL = KANO[KANO["kano"].notna()].reset_index(drop=True)
ONE = KANO[KANO["attribute"] == "app"]
FRAMES = [SAID, WORDS, WIDE, KANO, FULL, ONE]
PAIRS = {"app": ("app_with", "app_without")}


def with_(frame: pd.DataFrame, column: str, row: int, value: Any) -> pd.DataFrame:
    """Return a frame with one cell replaced; its type follows."""
    cells = list(frame[column].astype(object))
    cells[row] = value
    return frame.assign(**{column: pd.Series(cells, index=frame.index).infer_objects()})


def grid_with(row: str, column: str, value: Any) -> pd.DataFrame:
    grid = evaluation_grid()
    grid.loc[row, column] = value
    return grid


TWICE = pd.concat([KANO, KANO.iloc[:1]])
THREE = pd.concat([ONE, ONE[:1].assign(customer=3)]).assign(region=["n", "s", "w"])
ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("said-data", lambda: classify(5), ("data", "DataFrame", "5")),
    ("said-empty", lambda: classify(SAID[:0]), ("no rows",)),
    (
        "said-missing",
        lambda: classify(SAID, functional="function"),
        ("'function'", "mean 'functional'?", "'dysfunctional'"),
    ),
    (
        "said-missing-before-values",
        lambda: classify(with_(SAID, "functional", 0, 9), dysfunctional="nein"),
        ("'nein'",),
    ),
    ("said-out", lambda: classify(with_(SAID, "functional", 1, 6)), (">= 1 and <= 5", "row 101")),
    (
        "said-no-answer",
        lambda: classify(with_(SAID, "dysfunctional", 2, 99)),
        ("'dysfunctional'", "row 102", "99", "no answer"),
    ),
    ("said-half", lambda: classify(with_(SAID, "functional", 1, 1.5)), ("whole", "1.5")),
    (
        "said-label",
        lambda: classify(with_(WORDS, "functional", 1, "dislik")),
        ("'functional'", "row 101", "'dislik'", "mean 'dislike'?", "labels={", "喜欢"),
    ),
    (
        "said-labels-several",
        lambda: classify(with_(with_(WORDS, "functional", 1, "super"), "functional", 2, "bof")),
        ("rows 101, 102", "'super', 'bof'", "live with"),
    ),
    ("said-true", lambda: classify(with_(WORDS, "functional", 0, True)), ("row 100", "True")),
    ("said-list", lambda: classify(with_(WORDS, "functional", 0, [1])), ("row 100", "[1]")),
    (
        "said-text-code",
        lambda: classify(with_(SAID, "functional", 0, "1")),
        ("row 100", "'1'", "written as text", "into numbers"),
    ),
    (
        "said-from-zero",
        lambda: classify(SAID.assign(functional=[0, 4, 1, 2])),
        ("'functional'", "from 0 to 4", "row 100", "labels={0: 1,", "no answer"),
    ),
    (
        "said-zero-and-five",
        lambda: classify(SAID.assign(functional=[0, 5, 1, 2])),
        (">= 1 and <= 5", "row 100", "no answer"),
    ),
    (
        "said-same-column",
        lambda: classify(SAID, dysfunctional="functional"),
        ("functional and dysfunctional", "two different columns", "'functional'"),
    ),
    (
        "labels-collide",
        lambda: classify(WORDS, labels={"Like": 1, "like ": 5}),
        ("labels", "'like '", "1 and 5"),
    ),
    (
        "said-nobody",
        lambda: classify(SAID.assign(functional=NAN)),
        ("'functional'", "No row", "both"),
    ),
    ("labels-text", lambda: classify(WORDS, labels="english"), ("labels", "dict", "'english'")),
    ("labels-empty", lambda: classify(WORDS, labels={}), ("labels", "dict", "{}")),
    ("labels-code", lambda: classify(WORDS, labels={"like": 6}), ("labels", "1 (like)", "6")),
    ("labels-true", lambda: classify(WORDS, labels={"like": True}), ("labels", "True")),
    (
        "labels-unknown",
        lambda: classify(WORDS, labels={"likes": 1, "hate": 5}),
        ("'functional'", "likes, hate", "mean 'likes'?", "rows 100, 101, 102"),
    ),
    ("grid-kind", lambda: classify(SAID, grid="bergen"), ("grid", "mean 'berger'?", "'bergen'")),
    ("grid-name", lambda: evaluation_grid("kano"), ("kind", "berger, pouliot", "'kano'")),
    ("grid-list", lambda: evaluation_grid(["berger"]), ("kind", "['berger']")),
    ("grid-shape", lambda: classify(SAID, grid=evaluation_grid().iloc[:4]), ("grid", "5×5")),
    (
        "grid-names",
        lambda: classify(SAID, grid=evaluation_grid().rename(columns={"like": "love"})),
        ("grid", "name its rows", "'love'"),
    ),
    (
        "grid-letter",
        lambda: classify(SAID, grid=grid_with("like", "expect", "E")),
        ("M, O, A, I, R, Q", "like/expect", "'E'"),
    ),
    ("grid-na", lambda: classify(SAID, grid=grid_with("like", "like", pd.NA)), ("like/like",)),
    ("melt-list", lambda: melt_pairs(WIDE, ["app_with"]), ("pairs", "dict", "['app_with']")),
    ("melt-one", lambda: melt_pairs(WIDE, {"app": "app_with"}), ("pairs", "two columns", "'app'")),
    (
        "melt-column",
        lambda: melt_pairs(WIDE, {"app": ("app_with", "app_wihout")}),
        ("'app_wihout'", "mean 'app_without'?"),
    ),
    (
        "melt-same-column",
        lambda: melt_pairs(WIDE, {"app": ("app_with", "app_with")}),
        ("'app'", "two different columns", "'app_with'"),
    ),
    (
        "melt-column-twice",
        lambda: melt_pairs(WIDE, PAIRS | {"tv": ("app_with", "region")}),
        ("pairs", "'app_with'", "two pairs"),
    ),
    ("melt-keep", lambda: melt_pairs(WIDE, PAIRS, keep="region"), ("keep", "list", "'region'")),
    ("melt-keep-no", lambda: melt_pairs(WIDE, PAIRS, keep=["regio"]), ("'regio'", "'region'?")),
    (
        "melt-keep-made",
        lambda: melt_pairs(WIDE.rename(columns={"who": "customer"}), PAIRS, keep=["customer"]),
        ("keep", "'customer'", "makes"),
    ),
    ("melt-who", lambda: melt_pairs(WIDE, PAIRS, customer="whom"), ("'whom'", "mean 'who'?")),
    ("count-raw", lambda: class_counts(SAID), ("'kano'", "classify()")),
    ("count-class", lambda: class_counts(with_(KANO, "kano", 1, "m")), ("row 101", "'m'")),
    ("count-number", lambda: class_counts(with_(KANO, "kano", 1, 3)), ("row 101", "3")),
    ("count-attribute", lambda: class_counts(KANO, attribute="atribute"), ("mean 'attribute'?",)),
    ("count-nobody", lambda: class_counts(with_(KANO, "attribute", 0, None)), ("lacks", "row 100")),
    ("count-twice", lambda: class_counts(TWICE), ("'customer'", "twice", "row 100")),
    ("count-level", lambda: class_counts(KANO, level=95), ("level", "0 and 1", "95 % as 0.95")),
    ("count-by", lambda: class_counts(KANO, by="regions"), ("'regions'", "mean 'region'?")),
    (
        "count-none",
        lambda: class_counts(KANO[KANO["kano"].isna()]),
        ("'music'", "No row", "leave"),
    ),
    ("classes-margin", lambda: classes(KANO, margin=5), ("margin", "5 % as 0.05")),
    ("classes-level", lambda: classes(KANO, level=1.0), ("level", "strictly", "1.0")),
    ("chances-draws", lambda: class_chances(KANO, draws=10), ("draws", "100", "10")),
    ("chances-seed", lambda: class_chances(KANO, seed="x"), ("seed", "'x'")),
    ("leading-level", lambda: leading(KANO, level="95"), ("level", "quotes")),
    ("leading-draws", lambda: leading(KANO, draws=1e3), ("draws", "whole", "write 1000")),
    ("false-sum", lambda: false_leaders([0.4, 0.4], n=100), ("shares", "add to 1", "0.8")),
    ("false-one", lambda: false_leaders([1.0], n=100), ("shares", "two or more")),
    ("false-percent", lambda: false_leaders([40, 40, 20], n=9), ("share", "40 % as 0.4")),
    ("false-number", lambda: false_leaders(0.5, n=100), ("shares", "list", "0.5")),
    ("false-n", lambda: false_leaders([0.5, 0.5], n=0), ("n must", "whole", "0")),
    ("better-lines", lambda: coefficients(KANO, lines="median"), ("lines", "mean", "'median'")),
    ("better-list", lambda: coefficients(KANO, lines=["mean"]), ("lines", "['mean']")),
    ("scores-cut", lambda: continuous(KANO, cut=5), ("cut", "-2 and 4", "5")),
    ("scores-q", lambda: continuous(KANO, questionable="no"), ("questionable", "'no'")),
    ("scores-code", lambda: continuous(KANO, functional="region"), ("'region'", "1 to 5", "'n'")),
    ("scores-column", lambda: continuous(KANO, functional="code"), ("'code' for functional",)),
    ("methods-lines", lambda: compare_methods(KANO, lines=1), ("lines", "1")),
    ("groups-three", lambda: compare_groups(THREE, by="region"), ("'region'", "two", "3")),
    ("groups-one", lambda: compare_groups(ONE.assign(a=1), by="a"), ("'a'", "two", "1")),
    ("groups-both", lambda: compare_groups(FULL, by="attribute"), ("Customer 1", "'attribute'")),
    (
        "groups-without-class",
        lambda: compare_groups(KANO, by="region"),
        ("attribute 'music' in group 's'", "leave"),
    ),
    (
        "groups-unasked",
        lambda: compare_groups(FULL, by="region"),
        ("Group 's'", "'music'", "leave"),
    ),
    ("offer-list", lambda: offers(KANO, ["app"]), ("provided", "dict", "['app']")),
    ("offer-text", lambda: offers(KANO, {"x": "app"}), ("provided", "'x'", "list", "'app'")),
    ("offer-unknown", lambda: offers(KANO, {"x": ["ap"]}), ("'ap'", "mean 'app'?", "'music'")),
    ("offer-own", lambda: offers(KANO, {}), ("provided", "dict", "{}")),
    (
        "offer-own-class",
        lambda: offers(KANO, {"x": []}, own={"y": ["M", "X"]}),
        ("own", "'X'", "'y'", "'O'"),
    ),
    (
        "offer-own-same-name",
        lambda: offers(KANO, {"x": []}, own={"x": ["M"]}),
        ("provided and own", "'x'", "rename"),
    ),
    ("offer-same-name", lambda: offers(KANO, {1: [], "1": ["app"]}), ("'1'", "names two")),
    (
        "offer-own-text",
        lambda: offers(KANO, {"x": []}, own={"y": "MO"}),
        ("own", "'y'", "list of classes", "'MO'"),
    ),
    ("offer-nobody", lambda: offers(KANO[1:3], {"x": ["app"]}), ("No customer", "every")),
    ("offer-column", lambda: offers(KANO, {"x": []}, dysfunctional="y"), ("for dysfunctional",)),
    ("offer-who", lambda: offers(KANO, {"x": []}, customer="who"), ("'who'",)),
    ("counts-plot", lambda: plot_counts(KANO), ("table", "class_counts()")),
    (
        "counts-plot-groups",
        lambda: plot_counts(class_counts(ONE, by="region")),
        ("table", "one group, not 2", "== 'n'"),
    ),
    (
        "better-plot-groups",
        lambda: plot_coefficients(coefficients(ONE, by="region")),
        ("table", "one group, not 2"),
    ),
    ("counts-plot-ax", lambda: plot_counts(class_counts(KANO), 5), ("ax", "Axes", "5")),
    (
        "better-plot-reverse",
        lambda: plot_coefficients(coefficients(KANO[KANO["kano"] == "R"])),
        ("table", "A, O, M or I", "reverse"),
    ),
    ("better-plot", lambda: plot_coefficients(None), ("table", "coefficients()", "None")),
    ("better-plot-none", lambda: plot_coefficients(KANO), ("table", "coefficients()")),
    ("offer-plot", lambda: plot_offers(KANO), ("table", "offers()")),
    ("curves", lambda: plot_curves(5), ("response", "KanoResponse", "5")),
    ("life-fade", lambda: life_cycle(KanoResponse(), fade=20), ("fade", "20 % as 0.2")),
    ("life-years", lambda: life_cycle(KanoResponse(), years=0), ("years", "1 to 1,000", "0")),
    ("life-model", lambda: life_cycle(None), ("response", "None")),
    (
        "response-weights",
        lambda: KanoResponse(weight_basic=0, weight_expected=0, weight_exciting=0),
        ("weight_basic", "not all be 0"),
    ),
    ("response-percent", lambda: KanoResponse(basic=100), ("basic", "write 100 % as 1")),
    ("response-bend", lambda: KanoResponse(bend=0.5), ("bend", ">= 1", "0.5")),
    ("response-name", lambda: KanoResponse(exiting=1), ("'exiting'", "mean 'exciting'?")),
    ("claim-share", lambda: basic_and_expected_met(exciting=50), ("exciting", "50 % as 0.5")),
    ("claim-count", lambda: basic_and_expected_met(attributes=0), ("attributes", "1 to", "0")),
]
