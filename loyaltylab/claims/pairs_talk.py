"""Contradictions about complaints, leaving and service: the numbers on both sides."""

from __future__ import annotations

from loyaltylab import churn, complaints
from loyaltylab.claims.sides import Sides, computed

ONE_CAUSE = "one cause per leaver; the main one is ahead of all others"
LEFT = "left for needs and competitors (percent)"


def service_or_both() -> list[Sides]:
    """Compare C070 with C073: 78 % leave over product and service, 70 % over service."""
    found = complaints.four_main_causes()
    a, b = (computed(found, LEFT, f"beside {claim}") for claim in ("C070", "C073"))
    return [
        Sides("leavers whom the main cause takes (percent)", 100 - a, 100 - b, "as printed"),
        Sides("leavers left for all other causes (percent)", a, b, "one cause per leaver"),
        Sides("leavers over service (percent)", _staff(), 100 - b, "the list that gives 78"),
    ]


def _staff(name: str = "Chinese seven rows") -> float:
    """Return the row for indifferent staff of the published list that gives 78 %."""
    rows = complaints.reasons()
    return float(rows.loc[(rows["list"] == name) & (rows["cause"] == "service"), "percent"].sum())


def service_or_rivals(claim: str = "C073") -> list[Sides]:
    """Compare C073 with C074: 70 % leave over service, and competitors are the main cause."""
    left = computed(complaints.four_main_causes(), LEFT, f"beside {claim}")
    reading = "leavers over needs and competitors, at most by the first, at least by the second (%)"
    return [Sides(reading, left, 100 - left, ONE_CAUSE)]


def both_or_rivals() -> list[Sides]:
    """Compare C070 with C074: 78 % leave over product and service, or rivals are the main cause."""
    return service_or_rivals("C070")


def needs_or_rivals() -> list[Sides]:
    """Compare C074 with itself: unmet needs come first among the causes, or competitors do."""
    return [Sides("place of what competitors do, at best", 2.0, 1.0, ONE_CAUSE)]


def list_behind_the_78() -> list[Sides]:
    """Compare C070 with C071: the best known list gives another sum than 78 %."""
    found = complaints.seventy_eight_percent()
    reading = "all that names product or service (percent)"
    a, b = (computed(found, reading, f"list: {name}") for name in ("Chinese", "LeBoeuf"))
    return [Sides("leavers over product or service (percent)", a, b, "the rows as published")]


def one_cause_or_several() -> list[Sides]:
    """Compare C073 with C072: each leaver counted once, or with all causes that he names."""
    causes = computed(churn.several_causes(), "mean number of causes per leaver")
    how = "shares of all causes; the figures of C072 are reported, not verified"
    return [
        Sides("causes per leaver", 1.0, causes, how),
        Sides("sum of the shares of all causes (percent)", 100.0, 100 * causes, how),
    ]


def voiced(first: str, second: str) -> list[Sides]:
    """Return the share of the dissatisfied who complain, and the silent ones, by two claims."""
    silent = computed(complaints.iceberg_sums(), "who do not complain (percent)", "the complainer")
    behind = computed(complaints.household_survey_1979(), "dissatisfied per complaint")
    share = {
        "C075": 100 - silent,
        "C079": computed(complaints.one_to_nine(), "voiced (percent)", "1:9"),
        "C076": 100 / behind,
    }
    how = "they may count different problems: sent to headquarters, or a household's worst"
    a, b = share[first], share[second]
    return [
        Sides("dissatisfied who complain (percent)", a, b, how),
        Sides("silent for each who complains", (100 - a) / a, (100 - b) / b, how),
    ]


def iceberg_or_one_in_ten() -> list[Sides]:
    """Compare C075 with C079: one in 25 complains, or one in ten."""
    return voiced("C075", "C079")


def one_in_ten_or_survey() -> list[Sides]:
    """Compare C079 with C076: one in ten complains, or most, as a survey found."""
    return voiced("C079", "C076")


def iceberg_or_survey() -> list[Sides]:
    """Compare C075 with C076: one in 25 complains, or most, as a survey found."""
    return voiced("C075", "C076")


def iceberg_added_up() -> list[Sides]:
    """Compare C075 with itself: 25 dissatisfied, or 24 and 6 of them."""
    found = complaints.iceberg_sums()
    said, added = (
        computed(found, "dissatisfied", how)
        for how in ("the complainer is one of them", "the 6 are apart")
    )
    how = "the complainer is one of the 25, and the 6 are apart from the 24"
    return [Sides("dissatisfied behind one complaint", said, added, how)]


def steps_above() -> list[Sides]:
    """Compare C088 with C089: seven steps stand above the sentence on "the four above"."""
    steps = computed(complaints.seven_complaint_steps(), "steps")
    return [Sides("steps that stand above the sentence", steps, 4.0, "counted")]


def four_steps_and_seven() -> list[Sides]:
    """Compare C089 with itself: what four steps do, and what seven do."""
    found = complaints.steps_and_satisfaction()
    alike = "every step takes the same share"
    seven = computed(found, "satisfied after seven (percent)", alike)
    four = computed(found, "satisfied after four (percent)", "a straight line")
    return [
        Sides("satisfied after seven (percent)", seven, 100.0, f"{alike} of what four leave"),
        Sides("satisfied after four (percent)", 80.0, four, "a straight line up to seven"),
    ]


def more_leave() -> list[Sides]:
    """Compare C132 with C041: a rising loss proves falling satisfaction, or the link is loose."""
    reading = "ways to a rising loss rate in which satisfaction fell (share)"
    share = computed(churn.satisfaction_not_proved(), reading)
    how = "four ways looked at: satisfaction, competition, tenure, the mix of customers"
    return [Sides("ways to a rising loss in which satisfaction fell (share)", 1.0, share, how)]


def shop_rules() -> list[Sides]:
    """Compare C114 with C115: the customer is always right, or may be wrong."""
    how = "the second rule sends every exception back to the first; one exception is enough"
    return [Sides("customers who may be in the wrong, at least", 0.0, 1.0, how)]
