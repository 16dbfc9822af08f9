"""What the documents say about word of mouth, recomputed from named inputs."""

from __future__ import annotations

from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import between, positive
from loyaltylab.complaints.tellers import tail

UNTRACED = "nothing to compute it from: no study could be traced"


def told_three_to_five(
    low: float = 3.0, high: float = 5.0, bad: float = 11.0, good_per_bad: float = 3.0
) -> list[Finding]:
    """Claim C080: a good experience is told to 3–5 people, a bad one to 11.

    Per person bad talk reaches further; in all it is the rarer. The function solves for the
    share of satisfied customers at which both hold.

    Parameters
    ----------
    low, high, bad
        People told by a satisfied and by a dissatisfied customer.
    good_per_bad
        How much more common good talk is: East, Hammond & Wright (2007).

    Examples
    --------
    >>> [round(f.computed, 2) for f in told_three_to_five()]
    [2.2, 3.67, 91.67, 86.84, 13.12, 0.93]
    """
    low, high, bad = positive("low", low), positive("high", high), positive("bad", bad)
    good_per_bad = positive("good_per_bad", good_per_bad)

    def needed(told: float) -> float:
        return 100 * good_per_bad * bad / (good_per_bad * bad + told)

    said = f"good talk {good_per_bad:g} times as common, both kinds of customers talk alike"
    return [
        derived("told badly / told well, low", bad / high, f"{bad:g} against {high:g}"),
        derived("told badly / told well, high", bad / low, f"{bad:g} against {low:g}"),
        derived("satisfied customers needed (percent)", needed(low), f"{said}, {low:g} told"),
        derived("satisfied customers needed (percent)", needed(high), f"{said}, {high:g} told"),
        Finding(
            "dissatisfied who tell 20 or more (percent)",
            13.0,
            100 * tail(bad, 2.5),
            0.5,
            f"negative binomial, mean {bad:g}, shape 2.5 (chosen to match TARP's 13%)",
        ),
        Finding(
            "dissatisfied who tell 20 or more (percent)",
            13.0,
            100 * tail(bad, float("inf")),
            0.5,
            f"Poisson, mean {bad:g}: too few tell very many",
        ),
    ]


def satisfied_bring_new(told: float = 4.0, talk: float = 0.5) -> list[Finding]:
    """Claim C087: a hundred satisfied customers bring 25 new ones.

    Parameters
    ----------
    told
        People told by one who talks; the middle of claim C080.
    talk
        Share of the satisfied who talk; illustrative.

    Examples
    --------
    >>> [round(f.computed, 2) for f in satisfied_bring_new() if f.computed]
    [12.5, 33.33, 25.0]
    """
    told = positive("told", told)
    talk = between("talk", talk, 0, 1, open_ends=True)
    share = 0.25 / (told * talk)
    feasible = "possible" if share <= 1 else "impossible: more come than are told"
    return [
        Finding("new customers per 100 satisfied", 25.0, None, 0.0, f"{UNTRACED}; no period"),
        derived(
            "share of the told who must come (percent)",
            100 * share,
            f"{talk:.0%} talk (illustrative) and tell {told:g}: {feasible}",
        ),
        derived(
            "new customers per 100, with those whom the new ones bring",
            100 * (1 / (1 - 0.25) - 1),
            "all who come are satisfied and bring 25 per 100 in their turn",
        ),
        derived(
            "churn at which talk alone keeps the stock (percent per period, the claim's)",
            25.0,
            "per whatever period the claim means",
        ),
    ]


def mouth_against_advertising(
    brought: float = 0.25, cost_per_new: float = 10_000.0, lost: float = 0.0
) -> list[Finding]:
    """Claim C133: satisfying customers does more than money spent on advertising.

    No costs are compared. Satisfying one customer more is worth at most what advertising would
    cost for the new ones he brings, and for those whom he does not keep away.

    Parameters
    ----------
    brought
        New customers that a satisfied customer brings (claim C087: 25 per 100).
    cost_per_new
        Cost of winning one by advertising (claim C069: 10,000 yuan).
    lost
        Customers whom a dissatisfied one keeps away; illustrative.

    Examples
    --------
    >>> mouth_against_advertising()[0].computed
    2500.0
    """
    brought = between("brought", brought, 0, 1e6)
    lost = between("lost", lost, 0, 1e6)
    cost = positive("cost_per_new", cost_per_new)
    return [
        derived(
            "break-even cost of satisfying one customer more (yuan)",
            (brought + lost) * cost,
            f"he brings {brought:g}, a dissatisfied one keeps {lost:g} away, and advertising wins"
            f" one for {cost:,.0f}; inputs of C087 and C069, neither with a source",
        ),
    ]
