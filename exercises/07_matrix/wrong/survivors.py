"""Only those who brought something in 2025, with the lot as the excuse."""

FAILS = {"q4": "survivors"}

stayed = verdict_of(levels[brought.notna()], brought.dropna())
judgement = {"verdict": ex.letters(stayed), "reasons": ex.letters("lot", "large")}
