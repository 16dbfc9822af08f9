"""A percentage instead of a share."""

FAILS = {"q2": "percent"}


def chance_sole(n):
    return 100 * sum((size / sum(d.sizes)) ** n for size in d.sizes)
