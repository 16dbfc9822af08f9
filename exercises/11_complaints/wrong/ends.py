"""The formula is right, and both ends are forgotten."""

FAILS = {"q2": "ends"}


def steps_for(satisfied):
    return math.log((1 - satisfied) / d.start) / math.log(d.keep)
