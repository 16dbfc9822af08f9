"""A model's declaration becomes sliders, a moving picture and a spoken sentence."""

from __future__ import annotations

import dataclasses
import html
from typing import Any

from loyaltylab.base import figure as fig
from loyaltylab.base import picture, terms
from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.model import Param, params
from loyaltylab.base.stats import LIMIT, between
from loyaltylab.lab.live import Live

STEPS = 100


def explore(model: Any, **ranges: tuple[float, float] | tuple[float, float, float]) -> Any:
    """Show a model under sliders; the picture and its sentence move at once.

    Parameters
    ----------
    model
        An instance of a model with ``.plot(ax)`` and ``.sentence()``.
    ranges
        ``field=(from, to)`` or ``(from, to, step)``: a slider for each field named. When
        none is named, every scalar field that is bounded on both sides gets one over its
        valid range.

    Returns
    -------
    ipywidgets.VBox
        Sliders, a reset button, the picture with alternative text and an ``aria-live``
        line. An exported page keeps the first picture.

    Raises
    ------
    InputError
        Outside a notebook, without ipywidgets, or for a range that is not valid.

    Examples
    --------
    >>> from loyaltylab.bucket import LeakyBucket
    >>> explore(LeakyBucket(), churn=(0, 0.2))
    Traceback (most recent call last):
    ...
    loyaltylab.base.errors.InputError: explore() draws sliders in a notebook; here, call \
.plot() or .table() of the model instead.
    """
    chosen = slider_ranges(model, ranges)
    if not _in_notebook():
        raise InputError(
            "explore() draws sliders in a notebook; here, call .plot() or .table() of the"
            " model instead."
        )
    return build(model, chosen)


def _in_notebook() -> bool:
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return getattr(get_ipython(), "kernel", None) is not None


def slider_ranges(model: Any, ranges: dict[str, Any]) -> dict[str, tuple[float, float, float]]:
    """Return (from, to, step) for each slider, checked against the declaration."""
    if not dataclasses.is_dataclass(model) or isinstance(model, type) or not hasattr(model, "plot"):
        raise InputError(f"explore() takes a model such as LeakyBucket(), not {shown(model)}.")
    declared = params(model)
    for name in ranges:
        if name not in declared:
            raise InputError(
                f"{shown(name)} is not a parameter of {type(model).__name__}"
                f"{nearest(name, declared)}; the parameters are {', '.join(declared)}."
            )
    if ranges:
        return {name: _range(declared[name], given) for name, given in ranges.items()}
    free = {n: p for n, p in declared.items() if p.bounded}
    if not free:
        raise InputError(
            f"{type(model).__name__} has no parameter that is bounded on both sides; name the"
            f" ranges, for example {next(iter(declared))}=(0, 10)."
        )
    return {n: _range(p, (p.lower, p.upper)) for n, p in free.items()}


def _range(p: Param, given: Any) -> tuple[float, float, float]:
    if p.kind not in ("int", "float"):
        raise InputError(f"{p.name} is not a single number, so no slider can move it.")
    if not isinstance(given, tuple | list) or len(given) not in (2, 3):
        raise InputError(f"{p.name} needs (from, to) or (from, to, step), not {shown(given)}.")
    low_bound = -LIMIT if p.lower is None else p.lower
    high_bound = LIMIT if p.upper is None else p.upper
    low = between(f"the start of the range of {p.name}", given[0], low_bound, high_bound)
    high = between(f"the end of the range of {p.name}", given[1], low_bound, high_bound)
    if not low < high:
        raise InputError(f"the range of {p.name} must rise, not {shown(given)}.")
    # a hundred even steps; an open bound is approached by one step
    step = fig.ceiling((high - low) / STEPS)
    if len(given) == 3:
        step = between(f"the step of {p.name}", given[2], 0, high - low)
    if p.kind == "int":
        step = max(1.0, round(step))
    if step <= 0:
        raise InputError(f"the step of {p.name} must be above 0, not {shown(given[2])}.")
    low += step if p.lower_open and low == p.lower else 0
    high -= step if p.upper_open and high == p.upper else 0
    return low, high, step


