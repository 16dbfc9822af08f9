"""Rate and shape are left at the defaults of the library."""

FAILS = {"q3": "defaults"}

parts = []
for s in d.switching:
    expects = ind.DirichletMarket(switching=s, sizes=tuple(d.sizes)).table().rename(columns=names)
    ends = expects.loc[[expects["share"].idxmax(), expects["share"].idxmin()]]
    parts.append(ends.assign(switching=s, brand=["largest", "smallest"]))
market = pd.concat(parts)[columns]
