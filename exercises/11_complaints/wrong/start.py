"""Everybody is taken to be dissatisfied before the first step."""

FAILS = {"q2": "start"}


def steps_for(satisfied):
    return math.inf if satisfied >= 1 else math.log(1 - satisfied) / math.log(d.keep)
