"""The rivals' satisfaction is subtracted from the wrong side."""

FAILS = {"q1": "sign", "q2": "sign"}

dearer = math.log(odds * d.rivals) - d.sensitivity * (d.rival_satisfaction - 3)


def rivals_for(satisfaction, share):
    return (1 - share) / share * math.exp(d.sensitivity * (d.rival_satisfaction - satisfaction))
