"""Cost is taken for an instrument because it follows demand, and -1 for proven."""

FAILS = {"q4": "bad_instrument"}

judgement = {"verdict": judgement["verdict"], "reasons": ex.letters("valid", "proves")}
