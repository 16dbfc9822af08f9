"""A chance is returned though even certainty is not enough."""

FAILS = {"q2": "never"}


def break_even_regain(cost):
    return 1.0 if just_lost(1.0, cost) < 0 else brentq(just_lost, 0.0, 1.0, args=(cost,))
