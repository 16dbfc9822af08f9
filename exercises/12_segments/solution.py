import pandas as pd

from loyaltylab import segments

d = ex.data

# q1
exponent = segments.pareto_exponent(d.held, top=d.top)
fifth = segments.Concentration(exponent=exponent).top_share
others = segments.worth_ratio(fifth)


# q2
def lost(purchases):
    base = segments.Concentration(family="gamma", shape=d.shape, purchases=purchases)
    return 1 - base.next_share / base.top_share


# q3
own = d.purchases[d.purchases["own"]]
own = own.assign(amount=own["amount_cents"] / 100)
cuts = {
    "recency": d.recency_cuts,
    "frequency": d.frequency_cuts,
    "monetary": d.monetary_cuts,
}


def scored(customers):
    by_rule = {}
    for rule in ("customer", "together", "cuts"):
        found = segments.RFM(customers, rule, 5, cuts).table()
        by_rule[rule] = found.set_index("customer")["rfm"]
    return pd.DataFrame(by_rule)


def compared(scores):
    best = scores == "555"
    alone = best.sum(axis=1) == 1
    moved = scores.ne(scores["customer"], axis=0).mean()
    found = {"best": best.sum(), "only": best[alone].sum(), "moved": moved}
    return pd.DataFrame(found).rename_axis("rule").reset_index()


customers = segments.rfm(own, until="2025-12-31").customers
rules = compared(scored(customers))

# q4
listed = pd.Timestamp(d.listed)
reach = pd.Timedelta(weeks=d.weeks)
around = own[(own["date"] > listed - reach) & (own["date"] <= listed + reach)]
later = segments.heavy_buyers_later(around, measure="purchases", split=listed, draws=100)
estimate = later["estimate"]
fall = estimate[0] - estimate[1]
chance = estimate[0] - estimate[4]
if chance >= fall:
    verdict = "all"
elif chance >= 2 / 3 * fall:
    verdict = "most"
else:
    verdict = "some"
judgement = {"verdict": ex.letters(verdict), "reasons": ex.letters("luck", "lot")}
