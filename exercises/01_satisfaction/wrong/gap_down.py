"""Last year's answer less this year's, and the gap is read as a level and as an effect."""

FAILS = {"q4": "gap_down"}

judgement = {
    "verdict": ex.letters(names[(-mean_gap).idxmax()]),
    "reasons": ex.letters("content", "cause"),
}
