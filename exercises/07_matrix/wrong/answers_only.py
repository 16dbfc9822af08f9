"""Only the answers get the reliability; the behaviour keeps the default."""

FAILS = {"q3": "answers_only"}


def told(cut, reliability):
    known = {"preference_cut": cut, "correlation": d.correlation}
    rule = matrix.SplitRule(preference_reliability=reliability, **known)
    return {"misplaced": rule.misplaced, "moving": rule.moving}


crowds = pd.DataFrame(
    {"cut": cut, "reliability": reliability, **told(cut, reliability)}
    for cut in d.preference_cuts
    for reliability in d.reliabilities
)
