"""The line is fitted to the others alone, with a slope of their own."""

FAILS = {"q3": "own_line"}

rows = []
for at in prizes["at"]:
    found = scorecard.regression_to_mean(d.panel, selected=None, at=at, after=at + 1).units
    picked, others = found[found["chosen"]], found[~found["chosen"]]
    slope, start = np.polyfit(others["before"], others["after"], 1)
    gain = (picked["after"] - picked["before"]).mean()
    foretold = start + slope * picked["before"].mean() - picked["before"].mean()
    rows.append((at, gain, foretold, gain - foretold))
prizes = pd.DataFrame(rows, columns=["at", "gain", "expected", "effect"])
