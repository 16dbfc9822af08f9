"""Pairs of statements that cannot both hold, within a document or between two, with arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pandas as pd

from loyaltylab import datasets
from loyaltylab.claims.ledger import named
from loyaltylab.claims.sides import Sides

KINDS = ("numbers", "logic", "definition", "order")
"""What clashes: two numbers, two statements, two classifications, or two orders."""
EVIDENCE = "evidence"
"""In place of a document: a study that the ledger holds against it."""
PAIR = ["pair", "claim_a", "document_a", "claim_b", "document_b", "kind", "place"]
PAIR += ["says_a", "says_b", "why"]


def contradictions() -> pd.DataFrame:
    """Return the pairs of claims that contradict each other, with the arithmetic computed.

    The pairs, and why each cannot be, are in ``datasets/contradictions.csv``; the numbers come
    from the function that it names, every time anew.

    Returns
    -------
    pandas.DataFrame
        ``pair, claim_a, document_a, claim_b, document_b, kind, place, says_a, says_b, why,
        quantity, by_a, by_b, difference, assumption``: one row per quantity; a pair may have
        several. ``by_a`` is what the first statement makes of the quantity, ``by_b`` the second.
        ``place`` is "within one document", "between documents" or "against evidence".

    Examples
    --------
    >>> contradictions().query("claim_a == 'C079'")[["by_a", "by_b"]].round(6).values.tolist()[0]
    [10.0, 69.0]
    """
    rows = [
        (*[getattr(pair, name) for name in PAIR], *line[:3], line.difference, line.assumption)
        for pair in listed().itertuples()
        for line in arithmetic(str(pair.function))
    ]
    names = [*PAIR, "quantity", "by_a", "by_b", "difference", "assumption"]
    return pd.DataFrame(rows, columns=names).astype({"by_a": "float64", "by_b": "float64"})


def listed() -> pd.DataFrame:
    """Return the pairs without their arithmetic, as they stand in the file.

    Examples
    --------
    >>> set(listed()["place"]) >= {"within one document", "between documents"}
    True
    """
    path = datasets.folder() / "contradictions.csv"
    pairs = pd.read_csv(path, dtype=str, keep_default_na=False)
    places = [_place(a, b) for a, b in zip(pairs["document_a"], pairs["document_b"], strict=True)]
    return pairs.assign(place=places)


def _place(first: str, second: str) -> str:
    if EVIDENCE in (first, second):
        return "against evidence"
    return "within one document" if first == second else "between documents"


def arithmetic(name: str) -> list[Sides]:
    """Return the lines that the function of a pair computes.

    Examples
    --------
    >>> arithmetic("claims.pairs_talk.shop_rules")[0].by_b
    1.0
    """
    return cast(Callable[[], list[Sides]], named(name))()
