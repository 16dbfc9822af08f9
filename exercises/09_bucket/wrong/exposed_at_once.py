"""The new are exposed to churn in the month in which they join."""

FAILS = {"q1": "exposed"}

to_win = to_win / stay
