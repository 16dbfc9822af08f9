"""A high share is taken for content customers, and the gap is read off the wrong way."""

FAILS = {"q4": "content"}

closest = int(by_region.diff(axis=1).iloc[:, -1].abs().idxmin())
judgement = {"verdict": ex.letters(f"at_{closest}"), "reasons": ex.letters("content", "intent")}
