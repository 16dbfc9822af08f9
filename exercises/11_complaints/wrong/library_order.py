"""Staff sort by the order that the library has, not by the student's."""

FAILS = {"q3": "whose_order"}

default = complaints.exit_lists(d.leavers, named=None).pivot(
    index="cause", columns="list", values="share"
)
lists = lists.assign(blamed=default["one, sorted by staff"].loc[lists["cause"]].to_numpy())
