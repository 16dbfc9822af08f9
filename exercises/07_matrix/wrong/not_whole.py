"""The break-even itself, which is no number of people."""

FAILS = {"q2": "whole"}


def smallest_queue(lifetime_value, minute_value, other_value):
    return favour(lifetime_value, minute_value, other_value).break_even
