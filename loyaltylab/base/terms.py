"""The language of labels: English, Chinese, or both, by two tables of the course."""

from __future__ import annotations

import csv
import functools
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, get_args

from loyaltylab.base import files, fonts
from loyaltylab.base.errors import InputError, nearest, shown

Language = Literal["en", "zh", "both"]

NAMES: dict[Language, str] = {
    "en": "in English",
    "zh": "in Chinese",
    "both": "in English and Chinese",
}
TABLES = {"labels": "label", "glossary": "term"}
"""Tables of translations, and the column that holds the English text; the first one wins."""

WITH_UNIT = re.compile(r"(.+?) \((.+)\)", re.DOTALL)
"""A label and its unit in brackets."""

_spoken: ContextVar[Language] = ContextVar("loyaltylab_language", default="en")


class language:  # noqa: N801  (it is called like a function, and used in a with statement)
    """Show labels in Chinese, or in English and Chinese, from now on or within ``with``.

    Titles, axes, legends, notes in pictures and the titles and units of sliders are looked up
    in ``datasets/labels.csv`` and ``datasets/glossary.csv``, whole or, where a label has a unit
    in brackets, without it; what is in neither stays English. Sentences, alternative texts,
    tables and errors stay English always. A picture keeps the language in which it was drawn,
    and a widget the one in which it was made. Another thread or task has a language of its own.

    Parameters
    ----------
    which
        ``"en"``, ``"zh"`` (Chinese) or ``"both"``.

    Raises
    ------
    InputError
        For another language.

    Warns
    -----
    UserWarning
        When no font with Chinese glyphs is installed: pictures then keep English labels, and
        only the titles of sliders, which the browser writes, become Chinese.

    Examples
    --------
    >>> from loyaltylab.base.figure import label
    >>> with language("both"):
    ...     label("churn", drawn=False)
    'churn 流失'
    >>> label("churn", drawn=False)
    'churn'
    """

    def __init__(self, which: Language) -> None:
        if not isinstance(which, str) or which not in get_args(Language):
            raise InputError(
                f"language must be 'en', 'zh' or 'both', not {shown(which)}"
                f"{nearest(which, get_args(Language))}."
            )
        self.which: Language = which
        self._before = _spoken.get()
        _spoken.set(which)
        if which != "en" and not has_font():
            warnings.warn(
                "No font with Chinese glyphs is installed, so pictures keep English labels and only"
                " sliders become Chinese; install one, such as Noto Sans CJK, and start again.",
                stacklevel=2,
            )

    def __enter__(self) -> language:
        _spoken.set(self.which)
        return self

    def __exit__(self, *_: object) -> None:
        _spoken.set(self._before)

    def __repr__(self) -> str:
        return f"Labels {NAMES[self.which]}; sentences and alternative texts in English."


def spoken() -> Language:
    """Return the language of labels that holds here.

    Examples
    --------
    >>> spoken()
    'en'
    """
    return _spoken.get()


@contextmanager
def speaking(which: Language) -> Iterator[None]:
    """Hold a language that was chosen before: for what a widget draws later.

    Examples
    --------
    >>> with speaking("zh"):
    ...     spoken()
    'zh'
    """
    token = _spoken.set(which)
    try:
        yield
    finally:
        _spoken.reset(token)


def has_font() -> bool:
    """Tell whether pictures can hold Chinese.

    Examples
    --------
    >>> has_font() in (True, False)
    True
    """
    return len(fonts.families()) > 1


def translated(text: str) -> str:
    """Return a label in the language that holds here; what is unknown stays English.

    Examples
    --------
    >>> with speaking("zh"):
    ...     translated("churn"), translated("churn (no such unit)"), translated("no such label")
    ('流失', '流失 (no such unit)', 'no such label')
    >>> with speaking("both"):
    ...     translated("satisfaction (points of the scale)")
    'satisfaction (points of the scale) 满意度 (量表分)'
    """
    which, known = _spoken.get(), chinese() if _spoken.get() != "en" else {}
    found = known.get(_key(text))
    if found is None and (split := WITH_UNIT.fullmatch(text)):
        found, unit = known.get(_key(split[1])), known.get(_key(split[2]))
        if found and (unit or which == "zh"):
            found = f"{found} ({unit or split[2]})"
    if found is None:
        return text
    return f"{text} {found}" if which == "both" else found


@functools.cache
def chinese() -> dict[str, str]:
    """Return the Chinese of every English label and term that the course knows.

    Examples
    --------
    >>> chinese()["steady state"]
    '稳态'
    """
    found: dict[str, str] = {}
    for table, column in TABLES.items():
        path = files.root() / "datasets" / f"{table}.csv"
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found.setdefault(_key(row[column]), row["chinese"])
    return found


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()
