"""What was ticked is held against all leavers, and what staff wrote against those who answered."""

FAILS = {"q3": "answered"}

talked = d.leavers["answered"].mean()
lists = lists.assign(ticked=lists["ticked"] * talked, blamed=lists["blamed"] / talked)
