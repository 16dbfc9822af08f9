"""Every step is taken to satisfy as many as the first."""

FAILS = {"q2": "straight"}


def steps_for(satisfied):
    return max(0.0, (satisfied - 1 + d.start) / (d.start * (1 - d.keep)))
