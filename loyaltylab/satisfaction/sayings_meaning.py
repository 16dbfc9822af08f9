"""What the documents say of the meaning of satisfaction, and what a reader would need for it.

Definitions, analogies and slogans: no number is printed for most of them, so the findings say
what can be counted, under inputs that are named, and nothing agrees or disagrees.
"""

from __future__ import annotations

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import between, whole
from loyaltylab.satisfaction.difference import difference_reliability
from loyaltylab.satisfaction.disconfirmation import Disconfirmation
from loyaltylab.satisfaction.scaleuse import scale_use
from loyaltylab.satisfaction.styles import simulate_answers
from loyaltylab.satisfaction.topbox import TopBoxOrMean

SERVQUAL = ("reliability", "assurance", "tangibles", "empathy", "responsiveness")
"""Parasuraman, Zeithaml & Berry 1988, as reported and not verified."""


def perceived_less_expected(
    reliability: float = 0.8, correlation: float = 0.6, threshold: float = 0.0
) -> list[Finding]:
    """Claim C020: satisfaction is what was perceived less what was expected.

    The three outcomes follow from the sign. What the definition leaves open is counted on a
    scale from 1 to 10, with reliabilities that are illustrative: whether degree means difference
    or ratio, and how much of a difference of two answers is noise.

    Parameters
    ----------
    reliability
        Of each of the two answers (share).
    correlation
        Observed correlation of the two answers.
    threshold
        Up to which size a gap is none (points).

    Examples
    --------
    >>> [round(f.computed, 2) for f in perceived_less_expected()]
    [3.0, 0.04, 0.1, 0.5]
    """
    limit = between("threshold", threshold, 0, 9)
    steps = range(1, 11)
    pairs = [(e, p) for e in steps for p in steps]
    states = {Disconfirmation(expected=e, perceived=p, threshold=limit).outcome for e, p in pairs}
    gaps = [(p - e, p / e) for e, p in pairs]
    both = [(a, b) for i, a in enumerate(gaps) for b in gaps[:i]]
    opposed = sum((a[0] - b[0]) * (a[1] - b[1]) < -1e-9 for a, b in both) / len(both)
    stuck = [not Disconfirmation(expected=e, threshold=limit).can_be_delighted for e in steps]
    own = difference_reliability(reliability, reliability, correlation)
    ten = "all pairs of answers from 1 to 10 equally often"
    noise = f"reliability {reliability:g} each, correlation {correlation:g} (illustrative)"
    return [
        derived("outcomes that occur", float(len(states)), f"{ten}, threshold {limit:g}"),
        derived("share of pairs that ratio and difference rank in opposite order", opposed, ten),
        derived("share of expectations that nothing can exceed", sum(stuck) / len(stuck), ten),
        derived("reliability of the difference", own, noise),
    ]


def five_levels_of_needs(
    customers: int = 400, stretch: float = 0.5, seed: int = 1
) -> list[Finding]:
    """Claim C044: needs come in five levels, so people rate the same thing differently.

    That the levels are behind it is an analogy. What can be tested is whether people use one
    scale: here on synthetic answers, once with one scale and once with scales of their own, to
    show what the test sees, and that it does not see who answers higher throughout.

    Parameters
    ----------
    customers
        Synthetic respondents.
    stretch
        Spread over people of the logarithm of how widely they use the scale.
    seed
        A whole number >= 0.

    Examples
    --------
    >>> [f.computed is not None for f in five_levels_of_needs(customers=200)]
    [False, True, True, True]
    """
    n = whole("customers", customers, 30, 100_000)
    between("stretch", stretch, 0, 3)
    items = ["item_1", "item_2", "item_3", "item_4"]
    cases = {
        "one scale for all": {"stretch": 0.0},
        "everybody his own width of scale": {"stretch": stretch},
        "some answer higher throughout": {"shift": stretch},
    }
    unread = "the scheme is reported, not verified; its levels are not seen in any rating"
    found = [Finding("levels of needs behind a rating", 5.0, None, 0.0, unread)]
    for name, options in cases.items():
        answers = simulate_answers(customers=n, seed=seed, **options)  # type: ignore[arg-type]
        p = scale_use(answers, items=items, draws=100, seed=seed)["p_value"].iloc[0]
        how = f"{n:,} synthetic respondents, four items, seed {seed}"
        found.append(derived(f"p value of one common scale: {name}", float(p), how))
    return found


