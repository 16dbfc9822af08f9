"""Whatever is wrong ends in one sentence: the name, what is valid, what was given, which rows."""

from __future__ import annotations

import contextlib
import importlib
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loyaltylab import claims, datasets, explore, show
from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import read
from loyaltylab.base.model import params
from loyaltylab.base.stats import between, bootstrap_counts, generator, whole, wilson
from loyaltylab.bucket import (
    LeakyBucket,
    PourOrPlug,
    expected_life,
    five_to_six_times,
    flows,
    from_customers,
    hazard_table,
    hundred_lost_hundred_won,
    one_lost_ten_to_win,
    plot_flows,
    plot_hazard,
    plot_same_sales,
    same_sales,
    several_times,
    ten_thousand_yuan,
)

HUGE = 10**400
NAN, INF = float("nan"), float("inf")


def refusal(call: Callable[[], Any]) -> str:
    """Return the sentence with which a call is refused; anything else fails."""
    with pytest.raises(InputError) as caught:
        call()
    assert type(caught.value) is InputError
    text = str(caught.value)
    assert "\n" not in text
    assert "http" not in text
    assert "pydantic" not in text.lower()
    assert "Traceback" not in text
    assert text.endswith(".")
    assert not text.endswith("..")
    assert 20 < len(text) < 400, len(text)
    assert not re.search(r"[.!?] [A-Z]", text), f"more than one sentence: {text}"
    return text


def share(cells: Any) -> Any:
    return cells[:, 0] / cells.sum(axis=1)


BUCKET = LeakyBucket()

