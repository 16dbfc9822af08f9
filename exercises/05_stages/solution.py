import numpy as np
from scipy.optimize import brentq

from loyaltylab import stages

d = ex.data
names = list(stages.StageChain().matrix().index)


# q1: the mean way grows with the fall, so search between none at all and today's
def way(regress):
    chain = stages.StageChain(advance=d.advance, regress=regress)
    return chain.times()["periods_to_action"].iloc[0]


goal = d.part * way(d.regress)
fall = brentq(lambda regress: way(regress) - goal, 0, d.regress)


# q2: who has reached action stays there
def ever_reaches(stage, quarters):
    chain = stages.StageChain(advances=tuple(d.advances), regress=d.regress)
    moves = chain.matrix().to_numpy(copy=True)
    moves[-1] = [0, 0, 0, 0, 1]
    return np.linalg.matrix_power(moves, int(quarters))[names.index(stage), -1]


# q3: counts of moves, from each stage (rows) to each (columns)
seen = stages.fit_chain(stages.stage_of(d.tracking)).counts()
true = stages.fit_chain(d.truth).counts()


def share(counts, part):
    return part(counts.to_numpy()).sum(axis=1) / counts.sum(axis=1)


def above(counts):
    return np.triu(counts, 1)


def below(counts):
    return np.tril(counts, -1)


moved = seen.sum(axis=1).rename("n").to_frame()
moved = moved.assign(up=share(seen, above), down=share(seen, below), true_up=share(true, above))
moved = moved.reset_index()

# q4: the sign of the gap between the regions at k = 2, 3, 4
tests = stages.six_tests(**d.cuts)


def by_region(people, column="share"):
    found = {}
    for region, group in people.groupby("region", observed=True):
        table = stages.loyal_by_k(stages.checklist(group, tests)).set_index("k")
        found[region] = table.loc[2:4, column]
    return found["high competition"] - found["low competition"]


gaps = by_region(d.people)
code = "high" if (gaps > 0).all() else "low" if (gaps < 0).all() else "depends"
judgement = {"verdict": ex.letters(code), "reasons": ex.letters("k", "cuts")}
