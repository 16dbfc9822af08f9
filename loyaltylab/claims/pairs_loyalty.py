"""Contradictions about what loyalty is and where it comes from: the numbers on both sides."""

from __future__ import annotations

from loyaltylab import curve, delivered_value, indicators, satisfaction, stages
from loyaltylab.claims.sides import Sides, computed

FIRST, SECOND = "curve 1", "curve 2"
HIGH = "loyal is who stays, high satisfaction is 4 or 5 of 5; both curves are illustrative"
LOOP = "each moves the other by 0.5 per unit (illustrative)"


def low_and_loyal() -> list[Sides]:
    """Compare C026 with C040: a tier that is loyal by habit, or no loyalty without satisfaction."""
    found = curve.only_with_high_satisfaction()
    return [
        Sides(
            f"of 1,000 customers, loyal without high satisfaction: {name}",
            computed(found, f"staying without high satisfaction: {name}"),
            0.0,
            HIGH,
        )
        for name in (FIRST, SECOND)
    ]


def flat_curve() -> list[Sides]:
    """Compare C038 with C040: loyal behind barriers, or never without high satisfaction."""
    held = computed(
        curve.only_with_high_satisfaction(), f"staying without high satisfaction: {SECOND}"
    )
    return [Sides("of 1,000 customers behind barriers, loyal without it", held, 0.0, HIGH)]


def habit_by_definition() -> list[Sides]:
    """Compare C026 with C125: a tier that is loyal by habit, or a definition that excludes it."""
    reading = f"share of those staying whom the definition leaves out: {SECOND}"
    left_out = computed(curve.loyal_by_definition(), reading)
    return [Sides("share of those who stay without high satisfaction", left_out, 0.0, HIGH)]


def hostages() -> list[Sides]:
    """Compare C040 with C042: nobody loyal without satisfaction, or hostages who are."""
    held = computed(curve.four_types(), f"hostages: {SECOND}")
    return [Sides("share of customers loyal without high satisfaction", 0.0, held, HIGH)]


def held_or_loyal() -> list[Sides]:
    """Compare C131 with C038: barriers make customers stay, or they make false loyalty."""
    false = computed(curve.flat_and_false(), "share of the loyal who were falsely so")
    return [Sides("share of the loyal who go with the barriers", 0.0, false, HIGH)]


def loose_or_direct() -> list[Sides]:
    """Compare C041 with C081: a link that is often weak, or loyalty directly determined."""
    found = curve.not_always_strong()
    r = computed(curve.company_correlation(), "variance of loyalty explained by r = 0.54")
    lines = [
        Sides(
            f"share of the variance of loyalty explained by satisfaction: {name}",
            computed(found, f"variance explained by the curve itself: {name}"),
            1.0,
            "the curve itself, illustrative; what determines leaves nothing over",
        )
        for name in (FIRST, SECOND)
    ]
    how = "r = 0.54 of the meta-analysis in C081's sources; what determines leaves nothing over"
    return [*lines, Sides("the same, from a published correlation", r, 1.0, how)]


def one_way_or_both() -> list[Sides]:
    """Compare C081 with C082: satisfaction determines loyalty, or each feeds the other."""
    found = curve.each_feeds_the_other()
    feeds = ("satisfaction feeds loyalty", "loyalty feeds satisfaction")
    a, b = (computed(found, f"{way}: correlation in one survey") for way in feeds)
    how = "the first direction and the second, effect 0.4 (illustrative)"
    return [Sides("directions of effect", 1.0, 2.0, "as worded"), _in_one_survey(a, b, how)]


def feeling_first() -> list[Sides]:
    """Compare C030 with C025: feeling determines acting, or emotion comes after acting."""
    found = stages.attitude_determines_behaviour()
    ways = ("feeling moves acting", "acting moves feeling")
    a, b = (computed(found, f"correlation in one survey if {way}") for way in ways)
    how = "effect 0.4, stability 0.5 (illustrative)"
    place = Sides("place of feeling in the order of the two", 1.0, 2.0, "as worded")
    return [place, _in_one_survey(a, b, how)]


def _in_one_survey(a: float, b: float, how: str) -> Sides:
    """Show that one survey cannot decide: both claims expect the same of it."""
    return Sides("correlation in one survey that would show it", a, b, how)


def price_alone() -> list[Sides]:
    """Compare C015 with C019: price reaction tells loyalty, or only with three things taken out."""
    reading = "elasticity of the same customer (% per %)"
    seen = [f.computed for f in indicators.three_confounders() if f.reading == reading]
    numbers = {round(value, 9) for value in seen if value is not None}
    how = "logit choice, illustrative; necessity, supply and competition differ"
    return [
        Sides("elasticities that one customer can show", 1.0, float(len(numbers)), how),
        Sides("largest less smallest (% per %)", 0.0, max(numbers) - min(numbers), how),
    ]


def choice_alone() -> list[Sides]:
    """Compare C127 with C122: the choice decides loyalty, or seven influences do."""
    seven = computed(stages.seven_influences(), "influences listed")
    found = delivered_value.value_choice_loyalty()
    reading = "share of our buyers who come back: "
    certain, habit = (computed(found, reading + way) for way in ("certain chain", "and habit"))
    return [
        Sides("what decides loyalty", 1.0, seven, "lists as transcribed"),
        Sides(
            "share of buyers who come back", certain, habit, "with chance and habit, illustrative"
        ),
    ]


def difference_or_ratio() -> list[Sides]:
    """Compare C020 with itself: a difference, or a comparison that may be a ratio."""
    reading = "share of pairs that ratio and difference rank in opposite order"
    opposite = computed(satisfaction.perceived_less_expected(), reading)
    reading = "share of pairs of answers ranked as the difference ranks them"
    return [Sides(reading, 1.0, 1 - opposite, "all pairs of answers from 1 to 10 equally often")]


def inside_or_mutual(effect: float = 0.5) -> list[Sides]:
    """Compare C099 with C130: inside determines outside, or each helps the other.

    Mutual effects go round: one more unit of the employees' satisfaction moves customers by
    ``effect / (1 - effect ** 2)`` in the end.
    """
    return [
        Sides("directions of effect", 1.0, 2.0, "as worded"),
        Sides(
            "what one unit inside moves outside, in the end", effect, effect / (1 - effect**2), LOOP
        ),
    ]
