"""The number of months is rounded up."""

FAILS = {"q2": "whole"}


def months_to(share, churn):
    steady = d.won / churn
    distance = abs(d.members - steady) / steady
    return math.ceil(max(0.0, math.log(share / distance) / math.log(1 - churn)))
