"""The share of the pleased is read for that of the displeased, and letters for majorities."""

FAILS = {"q4": "pleased"}

judgement = {
    "verdict": ex.letters(verdict_of(felt["pleased"], felt["displeased"])),
    "reasons": ex.letters("rest", "majority"),
}
