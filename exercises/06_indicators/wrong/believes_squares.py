"""The least-squares estimate is believed, for its interval is the narrower one."""

FAILS = {"q4": "believes_squares"}

believed = verdicts[squares > -1, squares > -1]
judgement = {"verdict": ex.letters(believed), "reasons": ex.letters("narrow", "profit")}
