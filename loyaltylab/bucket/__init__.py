"""Chapter 09, the leaky bucket: what a leak costs.

A firm is a bucket: customers are poured in (acquired) and leak out (churn). The chapter
computes what stays in the bucket, what the leak costs, where the next coin should go, and
what is left of the sayings about it.
"""

from loyaltylab.bucket.choice import PourOrPlug
from loyaltylab.bucket.leak import LeakyBucket
from loyaltylab.bucket.lifetable import hazard_table, plot_hazard
from loyaltylab.bucket.observed import expected_life, from_customers
from loyaltylab.bucket.panel import flows, plot_flows
from loyaltylab.bucket.sales import hundred_lost_hundred_won, plot_same_sales, same_sales
from loyaltylab.bucket.sayings import (
    five_to_six_times,
    one_lost_ten_to_win,
    several_times,
    ten_thousand_yuan,
)

__all__ = [
    "LeakyBucket",
    "PourOrPlug",
    "expected_life",
    "five_to_six_times",
    "flows",
    "from_customers",
    "hazard_table",
    "hundred_lost_hundred_won",
    "one_lost_ten_to_win",
    "plot_flows",
    "plot_hazard",
    "plot_same_sales",
    "same_sales",
    "several_times",
    "ten_thousand_yuan",
]
