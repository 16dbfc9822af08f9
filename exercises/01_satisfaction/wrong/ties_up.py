"""A score on a cut point always goes up, as by default."""

FAILS = {"q2": "ties"}

upwards = satisfaction.GradeRule(cuts=tuple(d.cuts))


def grade_range(lower, upper):
    least, most = upwards.grade([lower, upper])
    return [g for g in satisfaction.grades()["value"] if least <= g <= most]
