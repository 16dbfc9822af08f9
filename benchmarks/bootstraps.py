"""CPU of a bootstrap of survey measures: from counts, against resampled rows (scipy)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.measure import Row, cpu
from loyaltylab.satisfaction import bootstrap_means

NAME = "bootstrap"
ROWS, DRAWS, BATCH = 10_000, 2000, 20
UNIT = "ms CPU"
SHARES = (0.02, 0.02, 0.04, 0.05, 0.08, 0.1, 0.14, 0.18, 0.17, 0.11, 0.09)
"""Answers 0 to 10 to "would you recommend us?"; illustrative."""
SCORES: dict[str, Callable[[npt.NDArray[Any]], npt.NDArray[np.float64]]] = {
    "mean": lambda answers: answers.astype(float),
    "top box": lambda answers: (answers == 10).astype(float),
    "satisfied (7 to 10)": lambda answers: (answers >= 7).astype(float),
    "NPS": lambda answers: 100.0 * ((answers >= 9).astype(float) - (answers <= 6)),
}
"""Each measure is the mean of a score given to each answer."""


def rows() -> list[Row]:
    """Time the same four intervals, with as many draws, both ways; they must agree."""
    answers = np.random.default_rng(1).choice(len(SHARES), ROWS, p=SHARES)
    ours = f"four measures of {ROWS:,} answers, {DRAWS:,} draws, from counts"
    theirs = "scipy.stats.bootstrap, rows resampled, vectorised"
    agree(from_counts(answers), from_rows(answers), answers)
    mine = cpu(partial(from_counts, answers), repeats=5, number=5)
    other = cpu(partial(from_rows, answers), repeats=1)
    return [
        Row(NAME, ours, 1e3 * mine, UNIT),
        Row(NAME, theirs, 1e3 * other, UNIT, other / mine, ours),
    ]


def from_counts(answers: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Count the answers, and draw the counts: one multinomial per draw for all measures."""
    cells = np.arange(len(SHARES))
    scores = np.stack([score(cells) for score in SCORES.values()], axis=1)
    people = np.bincount(answers, minlength=len(cells))
    return np.array(bootstrap_means(people, scores, draws=DRAWS, seed=2))


def from_rows(answers: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Resample the rows, once for all measures, in batches that fit the cache."""
    from scipy.stats import bootstrap

    scores = np.stack([score(answers) for score in SCORES.values()])

    found = bootstrap(
        (scores,),
        np.mean,
        axis=1,
        n_resamples=DRAWS,
        batch=BATCH,
        method="percentile",
        vectorized=True,
        rng=np.random.default_rng(3),
    )
    return np.array([found.confidence_interval.low, found.confidence_interval.high])


def agree(
    one: npt.NDArray[np.float64], other: npt.NDArray[np.float64], answers: npt.NDArray[Any]
) -> None:
    """Refuse to compare what differs by more than the noise of the draws."""
    for i, score in enumerate(SCORES.values()):
        spread = float(score(answers).std()) / ROWS**0.5
        # an end of a percentile interval scatters by about 2.7 / √draws standard errors
        noise = 5 * 2**0.5 * 2.7 / DRAWS**0.5 * spread
        off = np.abs(one[:, i] - other[:, i]).max()
        assert off <= noise, (list(SCORES)[i], off, noise)
