"""The inert of the region as a share of all customers."""

FAILS = {"q1": "everybody"}

inert = counts.loc[(d.region, "inert"), "customers"] / len(first)
