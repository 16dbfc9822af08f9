"""The ledger of claims: its table, its verdicts, what computes a claim, and what drifted."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any, cast

import pandas as pd

from loyaltylab import datasets
from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.ledger import Finding

VERDICTS = (
    "exact arithmetic",
    "model-dependent",
    "sourced, qualified",
    "folklore",
    "cannot be reproduced",
    "definition",
)
FARES = ("agrees", "disagrees", "either", "nothing to compare", "reason alone")
"""How a claim fares beside what is computed; the last where nothing computes it."""
BRACKETED = ("model-dependent", "cannot be reproduced")
"""Verdicts that say no more without their condition: the assumption, or what is missing."""


def table(chapter: str | None = None) -> pd.DataFrame:
    """Return the ledger: one row per claim.

    Parameters
    ----------
    chapter
        A chapter's name, such as ``"bucket"``; None returns all 136 claims.

    Returns
    -------
    pandas.DataFrame
        ``claim, chapter, document, topic, statement, documented_value, unit, verdict,
        condition, reason, source, caveat, verified, check``. ``condition`` is what stands in
        the brackets of a verdict: the assumption of a model, or what is missing; ``reason``
        supports the verdict. ``check`` names the function that computes the claim, and is
        empty where nothing does; ``verified`` says whether the source's figures were read or
        are only reported.

    Examples
    --------
    >>> list(table("bucket")["claim"])
    ['C066', 'C067', 'C069', 'C105', 'C106']
    """
    ledger = datasets.load("claims").fillna("")
    if chapter is None:
        return ledger
    known = list(dict.fromkeys(ledger["chapter"]))
    if not isinstance(chapter, str) or chapter not in known:
        raise InputError(
            f"There is no chapter {shown(chapter)}{nearest(chapter, known)}; there are"
            f" {', '.join(known)}."
        )
    return ledger[ledger["chapter"] == chapter].reset_index(drop=True)


def verdict_text(verdict: str, condition: str) -> str:
    """Return a verdict in full, with its condition in brackets.

    Examples
    --------
    >>> verdict_text("model-dependent", "under constant retention")
    'model-dependent (under constant retention)'
    >>> verdict_text("folklore", "")
    'folklore'
    """
    return f"{verdict} ({condition})" if condition else verdict


def check(chapter: str | None = None) -> pd.DataFrame:
    """Recompute every claim that a function computes, and say whether it agrees.

    Parameters
    ----------
    chapter
        A chapter's name, or None for all.

    Returns
    -------
    pandas.DataFrame
        ``claim, chapter, reading, documented, computed, agrees, tolerance, assumption``.
        ``agrees`` is True, False, or missing where the document prints no number or nothing
        computes one: such a claim is never counted as reproduced. A claim may have several
        rows, one per reading; a claim that nothing computes has one, with both missing.

    Examples
    --------
    >>> check("bucket").loc[lambda d: d["claim"] == "C067", ["documented", "computed"]].head(2)
       documented  computed
    6        10.0       1.0
    7        10.0       1.0
    """
    rows: list[tuple[Any, ...]] = []
    for claim in table(chapter).itertuples():
        findings = function(str(claim.check))() if claim.check else [UNCOMPUTED]
        rows += [
            (claim.claim, claim.chapter, *f[:3], f.agrees, f.tolerance, f.assumption)
            for f in findings
        ]
    names = ["claim", "chapter", "reading", "documented", "computed", "agrees"]
    frame = pd.DataFrame(rows, columns=[*names, "tolerance", "assumption"])
    kinds = {"documented": "float64", "computed": "float64", "agrees": "boolean"}
    return frame.astype(kinds)


def function(name: str) -> Callable[[], list[Finding]]:
    """Return the function that a ``check`` cell names, such as ``bucket.several_times``.

    Examples
    --------
    >>> function("bucket.several_times").__name__
    'several_times'
    """
    return cast(Callable[[], list[Finding]], named(name))


def named(name: str) -> Callable[..., Any]:
    """Return what a dotted name below ``loyaltylab`` stands for.

    Examples
    --------
    >>> named("claims.ledger.check") is check
    True
    """
    module, _, attribute = name.rpartition(".")
    found = getattr(importlib.import_module(f"loyaltylab.{module}"), attribute)
    return cast(Callable[..., Any], found)


def summary(checked: pd.DataFrame | None = None, notebooks: int | None = None) -> str:
    """Say in one line what the verdicts are, and how the claims fare that a function examines.

    Parameters
    ----------
    checked
        What :func:`check` returned; computed anew when None.
    notebooks
        How many notebooks were run again; None says nothing of them.

    Examples
    --------
    >>> summary().split(":")[0]
    '136 claims'
    """
    checked = check() if checked is None else checked
    ledger = table()
    verdicts = ledger["verdict"][ledger["claim"].isin(checked["claim"])].value_counts()
    kinds = ", ".join(f"{verdicts.get(v, 0)} {v.replace(',', ' and')}" for v in VERDICTS)
    found = fares(checked).value_counts()
    agree, disagree, either, none, alone = (int(found.get(word, 0)) for word in FARES)
    without = f", and {alone} have a reason alone" if alone else ""
    ran = "" if notebooks is None else f"; {notebooks} notebook{'s' * (notebooks != 1)} re-run"
    return (
        f"{checked['claim'].nunique()} claims: {kinds}; set against what a function computes,"
        f" {agree} agree, {disagree} disagree and {either} do either by the reading; {none} leave"
        f" nothing to compare, so that they are not reproduced{without}{ran}."
    )


def fares(checked: pd.DataFrame) -> pd.Series[str]:
    """Say of each claim how it fares beside what is computed, in one of the words of ``FARES``.

    Examples
    --------
    >>> fares(check("bucket"))[["C066", "C067"]].tolist()
    ['nothing to compare', 'disagrees']
    """
    agrees = checked.groupby("claim")["agrees"]
    yes = agrees.apply(lambda a: a.eq(True).any()).astype(bool)
    no = agrees.apply(lambda a: a.eq(False).any()).astype(bool)
    alone = checked["reading"].eq("").groupby(checked["claim"]).all()
    found = pd.Series(FARES[3], index=yes.index)
    for word, these in zip(
        [*FARES[:3], FARES[4]], [yes & ~no, no & ~yes, yes & no, alone], strict=True
    ):
        found[these] = word
    return found


def drift(checked: pd.DataFrame, reference: pd.DataFrame) -> list[str]:
    """Compare computed values with the accepted ones; return one sentence per difference.

    Parameters
    ----------
    checked
        What :func:`check` returned.
    reference
        The accepted table, such as ``datasets.load("claims_computed")``.

    Examples
    --------
    >>> drift(check("bucket"), check("bucket"))
    []
    """
    key = ["claim", "reading", "assumption"]
    both = reference[reference["computed"].notna()].merge(
        checked[checked["computed"].notna()], on=key, how="outer", suffixes=("_then", "_now")
    )
    sentences = []
    for row in both.itertuples():
        then, now = cast(float, row.computed_then), cast(float, row.computed_now)
        if pd.isna(then) or pd.isna(now):
            state = "is new, not accepted yet" if pd.isna(then) else "is no longer computed"
            sentences.append(f"{row.claim}, {row.reading} ({row.assumption}): {state}.")
        elif not math.isclose(then, now, rel_tol=1e-9, abs_tol=1e-9):
            state = f"{now:.12g}, accepted was {then:.12g}"
            sentences.append(f"{row.claim}, {row.reading} ({row.assumption}): {state}.")
    return sentences


UNCOMPUTED = Finding("", None, None, 0.0, "nothing to compute; the reason stands in the ledger")
