"""The two counts are taken for those of two separate samples, as in Fong's test."""

FAILS = {"q2": "two_samples"}


def needed(lead):
    if lead <= 0:
        return None
    level = math.sqrt(d.together - d.together**2 / 2)
    spread = math.sqrt(d.together - (d.together**2 + lead**2) / 2)
    return ((tail * level + reach * spread) / lead) ** 2
