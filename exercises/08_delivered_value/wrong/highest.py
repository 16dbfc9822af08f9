"""The narrowest rise is read off, and repeat shares are taken for value and for habit."""

FAILS = {"q4": "highest"}

narrowest = ex.letters(f"at_{lift.idxmin()}")
judgement = {"verdict": narrowest, "reasons": ex.letters("highest", "habit")}
