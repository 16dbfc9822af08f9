"""Branch averages are read as people, and the tie as an effect."""

FAILS = {"q4": "level"}

other = "positive" if verdict != "positive" else "negative"
judgement = {"verdict": ex.letters(other), "reasons": ex.letters("sure", "average", "control")}
