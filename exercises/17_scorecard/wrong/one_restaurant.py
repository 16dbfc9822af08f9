"""The visits of one restaurant are taken for those of the chain."""

FAILS = {"q1": "one"}

visits = each
