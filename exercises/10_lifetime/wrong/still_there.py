"""Stayers are taken to be those who are customers at the end of the data."""

FAILS = {"q3": "stayers"}

still = panel[panel["left"].isna()].groupby("tenure")["spend"].mean()
chart = chart.assign(stayers=chart["tenure"].map(still))