MODEL_ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("text", lambda: LeakyBucket(churn="0.2"), ("churn", ">= 0 and <= 1", "'0.2'", "quotes")),
    ("true", lambda: LeakyBucket(churn=True), ("churn", ">= 0 and <= 1", "not True")),
    ("np-true", lambda: LeakyBucket(customers=np.True_), ("customers", "np.True_")),
    ("none", lambda: LeakyBucket(margin=None), ("margin", "a number", "None")),
    ("nan", lambda: LeakyBucket(churn=NAN), ("churn", ">= 0 and <= 1", "nan")),
    ("np-nan", lambda: LeakyBucket(margin=np.float64("nan")), ("margin", "a number", "nan")),
    ("inf", lambda: LeakyBucket(margin=INF), ("margin", "a number", "inf")),
    ("minus-inf", lambda: LeakyBucket(revenue=-INF), ("revenue", ">= 0, or None", "-inf")),
    ("complex", lambda: LeakyBucket(margin=1j), ("margin", "a number", "1j")),
    ("decimal", lambda: LeakyBucket(churn=Decimal("0.2")), ("churn", "Decimal('0.2')")),
    ("huge", lambda: LeakyBucket(customers=HUGE), ("customers", "whole number >= 0", "1000000")),
    ("huger", lambda: LeakyBucket(arrivals=10**5000), ("arrivals", "'fixed', 'poisson'", "int")),
    ("large", lambda: LeakyBucket(customers=10**15), ("customers", "at most 1e+14", "1000000")),
    ("tiny", lambda: LeakyBucket(churn=5e-324), ("churn", "give 0 or", "5e-324")),
    ("na", lambda: LeakyBucket(churn=pd.NA), ("churn", "<NA>")),
    ("nat", lambda: LeakyBucket(acquired=pd.NaT), ("acquired", "whole number >= 0", "NaT")),
    ("bytes", lambda: LeakyBucket(churn=b"1"), ("churn", "b'1'")),
    ("list", lambda: LeakyBucket(churn=[0.1, 0.2]), ("churn", "a number", "[0.1, 0.2]")),
    ("array", lambda: LeakyBucket(churn=np.ones((3, 3))), ("churn", "a number", "array(")),
    ("frame", lambda: LeakyBucket(churn=pd.DataFrame({"a": [1, 2]})), ("churn", "a number")),
    ("function", lambda: LeakyBucket(margin=lambda: 1), ("margin", "a number", "function")),
    ("above", lambda: LeakyBucket(churn=1.0000001), ("churn", ">= 0 and <= 1", "1.0000001")),
    ("below", lambda: LeakyBucket(churn=-1e-9), ("churn", ">= 0 and <= 1", "-1e-09")),
    ("percent", lambda: LeakyBucket(churn=5), ("churn", "not 5", "write 5 % as 0.05")),
    ("negative", lambda: LeakyBucket(acquired=-1), ("acquired", "whole number >= 0", "-1")),
    ("half", lambda: LeakyBucket(customers=10.5), ("customers", "whole number >= 0", "10.5")),
    ("cost", lambda: LeakyBucket(acquisition_cost=-1), ("acquisition_cost", ">= 0", "-1")),
    ("keep", lambda: LeakyBucket(retention_cost=-0.01), ("retention_cost", ">= 0", "-0.01")),
    ("discount", lambda: LeakyBucket(discount=1.5), ("discount", ">= 0 and <= 1", "1.5")),
    ("revenue", lambda: LeakyBucket(revenue=-3), ("revenue", ">= 0, or None", "-3")),
    (
        "choice",
        lambda: LeakyBucket(arrivals="Poisson"),
        ("arrivals", "'poisson'?", "'Poisson'"),
    ),
    (
        "choice-list",
        lambda: LeakyBucket(arrivals=["fixed"]),
        ("arrivals", "['fixed']"),
    ),
    ("choice-none", lambda: LeakyBucket(arrivals=None), ("arrivals", "'fixed', 'poisson'", "None")),
    ("hazard-number", lambda: LeakyBucket(hazard=0.3), ("hazard", "a list or tuple", "0.3")),
    ("hazard-text", lambda: LeakyBucket(hazard="0.3"), ("hazard", "a list or tuple", "'0.3'")),
    ("hazard-entry", lambda: LeakyBucket(hazard=(0.3, 1.5)), ("hazard[1]", "a number >= 0", "1.5")),
    ("hazard-nan", lambda: LeakyBucket(hazard=[NAN]), ("hazard[0]", "a number >= 0", "nan")),
    ("hazard-true", lambda: LeakyBucket(hazard=[0.1, True]), ("hazard[1]", "True")),
    ("hazard-none", lambda: LeakyBucket(hazard=[None]), ("hazard[0]", "None")),
    ("hazard-nested", lambda: LeakyBucket(hazard=[[0.1]]), ("hazard[0]", "[0.1]")),
    ("hazard-words", lambda: LeakyBucket(hazard=["0.1"]), ("hazard[0]", "'0.1'", "quotes")),
    (
        "hazard-dict",
        lambda: LeakyBucket(hazard={1: 0.1}),
        ("hazard", "list or tuple", "{1: 0.1}"),
    ),
    ("hazard-set", lambda: LeakyBucket(hazard={0.1}), ("hazard", "a list or tuple", "{0.1}")),
    ("unknown", lambda: LeakyBucket(chrun=0.1), ("'chrun'", "mean 'churn'?", "customers, churn")),
    ("unknown-long", lambda: LeakyBucket(**{"x" * 999: 1}), ("'xxx", "the parameters are")),
    ("positional", lambda: LeakyBucket(1000), ("by name", "customers=", "1000")),
    ("positionals", lambda: LeakyBucket(1, 2, 3, churn=0.1), ("by name", "customers=")),
    ("deep", lambda: LeakyBucket(churn=[[["x" * 99] * 9] * 9] * 9), ("churn", "a number")),
    ("periods-0", lambda: BUCKET.expected(0), ("periods", "1 to 10,000", "0")),
    ("periods-float", lambda: BUCKET.expected(10.0), ("periods", "whole number", "10.0")),
    ("periods-many", lambda: BUCKET.expected(10_001), ("periods", "1 to 10,000", "10001")),
    ("periods-text", lambda: BUCKET.expected("52"), ("periods", "whole number", "'52'")),
    ("periods-true", lambda: BUCKET.simulate(True), ("periods", "whole number", "True")),
    ("periods-none", lambda: BUCKET.simulate(None), ("periods", "whole number", "None")),
    ("runs-0", lambda: BUCKET.simulate(5, 0), ("replications", "1 to 20,000,000", "0")),
    ("runs-float", lambda: BUCKET.simulate(5, 1e3), ("replications", "whole number", "1000.0")),
    ("runs-huge", lambda: BUCKET.simulate(5, HUGE), ("replications", "20,000,000", "1000000")),
    ("rows", lambda: BUCKET.simulate(9999, 9999), ("9,999 replications", "20,000,000", "fewer")),
    ("seed-negative", lambda: BUCKET.simulate(5, 5, seed=-1), ("seed", "whole number >= 0", "-1")),
    ("seed-text", lambda: BUCKET.simulate(5, 5, seed="x"), ("seed", "Generator", "'x'")),
    ("seed-true", lambda: BUCKET.simulate(5, 5, seed=True), ("seed", "whole number", "True")),
    ("seed-float", lambda: BUCKET.simulate(5, 5, seed=1.0), ("seed", "whole number", "1.0")),
    ("save-0", lambda: PourOrPlug(save_cost=0), ("save_cost", "a number > 0", "not 0")),
    ("save-tiny", lambda: PourOrPlug(save_cost=1e-320), ("save_cost", "closer to 0", "1e-320")),
    ("win-0", lambda: PourOrPlug(acquisition_cost=0.0), ("acquisition_cost", "> 0", "0.0")),
    ("save-nan", lambda: PourOrPlug(save_cost=NAN), ("save_cost", "> 0", "nan")),
    ("both-0", lambda: PourOrPlug(churn=0, discount=0), ("churn", "discount", "both", "above 0")),
    ("pour-unknown", lambda: PourOrPlug(savecost=1), ("'savecost'", "mean 'save_cost'?")),
    ("of-text", lambda: PourOrPlug.of("bucket", 60), ("bucket", "a LeakyBucket", "'bucket'")),
    ("of-class", lambda: PourOrPlug.of(LeakyBucket, 60), ("bucket", "a LeakyBucket")),
    ("of-cost", lambda: PourOrPlug.of(BUCKET, "60"), ("save_cost", "> 0", "'60'")),
    ("of-free", lambda: PourOrPlug.of(LeakyBucket(acquisition_cost=0), 6), ("acquisition_cost",)),
    ("sales-type", lambda: same_sales({}, 0.01), ("bucket", "a LeakyBucket", "{}")),
    ("sales-none", lambda: same_sales(LeakyBucket(churn=0), 0), ("bucket", "churn above 0")),
    ("sales-dry", lambda: same_sales(LeakyBucket(acquired=0), 0.01), ("acquired above 0",)),
    ("sales-hazard", lambda: same_sales(LeakyBucket(hazard=(0.3,)), 0.01), ("constant churn",)),
    ("sales-above", lambda: same_sales(BUCKET, 0.06), ("churn", "0 and 0.05", "0.06")),
    ("sales-text", lambda: same_sales(BUCKET, "0.01"), ("churn", "0 and 0.05", "'0.01'")),
    ("sales-nan", lambda: same_sales(BUCKET, NAN), ("churn", "0 and 0.05", "nan")),
    ("sales-true", lambda: same_sales(LeakyBucket(churn=1.0), True), ("churn", "True")),
    ("c066-text", lambda: five_to_six_times("1"), ("acquisition_cost", "'1'")),
    ("c066-0", lambda: five_to_six_times(0), ("acquisition_cost", "above 0", "0")),
    ("c066-keep", lambda: five_to_six_times(retention_cost=-1), ("retention_cost", "-1")),
    ("c066-life", lambda: five_to_six_times(life=0), ("life", "strictly between 0", "not 0")),
    ("c066-save", lambda: five_to_six_times(save_cost=0), ("save_cost", "above 0")),
    ("c066-nan", lambda: five_to_six_times(save_cost=NAN), ("save_cost", "nan")),
    ("c067-churn", lambda: one_lost_ten_to_win(churn=0), ("churn", "strictly", "not 0")),
    ("c067-one", lambda: one_lost_ten_to_win(churn=1), ("churn", "strictly", "not 1")),
    ("c067-rate", lambda: one_lost_ten_to_win(discount=2), ("discount", "0 and 1", "not 2")),
    ("c067-first", lambda: one_lost_ten_to_win(first_churn=None), ("first_churn", "None")),
    ("c069-cost", lambda: ten_thousand_yuan(INF), ("acquisition_cost", "inf")),
    ("c069-ratio", lambda: ten_thousand_yuan(ratio_low=0), ("ratio_low", "above 0")),
    ("c069-text", lambda: ten_thousand_yuan(ratio_high="6"), ("ratio_high", "'6'")),
    ("c105-0", lambda: several_times(save_cost=0), ("save_cost", "above 0")),
    ("c105-true", lambda: several_times(True), ("acquisition_cost", "True")),
    ("c105-list", lambda: several_times([1]), ("acquisition_cost", "[1]")),
    ("c106-few", lambda: hundred_lost_hundred_won(99), ("customers", "100")),
    ("c106-text", lambda: hundred_lost_hundred_won("1000"), ("customers", "whole number")),
    ("c106-huge", lambda: hundred_lost_hundred_won(HUGE), ("customers",)),
    ("c106-cost", lambda: hundred_lost_hundred_won(1000, -1), ("acquisition_cost", "-1")),
    ("ax", lambda: BUCKET.plot("ax"), ("ax", "matplotlib Axes or None", "'ax'")),
    ("ax-list", lambda: PourOrPlug().plot([1]), ("ax", "matplotlib Axes or None", "[1]")),
    ("slider-class", lambda: explore(LeakyBucket), ("a model such as LeakyBucket()", "class")),
    ("slider-none", lambda: explore(None), ("a model such as LeakyBucket()", "None")),
    ("slider-name", lambda: explore(BUCKET, chrun=(0, 1)), ("'chrun'", "mean 'churn'?")),
    ("slider-one", lambda: explore(BUCKET, churn=0.2), ("churn", "(from, to)", "0.2")),
    ("slider-four", lambda: explore(BUCKET, churn=(0, 1, 2, 3)), ("churn", "(from, to, step)")),
    ("slider-text", lambda: explore(BUCKET, churn="01"), ("churn", "(from, to)", "'01'")),
    ("slider-words", lambda: explore(BUCKET, churn=("0", 1)), ("start", "churn", "'0'")),
    ("slider-out", lambda: explore(BUCKET, churn=(0, 2)), ("end", "churn", "0 and 1", "2")),
    ("slider-nan", lambda: explore(BUCKET, churn=(NAN, 1)), ("start", "churn", "nan")),
    ("slider-fall", lambda: explore(BUCKET, churn=(0.2, 0.1)), ("churn", "rise", "(0.2, 0.1)")),
    ("slider-flat", lambda: explore(BUCKET, churn=(0.1, 0.1)), ("churn", "rise")),
    ("slider-step", lambda: explore(BUCKET, churn=(0, 1, 0)), ("step", "churn", "above 0")),
    ("slider-back", lambda: explore(BUCKET, churn=(0, 1, -1)), ("step", "churn", "-1")),
    ("slider-wide", lambda: explore(BUCKET, churn=(0, 0.1, 1)), ("step", "churn", "0.1", "1")),
    ("slider-path", lambda: explore(BUCKET, hazard=(0, 1)), ("hazard", "not a single number")),
    ("slider-kind", lambda: explore(BUCKET, arrivals=(0, 1)), ("arrivals", "not a single number")),
    ("slider-none-end", lambda: explore(BUCKET, margin=(0, None)), ("margin", "None")),
    ("slider-huge", lambda: explore(BUCKET, margin=(0, HUGE)), ("margin", "1e+14")),
    ("show-number", lambda: show(5), ("show", "a model or the Axes", "5")),
    ("show-class", lambda: show(LeakyBucket), ("show", "a model", "class")),
    ("show-frame", lambda: show(BUCKET.table()), ("show", "a model or the Axes")),
    ("show-alt", lambda: show(fig.canvas().subplots()), ("alt", "missing", "in a sentence")),
    ("show-blank", lambda: show(fig.canvas().subplots(), "  "), ("alt", "missing")),
    ("show-alt-5", lambda: show(BUCKET, 5), ("alt", "a sentence", "5")),
    ("chapter", lambda: claims.table("buckets"), ("'buckets'", "mean 'bucket'?", "satisfaction")),
    ("chapter-5", lambda: claims.check(5), ("chapter", "5")),
    ("chapter-list", lambda: claims.table(["bucket"]), ("chapter", "['bucket']")),
    ("chapter-array", lambda: claims.check(np.array(["bucket", "x"])), ("chapter", "array")),
    ("chapter-na", lambda: claims.table(pd.NA), ("chapter", "<NA>")),
    ("chapter-long", lambda: claims.table("x" * 999), ("chapter", "'xxx")),
    ("data-name", lambda: datasets.load("clams"), ("'clams'", "mean 'claims'?", "catalogue()")),
    ("data-list", lambda: datasets.load(["claims"]), ("data set", "['claims']")),
    ("data-none", lambda: datasets.load(None), ("data set", "None")),
    ("data-long", lambda: datasets.load("x" * 999), ("data set", "'xxx")),
    ("wilson-more", lambda: wilson(11, 10), ("successes", "0 to n", "11 of 10")),
    ("wilson-minus", lambda: wilson(-1, 10), ("successes", ">= 0", "-1")),
    ("wilson-text", lambda: wilson("8", 10), ("successes", "numbers >= 0", "'8'")),
    ("wilson-nan", lambda: wilson([1, NAN], 10), ("successes", "nan")),
    ("wilson-inf", lambda: wilson(1, INF), ("n must be", "inf")),
    ("wilson-none", lambda: wilson(1, None), ("n must be", "None")),
    ("wilson-complex", lambda: wilson(1j, 3), ("successes", "1j")),
    ("wilson-huge", lambda: wilson(1, HUGE), ("n must be", "1000")),
    ("wilson-true", lambda: wilson(True, 3), ("successes", "True")),
    ("wilson-shape", lambda: wilson([1, 2], [3, 4, 5]), ("same shape", "(2,)", "(3,)")),
    ("wilson-ragged", lambda: wilson([[1], [1, 2]], 3), ("successes", "[[1], [1, 2]]")),
    ("wilson-level", lambda: wilson(1, 3, 1), ("level", "strictly between 0 and 1", "not 1")),
    ("wilson-95", lambda: wilson(1, 3, 95), ("level", "strictly between 0 and 1", "95")),
    ("boot-text", lambda: bootstrap_counts(["1"], share), ("counts", "'1'")),
    ("boot-minus", lambda: bootstrap_counts([3, -1], share), ("counts", ">= 0", "-1")),
    ("boot-nan", lambda: bootstrap_counts([3, NAN], share), ("counts", "nan")),
    ("boot-inf", lambda: bootstrap_counts([3, INF], share), ("counts", "inf")),
    ("boot-half", lambda: bootstrap_counts([0.5, 0.6], share), ("counts", "whole", "0.5")),
    ("boot-zero", lambda: bootstrap_counts([0, 0], share), ("counts", "from 1", "[0, 0]")),
    ("boot-empty", lambda: bootstrap_counts([], share), ("counts", "from 1", "[]")),
    ("boot-2d", lambda: bootstrap_counts([[1, 2]], share), ("counts", "[[1, 2]]")),
    ("boot-huge", lambda: bootstrap_counts([2**62, 2**62], share), ("counts", "1e+15")),
    ("boot-none", lambda: bootstrap_counts([1, None], share), ("counts", "None")),
    ("boot-true", lambda: bootstrap_counts([True, True], share), ("counts", "True")),
    ("boot-draws", lambda: bootstrap_counts([1], share, draws=99), ("draws", "100", "99")),
    ("boot-level", lambda: bootstrap_counts([1], share, level="x"), ("level", "'x'")),
    ("boot-seed", lambda: bootstrap_counts([1], share, seed=-5), ("seed", "-5")),
    ("generator", lambda: generator([1]), ("seed", "whole number >= 0", "[1]")),
    ("generator-np", lambda: generator(np.True_), ("seed", "np.True_")),
    ("generator-nan", lambda: generator(NAN), ("seed", "nan")),
    ("whole", lambda: whole("size", np.float64(3), 1, 9), ("size", "1 to 9", "3.0")),
    ("between", lambda: between("rate", Decimal("0.5"), 0, 1), ("rate", "Decimal('0.5')")),
]


