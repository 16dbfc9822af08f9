"""The way is taken as the distance over the net speed, advance minus fall."""

FAILS = {"q1": "drift"}

fall = max(d.advance - (d.advance - d.regress) / d.part, 0)
