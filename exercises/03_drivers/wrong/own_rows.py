"""Every regression takes the rows that are complete for itself."""

FAILS = {"q2": "own_rows"}


def of_own_rows(names):
    if not names:
        return 0.0
    return float(drivers.lmg(wave[[*names, "overall"]].dropna().corr()).sum())


def gain(attribute, before):
    after = before if attribute in before else [*before, attribute]
    return of_own_rows(after) - of_own_rows(before)
