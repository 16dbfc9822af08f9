"""Only the grades of the two ends are named."""

FAILS = {"q2": "ends_only"}


def grade_range(lower, upper):
    return sorted(set(rule.grade([lower, upper])))
