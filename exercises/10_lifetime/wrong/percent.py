"""A percentage instead of a share."""

FAILS = {"q2": "percent"}


def break_even_retention(cost, margin, timing):
    grown, brings = 1 + d.discount, margin - d.gift
    needed = {
        "year_end": grown - brings / cost,
        "after_renewal": grown * cost / (brings + cost),
        "year_start": grown * (1 - brings / cost),
    }[timing]
    return max(100 * needed, 0.0) if needed <= 1 else None
