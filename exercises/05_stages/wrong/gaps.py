"""Each answer is paired with the customer's next one, however much later it came."""

FAILS = {"q3": "gaps"}

known = stages.stage_of(d.tracking).dropna(subset="stage").sort_values(["customer", "quarter"])
known["quarter"] = known.groupby("customer").cumcount()
paired = stages.fit_chain(known).counts()
moved = paired.sum(axis=1).rename("n").to_frame()
moved = moved.assign(up=share(paired, above), down=share(paired, below), true_up=share(true, above))
moved = moved.reset_index()
