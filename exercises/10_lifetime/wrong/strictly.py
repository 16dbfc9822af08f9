"""Who leaves on the day after a period is taken to have left in it."""

FAILS = {"q3": "last_day"}

days = (people["left"] - people["joined"]).dt.days - 1
fewer = people.assign(there=(days // 90).clip(upper=4).fillna(4))
kept = panel.drop(columns="there").merge(fewer[["customer", "there"]], on="customer")
kept = kept[kept["tenure"] <= kept["there"]]
chart = kept.groupby("tenure")["spend"].agg(n="count", mean_spend="mean")
chart["stayers"] = kept[kept["there"] == 4].groupby("tenure")["spend"].mean()
chart = chart.reset_index()
