"""Only the largest brand is thought to have customers who buy nothing else."""

FAILS = {"q2": "leader"}


def chance_sole(n):
    return (max(d.sizes) / sum(d.sizes)) ** n
