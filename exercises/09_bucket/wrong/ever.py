"""All of the lost who left at any time, also after the quarter."""

FAILS = {"q3": "ever"}

at_any_time = []
for quarter in pd.period_range("2024Q2", "2025Q4", freq="Q"):
    before = seen[seen["quarter"] == quarter - 1]
    there = seen.loc[seen["quarter"] == quarter, "customer"]
    at_any_time.append(before.loc[~before["customer"].isin(there), "left"].notna().sum())
quarters = quarters.assign(gone=at_any_time)
