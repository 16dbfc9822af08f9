"""A customer's last purchase, after which nothing was seen, counts as not bought again."""

FAILS = {"q3": "last_ones"}

every = (bought["next"] == bought["brand"]).groupby(bought["brand"])
brands = every.agg(n="size", repeat="mean").reset_index()
brands["share"] = brands["n"] / brands["n"].sum()
