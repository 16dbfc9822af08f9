"""Cents are held against cut points in money."""

FAILS = {"q3": "cents"}

rules = compared(scored(customers.assign(amount=customers["amount"] * 100)))
