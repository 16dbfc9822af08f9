"""Wrong inputs of chapter 03, and the words that the sentence for each must hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab import drivers
from loyaltylab.drivers import Collinear

RNG = np.random.default_rng(3)
SEEN = pd.DataFrame(
    RNG.integers(1, 6, (60, 5)), columns=["quality", "price", "matters_q", "matters_p", "overall"]
).assign(who=np.arange(60) // 2, treated=np.arange(60) % 2 == 0)
ITEMS = ["quality", "price"]
STATED = ["matters_q", "matters_p"]
CELLS = pd.DataFrame({"contact": ["low", "high"] * 3, "said": list("aabbcc"), "count": 10})
LEVELS = {"contact": ["low", "high"]}
MATRIX = np.array([[1.0, 0.5], [0.5, 1.0]])
MANY = pd.DataFrame(RNG.integers(1, 6, (60, 21)), columns=[f"a{i}" for i in range(21)])
PARTS = {"product": ["quality"], "value": ["price"]}


def fit(data: Any = SEEN, attributes: Any = ITEMS, **rest: Any) -> Any:
    return drivers.fit(data, attributes=attributes, **rest)


def place(data: Any = SEEN, **rest: Any) -> Any:
    return drivers.importance_performance(data, attributes=ITEMS, **rest)


def lot(data: Any = SEEN, **rest: Any) -> Any:
    given = {"treated": "treated", "attribute": "quality", "attributes": ITEMS} | rest
    return drivers.experiment(data, **given)


def classes(data: Any = CELLS, **rest: Any) -> Any:
    given = {"outcome": "said", "order": "abc", "factors": LEVELS, "count": "count"} | rest
    return drivers.ordinal(data, **given)


def score(data: Any = SEEN, elements: Any = PARTS, **rest: Any) -> Any:
    return drivers.index(data, elements=elements, **{"scale": (1, 5), **rest})


def changed(column: str, row: int, value: Any, data: pd.DataFrame = SEEN) -> pd.DataFrame:
    frame = data.astype({column: object})
    frame.loc[row, column] = value
    return frame


ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("lmg-text", lambda: drivers.lmg("x"), ("correlation", "square", "'x'")),
    ("lmg-oblong", lambda: drivers.lmg(np.ones((2, 3))), ("correlation", "square")),
    ("lmg-alone", lambda: drivers.lmg([[1.0]]), ("1 to 20", "not 0")),
    ("lmg-many", lambda: drivers.lmg(np.eye(22)), ("1 to 20", "not 21", "doubles")),
    ("lmg-covariance", lambda: drivers.lmg(2 * MATRIX), ("ones on its diagonal", "corr()")),
    ("lmg-skew", lambda: drivers.lmg([[1, 0.5], [0.4, 1]]), ("symmetric",)),
    ("lmg-nan", lambda: drivers.lmg([[1, np.nan], [np.nan, 1]]), ("correlation", "nan")),
    (
        "lmg-impossible",
        lambda: drivers.lmg([[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]]),
        ("belongs to no data", "same rows"),
    ),
    ("lmg-groups", lambda: drivers.lmg(MATRIX, groups=["a", "b"]), ("groups", "1 attributes")),
    ("lmg-groups-text", lambda: drivers.lmg(MATRIX, groups=3), ("groups", "not 3")),
    ("weights", lambda: drivers.relative_weights([1, 2]), ("correlation", "square")),
    ("reliability", lambda: drivers.attenuate(MATRIX, 0), ("reliability", "above 0", "not 0")),
    ("reliabilities", lambda: drivers.attenuate(MATRIX, [1, 1, 1]), ("reliability", "2 of them")),
    ("reliable-text", lambda: drivers.attenuate(MATRIX, "x"), ("reliability", "'x'")),
    ("rounding-sd", lambda: drivers.rounding_reliability(3, 0), ("sd", "above 0")),
    ("rounding-mean", lambda: drivers.rounding_reliability("3", 1), ("mean", "quotes")),
    ("rounding-ends", lambda: drivers.rounding_reliability(3, 1, (1, 4.5)), ("whole numbers",)),
    (
        "rounding-long",
        lambda: drivers.rounding_reliability(3, 1, (0, 5000)),
        ("points", "1,000", "5001"),
    ),
    ("fit-string", lambda: fit(attributes="quality"), ("attributes", "a list of", "'quality'")),
    ("fit-none", lambda: fit(attributes=[]), ("attributes", "1 to 20")),
    ("fit-many", lambda: fit(MANY, list(MANY), outcome="x"), ("1 to 20", "21 of them")),
    ("fit-twice", lambda: fit(attributes=["price", "price"]), ("'price'", "twice")),
    ("fit-outcome", lambda: fit(attributes=[*ITEMS, "overall"]), ("'overall'", "explain itself")),
    ("fit-missing", lambda: fit(attributes=["qualty"]), ("'qualty'", "did you mean 'quality'")),
    ("fit-unhashable", lambda: fit(attributes=[["a"]]), ("attributes", "column names")),
    ("fit-outcome-list", lambda: fit(outcome=["overall"]), ("outcome", "name of a column")),
    ("fit-cluster", lambda: fit(cluster="price"), ("'price'", "cluster")),
    ("fit-one-cluster", lambda: fit(SEEN.assign(who=1), cluster="who"), ("cluster", "every row")),
    ("fit-scale", lambda: fit(changed("price", 7, 9)), ("'price'", "<= 5", "row 7", "no answer")),
    ("fit-text", lambda: fit(changed("price", 2, "4")), ("'price'", "row 2", "to_numeric")),
    ("fit-infinite", lambda: fit(changed("price", 2, np.inf)), ("'price'", "row 2", "inf")),
    ("fit-empty", lambda: fit(SEEN.head(0)), ("no rows",)),
    ("fit-few", lambda: fit(SEEN.head(4)), ("only 4 complete rows", "at least 5")),
    ("fit-silent", lambda: fit(SEEN.assign(price=np.nan)), ("Every row lacks", "'price'")),
    ("fit-constant", lambda: fit(SEEN.assign(price=3)), ("'price'", "holds 3", "leave it out")),
    ("fit-still", lambda: fit(SEEN.assign(overall=3)), ("'overall'", "holds 3")),
    (
        "fit-singular",
        lambda: fit(SEEN.assign(again=6 - SEEN["price"]), [*ITEMS, "again"]),
        ("'price', 'again'", "follow from each other", "drivers.lmg"),
    ),
    ("fit-percent", lambda: fit(level=95), ("level", "95", "0.95")),
    ("fit-draws", lambda: fit(draws=10), ("draws", "100 to", "10")),
    ("fit-seed", lambda: fit(seed=-1), ("seed", "-1")),
    ("fit-scale-word", lambda: fit(scale="1-5"), ("scale", "'1-5'")),
    ("fit-falling-scale", lambda: fit(scale=(5, 1)), ("scale", "(5, 1)")),
    ("fit-data", lambda: fit(3), ("data", "DataFrame", "3")),
    ("fit-file", lambda: fit("nowhere.csv"), ("no file", "nowhere.csv")),
    ("fit-measure", lambda: fit(draws=100).dominance("LMG"), ("measure", "'LMG'")),
    ("fit-plot", lambda: fit(draws=100).plot(measures=("bta",)), ("measure", "'beta'?")),
    ("fit-plot-none", lambda: fit(draws=100).plot(measures=()), ("measures", "at least one")),
    (
        "fit-predict-99",
        lambda: fit(draws=100).predict(changed("price", 3, 99)),
        ("'price'", "<= 5", "99"),
    ),
    ("fit-predict", lambda: fit(draws=100).predict(SEEN[["price"]]), ("'quality'",)),
    ("map-both", lambda: place(importance=STATED, outcome="overall"), ("both", "outcome")),
    ("map-neither", lambda: place(), ("importance and outcome", "both")),
    (
        "map-importance-scale",
        lambda: place(importance=STATED, importance_scale=None),
        ("importance_scale", "None"),
    ),
    ("map-outcome-scale", lambda: place(outcome="overall", outcome_scale=5), ("outcome_scale",)),
    ("map-short", lambda: place(importance=["matters_q"]), ("importance", "list of 2")),
    ("map-same", lambda: place(importance=ITEMS), ("'quality'", "only one of them")),
    ("map-measure", lambda: place(outcome="overall", measure="lgm"), ("measure", "'lmg'?")),
    ("map-middle", lambda: place(outcome="overall", cross="middle"), ("'middle'", "no scale")),
    ("map-cross", lambda: place(importance=STATED, cross="meen"), ("cross", "'mean'?")),
    ("map-target", lambda: place(importance=STATED, cross=7), ("cross", "1 and 5", "7")),
    ("map-triple", lambda: place(importance=STATED, cross=(1, 2, 3)), ("cross", "pair")),
    ("map-none", lambda: place(importance=STATED, cross=None), ("cross", "None")),
    (
        "map-single",
        lambda: drivers.importance_performance(SEEN, attributes=["price"]),
        ("2 to 20",),
    ),
    ("lot-other", lambda: lot(attribute="overall"), ("'overall'", "one of the attributes")),
    ("lot-flag", lambda: lot(SEEN.assign(treated=3)), ("'treated'", "True/False")),
    ("lot-all", lambda: lot(SEEN.assign(treated=True)), ("60 treated and 0 untreated",)),
    ("lot-twice", lambda: lot(customer="who"), ("'who'", "twice")),
    ("lot-named", lambda: lot(SEEN.rename(columns={"who": "customer"})), ("customer", "twice")),
    (
        "lot-constant",
        lambda: lot(SEEN.assign(price=SEEN["price"].where(SEEN["treated"], 3))),
        ("'price'", "holds 3", "lot did not choose"),
    ),
    (
        "lot-tangled",
        lambda: lot(SEEN.assign(price=SEEN["price"].where(SEEN["treated"], SEEN["quality"]))),
        ("'quality', 'price'", "follow from each other"),
    ),
    ("lot-column", lambda: lot(treated="chosen"), ("'chosen'",)),
    ("lot-level", lambda: lot(level=1), ("level", "strictly")),
    ("ordinal-link", lambda: classes(link="cloglog"), ("link", "'cloglog'")),
    ("ordinal-order", lambda: classes(order="ab"), ("'said'", "'c'", "rows 4, 5")),
    ("ordinal-twice", lambda: classes(order="aab"), ("order", "different")),
    ("ordinal-absent", lambda: classes(order="abcd"), ("Nobody", "'d'", "'said'")),
    ("ordinal-factor", lambda: classes(factors=["contact"]), ("factors", "dictionary")),
    (
        "ordinal-outcome",
        lambda: classes(factors={"said": list("abc")}),
        ("outcome 'said'", "among the factors"),
    ),
    (
        "ordinal-numbers",
        lambda: classes(CELLS.assign(contact=[1, 2] * 3), factors={"contact": ["1", "2"]}),
        ("holds 1 in", "'1', '2'"),
    ),
    (
        "ordinal-weight",
        lambda: classes(factors={"count": [10, 11]}),
        ("count 'count'", "among the factors"),
    ),
    ("ordinal-level", lambda: classes(factors={"contact": ["low"]}), ("2 to 20",)),
    ("ordinal-count", lambda: classes(CELLS.assign(count=-1)), ("'count'", ">= 0", "-1")),
    ("ordinal-nobody", lambda: classes(CELLS.assign(count=0)), ("'count'", "0 respondents")),
    ("ordinal-gap", lambda: classes(changed("said", 1, None, CELLS)), ("'said'", "row 1")),
    (
        "ordinal-certain",
        lambda: classes(CELLS.assign(count=[9, 0, 0, 9, 0, 9])),
        ("no maximum", "leave it out"),
    ),
    ("index-list", lambda: score(elements=["quality"]), ("elements", "dictionary")),
    ("index-empty", lambda: score(elements={}), ("elements", "1 to 20")),
    ("index-column", lambda: score(elements={"a": "quality"}), ("elements['a']", "a list of")),
    ("index-weights", lambda: score(weights=[1]), ("weights", "2 numbers", "[1]")),
    ("index-zero", lambda: score(weights=[0, 0]), ("weights", "not all 0")),
    (
        "index-named-weights",
        lambda: score(weights={"product": 1, "prize": 2}),
        ("weights", "'product', 'value'", "'prize'"),
    ),
    ("index-index", lambda: score(elements={"index": ["quality"]}), ("elements", "'index'")),
    (
        "index-twins",
        lambda: score(elements={1: ["quality"], "1": ["price"]}),
        ("elements", "different names"),
    ),
    ("index-wrong-scale", lambda: score(scale=(1, 4)), ("'quality'", "<= 4", "5")),
    ("index-name", lambda: score(weights="equl"), ("weights", "'equal'?")),
    ("index-outcome", lambda: score(weights="outcome"), ("outcome", "named")),
    ("index-idle", lambda: score(outcome="overall"), ("outcome", "only then")),
    (
        "index-against",
        lambda: score(
            SEEN.assign(price=6 - SEEN["quality"] + SEEN["price"] % 2 - 1).clip(1, 5),
            weights="component",
        ),
        ("element", "negative"),
    ),
    ("index-scale", lambda: score(changed("price", 3, 0)), ("'price'", ">= 1", "row 3")),
    ("acsi-scale", lambda: drivers.acsi([11], [1]), ("means", "10", "11")),
    ("acsi-names", lambda: drivers.acsi({"a": 5}, {"b": 1}), ("weights", "'a'", "'b'")),
    ("acsi-unnamed", lambda: drivers.acsi([5, 6], {"a": 1, "b": 2}), ("weights", "2 numbers")),
    ("acsi-weights", lambda: drivers.acsi([5, 6], [1, -1]), ("weights", ">= 0")),
    ("collinear-one", lambda: Collinear(correlation=1), ("correlation", "<= 0.99", "1")),
    ("collinear-n", lambda: Collinear(n=5), ("n (respondents, people)", ">= 10")),
    ("collinear-text", lambda: Collinear(first="0.5"), ("first", "quotes")),
    ("claim-zones", lambda: drivers.four_zones(usable=700), ("usable", "0 to 634", "700")),
    ("claim-factors", lambda: drivers.five_factors(50), ("explained", "50 % as 0.5")),
    ("claim-elements", lambda: drivers.three_elements((0.0, 5.0, 5.0)), ("means", "0")),
]

FRAMES: list[pd.DataFrame] = [SEEN, CELLS, MANY]
