"""Revenue is taken for profit."""

FAILS = {"q1": "revenue"}

worth = customer.revenue
