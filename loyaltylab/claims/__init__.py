"""Every claim of the five documents: what it says, what holds it up, and what computes it.

The ledger and its verdicts, what a function computes of each claim, the pairs of claims that
contradict each other with their arithmetic, and where in the notebooks a claim is discussed.
"""

from loyaltylab.claims.ledger import (
    BRACKETED,
    UNCOMPUTED,
    VERDICTS,
    check,
    drift,
    function,
    summary,
    table,
    verdict_text,
)
from loyaltylab.claims.pairs import KINDS, contradictions
from loyaltylab.claims.places import where

__all__ = [
    "BRACKETED",
    "KINDS",
    "UNCOMPUTED",
    "VERDICTS",
    "check",
    "contradictions",
    "drift",
    "function",
    "summary",
    "table",
    "verdict_text",
    "where",
]
