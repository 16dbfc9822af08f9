"""The shares are counted from joining on, and the gap is laid to the survey."""

FAILS = {"q4": "immortal"}

joined = people.groupby("answered")["gone"].mean()
lead = "less" if joined[True] < joined[False] else "more"
other = "more" if verdict == lead else lead
judgement = {"verdict": ex.letters(other), "reasons": ex.letters("binds", "test")}
