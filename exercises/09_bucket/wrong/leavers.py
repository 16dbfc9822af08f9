"""All who left in the quarter are counted, also those who bought in it or not in the one before."""

FAILS = {"q3": "leavers"}

went = d.customers["left"].dropna().dt.to_period("Q").astype(str).value_counts()
quarters = quarters.assign(gone=quarters["quarter"].map(went).fillna(0).astype(int))
