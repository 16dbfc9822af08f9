"""Pictures compared: what a canvas holds exactly, what a PNG of 256 colours shows of it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.int64]


def canvas(figure: Any) -> Pixels:
    """Return what a figure's Agg canvas holds, as red, green, blue."""
    return np.asarray(figure.canvas.buffer_rgba())[:, :, :3].astype(np.int64)


def decoded(data: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(np.int64)


def alike(one: Pixels, other: Pixels) -> bool:
    """Whether two pictures differ by their palettes alone.

    Each is off by 16 of 255 at most; a few pixels by more, where two artists cross that did not
    in the frame whose palette it is.
    """
    off = np.abs(one - other).max(axis=2)
    return bool(off.max() <= 64 and np.sum(off > 32) <= 60)
