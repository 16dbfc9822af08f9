"""What the documents say about why customers leave, held against the published lists."""

from __future__ import annotations

from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import between
from loyaltylab.complaints.reasons import SWITCHERS, reasons, sums

NAMED = {
    "C070": ("dissatisfied with the product, or no better service",),
    "C073": ("service quality",),
    "C074": ("needs that are not met", "what competitors do"),
}
"""Main causes of leaving, by the claim whose document names them."""
OWNERS = ("W.J. Powell Co.", "US SBA", "US Chamber", "CIM UK", "US News/ASQ")
"""To whom the 68 % are credited, apart from LeBoeuf (claim C071)."""


def seventy_eight_percent() -> list[Finding]:
    """Claim C070: 78 % of losses come from the product and from no better service.

    The table is missing. 10 + 68 = 78 stands only in the Chinese version of seven rows; the
    other versions with 68 % give 82.

    Examples
    --------
    >>> [(f.computed, f.agrees) for f in seventy_eight_percent()][:3]
    [(82.0, False), (78.0, True), (82.0, False)]
    """
    rows = sums()
    single = rows[rows["causes_per_leaver"] == "one"]
    found = [
        Finding(
            "all that names product or service (percent)",
            78.0,
            float(row["service_or_product"]),
            0.5,
            f"list: {row['list']}",
        )
        for row in single.to_dict("records")
    ]
    table = reasons()
    first = table[table["list"] == "LeBoeuf"].set_index("cause")["percent"]
    other = float(first["competition"] + first["service"])
    how = "list: LeBoeuf, a better service elsewhere read as competition"
    return [*found, Finding("competition and service (percent)", 78.0, other, 0.5, how)]


def sixty_eight_percent() -> list[Finding]:
    """Claim C071: most who leave do so because a member of staff did not care.

    Examples
    --------
    >>> [f.computed for f in sixty_eight_percent()]
    [100.0, 99.0, 4.0, 5.0, 0.0]
    """
    table = reasons()
    first = table[table["list"] == "LeBoeuf"]
    total = float(first["percent"].sum())
    same = table[(table["percent"] == 68) & (table["cause"] == "service")]
    return [
        derived("sum of the list (percent)", total, "LeBoeuf 1987 with the row of deaths"),
        derived("sum of the list (percent)", total - 1, "without it, as it is also printed"),
        derived("lists of the six that hold 68% for staff", float(len(same)), "other rows change"),
        derived("claimed owners besides LeBoeuf", float(len(OWNERS)), ", ".join(OWNERS)),
        derived(
            "rows for price in it",
            float((first["cause"] == "price").sum()),
            "one cause per leaver, no sample, year or method anywhere",
        ),
    ]


def seventy_percent_service(customers: float = 0.73, firms: float = 0.21) -> list[Finding]:
    """Claim C073: 70 % of those who go to a competitor go over the quality of service.

    Parameters
    ----------
    customers, firms
        Share that names service, as customers and as firms see it (RightNow's survey).

    Examples
    --------
    >>> [(round(f.computed, 1), f.agrees) for f in seventy_percent_service()]
    [(69.0, False), (69.7, True), (73.0, False), (21.0, False), (68.0, False)]
    """
    customers = between("customers", customers, 0, 1)
    firms = between("firms", firms, 0, 1)
    table = sums().set_index("list")
    whole, care = (table[name].to_dict() for name in ("percent", "service"))
    total, staff = float(whole["Forum"]), float(care["Forum"])
    reading = "leave over service (percent)"
    reported = "Forum's list (reported, not verified)"
    return [
        Finding(reading, 70.0, staff, 0.5, f"{reported}: 20 + 49"),
        Finding(reading, 70.0, 100 * staff / total, 0.5, f"{reported}, of its sum of {total:g}"),
        Finding(reading, 70.0, 100 * customers, 0.5, "RightNow: what customers say"),
        Finding(reading, 70.0, 100 * firms, 0.5, "RightNow: what firms say of the same"),
        Finding(reading, 70.0, float(care["LeBoeuf"]), 0.5, "LeBoeuf: all leavers"),
    ]


def two_more_causes() -> list[Finding]:
    """Claim C074: document 000 names two more main causes, unmet needs and competitors.

    Examples
    --------
    >>> [f.computed for f in two_more_causes()]
    [2.0, 0.0, 9.0, 9.0, 10.2]
    """
    table = reasons()
    needs = table["reason"].str.contains("need")
    rival = table[(table["cause"] == "competition") & ~table["list"].isin(SWITCHERS)]
    single = rival.loc[rival["causes_per_leaver"] == "one", "percent"]
    several = rival.loc[rival["causes_per_leaver"] == "several", "percent"]
    return [
        derived(
            "further main causes", float(len(NAMED["C074"])), "counted in our own transcription"
        ),
        derived(
            "rows of the six lists that name needs",
            float(needs.sum()),
            f"of {len(table)} rows, some of them reported, not verified",
        ),
        *(
            derived(f"competition, {end} (percent)", float(value), how)
            for end, value, how in (
                ("lowest", single.min(), "lists of all leavers, one cause per leaver"),
                ("highest", single.max(), "lists of all leavers, one cause per leaver"),
                ("among several", several.item(), "Keaveney's mentions (reported, not verified)"),
            )
        ),
    ]


def four_main_causes(service: float = 0.70, product_and_service: float = 0.78) -> list[Finding]:
    """Claim C136: side by side the documents name four main causes.

    If every leaver has one cause, two causes cannot both hold more than half, as two of the
    printed shares do: they overlap, or they are shares of different leavers (C073 speaks of those
    who go to a competitor, C070 of all losses).

    Parameters
    ----------
    service, product_and_service
        The two shares that documents print (claims C073 and C070).

    Examples
    --------
    >>> [round(f.computed) for f in four_main_causes()]
    [4, 2, 148, 48, 8, 30, 22]
    """
    service = between("service", service, 0, 1)
    both = between("product_and_service", product_and_service, 0, 1)
    causes = [cause for named in NAMED.values() for cause in named]
    single = "one cause per leaver"
    return [
        derived("main causes named", float(len(causes)), "counted in claims C070, C073 and C074"),
        derived(
            "shares printed above one half",
            float((service > 0.5) + (both > 0.5)),
            f"{single} allows at most one",
        ),
        derived(
            "sum of the two shares (percent)", 100 * (service + both), "as if they did not overlap"
        ),
        derived(
            "leavers whom both count, at the least (percent)",
            100 * max(service + both - 1, 0.0),
            "if both are shares of the same leavers, which no document says",
        ),
        derived(
            "product alone, if both shares hold (percent)",
            100 * (both - service),
            f"{single}, the same leavers in both; read with LeBoeuf's 14 for the product",
        ),
        derived("left for needs and competitors (percent)", 100 * (1 - service), "beside C073"),
        derived("left for needs and competitors (percent)", 100 * (1 - both), "beside C070"),
    ]
