"""The gain is divided by what the others leave unexplained."""

FAILS = {"q2": "partial"}


def gain(attribute, before):
    after = before if attribute in before else [*before, attribute]
    return (explained(after) - explained(before)) / (1 - explained(before))
