"""The grades are cut half-way between each other, not where the researcher cuts."""

FAILS = {"q2": "usual_cuts"}

half_way = satisfaction.GradeRule()


def grade_range(lower, upper):
    least, most = half_way.grade([lower, upper])
    return [g for g in satisfaction.grades()["value"] if least <= g <= most]
