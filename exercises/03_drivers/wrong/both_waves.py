"""Both waves are thrown together, and who answered in both counts twice."""

FAILS = {"q2": "both_waves"}

stacked = d.survey.dropna(subset=[*items, "overall"])


def of_both(names):
    return float(drivers.lmg(stacked[[*names, "overall"]].corr()).sum()) if names else 0.0


def gain(attribute, before):
    after = before if attribute in before else [*before, attribute]
    return of_both(after) - of_both(before)
