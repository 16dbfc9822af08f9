"""The discount rate is left out of the retention that is needed."""

FAILS = {"q2": "no_discount"}


def break_even_retention(cost, margin, timing):
    brings = margin - d.gift
    needed = cost / (brings + cost) if timing == "after_renewal" else 1 - brings / cost
    return max(needed, 0.0)
