"""The share is taken of the distance at the start, not of the steady state."""

FAILS = {"q2": "own_distance"}


def months_to(share, churn):
    return math.log(share) / math.log(1 - churn)
