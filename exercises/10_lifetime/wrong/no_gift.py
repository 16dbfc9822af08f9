"""The gift of each year is forgotten: the whole margin is taken to remain."""

FAILS = {"q2": "gift"}


def break_even_retention(cost, margin, timing):
    grown = 1 + d.discount
    needed = {
        "year_end": grown - margin / cost,
        "after_renewal": grown * cost / (margin + cost),
        "year_start": grown * (1 - margin / cost),
    }[timing]
    return max(needed, 0.0) if needed <= 1 else None
