"""What the document says of the bank, each claim recomputed from named inputs.

Each function recomputes the numbers of one claim of ``datasets/claims.csv`` and returns
findings. Most of these claims are schemes and not measurements: what can be computed is
whether the scheme is complete, and what it leaves open.
"""

from __future__ import annotations

import dataclasses

import pandas as pd

from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import positive, whole
from loyaltylab.matrix.counter import QueueFavour
from loyaltylab.matrix.cuts import classify
from loyaltylab.matrix.levels import LEVELS, preference
from loyaltylab.matrix.sheet import SHEET

SOURCE = "looked up and not computed: the source gives 16 June 1812, City Bank of New York"


def four_preference_levels(low: float = 2.0, high: float = 4.0) -> list[Finding]:
    """Claim C031: liking joined with a comparison with rivals gives four levels.

    Only the ends of the order were read, so that both orders of the middle are run.

    Parameters
    ----------
    low, high
        An answer below and one above the middle of the scale from 1 to 5.

    Raises
    ------
    InputError
        If an answer is not from 1 to 5.

    Examples
    --------
    >>> [(f.reading, f.computed) for f in four_preference_levels()][:2]
    [('levels of preference', 4), ('corners whose level depends on the order assumed', 2)]
    """
    corners = pd.DataFrame(
        [(a, b) for a in (low, high) for b in (low, high)], columns=["liking", "comparison"]
    )
    one = preference(corners, cut=3, order="differentiation_first")["preference"]
    other = preference(corners, cut=3, order="strength_first")["preference"]
    return [
        Finding("levels of preference", 4.0, one.nunique(), 0.0, "two answers, high or low each"),
        derived(
            "corners whose level depends on the order assumed",
            int((one.astype(str) != other.astype(str)).sum()),
            "weak + different and strong + alike; their order is reported, not verified",
        ),
    ]


def four_bank_segments(preference_cut: float = 2.5, repeat_cut: float = 0.5) -> list[Finding]:
    """Claim C032: preference crossed with repeat choice gives four segments.

    Nothing says how the four levels fold into high and low. All ways that keep their order
    are run on the eight cells of four levels and two sorts of behaviour.

    Parameters
    ----------
    preference_cut
        Cut between the levels 1 to 4; 2.5 puts high and highest together.
    repeat_cut
        Cut on the share of purchases, from 0 to 1.

    Raises
    ------
    InputError
        If a cut lies outside its scale.

    Examples
    --------
    >>> [f.computed for f in four_bank_segments()]
    [4, 3, 4]
    """
    cells = pd.DataFrame(
        [(name, share) for name in LEVELS for share in (0.0, 1.0)], columns=["preference", "share"]
    )

    def segments(cut: float) -> pd.Series[str]:
        return classify(cells, split=(cut, repeat_cut))["segment"].astype(str)

    folds = pd.DataFrame({i: segments(i + 0.5) for i in range(1, len(LEVELS))})
    return [
        Finding(
            "segments",
            4.0,
            segments(preference_cut).nunique(),
            0.0,
            f"levels cut at {preference_cut:g} of 1 to 4, share at {repeat_cut:g}",
        ),
        derived(
            "ways to fold four ordered levels into two",
            len({tuple(folds[i]) for i in folds}),
            "the order of the levels is kept and neither side is empty",
        ),
        derived(
            "cells of eight whose segment depends on the way of folding",
            int((folds.nunique(axis=1) > 1).sum()),
            "four levels by two sorts of behaviour",
        ),
    ]


def bank_founded(source_year: int = 1812) -> list[Finding]:
    """Claim C033: the bank dates from 1812.

    A fact of history: it is looked up in a source and held beside the document.

    Parameters
    ----------
    source_year
        Year that the source gives.

    Raises
    ------
    InputError
        If the year is no whole number of four digits.

    Examples
    --------
    >>> bank_founded()[0].computed
    1812
    """
    year = whole("source_year", source_year, 1000, 9999)
    return [derived("year of founding, as the source has it", year, SOURCE)]


def measured_in_the_fifties(published: int = 1994, popular: int = 1995) -> list[Finding]:
    """Claim C034: the bank is said to have measured its customers' loyalty in the 1950s.

    No evidence was found. What can be computed is by how much the scheme that the document
    describes would have come before its own publication.

    Parameters
    ----------
    published, popular
        Years of Dick & Basu and of Griffin.

    Raises
    ------
    InputError
        If a year is no whole number from 1960 on.

    Examples
    --------
    >>> [f.computed for f in measured_in_the_fifties()]
    [None, 35, 45]
    """
    first, last = (
        whole(name, year, 1960, 9999)
        for name, year in (("published", published), ("popular", popular))
    )
    untold = "nothing to compute it from: no evidence of any kind was found"
    return [
        Finding("decade of the measurement", 1950.0, None, 0.0, untold),
        derived(
            "years from the end of the 1950s to the scheme's publication, at least",
            first - 1959,
            f"published in {first}, the measurement in 1959",
        ),
        derived(
            "years from the start of the 1950s until it was popular, at most",
            last - 1950,
            f"made popular in {last}, the measurement in 1950",
        ),
    ]


def bank_indicators() -> list[Finding]:
    """Claim C035: the bank watches four indicators.

    The document's words name seven measures under them, and no scale, weight or figure.

    Examples
    --------
    >>> [f.computed for f in bank_indicators()]
    [4, 7, None]
    """
    sheet = pd.DataFrame(SHEET, columns=["indicator", "document", "measure"])
    return [
        derived("indicators", sheet["indicator"].nunique(), "counted in the document's words"),
        derived("measures named under them", len(sheet), "as this chapter reads the words"),
        derived("the bank's figures", None, "the document prints no scale, weight or figure"),
    ]


def counter_case(waited: float = 60.0, minutes: float = 10.0, waiting: int = 8) -> list[Finding]:
    """Claim C036: a man who has waited an hour wants to be served at once.

    The document prints two numbers and no answer. Under named, illustrative values of time,
    of a customer and of the chances that he leaves, the favour pays below a length of queue
    that depends on how he is read.

    Parameters
    ----------
    waited
        What he has waited (minutes); the document's.
    minutes
        What the favour costs each of the others (minutes); the document's.
    waiting
        How many others wait; not told, illustrative.

    Raises
    ------
    InputError
        If a number of minutes is not above 0, or ``waiting`` no whole number >= 0.

    Examples
    --------
    >>> [round(f.computed, 1) for f in counter_case()]
    [6.0, 80.0, 8.0, 20.0]
    """
    waited, minutes = positive("waited", waited), positive("minutes", minutes)
    cases = {
        name: dataclasses.replace(make(waiting), minutes=minutes)
        for name, make in (("loyal", QueueFavour.loyal), ("inert", QueueFavour.inert))
    }
    return [
        derived(
            "favours like his that make up his own wait",
            waited / minutes,
            f"{waited:g} minutes waited, {minutes:g} minutes a favour (both printed)",
        ),
        derived(
            "minutes that the others wait longer, together",
            float(waiting * minutes),
            f"{waiting} waiting (illustrative)",
        ),
        *(
            derived(
                f"people waiting with whom the favour comes out even, if he is {name}",
                case.break_even,
                f"a minute is worth {case.minute_value:g}; {case.leave_if_delayed:.1%} of the"
                f" delayed leave, worth {case.other_value:g} each; he is worth"
                f" {case.lifetime_value:g} and leaves with {case.leave_if_refused:.0%} if refused,"
                f" {case.leave_if_served:.0%} if served (all illustrative)",
            )
            for name, case in cases.items()
        ),
    ]
