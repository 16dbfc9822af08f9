"""The chosen are held against the plain change of the others."""

FAILS = {"q3": "did"}

some = []
for at in prizes["at"]:
    found = scorecard.regression_to_mean(d.panel, selected=None, at=at, after=at + 1)
    change = found.means().set_index("who")["change"]
    some.append((at, change["chosen"], change["others"], change["chosen"] - change["others"]))
prizes = pd.DataFrame(some, columns=["at", "gain", "expected", "effect"])
