"""CSM is taken over those who answered all four items."""

FAILS = {"q3": "complete"}

full = satisfaction.csm(second.dropna(subset=items), items=items, by=by)
measured = measured.assign(csm=full.set_index("group")["score"])
