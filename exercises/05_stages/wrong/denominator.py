"""Shares of all moves, instead of the moves from each stage."""

FAILS = {"q3": "denominator"}

part_of = moved["n"] / moved["n"].sum()
true_part = (true.sum(axis=1) / true.to_numpy().sum()).to_numpy()
moved = moved.assign(
    up=moved["up"] * part_of, down=moved["down"] * part_of, true_up=moved["true_up"] * true_part
)
