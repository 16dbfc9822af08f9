"""The cut is taken off in points, not as a share of the hazard."""

FAILS = {"q2": "points"}


def months_gained(cut, early):
    hazard = [*d.hazard, *[d.late] * max(early - len(d.hazard), 0)]
    less = [max(h - cut, 0) if month < early else h for month, h in enumerate(hazard)]
    lives = [bucket.LeakyBucket(hazard=tuple(h), churn=d.late).life for h in (hazard, less)]
    return lives[1] - lives[0]
