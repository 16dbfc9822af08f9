"""A size below one person is returned."""

FAILS = {"q2": "turned"}


def flips(icc_y, r_between, r_within):
    between = math.sqrt(d.icc_x * icc_y) * r_between
    within = math.sqrt((1 - d.icc_x) * (1 - icc_y)) * r_within
    return None if between * within >= 0 else -within / between
