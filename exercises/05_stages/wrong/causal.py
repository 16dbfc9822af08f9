"""The gap is taken for certain, and for the doing of competition."""

FAILS = {"q4": "causal"}

leader = "high" if gaps[4] > 0 else "low"
judgement = {"verdict": ex.letters(leader), "reasons": ex.letters("chance", "cause")}
