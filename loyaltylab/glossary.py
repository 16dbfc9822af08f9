"""The field's terms in English and Chinese, and what the five documents call them."""

from __future__ import annotations

import functools
import html
import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from loyaltylab import datasets
from loyaltylab.base.errors import InputError, nearest, shown

PINYIN = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]+\)")
"""Pinyin that digitisation left within words of document 004."""
ALL = ["term", "chinese", "document_term"]


@dataclass(frozen=True, kw_only=True)
class Term:
    """One term: its names, where it is taught, what it means, what it is easily taken for.

    Examples
    --------
    >>> churn = term("churn")
    >>> churn.chinese, churn.chapter
    ('流失', 'bucket')
    """

    term: str
    chinese: str
    document_term: str
    document: str
    chapter: str
    definition: str
    not_to_be_confused_with: str
    symbol: str
    unit: str

    def _lines(self) -> list[tuple[str, str]]:
        """Return what is known, line by line, and nothing that is empty."""
        said = f"{self.document_term} (document {self.document})" if self.document_term else ""
        lines = [
            ("meaning", self.definition),
            ("not", self.not_to_be_confused_with),
            ("in the documents", said),
            ("symbol", self.symbol),
            ("unit", self.unit),
            ("chapter", self.chapter),
        ]
        return [(name, text) for name, text in lines if text]

    def __str__(self) -> str:
        head = f"{self.term}  {self.chinese}"
        return "\n".join([head, *(f"  {name}: {text}" for name, text in self._lines())])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Show a card in a notebook."""
        head = f'<b>{html.escape(self.term)}</b> <span lang="zh">{self.chinese}</span>'
        rows = (f"<dt>{n}</dt><dd>{html.escape(text)}</dd>" for n, text in self._lines())
        return f"<div>{head}<dl>{''.join(rows)}</dl></div>"


def table(chapter: str | None = None) -> pd.DataFrame:
    """Return the glossary, of one chapter or of all.

    Parameters
    ----------
    chapter
        A chapter's name, such as ``"curve"`` (``"welcome"`` is chapter 00); None for all. A
        term stands in the chapter that teaches it first.

    Returns
    -------
    pandas.DataFrame
        Columns term, chinese, document_term (as it is printed in the document, stray pinyin of
        document 004 included; empty where the documents have no word for it), document, chapter,
        definition, not_to_be_confused_with, symbol, unit.

    Raises
    ------
    InputError
        For a chapter that does not exist.

    Examples
    --------
    >>> table("bucket")["term"].head(3).tolist()
    ['leaky bucket', 'churn', 'churn rate']
    """
    frame = _read().copy()
    if chapter is None:
        return frame
    names = frame["chapter"].unique()
    if not isinstance(chapter, str) or chapter not in names:
        raise InputError(
            f"There is no chapter {shown(chapter)} in the glossary{nearest(chapter, names)};"
            f" the chapters are {', '.join(names)}."
        )
    return frame[frame["chapter"] == chapter].reset_index(drop=True)


@functools.cache
def _read() -> pd.DataFrame:
    return pd.read_csv(datasets.folder() / "glossary.csv", dtype=str, keep_default_na=False)


def term(name: str) -> Term:
    """Return the card of one term, by its English, its Chinese or its documents' name.

    Parameters
    ----------
    name
        The whole term in any of the three; capitals and spaces at its ends do not count.

    Returns
    -------
    Term
        Prints as a card.

    Raises
    ------
    InputError
        For a name that is not in the glossary; it names the nearest one.

    Examples
    --------
    >>> term("虚假忠诚")
    false loyalty  虚假忠诚
      meaning: Staying that would end if a barrier fell.
      not: inert customers, who stay from habit though nothing holds them
      in the documents: 虚假忠诚 (document 000)
      unit: share
      chapter: curve
    """
    frame = table()
    wanted = _plain(_text("name", name))
    for column in ALL:
        rows = frame[frame[column].map(_plain) == wanted]
        if wanted and len(rows):
            return Term(**{str(k): str(v) for k, v in rows.iloc[0].items()})
    names = [*frame["term"], *frame["chinese"], *frame["document_term"].map(_plain)]
    raise InputError(
        f"The glossary has no term {shown(name)}{nearest(wanted, names)}; search in it with"
        f" glossary.find('…')."
    )


def find(text: str) -> pd.DataFrame:
    """Return the rows that hold a text in any column, those with it in a name first.

    Parameters
    ----------
    text
        A part of a word in English or Chinese; capitals do not count.

    Returns
    -------
    pandas.DataFrame
        As :func:`table`, perhaps without rows.

    Raises
    ------
    InputError
        When the text is empty or is none.

    Examples
    --------
    >>> find("recency")["term"].tolist()
    ['recency in BG/NBD', 'recency in RFM', 'RFM']
    """
    wanted = _plain(_text("text", text))
    if not wanted:
        raise InputError("text must not be empty; give a part of a word, such as 'loyal'.")
    plain: Any = table().map(_plain)
    held = plain.map(lambda cell: wanted in cell)
    order = (~held[ALL].any(axis=1))[held.any(axis=1)].sort_values(kind="stable")
    rows: pd.DataFrame = table().loc[order.index]
    return rows.reset_index(drop=True)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise InputError(f"{name} must be a word, not {shown(value)}; write it in quotes.")
    return value


def _plain(text: str) -> str:
    """Return a text as it is compared: without capitals, stray pinyin and spaces at its ends."""
    return PINYIN.sub("", " ".join(text.split()).casefold())
