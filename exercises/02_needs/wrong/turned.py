"""The two questions are exchanged, and with them M and A."""

FAILS = {"q3": "turned"}

columns = {"functional": "dysfunctional", "dysfunctional": "functional"}
turned = needs.classes(needs.classify(d.kano.rename(columns=columns)), margin=d.margin)
letters_of = turned.set_index(turned["attribute"].astype(str))
attribute = by_grid["attribute"].astype(str)
by_grid = by_grid.assign(
    mode=attribute.map(letters_of["mode"]), rule=attribute.map(letters_of["rule"])
)
