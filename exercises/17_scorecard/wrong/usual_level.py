"""The usual level of 95 % is taken instead of the level asked for."""

FAILS = {"q1": "level"}

visits = d.restaurants * scorecard.visits_needed(d.half_width, share=d.pass_rate)
