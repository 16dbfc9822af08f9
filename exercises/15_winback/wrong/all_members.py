"""All members are given, not those in a second life."""

FAILS = {"q1": "all_members"}

second_life = winback.Circle(**gym).steady_state.customers
