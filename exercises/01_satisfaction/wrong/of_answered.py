"""The rate of those who answered is taken for what is known of all who were asked."""

FAILS = {"q1": "of_answered"}

silent_satisfied = (d.promised - d.satisfied / d.answered) * d.asked / silent
