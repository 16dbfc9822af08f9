"""An interval that holds 0 is read as no effect, and the highest estimate as the best."""

FAILS = {"q4": "no_effect"}

judgement = {"verdict": judgement["verdict"], "reasons": ex.letters("zero", "highest")}
