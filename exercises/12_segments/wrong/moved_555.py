"""Only who comes to 5-5-5, or leaves it, is counted as moved."""

FAILS = {"q3": "share_moved"}

five = scored(customers) == "555"
by_rule = five.ne(five["customer"], axis=0).mean()
rules = rules.assign(moved=by_rule.loc[rules["rule"]].to_numpy())
