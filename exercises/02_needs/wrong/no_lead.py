"""A negative lead gets the number of a positive one."""

FAILS = {"q2": "no_lead"}


def needed(lead):
    spread = math.sqrt(d.together - lead**2)
    return ((tail * math.sqrt(d.together) + reach * spread) / lead) ** 2
