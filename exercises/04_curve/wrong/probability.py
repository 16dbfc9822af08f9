"""The odds of leaving, (1 - p) / p, are taken for its probability, 1 - p."""

FAILS = {"q2": "odds"}


def rivals_for(satisfaction, share):
    return (1 - share) * math.exp(d.sensitivity * (satisfaction - d.rival_satisfaction))
