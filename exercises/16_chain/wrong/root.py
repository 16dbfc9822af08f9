"""What is inside is divided by the root of the size."""

FAILS = {"q2": "root"}


def flips(icc_y, r_between, r_within):
    between = math.sqrt(d.icc_x * icc_y) * r_between
    within = math.sqrt((1 - d.icc_x) * (1 - icc_y)) * r_within
    if between * within >= 0 or abs(between) >= abs(within):
        return None
    return (within / between) ** 2
