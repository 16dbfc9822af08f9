"""One chance to advance, that of q1, for all stages."""

FAILS = {"q2": "mean_advance"}


def ever_reaches(stage, quarters):
    moves = stages.StageChain(advance=d.advance, regress=d.regress).matrix().to_numpy(copy=True)
    moves[-1] = [0, 0, 0, 0, 1]
    return np.linalg.matrix_power(moves, int(quarters))[names.index(stage), -1]
