"""House style of every picture: palette, fonts, labels, numbers, and what a slider moves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from loyaltylab.base import terms
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.fonts import families as families
from loyaltylab.base.fonts import wide

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe & Ito (2008), which readers with any common colour blindness can tell apart.
BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#5A5A5A"
PALETTE = (BLUE, ORANGE, GREEN, RED, "#CC79A7", "#56B4E9")

SIZE, DPI = (7.2, 4.0), 100

LINE, KEY = 92, 7  # characters in a line of legend, and what the key of a label takes of it
TITLE_ROOM, X_ROOM, Y_ROOM = 60, 80, 42  # letters that a line of title or axis label holds

LABELS: dict[str, str] = {}
"""Labels of one's own: English text -> text shown; they go before those of a language."""


def label(text: str, *, drawn: bool = True) -> str:
    """Return a label in the reader's language: the one door for every text in a picture.

    The language is that of :class:`loyaltylab.base.terms.language`. A label that is drawn, and
    not written by a browser, stays English where no font with Chinese glyphs is installed.

    Examples
    --------
    >>> label("customers")
    'customers'
    """
    if text in LABELS:
        return LABELS[text]
    if terms.spoken() == "en" or (drawn and not terms.has_font()):
        return text
    return terms.translated(text)


def fitted(text: str, room: int) -> str:
    """Return a label that takes two lines where both languages are too wide for one.

    Examples
    --------
    >>> with terms.speaking("en"):
    ...     fitted("customers at the period's end", 10)
    "customers at the period's end"
    """
    shown = label(text)
    if shown.startswith(f"{text} ") and wide(shown) > room:
        return f"{text}\n{shown[len(text) + 1 :]}"
    return shown


def money(value: float) -> str:
    """Write an amount for a sentence: no cents from 100 on, thousands separated.

    Examples
    --------
    >>> money(-1234.5), money(60), money(0.5)
    ('−1,234', '60', '0.50')
    """
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:z,.2f}".removesuffix(".00")
    return text.replace("-", "−")


def number(value: float) -> str:
    """Write a number for a table: four digits that count, thousands separated, no exponent.

    Examples
    --------
    >>> [number(v) for v in (52_000_000.0, 999.96, 1.80357, 0.0000426)]
    ['52,000,000', '1,000', '1.804', '0.0000426']
    """
    import numpy as np

    if not math.isfinite(value):
        return str(value)
    if abs(value) >= 999.95:
        return f"{value:,.0f}"
    return np.format_float_positional(value, precision=4, fractional=False, trim="-")


def ceiling(value: float) -> float:
    """Return the next step 1, 2, 5, 10, 20, 50, … that is not below a value.

    Limits that move in such steps seldom change while a slider moves, so that the
    background of the picture seldom has to be drawn again.

    Examples
    --------
    >>> ceiling(0), ceiling(0.03), ceiling(12), ceiling(1000)
    (1.0, 0.05, 20.0, 1000.0)
    """
    if not 1e-300 < value < 1e300:  # nothing that an axis can show
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(s * power for s in (1.0, 2.0, 5.0, 10.0, 20.0) if s * power >= value * (1 - 1e-12))


def canvas(width: float = SIZE[0], height: float = SIZE[1]) -> Figure:
    """Return a figure that belongs to nobody else: pyplot does not know it.

    Examples
    --------
    >>> canvas(6, 3).get_size_inches().tolist()
    [6.0, 3.0]
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def axes(ax: Axes | None, *, title: str, x: str, y: str) -> Axes:
    """Return axes in house style: those given, or new ones of pyplot.

    Parameters
    ----------
    ax
        Axes to draw on; None makes a new pyplot figure, as seaborn and pandas do.
    title, x, y
        Labels in English, with units; they pass through :func:`label`.

    Examples
    --------
    >>> ax = axes(canvas().subplots(), title="Churn", x="month", y="share leaving")
    >>> ax.get_ylabel()
    'share leaving'
    """
    from matplotlib.axes import Axes

    if ax is None:
        from matplotlib import pyplot as plt

        ax = plt.subplots(figsize=SIZE, layout="constrained")[1]
    if not isinstance(ax, Axes):
        raise InputError(f"ax must be matplotlib Axes or None, not {shown(ax)}.")
    family = families()
    _title(ax, fitted(title, TITLE_ROOM), rows=1)
    ax.set_xlabel(fitted(x, X_ROOM), fontsize=10.5, family=family)
    ax.set_ylabel(fitted(y, Y_ROOM), fontsize=10.5, family=family)
    ax.tick_params(labelsize=10, colors="#333333", labelfontfamily=family)
    ax.grid(True, color="#DDDDDD", linewidth=0.8)
    ax.set_axisbelow(True)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    thousands(ax)
    return ax


def legend_above(ax: Axes) -> None:
    """Put the legend between title and axes, where no line runs through it.

    Examples
    --------
    >>> ax = canvas().subplots()
    >>> _ = ax.plot([0, 1], label="expected")
    >>> legend_above(ax)
    >>> ax.get_legend().get_texts()[0].get_text()
    'expected'
    """
    labels = ax.get_legend_handles_labels()[1]
    columns = len(labels)
    if sum(wide(text) + KEY for text in labels) > LINE:
        columns = max(1, LINE // (max(map(wide, labels)) + KEY))
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        borderaxespad=0.2,
        borderpad=0.2,
        ncols=max(1, columns),
        frameon=False,
        prop={"size": 9.5, "family": families()},
        columnspacing=1.2,
    )
    _title(ax, ax.get_title(loc="left"), rows=math.ceil(len(labels) / max(1, columns)))


def _title(ax: Axes, text: str, rows: int) -> None:
    """Write the title above as many rows of legend."""
    style: dict[str, Any] = {"fontsize": 12, "fontweight": "bold"}
    if not text.isascii():  # a family without a bold face would be complained of on stderr
        style["family"] = families()
    ax.set_title(text, loc="left", pad=8 + 17 * rows, **style)


def thousands(ax: Axes) -> None:
    """Write the numbers of the y axis as 12,000 rather than 12000 or 1.2e4.

    Examples
    --------
    >>> ax = canvas().subplots()
    >>> thousands(ax)
    >>> [ax.yaxis.get_major_formatter()(v) for v in (-12_000.0, 0.25, 2e10)]
    ['−12,000', '0.25', '20,000,000,000']
    """
    from matplotlib.ticker import FuncFormatter

    def text(value: float, _: int | None = None) -> str:
        large = abs(value) >= 1000
        digits = f"{value:,.0f}" if large else f"{value:.10f}".rstrip("0").rstrip(".")
        return digits.replace("-", "−")

    ax.yaxis.set_major_formatter(FuncFormatter(text))


def percent(ax: Axes) -> None:
    """Write the numbers of the y axis as percentages.

    Examples
    --------
    >>> ax = canvas().subplots()
    >>> ax.set_ylim(0, 0.4)
    (0.0, 0.4)
    >>> percent(ax)
    >>> ax.yaxis.get_major_formatter()(0.25)
    '25.0%'
    """
    from matplotlib.ticker import PercentFormatter

    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=None))


def moving(ax: Axes) -> dict[str, Artist]:
    """Return the artists of a plot that a slider moves: those that were given a gid.

    Examples
    --------
    >>> ax = canvas().subplots()
    >>> _ = ax.plot([0, 1], [0, 1], gid="path")
    >>> sorted(moving(ax))
    ['path']
    """
    return {a.get_gid(): a for a in ax.get_children() if a.get_gid()}  # type: ignore[misc]
