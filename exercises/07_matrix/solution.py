import math

import pandas as pd

from loyaltylab import matrix

d = ex.data

# q1: levels count as 1 to 4, so that a cut at 3.5 leaves the highest alone
first = d.panel[d.panel["wave"] == 1].dropna(subset=["liking", "comparison", "share"])
levels = matrix.preference(first)
strict = matrix.classify(levels, split=(3.5, d.repeat_cut))
counts = matrix.segment_counts(strict, by="region").set_index(["group", "segment"])
inert = counts.loc[(d.region, "inert"), "share"]


# q2
def favour(lifetime_value, minute_value, other_value):
    return matrix.QueueFavour(
        minutes=d.minutes,
        minute_value=minute_value,
        leave_if_delayed=d.leave_if_delayed,
        other_value=other_value,
        lifetime_value=lifetime_value,
        leave_if_refused=d.leave_if_refused,
        leave_if_served=d.leave_if_served,
    )


def smallest_queue(lifetime_value, minute_value, other_value):
    level = favour(lifetime_value, minute_value, other_value).break_even
    return None if level is None else math.ceil(level)


# q3
def crowd(cut, reliability):
    rule = matrix.SplitRule(
        preference_cut=cut,
        correlation=d.correlation,
        preference_reliability=reliability,
        repeat_reliability=reliability,
    )
    return {"misplaced": rule.misplaced, "moving": rule.moving}


crowds = pd.DataFrame(
    {"cut": cut, "reliability": reliability, **crowd(cut, reliability)}
    for cut in d.preference_cuts
    for reliability in d.reliabilities
)


# q4: segments before the service, and everybody who stood in them then
def verdict_of(people, brought):
    trial = matrix.classify(people).assign(brought_cents=brought)
    known = {"outcome": "brought_cents", "cost": d.cost_cents, "margin": d.margin}
    row = matrix.payoff(trial, **known).set_index("segment").loc["all"]
    return {"worth it": "worth", "not worth it": "loss", "cannot be told": "open"}[row["verdict"]]


brought = levels["customer"].map(d.brought.set_index("customer")["brought_cents"])
found = verdict_of(levels, brought.fillna(0))
judgement = {"verdict": ex.letters(found), "reasons": ex.letters("after", "gone")}
