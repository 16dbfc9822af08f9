"""The heard are taken to stay, all of them."""

FAILS = {"q1": "heard"}

voiced = 1 / (1 + d.per_complaint / silent)
