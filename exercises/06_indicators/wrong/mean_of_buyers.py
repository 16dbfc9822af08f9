"""The mean of the buyers' own shares, each customer weighing the same."""

FAILS = {"q1": "mean_of_buyers"}

requirements = brands.set_index("brand").loc[d.brand, "scr_mean"]
