"""The difference of the two shares, not the part of the first that is lost."""

FAILS = {"q2": "points"}


def lost(purchases):
    base = segments.Concentration(family="gamma", shape=d.shape, purchases=purchases)
    return base.top_share - base.next_share
