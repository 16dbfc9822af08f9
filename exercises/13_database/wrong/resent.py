"""The week that was sent twice counts twice in the true sales."""

FAILS = {"q1": "resent"}

lost = 1 - in_base / d.lines["amount"].sum()
