"""Every customer with a problem is given the rate of the silent."""

FAILS = {"q1": "all_silent"}

voiced = silent / d.per_complaint
