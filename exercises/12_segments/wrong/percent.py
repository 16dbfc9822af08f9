"""Percentages are given for shares."""

FAILS = {"q2": "percent", "q3": "percent"}

part = lost


def lost(purchases):
    return 100 * part(purchases)


rules = rules.assign(moved=100 * rules["moved"])
