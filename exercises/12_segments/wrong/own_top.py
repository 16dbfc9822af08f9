"""The second window's own top is read for the customers of the list, who seem not to fall."""

FAILS = {"q4": "own_top"}

judgement = {
    "verdict": ex.letters("all" if chance >= estimate[0] - estimate[2] else "some"),
    "reasons": ex.letters("luck", "works"),
}
