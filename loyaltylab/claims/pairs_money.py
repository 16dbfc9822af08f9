"""Contradictions about money, growth and numbers of customers: the numbers on both sides."""

from __future__ import annotations

from loyaltylab import bucket, lifetime, segments
from loyaltylab.claims.sides import Sides, computed


def ten_or_one(lost: int = 100) -> list[Sides]:
    """Compare C067 with C106: ten must be won for one lost, or 100 for 100 keep sales level."""
    won = computed(bucket.hundred_lost_hundred_won(), "customers replaced in a year") / 52
    per_lost = next(f.documented for f in bucket.one_lost_ten_to_win())
    needed = float(per_lost or 0) * lost
    how = f"{lost} lost in a week; new ones stay and buy like those they replace"
    return [
        Sides("new customers that fill the gap", needed, won, how),
        Sides("change of the number of customers", needed - lost, won - lost, how),
    ]


def free_or_a_sixth() -> list[Sides]:
    """Compare C128 with C066: returning customers cost nothing, or a sixth of a new one."""
    found = bucket.ten_thousand_yuan()
    reading = "implied cost of keeping one (yuan)"
    costs = [(n, computed(found, reading, f"winning costs {n} times")) for n in (5, 6)]
    how = "winning one costs 10,000 yuan (C069), {} times keeping one"
    return [Sides("cost of selling to one again (yuan)", 0.0, c, how.format(n)) for n, c in costs]


def loyalty_or_defection(churn: float = 0.10, share: float = 0.05) -> list[Sides]:
    """Compare C058 with itself: 5 % more loyalty, or 5 % fewer defections.

    Taken at their word, loyalty ``1 - churn`` rises to ``(1 + share) * (1 - churn)``, and
    defection falls to ``(1 - share) * churn``; a customer's worth is in proportion to 1 / churn.
    """
    kept = churn / (1 - (1 + share) * (1 - churn)) - 1
    found = lifetime.five_percent_of_churn(share)
    fewer = computed(found, "gain, beside the low end (percent)")
    how = f"churn {churn:.0%}, constant margin, no discount, winning costs nothing"
    return [Sides("gain in what a customer is worth (percent)", 100 * kept, fewer, how)]


def profit_or_income() -> list[Sides]:
    """Compare C058 with C065: 5 % bring 25 to 85 % more profit, or double the income."""
    printed = [f.documented for f in lifetime.five_points_of_defection()]
    most = max(value for value in printed if value is not None)
    doubled = next(f.documented for f in lifetime.twice_the_income())
    at_word = computed(
        lifetime.twice_the_income(), "income, if each of them buys once more (multiple)"
    )
    printed_gain = 100 * (float(doubled or 0) - 1)
    reading = "gain from five in a hundred (percent; profit against income)"
    return [
        Sides(f"{reading}, as printed", most, printed_gain, "the highest of the range"),
        Sides(f"{reading}, at its word", most, 100 * (at_word - 1), "one purchase more each"),
    ]


def profit_or_revenue() -> list[Sides]:
    """Compare C112 with itself: 50,000 of profit, or of income."""
    found = lifetime.stew_leonard()
    revenue = computed(found, "revenue (USD)")
    profit = computed(found, "profit (USD)")
    how = "net margin 2% (illustrative), undiscounted"
    return [Sides("profit that leaves with the customer (USD)", revenue, profit, how)]


def profit_or_sales() -> list[Sides]:
    """Compare C092 with itself: a fifth of customers bring 80 % of profit, or of sales."""
    reading = "profit of the top when they hold 80% of sales, {} margins"
    found = segments.eighty_twenty()
    same, other = (computed(found, reading.format(kind)) for kind in ("equal", "unequal"))
    how = "they hold 80% of sales; margins of the top half as high (illustrative)"
    return [Sides("share of profit of the top fifth", same, other, how)]


def one_market(
    good: tuple[float, float] = (0.12, 0.06), bad: tuple[float, float] = (0.01, -0.02)
) -> list[Sides]:
    """Compare C068 with itself: the growth of one market, from the good firm and from the bad.

    A firm's sales grow by ``g`` and its share by ``s`` only if its market grows by
    ``(1 + g) / (1 + s) - 1``.
    """
    first, second = (100 * ((1 + growth) / (1 + share) - 1) for growth, share in (good, bad))
    how = "both firms in one market, shares growing in per cent of themselves"
    return [Sides("growth of the market (percent a year)", first, second, how)]
