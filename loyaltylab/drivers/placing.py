"""Importance against performance: the four zones, and how firmly an attribute stands in one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import between, whole
from loyaltylab.curve import scale as scales
from loyaltylab.drivers.ratings import Scale, names, ratings, tangled
from loyaltylab.drivers.resample import MOST_DRAWS, moments
from loyaltylab.drivers.weights import MEASURES
from loyaltylab.drivers.zone_map import RULES, Cross, ZoneMap

Measure = Literal["correlation", "beta", "lmg", "relative_weight"]


def zones() -> pd.DataFrame:
    """Return the four zones: where they lie, what the document says of them, other names.

    The document's figure is lost, so that which corner holds which zone is read from its text.
    The last column holds the names that are usually credited to Martilla & James (1977); they
    are reported, not verified. On one zone the two disagree: the document keeps an advantage
    that matters little, the other name calls it too much of a good thing.

    Returns
    -------
    pandas.DataFrame
        ``zone, importance, performance, document, advice, martilla_james_1977``.

    Examples
    --------
    >>> zones()[["zone", "importance", "performance"]]
         zone importance performance
    0  manage       high        high
    1    keep        low        high
    2  adjust        low         low
    3     fix       high         low
    """
    reported = " (reported, not verified)"
    return pd.DataFrame(
        {
            "zone": ["manage", "keep", "adjust", "fix"],
            "importance": ["high", "low", "low", "high"],
            "performance": ["high", "high", "low", "low"],
            "document": ["保持客户忠诚的关键", "竞争优势", "潜在流失区域", "罪魁祸首"],
            "advice": [
                "manage and improve first: rivals attack here",
                "keep the advantage that rivals care little about",
                "adjust, so that nobody is lost here later",
                "mend first: the main culprit of churn",
            ],
            "martilla_james_1977": [
                f"keep up the good work{reported}",
                f"possible overkill{reported}",
                f"low priority{reported}",
                f"concentrate here{reported}",
            ],
        }
    )


def importance_performance(
    data: Data,
    *,
    attributes: Sequence[Hashable],
    importance: Sequence[Hashable] | None = None,
    outcome: Hashable | None = None,
    measure: Measure = "lmg",
    cross: Cross | tuple[Cross, Cross] = "mean",
    scale: Scale = (1, 5),
    importance_scale: Scale = (1, 5),
    outcome_scale: Scale | None = (1, 5),
    cluster: Hashable | None = None,
    level: float = 0.95,
    draws: int = 1000,
    seed: int | np.random.Generator | None = 0,
) -> ZoneMap:
    """Place attributes by how much they matter and how well we do, with intervals on both axes.

    Performance is the mean answer. Importance is either *stated* (the mean of what people say,
    columns in ``importance``) or *derived* from how an attribute goes along with ``outcome``.
    An attribute at or above the cross-hair counts as high. All intervals are percentile
    bootstraps over respondents or clusters, in which the cross-hair is drawn anew, too. A
    derived measure with a sign (β, correlation) counts as it is: what goes against the outcome
    is of low importance.

    A cross-hair at the mean or the median always puts somebody on the wrong side, even where
    all perform alike, and an attribute may change its zone because another one has moved. A
    target that was set before the survey does neither. See :meth:`ZoneMap.distances` for how
    far from the line an attribute stands.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per answer.
    attributes
        2 to 20 columns of satisfaction with each attribute.
    importance
        As many columns of stated importance, in the same order; or None for derived importance.
    outcome
        Column of overall satisfaction, for derived importance; or None for stated importance.
    measure
        ``"lmg"``, ``"beta"``, ``"correlation"`` or ``"relative_weight"``, if derived.
    cross
        Where the axes cross: ``"mean"`` or ``"median"`` of the attributes, ``"middle"`` of the
        scale (none for derived importance), or a number, the target. One for both axes, or a
        pair (importance, performance).
    scale, importance_scale, outcome_scale
        Lowest and highest point of the scales of performance, stated importance and outcome.
    cluster, level, draws, seed
        As in :func:`loyaltylab.drivers.fit`; 1,000 draws by default.

    Returns
    -------
    ZoneMap
        With ``.table()``, ``.distances()``, ``.by_rule()``, ``.cross_hair()`` and ``.plot()``.

    Raises
    ------
    InputError
        If importance and outcome are both given or both missing, for a cross-hair that the axis
        does not have, and for columns as in :func:`loyaltylab.drivers.fit`.

    References
    ----------
    Martilla, J. A. & James, J. C. (1977), Importance-performance analysis, *Journal of
    Marketing* 41(1), 77-79.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> seen = pd.DataFrame({"quality": rng.integers(3, 6, 400), "price": rng.integers(1, 4, 400)})
    >>> seen["overall"] = ((seen["quality"] + 3 * seen["price"]) / 4).round()
    >>> found = importance_performance(seen, attributes=["quality", "price"], outcome="overall")
    >>> found.table()[["attribute", "performance", "zone", "kept"]].round(2)
      attribute  performance  zone  kept
    0   quality         4.06  keep   1.0
    1     price         1.94   fix   1.0
    """
    between("level", level, 0, 1, open_ends=True)
    draws = whole("draws", draws, 100, MOST_DRAWS)
    listed = names("attributes", attributes, fewest=2)
    if (importance is None) == (outcome is None):
        raise InputError(
            "importance and outcome must not be both given or both left out; name columns of"
            " stated importance, or one outcome to derive importance from."
        )
    stated = importance is not None
    second = names("importance", importance, len(listed), len(listed)) if stated else [outcome]
    if not isinstance(measure, str) or measure not in MEASURES:
        raise InputError(
            f"measure must be one of {', '.join(MEASURES)}, not"
            f" {shown(measure)}{nearest(measure, MEASURES)}."
        )
    role = "importance" if stated else "outcome"
    other = importance_scale if stated else outcome_scale
    ends = (
        scales.ends(importance_scale, "importance_scale") if stated else None,
        scales.ends(scale),
    )
    rules = _rules(cross, ends)
    limits: dict[str, Scale | None] = {"attribute": scale, role: other}
    answered = ratings(data, {"attribute": listed, role: second}, limits, cluster, vary=not stated)
    k = len(listed)
    seen, drawn = moments(answered.values, answered.codes, draws, seed)
    if stated:
        matters, mattered = seen.mean[:, k:], drawn.mean[:, k:]
    else:
        tangled(seen.correlation[0, :-1, :-1], listed)
        matters, mattered = (MEASURES[measure](m.correlation) for m in (seen, drawn))
    return ZoneMap(
        attributes=tuple(listed),
        importance=matters[0],
        performance=seen.mean[0, :k],
        drawn=np.stack([mattered, drawn.mean[:, :k]]),
        rules=rules,
        ends=ends,
        measure="stated" if stated else measure,
        n=answered.n,
        missing=answered.missing,
        level=level,
    )


def _rules(cross: Any, ends: tuple[Scale | None, Scale]) -> tuple[Cross, Cross]:
    """Return the rule of each axis, importance first."""
    pair = tuple(cross) if isinstance(cross, tuple | list) else (cross, cross)
    if len(pair) != 2:
        raise InputError(
            f"cross must be one rule, or a pair (importance, performance), not {shown(cross)}."
        )
    for axis, rule, limits in zip(("importance", "performance"), pair, ends, strict=True):
        if isinstance(rule, str) and rule in RULES:
            if rule == "middle" and limits is None:
                raise InputError(
                    "cross must not be 'middle' for derived importance, which has no scale; give"
                    " a pair such as ('mean', 'middle')."
                )
        elif isinstance(rule, str) or rule is None:
            raise InputError(
                f"cross must be 'mean', 'median', 'middle' or a number for {axis}, not"
                f" {shown(rule)}{nearest(rule, RULES)}."
            )
        else:
            between(f"cross for {axis}", rule, *(limits or (-1.0, 1.0)))
    return pair
