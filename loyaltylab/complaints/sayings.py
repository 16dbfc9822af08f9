"""What the documents say about complaints and talk, recomputed from named inputs.

Each function recomputes the numbers of one claim of ``datasets/claims.csv`` and returns
findings: what the document prints, what follows from named inputs, and under which assumption.
"""

from __future__ import annotations

import numpy as np

from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import between, whole, wilson
from loyaltylab.complaints.recovery import published_recovery
from loyaltylab.complaints.steps import STEPS, SevenSteps, step_needed

QUESTIONS = (
    "Is there a unit that registers, handles and settles complaints?",
    "Is there a plan of action that solves customers' problems?",
    "Is the reaction to dissatisfaction in time?",
    "Is there a department from which customers get a reasonable answer?",
    "Does what a sales manager cannot solve reach the right people in time?",
)
"""The self-test of document 002 (claim C090), in short."""
MACHINES = ("sweet potatoes", "butter tea", "crayfish", "potato peel", "buckwheat")
"""What the machines of claim C104 wash or make, in the document's order."""


def seven_complaint_steps(others: int = 8) -> list[Finding]:
    """Claim C088: seven steps for handling a complaint, thanks first.

    Parameters
    ----------
    others
        How many steps Barlow & Møller (1996) have.

    Examples
    --------
    >>> [f.computed for f in seven_complaint_steps()]
    [7.0, 1.0, 1.0]
    """
    others = whole("others", others, 1, 100)
    return [
        derived("steps", float(len(STEPS)), "counted in our own transcription"),
        derived(
            "steps more in A Complaint Is a Gift",
            float(others - len(STEPS)),
            f"{others} steps; their order is reported, not verified",
        ),
        derived(
            "place of the thanks",
            1.0 + STEPS.index("say thanks"),
            "before the apology, as Barlow & Møller have it; the document gives no credit",
        ),
    ]


def steps_and_satisfaction(four: float = 0.8, rounding: float = 0.005) -> list[Finding]:
    """Claim C089: four of the steps satisfy 80 %, all seven 100 %.

    Parameters
    ----------
    four
        Share satisfied after four steps.
    rounding
        How far below 1 a share may lie that is still printed as 100 %.

    Examples
    --------
    >>> [round(f.computed, 1) for f in steps_and_satisfaction()]
    [33.1, 94.0, 100.0, 57.1, 95.2]
    """
    four = between("four", four, 0, 1, open_ends=True)
    rounding = between("rounding", rounding, 0, 1, open_ends=True)
    alike = f"every step takes the same share of what is left, and four leave {1 - four:.0%}"
    geometric = SevenSteps.through(4, four)
    nearly = SevenSteps.through(7, 1 - rounding)
    straight = SevenSteps(keep=0.0).table()["straight"].iloc[4]
    return [
        derived("taken away by a step (percent)", 100 * step_needed(4, four), alike),
        Finding("satisfied after seven (percent)", 100.0, 100 * geometric.satisfied(7), 0.5, alike),
        derived(
            "taken away by a step if seven satisfy all (percent)",
            100 * step_needed(7, 1.0),
            "then one step alone satisfies all, and four cannot leave 20%",
        ),
        Finding(
            "satisfied after four (percent)",
            100 * four,
            100 * float(straight),
            0.5,
            "a straight line from nobody to all after seven",
        ),
        Finding(
            "satisfied after four (percent)",
            100 * four,
            100 * nearly.satisfied(4),
            0.5,
            f"steps work alike and seven leave {rounding:.1%}, which is printed as none",
        ),
    ]


def complaint_self_test() -> list[Finding]:
    """Claim C090: five questions examine how a firm manages complaints.

    Examples
    --------
    >>> complaint_self_test()[0].computed
    5.0
    """
    return [derived("questions", float(len(QUESTIONS)), "counted in our own transcription")]


def complainers_as_buyers(later_gap: float = -22.0, per_group: int = 200) -> list[Finding]:
    """Claim C091: who complained and got help tends to buy; they are buyers for good.

    All of it compares different people. The sign for those whose complaint was *not* settled
    turned between the 1970s and 2020.

    Parameters
    ----------
    later_gap
        Points by which dissatisfied complainants are less loyal in the Rage study of 2020.
    per_group
        Customers in each group of Dillard & Bates.

    Examples
    --------
    >>> [round(f.computed) for f in complainers_as_buyers()]
    [58, 73, 9, 10, -22, 41, 54]
    """
    later_gap = between("later_gap", later_gap, -100, 100)
    per_group = whole("per_group", per_group, 1, 10**9)
    table = published_recovery().set_index(["outcome", "loss"])["share"]
    said = "TARP's intentions of the 1970s; who speaks up may have been keener before"
    pairs = [("resolved quickly", loss) for loss in ("minor", "major")]
    pairs += [("unresolved", loss) for loss in ("minor", "major")]
    found = [
        derived(
            f"buy again, {outcome} less silent, {loss} loss (points)",
            100 * (float(table[outcome, loss]) - float(table["silent", loss])),
            said,
        )
        for outcome, loss in pairs
    ]
    lower, upper = wilson(0.474 * per_group, per_group)
    return [
        *found,
        derived(
            "loyal, dissatisfied complainants less silent (points)",
            later_gap,
            "Rage study 2020: the sign has turned",
        ),
        *(
            derived(
                f"bought again within 90 days, {end} end (percent)",
                100 * float(value),
                f"Dillard & Bates: 47.4% of {per_group}, Wilson interval; control about 0",
            )
            for end, value in (("lower", lower), ("upper", upper))
        ),
    ]


def haier_machines() -> list[Finding]:
    """Claim C104: complaints gave Haier the idea for special machines.

    Examples
    --------
    >>> haier_machines()[0].computed
    5.0
    """
    told = "counted in our own transcription; an anecdote without a primary source"
    return [derived("machines named", float(len(MACHINES)), told)]


def furniture_story(cases: int = 1) -> list[Finding]:
    """Claim C108: a complaint about a sofa led to a new one in two months.

    Parameters
    ----------
    cases
        Stories told, all of them successes.

    Examples
    --------
    >>> round(furniture_story()[1].computed, 1)
    20.7
    """
    cases = whole("cases", cases, 1, 10**6)
    lower, _ = wilson(cases, cases)
    return [
        Finding("months to delivery", 2.0, None, 0.0, "an anonymous case; nothing to recompute"),
        derived(
            "complaints that give an idea, lower end (percent)",
            100 * float(lower),
            f"{cases} of {cases}, as if stories were drawn at random; only successes are told",
        ),
    ]


def two_thirds_of_ideas(share: float = 2 / 3) -> list[Finding]:
    """Claim C110: two thirds of 3M's ideas are said to come from customers.

    Parameters
    ----------
    share
        The share claimed; the scan prints 23, a fraction that lost its line.

    Examples
    --------
    >>> [round(f.computed, 1) for f in two_thirds_of_ideas() if f.computed]
    [66.7, 35.0]
    """
    share = between("share", share, 0.5, 1, open_ends=True)
    n = np.arange(1, 100_001)
    enough = n[wilson(share * n, n)[0] > 0.5]
    return [
        derived("two thirds in percent, printed as 23", 100 * share, "the stroke of 2/3 was lost"),
        Finding(
            "share of ideas from customers (percent)",
            100 * 2 / 3,
            None,
            0.0,
            "a company's own claim in a textbook, reported, not verified: no counts",
        ),
        derived(
            "ideas one would have to count before it is clearly more than half",
            float(enough[0]) if len(enough) else None,
            f"a share of {share:.1%}, lower end of Wilson's interval above 50%",
        ),
    ]
