"""The goal is taken for the steady state, which is reached only after a very long time."""

FAILS = {"q1": "steady"}

to_win = d.goal * d.churn
