import math

import pandas as pd
from scipy.stats import norm

from loyaltylab import needs

d = ex.data

# q1
letters = [letter for letter, count in d.counts.items() for _ in range(count)]
delivery = pd.DataFrame({"attribute": "home delivery", "kano": letters})
better_lower = needs.coefficients(delivery, level=d.level)["better_lower"].iloc[0]

# q2: per customer the difference varies by s when level, and by s - lead² with the lead
tail, reach = norm.ppf(1 - d.wrong / 2), norm.ppf(d.found)


def needed(lead):
    if lead <= 0:
        return None
    spread = math.sqrt(d.together - lead**2)
    return ((tail * math.sqrt(d.together) + reach * spread) / lead) ** 2


# q3: the three grids as three groups of answers
standard = needs.classify(d.kano)
others = [needs.classify(d.kano, grid=grid).assign(grid=grid) for grid in ("pouliot", "printed")]
answers = pd.concat([standard.assign(grid="berger"), *others])
named = needs.classes(answers, by="grid", margin=d.margin).rename(columns={"group": "grid"})
complete = answers.dropna(subset="kano")
share = (complete["kano"] == "Q").groupby([complete["grid"], complete["attribute"]]).mean()
by_grid = named[["grid", "attribute", "mode", "rule"]].merge(share.rename("q_share").reset_index())

# q4
shown = by_grid[(by_grid["grid"] == "berger") & by_grid["rule"].isin(["M", "O"])]
offer = {"M and O": shown["attribute"].tolist()}
felt = needs.offers(standard, offer).set_index("state")["share"].to_dict()


def verdict_of(displeased, pleased):
    if displeased <= d.limit:
        return "within"
    return "over" if displeased < pleased else "most"


judgement = {
    "verdict": ex.letters(verdict_of(felt["displeased"], felt["pleased"])),
    "reasons": ex.letters("hides", "ends"),
}
