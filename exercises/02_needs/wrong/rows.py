"""The share of Q is taken of all rows, those without a class included."""

FAILS = {"q3": "rows"}

asked = d.kano.groupby("attribute").size()
classed = d.kano.dropna().groupby("attribute").size()
of_rows = by_grid["attribute"].astype(str).map(classed / asked)
by_grid = by_grid.assign(q_share=by_grid["q_share"] * of_rows)
