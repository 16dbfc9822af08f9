"""What the documents say of employees and customers, as questions with an answer.

Each function recomputes one claim of ``datasets/claims.csv`` and returns findings. No document
prints a path or a correlation, so every one here follows from named inputs, and is illustrative.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import amount, between, positive, whole
from loyaltylab.chain.path_fit import detectable
from loyaltylab.chain.steps import FACTORS, Empowerment
from loyaltylab.curve.directions import cross_section

OLDEST, NOW = 1000, 2100


def inside_determines_outside(
    links: Sequence[float] = (0.6, 0.6), branches: int = 60
) -> list[Finding]:
    """Claim C099: how satisfied employees are decides how satisfied customers are.

    If it decided, the correlation of the two would be 1 (or −1), and no branch with happier
    employees would ever have less happy customers. With links that are good but not perfect, the
    ends of the chain correlate at their product; of two branches drawn by lot, the one with
    happier employees then has the less happy customers with probability ``arccos(r) / π``
    (bivariate normal).

    Parameters
    ----------
    links
        Correlation of each link from employees to customers (illustrative), 1 to 10 of them.
    branches
        How many branches are compared.

    Raises
    ------
    InputError
        If links are not 1 to 10 correlations, or branches no whole number from 5.

    Examples
    --------
    >>> [round(f.computed, 3) for f in inside_determines_outside()]
    [1.0, 0.36, 0.13, 0.383, 0.355]
    """
    many = isinstance(links, list | tuple)
    if not many or not 1 <= len(links) <= 10:
        raise InputError(f"links must be a list of 1 to 10 correlations, not {shown(links)}.")
    r = math.prod(between(f"links[{i}]", v, -1, 1) for i, v in enumerate(links))
    said = f"illustrative: {len(links)} links, {', '.join(f'{v:g}' for v in links)}"
    return [
        derived("correlation that 'decides' would imply", 1.0, "nothing else moves customers"),
        derived("correlation of the ends of the chain", r, f"{said}, nothing past a link"),
        derived("share of customers' variance that goes along", r * r, said),
        derived(
            "pairs of branches in the contrary order", math.acos(r) / math.pi, f"{said}; normal"
        ),
        derived(
            "smallest correlation that these branches can show",
            detectable(branches),
            f"{branches} branches, power 80%, level 95%",
        ),
    ]


def four_terms(degree: float = 0.8) -> list[Finding]:
    """Claim C100: empowerment is trust + ability + willingness + environment.

    Four terms; no scale is given. With degrees from 0 to 1 the sum and the product part where one
    is missing.

    Parameters
    ----------
    degree
        Of the three factors that are there (illustrative).

    Raises
    ------
    InputError
        If the degree is no number from 0 to 1.

    Examples
    --------
    >>> [round(f.computed, 2) for f in four_terms()]
    [4.0, 0.6, 0.0]
    """
    rest = between("degree", degree, 0, 1)
    missing = Empowerment(trust=0.0, ability=rest, willingness=rest, environment=rest)
    how = f"trust 0, the others {rest:g} (illustrative)"
    return [
        derived("terms of the sum", float(len(FACTORS)), "counted in our own transcription"),
        derived("without trust, as a sum over 4", missing.sum_mean, how),
        derived("without trust, as the root of a product", missing.product_mean, how),
    ]


def team_and_life(
    life: float = 80.0, value: float = 240.0, people: int = 5, pair: float = 0.1
) -> list[Finding]:
    """Claim C101: one and one make more than two, and 80 years can be worth 240.

    The ratio is 3. A team of n has ``n (n − 1) / 2`` pairs: with a gain or a cost ``pair`` of each,
    it is worth ``n + pair · n (n − 1) / 2``; above n exactly if a pair gains more than it costs.

    Parameters
    ----------
    life, value
        Years of life, and years' worth of value.
    people
        Size of a team to count pairs of.
    pair
        What each pair adds to (below 0: takes from) the work of two, in the work of one.

    Raises
    ------
    InputError
        If a number is out of range.

    Examples
    --------
    >>> [round(f.computed, 2) for f in team_and_life()]
    [3.0, 2.1, 6.0]
    """
    years, worth = positive("life", life), amount("value", value)
    n = whole("people", people, 2, 1000)
    gain = between("pair", pair, -1, 1)
    how = f"illustrative: each pair adds {gain:g}"
    return [
        derived("value per year lived", worth / years, "240 over 80; the ratio is not printed"),
        derived("one and one", 2 + gain, how),
        derived(f"a team of {n}", n + gain * n * (n - 1) / 2, how),
    ]


def herzberg_dated(source_year: int = 1959) -> list[Finding]:
    """Claim C102: the two-factor theory is of 1959.

    A date is looked up and held beside the document; nothing computes it. That it is an analogy to
    Kano's basic and exciting needs, or an artefact of asking, is another matter
    (:class:`CriticalIncidents`).

    Parameters
    ----------
    source_year
        Year of Herzberg, Mausner & Snyderman as later writers give it.

    Raises
    ------
    InputError
        If the year is no whole number from 1000 to 2100.

    Examples
    --------
    >>> herzberg_dated()[0].agrees
    True
    """
    year = whole("source_year", source_year, OLDEST, NOW)
    how = "House & Wigdor 1967, first page read: reported in 1959; the book itself was not read"
    return [Finding("year of The Motivation to Work", 1959, year, 0, how)]


def customers_may_be_wrong(
    wrong: float = 0.1, goods: float = 20.0, loss: float = 433.0, leaves: float = 0.2
) -> list[Finding]:
    """Claim C115: customers can be wrong, but each of them matters.

    It contradicts C114, in which nobody is ever wrong. In what is done the two part only where
    giving in costs more than it saves, ``goods > loss · leaves``: elsewhere a customer who is
    wrong gets what he asks for under both.

    Parameters
    ----------
    wrong
        Share of complaints in which the customer is wrong (illustrative).
    goods
        What giving in costs.
    loss
        What is lost if he leaves (illustrative, about the profit of :func:`lifetime.two_rules`).
    leaves
        Chance that he leaves if he is refused (illustrative).

    Raises
    ------
    InputError
        If a share or an amount is not valid.

    Examples
    --------
    >>> [round(f.computed, 3) for f in customers_may_be_wrong()]
    [0.0, 0.1, 0.046, 0.1]
    """
    share, chance = between("wrong", wrong, 0, 1), between("leaves", leaves, 0, 1)
    cost, worth = amount("goods", goods), positive("loss", loss)
    level = min(cost / worth, 1.0)
    given_in = share if chance >= cost / worth else 0.0
    how = f"illustrative: giving in costs {cost:g}, a customer lost {worth:g}"
    return [
        derived(
            "complaints that are wrong, by the two rules of C114", 0.0, "the customer is right"
        ),
        derived("complaints that are wrong, if customers can be", share, "illustrative"),
        derived("chance of leaving from which giving in pays", level, how),
        derived(
            "wrong complaints in which both sayings do the same",
            given_in,
            f"{how}; he leaves with chance {chance:g} if refused",
        ),
    ]


def both_help_each_other(strength: float = 0.4, stability: float = 0.5) -> list[Finding]:
    """Claim C130: keeping customers and keeping employees help each other.

    Two directions in one sentence. A survey at one time gives one correlation, and it is the same
    whether the one moves the other or the other way round; half of each makes it larger.

    Parameters
    ----------
    strength
        What one takes from the other by the next quarter (illustrative).
    stability
        What each keeps of itself.

    Raises
    ------
    InputError
        If a number is not from 0 to 1, or the two let deviations grow for ever.

    Examples
    --------
    >>> [round(f.computed, 3) for f in both_help_each_other()]
    [0.229, 0.229, 0.0, 0.282]
    """
    how = f"illustrative: strength {strength:g}, stability {stability:g}"
    forth, back = (cross_section(*pair, stability) for pair in ((strength, 0.0), (0.0, strength)))
    mutual = cross_section(strength / 2, strength / 2, stability)
    return [
        derived("one survey, if employees move customers", forth, how),
        derived("one survey, if customers move employees", back, how),
        derived("difference by which one survey could tell", forth - back, how),
        derived("one survey, if each moves the other half as much", mutual, how),
    ]
