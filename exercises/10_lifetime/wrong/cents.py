"""Spend in cents instead of units of money."""

FAILS = {"q3": "cents"}

chart = chart.assign(mean_spend=100 * chart["mean_spend"], stayers=100 * chart["stayers"])