@pytest.mark.parametrize(
    ("call", "words"), [pytest.param(call, words, id=name) for name, call, words in MODEL_ROWS]
)
def test_bad_value(call: Callable[[], Any], words: tuple[str, ...]) -> None:
    text = refusal(call)
    for word in words:
        assert word in text, text


PEOPLE = pd.DataFrame(
    {
        "tenure_months": [1, 2, 3, 4] * 5,
        "churned": [1, 0, 0, 1] * 5,
        "monthly_charge_usd": [10.0] * 20,
        "plan": ["a", "b"] * 10,
    },
    index=range(100, 120),
)
LOG = pd.DataFrame(
    {
        "household": [1, 2, 1, 2, 3],
        "date": pd.to_datetime(
            ["2017-01-05", "2017-01-09", "2017-02-01", "2017-03-01", "2017-03-02"]
        ),
    }
)


def with_(frame: pd.DataFrame, column: str, row: int | None, value: Any) -> pd.DataFrame:
    """Return a frame with one cell, or a whole column, replaced; its type follows."""
    cells: list[Any] = [value] * len(frame)
    if row is not None:
        cells = list(frame[column].astype(object))
        cells[row] = value
    return frame.assign(**{column: pd.Series(cells, index=frame.index).infer_objects()})


def doubled(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return pd.concat([frame, frame[[column]]], axis=1)


LIFE = {"early": 2, "draws": 100}

FRAME_ROWS: list[tuple[str, Callable[..., Any], Any, dict[str, Any], tuple[str, ...]]] = [
    ("empty", hazard_table, PEOPLE[:0], {}, ("no rows",)),
    ("nothing", hazard_table, pd.DataFrame(), {}, ("no rows",)),
    ("missing", hazard_table, PEOPLE, {"tenure": "tenure"}, ("'tenure'", "mean 'tenure_months'?")),
    ("missing-none", hazard_table, PEOPLE, {"churned": None}, ("no column None", "'churned'")),
    ("missing-list", hazard_table, PEOPLE, {"churned": ["churned"]}, ("no column ['churned']",)),
    ("missing-na", hazard_table, PEOPLE, {"churned": pd.NA}, ("no column <NA>",)),
    ("missing-group", hazard_table, PEOPLE, {"group": "plans"}, ("'plans'", "mean 'plan'?")),
    ("doubled", hazard_table, doubled(PEOPLE, "churned"), {}, ("'churned'", "2 times", "rename")),
    ("text", hazard_table, with_(PEOPLE, "tenure_months", 3, "4"), {}, ("row 103", "'4'")),
    ("texts", hazard_table, PEOPLE.astype({"tenure_months": str}), {}, ("100, 101", "to_numeric")),
    ("minus", hazard_table, with_(PEOPLE, "tenure_months", 1, -1), {}, (">= 0", "row 101", "-1")),
    ("half", hazard_table, with_(PEOPLE, "tenure_months", 1, 1.5), {}, ("whole", "row 101", "1.5")),
    ("nan", hazard_table, with_(PEOPLE, "tenure_months", 1, NAN), {}, ("lacks", "row 101")),
    ("na", hazard_table, with_(PEOPLE, "tenure_months", 1, pd.NA), {}, ("lacks", "row 101")),
    ("inf", hazard_table, with_(PEOPLE, "tenure_months", 1, INF), {}, ("row 101", "inf")),
    ("huge", hazard_table, with_(PEOPLE, "tenure_months", 1, HUGE), {}, ("row 101", "1000")),
    ("long", hazard_table, with_(PEOPLE, "tenure_months", 1, 10**6), {}, ("<= 10000", "row 101")),
    ("true", hazard_table, with_(PEOPLE, "tenure_months", 1, True), {}, ("row 101", "True")),
    ("complex", hazard_table, with_(PEOPLE, "tenure_months", None, 1j), {}, ("1j", "whole")),
    ("dates", hazard_table, with_(PEOPLE, "tenure_months", None, pd.Timestamp(0)), {}, ("whole",)),
    ("flag", hazard_table, with_(PEOPLE, "churned", 2, 2), {}, ("1/0, yes/no", "row 102", "2")),
    ("flag-word", hazard_table, with_(PEOPLE, "churned", 2, "left"), {}, ("row 102", "'left'")),
    ("flag-nan", hazard_table, with_(PEOPLE, "churned", 2, None), {}, ("lacks", "row 102")),
    (
        "flag-category",
        hazard_table,
        PEOPLE.assign(churned=pd.Categorical(["Yes", "Perhaps"] * 10)),
        {},
        ("yes/no", "101, 103", "'Perhaps'", "and 5 more"),
    ),
    ("unborn", hazard_table, with_(PEOPLE, "tenure_months", 0, 0), {}, ("at least 1", "100")),
    (
        "nobody",
        hazard_table,
        PEOPLE.assign(tenure_months=0, churned=0),
        {},
        ("'tenure_months'", "0 in every row"),
    ),
    ("group-list", hazard_table, PEOPLE.assign(plan=[["a"]] * 20), {"group": "plan"}, ("['a']",)),
    ("group-nan", hazard_table, with_(PEOPLE, "plan", 4, None), {"group": "plan"}, ("row 104",)),
    ("width-0", hazard_table, PEOPLE, {"width": 0}, ("width", "1 to 10,000", "0")),
    ("width-text", hazard_table, PEOPLE, {"width": "3"}, ("width", "'3'")),
    ("level-95", hazard_table, PEOPLE, {"level": 95}, ("level", "0 and 1", "95")),
    ("series", hazard_table, PEOPLE["churned"], {}, ("data", "DataFrame")),
    ("dict", hazard_table, {"tenure_months": [1]}, {}, ("data", "DataFrame", "{'tenure")),
    ("none", hazard_table, None, {}, ("data", "DataFrame", "None")),
    ("early-0", expected_life, PEOPLE, LIFE | {"early": 0}, ("early", "1 to 10,000", "0")),
    ("early-4", expected_life, PEOPLE, LIFE | {"early": 4}, ("early is 4", "longest tenure", "4")),
    ("draws", expected_life, PEOPLE, LIFE | {"draws": 10}, ("draws", "100", "10")),
    ("seed", expected_life, PEOPLE, LIFE | {"seed": "x"}, ("seed", "'x'")),
    ("life-level", expected_life, PEOPLE, LIFE | {"level": 1}, ("level", "strictly", "1")),
    ("life-empty", expected_life, PEOPLE[:0], LIFE, ("no rows",)),
    ("life-doubled", expected_life, doubled(PEOPLE, "tenure_months"), LIFE, ("2 times",)),
    ("margin", from_customers, PEOPLE, {"margin_share": 1.5}, ("margin_share", "0 and 1", "1.5")),
    ("margin-text", from_customers, PEOPLE, {"margin_share": "1"}, ("margin_share", "'1'")),
    ("given", from_customers, PEOPLE, {"churn": 0.1}, ("churn", "from the data", "leave it out")),
    (
        "field",
        from_customers,
        PEOPLE,
        {"early": 2, "aquired": 1},
        ("'aquired'", "mean 'acquired'?"),
    ),
    ("value", from_customers, PEOPLE, {"early": 2, "acquired": -1}, ("acquired", "-1")),
    ("charge", from_customers, PEOPLE, {"early": 2, "charge": "pay"}, ("'pay'", "charge")),
    ("early-12", from_customers, PEOPLE, {}, ("early is 12", "4")),
    (
        "charge-minus",
        from_customers,
        with_(PEOPLE, "monthly_charge_usd", 5, -1.0),
        {"early": 2},
        ("'monthly_charge_usd'", ">= 0", "row 105", "-1"),
    ),
    (
        "charge-text",
        from_customers,
        with_(PEOPLE, "monthly_charge_usd", 5, "10 USD"),
        {"early": 2},
        ("row 105", "'10 USD'", "to_numeric"),
    ),
    ("all-left", from_customers, PEOPLE.assign(churned=1), {"early": 2}, ("everybody left",)),
    ("log-empty", flows, LOG[:0], {}, ("no rows",)),
    ("log-missing", flows, LOG, {"date": "day"}, ("no column 'day'", "'household', 'date'")),
    ("log-doubled", flows, doubled(LOG, "date"), {}, ("'date'", "2 times")),
    ("log-number", flows, LOG.assign(date=20170101), {}, ("dates", "20170101", "to_datetime")),
    ("log-text", flows, with_(LOG, "date", 2, "soon"), {}, ("row 2", "'soon'")),
    ("log-nat", flows, with_(LOG, "date", 2, pd.NaT), {}, ("lacks", "row 2")),
    ("log-nobody", flows, with_(LOG, "household", 2, None), {}, ("'household'", "lacks", "row 2")),
    ("log-list", flows, LOG.assign(household=[[1]] * 5), {}, ("'household'", "[1]")),
    ("every", flows, LOG, {"every": "D"}, ("every", "W, M, Q, Y", "'D'")),
    ("every-none", flows, LOG, {"every": None}, ("every", "W, M, Q, Y", "None")),
    ("hazard-plot", plot_hazard, PEOPLE, {}, ("table", "hazard_table()")),
    ("hazard-plot-none", plot_hazard, None, {}, ("table", "hazard_table()")),
    ("hazard-plot-ax", plot_hazard, hazard_table(PEOPLE), {"ax": 5}, ("ax", "Axes", "5")),
    ("flows-plot", plot_flows, LOG, {}, ("table", "flows()")),
    ("flows-plot-ax", plot_flows, flows(LOG), {"ax": "x"}, ("ax", "Axes", "'x'")),
    ("sales-plot", plot_same_sales, LOG, {}, ("table", "same_sales()")),
]


@pytest.mark.parametrize(
    ("function", "data", "options", "words"),
    [pytest.param(*row, id=name) for name, *row in FRAME_ROWS],
)
def test_bad_table(
    function: Callable[..., Any], data: Any, options: dict[str, Any], words: tuple[str, ...]
) -> None:
    before = data.copy(deep=True) if isinstance(data, pd.DataFrame) else None
    text = refusal(lambda: function(data, **options))
    for word in words:
        assert word in text, text
    if before is not None:
        pd.testing.assert_frame_equal(data, before)


BY_CHAPTER = {
    file.stem.removeprefix("bad_input_"): importlib.import_module(file.stem)
    for file in sorted(Path(__file__).parent.glob("bad_input_*.py"))
}
"""Each module holds ``ROWS`` of (name, call, words) and ``FRAMES``, the tables that calls use."""


@pytest.mark.parametrize(
    ("chapter", "call", "words"),
    [
        pytest.param(chapter, call, words, id=f"{chapter}-{name}")
        for chapter, module in BY_CHAPTER.items()
        for name, call, words in module.ROWS
    ],
)
def test_bad_value_of_a_later_chapter(
    chapter: str, call: Callable[[], Any], words: tuple[str, ...]
) -> None:
    frames = BY_CHAPTER[chapter].FRAMES
    before = [frame.copy(deep=True) for frame in frames]
    text = refusal(call)
    for word in words:
        assert word in text, text
    for frame, then in zip(frames, before, strict=True):
        pd.testing.assert_frame_equal(frame, then)


def test_a_good_table_is_not_changed_either() -> None:
    for function, frame, options in [
        (hazard_table, PEOPLE, {"group": "plan"}),
        (expected_life, PEOPLE, LIFE),
        (from_customers, PEOPLE, {"early": 2}),
        (flows, LOG, {}),
    ]:
        before = frame.copy(deep=True)
        function(frame, **options)
        pd.testing.assert_frame_equal(frame, before)


def test_bad_every_of_flows_that_cannot_be_hashed() -> None:
    refusal(lambda: flows(LOG, every=["M"]))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("t.csv", b"", ("t.csv", "cannot be read", "No columns")),
        ("t.csv", b"a,b\n", ("no rows",)),
        ("t.csv", b"\xff\xfe\x00" * 30, ("t.csv", "not UTF-8", "gbk")),
        ("t.csv", b"a\n1\n1,2,3\n", ("t.csv", "cannot be read", "line 3")),
        ("t.parquet", b"", ("t.parquet", "cannot be read")),
        ("t.parquet", b"PAR1 this is no table PAR1", ("t.parquet", "cannot be read")),
        ("t.xlsx", b"x", ("t.xlsx", ".csv or .parquet", "export")),
        ("table", b"x", ("table", ".csv or .parquet")),
    ],
)
def test_bad_file(tmp_path: Path, name: str, content: bytes, words: tuple[str, ...]) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for data in (path, str(path)):
        text = refusal(lambda data=data: hazard_table(data))
        for word in words:
            assert word in text, text
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("no/such/file.csv", ("no file", "file.csv", "looked from")),
        ("~nobody-of-this-name/t.csv", ("no file", "~nobody")),
        ("x" * 400 + ".csv", ("no file", "xxx")),
        ("\0.csv", ("no file",)),
        ("", ("''", ".csv or .parquet")),
        (b"t.csv", ("data", "b't.csv'")),
        (5, ("data", "5")),
    ],
)
def test_bad_path(path: Any, words: tuple[str, ...]) -> None:
    text = refusal(lambda: read(path))
    for word in words:
        assert word in text, text


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    assert "no file" in refusal(lambda: read(tmp_path / "folder.csv"))
    assert ".csv or .parquet" in refusal(lambda: read(tmp_path))


