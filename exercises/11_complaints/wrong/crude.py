"""The row as seen is read, in which grave problems are mixed with outcomes."""

FAILS = {"q4": "crude"}

seen = [
    complaints.recovery_contrast(part, had_problem=None).iloc[0]
    for _, part in d.problems.groupby(thirds, observed=True)
]
count = sum(row["upper"] < 0 for row in seen)
judgement = {
    "verdict": ex.letters(["none", "one", "two", "all"][count]),
    "reasons": ex.letters("attached", "interval"),
}
