"""The letter is taken to win back one in so many of all on the list."""

FAILS = {"q3": "all_late"}

lists = lists.assign(gain=lists["late"] * (d.worth / d.one_in - d.cost))
