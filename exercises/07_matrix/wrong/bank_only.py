"""The time of the people waiting is left out."""

FAILS = {"q2": "bank_only"}


def smallest_queue(lifetime_value, minute_value, other_value):
    level = favour(lifetime_value, minute_value, other_value).break_even_bank
    return None if level is None else math.ceil(level)
