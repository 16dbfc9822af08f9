"""The weakest link is taken for the correlation of the ends."""

FAILS = {"q1": "weakest"}

place = bisect.bisect_left(counts, -min(d.links), key=lambda n: -chain.detectable(n, power=d.power))
branches_needed = counts[place]
