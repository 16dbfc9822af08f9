"""The last day is left out of the window."""

FAILS = {"q1": "last_day"}

inside = d.diary[(d.diary["date"] >= d.start) & (d.diary["date"] < d.until)]
inside = inside.drop_duplicates(["customer", "date", "brand"])
buyers = inside.loc[inside["brand"] == d.brand, "customer"]
requirements = len(buyers) / inside["customer"].isin(buyers).sum()
