"""Percentages are given for shares."""

FAILS = {"q3": "percent"}

lists = lists.assign(share=100 * lists["share"])
