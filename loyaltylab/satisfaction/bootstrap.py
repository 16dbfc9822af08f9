"""Bootstrap intervals of everything that is a mean of a score, from counts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array, bootstrap_counts


def bootstrap_means(
    people: npt.ArrayLike,
    scores: npt.ArrayLike,
    *,
    level: float = 0.95,
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> tuple[Array, Array]:
    """Return percentile bootstrap intervals of the means of several scores, from counts.

    A mean, a top box, a satisfaction rate and a net promoter score are all means of a score
    given to each answer. One multinomial per draw serves them all, whatever the number of
    people.

    Parameters
    ----------
    people
        People per cell, shape ``(cells,)``.
    scores
        Score of each cell, shape ``(cells, measures)``.
    level, draws, seed
        See :func:`loyaltylab.base.stats.bootstrap_counts`.

    Returns
    -------
    lower, upper
        Arrays of shape ``(measures,)``.

    Raises
    ------
    InputError
        If the two do not have the same number of cells, or hold what is no number.

    Examples
    --------
    >>> answers, people = np.arange(1, 6), [5, 10, 20, 40, 25]
    >>> scores = np.stack([answers, answers == 5], axis=1)
    >>> [end.round(2).tolist() for end in bootstrap_means(people, scores, seed=1)]
    [[3.48, 0.17], [3.9, 0.34]]
    """
    try:
        given, cells = np.asarray(scores, float), np.asarray(people)
    except (TypeError, ValueError):
        raise InputError(f"scores must be a table of numbers, not {shown(scores)}.") from None
    if given.ndim != 2 or cells.ndim != 1 or len(given) != len(cells):
        raise InputError(
            "scores must have one row for each cell of people, but their shapes are"
            f" {given.shape} and {cells.shape}."
        )
    if not np.isfinite(given).all():
        raise InputError("scores must be finite numbers; leave cells without a score out.")

    def means(sample: npt.NDArray[np.int64]) -> Array:
        return np.asarray(sample @ given / sample.sum(axis=1, keepdims=True))

    return bootstrap_counts(cells, means, level=level, draws=draws, seed=seed)
