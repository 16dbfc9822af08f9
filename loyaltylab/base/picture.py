"""A figure as a notebook and a screen reader see it: an image with alternative text."""

from __future__ import annotations

import base64
import html
import io
import sys
from typing import TYPE_CHECKING, Any, Protocol

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.figure import DPI, GREY, canvas, label
from loyaltylab.base.fonts import families

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox
    from PIL import Image

LONGEST, STRIP = 100, 0.22  # characters of a note, and inches of a strip that holds one


class Drawable(Protocol):
    """A model that draws itself and says in one sentence what its picture shows."""

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw on the axes given, or on new ones."""

    def sentence(self) -> str:
        """Say in one sentence what the picture shows."""


def reduced(figure: Figure, palette: Image.Image | None = None) -> Image.Image:
    """Return what a figure's Agg canvas holds in 256 colours; it does not draw.

    A chart has few colours: reduced, the file is a third as large and made in half the time,
    and no channel is off by more than about 15 of 255, at the edges of lines. With the palette
    of an earlier frame the reduction takes a tenth of that; the edges of what has moved then
    take the nearest of its colours.

    Examples
    --------
    >>> figure = canvas()
    >>> figure.canvas.draw()
    >>> reduced(figure).mode
    'P'
    """
    return _few_colours(_pixels(figure), palette)


def _pixels(figure: Figure) -> npt.NDArray[np.uint8]:
    """Return what a figure's Agg canvas holds."""
    import numpy as np

    return np.asarray(figure.canvas.buffer_rgba())  # type: ignore[attr-defined]


def _few_colours(pixels: npt.NDArray[np.uint8], palette: Image.Image | None) -> Image.Image:
    from PIL import Image

    whole, plain = Image.fromarray(pixels).convert("RGB"), Image.Dither.NONE
    if palette is not None:
        return whole.quantize(palette=palette, dither=plain)
    return whole.quantize(256, method=Image.Quantize.FASTOCTREE, dither=plain)


def png(picture: Image.Image) -> bytes:
    """Return a picture as the bytes of a PNG file.

    Examples
    --------
    >>> figure = canvas()
    >>> figure.canvas.draw()
    >>> png(reduced(figure))[1:4]
    b'PNG'
    """
    out = io.BytesIO()
    picture.save(out, "png", compress_level=1)
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


def show(what: Drawable | Axes, alt: str | None = None, note: str | None = None) -> Picture:
    """Show a model, or the axes of a plot, as a picture with alternative text.

    Parameters
    ----------
    what
        A model with ``.plot(ax)`` and ``.sentence()``, or the Axes that a plot returned.
    alt
        What the picture shows, in a sentence. A model says it itself; for Axes it is
        required. A figure of pyplot is closed, or the notebook would show it a second time.
    note
        What has to stand in the picture itself, such as ``"synthetic data"``, in 100 characters
        at most; small, below on the right (in a strip of its own where something stands there),
        and at the end of the alternative text. The figure itself is left without it.

    Returns
    -------
    Picture
        Put it last in a notebook cell.

    Raises
    ------
    InputError
        If ``what`` cannot be drawn, Axes come without ``alt``, or a text is none or too long.

    Examples
    --------
    >>> from loyaltylab.bucket import LeakyBucket
    >>> show(LeakyBucket(customers=1000, churn=0.1, acquired=100)).alt[:42]
    'With 1,000 customers at the start, 10% chu'
    """
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    for name, text in (("alt", alt), ("note", note)):
        if text is not None and not isinstance(text, str):
            raise InputError(f"{name} must be a sentence, not {shown(text)}.")
    note = " ".join((note or "").split())
    if len(note) > LONGEST:
        raise InputError(
            f"note must be at most {LONGEST} characters, for it stands in one line of the picture,"
            f" not {len(note)}; put the rest into alt."
        )
    if isinstance(what, Axes):
        figure = what.get_figure(root=True)
        if not alt or not alt.strip():
            raise InputError("alt is missing: say in a sentence what the picture shows.")
        if "matplotlib.pyplot" in sys.modules:
            from matplotlib import pyplot as plt

            plt.close(figure)  # else the inline backend shows it twice
    elif not isinstance(what, type) and hasattr(what, "plot") and hasattr(what, "sentence"):
        figure = canvas()
        what.plot(figure.subplots())
        alt = alt or what.sentence()
    else:
        raise InputError(f"show takes a model or the Axes of a plot, not {shown(what)}.")
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
    pixels = _noted(figure, label(note)) if note else _pixels(figure)  # type: ignore[arg-type]
    text = f"{alt} ({note})" if note else alt
    width = round(figure.get_figwidth() * DPI)  # type: ignore[union-attr]
    return Picture(png(_few_colours(pixels, None)), text, width)


def _noted(figure: Figure, note: str) -> npt.NDArray[np.uint8]:
    """Draw a note upon what a canvas holds, or below it where something stands in its place."""
    import numpy as np

    written = _write(figure, note)
    try:
        place = written.get_window_extent().padded(4)
        if not any(place.overlaps(box) for box in _taken(figure, written)):
            written.draw(figure.canvas.get_renderer())  # type: ignore[attr-defined]
            return _pixels(figure).copy()
    finally:
        written.remove()
    strip = canvas(figure.get_figwidth(), STRIP)
    strip.set_dpi(figure.dpi)
    strip.set_facecolor(figure.get_facecolor())
    _write(strip, note, 0.5, "center")
    strip.canvas.draw()
    return np.vstack([_pixels(figure), _pixels(strip)])


def _write(figure: Figure, note: str, y: float = 0.01, va: str = "bottom") -> Text:
    """Add a note at the lower right of a figure, smaller where it is wider than that."""
    style: dict[str, Any] = {"fontsize": 8.5, "color": GREY, "family": families()}
    text = figure.text(0.995, y, note, ha="right", va=va, **style)
    room, wide = 0.99 * figure.bbox.width, text.get_window_extent().width
    text.set_fontsize(8.5 * min(1.0, room / wide))
    return text


def _taken(figure: Figure, but: Text) -> list[Bbox]:
    """Return the places of the axes and of every text of a drawn figure, but of one."""
    from matplotlib.text import Text

    texts = [t for t in figure.findobj(Text) if t is not but and t.get_visible()]
    boxes = [t.get_window_extent() for t in texts if t.get_text().strip()]
    return [*boxes, *(ax.get_window_extent() for ax in figure.axes if ax.get_visible())]
