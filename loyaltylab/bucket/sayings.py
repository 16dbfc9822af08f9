"""What the documents say about the leak, as questions with an answer that depends on inputs.

Each function recomputes the numbers of one claim of ``datasets/claims.csv`` and returns
findings: what the document prints, what follows from named inputs, and under which
assumption. Its arguments are those inputs; the defaults are the documents' own figures
where they print any, and are called illustrative where they do not.
"""

from __future__ import annotations

from loyaltylab.base.ledger import EXACT, Finding, derived
from loyaltylab.base.stats import amount, between, positive
from loyaltylab.bucket.choice import PourOrPlug
from loyaltylab.bucket.leak import LeakyBucket

UNTRACED = "nothing to compute it from: no study behind the ratio could be traced"


def five_to_six_times(
    acquisition_cost: float = 10_000.0,
    retention_cost: float = 0.0,
    save_cost: float | None = None,
    life: float = 10.0,
) -> list[Finding]:
    """Claim C066: winning a new customer costs 5 to 6 times keeping an old one.

    "Keeping" may mean the cost of one period, of a whole life, or of one more customer who
    would have left; the ratio differs by that, and none of the three decides by itself
    whether to pour or to plug: the break-even ratio is 1 where a kept customer is worth a
    new one.

    Parameters
    ----------
    acquisition_cost
        Cost of winning one (money). Default: the 10,000 yuan of claim C069.
    retention_cost
        Routine cost of keeping one for a period (money); 0 leaves those readings undefined.
    save_cost
        Cost of keeping one more who would have left (money), or None if not known.
    life
        Mean number of periods that a customer stays.

    Examples
    --------
    >>> for f in five_to_six_times(acquisition_cost=120, retention_cost=4, life=20)[3:5]:
    ...     print(f.reading, f.computed)
    winning one / keeping one for a period 30.0
    winning one / keeping one for a life 1.5
    """
    cost = positive("acquisition_cost", acquisition_cost)
    routine = amount("retention_cost", retention_cost)
    life = between("life", life, 0, 1e9, open_ends=True)
    more = 0.0 if save_cost is None else positive("save_cost", save_cost)
    level = PourOrPlug(acquisition_cost=cost, save_cost=cost / 5).break_even_save_cost
    keeping = {"a period": routine, "a life": routine * life}
    ratios = {f"winning one / keeping one for {span}": c for span, c in keeping.items()}
    ratios["winning one / keeping one more"] = more
    named = f"acquisition cost {cost:g}, life {life:g} periods, cost of keeping"
    unnamed = "undefined: the document names no cost of keeping"
    return [
        Finding("winning one / keeping one, low end", 5.0, None, 0.0, UNTRACED),
        Finding("winning one / keeping one, high end", 6.0, None, 0.0, UNTRACED),
        derived(
            "ratio at which pouring and plugging are level",
            cost / level,
            "a kept customer is worth what a new one is",
        ),
        *(
            derived(reading, cost / c, f"{named} {c:g}") if c else derived(reading, None, unnamed)
            for reading, c in ratios.items()
        ),
    ]


