import bisect
import math

import pandas as pd

from loyaltylab import chain

d = ex.data

# q1: the least number whose detectable correlation is no larger than that of the ends
ends = math.prod(d.links)
counts = range(5, 10**6)
place = bisect.bisect_left(counts, -ends, key=lambda n: -chain.detectable(n, power=d.power))
branches_needed = counts[place]


# q2: what is between stays, what is inside shrinks by the size
def flips(icc_y, r_between, r_within):
    between = math.sqrt(d.icc_x * icc_y) * r_between
    within = math.sqrt((1 - d.icc_x) * (1 - icc_y)) * r_within
    if between * within >= 0 or abs(between) >= abs(within):
        return None
    return -within / between


# q3
rows = []
for links in ("chain", "all"):
    for control, held in (("none", []), ("area", ["area"])):
        fitted = chain.fit_path(d.branches, links=links, controls=held, branch="branch", draws=100)
        table = fitted.effects().set_index(["source", "target"])
        found = table.loc[("job_satisfaction", "profit_cents")]
        rows.append((links, control, found["direct"], found["total"]))
effects = pd.DataFrame(rows, columns=["links", "control", "direct", "total"])

# q4
levels = chain.split_correlation(d.employees).table().set_index("level")["correlation"]
people = levels["total"]
verdict = ("" if abs(people) >= 0.05 else "bit_") + ("negative" if people < 0 else "positive")
judgement = {"verdict": ex.letters(verdict), "reasons": ex.letters("area", "back", "level")}
