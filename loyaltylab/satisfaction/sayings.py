"""What the documents say of satisfaction and its axis, each claim recomputed from named inputs.

Each function recomputes the numbers of one claim of ``datasets/claims.csv`` and returns
findings. Where the document prints no number, or its numbers are lost, the findings say what
follows from inputs that the reader can change, and nothing agrees or disagrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.ledger import EXACT, Finding, derived
from loyaltylab.base.stats import between, whole
from loyaltylab.satisfaction.axis import csm
from loyaltylab.satisfaction.cars import four_cars
from loyaltylab.satisfaction.grades import VALUES, GradeRule
from loyaltylab.satisfaction.rate import satisfaction_rate

MANY = 10**14


def rate_from_counts(satisfied: int = 60, answered: int = 80, asked: int = 100) -> list[Finding]:
    """Claim C001: the satisfaction rate is who calls himself satisfied over who was asked.

    The document prints a formula and no counts; the defaults are illustrative. What the
    formula leaves out is computed beside it: the silent, and the chance of the sample.

    Parameters
    ----------
    satisfied, answered, asked
        People.

    Examples
    --------
    >>> [round(f.computed, 3) for f in rate_from_counts()]
    [0.6, 0.75, 0.8, 0.502, 0.691]
    """
    asked = whole("asked", asked, 1, MANY)
    answered = whole("answered", answered, 1, asked)
    yes = whole("satisfied", satisfied, 0, answered)
    cells = pd.DataFrame(
        {"overall": [5.0, 1.0, np.nan], "people": [yes, answered - yes, asked - answered]}
    )
    found = satisfaction_rate(cells, count="people", of="asked").iloc[0]
    how = f"{yes:,} satisfied of {answered:,} who answered, {asked:,} asked (illustrative)"
    return [
        derived("satisfied over asked, the document's T", float(found["rate"]), how),
        derived("satisfied over answered", yes / answered, how),
        derived("if all who were silent are satisfied", float(found["best"]), how),
        derived("T, lower end of the interval", float(found["lower"]), "Wilson, 95 %"),
        derived("T, upper end of the interval", float(found["upper"]), "Wilson, 95 %"),
    ]


def seven_grades(lowest: float = -90.0, highest: float = 90.0, grades: int = 7) -> list[Finding]:
    """Claim C002: seven equal steps from very dissatisfied to very satisfied, 30 points apart.

    The step follows from the two ends and the number of grades. That the steps are equal in
    what people feel is an assumption that no arithmetic can hold up.

    Parameters
    ----------
    lowest, highest
        Ends of the axis (points).
    grades
        Number of grades.

    Examples
    --------
    >>> seven_grades()[0].agrees
    True
    """
    low = between("lowest", lowest, -1e6, 1e6)
    high = between("highest", highest, low, 1e6)
    count = whole("grades", grades, 2, 1000)
    step = (high - low) / (count - 1)
    ends = f"{count} grades evenly from {low:g} to {high:g}"
    return [
        Finding("points between two grades", 30.0, step, EXACT, ends),
        derived("points from the middle to the top", (high - low) / 2, ends),
    ]


def axis_sums_to_zero(values: Sequence[float] = VALUES) -> list[Finding]:
    """Claim C003: added together, the seven values of the axis cancel out.

    As printed, without the first minus sign, they add up to 180.

    Parameters
    ----------
    values
        Values of the axis (points).

    Examples
    --------
    >>> [(f.computed, f.agrees) for f in axis_sums_to_zero()]
    [(0.0, True), (180.0, False)]
    """
    plain = [between("a value", v, -1e6, 1e6) for v in values]
    printed = [abs(v) if i == 0 else v for i, v in enumerate(plain)]
    return [
        Finding("sum of the values", 0.0, float(sum(plain)), EXACT, "signs as meant"),
        Finding("sum as printed", 0.0, float(sum(printed)), EXACT, "first minus sign lost"),
    ]


def csm_is_a_mean(
    scores: Sequence[float] = (60.0, 30.0, -30.0), respondents: int = 1
) -> list[Finding]:
    """Claim C004: a product's score is the plain mean of the scores of its items.

    The document's own scores are lost, so these are illustrative. N counts items: as many
    respondents as you like leave the score where it is, and it never leaves the axis.

    Parameters
    ----------
    scores
        Score of each item, from −90 to 90.
    respondents
        How many give these scores, all alike.

    Examples
    --------
    >>> [f.computed for f in csm_is_a_mean()]
    [20.0, 20.0, 90.0]
    """
    n = whole("respondents", respondents, 1, 10**9)
    own = [between("a score", s, -90, 90) for s in scores]
    count = whole("the number of scores", len(own), 1, 1000)
    items = [f"item_{i}" for i in range(count)]

    def score(values: Sequence[float], people: int) -> float:
        row = pd.DataFrame([[*values, people]], columns=[*items, "people"])
        return float(csm(row, items=items, scale=(-90, 90), count="people")["score"].iloc[0])

    what = f"{count} items, illustrative"
    return [
        derived("CSM of the items", score(own, n), f"{what}, {n:,} respondents"),
        derived("CSM with a thousand times the respondents", score(own, 1000 * n), what),
        derived("largest CSM there can be", score([90.0] * count, n), "every answer the best"),
    ]


def four_cars_graded(rule: str = "nearest") -> list[Finding]:
    """Claim C005: car A is rather dissatisfied, B and C rather satisfied, D satisfied.

    The scores behind the grades are lost. The findings give what the grades tell of them under
    a rule: ends of intervals, and the width in which nothing is known.

    Parameters
    ----------
    rule
        ``"nearest"``, ``"floor"``, ``"ceiling"``, or ``"any"`` of the three.

    Examples
    --------
    >>> [(f.reading, f.computed) for f in four_cars_graded()][:2]
    [('CSM of car A, at least', -45.0), ('CSM of car A, at most', -15.0)]
    """
    if rule != "any":
        GradeRule(rule=rule)  # type: ignore[arg-type]
    table = four_cars()
    rows = table[table["rule"] == rule].to_dict("records")
    lost = f"grade by the rule '{rule}'; the scores are lost, only the grades are printed"
    found: list[Finding] = []
    for row in rows:
        found.append(derived(f"CSM of car {row['car']}, at least", row["lower"], lost))
        found.append(derived(f"CSM of car {row['car']}, at most", row["upper"], lost))
    return found


def score_back_to_grade(score: float = 40.0, step: float = 0.5) -> list[Finding]:
    """Claim C006: a mean between two grades must become a grade, and no rule is stated.

    The rules give different grades to most scores: the findings give those of one score, and the
    share of the axis on which nearest, floor and ceiling do not all agree.

    Parameters
    ----------
    score
        A score from −90 to 90.
    step
        Distance of the scores that are tried for the share (points).

    Examples
    --------
    >>> [round(f.computed, 2) for f in score_back_to_grade()]
    [30.0, 30.0, 60.0, 0.98, 0.0, 30.0]
    """
    at = between("score", score, -90, 90)
    step = between("step", step, 0.01, 30)
    axis = np.linspace(-90, 90, round(180 / step) + 1)
    rules: tuple[Any, ...] = ("nearest", "floor", "ceiling")
    graded = np.array([GradeRule(rule=r).grade(axis) for r in rules])
    differ = float((graded != graded[0]).any(axis=0).mean())
    ties = [GradeRule(ties=t).grade(15.0) for t in ("even", "up")]
    return [
        *(
            derived(
                f"grade of {at:g} by {r}", GradeRule(rule=r).grade(at), "document states no rule"
            )
            for r in rules
        ),
        derived("share of the axis on which the rules differ", differ, f"steps of {step:g} points"),
        derived("grade of 15, ties to the even grade", ties[0], "nearest, as Python rounds"),
        derived("grade of 15, ties upwards", ties[1], "nearest, ties up"),
    ]