def one_lost_ten_to_win(
    churn: float = 0.05, discount: float = 0.01, first_churn: float = 0.5
) -> list[Finding]:
    """Claim C067: losing one old customer takes ten new ones to make good.

    By volume, and with constant churn by value too, one replaces one. Ten are needed only
    where an established customer is worth ten new ones: the function solves for the loss
    in the first period, and for the cost of winning, that would make it so.

    Parameters
    ----------
    churn
        Churn of an established customer, above 0 (share per period); illustrative.
    discount
        Discount rate per period; illustrative.
    first_churn
        Share of new customers who leave in their first period; illustrative.

    Examples
    --------
    >>> [round(f.computed, 2) for f in one_lost_ten_to_win()]
    [1.0, 1.0, 1.8, 0.96, 0.9]
    """
    churn = between("churn", churn, 0, 1, open_ends=True)
    discount = between("discount", discount, 0, 1)
    first_churn = between("first_churn", first_churn, 0, 1)
    said = "new customers per lost one"
    rates = f"churn {churn:g} per period, discount {discount:g}"
    constant = PourOrPlug(churn=churn, discount=discount)
    early = PourOrPlug(churn=churn, discount=discount, hazard=(first_churn,))
    fickle = f"{rates}; {first_churn:.0%} of the new leave in their first period (illustrative)"
    return [
        Finding(f"{said}, by volume", 10.0, _by_volume(), EXACT, "who joins counts as who left"),
        Finding(f"{said}, by value", 10.0, constant.worth_ratio, EXACT, f"constant {rates}"),
        Finding(f"{said}, by value", 10.0, early.worth_ratio, EXACT, fickle),
        derived("first-period loss that makes it ten", _first_churn_for(10, constant), rates),
        derived(
            "cost of winning, as a share of a customer's value, that makes it ten",
            1 - constant.worth_ratio / 10,
            "net value of a new customer = value less cost of winning",
        ),
    ]


def _by_volume() -> float:
    """Effect of one customer less on the stock, over the effect of one acquired more."""

    def stock(customers: int, acquired: int) -> float:
        bucket = LeakyBucket(customers=customers, churn=0.0, acquired=acquired)
        return float(bucket.expected(1)["customers"].iloc[-1])

    return (stock(100, 0) - stock(99, 0)) / (stock(99, 1) - stock(99, 0))


def _first_churn_for(ratio: float, choice: PourOrPlug) -> float | None:
    """First-period churn at which an established customer is worth ``ratio`` new ones, if any.

    A new customer pays once for certain and then, if he stays, is established:
    ``V_new = (g + (1 - h) V) / (1 + d)`` with ``g = V (churn + d)``.
    """
    wanted = (1 + choice.discount) / ratio - (choice.churn + choice.discount)
    return 1 - wanted if 0 <= wanted <= 1 else None


def ten_thousand_yuan(
    acquisition_cost: float = 10_000.0, ratio_low: float = 5.0, ratio_high: float = 6.0
) -> list[Finding]:
    """Claim C069: developing a customer may cost 10,000 yuan.

    Nothing supports the figure, so it is an input, not a result; joined with claim C066 it
    implies what keeping a customer would cost.

    Parameters
    ----------
    acquisition_cost
        Cost of winning one customer (yuan).
    ratio_low, ratio_high
        How many times the cost of keeping one (claim C066).

    Examples
    --------
    >>> [round(f.computed) for f in ten_thousand_yuan() if f.computed]
    [2000, 1667]
    """
    cost = positive("acquisition_cost", acquisition_cost)
    ratios = positive("ratio_low", ratio_low), positive("ratio_high", ratio_high)
    untold = "nothing to compute it from: no industry, year or source"
    return [
        Finding("cost of developing a customer (yuan)", 10_000.0, None, 0.0, untold),
        *(
            derived(
                "implied cost of keeping one (yuan)",
                cost / ratio,
                f"winning costs {ratio:g} times keeping (C066)",
            )
            for ratio in ratios
        ),
    ]


def several_times(acquisition_cost: float = 120.0, save_cost: float = 60.0) -> list[Finding]:
    """Claim C105: a new customer costs several times an old one.

    The vague version of C066. "Several" is no number, so nothing agrees or disagrees; what
    can be computed is the ratio for costs that the reader names.

    Parameters
    ----------
    acquisition_cost, save_cost
        Cost of winning one and of keeping one more (money); the defaults are illustrative.

    Examples
    --------
    >>> several_times()[0].computed
    2.0
    """
    cost, save = positive("acquisition_cost", acquisition_cost), positive("save_cost", save_cost)
    assumption = f"illustrative costs {cost:g} and {save:g}"
    return [derived("winning one / keeping one more", cost / save, assumption)]
