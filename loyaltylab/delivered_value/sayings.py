"""What the document says about delivered value, held against the arithmetic and a choice model."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.ledger import EXACT, Finding, derived
from loyaltylab.base.stats import amount, between, positive
from loyaltylab.delivered_value.copies import ValueShare
from loyaltylab.delivered_value.habit import HabitChoice
from loyaltylab.delivered_value.offers import COMPONENTS, COSTS, VALUES, delivered
from loyaltylab.delivered_value.shares import logit_shares

PARTS = "the parts add up, each times its weight"


def _pair(value: tuple[float, float], cost: tuple[float, float]) -> pd.DataFrame:
    """Return two offers that differ in product value and money alone."""
    for name, given in (("value", value), ("cost", cost)):
        if not isinstance(given, tuple | list) or len(given) != 2:
            raise InputError(f"{name} must be two numbers, one for each offer, not {shown(given)}.")
    frame = pd.DataFrame({"offer": ["first", "second"], **dict.fromkeys(COMPONENTS, 0.0)})
    frame["product"] = [amount("value", v) for v in value]
    frame["money"] = [amount("cost", c) for c in cost]
    return frame


def value_less_cost(
    value: tuple[float, float] = (100.0, 50.0), cost: tuple[float, float] = (60.0, 20.0)
) -> list[Finding]:
    """Claim C007: CDV = TCV − TCC, in one common unit.

    The identity is exact arithmetic. What it leaves open is which offer is best: by the difference
    and by the ratio of value to cost, which Kotler names, too, two offers can stand in opposite
    order. It also needs a weight for each hour and each worry; the function solves for the value
    of an hour at which the two change places, if the cheaper one takes an hour longer.

    Parameters
    ----------
    value, cost
        Total value and cost of two offers (money); the defaults are the ledger's example.

    Examples
    --------
    >>> for f in value_less_cost()[1:5]:
    ...     print(f.reading, round(f.computed, 2))
    CDV of the first offer 40.0
    CDV of the second offer 30.0
    TCV / TCC of the first offer 1.67
    TCV / TCC of the second offer 2.5
    """
    table = delivered(_pair(value, cost))
    identity = float((table["total_value"] - table["total_cost"] - table["delivered"]).abs().max())
    said = f"value {value[0]:g} and {value[1]:g}, cost {cost[0]:g} and {cost[1]:g}"
    said += ", the ledger's example (illustrative)"
    opposite = (table["rank_difference"] != table["rank_ratio"]).any()
    ratios = [None if not np.isfinite(r) else float(r) for r in table["ratio"]]
    lead = float(table["delivered"].iloc[0] - table["delivered"].iloc[1])
    return [
        Finding("CDV less (TCV − TCC)", 0.0, identity, EXACT, PARTS),
        derived("CDV of the first offer", float(table["delivered"].iloc[0]), said),
        derived("CDV of the second offer", float(table["delivered"].iloc[1]), said),
        derived("TCV / TCC of the first offer", ratios[0], said),
        derived("TCV / TCC of the second offer", ratios[1], said),
        derived("difference and ratio order them differently (1 yes, 0 no)", float(opposite), said),
        derived(
            "value of an hour at which the order by difference turns",
            abs(lead),
            "the one that leads by difference takes one hour longer (illustrative)",
        ),
    ]


def parts_of_value() -> list[Finding]:
    """Claim C008: total value has four parts, product, service, personnel and image.

    Examples
    --------
    >>> parts_of_value()[0].computed
    4.0
    """
    unit = {name: {part: float(part == name) for part in COMPONENTS} for name in VALUES}
    frame = pd.DataFrame(unit).T.rename_axis("offer").reset_index()
    raises = float((delivered(frame)["delivered"] > 0).sum())
    together = pd.DataFrame([dict.fromkeys(VALUES, 1.0) | dict.fromkeys(COSTS, 0.0)])
    total = float(delivered(together.assign(offer="all"))["total_value"].iloc[0])
    assumed = f"{PARTS}; that they do is an assumption"
    return [
        Finding("parts of value", 4.0, raises, 0.0, "each of which alone raises CDV"),
        derived("total value of one unit of each", total, assumed),
    ]


def parts_of_cost(
    lead: float = 10.0, sensitivity: float = 0.1, larger: float = 100.0
) -> list[Finding]:
    """Claim C009: total cost has four parts, and the customer picks the highest CDV.

    The count is a definition. "Picks" leaves nothing to chance, but the document prints no share:
    the findings compute what a lead wins by its rule, and what by a logit, whose share goes to
    certainty only as the sensitivity grows without bound.

    Parameters
    ----------
    lead
        Lead of the better of two offers (common unit, illustrative).
    sensitivity
        Logits per common unit (illustrative).
    larger
        How many times that sensitivity the last finding takes.

    Examples
    --------
    >>> [round(f.computed, 3) for f in parts_of_cost()]
    [4.0, 1.0, 0.731, 1.0]
    """
    lead, steep = amount("lead", lead), positive("sensitivity", sensitivity)
    many = positive("larger", larger)
    unit = {name: {part: float(part == name) for part in COMPONENTS} for name in COSTS}
    frame = pd.DataFrame(unit).T.rename_axis("offer").reset_index()
    lowers = float((delivered(frame)["delivered"] < 0).sum())
    pair = _pair((lead, 0.0), (0.0, 0.0))
    seen = logit_shares(pair, sensitivity=steep).iloc[0]
    far = logit_shares(pair, sensitivity=min(steep * many, 1e14)).iloc[0]
    said = f"a lead of {lead:g} over one rival (illustrative)"
    named = "share of choices that the best offer wins"
    return [
        Finding("parts of cost", 4.0, lowers, 0.0, "each of which alone lowers CDV"),
        derived(f"{named}: certain", float(seen["certain"]), said),
        derived(f"{named}: logit", float(seen["share"]), f"{said}, {steep:g} logits per unit"),
        derived(f"{named}: logit, {many:g} times as sensitive", float(far["share"]), said),
    ]


def value_choice_loyalty(
    lead: float = 5.0, sensitivity: float = 0.1, habit: float = 1.0, taste: float = 2.0
) -> list[Finding]:
    """Claim C127: value decides the choice, and the choice decides loyalty.

    The chain leaves nothing to chance. The findings keep the values as they are and compute how
    many come back when the choice is certain, when it has noise, and when habit or a lasting taste
    takes part: the same value, different loyalty. Loyalty would follow from value alone only if
    all four were equal.

    Parameters
    ----------
    lead, sensitivity
        Lead in delivered value (common unit) and its effect (logits per unit); illustrative.
    habit, taste
        Logits for the one bought last, and spread of lasting taste in logits; illustrative.

    Examples
    --------
    >>> [round(f.computed, 2) for f in value_choice_loyalty()[1:]]
    [1.0, 0.62, 0.82, 0.74, 0.24]
    """
    lead = between("lead", lead, -1e14, 1e14)
    given = {"lead": lead, "sensitivity": amount("sensitivity", sensitivity)}
    habit, taste = amount("habit", habit), amount("taste", taste)
    plain = HabitChoice(**given, habit=0.0, taste=0.0)
    by_habit = HabitChoice(**given, habit=habit, taste=0.0)
    by_taste = HabitChoice(**given, habit=0.0, taste=taste)
    behind = HabitChoice(lead=-lead, sensitivity=given["sensitivity"], habit=habit, taste=0.0)
    said = f"lead {lead:g}, {given['sensitivity']:g} logits per unit (illustrative)"
    come = "share of our buyers who come back"
    certain = ValueShare(lead=lead).certain
    named = "value, choice and loyalty: a definition, with nothing to compute"
    return [
        Finding("nodes of the chain", 3.0, None, 0.0, named),
        derived(f"{come}: certain chain", certain, f"{said}, nothing left to chance"),
        derived(f"{come}: value and chance", plain.repeat, said),
        derived(f"{come}: and habit", by_habit.repeat, f"{said}, habit {habit:g} logits"),
        derived(f"{come}: and lasting taste", by_taste.repeat, f"{said}, spread {taste:g} logits"),
        derived(
            f"{come}: habit alone above value and chance, value reversed",
            behind.repeat - behind.value_only,
            f"{said} for the rival, habit {habit:g} logits",
        ),
    ]
