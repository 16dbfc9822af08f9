"""A wait that costs nothing is answered with a queue of nobody."""

FAILS = {"q2": "free_wait"}


def smallest_queue(lifetime_value, minute_value, other_value):
    return math.ceil(favour(lifetime_value, minute_value, other_value).break_even or 0)
