"""What the documents say about the leak, as questions with an answer that depends on inputs.

Each function recomputes the numbers of one claim of ``datasets/claims.csv`` and returns
findings: what the document prints, what follows from named inputs, and under which
assumption. Its arguments are those inputs; the defaults are the documents' own figures
where they print any, and are called illustrative where they do not.
"""

from __future__ import annotations

from loyaltylab.base.errors import InputError
from loyaltylab.base.ledger import Finding
from loyaltylab.base.model import LIMIT, TINY
from loyaltylab.base.stats import between, whole
from loyaltylab.bucket.choice import PourOrPlug
from loyaltylab.bucket.leak import LeakyBucket
from loyaltylab.bucket.sales import same_sales

EXACT = 1e-9
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
    _money(acquisition_cost=acquisition_cost, retention_cost=retention_cost)
    between("life", life, 0, 1e9, open_ends=True)
    if save_cost is not None:
        _money(save_cost=save_cost)
    level = PourOrPlug(acquisition_cost=acquisition_cost, save_cost=acquisition_cost / 5)
    ratios = {
        "winning one / keeping one for a period": retention_cost,
        "winning one / keeping one for a life": retention_cost * life,
        "winning one / keeping one more": save_cost or 0.0,
    }
    named = f"acquisition cost {acquisition_cost:g}, life {life:g} periods"
    return [
        Finding("winning one / keeping one, low end", 5.0, None, 0.0, UNTRACED),
        Finding("winning one / keeping one, high end", 6.0, None, 0.0, UNTRACED),
        Finding(
            "ratio at which pouring and plugging are level",
            None,
            acquisition_cost / level.break_even_save_cost,
            EXACT,
            "a kept customer is worth what a new one is",
        ),
        *(
            Finding(
                reading,
                None,
                acquisition_cost / cost if cost else None,
                EXACT,
                f"{named}, cost of keeping {cost:g}"
                if cost
                else "undefined: the document names no cost of keeping",
            )
            for reading, cost in ratios.items()
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
    between("churn", churn, 0, 1, open_ends=True)
    between("discount", discount, 0, 1)
    between("first_churn", first_churn, 0, 1)
    constant = PourOrPlug(churn=churn, discount=discount)
    early = PourOrPlug(churn=churn, discount=discount, hazard=(first_churn,))
    volume = LeakyBucket(customers=100, churn=0.0, acquired=0)
    lost_one = LeakyBucket(customers=99, churn=0.0, acquired=1)
    replaced = volume.expected(1)["customers"].iloc[-1] - lost_one.expected(1)["customers"].iloc[0]
    return [
        Finding(
            "new customers per lost one, by volume",
            10.0,
            float(replaced),
            EXACT,
            "one more customer restores the stock",
        ),
        Finding(
            "new customers per lost one, by value",
            10.0,
            constant.worth_ratio,
            EXACT,
            f"constant churn {churn:g} per period, discount {discount:g}",
        ),
        Finding(
            "new customers per lost one, by value",
            10.0,
            early.worth_ratio,
            EXACT,
            f"as before, but {first_churn:.0%} of the new leave in their first period"
            " (illustrative)",
        ),
        Finding(
            "first-period loss that makes it ten",
            None,
            _first_churn_for(10, constant),
            EXACT,
            f"churn {churn:g}, discount {discount:g} per period",
        ),
        Finding(
            "cost of winning, as a share of a customer's value, that makes it ten",
            None,
            1 - constant.worth_ratio / 10,
            EXACT,
            "net value of a new customer = value less cost of winning",
        ),
    ]


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
    _money(acquisition_cost=acquisition_cost, ratio_low=ratio_low, ratio_high=ratio_high)
    return [
        Finding(
            "cost of developing a customer (yuan)",
            10_000.0,
            None,
            0.0,
            "nothing to compute it from: no industry, year or source",
        ),
        Finding(
            "implied cost of keeping one (yuan)",
            None,
            acquisition_cost / ratio_low,
            EXACT,
            f"winning costs {ratio_low:g} times keeping (C066)",
        ),
        Finding(
            "implied cost of keeping one (yuan)",
            None,
            acquisition_cost / ratio_high,
            EXACT,
            f"winning costs {ratio_high:g} times keeping (C066)",
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
    _money(acquisition_cost=acquisition_cost, save_cost=save_cost)
    return [
        Finding(
            "winning one / keeping one more",
            None,
            acquisition_cost / save_cost,
            EXACT,
            f"illustrative costs {acquisition_cost:g} and {save_cost:g}",
        ),
    ]


def hundred_lost_hundred_won(
    customers: int = 1000,
    acquisition_cost: float = 10_000.0,
    ratio_low: float = 5.0,
    ratio_high: float = 6.0,
) -> list[Finding]:
    """Claim C106: 100 lost and 100 won a week; sales look unchanged, yet it is uneconomic.

    Parameters
    ----------
    customers
        Size of the firm, at least 100; the document does not tell it (1,000 is
        illustrative).
    acquisition_cost
        Cost of winning one (yuan); the default is that of claim C069.
    ratio_low, ratio_high
        How many times the cost of keeping one (claim C066).

    Examples
    --------
    >>> [f.computed for f in hundred_lost_hundred_won()][:5]
    [0.0, 0.0, 5200.0, 0.1, 10.0]
    """
    whole("customers", customers, 100, 10**14)  # at least the 100 that are lost
    _money(acquisition_cost=acquisition_cost, ratio_low=ratio_low, ratio_high=ratio_high)
    bucket = LeakyBucket(
        customers=customers,
        churn=100 / customers,
        acquired=100,
        discount=0.0,
        acquisition_cost=acquisition_cost,
        margin=1.0,
        retention_cost=0.0,
    )
    year = bucket.expected(52)
    halved = same_sales(bucket, bucket.churn / 2)
    size = f"{customers:,} customers (the document gives no size)"
    price = f"{acquisition_cost:,.0f} yuan to win one (C069)"
    spent = float(year["acquisition_cost"].sum())
    saving = float(halved["acquisition_cost"].diff().iloc[-1])
    return [
        Finding(
            "change of the stock in a week",
            0.0,
            float(year["customers"].diff().iloc[1]),
            EXACT * customers,
            size,
        ),
        Finding(
            "change of sales in a year",
            0.0,
            float(year["revenue"].iloc[-1] - year["revenue"].iloc[1]),
            EXACT * customers,
            size,
        ),
        Finding(
            "customers replaced in a year",
            None,
            round(float(year["acquired"].sum()), 6),
            EXACT,
            "52 weeks",
        ),
        Finding("churn per week", None, bucket.churn, EXACT, size),
        Finding("mean life (weeks)", None, bucket.life, EXACT, size),
        Finding(
            "cost of replacing them in a year (yuan)",
            None,
            spent,
            EXACT,
            price,
        ),
        *(
            Finding(
                "cost of keeping them instead, in a year (yuan)",
                None,
                spent / ratio,
                EXACT,
                f"{price}, {ratio:g} times keeping one (C066); assumes that all who leave can be"
                " kept at that price",
            )
            for ratio in (ratio_low, ratio_high)
        ),
        Finding(
            "saved in a year by halving the leak, before its cost (yuan)",
            None,
            -52 * saving,
            EXACT,
            f"{size}; {price}",
        ),
    ]


def _money(**amounts: float) -> None:
    for name, amount in amounts.items():
        between(name, amount, 0, LIMIT)
        if amount < TINY and name != "retention_cost":
            raise InputError(f"{name} must be above 0, for it is divided by, not {amount:g}.")
