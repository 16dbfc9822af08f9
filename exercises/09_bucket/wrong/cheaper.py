"""The two costs are compared as they are, and an average ratio is taken for a rule."""

FAILS = {"q4": "cheaper"}

judgement = judgement | {"reasons": ex.letters("five", "never")}
