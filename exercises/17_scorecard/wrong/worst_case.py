"""One half is taken for the share that passes."""

FAILS = {"q1": "half"}

visits = d.restaurants * scorecard.visits_needed(d.half_width, level=d.level)
