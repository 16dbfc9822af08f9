"""The chart is read as growth, and growth as what a programme would bring."""

FAILS = {"q4": "growth"}

judgement = judgement | {"reasons": ex.letters("programme", "rows")}
