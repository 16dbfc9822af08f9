"""What the documents say about indicators and cases, recomputed from named inputs.

Each function recomputes the numbers of one claim of ``datasets/claims.csv`` and returns
findings: what follows from named inputs, and under which assumption. Where a case names no firm
and no figure, the finding says what is missing.
"""

from __future__ import annotations

from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import between, whole, wilson
from loyaltylab.satisfaction.intervals import net
from loyaltylab.scorecard.principles import HUMAN, PRINCIPLES, six_principles
from loyaltylab.scorecard.rules import visit_precision, visits_needed
from loyaltylab.scorecard.steps import STEPS

DOCUMENT_FOUR = (
    "satisfaction rate",
    "repurchase rate",
    "days to settle a complaint",
    "recommendation",
)
"""The four indicators of document 004 (claim C055) by their names on the example sheet."""
COUNTED = "counted in our own transcription"


def six_indicator_principles() -> list[Finding]:
    """Claim C052: six principles by which indicators are chosen.

    Examples
    --------
    >>> [f.computed for f in six_indicator_principles()]
    [6.0, 17.0, 2.0]
    """
    from loyaltylab.scorecard.measures import example_sheet

    rules = six_principles(example_sheet(), values=None, sources=None, today=None)
    never = {
        "the goals are those of the strategy",
        "numbers and words",
    }
    left = rules[rules["verdict"] == HUMAN]
    return [
        derived("principles", float(len(PRINCIPLES)), COUNTED),
        derived(
            "rules that this course makes of them",
            float(len(rules)),
            "the document gives no way to measure any; the rules and their numbers are ours",
        ),
        derived(
            "rules that no sheet can answer",
            float(left["rule"].isin(never).sum()),
            "somebody has to know the strategy, and read what customers wrote",
        ),
    ]


def eight_indicator_steps() -> list[Finding]:
    """Claim C053: eight steps from goals to feedback.

    Examples
    --------
    >>> [f.computed for f in eight_indicator_steps()]
    [8.0, 14.0]
    """
    columns = {c for s in STEPS for c in s.columns}
    return [
        derived("steps", float(len(STEPS)), COUNTED),
        derived(
            "columns of the sheet that hold a trace of them",
            float(len(columns)),
            "which column belongs to which step is this course's choice",
        ),
    ]


def four_indicators_to_track(
    promoters: float = 0.5, detractors: float = 0.2, n: int = 400
) -> list[Finding]:
    """Claim C055: satisfaction score, repurchase rate, time to settle, recommendation.

    Parameters
    ----------
    promoters, detractors
        Shares that give 9 or 10, and 0 to 6.
    n
        How many answered.

    Examples
    --------
    >>> [round(f.computed, 1) for f in four_indicators_to_track()]
    [4.0, 30.0, 7.6, 4.5]
    """
    promoters = between("promoters", promoters, 0, 1)
    detractors = between("detractors", detractors, 0, 1 - promoters)
    n = whole("n", n, 1, 10**9)
    score = promoters - detractors
    asked = f"{promoters:.0%} promoters, {detractors:.0%} detractors, {n:,} answers (illustrative)"
    found = net(promoters * n, detractors * n, n, 0.95)
    calm = net(max(score, 0.0) * n, max(-score, 0.0) * n, n, 0.95)
    return [
        derived("indicators", float(len(DOCUMENT_FOUR)), COUNTED),
        derived("net promoter score", 100 * score, f"{asked}; the document has no such name"),
        derived("half its interval", 50 * (found.upper - found.lower), f"95 %, {asked}"),
        derived(
            "half the interval of the same score without the other side",
            50 * (calm.upper - calm.lower),
            "the score hides how divided the answers are",
        ),
    ]


def served_well_or_badly(
    gain_well: float = 12.0,
    share_well: float = 6.0,
    gain_badly: float = 1.0,
    share_badly: float = -2.0,
    share: float = 10.0,
) -> list[Finding]:
    """Claim C068: firms that satisfy add 12 % and 6 % of share, others add 1 % and shed 2 %.

    In the source (PIMS, as Peters 1987 reports it) 12 % and 1 % are returns on sales. Read as
    growth of business, a firm's growth g and that of its share s leave for the market
    ``(1 + g)/(1 + s) − 1``, and that should be one number.

    Parameters
    ----------
    gain_well, gain_badly
        Growth of business as the document has it, percent a year.
    share_well, share_badly
        Change of market share, percent a year.
    share
        Market share of a firm today, percent (illustrative).

    Examples
    --------
    >>> [round(f.computed, 1) for f in served_well_or_badly()]
    [5.7, 3.1, 2.6, 15.0, 5.0]
    """
    well = between("gain_well", gain_well, -99, 1e6), between("share_well", share_well, -99, 1e6)
    badly = (
        between("gain_badly", gain_badly, -99, 1e6),
        between("share_badly", share_badly, -99, 1e6),
    )
    held = between("share", share, 0, 100, open_ends=True)
    one, two = (100 * ((1 + g / 100) / (1 + s / 100) - 1) for g, s in (well, badly))
    growth = "12 % and 1 % read as growth of business, share as relative change, one market"
    points = f"share read as points a year, from {held:g} %"
    return [
        derived("growth of the market by the one who serves well (percent)", one, growth),
        derived("growth of the market by the one who serves badly (percent)", two, growth),
        derived("by how much the two clash (points)", one - two, growth),
        derived("years until it owns the market", _years(100 - held, well[1]), points),
        derived("years until the other is gone", _years(held, -badly[1]), points),
    ]


def _years(way: float, pace: float) -> float | None:
    """Return how many years a way takes, or None where it goes the other way."""
    return way / pace if pace > 0 else None


def brand_delivery_index(
    visits: int = 12, restaurants: int = 109, nineties: float = 0.57
) -> list[Finding]:
    """Claim C116: a delivery index of phone line, monthly mystery visit, and audit.

    Parameters
    ----------
    visits
        Visits to a restaurant in a year.
    restaurants, nineties
        A later programme (Entrepreneur, 12 March 2003): how many restaurants, and which share
        of them kept mystery scores in the nineties.

    Examples
    --------
    >>> [round(f.computed, 3) for f in brand_delivery_index()]
    [3.0, 0.144, 0.25, 97.0, 0.475, 0.658]
    """
    restaurants = whole("restaurants", restaurants, 1, 10**9)
    share = between("nineties", nineties, 0, 1)
    errors = visit_precision(visits)["error"]
    lower, upper = wilson(round(share * restaurants), restaurants)
    later = f"{share:.0%} of {restaurants} restaurants of a later programme, 95 %"
    return [
        derived("feeds", 3.0, f"{COUNTED}; how they are weighed is not said"),
        derived("standard error of a pass rate", float(errors[0]), f"{visits} visits, half pass"),
        derived("the same for one mode", float(errors[1]), "three modes by turns"),
        derived("visits for ±10 points", float(visits_needed(0.10)), "95 %, half pass"),
        derived("scores in the nineties, lower end", float(lower), later),
        derived("scores in the nineties, upper end", float(upper), later),
    ]
