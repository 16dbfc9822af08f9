"""Which comes first, satisfaction or loyalty: one cross-section cannot tell, two waves may."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Column, Data
from loyaltylab.base.stats import LIMIT, Array, between, generator, whole
from loyaltylab.curve import answers as given

WAVES = ("satisfaction_1", "loyalty_1", "satisfaction_2", "loyalty_2")


def _moves(to_loyalty: float, to_satisfaction: float, stability: float) -> Array:
    """How a wave follows from the one before, as a matrix; it must come to rest."""
    b = between("satisfaction_to_loyalty", to_loyalty, 0, 1)
    c = between("loyalty_to_satisfaction", to_satisfaction, 0, 1)
    a = between("stability", stability, 0, 1)
    if a + math.sqrt(b * c) >= 0.999:
        raise InputError(
            "stability and the two effects are too strong together, for the waves would grow"
            " without end; stability + √(effect · effect) must be below 0.999, not"
            f" {a + math.sqrt(b * c):.3g}."
        )
    return np.array([[a, c], [b, a]])


def _at_rest(moves: Array) -> Array:
    from scipy.linalg import solve_discrete_lyapunov

    return np.asarray(solve_discrete_lyapunov(moves, np.eye(2)))


def cross_section(
    satisfaction_to_loyalty: float = 0.4,
    loyalty_to_satisfaction: float = 0.0,
    stability: float = 0.5,
) -> float:
    """Return the correlation that one survey finds in a world of known directions.

    Satisfaction and loyalty of each wave are ``stability`` times the wave before, plus what
    each takes from the other, plus noise of variance 1; correlation is that of the world at
    rest. Exchanging the two effects leaves it as it is: one survey cannot tell them apart.

    Raises
    ------
    InputError
        If a number is not from 0 to 1, or the three are too strong together, so that the
        waves would grow without end.

    Examples
    --------
    >>> round(cross_section(0.4, 0.0), 3), round(cross_section(0.0, 0.4), 3)
    (0.229, 0.229)
    """
    moves = _moves(satisfaction_to_loyalty, loyalty_to_satisfaction, stability)
    rest = _at_rest(moves)
    return float(rest[0, 1] / math.sqrt(rest[0, 0] * rest[1, 1]))


def simulate_directions(
    satisfaction_to_loyalty: float = 0.4,
    loyalty_to_satisfaction: float = 0.0,
    stability: float = 0.5,
    people: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Draw people in two waves, in a world whose directions are known.

    Parameters
    ----------
    satisfaction_to_loyalty, loyalty_to_satisfaction
        What one takes from the other by the next wave, 0 to 1.
    stability
        What each keeps of itself, 0 to 1.
    people
        How many, 10 to 10,000,000.
    seed
        A whole number >= 0, a numpy Generator, or None.

    Returns
    -------
    pandas.DataFrame
        ``person, satisfaction_1, loyalty_1, satisfaction_2, loyalty_2``, standardised to no
        unit.

    Raises
    ------
    InputError
        As :func:`cross_section`, or if ``people`` or ``seed`` is not valid.

    Examples
    --------
    >>> simulate_directions(people=10, seed=1).shape
    (10, 5)
    """
    moves = _moves(satisfaction_to_loyalty, loyalty_to_satisfaction, stability)
    n = whole("people", people, 10, 10_000_000)
    draw = generator(seed)
    root = np.linalg.cholesky(_at_rest(moves))
    first = draw.standard_normal((n, 2)) @ root.T
    second = first @ moves.T + draw.standard_normal((n, 2))
    frame = pd.DataFrame(np.hstack([first, second]), columns=WAVES)
    frame.insert(0, "person", np.arange(n))
    return frame


def cross_lagged(
    data: Data,
    *,
    satisfaction: tuple[Hashable, Hashable] = ("satisfaction_1", "satisfaction_2"),
    loyalty: tuple[Hashable, Hashable] = ("loyalty_1", "loyalty_2"),
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate what each takes from the other between two waves.

    Two regressions (statsmodels OLS, HC1): each second answer on both first ones. The slope on
    the *other* is the cross-lagged effect. It is the effect of a change only if the answers are
    measured without error, nothing unseen moves both, and the lag is the right one: where
    satisfaction is measured with noise, loyalty of wave 1 stands in for what the noise hid,
    and an effect appears where there is none.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per person.
    satisfaction, loyalty
        Columns of wave 1 and wave 2. Rows that lack one of the four are left out, and
        counted in ``missing``.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        Two rows: ``cause, result, effect, lower, upper, n, missing``.

    Raises
    ------
    InputError
        For missing columns, values that are no numbers, or answers that do not vary.

    Examples
    --------
    >>> seen = simulate_directions(0.4, 0.0, seed=1)
    >>> cross_lagged(seen)[["cause", "result", "effect"]].round(2)
              cause        result  effect
    0  satisfaction       loyalty    0.42
    1       loyalty  satisfaction    0.01
    """
    import statsmodels.api as sm

    between("level", level, 0, 1, open_ends=True)
    for name, pair in (("satisfaction", satisfaction), ("loyalty", loyalty)):
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise InputError(f"{name} must name two columns, of wave 1 and 2, not {pair!r:.60}.")
    names = dict(
        zip(WAVES, (satisfaction[0], loyalty[0], satisfaction[1], loyalty[1]), strict=True)
    )
    columns = {wave: Column(name, "number", -LIMIT, LIMIT) for wave, name in names.items()}
    rows, missing = given.answered(data, None, None, **columns)
    first = rows[["satisfaction_1", "loyalty_1"]].to_numpy()
    if len(rows) < 10 or np.linalg.matrix_rank(first - first.mean(axis=0)) < 2:
        raise InputError(
            "The directions cannot be estimated: at least 10 people must have answered all four"
            " questions, and the two answers of wave 1 must vary, each by itself."
        )
    found: list[dict[str, Any]] = []
    for cause, result, other in (("satisfaction", "loyalty", 1), ("loyalty", "satisfaction", 2)):
        fitted = sm.OLS(rows[f"{result}_2"].to_numpy(), sm.add_constant(first)).fit(cov_type="HC1")
        lower, upper = fitted.conf_int(alpha=1 - level)[other]
        effect = float(fitted.params[other])
        found.append({"cause": cause, "result": result, "effect": effect})
        found[-1] |= {"lower": float(lower), "upper": float(upper)}
    return pd.DataFrame(found).assign(n=len(rows), missing=sum(missing.values()))
