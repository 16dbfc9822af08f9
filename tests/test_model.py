"""The declaration: what it accepts, what it says of itself, and what is built from it."""

from __future__ import annotations

import dataclasses
import fractions
import inspect
import time
from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
import pandas as pd
import pytest
from annotated_types import Ge, Gt, Le, Lt
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import field, instances

from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.frames import Column, take
from loyaltylab.base.model import LIMIT, TINY, Label, model, params
from loyaltylab.bucket import LeakyBucket


@model
class Every:
    """One field of each kind that a model may have."""

    share: Annotated[float, Gt(0), Lt(1), Label("a share", "per period")] = 0.5
    level: Annotated[float, Ge(-2), Le(3)] = 0.0
    number: Annotated[int, Ge(1), Le(9), Label("a number")] = 3
    perhaps: Annotated[float | None, Ge(0), Label("perhaps a number")] = None
    path: Annotated[tuple[Annotated[float, Ge(0), Le(1)], ...] | None, Label("a path")] = None
    kind: Annotated[Literal["a", "b"], Label("a kind")] = "a"
    free: float = 1.0


@model
class Needed:
    """A model without a default."""

    size: Annotated[float, Ge(0), Label("size", "metres")]


def test_params_reads_kind_bounds_title_unit_and_default() -> None:
    declared = params(Every)
    assert list(declared) == ["share", "level", "number", "perhaps", "path", "kind", "free"]
    assert [p.kind for p in declared.values()] == [
        *("float", "float", "int", "float", "floats", "choice", "float")
    ]
    share, level, number = declared["share"], declared["level"], declared["number"]
    assert (share.lower, share.lower_open, share.upper, share.upper_open) == (0, True, 1, True)
    assert (level.lower, level.lower_open, level.upper, level.upper_open) == (-2, False, 3, False)
    assert (share.title, share.unit, share.default) == ("a share", "per period", 0.5)
    assert declared["free"].title == "free"
    assert declared["kind"].choices == ("a", "b")
    assert [n for n, p in declared.items() if p.optional] == ["perhaps", "path"]
    assert [n for n, p in declared.items() if p.bounded] == ["share", "level", "number"]
    assert (number.lower, number.upper) == (1, 9)
    assert params(Every()) == declared


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("share", "a number > 0 and < 1"),
        ("level", "a number >= -2 and <= 3"),
        ("number", "a whole number >= 1 and <= 9"),
        ("perhaps", "a number >= 0, or None"),
        ("path", "a list or tuple of numbers >= 0 and <= 1, or None"),
        ("kind", "one of 'a', 'b'"),
        ("free", "a number"),
    ],
)
def test_valid_says_in_words_what_is_valid(name: str, words: str) -> None:
    assert params(Every)[name].valid() == words
    assert f"{name} : {params(Every)[name].kind}, default" in (Every.__doc__ or "")
    assert words in (Every.__doc__ or "")


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ({"share": 1e-9}, {"share": 0}),
        ({"share": 0.999}, {"share": 1}),
        ({"level": -2}, {"level": -2.0000001}),
        ({"level": 3}, {"level": 3.0000001}),
        ({"number": 1}, {"number": 0}),
        ({"number": 9.0}, {"number": 9.5}),
        ({"perhaps": 0}, {"perhaps": -1e-9}),
        ({"path": ()}, {"path": (0.5, 1.1)}),
        ({"path": [0, 1]}, {"path": [0, -0.1]}),
        ({"kind": "b"}, {"kind": "c"}),
        ({"free": -LIMIT}, {"free": -1.01 * LIMIT}),
        ({"free": TINY}, {"free": TINY / 2}),
        ({"free": 0}, {"free": 5e-324}),
    ],
)
def test_a_bound_lets_in_what_it_says_and_nothing_beyond(good: dict, bad: dict) -> None:
    (name, value), (_, beyond) = next(iter(good.items())), next(iter(bad.items()))
    kept = getattr(Every(**good), name)
    assert kept == (tuple(value) if isinstance(value, list) else value)
    with pytest.raises(InputError, match=rf"^Every: {name}"):
        Every(**bad)
    with pytest.raises(InputError, match=rf"^Every: {name}"):
        dataclasses.replace(Every(), **{name: beyond})


@pytest.mark.parametrize(
    "value", [3, 3.0, np.int64(3), np.float32(3), np.uint8(3), fractions.Fraction(3)]
)
def test_numbers_of_python_and_numpy_become_plain_numbers(value: object) -> None:
    made = Every(number=value, level=value)
    assert (made.number, made.level) == (3, 3.0)
    assert (type(made.number), type(made.level)) == (int, float)


@pytest.mark.parametrize(
    "path", [(0.1, 0.2), [0.1, 0.2], np.array([0.1, 0.2]), pd.Series([0.1, 0.2], index=[7, 7])]
)
def test_a_path_may_be_any_list_of_numbers_and_becomes_a_tuple(path: object) -> None:
    made = Every(path=path).path
    assert made == (0.1, 0.2)
    assert isinstance(made, tuple)
    assert all(type(v) is float for v in made)


