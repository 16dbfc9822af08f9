"""The share who left is given, not the share still there."""

FAILS = {"q1": "complement"}

still_there = 1 - still_there
