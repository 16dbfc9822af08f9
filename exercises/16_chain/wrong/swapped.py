"""Direct and total effect are exchanged."""

FAILS = {"q3": "swapped"}

effects = effects.rename(columns={"direct": "total", "total": "direct"})
