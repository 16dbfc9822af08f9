"""Both are loaded without the number of the line."""

FAILS = {"q2": "no_key"}


def second_load(file):
    content = ["customer", "date", "amount"]
    once = file.drop_duplicates(content)
    known = once.merge(d.january[content].drop_duplicates(), on=content)
    return [len(once) - len(known), len(known), len(file) - len(once)]
