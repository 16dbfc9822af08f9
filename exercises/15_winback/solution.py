import pandas as pd
from scipy.optimize import brentq

from loyaltylab import winback

d = ex.data

# q1
names = ("churn", "beyond", "regain", "fade", "reach", "margin", "keep_cost", "discount")
gym = {name: d[name] for name in names} | {"new_prospects": d.joins, "win": 1, "cold": 0}
second_life = winback.Circle(**gym).steady_state.second_life


# q2
def just_lost(regain, cost):
    circle = winback.Circle(**gym | {"regain": regain, "contact_cost": cost})
    return circle.worth().set_index("stands").loc["just lost", "worth"]


def break_even_regain(cost):
    if just_lost(1.0, cost) < 0:
        return None
    return brentq(just_lost, 0.0, 1.0, args=(cost,))


# q3
lost = d.lost.assign(cost=d.cost)
cannot = {
    "none": pd.Series(False, index=lost.index),
    "named": lost["main"] == "involuntary",
    "true": lost["involuntary"],
}
truly = lost.loc[lost["involuntary"], "customer"]
rows = []
for reasons, never in cannot.items():
    ranked = winback.rank_contacts(lost.assign(chance=d.chance * ~never), budget=d.budget)
    called = ranked[ranked["contact"]]
    wasted = called["customer"].isin(truly)
    real = (called["profit"] - wasted * called["chance"] * called["value"]).sum()
    rows.append((reasons, len(called), wasted.sum(), called["profit"].sum(), real))
lists = pd.DataFrame(rows, columns=["reasons", "contacted", "wasted", "planned", "real"])

# q4
sent = winback.orders_after(d.mailings, d.orders, days=28)
found = winback.incremental(sent).set_index("measure")["estimate"]
anyway = found["redemptions bought anyway (share, least)"]
bands = {0.7: "from_70", 0.6: "from_60", 0.5: "from_50", 0.0: "under_50"}
verdict = next(code for least, code in bands.items() if anyway >= least)
judgement = {"verdict": ex.letters(verdict), "reasons": ex.letters("lot", "redeeming")}
