"""The share of R² is given, not that of the variance of satisfaction."""

FAILS = {"q1": "of_r2"}

lmg_first = (one**2 + together - two**2) / 2 / together
