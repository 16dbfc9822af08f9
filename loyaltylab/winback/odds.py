"""The published odds of a sale, and what document 003 makes of them (claim C096)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import between

ODDS = (("existing", 0.60, 0.70), ("lost", 0.20, 0.40), ("prospect", 0.05, 0.20))
RANGES = "published ranges, behind which no data are named"


def published_odds() -> pd.DataFrame:
    """Return the ranges of success in circulation (claim C096), by who is contacted.

    Griffin & Lowenstein (2001) print them, and textbooks repeat them; **no data behind the
    ranges are named anywhere that was read**, nor what counts as a contact and as a success.

    Returns
    -------
    pandas.DataFrame
        ``kind, chance_lower, chance, chance_upper`` (shares; ``chance`` is the middle of the
        range, which nobody published), ``status``.

    Examples
    --------
    >>> published_odds()[["kind", "chance_lower", "chance", "chance_upper"]]
           kind  chance_lower  chance  chance_upper
    0  existing          0.60   0.650           0.7
    1      lost          0.20   0.300           0.4
    2  prospect          0.05   0.125           0.2
    """
    table = pd.DataFrame(ODDS, columns=["kind", "chance_lower", "chance_upper"])
    middle = (table["chance_lower"] + table["chance_upper"]) / 2
    table.insert(2, "chance", middle.round(9))
    return table.assign(status="range read; no data behind it are named")


def half_as_often(
    lost: Sequence[float] | None = None,
    prospect: Sequence[float] | None = None,
    returns: Sequence[float] = (214.0, 23.0),
) -> list[Finding]:
    """Claim C096: selling to somebody new succeeds half as often as selling to somebody lost.

    Parameters
    ----------
    lost, prospect
        Least and greatest chance of a sale to one lost, and to a prospect; without them the
        published ranges of :func:`published_odds`.
    returns
        Return in percent on customers reinstated, and on those acquired from a list.

    Raises
    ------
    InputError
        If a range is not two rising chances, the lost one's above 0.

    Examples
    --------
    >>> [round(f.computed, 3) for f in half_as_often()]
    [0.417, 0.5, 0.25, 0.125, 1.0, 2.4, 0.107]
    """
    odds = published_odds().set_index("kind")[["chance_lower", "chance_upper"]]
    low, high = _range("lost", odds.loc["lost"] if lost is None else lost)
    new_low, new_high = _range("prospect", odds.loc["prospect"] if prospect is None else prospect)
    if low == 0:
        raise InputError("lost must hold chances above 0, for they are divided by; 0 was given.")
    good, poor = _two("returns", returns, 1e6)
    middle = (new_low + new_high) / (low + high)
    said = "chance with a prospect over chance with one lost: "
    half = "half, to the nearest tenth"
    return [
        Finding(said + "middles", 0.5, middle, 0.05, f"{RANGES}; {half}"),
        Finding(said + "upper ends", 0.5, new_high / high, 0.05, f"{RANGES}; {half}"),
        Finding(said + "lower ends", 0.5, new_low / low, 0.05, f"{RANGES}; {half}"),
        derived(said + "least", new_low / high, RANGES),
        derived(said + "most", new_high / low, RANGES),
        derived(
            "times as much that a new one must be worth to be the better contact",
            1 / middle if middle else None,
            f"middles of the {RANGES}; a contact costs the same",
        ),
        derived(
            "return on those from a list over return on those reinstated",
            poor / good if good else None,
            "Stauss & Friege 1999 as cited by Thomas, Blattberg & Fox 2004: one firm's returns,"
            " which are not chances of a sale",
        ),
    ]


def _range(name: str, given: object) -> tuple[float, float]:
    low, high = _two(name, given, 1.0)
    if low > high:
        raise InputError(f"{name} must be two numbers that rise, not {shown(given)}.")
    return low, high


def _two(name: str, given: object, most: float) -> tuple[float, float]:
    values = list(given) if hasattr(given, "__iter__") and not isinstance(given, str) else []
    if len(values) != 2:
        raise InputError(f"{name} must be two numbers, not {shown(given)}.")
    one, other = (between(name, v, 0, most) for v in values)
    return one, other
