import numpy as np
import pandas as pd

from loyaltylab import scorecard

d = ex.data

# q1
each = scorecard.visits_needed(d.half_width, share=d.pass_rate, level=d.level)
visits = d.restaurants * each


# q2
sheet = scorecard.example_sheet()


def told(times):
    seen = d.measured.copy()
    for end in ("lower", "upper"):
        seen[end] = seen["value"] + (seen[end] - seen["value"]) / np.sqrt(times)
    status = sheet.status(seen).merge(seen[["indicator", "weight"]])
    known = status["status"].isin(["met", "not met"])
    return status.loc[known, "weight"].sum() / status["weight"].sum()


# q3
rows = []
for at in (1, 2, 3):
    found = scorecard.regression_to_mean(d.panel, selected=None, at=at, after=at + 1)
    chosen = found.means().set_index("who").loc["chosen"]
    left = chosen["change"] - chosen["expected"]
    rows.append((at, chosen["change"], chosen["expected"], left))
prizes = pd.DataFrame(rows, columns=["at", "gain", "expected", "effect"])

# q4
naive = scorecard.before_after(d.shop, start=66).estimate
twins = scorecard.weekly_difference(d.shop, start=66).effect().estimate
apart = 100 * (naive - twins)
verdict = ("far_" if abs(apart) >= 4 else "") + ("above" if apart > 0 else "below")
judgement = {
    "verdict": ex.letters(verdict),
    "reasons": ex.letters("bundle", "others", "base"),
}
