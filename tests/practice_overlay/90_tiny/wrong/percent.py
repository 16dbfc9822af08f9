"""A percentage for a share."""

FAILS = {"q1": "percent"}

rate = 100 * rate
