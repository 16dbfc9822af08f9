"""All six must hold, and who left a question out has failed it."""

FAILS = {"q4": "all_six"}

judgement = {"verdict": judgement["verdict"], "reasons": ex.letters("six", "unknown")}
