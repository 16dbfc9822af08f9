"""The goal is taken as a share of rivals that are alike in number, not as odds."""

FAILS = {"q2": "odds"}


def rivals_for(satisfaction, share):
    return (1 - share) * math.exp(d.sensitivity * (satisfaction - d.rival_satisfaction))
