import pandas as pd

from loyaltylab import drivers

d = ex.data
items = ["quality", "service", "price", "convenience"]

# q1: the mean of what the first adds when it enters first, and when it enters last
one, two, tie = d.with_first, d.with_second, d.between
together = (one**2 + two**2 - 2 * one * two * tie) / (1 - tie**2)
lmg_first = (one**2 + together - two**2) / 2

# q2
wave = d.survey[d.survey["wave"] == 1]
complete = wave.dropna(subset=[*items, "overall"])


def explained(names):
    if not names:
        return 0.0
    return float(drivers.lmg(complete[[*names, "overall"]].corr()).sum())


def gain(attribute, before):
    after = before if attribute in before else [*before, attribute]
    return explained(after) - explained(before)


# q3
parts = []
for correlation in d.steps:
    for reliability in (1.0, d.reliability):
        made = drivers.Collinear(
            correlation=correlation,
            first=d.first,
            second=d.second,
            third=0.0,
            n=d.n,
            reliability=reliability,
        )
        parts.append(made.table().assign(correlation=correlation, reliability=reliability))
measured = pd.concat(parts)
wanted = ["correlation", "reliability", "beta", "beta_lower", "beta_upper", "lmg"]
idle = measured.loc[measured["driver"] == "third", wanted]

# q4: zones need no interval, so few bootstrap samples do
asked = wave.merge(d.importance, on="customer", suffixes=("", "_matters"))
stated = [f"{item}_matters" for item in items]
placed = drivers.importance_performance(asked, attributes=items, importance=stated, draws=100)
zone = placed.table().set_index("attribute")["zone"]


def verdict_of(where):
    bad = [item for item in ("quality", "price") if zone[item] == where]
    return "both" if len(bad) == 2 else bad[0] if bad else "none"


judgement = {"verdict": ex.letters(verdict_of("fix")), "reasons": ex.letters("relative", "two")}
