"""Purchases from rivals are scored as well."""

FAILS = {"q3": "rivals"}

every = d.purchases.assign(amount=d.purchases["amount_cents"] / 100)
rules = compared(scored(segments.rfm(every, until="2025-12-31").customers))
