"""A negative number of months where the membership is near enough from the start."""

FAILS = {"q2": "negative"}


def months_to(share, churn):
    steady = d.won / churn
    return math.log(share * steady / abs(d.members - steady)) / math.log(1 - churn)
