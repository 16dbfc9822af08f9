"""The shares of sales are divided, and not those of one customer."""

FAILS = {"q1": "totals"}

others = fifth / (1 - fifth)
