"""Who stands in action then, instead of who has ever been there."""

FAILS = {"q2": "standing"}


def ever_reaches(stage, quarters):
    chain = stages.StageChain(advances=tuple(d.advances), regress=d.regress)
    moves = chain.matrix().to_numpy()
    return np.linalg.matrix_power(moves, int(quarters))[names.index(stage), -1]
