"""What people tick: labels in English and Chinese, and the codes that they stand for."""

from __future__ import annotations

import numbers
import unicodedata
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.columns import checked
from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, rows
from loyaltylab.needs.grid import ANSWERS

Labels = Mapping[Any, int]

ENGLISH = {
    1: ("like", "i like it", "i like it that way", "i enjoy it that way", "enjoy"),
    2: ("expect", "i expect it", "must be", "it must be that way", "i expect it that way"),
    3: ("neutral", "i am neutral", "i'm neutral", "this would not affect me", "don't care"),
    4: (
        "live with",
        "i can live with it",
        "i can live with it that way",
        "tolerate",
        "i can tolerate it",
    ),
    5: ("dislike", "i dislike it", "i dislike it that way"),
}
CHINESE = {
    1: ("喜欢", "我喜欢", "很喜欢", "我很喜欢", "非常喜欢", "喜歡", "我喜歡"),
    2: ("理应如此", "理所当然", "应该如此", "必须如此", "它理应如此", "理應如此"),
    3: ("无所谓", "我无所谓", "中立", "無所謂"),
    4: ("能忍受", "可以忍受", "我能忍受", "勉强接受", "可以勉强接受", "勉强可以接受", "勉強接受"),
    5: ("不喜欢", "我不喜欢", "很不喜欢", "我很不喜欢", "讨厌", "不喜歡", "我不喜歡"),
}
CODED = (1, 2, 3, 4, 5, 1.0, 2.0, 3.0, 4.0, 5.0)
NAMED = 3
"""How many unknown labels a sentence names."""


def known_labels() -> pd.DataFrame:
    """Return the labels that are understood without a mapping of your own.

    Case, spaces, hyphens, underscores, full-width letters and a full stop at the end make no
    difference.

    Returns
    -------
    pandas.DataFrame
        ``code`` (1 like to 5 dislike), ``answer``, ``language``, ``label``.

    Examples
    --------
    >>> table = known_labels()
    >>> list(table[table["language"] == "Chinese"].drop_duplicates("code")["label"])
    ['喜欢', '理应如此', '无所谓', '能忍受', '不喜欢']
    """
    sets = {"English": ENGLISH, "Chinese": CHINESE}
    found = [
        (code, ANSWERS[code - 1], language, label)
        for language, labels in sets.items()
        for code, words in labels.items()
        for label in words
    ]
    return pd.DataFrame(found, columns=["code", "answer", "language", "label"])


def plain(label: Any) -> Any:
    """Return a label without what makes no difference.

    Examples
    --------
    >>> plain("  Live-with. ")
    'live with'
    """
    if not isinstance(label, str):
        return label
    text = (
        unicodedata.normalize("NFKC", label)
        .casefold()
        .replace("\u2019", "'")
        .strip()
        .rstrip(".!\u3002\uff01")
    )
    return " ".join(text.replace("-", " ").replace("_", " ").split())


def codes(values: pd.Series[Any], column: Hashable, labels: Labels | None = None) -> pd.Series[Any]:
    """Return answers as codes 1 to 5; what is missing stays missing.

    Examples
    --------
    >>> codes(pd.Series(["like", None, "不喜欢"]), "functional").tolist()
    [1.0, nan, 5.0]
    """
    known = _built_in() if labels is None else _own(labels)
    given = values[values.notna()]
    if labels is None and values.dtype.kind in "iuf":
        _from_zero(given, column)
        checked(given, Column(column, "whole", 1, 5))
        return values.astype("float64")
    found = given.astype(object).map(lambda v: _code(v, known, labels is None))
    strange = found.isna()
    if strange.any():
        raise InputError(_unknown(given, strange, column, labels))
    out = np.full(len(values), np.nan)
    out[values.notna().to_numpy()] = found.to_numpy(dtype=float)
    return pd.Series(out, index=values.index)


def _from_zero(given: pd.Series[Any], column: Hashable) -> None:
    """Refuse codes 0 to 4 by their name: a 0 looks like no answer, and means like or dislike."""
    zero = given == 0
    if zero.any() and given.isin(range(5)).all():
        raise InputError(
            f"Column {shown(column)} must hold codes from 1 (like) to 5 (dislike), but runs from 0"
            f" to 4 ({rows(zero)} hold{'s' if zero.sum() == 1 else ''} 0); if 0 is like, give"
            " labels={0: 1, 1: 2, 2: 3, 3: 4, 4: 5}, and if it is no answer, make it missing."
        )


def _built_in() -> dict[Any, int]:
    table = known_labels()
    return dict(zip(table["label"].map(plain), table["code"], strict=True))


def _own(labels: Any) -> dict[Any, int]:
    """Check a mapping of the caller's own."""
    if not isinstance(labels, Mapping) or not labels:
        raise InputError(
            "labels must be a dict of your labels and their codes, as in {'love it': 1, 'hate it':"
            f" 5}}, not {shown(labels)}."
        )
    for label, code in labels.items():
        whole = isinstance(code, numbers.Integral) and not isinstance(code, bool)
        if not whole or not 1 <= code <= 5:
            raise InputError(
                f"labels must give each label a code from 1 (like) to 5 (dislike), but"
                f" {shown(label)} has {shown(code)}."
            )
    known: dict[Any, int] = {}
    for label, code in labels.items():
        if known.setdefault(plain(label), int(code)) != code:
            raise InputError(
                f"labels must give {shown(label)} one code, but it has {known[plain(label)]} and"
                f" {int(code)} (case, spaces and a full stop at the end make no difference)."
            )
    return known


def _code(value: Any, known: dict[Any, int], coded: bool) -> int | None:
    """Return the code of one answer, or None; where codes are understood, 1 to 5 are codes."""
    number = isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_)
    if coded and number:
        return int(value) if value in (1, 2, 3, 4, 5) else None
    if not number and not isinstance(value, str):  # True is no 1, and a list no label
        return None
    return known.get(plain(value))


def _unknown(
    given: pd.Series[Any], strange: pd.Series[bool], column: Hashable, labels: Labels | None
) -> str:
    """Name the labels that nobody knows, and the valid ones."""
    distinct = list(dict.fromkeys(shown(v) for v in given[strange.to_numpy()]))
    first = given[strange.to_numpy()].iloc[0]
    names = list(ENGLISH_SHORT) if labels is None else [str(label) for label in labels]
    more = f" and {len(distinct) - NAMED} more" if len(distinct) > NAMED else ""
    hint = nearest(plain(first), _built_in() if labels is None else names)
    valid = "1 to 5, " + ", ".join(names) if labels is None else ", ".join(names)[:120]
    if isinstance(first, str) and plain(first) in [str(code) for code in CODED]:
        hint = " (a code written as text; turn the column into numbers with pandas.to_numeric)"
    what = ", ".join(word[:30] for word in distinct[:NAMED])
    return (
        f"Column {shown(column)} must hold the answers {valid}, but {rows(strange)}"
        f" hold{'s' if strange.sum() == 1 else ''} {what}{more}{hint}; for labels of your own give"
        " labels={'your label': 1, …}."
    )


ENGLISH_SHORT = (*(words[0] for words in ENGLISH.values()), *(w[0] for w in CHINESE.values()))
