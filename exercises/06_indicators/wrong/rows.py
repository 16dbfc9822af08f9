"""Every row of the diary is counted, also several of one brand, customer and day."""

FAILS = {"q1": "rows"}

inside = d.diary[d.diary["date"].between(d.start, d.until)]
buyers = inside.loc[inside["brand"] == d.brand, "customer"]
requirements = len(buyers) / inside["customer"].isin(buyers).sum()
