"""What the document says about needs, as a question whose answer depends on inputs."""

from __future__ import annotations

import dataclasses

from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import between, whole
from loyaltylab.needs.response import KanoResponse

PROMISED = 100.0


def basic_and_expected_met(
    exciting: float = 0.5,
    demand: float = 0.4,
    spread: float = 0.3,
    attributes: int = 4,
    otherwise: float = 0.1,
) -> list[Finding]:
    """Claim C043: basic and expected needs met in full and exciting ones in part give 100 %.

    It does not follow from Kano's curves: a basic need that is met adds nothing, and the rest of
    the exciting needs is still missing. The function computes what follows under named inputs,
    and which assumption would make it 100 %.

    Parameters
    ----------
    exciting
        Share of exciting needs that is met; the document says "some", so 0.5 is illustrative.
    demand, spread
        Demands of the customers on the index from -1 to 1; illustrative.
    attributes
        Number of attributes that the firm calls basic or expected; illustrative.
    otherwise
        Share of customers who dislike having such an attribute, each independently;
        illustrative.

    Examples
    --------
    >>> [(f.computed and round(f.computed, 1), f.agrees) for f in basic_and_expected_met()][:4]
    [(52.8, False), (2.8, False), (81.2, False), (100.0, True)]
    """
    exciting = between("exciting", exciting, 0, 1)
    otherwise = between("otherwise", otherwise, 0, 1)
    attributes = whole("attributes", attributes, 1, 1000)
    met = KanoResponse(basic=1, expected=1, exciting=exciting, demand=demand, spread=spread)
    all_met = dataclasses.replace(met, exciting=1.0)
    basic = dataclasses.replace(met, expected=0.5, exciting=0.0)
    modest = dataclasses.replace(met, demand=min(met.index, 1.0), spread=0.0)
    half = PROMISED / 200  # half a percent: to the nearest whole one
    case = (
        f"basic and expected needs 100%, exciting {exciting:.0%}; illustrative: equal weights,"
        f" bend {met.bend:g}"
    )
    asks = f"demands {met.demand:g} ± {met.spread:g}"
    worst = dataclasses.replace(met, basic=0.0, expected=0.0, exciting=0.0)
    reach = 100 * (met.index - worst.index) / (all_met.index - worst.index)
    return [
        Finding("customers satisfied (%)", PROMISED, 100 * met.satisfied, half, f"{case}; {asks}"),
        Finding(
            "customers very satisfied (%)",
            PROMISED,
            100 * met.very_satisfied,
            half,
            f"{case}; {asks}, and {met.delight:g} more for very",
        ),
        Finding("index, from nothing met (0) to everything met (100)", PROMISED, reach, half, case),
        Finding(
            "customers satisfied (%)",
            PROMISED,
            100 * modest.satisfied,
            half,
            f"{case}; nobody demands more than the index of this offer",
        ),
        Finding(
            "customers who dislike nothing that they get (%)",
            PROMISED,
            100 * (1 - otherwise) ** attributes,
            half,
            f"{attributes} attributes, each disliked by {otherwise:.0%} of the customers,"
            " independently; illustrative",
        ),
        derived(
            "index with basic needs alone met in full (−1 to 1)",
            basic.index,
            "expected needs half met, which is neither good nor bad; exciting ones not at all",
        ),
        derived("highest demand at which all are satisfied (−1 to 1)", met.index, case),
        derived("customers satisfied with all needs met (%)", 100 * all_met.satisfied, asks),
    ]
