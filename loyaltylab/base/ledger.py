"""What a chapter says about a documented number: computed beside documented."""

from __future__ import annotations

import math
from typing import NamedTuple

EXACT = 1e-9
"""Tolerance of an exact number: rounding of binary fractions."""


class Finding(NamedTuple):
    """One number of a document, recomputed under one named reading.

    ``documented`` or ``computed`` is None where there is no such number; then nothing
    agrees or disagrees.

    Examples
    --------
    >>> Finding("twice two", 4, 5, 0.5, "none").agrees
    False
    """

    reading: str
    documented: float | None
    computed: float | None
    tolerance: float
    assumption: str

    @property
    def agrees(self) -> bool | None:
        """Whether computed and documented are within the tolerance; None if undefined.

        Examples
        --------
        >>> Finding("twice two", 4, 2 * 2, 0, "none").agrees
        True
        >>> Finding("no number printed", None, 3.0, 0, "none").agrees is None
        True
        """
        if self.documented is None or self.computed is None or math.isnan(self.computed):
            return None
        return abs(self.computed - self.documented) <= self.tolerance


def derived(reading: str, computed: float | None, assumption: str) -> Finding:
    """Return a finding for which the document prints no number.

    Examples
    --------
    >>> derived("half of ten", 5.0, "none").agrees is None
    True
    """
    return Finding(reading, None, computed, EXACT, assumption)
