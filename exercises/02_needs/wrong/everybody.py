"""All six classes stand in the denominator of better."""

FAILS = {"q1": "everybody"}

counted = delivery.assign(kano=delivery["kano"].replace({"R": "I", "Q": "I"}))
better_lower = needs.coefficients(counted, level=d.level)["better_lower"].iloc[0]
