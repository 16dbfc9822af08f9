"""The equation of the year's end is used for every timing."""

FAILS = {"q2": "timing"}


def break_even_retention(cost, margin, timing):
    needed = 1 + d.discount - (margin - d.gift) / cost
    return max(needed, 0.0) if needed <= 1 else None
