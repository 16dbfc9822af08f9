"""An interval that holds 0 is read as no effect, and what the loyal bring as what it adds."""

FAILS = {"q4": "no_effect"}

judgement = {"verdict": judgement["verdict"], "reasons": ex.letters("zero", "level")}
