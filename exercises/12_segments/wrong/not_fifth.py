"""What the student's own top holds is taken for what the fifth holds."""

FAILS = {"q1": "not_fifth"}

others = segments.worth_ratio(d.held)
