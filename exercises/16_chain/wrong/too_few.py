"""The number of branches is rounded down, so that the power falls short."""

FAILS = {"q1": "too_few"}

branches_needed = branches_needed - 1
