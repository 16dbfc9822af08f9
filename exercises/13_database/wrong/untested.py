"""The log is taken to tell what a letter does."""

FAILS = {"q4": "untested"}

judgement = {"verdict": ex.letters(verdict), "reasons": ex.letters("effect", "lost")}
