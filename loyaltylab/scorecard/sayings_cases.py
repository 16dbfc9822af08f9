"""What the documents tell of single firms: what it takes to believe it, and what is missing.

None of these cases gives a figure that could be recomputed as an effect; the findings say what
follows from the numbers that there are, and name what is missing.
"""

from __future__ import annotations

from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import between, whole

COUNTED = "counted in our own transcription"


def e_commerce_case(changes: int = 4) -> list[Finding]:
    """Claim C084: a shop mended four things, and satisfaction and loyalty went up.

    Parameters
    ----------
    changes
        How many things were changed at once: quality, answers, points, call-backs.

    Examples
    --------
    >>> [f.computed for f in e_commerce_case()]
    [None, 15.0]
    """
    return _case(
        "effect on satisfaction and loyalty",
        "missing: firm, year, figures, a control group, the trend and season before",
        changes,
    )


def luxury_case(numbers: int = 0) -> list[Finding]:
    """Claim C085: a high-end brand is said to have gained by managing its customers.

    Parameters
    ----------
    numbers
        How many figures the document shows of those that it announces.

    Examples
    --------
    >>> [f.computed for f in luxury_case()]
    [None, 0.0]
    """
    shown = whole("numbers", numbers, 0, 1000)
    return [
        derived(
            "effect on satisfaction and loyalty", None, "missing: firm, year, figures, control"
        ),
        derived("figures shown", float(shown), "the document announces data; " + COUNTED),
    ]


def sales_up_235(rise: float = 235.0, research: float = 3.0, changes: int = 3) -> list[Finding]:
    """Claim C107: 3 % of sales for new products, five warehouses, 24 hours; sales up 235 %.

    Parameters
    ----------
    rise
        By how much sales rose, percent.
    research
        Spent on new products, percent of sales before the rise.
    changes
        How many things were changed at once: products, warehouses, delivery.

    Examples
    --------
    >>> [f.computed and round(f.computed, 2) for f in sales_up_235()]
    [3.35, 2.35, 0.9, None, 7.0]
    """
    rise = between("rise", rise, -100, 1e9)
    spent = between("research", research, 0, 100)
    times = 1 + rise / 100
    budget = spent / times if times > 0 else None
    case = "missing: firm, base, other years, a firm without the changes"
    return [
        derived("sales as a multiple of the base", times, "up by 235 %: 1 + 2.35"),
        derived("often misread as the multiple", rise / 100, "up to 235 % of the base"),
        derived("the same budget for research, percent of sales afterwards", budget, "not raised"),
        *_case("effect of the changes", case, changes),
    ]


def _case(effect: str, missing: str, changes: int) -> list[Finding]:
    """Return what a case without control says of its effect, and which causes stay possible."""
    n = whole("changes", changes, 1, 50)
    return [
        derived(effect, None, missing),
        derived(
            "sets of the changes that may have done it",
            float(2**n - 1),
            f"{n} changes at once: 2^{n} − 1, and none of them is possible, too",
        ),
    ]


def mitsubishi_elevator(
    satisfaction: float = 1998.0, loyalty: float = 2001.0, adopters: float = 0.5
) -> list[Finding]:
    """Claim C109: satisfaction from 1998, loyalty from the end of 2000, then first nationwide.

    Parameters
    ----------
    satisfaction, loyalty
        When each was taken up; 2001.0 is the end of 2000.
    adopters
        Which share of the industry's firms took up such a programme (illustrative).

    Examples
    --------
    >>> [f.computed for f in mitsubishi_elevator()]
    [3.0, None, 0.5]
    """
    first = between("satisfaction", satisfaction, 1900, 2100)
    second = between("loyalty", loyalty, first, 2100)
    adopters = between("adopters", adopters, 0, 1)
    return [
        derived("years from satisfaction to loyalty", second - first, "at most: from early 1998"),
        derived("effect on its place", None, "missing: any figure, its place before, its rivals"),
        derived(
            "chance that the first is an adopter if the programme does nothing",
            adopters,
            f"{adopters:.0%} of the firms adopt, and all are equally likely to be first",
        ),
    ]