def two_dimensions(named: int = 2, correlation: float = 0.5) -> list[Finding]:
    """Claim C045: reliability and professionalism are the indicators of satisfaction.

    The document names two, in a list that looks cut short: a count of its words shows nothing. The
    findings give what is missing if the five of SERVQUAL were the whole, and how much of the
    variance of a sum of five equal parts is seen in the sum of two.

    Parameters
    ----------
    named
        Dimensions that are asked about, 1 to 5.
    correlation
        Of any two dimensions, 0 to 1 (illustrative).

    Examples
    --------
    >>> [round(f.computed, 2) for f in two_dimensions() if f.computed is not None]
    [3.0, 0.8]
    """
    k, of = whole("named", named, 1, len(SERVQUAL)), len(SERVQUAL)
    tie = between("correlation", correlation, 0, 1)
    part = k + k * (k - 1) * tie
    all_of_them = of + of * (of - 1) * tie
    shared = k + k * (of - 1) * tie
    how = f"{of} dimensions as reported, not verified"
    return [
        Finding("dimensions of satisfaction", 2.0, None, 0.0, "the list looks cut short"),
        derived("dimensions that are not asked about", float(of - k), how),
        derived(
            "share of the variance of all that the named ones explain",
            shared**2 / (part * all_of_them),
            f"{how}, of equal weight, any two correlated {tie:g} (illustrative)",
        ),
    ]


def gold_standard(mean_gap: float = 0.1, spread: float = 1.4) -> list[Finding]:
    """Claim C086: satisfaction is the gold standard for judging service.

    A slogan. A standard would have to be one: the findings take two brands (illustrative) and
    give their difference by measures that all go under the name of satisfaction. Where the signs
    differ, the standard does not say which service is better.

    Parameters
    ----------
    mean_gap
        By how much brand A's customers feel better in the middle (points).
    spread
        Spread of the feelings of brand B's customers; that of A's is 0.6 (points).

    Examples
    --------
    >>> [round(f.computed, 3) for f in gold_standard()]
    [0.249, -0.132, 0.185]
    """
    gap = between("mean_gap", mean_gap, 0, 4)
    brands = TopBoxOrMean(mean_a=4.0, spread_a=0.6, mean_b=4.0 - gap, spread_b=spread)
    shares = brands.shares
    csat = shares[0, 3:].sum() - shares[1, 3:].sum()
    how = f"brand A ahead by {gap:g} in the middle, spreads 0.6 and {spread:g} (illustrative)"
    return [
        derived("A less B by the mean", float(brands.means[0] - brands.means[1]), how),
        derived("A less B by the top box", float(brands.top_boxes[0] - brands.top_boxes[1]), how),
        derived("A less B by the satisfaction rate (4 or 5)", float(csat), how),
    ]


def seven_questions(questions: int = 7, left_out: float = 0.02) -> list[Finding]:
    """Claim C134: seven questions for a survey, about the own products and those of rivals.

    A list, and nothing to compare. What a list of that length costs is computed: whoever leaves
    out a question now and then returns an incomplete sheet.

    Parameters
    ----------
    questions
        Number of questions.
    left_out
        Chance that a question is left out, each by itself (illustrative).

    Examples
    --------
    >>> [round(f.computed, 3) for f in seven_questions()]
    [0.868, 0.14]
    """
    k = whole("questions", questions, 1, 10_000)
    skip = between("left_out", left_out, 0, 1)
    how = f"{k} questions, each left out with chance {skip:g} by itself (illustrative)"
    return [
        derived("sheets on which every question is answered", (1 - skip) ** k, how),
        derived("questions left out on a sheet", k * skip, how),
    ]


def first_place(brands: int = 30, respondents: int = 200, spread: float = 1.0) -> list[Finding]:
    """Claim C111: the Accord held first place in customer satisfaction for some years.

    Neither the survey nor a score is known, so the rank is not computed. What a first place is
    worth can be: among brands that are all equally good, one is first by chance, and by how much
    it seems to lead follows from the number of brands and of answers.

    Parameters
    ----------
    brands
        Brands that are ranked.
    respondents
        Answers per brand.
    spread
        Standard deviation of an answer (points).

    Examples
    --------
    >>> [round(f.computed, 3) for f in first_place()[1:]]
    [0.033, 0.144]
    """
    import numpy as np
    from scipy import stats
    from scipy.integrate import quad

    k = whole("brands", brands, 2, 10_000)
    n = whole("respondents", respondents, 1, 10**9)
    if between("spread", spread, 0, 1e6) == 0:
        raise InputError(f"spread must be above 0, not {shown(spread)}.")

    def tail(x: float) -> float:
        return float(1 - stats.norm.cdf(x) ** k - stats.norm.cdf(-x) ** k)

    largest = quad(tail, 0, np.inf)[0]
    how = f"{k} equally good brands, {n} answers each (illustrative)"
    lost = "neither the survey nor its scores are known; reported, not verified"
    return [
        Finding("rank of the Accord", 1.0, None, 0.0, lost),
        derived("chance of a brand to stand first though none is better", 1 / k, how),
        derived(
            "lead of the first over the mean by chance (points)", largest * spread / n**0.5, how
        ),
    ]
