"""The one error that a user of loyaltylab meets."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable
from typing import Any

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 60


class InputError(ValueError):
    """What was given cannot be used; the message is one sentence that says what to do.

    It names the parameter or column, what is valid, what was given, and where.

    Examples
    --------
    >>> raise InputError("churn must be >= 0 and <= 1, not 7.")
    Traceback (most recent call last):
    ...
    loyaltylab.base.errors.InputError: churn must be >= 0 and <= 1, not 7.
    """

    def _render_traceback_(self) -> list[str]:
        """Show one line in a notebook: the sentence, not the machinery behind it."""
        return [f"InputError: {self}"]


def shown(value: Any) -> str:
    """Short text of any value that a user gave, safe to put into a sentence."""
    try:
        return _short.repr(value)
    except Exception:  # a user's object may have any kind of broken repr
        return f"a {type(value).__name__}"


def nearest(name: object, names: Iterable[object]) -> str:
    """Return ``" (did you mean 'x'?)"`` when a name is a near miss, else an empty text."""
    close = difflib.get_close_matches(str(name), [str(n) for n in names], n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
