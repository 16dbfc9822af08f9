"""The gap is closed by the same number each month, as if the leak did not shrink with it."""

FAILS = {"q2": "straight"}


def months_to(share, churn):
    steady = d.won / churn
    distance = abs(d.members - steady) / steady
    return max(0.0, (distance - share) / churn)
