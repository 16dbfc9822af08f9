"""The usual power of 80 % is taken instead of the power asked for."""

FAILS = {"q1": "power"}

branches_needed = counts[bisect.bisect_left(counts, -ends, key=lambda n: -chain.detectable(n))]
