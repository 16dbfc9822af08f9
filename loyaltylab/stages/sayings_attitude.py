"""What the documents say of attitude and behaviour, the two components of loyalty.

Each function recomputes one claim of ``datasets/claims.csv``.
"""

from __future__ import annotations

from loyaltylab.base.ledger import Finding, derived
from loyaltylab.curve.directions import cross_section
from loyaltylab.stages.crosswalk import classes
from loyaltylab.stages.sayings import READ


def attitude_and_behaviour() -> list[Finding]:
    """Claim C027: loyalty takes an attitude and a way of behaving.

    Document 000 also defines it as going on buying, without an attitude.

    Examples
    --------
    >>> [f.computed for f in attitude_and_behaviour()]
    [4, 1, 2]
    """
    table = classes()
    cells = table[table["scheme"] == "dick_basu"]
    behaves = cells[cells["buys"]]
    both = behaves[behaves["likes"]]
    return [
        derived("cells of attitude by behaviour", len(cells), "Dick & Basu 1994"),
        derived("of these loyal, if it takes both", len(both), READ),
        derived("of these loyal, if it takes going on buying", len(behaves), READ),
    ]


def attitude_determines_behaviour(effect: float = 0.4, stability: float = 0.5) -> list[Finding]:
    """Claim C030: how a loyal customer feels determines how that customer acts.

    A world in which feeling moves acting, and one in which acting moves feeling, give one
    survey the same correlation; which of the two it is, it cannot tell.

    Parameters
    ----------
    effect
        What one takes from the other by the next wave; illustrative.
    stability
        What each keeps of itself; illustrative.

    Examples
    --------
    >>> [round(f.computed, 3) for f in attitude_determines_behaviour()]
    [0.229, 0.229, 0.052]
    """
    forth, back = cross_section(effect, 0.0, stability), cross_section(0.0, effect, stability)
    how = f"effect {effect:g}, stability {stability:g} (illustrative)"
    said = "correlation in one survey if "
    return [
        derived(said + "feeling moves acting", forth, how),
        derived(said + "acting moves feeling", back, how),
        derived(
            "share of the variance of acting that goes with feeling",
            forth**2,
            f"{how}; what determines would leave nothing",
        ),
    ]
