"""What the equation gives is returned, also where it is no share."""

FAILS = {"q2": "bounds"}


def break_even_retention(cost, margin, timing):
    grown, brings = 1 + d.discount, margin - d.gift
    return {
        "year_end": grown - brings / cost,
        "after_renewal": grown * cost / (brings + cost),
        "year_start": grown * (1 - brings / cost),
    }[timing]
