"""The reliability is taken for a correlation, and squared."""

FAILS = {"q3": "square"}

crowds = pd.DataFrame(
    {"cut": cut, "reliability": reliability, **crowd(cut, reliability**2)}
    for cut in d.preference_cuts
    for reliability in d.reliabilities
)
