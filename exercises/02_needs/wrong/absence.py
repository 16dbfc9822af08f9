"""Worse is taken for better."""

FAILS = {"q1": "absence"}

better_lower = -needs.coefficients(delivery, level=d.level)["worse_upper"].iloc[0]
