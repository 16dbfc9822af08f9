"""The break-even is rounded down: with that many the favour still pays."""

FAILS = {"q2": "rounded_down"}


def smallest_queue(lifetime_value, minute_value, other_value):
    level = favour(lifetime_value, minute_value, other_value).break_even
    return None if level is None else math.floor(level)
