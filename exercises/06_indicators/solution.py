import pandas as pd

from loyaltylab import indicators as ind

d = ex.data

# q1
window = {"start": d.start, "until": d.until}
brands = ind.wide(ind.brand_table(d.diary, customer="customer", draws=100, **window))
requirements = brands.set_index("brand").loc[d.brand, "scr"]


# q2: all n purchases fall on the same brand, one brand after the other
def chance_sole(n):
    return sum((size / sum(d.sizes)) ** n for size in d.sizes)


# q3
known = {"sizes": tuple(d.sizes), "rate": d.rate, "shape": d.shape}
names = {"purchase_frequency": "per_buyer", "scr": "requirements", "sole_share": "sole"}
parts = []
for s in d.switching:
    expects = ind.DirichletMarket(switching=s, **known).table().rename(columns=names)
    ends = expects.loc[[expects["share"].idxmax(), expects["share"].idxmin()]]
    parts.append(ends.assign(switching=s, brand=["largest", "smallest"]))
columns = ["switching", "brand", "penetration", "per_buyer", "requirements", "sole"]
market = pd.concat(parts)[columns]

# q4
mine = d.diary[d.diary["brand"] == d.brand].groupby("week").size().rename("quantity").reset_index()
weekly = mine.merge(d.prices[d.prices["brand"] == d.brand], on="week")
series = {"price": "price_cents", "brand": None}
squares = ind.loglog_elasticity(weekly, **series)["elasticity"].item()
by_cost = ind.loglog_elasticity(weekly, instrument="cost_cents", **series)["elasticity"].item()
verdicts = {
    (True, True): "both_rise",
    (True, False): "squares_rise",
    (False, True): "cost_rise",
    (False, False): "both_fall",
}
found = verdicts[squares > -1, by_cost > -1]
judgement = {"verdict": ex.letters(found), "reasons": ex.letters("demand", "barrier")}
