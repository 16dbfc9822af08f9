"""Chapter 13, the customer database: what is known of every customer, kept and asked.

One file holds purchases, customers, products, contacts and answers. Rows are checked when they
come in, bad ones are kept aside with the reason, nothing is loaded twice, and a load is there
wholly or not at all. The queries are expressions, so the same lines run on a cluster.
"""

from loyaltylab.database.before import leaving_before
from loyaltylab.database.cohorts import cohorts
from loyaltylab.database.export import export
from loyaltylab.database.leaving import leaving
from loyaltylab.database.loyal import LoyalRule, loyal
from loyaltylab.database.preferences import preferences
from loyaltylab.database.profile import profile
from loyaltylab.database.purchases import ledger
from loyaltylab.database.report import LoadReport
from loyaltylab.database.rhythm import gaps, rhythm
from loyaltylab.database.sayings import member_card, seven_measures, three_processes
from loyaltylab.database.store import CustomerBase
from loyaltylab.database.summary import summary

__all__ = [
    "CustomerBase",
    "LoadReport",
    "LoyalRule",
    "cohorts",
    "export",
    "gaps",
    "leaving",
    "leaving_before",
    "ledger",
    "loyal",
    "member_card",
    "preferences",
    "profile",
    "rhythm",
    "seven_measures",
    "summary",
    "three_processes",
]
