import math

import pandas as pd

from loyaltylab import bucket

d = ex.data

# q1: members * stay^months + to_win * (1 + stay + … + stay^(months - 1)) = goal
stay = 1 - d.churn
left_over = d.members * stay**d.months
to_win = (d.goal - left_over) * d.churn / (1 - stay**d.months)


# q2: the distance to the steady state shrinks by the churn each month
def months_to(share, churn):
    steady = d.won / churn
    distance = abs(d.members - steady) / steady
    if distance <= share:
        return 0.0
    return math.log(share / distance) / math.log(1 - churn)


# q3
bought = d.purchases.assign(quarter=d.purchases["date"].dt.to_period("Q"))
bought = bought.merge(d.customers[["customer", "left"]], on="customer")
seen = bought[["customer", "quarter", "left"]].drop_duplicates(["customer", "quarter"])
rows = []
for quarter in pd.period_range("2024Q2", "2025Q4", freq="Q"):
    before = seen[seen["quarter"] == quarter - 1]
    lost = before[~before["customer"].isin(seen.loc[seen["quarter"] == quarter, "customer"])]
    gone = (lost["left"] <= quarter.end_time).sum()
    rows.append((str(quarter), len(lost), len(lost) / len(before), gone))
quarters = pd.DataFrame(rows, columns=["quarter", "lost", "lost_share", "gone"])

# q4
people = d.customers.assign(pays=d.margin)
end = people["left"].fillna(pd.Timestamp("2026-01-01"))
people["periods"] = (end - people["joined"]).dt.days // 30
costs = {name: d[name] for name in ("acquisition_cost", "retention_cost", "discount")}
firm = bucket.from_customers(
    people, tenure="periods", churned="churned", charge="pays", early=12, acquired=0, **costs
)
better = bucket.PourOrPlug.of(firm, save_cost=d.save_cost).better
judgement = {"verdict": ex.letters(better), "reasons": ex.letters("more", "worth")}
