"""Break-even of a single contact, cost over the worth of a member who stays lost once he leaves."""

FAILS = {"q2": "simple"}


def break_even_regain(cost):
    chance = cost / ((d.margin - d.keep_cost) / (d.churn + d.discount))
    return chance if chance <= 1 else None
