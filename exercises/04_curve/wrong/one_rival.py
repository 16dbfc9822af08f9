"""All rivals together count as one."""

FAILS = {"q1": "one_rival"}

dearer = math.log(odds) + d.sensitivity * (d.rival_satisfaction - 3)
