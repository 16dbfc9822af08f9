"""The whole ledger, computed once for all test files of a process: it takes seconds."""

from __future__ import annotations

import functools
from unittest import mock

import pandas as pd

from loyaltylab import claims
from loyaltylab.base.ledger import Finding
from loyaltylab.claims import ledger


@functools.cache
def findings() -> dict[str, list[Finding]]:
    """Return what the function of each claim finds, by the function's name."""
    return {name: claims.function(name)() for name in claims.table()["check"] if name}


@functools.cache
def everything() -> pd.DataFrame:
    """Return what ``claims.check()`` returns; nobody may change it."""
    with mock.patch.object(ledger, "function", lambda name: lambda: findings()[name]):
        return claims.check()


@functools.cache
def contradicting() -> pd.DataFrame:
    """Return what ``claims.contradictions()`` returns; nobody may change it."""
    return claims.contradictions()
