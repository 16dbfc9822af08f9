import math

import pandas as pd

from loyaltylab import complaints

d = ex.data

# q1: leavers per complaint = heard ones + (1 / voiced - 1) silent ones, times their rates
heard = d.complaints
share = heard["outcome"].value_counts(normalize=True)
berg = complaints.Iceberg(
    complaints=len(heard),
    major=(heard["loss"] == "major").mean(),
    resolved=share["resolved"],
    quick=share["resolved quickly"],
)
silent, *rates = berg.rates
heard_leave = sum(
    rate * share[name]
    for rate, name in zip(rates, ["unresolved", "resolved", "resolved quickly"], strict=True)
)
voiced = 1 / (1 + (d.per_complaint - heard_leave) / silent)


# q2: start * keep ** steps = 1 - satisfied
def steps_for(satisfied):
    if satisfied >= 1:
        return math.inf
    return max(0.0, math.log((1 - satisfied) / d.start) / math.log(d.keep))


# q3
found = complaints.exit_lists(d.leavers, named=None, staff_order=d.staff_order)
wide = found.pivot(index="cause", columns="list", values="share")
wanted = {
    "all causes, all leavers": "applied",
    "one ticked, who answered": "ticked",
    "one, sorted by staff": "blamed",
}
lists = wide.rename(columns=wanted)[list(wanted.values())].reset_index()

# q4
thirds = pd.qcut(d.problems["attachment"], 3)
alike = [
    complaints.recovery_contrast(part, had_problem=None).iloc[1]
    for _, part in d.problems.groupby(thirds, observed=True)
]
below = sum(row["upper"] < 0 for row in alike)
verdict = ["none", "one", "two", "all"][below]
judgement = {"verdict": ex.letters(verdict), "reasons": ex.letters("attached", "lot")}
