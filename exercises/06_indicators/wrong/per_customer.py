"""Purchases and sole buyers are divided by all customers instead of by buyers."""

FAILS = {"q3": "per_customer"}

reach = market["penetration"]
market = market.assign(per_buyer=market["per_buyer"] * reach, sole=market["sole"] * reach)
