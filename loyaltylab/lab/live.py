"""One persistent figure whose moving artists are redrawn over a cached background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltylab.base import figure as fig
from loyaltylab.base import picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Live:
    """Draw a model once; then redraw only what moved.

    A model with ``.move(ax, artists)`` gives its moving artists a gid in ``.plot``; when
    limits, title and labels are as before, the cached background is restored and only
    those artists are drawn. A model without ``.move`` is cleared and plotted again.

    Parameters
    ----------
    model
        The first state to draw.

    Attributes
    ----------
    full, fast
        How many frames were drawn in full, and how many over the cached background.
    """

    def __init__(self, model: Any) -> None:
        self.figure = fig.canvas()
        self.ax: Axes = self.figure.subplots()
        self.full = self.fast = 0
        self._key: Any = None
        self._background: Any = None
        self._palette: Any = None
        self._plot(model)

    @property
    def width(self) -> int:
        """Width of the picture on the page, in CSS pixels."""
        return round(self.figure.get_figwidth() * fig.DPI)

    def _plot(self, model: Any) -> None:
        self.ax.clear()
        model.plot(self.ax)
        self._moving = fig.moving(self.ax) if hasattr(model, "move") else {}
        for artist in self._moving.values():
            artist.set_animated(True)
        self._order = sorted(self._moving.values(), key=lambda artist: artist.get_zorder())

    def frame(self, model: Any) -> bytes:
        """Return the picture of a model as PNG bytes."""
        if self._moving:
            model.move(self.ax, self._moving)
        else:
            self._plot(model)
        canvas: Any = self.figure.canvas
        key = self._fixed()
        fast = bool(self._moving) and key == self._key
        if fast:
            canvas.restore_region(self._background)
            self.fast += 1
        else:
            # the axes move only here, when other limits may have made the labels wider
            self.figure.set_layout_engine("constrained")
            canvas.draw()
            self.figure.set_layout_engine("none")
            self._background, self._key = canvas.copy_from_bbox(self.figure.bbox), key
            self.full += 1
        for artist in self._order:
            self.ax.draw_artist(artist)
        if fast:
            return picture.png(picture.reduced(self.figure, self._palette))
        self._palette = picture.reduced(self.figure)
        return picture.png(self._palette)

    def _fixed(self) -> tuple[Any, ...]:
        """What the cached background shows."""
        ax = self.ax
        return (
            ax.get_xlim(),
            ax.get_ylim(),
            ax.get_title(loc="left"),
            ax.get_title(),
            ax.get_xlabel(),
            ax.get_ylabel(),
        )
