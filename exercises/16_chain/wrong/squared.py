"""The share of variance that goes along is taken for the correlation."""

FAILS = {"q1": "squared"}

place = bisect.bisect_left(counts, -(ends**2), key=lambda n: -chain.detectable(n, power=d.power))
branches_needed = counts[place]
