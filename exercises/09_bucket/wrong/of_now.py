"""The lost are divided by those who bought in this quarter, and all of them taken for gone."""

FAILS = {"q3": "of_now"}

now = seen["quarter"].astype(str).value_counts()
quarters = quarters.assign(
    lost_share=quarters["lost"] / quarters["quarter"].map(now),
    gone=quarters["lost"],
)