def test_a_wrong_call_of_a_plain_function_stays_pythons_own() -> None:
    for call in (
        lambda: hazard_table(),
        lambda: hazard_table(PEOPLE, "tenure_months"),
        lambda: flows(LOG, frequency="M"),
        lambda: datasets.load(),
        lambda: BUCKET.expected(period=3),
    ):
        with pytest.raises(TypeError, match="argument"):
            call()


NUMBERS = st.floats(allow_nan=True, allow_infinity=True) | st.integers()
ANYTHING = st.one_of(
    NUMBERS,
    st.floats(0, 1),
    st.integers(0, 10**6),
    st.text(max_size=5),
    st.none(),
    st.booleans(),
    st.binary(max_size=3),
    st.complex_numbers(),
    st.decimals(),
    st.fractions(),
    st.dates(),
    st.sampled_from(["fixed", "poisson", HUGE, -HUGE, pd.NA, pd.NaT, np.True_, np.float32(0.1)]),
    st.lists(NUMBERS | st.floats(0, 1) | st.none() | st.text(max_size=2), max_size=4),
    st.dictionaries(st.text(max_size=2), NUMBERS, max_size=2),
    st.just(np.array([0.1, 0.2])),
    st.just(np.ones((2, 2))),
)


@given(name=st.sampled_from(list(params(LeakyBucket))), value=ANYTHING)
@settings(max_examples=250, deadline=None)
@example(name="churn", value=5e-324)
@example(name="churn", value=1e-300)
@example(name="customers", value=10**14)
@example(name="margin", value=-1e14)
@example(name="hazard", value=[0.0] * 100)
def test_any_value_makes_a_valid_bucket_or_one_sentence(name: str, value: Any) -> None:
    bucket = None
    with contextlib.suppress(InputError):
        bucket = LeakyBucket(**{name: value})
    if bucket is None:
        assert name in refusal(lambda: LeakyBucket(**{name: value}))
        return
    table = bucket.table()
    assert len(table) == 53
    assert np.isfinite(table.to_numpy(float)).all()
    assert (table["customers"] >= 0).all()
    assert not re.search(r"\b(nan|inf)\b", bucket.sentence())


