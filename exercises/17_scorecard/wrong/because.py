"""The difference is taken the other way round, and after for because."""

FAILS = {"q4": "because"}

opposite = ("far_" if abs(apart) >= 4 else "") + ("below" if apart > 0 else "above")
judgement = {
    "verdict": ex.letters(opposite),
    "reasons": ex.letters("large", "order", "season"),
}
