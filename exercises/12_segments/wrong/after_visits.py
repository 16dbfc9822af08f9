"""The fall after the visits is put down to the visits."""

FAILS = {"q4": "after"}

judgement = {"verdict": ex.letters(verdict), "reasons": ex.letters("visits", "worse")}
