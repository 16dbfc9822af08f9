"""One line of a contradiction: a quantity as the one claim has it and as the other has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from loyaltylab.base.ledger import Finding


class Sides(NamedTuple):
    """One quantity under both claims of a pair.

    Examples
    --------
    >>> Sides("stages", 4, 2, "counted").difference
    2
    """

    quantity: str
    by_a: float
    by_b: float
    assumption: str

    @property
    def difference(self) -> float:
        """Return what the first claim has more than the second."""
        return self.by_a - self.by_b


def computed(findings: Iterable[Finding], reading: str, assumption: str = "") -> float:
    """Return the one computed number of a claim's findings that has this reading.

    Parameters
    ----------
    findings
        What a claim's function returned.
    reading
        The finding's reading, in full.
    assumption
        Its assumption or how that begins, where several findings share the reading.

    Raises
    ------
    LookupError
        If no finding or several fit, or the one that does has no number: a chapter has changed
        what it computes, and the pair has to be looked at again.

    Examples
    --------
    >>> computed([Finding("twice two", 4, 4.0, 0, "none")], "twice two")
    4.0
    """
    read = [f for f in findings if f.reading == reading]
    fit = [f for f in read if f.assumption == assumption]
    fit = fit or [f for f in read if f.assumption.startswith(assumption)]
    if len(fit) != 1 or fit[0].computed is None:
        raise LookupError(f"{len(fit)} findings are {reading!r} under {assumption!r}.")
    return fit[0].computed
