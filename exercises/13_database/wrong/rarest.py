"""The rarest silences are written to, because they are the surest."""

FAILS = {"q4": "largest"}

judgement = {"verdict": ex.letters("at_0.05"), "reasons": ex.letters("sure", "lot")}