def test_refusals_name_the_model_the_parameter_and_what_was_given() -> None:
    for call, words in [
        (lambda: Every(share=20), ("share (a share, per period)", "20", "write 20 % as 0.2")[:2]),
        (lambda: LeakyBucket(churn=20), ("write 20 % as 0.2",)),
        (lambda: Every(path=(0.5, 7)), ("path[1]", "a number >= 0 and <= 1", "not 7")),
        (lambda: Every(kind="A"), ("kind", "one of 'a', 'b'", "not 'A'")),
        (lambda: Every(lvel=1), ("'lvel'", "did you mean 'level'?", "share, level, number")),
        (lambda: Needed(), ("size (size)", "missing", "a number >= 0")),
        (lambda: Needed(3), ("by name", "size=", "3")),
        (lambda: Every(free="7"), ("free", "'7'", "without quotes")),
    ]:
        with pytest.raises(InputError) as caught:
            call()
        for word in words:
            assert word in str(caught.value)


def test_a_field_of_another_kind_is_the_authors_mistake() -> None:
    with pytest.raises(TypeError, match="a field is a float"):

        @model
        class Wrong:
            """No such kind."""

            name: str = "x"


def test_signature_is_readable() -> None:
    signature = inspect.signature(Needed)
    assert str(signature) == "(*, size)"
    assert inspect.signature(Every).parameters["number"].default == 3


def test_arguments_given_are_not_changed() -> None:
    path = [0.1, 0.2]
    made = Every(path=path)
    path.append(0.3)
    assert made.path == (0.1, 0.2)


@given(instances(Every), instances(LeakyBucket))
@settings(max_examples=40, deadline=None)
def test_whatever_the_declaration_allows_is_accepted(every: Every, bucket: LeakyBucket) -> None:
    assert isinstance(every, Every)
    assert isinstance(bucket, LeakyBucket)


def collect(strategy: st.SearchStrategy, number: int = 100) -> list:
    seen = []

    @given(strategy)
    @settings(max_examples=number, deadline=None, database=None, derandomize=True)
    def run(value: object) -> None:
        seen.append(value)

    run()
    return seen


def test_strategies_vary_every_field() -> None:
    drawn = collect(instances(LeakyBucket).map(dataclasses.asdict), 150)
    for name in ("customers", "churn", "acquired", "margin", "acquisition_cost", "discount"):
        assert len({v[name] for v in drawn}) >= 12, name
    hazards = [v["hazard"] for v in drawn]
    assert None in hazards
    assert len({h for h in hazards if h}) >= 10
    assert max(len(h) for h in hazards if h) >= 3
    assert {v["arrivals"] for v in drawn} == {"fixed", "poisson"}
    assert None in {v["revenue"] for v in drawn}
    assert any(v["revenue"] for v in drawn)
    assert any(v["margin"] < 0 for v in drawn)


def test_strategies_reach_closed_ends_and_never_open_ones() -> None:
    declared = params(Every)
    level = collect(field(declared["level"]), 200)
    assert {-2.0, 3.0} <= set(level)
    share = collect(field(declared["share"]), 200)
    assert all(0 < v < 1 for v in share)
    assert set(collect(field(declared["number"]), 200)) == set(range(1, 10))


def test_shown_is_one_short_line_for_anything() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError

    nested: list = [["x" * 99] * 9] * 9
    for value in (np.ones((3, 3)), pd.DataFrame({"a": [1, 2]}), 10**5000, Broken(), nested, "y\n"):
        text = shown(value)
        assert 0 < len(text) <= 80
        assert "\n" not in text
    assert shown(10**5000) == "a value of type int"
    assert shown(0.2) == "0.2"
    assert shown("0.2") == "'0.2'"


def test_nearest_suggests_near_misses_only() -> None:
    assert nearest("chrun", ["margin", "churn"]) == " (did you mean 'churn'?)"
    assert nearest("elephant", ["margin", "churn"]) == ""
    assert nearest(2017, ["x", "2017"]) == " (did you mean '2017'?)"


def test_some_names_stop_before_the_sentence_is_too_long() -> None:
    assert some(["a", "b"]) == "'a', 'b'"
    many = some([f"How satisfied are you with item {i}?" for i in range(99)])
    assert len(many) < 200
    assert many.endswith(", …")


def test_an_input_error_shows_one_line_in_a_notebook() -> None:
    error = InputError("churn must be a number.")
    assert error._render_traceback_() == ["InputError: churn must be a number."]
    assert isinstance(error, ValueError)


def test_some_of_fifty_thousand_names_are_written_at_once() -> None:
    asked = 0

    def names() -> Iterator[str]:
        nonlocal asked
        for i in range(50_000):
            asked += 1
            yield f"column {i}"

    text = some(names())
    assert text.startswith("'column 0', 'column 1', ")
    assert text.endswith(", …")
    assert len(text) < 200
    assert asked < 50, "it went on reading"
    start = time.perf_counter()
    frame = pd.DataFrame(np.zeros((1, 5000)), columns=[f"column {i}" for i in range(5000)])
    with pytest.raises(InputError, match="no column 'tenure'") as caught:
        take(frame, role=Column("tenure", "number"))
    assert len(str(caught.value)) < 400
    assert time.perf_counter() - start < 3


def test_a_parameter_cannot_be_assigned_and_one_line_says_what_to_do() -> None:
    firm = LeakyBucket()
    with pytest.raises(dataclasses.FrozenInstanceError) as caught:
        firm.churn = 0.2
    said = (
        "a LeakyBucket cannot be changed; make another one with"
        " dataclasses.replace(model, churn=0.2)."
    )
    assert str(caught.value) == said
    (line,) = caught.value._render_traceback_()
    assert line.endswith(f": {said}")
    assert "\n" not in line
    assert firm == LeakyBucket()
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot be changed"):
        Every().unknown = pd.DataFrame({"a": range(99)})
