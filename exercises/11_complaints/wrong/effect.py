"""The consultant is believed: the same losses, many rows."""

FAILS = {"q4": "effect"}

judgement = {"verdict": ex.letters(verdict), "reasons": ex.letters("alike", "many")}
