"""Both waves and both years are thrown together, over the opening of the market."""

FAILS = {"q3": "both_years"}

everybody = d.survey.dropna(subset="overall")
every = d.purchases.groupby("customer")["own"].mean().rename("own_share").reset_index()
everyone = everybody.merge(every, on="customer").merge(d.customers, on="customer")
mixed = everyone.groupby(["region", "overall"])["own_share"]
observed = mixed.agg(n="count", own_share="mean").reset_index()
