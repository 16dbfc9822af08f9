"""What is said about five points fewer defections, and what arithmetic makes of it."""

from __future__ import annotations

from loyaltylab.base.ledger import EXACT, Finding, derived
from loyaltylab.base.stats import between
from loyaltylab.lifetime.implied import hidden_assumptions, implied_baseline
from loyaltylab.lifetime.industry import READ, industry_table
from loyaltylab.lifetime.readings import gain

LOW, HIGH = 25.0, 85.0
"""The range that the documents print, in percent."""
KEEPS_LOW, KEEPS_HIGH = 0.75, 0.891
"""Retention of the firms for which the printed range is plain arithmetic, as rounded."""
ROUNDED = 0.5
"""Half a percent: retention is given to a tenth of a percent."""
UNREAD = "the figure of the 1990 list is reported, not verified"


def five_points_of_defection() -> list[Finding]:
    """Claim C058: 5 % more loyalty, or 5 % fewer defections, lift profit by 25 to 85 percent.

    Compares the printed range with the figures of the source that were read. What the
    source cuts is five *points* of defection, and what grows is the worth of one average
    customer.

    Examples
    --------
    >>> [(f.documented, f.computed, f.agrees) for f in five_points_of_defection()][:3]
    [(25.0, None, None), (85.0, 85.0, True), (85.0, 125.0, False)]
    """
    table = industry_table()
    first = table[(table["publication"] == 1990) & (table["status"] == READ)]
    later = table[(table["publication"] == 1996) & (table["status"] == READ)]
    percent = first.set_index("industry")["gain_percent"]
    branches = float(percent["bank branch deposits"])
    read = f"figures of 1990 that were read: {', '.join(str(v) for v in sorted(percent))}"
    return [
        Finding("low end of the range (percent)", LOW, None, 0.0, UNREAD),
        Finding("high end: branch deposits, 1990 (percent)", HIGH, branches, EXACT, read),
        Finding("largest gain of 1990 (percent)", HIGH, float(percent.max()), EXACT, read),
        derived("smallest gain of 1990 that was read (percent)", float(percent.min()), read),
        derived(
            "largest gain of 1996 that was read (percent)",
            float(later["gain_percent"].max()),
            "profit per customer, from a figure of a later textbook",
        ),
    ]


def constant_margin(points: float = 0.05) -> list[Finding]:
    """Claim C059: with a constant margin, a cut of 5 points gives c/(c - 0.05) - 1.

    Examples
    --------
    >>> [f.agrees for f in constant_margin()][:2]
    [True, True]
    >>> [round(f.computed, 4) for f in constant_margin()[2:5]]
    [0.75, 0.7833, 0.8071]
    """
    plain = "constant margin, no discounting, winning costs nothing"
    return [
        *_at_the_ends(points, 0.0, plain),
        *(
            derived(
                f"retention from which {percent} percent follows",
                implied_baseline(percent / 100, points).retention,
                plain,
            )
            for percent in (25, 30, 35, 40, 45, 50, 75, 85, 95, 100)
        ),
    ]


def with_discounting(discount: float = 0.10, points: float = 0.05) -> list[Finding]:
    """Claim C060: the same with a discount rate, c + d for c.

    Examples
    --------
    >>> [f.agrees for f in with_discounting()][:2]
    [False, False]
    >>> [round(f.computed, 4) for f in with_discounting()[2:5]]
    [0.15, 0.05, 0.0088]
    """
    discount = between("discount", discount, 0, 1)
    rate = f"discount {discount:.0%}, constant margin, winning costs nothing"
    found = [
        (percent, implied_baseline(percent / 100, points, discount)) for percent in (25, 50, 85)
    ]
    hidden = hidden_assumptions((HIGH / 100,), (0.15,), points=points, discount=discount).iloc[0]
    fixed = [
        gain(c / 1000, points, discount, "fixed_life") for c in range(int(1000 * points) + 1, 1001)
    ]
    return [
        *_at_the_ends(points, discount, rate),
        *(
            derived(
                f"churn from which {percent} percent would follow",
                implied.churn,
                f"{rate}; {implied.why or 'a churn that can fall so far'}",
            )
            for percent, implied in found
        ),
        derived(
            "largest gain if every customer stays exactly 1/c years (percent)",
            100 * max(fixed),
            rate,
        ),
        derived(
            "cost of winning, as a share of a customer's worth, that makes it 85 percent",
            float(hidden["acquisition_share_needed"]),
            f"churn 15%, discount {discount:.0%}",
        ),
        derived(
            "growth of the margin per year that makes it 85 percent",
            _or_none(float(hidden["growth_needed"])),
            f"churn 15%, discount {discount:.0%}; undefined where no growth is enough",
        ),
    ]


