"""The share between branches of the second column is taken for that of both."""

FAILS = {"q2": "inside"}


def flips(icc_y, r_between, r_within):
    between, within = icc_y * r_between, (1 - icc_y) * r_within
    if between * within >= 0 or abs(between) >= abs(within):
        return None
    return -within / between