@given(values=st.dictionaries(st.sampled_from(list(params(PourOrPlug))), ANYTHING, max_size=3))
@settings(max_examples=150, deadline=None)
@example(values={"margin": 4.0})
@example(values={"churn": 0, "discount": 5e-324})
@example(values={"acquisition_cost": 1e-100, "churn": 0, "discount": 1e-100, "margin": 1e14})
def test_any_values_make_a_valid_choice_or_one_sentence(values: dict[str, Any]) -> None:
    try:
        choice = PourOrPlug(**values)
    except InputError:
        refusal(lambda: PourOrPlug(**values))
        return
    assert np.isfinite(choice.table().select_dtypes("number").to_numpy(float)).all()
    assert not re.search(r"\b(nan|inf)\b", choice.sentence())


def test_the_tables_of_this_file_are_long_enough_and_name_each_row_once() -> None:
    names = [row[0] for row in MODEL_ROWS] + [row[0] for row in FRAME_ROWS]
    assert len(names) >= 60
    for module in BY_CHAPTER.values():
        rows = [row[0] for row in module.ROWS]
        assert len(rows) >= 10
        assert len(set(rows)) == len(rows)
        assert all(row[2] for row in module.ROWS)
    assert len({row[0] for row in MODEL_ROWS}) == len(MODEL_ROWS)
    assert len({row[0] for row in FRAME_ROWS}) == len(FRAME_ROWS)
