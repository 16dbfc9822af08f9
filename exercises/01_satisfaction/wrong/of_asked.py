"""The share that is still lacking is taken of all guests, not of the silent."""

FAILS = {"q1": "of_asked"}

silent_satisfied = d.promised - d.satisfied / d.asked
