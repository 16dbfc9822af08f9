"""The half-width is halved again."""

FAILS = {"q1": "width"}

visits = d.restaurants * scorecard.visits_needed(d.half_width / 2, share=d.pass_rate, level=d.level)
