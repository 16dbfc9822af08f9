"""Only the hazards of the list are cut, though the cut may reach beyond it."""

FAILS = {"q2": "list_only"}


def months_gained(cut, early):
    less = [h * (1 - cut) if month < early else h for month, h in enumerate(d.hazard)]
    lives = [bucket.LeakyBucket(hazard=tuple(h), churn=d.late).life for h in (d.hazard, less)]
    return lives[1] - lives[0]
