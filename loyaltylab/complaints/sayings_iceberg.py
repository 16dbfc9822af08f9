"""The iceberg and the 70 %, recomputed from named inputs."""

from __future__ import annotations

from loyaltylab.base.ledger import EXACT, Finding, derived
from loyaltylab.base.stats import between, positive, whole, wilson
from loyaltylab.complaints.iceberg import Iceberg
from loyaltylab.complaints.recovery import published_recovery


def iceberg_sums(behind: int = 25, silent: int = 24, serious: int = 6) -> list[Finding]:
    """Claim C075: behind one who complains stand 25; 24 are silent, 6 have serious problems.

    25 is 24 and the one who complains, if he counts as one of them; but he stands in front.
    The 6 must then be among the 24, or the sum is 30.

    Parameters
    ----------
    behind, silent, serious
        The three numbers of the document.

    Examples
    --------
    >>> [(f.computed, f.agrees) for f in iceberg_sums()][:3]
    [(25.0, True), (24.0, False), (30.0, False)]
    """
    behind = whole("behind", behind, 1, 10**9)
    silent, serious = whole("silent", silent, 0, 10**9), whole("serious", serious, 0, 10**9)
    said = float(behind)
    shares = {"the complainer is one of them": behind, "he stands before them": behind + 1}
    return [
        Finding("dissatisfied", said, silent + 1.0, EXACT, "the complainer is one of them"),
        Finding("dissatisfied", said, float(silent), EXACT, "the 6 are among the silent"),
        Finding("dissatisfied", said, float(silent + serious), EXACT, "the 6 are apart"),
        Finding("dissatisfied", said, silent + serious + 1.0, EXACT, "the 6 are apart, and he too"),
        *(
            derived("who do not complain (percent)", 100 * (1 - 1 / total), how)
            for how, total in shares.items()
        ),
        *(
            derived("dissatisfied per complaint", 1 / voiced, where)
            for voiced, where in (
                (0.04, "4% voiced: small-ticket problems, at headquarters"),
                (0.5, "about 50% voiced at the front line (Goodman 2005)"),
                (0.69, "69% voiced: worst problems of households (C076)"),
            )
        ),
    ]


def household_survey_1979(
    asked: int = 2513, troubled: float = 0.324, voiced: float = 0.69
) -> list[Finding]:
    """Claim C076: of households with a problem 69 % complained (1979).

    Counted on the worst problem of each, so higher than a share of all problems.

    Parameters
    ----------
    asked
        Households in the survey.
    troubled, voiced
        Share with a problem, and share of these who complained.

    Examples
    --------
    >>> [round(f.computed, 2) for f in household_survey_1979()]
    [814.0, 562.0, 65.78, 72.12, 1.45]
    """
    asked = whole("asked", asked, 1, 10**9)
    troubled = between("troubled", troubled, 0, 1)
    voiced = between("voiced", voiced, 0, 1, open_ends=True)
    n = round(asked * troubled)
    spoke = round(n * voiced)
    lower, upper = wilson(spoke, n)
    base = f"{troubled:.1%} of {asked:,} households"
    return [
        derived("households with a problem", float(n), base),
        derived("of these complained", float(spoke), f"{voiced:.0%} of {n:,}"),
        derived("voiced, lower end (percent)", 100 * float(lower), "Wilson, as if drawn at random"),
        derived("voiced, upper end (percent)", 100 * float(upper), "Wilson, as if drawn at random"),
        derived("dissatisfied per complaint", 1 / voiced, "the worst problem of each household"),
    ]


