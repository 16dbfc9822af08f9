"""High and highest both count as high preference."""

FAILS = {"q1": "midpoint"}

usual = matrix.classify(levels, split=("midpoint", d.repeat_cut))
usual = matrix.segment_counts(usual, by="region").set_index(["group", "segment"])
inert = usual.loc[(d.region, "inert"), "share"]
