"""The variance without a lead is used for the true lead, too."""

FAILS = {"q2": "same_spread"}


def needed(lead):
    if lead <= 0:
        return None
    return ((tail + reach) * math.sqrt(d.together) / lead) ** 2
