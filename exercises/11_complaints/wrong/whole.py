"""The number of steps is rounded up to a whole one."""

FAILS = {"q2": "whole"}

exact = steps_for


def steps_for(satisfied):
    return math.inf if satisfied >= 1 else math.ceil(exact(satisfied))
