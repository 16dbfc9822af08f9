"""The third with the highest score is chosen."""

FAILS = {"q3": "best"}

rows = []
turned = d.panel.assign(service=-d.panel["service"])
for at in (1, 2, 3):
    found = scorecard.regression_to_mean(turned, selected=None, at=at, after=at + 1)
    chosen = found.means().set_index("who").loc["chosen"]
    left = chosen["change"] - chosen["expected"]
    rows.append((at, -chosen["change"], -chosen["expected"], -left))
prizes = pd.DataFrame(rows, columns=["at", "gain", "expected", "effect"])
