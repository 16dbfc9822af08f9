"""Both waves are thrown together."""

FAILS = {"q1": "both_waves"}

every = d.panel.dropna(subset=["liking", "comparison", "share"])
every = matrix.classify(matrix.preference(every), split=(3.5, d.repeat_cut))
inert = (every.loc[every["region"] == d.region, "segment"] == "inert").mean()
