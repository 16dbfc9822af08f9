"""The fifth of those who bought in the window, not of all customers."""

FAILS = {"q2": "buyers"}


def lost(purchases):
    base = segments.Concentration(
        family="gamma", shape=d.shape, purchases=purchases, among="buyers"
    )
    return 1 - base.next_share / base.top_share
