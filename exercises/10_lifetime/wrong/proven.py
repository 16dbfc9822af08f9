"""No clear slope is taken for none, and the survivors for everybody."""

FAILS = {"q4": "proven"}

judgement = judgement | {"reasons": ex.letters("stayers", "nothing")}
