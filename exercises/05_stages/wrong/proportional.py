"""The fall is cut by the same share as the way is to be."""

FAILS = {"q1": "proportional"}

fall = d.regress * d.part
