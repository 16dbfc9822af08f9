"""Many purchases are taken for a proof of habit."""

FAILS = {"q4": "habit"}

judgement = judgement | {"reasons": ex.letters("taste", "many")}
