"""The highest step that holds counts, whatever is missed below it."""

FAILS = {"q3": "highest"}

high = stages.fit_chain(stages.stage_of(d.tracking, rule="highest")).counts()
moved = high.sum(axis=1).rename("n").to_frame()
moved = moved.assign(up=share(high, above), down=share(high, below), true_up=share(true, above))
moved = moved.reset_index()
