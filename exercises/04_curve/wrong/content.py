"""Only the highly satisfied are taken for loyal, and a high share for content customers."""

FAILS = {"q4": "content"}

satisfied = 4 if many["low competition"][4] >= d.bar else 5
judgement = {"verdict": ex.letters(f"at_{satisfied}"), "reasons": ex.letters("content", "intent")}
