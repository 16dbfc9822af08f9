"""The odds of staying stand where those of leaving belong, and the goal is one of leaving."""

FAILS = {"q1": "upside_down", "q2": "upside_down"}

dearer = math.log(d.rivals / odds) + d.sensitivity * (d.rival_satisfaction - 3)


def rivals_for(satisfaction, share):
    return share / (1 - share) * math.exp(d.sensitivity * (satisfaction - d.rival_satisfaction))
