"""The whole error of the test is put into one tail."""

FAILS = {"q2": "one_sided"}


def needed(lead):
    if lead <= 0:
        return None
    spread = math.sqrt(d.together - lead**2)
    return ((norm.ppf(1 - d.wrong) * math.sqrt(d.together) + reach * spread) / lead) ** 2
