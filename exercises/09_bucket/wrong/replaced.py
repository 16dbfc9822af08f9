"""Equal sales are taken for no loss, and every absence for a defection."""

FAILS = {"q4": "replaced"}

judgement = judgement | {"reasons": ex.letters("sales", "away")}
