"""Relative weights are taken for LMG."""

FAILS = {"q3": "weights"}

third = measured[measured["driver"] == "third"]
idle = third[wanted].assign(lmg=third["relative_weight"])