def seventy_inverted(said: float = 0.7) -> list[Finding]:
    """Claim C077: 70 % of these shoppers buy elsewhere next time.

    In TARP's table 70 % is the share who *stay* once a minor complaint is resolved.

    Parameters
    ----------
    said
        The share of the document.

    Examples
    --------
    >>> [round(f.computed) for f in seventy_inverted()]
    [30, 63, 91, 54, 81, 25]
    """
    said = between("said", said, 0, 1)
    leaving = published_recovery().set_index(["outcome", "loss"])["leaving"]
    cells = [("resolved", "minor"), ("silent", "minor"), ("silent", "major")]
    cells += [("unresolved", "minor"), ("unresolved", "major")]
    minor, major = float(leaving["silent", "minor"]), float(leaving["silent", "major"])
    mixed = (said - minor) / (major - minor)
    return [
        *(
            Finding(
                "next purchase elsewhere (percent)",
                100 * said,
                100 * float(leaving[cell]),
                0.5,
                f"{cell[0]}, {cell[1]} loss (TARP's intentions)",
            )
            for cell in cells
        ),
        derived(
            "major losses among the silent that would make it so (percent)",
            100 * mixed if 0 <= mixed <= 1 else None,
            f"the silent alone: {minor:.0%} leave after a minor, {major:.0%} after a major loss",
        ),
    ]


def twenty_five_times_seventy(behind: int = 25, leaving: float = 0.7) -> list[Finding]:
    """Claim C078: 25 dissatisfied, of whom 70 % leave.

    Parameters
    ----------
    behind, leaving
        The document's numbers.

    Examples
    --------
    >>> [round(f.computed, 2) for f in twenty_five_times_seventy()]
    [17.5, 18.2, 0.71, 17.53]
    """
    behind, leaving = whole("behind", behind, 1, 10**9), between("leaving", leaving, 0, 1)
    wide, narrow = (
        Iceberg(voiced_low=0.04, voiced_high=0.69).at(v)["leavers_per_complaint"]
        for v in (0.04, 0.69)
    )
    mix = "TARP's rates at the model's mix of losses and outcomes (illustrative)"
    return [
        derived("leavers per complaint", behind * leaving, f"{behind} · {leaving:.0%}"),
        derived("leavers per complaint", (behind + 1) * leaving, "the complainer counted too"),
        derived("leavers per complaint", narrow, f"69% voiced, {mix}"),
        derived("leavers per complaint", wide, f"4% voiced, {mix}"),
    ]


def one_to_nine(voiced: int = 1, silent: int = 9) -> list[Finding]:
    """Claim C079: for one who speaks a complaint aloud nine keep it to themselves.

    Parameters
    ----------
    voiced, silent
        The two sides of the ratio.

    Examples
    --------
    >>> [round(f.computed, 2) for f in one_to_nine()]
    [10.0, 10.0, 10.0, 17.25]
    """
    spoken, kept = whole("voiced", voiced, 1, 10**9), whole("silent", silent, 0, 10**9)
    share = 100 * spoken / (spoken + kept)
    others = ((4.0, "C075, headquarters"), (69.0, "C076, worst problem of a household"))
    return [
        derived("voiced (percent)", share, f"{spoken}:{kept}"),
        *(
            Finding("voiced (percent)", printed, share, 0.5, f"held against {where}")
            for printed, where in others
        ),
        derived("highest over lowest published share", others[1][0] / others[0][0], "69% over 4%"),
    ]


def hot_lines(voiced: float = 0.04, easier: float = 2.0, problems: int = 10_000) -> list[Finding]:
    """Claim C118: companies let customers telephone free of charge.

    An easier channel raises the complaints that are counted with no problem more: the iceberg's
    ratio belongs to the channel.

    Parameters
    ----------
    voiced
        Share voiced before the line was opened.
    easier
        Times as many who speak with it; illustrative.
    problems
        Customers with a problem, before and after; illustrative.

    Examples
    --------
    >>> [f.computed for f in hot_lines()]
    [400.0, 800.0, 24.0, 11.5]
    """
    voiced = between("voiced", voiced, 0, 1, open_ends=True)
    easier = positive("easier", easier)
    problems = whole("problems", problems, 1, 10**12)
    after = min(voiced * easier, 1.0)
    said = f"{problems:,} problems before and after; {easier:g} times as many speak (illustrative)"
    return [
        derived("complaints without the line", problems * voiced, said),
        derived("complaints with it", problems * after, said),
        derived("silent per complaint without it", 1 / voiced - 1, said),
        derived("silent per complaint with it", 1 / after - 1, said),
    ]
