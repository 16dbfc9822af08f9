"""Percentages are given for shares."""

FAILS = {"q3": "percent"}

lists = lists.set_index("cause").mul(100).reset_index()
