"""Contradictions between lists, stages and kinds of loyalty: the numbers on both sides."""

from __future__ import annotations

from loyaltylab import indicators, stages
from loyaltylab.claims.sides import Sides, computed


def latent_twice() -> list[Sides]:
    """Compare C025 with C032: latent is not buying yet, or a strong attitude that buys little."""
    rows = stages.homonyms()
    schemes = (rows["first_scheme"] == "three_classes") & (rows["second_scheme"] == "dick_basu")
    row = rows[schemes & (rows["loyalty_class"] == "latent")].iloc[0]
    shared, own = (
        float(len([e for e in str(row[c]).split(", ") if e != "–"]))
        for c in ("shared", "only_second")
    )
    reading = "elements of the second meaning of latent that are in it"
    return [Sides(reading, shared, shared + own, "this course's reading of the words")]


def oliver_reversed() -> list[Sides]:
    """Compare C021 with C025: liking before acting, or acting before feeling."""
    found = stages.three_classes()
    narrow = computed(found, "pairs of elements in the reverse of Oliver's order")
    wide = computed(found, "pairs in the reverse of Oliver's order, widely read")
    reading = "pairs of elements in the reverse of Oliver's order"
    return [
        Sides(reading, 0.0, narrow, "this course's reading of the words"),
        Sides(f"{reading}, widely read", 0.0, wide, "as if a first good impression were liking"),
    ]


def four_stages_or_two() -> list[Sides]:
    """Compare C021 with C022: four stages, or two levels."""
    found = stages.two_levels()
    on = computed(found, "Oliver's stages on which a level maps")
    off = computed(found, "Oliver's stages on which none does")
    return [Sides("depths of loyalty", on + off, on, "this course's reading of the words")]


def levels_or_kinds() -> list[Sides]:
    """Compare C022 with C027: two levels, or a definition with behaviour in it."""
    reading = "kinds of the same document's definition on which none does"
    missing = computed(stages.two_levels(), reading)
    return [Sides("kinds of the definition that have no level", missing, 0.0, "behaviour is one")]


def three_kinds_or_four() -> list[Sides]:
    """Compare C023 with C024: three expressions of loyalty, or four kinds."""
    three = computed(stages.three_expressions(), "Oliver's stages on which an expression maps")
    four = computed(stages.four_kinds(), "Oliver's stages on which a kind maps")
    return [Sides("kinds of loyalty, on Oliver's stages", three, four, "this course's reading")]


def with_and_without_attitude() -> list[Sides]:
    """Compare C027 with itself: loyalty of two components, or going on buying."""
    found = stages.attitude_and_behaviour()
    both = computed(found, "of these loyal, if it takes both")
    buying = computed(found, "of these loyal, if it takes going on buying")
    return [
        Sides("kinds of customers called loyal, of four", both, buying, "attitude by behaviour")
    ]


def six_tests_or_five_traits() -> list[Sides]:
    """Compare C028 with C029: six tests of a loyal customer, or five traits."""
    found, (tests, traits) = stages.five_telecom_traits(), (6, 5)
    strict = computed(found, "traits that are one of the six tests (C028), strictly")
    wide = computed(found, "traits that are one of them, widely read")
    return [
        Sides(f"signs that the other list lacks, {how}", tests - same, traits - same, "transcribed")
        for how, same in (("strictly read", strict), ("widely read", wide))
    ]


def six_items_or_five() -> list[Sides]:
    """Compare C017 with C018: six items to assess loyalty by, or five criteria."""
    found = indicators.list_of_six()
    six = computed(found, "items")
    shared = computed(found, "items that document 002 lists too (C018)")
    five = computed(indicators.list_of_five(), "criteria")
    return [
        Sides("items", six, five, "counted in our own transcription"),
        Sides(
            "items that the other list lacks", six - shared, five - shared, "of the same meaning"
        ),
    ]


def seven_or_two() -> list[Sides]:
    """Compare C122 with C124: seven influences side by side, or two above all others."""
    below = computed(stages.two_above_all(), "influences of C122 that it ranks below")
    chance = computed(
        stages.two_above_all(), "chance that a random order of seven has these in front"
    )
    orders = computed(stages.seven_influences(), "orders of importance that the list leaves open")
    return [
        Sides("influences ranked below another", 0.0, below, "lists as transcribed"),
        Sides("orders of importance that are possible", orders, chance * orders, "counted"),
    ]


def influences_or_mechanisms() -> list[Sides]:
    """Compare C122 with C056: seven influences make loyalty, or five mechanisms."""
    seven, five = computed(stages.seven_influences(), "influences listed"), 5.0
    shared = computed(stages.five_mechanisms(), "mechanisms among the seven influences (C122)")
    return [
        Sides("causes of loyalty", seven, five, "lists as transcribed"),
        Sides("causes that the other list lacks", seven - shared, five - shared, "as transcribed"),
    ]
