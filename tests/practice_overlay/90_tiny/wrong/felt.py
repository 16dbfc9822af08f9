"""A feeling for a reason."""

FAILS = {"q4": "felt"}

best = {"verdict": ex.letters(side), "reasons": ex.letters("luck", "mean")}
