"""A mean life of 1 / churn years at full value: nothing is discounted."""

FAILS = {"q1": "undiscounted"}

worth = d.spend * d.visits * d.margin / (1 - d.retention)
