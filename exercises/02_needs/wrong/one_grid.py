"""All three rows of an attribute hold the classes of the standard grid."""

FAILS = {"q3": "one_grid"}

usual = by_grid[by_grid["grid"] == "berger"]
by_grid = pd.concat([usual.assign(grid=g) for g in ("berger", "pouliot", "printed")])
