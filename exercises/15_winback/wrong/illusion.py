"""What was planned is taken for what is earned."""

FAILS = {"q3": "illusion"}

lists = lists.assign(real=lists["planned"])
