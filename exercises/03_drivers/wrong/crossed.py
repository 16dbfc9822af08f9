"""The good side of performance is read for the bad one, and a zone for a level and an effect."""

FAILS = {"q4": "crossed"}

judgement = {"verdict": ex.letters(verdict_of("manage")), "reasons": ex.letters("below", "effect")}
