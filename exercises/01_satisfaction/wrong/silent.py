"""Who left the question out counts as not satisfied."""

FAILS = {"q3": "silent"}

grouped = second.assign(four=second["overall"] >= 4, five=second["overall"] >= 5).groupby(
    by, observed=True
)[["four", "five"]]
shares = grouped.mean().loc[list(zip(measured["region"], measured["treated"], strict=True))]
measured = measured.assign(rate=shares["four"].to_numpy(), top_box=shares["five"].to_numpy())
