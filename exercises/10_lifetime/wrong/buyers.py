"""Only periods with a purchase are counted: who bought nothing drops out of the mean."""

FAILS = {"q3": "buyers"}

some = panel[panel["spend"] > 0]
chart = some.groupby("tenure")["spend"].agg(n="count", mean_spend="mean")
chart["stayers"] = some[some["there"] == 4].groupby("tenure")["spend"].mean()
chart = chart.reset_index()
