"""The satisfaction index as a measurement model: elements, weights, and what weights change."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between, whole
from loyaltylab.curve import scale as scales
from loyaltylab.drivers.formula import SCHEMES, fixed
from loyaltylab.drivers.ratings import Ratings, Scale, names, ratings
from loyaltylab.drivers.resample import MOST_DRAWS, Moments, moments


@dataclass(frozen=True, eq=False)
class IndexFit:
    """A satisfaction index computed by :func:`loyaltylab.drivers.index`.

    ``weights`` and ``scores`` (0 to 100) hold one number per element, ``drawn_weights`` and
    ``drawn_scores`` those of each bootstrap sample, ``ratings`` the rows used.

    Examples
    --------
    >>> from loyaltylab.drivers import index
    >>> seen = pd.DataFrame({"a": [8, 9, 7, 10, 6], "b": [7, 9, 6, 9, 6]})
    >>> found = index(seen, elements={"service": ["a"], "emotion": ["b"]}, scale=(1, 10))
    >>> round(found.index, 1)
    74.4
    """

    elements: tuple[str, ...]
    weights: Array
    scores: Array
    drawn_weights: Array
    drawn_scores: Array
    ratings: Ratings
    level: float

    @property
    def index(self) -> float:
        """The index, 0 to 100."""
        return float(self.weights @ self.scores)

    def table(self) -> pd.DataFrame:
        """Return one row per element and, last, the index.

        ``element, weight, weight_lower, weight_upper, score, lower, upper, n``; percentile
        bootstraps. The index has weight 1.
        """
        share = [(1 - self.level) / 2, (1 + self.level) / 2]
        weights = np.quantile(self.drawn_weights, share, axis=0)
        scores = np.quantile(self.drawn_scores, share, axis=0)
        whole_ = np.quantile((self.drawn_weights * self.drawn_scores).sum(axis=1), share)
        return pd.DataFrame(
            {
                "element": [*self.elements, "index"],
                "weight": [*self.weights, 1.0],
                "weight_lower": [*weights[0], 1.0],
                "weight_upper": [*weights[1], 1.0],
                "score": [*self.scores, self.index],
                "lower": [*scores[0], whole_[0]],
                "upper": [*scores[1], whole_[1]],
                "n": self.ratings.n,
            }
        )


def index(
    data: Data,
    *,
    elements: Mapping[str, Sequence[Hashable]],
    scale: Scale,
    weights: str | Sequence[float] | Mapping[str, float] = "equal",
    outcome: Hashable | None = None,
    outcome_scale: Scale | None = None,
    cluster: Hashable | None = None,
    level: float = 0.95,
    draws: int = 1000,
    seed: int | np.random.Generator | None = 0,
) -> IndexFit:
    """Compute a satisfaction index from the elements that a survey asks about.

    An element's score is the mean of its questions, brought to 0 … 100; the index is their
    weighted mean. Weights that come from the data are computed anew in each bootstrap sample, so
    that the intervals hold what is not known of them.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per answer.
    elements
        Columns of each element, such as ``{"service quality": ["reliable", "easy"], …}``.
    scale
        Lowest and highest answer that the questions allow. It is not guessed, for a wrong one
        gives a wrong index: (1, 10) for the ACSI.
    weights
        ``"equal"``; ``"component"`` (first principal component of the standardised elements);
        ``"outcome"`` (in proportion to the correlation with ``outcome``, which is mode A of a
        partial least squares model with one outcome); or numbers >= 0, one per element, in their
        order or by name (stated).
    outcome
        Column, for ``weights="outcome"`` only.
    outcome_scale
        Lowest and highest answer to the outcome; None for that of the elements.
    cluster, level, draws, seed
        As in :func:`loyaltylab.drivers.fit`.

    Returns
    -------
    IndexFit

    Raises
    ------
    InputError
        For columns as in :func:`loyaltylab.drivers.fit`, unknown weights, a missing or idle
        outcome, or elements that go against each other, so that weights would be negative.

    Notes
    -----
    A path model with several equations needs a PLS library. None stood the test here:
    plspm 0.5.7 (last release June 2024) stops with an error under pandas 3, semopy 2.3.11
    (January 2024) fits covariance structures and not PLS, and openpls-engine, a maintained fork
    of plspm, is GPL-licensed. So the weights here are those that need no such library.

    References
    ----------
    Fornell, C. et al. (1996), The American Customer Satisfaction Index, *Journal of Marketing*
    60(4), 7-18; Wold (1982) for mode A (reported, not verified).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> seen = pd.DataFrame(rng.integers(5, 11, (300, 3)), columns=["quality", "talk", "trust"])
    >>> parts = {"service quality": ["quality"], "interaction": ["talk"], "emotion": ["trust"]}
    >>> found = index(seen, elements=parts, scale=(1, 10), weights=[0.5, 0.3, 0.2])
    >>> found.table()[["element", "weight", "score", "n"]].round(1)
               element  weight  score    n
    0  service quality     0.5   70.6  300
    1      interaction     0.3   73.1  300
    2          emotion     0.2   72.3  300
    3            index     1.0   71.7  300
    """
    between("level", level, 0, 1, open_ends=True)
    draws = whole("draws", draws, 100, MOST_DRAWS)
    listed = _listed(elements)
    count = len(listed)
    scheme = weights if isinstance(weights, str) and weights in SCHEMES else ""
    stated = fixed(weights, count, list(listed)) if not scheme else np.full(count, 1 / count)
    if (outcome is None) == (scheme == "outcome"):
        raise InputError(
            "outcome must be named if weights='outcome', and only then; the other weights make no"
            " use of it."
        )
    columns: dict[str, list[Hashable]] = {f"question of {k}": v for k, v in listed.items()}
    limits: dict[str, Scale | None] = dict.fromkeys(columns, scale)
    if outcome is not None:
        columns["outcome"], limits["outcome"] = [outcome], outcome_scale or scale
    answered = ratings(data, columns, limits, cluster)
    values, start = [], 0
    low, high = scales.ends(scale)
    for wanted in listed.values():
        mean = answered.values[:, start : start + len(wanted)].mean(axis=1)
        values.append(100 * scales.unit(mean, low, high))
        start += len(wanted)
    table = np.column_stack([*values, *answered.values[:, start:].T])
    seen, drawn = moments(table, answered.codes, draws, seed)
    rough, roughly = (_direction(m, scheme, stated, count) for m in (seen, drawn))
    if rough.min() < 0:
        raise InputError(
            f"The element {shown(list(listed)[int(rough[0].argmin())])} goes against the others"
            " or the outcome, so that its weight would be negative; turn its scale round, or"
            " state weights."
        )
    return IndexFit(
        elements=tuple(listed),
        weights=_shared(rough)[0],
        scores=seen.mean[0, :count],
        drawn_weights=_shared(roughly),
        drawn_scores=drawn.mean[:, :count],
        ratings=answered,
        level=level,
    )


def _listed(elements: Any) -> dict[str, list[Hashable]]:
    if not isinstance(elements, Mapping) or not 1 <= len(elements) <= 20:
        raise InputError(
            "elements must be a dictionary of 1 to 20 names and their columns, such as"
            f" {{'interaction': ['staff', 'speed']}}, not {shown(elements)}."
        )
    listed = {str(k): names(f"elements[{shown(k)}]", v) for k, v in elements.items()}
    if "index" in listed or len(listed) < len(elements):
        raise InputError(
            f"elements must have different names, and none of them 'index', not {some(elements)}."
        )
    return listed


def _direction(found: Moments, scheme: str, stated: Array, count: int) -> Array:
    """Return weights of raw scores up to a factor, one row per draw."""
    if scheme not in ("component", "outcome") or count == 1:
        return np.broadcast_to(stated, (len(found.mean), count)).copy()
    if scheme == "outcome":
        weight = found.correlation[:, :count, count]
    else:
        weight = np.linalg.eigh(found.correlation[:, :count, :count])[1][..., -1]
        weight = weight * np.where(weight.sum(axis=1) < 0, -1.0, 1.0)[:, None]
    return np.asarray(weight / np.maximum(found.sd[:, :count], 1e-9))


def _shared(rough: Array) -> Array:
    """Make weights sum to 1; where a draw has none above 0, all are equal."""
    kept = np.maximum(rough, 0.0)
    total = kept.sum(axis=1, keepdims=True)
    even = np.full_like(kept, 1 / kept.shape[1])
    return np.where(total > 0, kept / np.where(total > 0, total, 1.0), even)
