"""What every model of the course keeps to, whatever its chapter.

A new model is added by hand to ``contract_<chapter>.py``, with the states in which its picture
differs.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pickle
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from pixels import alike, canvas, decoded
from strategies import instances

import loyaltylab.base
from loyaltylab import claims, datasets
from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import params
from loyaltylab.lab.live import Live

mpl.use("Agg")

HERE = Path(__file__).parent
CHAPTERS = [f.stem.removeprefix("contract_") for f in sorted(HERE.glob("contract_*.py"))]
MODULES = [importlib.import_module(f"loyaltylab.{chapter}") for chapter in CHAPTERS]

CONTRACTS = [importlib.import_module(f"contract_{chapter}") for chapter in CHAPTERS]
STATES: dict[type, tuple[Any, ...]] = {c: s for m in CONTRACTS for c, s in m.STATES.items()}
OTHER: dict[type, dict[str, Any]] = {c: o for m in CONTRACTS for c, o in m.OTHER.items()}
WHERE: dict[type, Any] = {c: w for m in CONTRACTS for c, w in m.WHERE.items()}
DRAWN: dict[type, Any] = {c: d for m in CONTRACTS for c, d in getattr(m, "DRAWN", {}).items()}
MODELS = tuple(STATES)

every_model = pytest.mark.parametrize("cls", MODELS)
every_state = pytest.mark.parametrize(
    "model",
    [pytest.param(m, id=f"{c.__name__}-{i}") for c in MODELS for i, m in enumerate(STATES[c])],
)


@pytest.fixture(autouse=True)
def _own_figures() -> Iterator[None]:
    before = set(plt.get_fignums())
    yield
    for number in set(plt.get_fignums()) - before:
        plt.close(number)


def test_every_public_model_is_in_the_contract() -> None:
    public = {getattr(module, n) for module in MODULES for n in module.__all__}
    declared = {c for c in public if isinstance(c, type) and hasattr(c, "__pydantic_fields__")}
    assert {c for c in declared if hasattr(c, "plot")} == set(MODELS)
    assert set(STATES) == set(OTHER) == set(MODELS)


@every_model
def test_frozen(cls: type) -> None:
    made = cls()
    for name in params(cls):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, name, 1)
    assert made == cls()


@every_model
def test_keyword_only(cls: type) -> None:
    with pytest.raises(InputError, match="by name"):
        cls(1)
    kinds = {p.kind for p in inspect.signature(cls).parameters.values()}
    assert kinds == {inspect.Parameter.KEYWORD_ONLY}
    assert list(inspect.signature(cls).parameters) == list(params(cls))


@every_model
def test_equal_when_all_parameters_are(cls: type) -> None:
    assert cls() == cls()
    assert hash(cls()) == hash(cls())
    for name, value in OTHER[cls].items():
        other = cls(**{name: value})
        assert other != cls()
        assert other == cls(**{name: value})
        assert hash(other) == hash(cls(**{name: value}))
        assert getattr(other, name) == value
    assert cls() not in (1, None, "x")


@every_state
def test_pickle_replace_and_repr_keep_the_model(model: Any) -> None:
    again = pickle.loads(pickle.dumps(model))
    assert again == model
    assert hash(again) == hash(model)
    assert again.table().equals(model.table())
    assert dataclasses.replace(model) == model
    assert eval(repr(model), {type(model).__name__: type(model)}) == model


@every_model
def test_replace_validates(cls: type) -> None:
    for name, value in OTHER[cls].items():
        changed = dataclasses.replace(cls(), **{name: value})
        assert getattr(changed, name) == value
        with pytest.raises(InputError, match=rf"^{cls.__name__}: {name} "):
            dataclasses.replace(cls(), **{name: "0.2"})
    with pytest.raises(InputError, match="not a parameter"):
        dataclasses.replace(cls(), unknown=1)


def is_tidy(table: pd.DataFrame) -> None:
    assert isinstance(table, pd.DataFrame)
    assert len(table) > 0
    assert isinstance(table.index, pd.RangeIndex)
    assert (table.index.start, table.index.step) == (0, 1)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", c) for c in table.columns), table.columns
    assert not table.columns.has_duplicates
    numbers = table.select_dtypes("number")
    assert np.isfinite(numbers.to_numpy(float)).all()
    assert len(numbers.columns) > 0


def is_sentence(text: str) -> None:
    assert text == text.strip()
    assert len(text.split()) >= 8
    assert text.endswith(".")
    assert "\n" not in text
    assert not re.search(r"\b(nan|inf|None|NaN|NA)\b", text), text
    assert not re.search(r"[.!?] [A-Z]", text), "more than one sentence"


@every_state
def test_table_is_tidy_and_finite(model: Any) -> None:
    is_tidy(model.table())


@every_state
def test_sentence_is_one_sentence_with_numbers_that_exist(model: Any) -> None:
    is_sentence(model.sentence())


@every_model
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_any_valid_model_has_a_finite_table_and_a_sentence(cls: type, data: Any) -> None:
    model = data.draw(instances(cls, WHERE.get(cls), DRAWN.get(cls)))
    is_tidy(model.table())
    is_sentence(model.sentence())
    assert model.table().equals(model.table())


@every_model
def test_sentence_tells_states_apart(cls: type) -> None:
    first, second = STATES[cls][:2]
    assert first.sentence() != second.sentence()


@every_state
def test_plot_returns_the_axes_given_and_touches_nothing_global(model: Any) -> None:
    settings_before, figures = dict(mpl.rcParams), plt.get_fignums()
    figure = fig.canvas()
    first, second = figure.subplots(1, 2)
    assert model.plot(first) is first
    assert dict(mpl.rcParams) == settings_before
    assert plt.get_fignums() == figures
    assert figure.axes == [first, second]
    assert not second.has_data()
    assert first.has_data()


@every_model
def test_plot_without_axes_makes_new_ones(cls: type) -> None:
    first, second = cls().plot(), cls().plot()
    assert isinstance(first, Axes)
    assert first.figure is not second.figure
    assert {first.figure.number, second.figure.number} <= set(plt.get_fignums())
    with pytest.raises(InputError, match="ax must be matplotlib Axes"):
        cls().plot("x")


def inside(box: Any, edge: Any) -> bool:
    across = edge.x0 <= box.x0 < box.x1 <= edge.x1
    return bool(across and edge.y0 <= box.y0 < box.y1 <= edge.y1)


@every_model
def test_title_and_labels_are_there_and_inside_the_picture(cls: type) -> None:
    for model in STATES[cls]:
        figure = fig.canvas()
        ax = model.plot(figure.subplots())
        assert ax.get_title(loc="left").strip()
        assert ax.get_xlabel().strip()
        assert ax.get_ylabel().strip()
        assert "\n" not in ax.get_xlabel() + ax.get_ylabel()
    figure = fig.canvas()
    ax = cls().plot(figure.subplots())
    figure.canvas.draw()
    for text in (ax.xaxis.label, ax.yaxis.label, ax._left_title):
        assert inside(text.get_window_extent(), figure.bbox), text


@every_state
def test_plot_draws_only_finite_limits(model: Any) -> None:
    ax = model.plot(fig.canvas().subplots())
    for low, high in (ax.get_xlim(), ax.get_ylim()):
        assert np.isfinite([low, high]).all()
        assert low < high


@every_model
def test_moving_artists_are_animated_only_by_who_moves_them(cls: type) -> None:
    ax = cls().plot(fig.canvas().subplots())
    artists = fig.moving(ax)
    assert len(artists) >= 2
    assert not any(a.get_animated() for a in artists.values())


def pixels(model: Any, first: Any | None = None) -> np.ndarray:
    """Plot a model, or plot another one first and move it there; the axes stay in place."""
    figure = fig.canvas()
    figure.set_layout_engine("none")
    ax = figure.subplots()
    (first or model).plot(ax)
    if first is not None:
        model.move(ax, fig.moving(ax))
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba()).copy()


def pairs() -> list[Any]:
    found = []
    for cls in MODELS:
        states = STATES[cls]
        for i, (a, b) in enumerate(zip(states, states[1:] + states[:1], strict=True)):
            found.append(pytest.param(a, b, id=f"{cls.__name__}-{i}"))
    return found


@pytest.mark.parametrize(("a", "b"), pairs())
def test_move_after_plot_gives_the_pixels_of_a_fresh_plot(a: Any, b: Any) -> None:
    assert np.array_equal(pixels(b, first=a), pixels(b))


@pytest.mark.parametrize(("a", "b"), pairs())
def test_a_live_picture_is_a_fresh_one_and_clips_no_label(a: Any, b: Any) -> None:
    live, fresh = Live(a), Live(b)
    first, second = decoded(live.frame(a)), decoded(live.frame(b))
    drawn_anew = decoded(fresh.frame(b))
    same = np.array_equal(canvas(live.figure), canvas(fresh.figure))
    assert same, "it depends on what was shown before"
    assert alike(second, drawn_anew), "the palette of the frame before does not do"
    assert not alike(first, second), "the two states must look different"
    assert live.full + live.fast == 2
    if max(map(abs, live.ax.get_ylim())) < 1e12:  # longer numbers do not fit beside a picture
        labels = [live.ax.xaxis.label, live.ax.yaxis.label, live.ax._left_title]
        for text in [*labels, *live.ax.get_legend().get_texts()]:
            assert inside(text.get_window_extent(), live.figure.bbox), text


@every_model
def test_the_fast_path_gives_the_pixels_of_a_full_redraw(cls: type) -> None:
    a, b = STATES[cls][:2]
    live = Live(a)
    live.frame(a)
    png, fast = decoded(live.frame(b)), canvas(live.figure)
    assert (live.full, live.fast) == (1, 1)
    live._key = None  # forget the background
    assert alike(decoded(live.frame(b)), png)
    assert (live.full, live.fast) == (2, 1)
    assert np.array_equal(canvas(live.figure), fast)


def fingerprint(artist: Any) -> bytes:
    """Return what an artist draws: the points of its lines and areas."""
    paths = artist.get_paths() if hasattr(artist, "get_paths") else [artist.get_path()]
    return b"".join(np.asarray(path.vertices, float).tobytes() for path in paths)


@every_model
def test_every_moving_artist_moves(cls: type) -> None:
    seen: dict[str, set[bytes]] = {}
    ax = cls().plot(fig.canvas().subplots())
    for model in STATES[cls]:
        model.move(ax, fig.moving(ax))
        for name, artist in fig.moving(ax).items():
            seen.setdefault(name, set()).add(fingerprint(artist))
    assert {name for name, prints in seen.items() if len(prints) < 2} == set()


@every_model
def test_docstring_holds_every_parameter(cls: type) -> None:
    text = cls.__doc__ or ""
    for p in params(cls).values():
        assert re.search(rf"^{p.name} : {p.kind}, default ", text, re.M), p.name
        assert p.title in text
        assert p.unit in text
        assert p.valid() in text
    for section in ("Examples\n--------", "Parameters\n----------", "Raises\n------"):
        assert section in text


@every_model
def test_every_numeric_parameter_has_a_unit(cls: type) -> None:
    for p in params(cls).values():
        if p.kind != "choice":
            assert p.unit, p.name


@every_model
@pytest.mark.parametrize("method", ["table", "plot", "sentence", "move"])
def test_what_is_explored_is_there_and_documented(cls: type, method: str) -> None:
    assert (getattr(cls, method).__doc__ or "").strip().endswith(".")


def public() -> list[Any]:
    """Return every public function and class of the chapters, the ledger, the data, the base."""
    found = [(f"{m.__name__}.{n}", getattr(m, n)) for m in MODULES for n in m.__all__]
    base = [
        importlib.import_module(f"loyaltylab.base.{m.name}")
        for m in pkgutil.iter_modules(loyaltylab.base.__path__)
    ]
    for module in (claims, datasets, *base):
        for name, thing in vars(module).items():
            own = getattr(thing, "__module__", None) == module.__name__
            kind = inspect.isfunction(thing) or inspect.isclass(thing)
            protocol = getattr(thing, "_is_protocol", False)
            if own and kind and not protocol and not name.startswith("_"):
                found.append((f"{module.__name__.removeprefix('loyaltylab.')}.{name}", thing))
    return [pytest.param(thing, id=name) for name, thing in found]


@pytest.mark.parametrize("thing", public())
def test_every_public_name_is_documented_with_an_example(thing: Any) -> None:
    text = inspect.getdoc(thing) or ""
    assert text.split("\n")[0].endswith("."), "the first line is a sentence"
    assert re.search(r"^Examples\n-{8}$", text, re.M), "an Examples section"
    assert ">>>" in text.split("Examples\n--------")[1]
