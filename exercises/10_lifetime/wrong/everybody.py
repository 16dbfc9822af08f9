"""Whoever joined is there for ever: those who had left count with a spend of 0."""

FAILS = {"q3": "everybody"}

sums = bought[bought["tenure"].between(1, 4)].groupby("tenure")["amount_cents"].sum() / 100
chart = chart.assign(n=len(people), mean_spend=chart["tenure"].map(sums) / len(people))
chart["stayers"] = chart["mean_spend"]
