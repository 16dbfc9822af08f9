"""Who moved is held against all in the table, those who bought from rivals only among them."""

FAILS = {"q3": "share_moved"}

rules = rules.assign(moved=rules["moved"] * len(customers) / d.purchases["customer"].nunique())
