"""Wasted are only those who named that they moved away, not all who did."""

FAILS = {"q3": "by_main"}

said = lost.loc[cannot["named"], "customer"]
some = []
for never in cannot.values():
    ranked = winback.rank_contacts(lost.assign(chance=d.chance * ~never), budget=d.budget)
    some.append(ranked.loc[ranked["contact"], "customer"].isin(said).sum())
lists = lists.assign(wasted=some)
