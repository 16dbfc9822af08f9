"""Whoever bought at any time after the day counts as come again."""

FAILS = {"q3": "ever"}

later = people.assign(bought=people["customer"].isin(d.log[d.log["date"] > day]["customer"]))
lists = pd.DataFrame([listed(later, alpha) for alpha in d.alphas])
