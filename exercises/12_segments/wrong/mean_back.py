"""The part that chance takes is taken to be lost, though it goes back to the mean."""

FAILS = {"q2": "mean_back"}


def lost(purchases):
    return d.shape / (purchases + d.shape)
