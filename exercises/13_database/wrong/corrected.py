"""A corrected line is taken to be skipped, since its number is known."""

FAILS = {"q2": "corrected"}


def second_load(file):
    once = file.drop_duplicates("line")
    known = int(once["line"].isin(d.january["line"]).sum())
    return [len(once) - known, known, len(file) - len(once)]
