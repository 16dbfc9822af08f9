"""The one error that a user of loyaltylab meets."""

from __future__ import annotations

import difflib
import re
import reprlib
from collections.abc import Iterable
from typing import Any

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 60
LENGTH = 80
"""Longest text of one value in a sentence."""


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
    """Short text of any value that a user gave, safe to put into a sentence.

    Examples
    --------
    >>> shown("x" * 1000)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxx...xxxxxxxxxxxxxxxxxxxxxxxxxxxx'"
    """
    try:
        text = re.sub(r"\s*\n\s*", " ", _short.repr(value))  # a frame or an array has lines
    except Exception:  # a user's object may have any kind of broken repr
        text = f"a value of type {type(value).__name__}"
    half = LENGTH // 2
    return text if len(text) <= LENGTH else f"{text[: half - 2]}...{text[1 - half :]}"


def some(names: Iterable[object]) -> str:
    """Join names for a sentence, as many as fit into it.

    Examples
    --------
    >>> some(["household", "date"])
    "'household', 'date'"
    """
    text = ""
    for name in names:
        word = shown(name)
        if len(text) + len(word) > 2 * LENGTH:
            return f"{text}, …" if text else "…"
        text += f", {word}" if text else word
    return text


def nearest(name: object, names: Iterable[object]) -> str:
    """Return ``" (did you mean 'x'?)"`` when a name is a near miss, else an empty text.

    Examples
    --------
    >>> nearest("chrun", ["churn", "margin"])
    " (did you mean 'churn'?)"
    """
    words = [n if isinstance(n, str) else shown(n) for n in (name, *names)]
    close = difflib.get_close_matches(words[0], words[1:], n=1)
    return f" (did you mean {shown(close[0])}?)" if close else ""
