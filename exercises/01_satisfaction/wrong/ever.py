"""Everybody who ever was a customer counts as asked."""

FAILS = {"q3": "ever"}

everybody = d.customers.groupby(by, observed=True).size()
base = everybody.loc[list(zip(measured["region"], measured["treated"], strict=True))].to_numpy()
measured = measured.assign(asked=base, worst=measured["worst"] * measured["asked"] / base)
