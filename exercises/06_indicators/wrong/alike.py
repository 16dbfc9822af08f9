"""All brands are taken for equally large."""

FAILS = {"q2": "alike"}


def chance_sole(n):
    return len(d.sizes) ** (1 - n)