def build(model: Any, ranges: dict[str, tuple[float, float, float]]) -> Any:
    """Return the widget for checked ranges; works without a notebook, for tests."""
    try:
        import ipywidgets as widgets
    except ImportError:
        raise InputError(
            'explore() needs ipywidgets: python -m pip install "loyaltylab[lab]".'
        ) from None
    declared, live = params(model), Live(model)
    sliders = {n: _slider(widgets, declared[n], getattr(model, n), r) for n, r in ranges.items()}
    image, spoken = widgets.HTML(), widgets.HTML()
    words = {"description": "Reset", "tooltip": "Back to the start"}
    reset = widgets.Button(**{k: fig.label(text, drawn=False) for k, text in words.items()})
    start = {name: slider.value for name, slider in sliders.items()}
    spoken_here = terms.spoken()  # a slider may move in another context than that of this cell

    def present(state: Any) -> bytes:
        sentence, frame = state.sentence(), live.frame(state)
        image.value = picture.image(frame, sentence, live.width)
        spoken.value = _aloud(sentence)
        return frame

    def redraw(_: Any) -> None:
        # a slider that is not moved by half a step stands for the model's own value: that may
        # be None, or lie between two steps, onto which the browser would snap it
        moved = {n: s.value for n, s in sliders.items() if abs(s.value - start[n]) > s.step / 2}
        try:
            with terms.speaking(spoken_here):
                present(dataclasses.replace(model, **moved))
        except InputError as error:  # values that are valid one by one may not go together
            spoken.value = _aloud(str(error))

    def back(_: Any) -> None:
        for name, slider in sliders.items():
            slider.value = start[name]

    still = picture.Picture(present(model), model.sentence(), live.width)
    for slider in sliders.values():
        slider.observe(redraw, names="value")
    reset.on_click(back)

    class Explorer(widgets.VBox):  # type: ignore[misc]
        """Sliders, picture and sentence; an exported page shows the first picture."""

        def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
            return {**super()._repr_mimebundle_(), **still._repr_mimebundle_()}

    explorer = Explorer([_panel(widgets, declared, sliders), reset, image, spoken])
    explorer.sliders, explorer.reset, explorer.live = sliders, reset, live
    explorer.picture, explorer.spoken = image, spoken
    return explorer


def _aloud(sentence: str) -> str:
    """Put a sentence where a screen reader speaks it when it changes."""
    return f'<div role="status" aria-live="polite">{html.escape(sentence)}</div>'


def _panel(widgets: Any, declared: dict[str, Param], sliders: dict[str, Any]) -> Any:
    """Labels and sliders in two columns: no label is cut off, however narrow the window."""
    cells: list[Any] = []
    for name, slider in sliders.items():
        p = declared[name]
        unit = f" ({fig.label(p.unit, drawn=False)})" if p.unit else ""
        cells += [widgets.Label(fig.label(p.title, drawn=False) + unit), slider]
    layout = widgets.Layout(grid_template_columns="max-content minmax(12em, 28em)")
    return widgets.GridBox(cells, layout=layout)


def _slider(widgets: Any, p: Param, value: Any, given: tuple[float, float, float]) -> Any:
    """One slider; a value outside the range shown widens the range."""
    low, high, step = given
    value = low if value is None else value
    whole = p.kind == "int"
    digits = max(0, -int(f"{step:e}".split("e")[1])) + (1 if f"{step:e}"[2:4].strip("0") else 0)
    kind = widgets.IntSlider if whole else widgets.FloatSlider
    return kind(
        value=value,
        min=(int if whole else float)(min(low, value)),
        max=(int if whole else float)(max(high, value)),
        step=int(step) if whole else step,
        readout_format=",d" if whole else f",.{digits}f",
        layout=widgets.Layout(width="auto"),
        continuous_update=True,
    )
