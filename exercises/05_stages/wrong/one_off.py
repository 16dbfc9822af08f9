"""The first quarter is counted as the start."""

FAILS = {"q2": "one_off"}


def ever_reaches(stage, quarters):
    chain = stages.StageChain(advances=tuple(d.advances), regress=d.regress)
    moves = chain.matrix().to_numpy(copy=True)
    moves[-1] = [0, 0, 0, 0, 1]
    return np.linalg.matrix_power(moves, int(quarters) - 1)[names.index(stage), -1]
