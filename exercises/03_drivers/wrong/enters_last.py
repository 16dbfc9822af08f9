"""What the first attribute adds to the second is taken for LMG."""

FAILS = {"q1": "enters_last"}

lmg_first = together - two**2
