"""Percentages instead of shares."""

FAILS = {"q3": "percent"}

quarters = quarters.assign(lost_share=100 * quarters["lost_share"])
