"""The interval is left at the usual 95%."""

FAILS = {"q1": "usual_level"}

better_lower = needs.coefficients(delivery)["better_lower"].iloc[0]
