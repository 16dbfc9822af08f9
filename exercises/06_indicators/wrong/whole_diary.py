"""Both years instead of the window."""

FAILS = {"q1": "whole_diary"}

always = ind.wide(ind.brand_table(d.diary, customer="customer", draws=100))
requirements = always.set_index("brand").loc[d.brand, "scr"]
