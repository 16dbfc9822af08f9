"""The squared correlation is taken for LMG."""

FAILS = {"q1": "enters_first"}

lmg_first = one**2