def _at_the_ends(points: float, discount: float, assumption: str) -> list[Finding]:
    """Gain of firms that keep 75 and 89.1 percent, beside the ends of the printed range."""
    return [
        Finding(
            f"gain of a firm that keeps {keeps:.1%} (percent)",
            documented,
            100 * gain(1 - keeps, points, discount),
            ROUNDED,
            assumption,
        )
        for keeps, documented in ((KEEPS_LOW, LOW), (KEEPS_HIGH, HIGH))
    ]


def _or_none(number: float) -> float | None:
    return number if number == number else None


def five_percent_of_churn(share: float = 0.05) -> list[Finding]:
    """Claim C061: taken at its word, churn falls by one twentieth of itself.

    Examples
    --------
    >>> [round(f.computed, 3) for f in five_percent_of_churn()]
    [5.263, 5.263, 0.789, 0.938]
    """
    share = between("share", share, 0, 0.99)
    plain = "at every churn; no discounting, winning costs nothing"
    gains = [100 * gain(churn, share, reading="relative") for churn in (0.05, 0.5)]
    return [
        Finding("gain, beside the low end (percent)", LOW, gains[0], ROUNDED, plain),
        Finding("gain, beside the high end (percent)", HIGH, gains[1], ROUNDED, plain),
        *(
            derived(
                f"cost of winning, as a share of a customer's worth, for {percent:g} percent",
                1 - gains[0] / percent,
                "no discounting; worth = margins of a life before the cost of winning",
            )
            for percent in (LOW, HIGH)
        ),
    ]


def five_percent_of_retention(share: float = 0.05) -> list[Finding]:
    """Claim C062: retention rises by one twentieth of itself.

    Examples
    --------
    >>> [round(f.computed, 3) for f in five_percent_of_retention()]
    [0.8, 0.87, 0.896, 0.902, 0.952]
    """
    share = between("share", share, 1e-6, 0.99)
    return [
        *(
            derived(
                f"retention from which {percent} percent follows",
                implied_baseline(percent / 100, share, reading="relative_retention").retention,
                "constant margin, no discounting, winning costs nothing",
            )
            for percent in (25, 50, 75, 85)
        ),
        derived("highest retention that can rise so far", 1 / (1 + share), "at most 1 after it"),
    ]


def halved_defection() -> list[Finding]:
    """Claim C064: from 10 to 5 percent is a halving, of one customer, and costs nothing.

    A doubled life is worth double by definition. The firm itself grows slowly: in the first
    year it keeps five points more of its customers, and no more.

    Examples
    --------
    >>> [f.computed and round(f.computed, 1) for f in halved_defection()]
    [100.0, 11.1, 5.0, 100.0, None]
    """
    plain = "constant margin, no discounting, winning costs nothing"
    return [
        derived("gain per customer from 10% to 5% churn (percent)", 100 * gain(0.10), plain),
        derived(
            "gain per customer of a car brand, 50% to 45% (percent)",
            100 * gain(0.50),
            f"{plain}; car brands lose about 50% (Sharp)",
        ),
        derived(
            "customers after one year more than without the cut (percent)",
            100 * ((1 - 0.05) + 0.10 - 1),
            "stock in steady state at 10% churn, as many won as before: 5 points of it stay",
        ),
        derived(
            "customers in the long run more than without the cut (percent)",
            100 * gain(0.10),
            "acquired / churn; reached only after many years",
        ),
        derived(
            "gain of a service that loses 4% (percent)",
            None,
            "undefined: services lose 3 to 5% (Sharp), which cannot fall by 5 points",
        ),
    ]
