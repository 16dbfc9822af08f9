import pandas as pd

from loyaltylab import bucket, churn

d = ex.data

# q1
people = d.customers.copy()
people["gone"] = people["left"].notna()
people["days"] = (people["left"].fillna(pd.Timestamp("2026-01-01")) - people["joined"]).dt.days
mine = people[(people["region"] == d.region) & (people["member"] == d.member)]
stay = churn.kaplan_meier(mine, tenure="days", churned="gone")
still_there = float(stay.predict([d.horizon])["survival"].iloc[0])


# q2: with the list made as long as the cut reaches
def months_gained(cut, early):
    hazard = [*d.hazard, *[d.late] * max(early - len(d.hazard), 0)]
    less = [h * (1 - cut) if month < early else h for month, h in enumerate(hazard)]
    before, after = (bucket.LeakyBucket(hazard=tuple(h), churn=d.late) for h in (hazard, less))
    return after.life - before.life


# q3
value, save = sum(d.value) / 2, sum(d.save) / 2
rows = []
for trigger in (0, 0.005, 0.02):
    at = churn.contact_threshold(value=d.value, cost=d.cost, save=d.save, trigger=trigger).iloc[0]
    called = d.warned[d.warned["chance"] >= at["threshold"]]
    leavers = int(called["leaves"].sum())
    stayers = len(called) - leavers
    earned = leavers * save * value - stayers * trigger * value - len(called) * d.cost
    rows.append((trigger, at["lower"], at["upper"], len(called), earned))
campaigns = pd.DataFrame(rows, columns=["trigger", "lower", "upper", "contacted", "earned"])

# q4
there = people[people["left"].isna() | (people["left"] > "2024-12-31")]
rate = there.groupby("answered")["gone"].mean()
gap = 100 * (rate[True] - rate[False])
size = "" if abs(gap) >= 2 else "bit_"
verdict = size + ("less" if gap < 0 else "more")
judgement = {"verdict": ex.letters(verdict), "reasons": ex.letters("immortal", "entry")}
