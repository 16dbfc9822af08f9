"""Reasons for leaving: put into categories by rules that can be seen and changed, and counted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, take

RULES: dict[str, tuple[str, ...]] = {
    "core_failure": (
        "defect", "broken", "fault", "wrong", "mistake", "error", "outage", "coverage", "quality",
        "slow connection", "dropped", "billing", "overcharged", "故障", "质量", "信号", "出错",
    ),
    "encounter_failure": (
        "rude", "impolite", "uncaring", "unfriendly", "indifferent", "ignored", "unhelpful",
        "staff", "attitude", "态度", "冷漠", "不礼貌",
    ),
    "price": (
        "price", "expensive", "=fee", "fees", "charge", "cheaper", "too much money", "cost",
        "tariff", "价格", "太贵", "资费",
    ),
    "inconvenience": (
        "far away", "distance", "opening hours", "waiting", "queue", "waited", "inconvenient",
        "appointment", "不方便", "排队", "等太久",
    ),
    "response_failure": (
        "no reply", "no answer", "never answered", "complaint", "did not respond", "refused to",
        "nothing was done", "投诉", "没有答复",
    ),
    "competition": (
        "competitor", "better offer", "rival", "other provider", "better service elsewhere",
        "竞争", "别家",
    ),
    "ethics": ("cheat", "dishonest", "lied", "pressure", "unsafe", "conflict of interest", "欺骗"),
    "involuntary": (
        "moved", "moving house", "relocat", "closed down", "died", "deceased", "no longer need",
        "搬家", "去世",
    ),
}  # fmt: skip
"""Words by category of Keaveney (1995). The categories are hers, the words this course's own."""


def classify_reasons(
    data: Data,
    *,
    text: Hashable = "reason",
    rules: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Put what leavers said into categories, by the words in it; several may apply, or none.

    A rule is a list of beginnings of words: ``"relocat"`` finds "relocated"; ``"=fee"`` finds that
    whole word alone, and no "feeling". Upper and lower case and full-width letters are alike, and
    Chinese is found anywhere. The rules that come with the course are English and simplified
    Chinese: other languages, traditional characters and misspelt words stay unclassified. No rule
    understands a "not" ("not expensive" counts as price), praise ("the staff was great" counts as
    a failure of staff) or a second sense ("moved to a competitor" counts as a move as well). So
    read a part of the answers, code it by hand, and ask :func:`agreement`.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per leaver.
    text
        Column of what he said. Missing, empty, or without a letter or digit ("-") is no answer.
    rules
        Words by category; :func:`reason_rules` when None. The names become columns.

    Returns
    -------
    pandas.DataFrame
        One row per leaver, in the order given: ``answered``, a True/False column for each
        category, ``causes`` (how many apply), ``unclassified`` (answered, and no rule applies).

    Raises
    ------
    InputError
        For a missing column, a text that is none, or rules that are no lists of words.

    Examples
    --------
    >>> said = pd.DataFrame({"reason": ["Too expensive, and the staff was rude", "no idea", None]})
    >>> classify_reasons(said)[["answered", "price", "encounter_failure", "unclassified"]]
       answered  price  encounter_failure  unclassified
    0      True   True               True         False
    1      True  False              False          True
    2     False  False              False         False
    """
    wanted = _rules(RULES if rules is None else rules)
    frame = read(data).reset_index(drop=True)
    take(frame.assign(**{"_row": 0}), it=Column("_row", "number"))
    said = _texts(frame, text)
    answered = said != ""
    made = {name: said.str.contains(pattern, regex=True) for name, pattern in wanted.items()}
    table = pd.DataFrame({"answered": answered, **made})
    causes = table[list(wanted)].sum(axis=1).astype(int)
    return table.assign(causes=causes, unclassified=answered & (causes == 0))


def reason_rules() -> dict[str, tuple[str, ...]]:
    """Return the words by category, to be read, changed, and given to :func:`classify_reasons`.

    The categories are those of Keaveney (1995), the words this course's own.

    Examples
    --------
    >>> rules = reason_rules()
    >>> rules["price"] += ("rebate",)
    >>> classify_reasons(pd.DataFrame({"reason": ["no rebate"]}), rules=rules)["price"].tolist()
    [True]
    """
    return dict(RULES)


def _rules(rules: Any) -> dict[str, str]:
    """Turn lists of words into one pattern for each category."""
    advice = "rules must be a dict of category: list of words"
    if not isinstance(rules, Mapping) or not rules:
        raise InputError(f"{advice}, not {shown(rules)}.")
    made = {}
    for name, words in rules.items():
        listed = list(words) if isinstance(words, list | tuple | set) else []
        good = all(isinstance(word, str) and _plain(word) for word in listed)
        if not listed or not good or not isinstance(name, str):
            raise InputError(f"{advice}, but {shown(name)} has {shown(words)}.")
        if name in ("answered", "causes", "unclassified"):
            raise InputError(f"A category must not be called {shown(name)}; rename it.")
        made[name] = "|".join(_pattern(_plain(word)) for word in listed)
    return made


def _pattern(word: str) -> str:
    whole = word.startswith("=") and len(word) > 1
    bare = word[1:].strip() if whole else word
    start = r"\b" if bare[:1].isascii() and bare[:1].isalnum() else ""
    return start + re.escape(bare) + (r"\b" if whole else "")


def _plain(text: str) -> str:
    """Return a text in lower case, full-width letters made plain; empty if nothing is said."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    return plain if any(letter.isalnum() for letter in plain) else ""


def _texts(frame: pd.DataFrame, text: Hashable) -> pd.Series[str]:
    """Return texts in lower case; what is missing is an empty one."""
    filled = frame.copy(deep=False)
    if text in filled.columns and int((filled.columns == text).sum()) == 1:
        filled[text] = filled[text].astype(object).where(filled[text].notna(), "")
    values = take(filled, it=Column(text, "group"))["it"]
    wrong = ~values.map(lambda v: isinstance(v, str)).astype(bool)
    if wrong.any():
        raise InputError(
            f"Column {shown(text)} must hold what leavers said, but row"
            f" {wrong.idxmax()} holds {shown(values[wrong].iloc[0])}; turn codes into words first."
        )
    return values.astype(str).map(_plain)
