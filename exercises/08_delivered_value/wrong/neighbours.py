"""The next row is taken for the next purchase, also where another customer begins."""

FAILS = {"q3": "neighbours"}

rows = bought.assign(next=bought["brand"].shift(-1)).dropna(subset="next")
mixed = (rows["next"] == rows["brand"]).groupby(rows["brand"])
brands = mixed.agg(n="size", repeat="mean").reset_index()
brands["share"] = brands["brand"].map(bought["brand"].value_counts(normalize=True))
