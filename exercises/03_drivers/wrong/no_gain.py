"""R² with the attribute in it is taken for its gain."""

FAILS = {"q2": "no_gain"}


def gain(attribute, before):
    return explained(list(dict.fromkeys([*before, attribute])))
