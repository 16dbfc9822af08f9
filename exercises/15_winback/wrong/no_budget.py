"""Everyone with an expected profit is contacted, whatever the budget."""

FAILS = {"q3": "budget"}

rows = []
for reasons, never in cannot.items():
    called = winback.rank_contacts(lost.assign(chance=d.chance * ~never)).query("contact")
    wasted = called["customer"].isin(truly)
    real = (called["profit"] - wasted * called["chance"] * called["value"]).sum()
    rows.append((reasons, len(called), wasted.sum(), called["profit"].sum(), real))
lists = pd.DataFrame(rows, columns=["reasons", "contacted", "wasted", "planned", "real"])
