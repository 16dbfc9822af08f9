"""House style of every picture: palette, labels, alt text, and how a picture is shown."""

from __future__ import annotations

import base64
import html
import io
import math
import sys
from typing import TYPE_CHECKING, Any, Protocol

from loyaltylab.base.errors import InputError, shown

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe & Ito (2008), which readers with any common colour blindness can tell apart.
BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#5A5A5A"
PALETTE = (BLUE, ORANGE, GREEN, RED, "#CC79A7", "#56B4E9")

SIZE, DPI = (7.2, 4.0), 100

LABELS: dict[str, str] = {}
"""Translations of labels: English text -> text shown. Empty means English."""


class Drawable(Protocol):
    """A model that draws itself and says in one sentence what its picture shows."""

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw on the axes given, or on new ones."""

    def sentence(self) -> str:
        """Say in one sentence what the picture shows."""


def label(text: str) -> str:
    """Return a label in the reader's language: the one door for every text in a picture.

    Examples
    --------
    >>> label("customers")
    'customers'
    """
    return LABELS.get(text, text)


def money(value: float) -> str:
    """Write an amount for a sentence: no cents from 100 on, thousands separated.

    Examples
    --------
    >>> money(-1234.5)
    '−1,234'
    """
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:z,.2f}"
    return text.replace("-", "−")


def number(value: float) -> str:
    """Write a number for a table: four digits that count, thousands separated, no exponent.

    Examples
    --------
    >>> [number(v) for v in (52_000_000.0, 1666.6667, 1.80357, 0.00426)]
    ['52,000,000', '1,667', '1.804', '0.00426']
    """
    large = abs(value) >= 1000
    return f"{value:,.0f}" if large else f"{value:.4g}"


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
    ax.set_title(label(title), loc="left", fontsize=12, fontweight="bold", pad=25)
    ax.set_xlabel(label(x), fontsize=10.5)
    ax.set_ylabel(label(y), fontsize=10.5)
    ax.tick_params(labelsize=10, colors="#333333")
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
    columns = len(ax.get_legend_handles_labels()[0])
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        borderaxespad=0.2,
        borderpad=0.2,
        ncols=columns,
        frameon=False,
        fontsize=9.5,
        columnspacing=1.2,
    )


def thousands(ax: Axes) -> None:
    """Write the numbers of the y axis as 12,000 rather than 12000 or 1.2e4.

    Examples
    --------
    >>> ax = canvas().subplots()
    >>> thousands(ax)
    >>> ax.yaxis.get_major_formatter()(12000)
    '12,000'
    """
    from matplotlib.ticker import FuncFormatter

    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.10g}".replace("-", "−")))


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


def png(figure: Figure) -> bytes:
    """Return what a figure's Agg canvas holds, as PNG bytes; it does not draw.

    A chart has few colours: with a palette of 256 (no channel is off by more than about 15 of
    255, at the edges of lines) the file is a third as large and made in half the time.

    Examples
    --------
    >>> figure = canvas()
    >>> figure.canvas.draw()
    >>> png(figure)[1:4]
    b'PNG'
    """
    import numpy as np
    from PIL import Image

    pixels = np.asarray(figure.canvas.buffer_rgba())  # type: ignore[attr-defined]
    picture = Image.fromarray(pixels).convert("RGB")
    few = picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "png", compress_level=1)
    return out.getvalue()


def image(data: bytes, alt: str, width: int) -> str:
    """Return an HTML image whose alternative text reaches a screen reader.

    Examples
    --------
    >>> image(b"", "a < b", 720)[:31]
    '<img alt="a &lt; b" width="720"'
    """
    source = base64.b64encode(data).decode("ascii")
    return (
        f'<img alt="{html.escape(alt)}" width="{width}" style="max-width:100%"'
        f' src="data:image/png;base64,{source}">'
    )


class Picture:
    """A drawn figure with alternative text; a notebook shows it as an HTML image.

    Examples
    --------
    >>> Picture(b"", "What the picture shows.", 720)
    What the picture shows.
    """

    def __init__(self, data: bytes, alt: str, width: int) -> None:
        self.png, self.alt, self.width = data, alt, width

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.alt, "text/html": image(self.png, self.alt, self.width)}


def show(what: Drawable | Axes, alt: str | None = None) -> Picture:
    """Show a model, or the axes of a plot, as a picture with alternative text.

    Parameters
    ----------
    what
        A model with ``.plot(ax)`` and ``.sentence()``, or the Axes that a plot returned.
    alt
        What the picture shows, in a sentence. A model says it itself; for Axes it is
        required.

    Returns
    -------
    Picture
        Put it last in a notebook cell.

    Examples
    --------
    >>> from loyaltylab.bucket import LeakyBucket
    >>> show(LeakyBucket(customers=1000, churn=0.1, acquired=100)).alt[:42]
    'With 1,000 customers at the start, 10% chu'
    """
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    if alt is not None and not isinstance(alt, str):
        raise InputError(f"alt must be a sentence, not {shown(alt)}.")
    if isinstance(what, Axes):
        figure = what.figure
        if not alt or not alt.strip():
            raise InputError("alt is missing: say in a sentence what the picture shows.")
        if "matplotlib.pyplot" in sys.modules:
            from matplotlib import pyplot as plt

            plt.close(figure)  # type: ignore[arg-type]  # else the inline backend shows it twice
    elif not isinstance(what, type) and hasattr(what, "plot") and hasattr(what, "sentence"):
        figure = canvas()
        what.plot(figure.subplots())
        alt = alt or what.sentence()
    else:
        raise InputError(f"show takes a model or the Axes of a plot, not {shown(what)}.")
    FigureCanvasAgg(figure).draw()  # type: ignore[arg-type,no-untyped-call]
    return Picture(png(figure), alt, round(figure.get_figwidth() * DPI))  # type: ignore[union-attr,arg-type]
