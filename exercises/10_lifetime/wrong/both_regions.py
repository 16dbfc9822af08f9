"""The customers of both regions are thrown together."""

FAILS = {"q3": "region"}

all_of_them = d.customers.copy()
days = (all_of_them["left"] - all_of_them["joined"]).dt.days
all_of_them["there"] = (days // 90).clip(upper=4).fillna(4)
rows = all_of_them.loc[all_of_them.index.repeat(all_of_them["there"].astype(int))]
rows = rows.assign(tenure=rows.groupby("customer").cumcount() + 1)
paid = d.purchases.merge(all_of_them[["customer", "joined"]], on="customer")
paid["tenure"] = (paid["date"] - paid["joined"]).dt.days // 90 + 1
paid = paid.groupby(["customer", "tenure"])["amount_cents"].sum().div(100).rename("spend")
rows = rows.merge(paid.reset_index(), on=["customer", "tenure"], how="left").fillna({"spend": 0})
chart = rows.groupby("tenure")["spend"].agg(n="count", mean_spend="mean")
chart["stayers"] = rows[rows["there"] == 4].groupby("tenure")["spend"].mean()
chart = chart.reset_index()
