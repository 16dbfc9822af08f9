"""How much of repeat buying value explains, and how much it leaves to other things."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import LIMIT, Array, between, generator, whole
from loyaltylab.delivered_value.dtypes import column, kind

BATCH = 2_000_000


def explained(
    data: Data,
    outcome: Hashable,
    blocks: Mapping[str, Sequence[Hashable]],
    *,
    cluster: Hashable | None = None,
    draws: int = 1000,
    seed: int | np.random.Generator | None = 0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the share of variance that blocks of columns explain, entered one after the other.

    R² of a linear regression on the first block, on the first two, and so on. It is a description:
    what a block adds depends on which came before it, and explaining is not causing.

    R² is too high in the sample that the regression was fitted to, for it also fits the noise; a
    bootstrap over rows, or over clusters, repeats that and shows by how much: its mean less the R²
    of the sample. ``adjusted`` is R² less this optimism b; intervals are the percentiles of the
    bootstrap less 2·b, for there the noise is fitted twice, and never below 0.

    Parameters
    ----------
    data
        One row per customer (or per customer and wave, with ``cluster``); rows in which any column
        used is missing are left out.
    outcome
        Column of numbers, or True/False, such as the share of purchases that came here.
    blocks
        Name of each block to its columns: numbers, True/False, or groups (one dummy per value).
    cluster
        Column that names the customer, if he stands in several rows.
    draws, seed, level
        Of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        One row per block: ``block, columns`` (how many), ``r_squared`` up to here (of the sample),
        ``adjusted, lower, upper, added`` (R² less that of the blocks before), ``added_adjusted,
        added_lower, added_upper, n, clusters, missing`` (rows left out). An ``added_lower`` of 0
        says that the block may add nothing.

    Raises
    ------
    InputError
        If a column does not fit or never varies, the outcome explains itself, or there are fewer
        rows than columns.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, on bias and optimism (reported, not
    verified).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame(rng.normal(size=(500, 2)), columns=["value", "habit"])
    >>> frame["repeat"] = frame["value"] + frame["habit"] + rng.normal(size=500)
    >>> table = explained(frame, "repeat", {"value": ["value"], "habit": ["habit"]})
    >>> table[["block", "r_squared", "lower", "upper"]].round(2)
       block  r_squared  lower  upper
    0  value       0.26   0.19   0.33
    1  habit       0.63   0.58   0.68
    """
    between("level", level, 0, 1, open_ends=True)
    whole("draws", draws, 100, 100_000)
    names = _named(blocks)
    frame = read(data)
    if any(outcome in block for block in names.values()):
        raise InputError(f"blocks name the outcome {shown(outcome)}, which explains itself.")
    used = [outcome, *[n for block in names.values() for n in block]]
    used += [] if cluster is None else [cluster]
    present = [name for name in used if column(frame, name) is not None]
    whole_rows = frame[present].notna().all(axis=1).to_numpy() if len(frame) else np.array([])
    kept = frame[whole_rows] if len(present) == len(set(used)) and len(frame) else frame
    if len(frame) and not len(kept):
        raise InputError(
            f"No row of the table has a value in all of {some(used)}; leave out the emptiest."
        )
    y, x, sizes = _columns(kept, outcome, names)
    who = np.arange(len(kept))
    if cluster is not None:
        who = pd.factorize(take(kept, who=Column(cluster, "group"))["who"])[0]
    clusters = int(who.max()) + 1
    if clusters <= x.shape[1] + 2:
        raise InputError(
            f"There are {clusters} customers for {x.shape[1]} columns; R² needs more of them, at"
            f" least {x.shape[1] + 3}."
        )
    best = _steps(_moments(y, x, np.ones((1, len(y)))), sizes)[0]
    draw, drawn = generator(seed), []
    even, left, batch = np.full(clusters, 1 / clusters), draws, max(1, BATCH // len(y))
    while left:
        times = draw.multinomial(clusters, even, min(left, batch)).astype(float)[:, who]
        drawn.append(_steps(_moments(y, x, times), sizes))
        left -= len(times)
    bootstrap = np.concatenate(drawn)
    adjusted, lower, upper = _interval(best, bootstrap, level)
    added, more = np.diff(best, prepend=0.0), np.diff(bootstrap, axis=1, prepend=0.0)
    added_adjusted, added_lower, added_upper = _interval(added, more, level)
    return pd.DataFrame(
        {
            "block": list(names),
            "columns": sizes,
            "r_squared": best,
            "adjusted": adjusted,
            "lower": lower,
            "upper": upper,
            "added": added,
            "added_adjusted": added_adjusted,
            "added_lower": added_lower,
            "added_upper": added_upper,
            "n": len(y),
            "clusters": clusters,
            "missing": len(frame) - len(kept),
        }
    )


def _interval(found: Array, drawn: Array, level: float) -> tuple[Array, Array, Array]:
    """Return estimates less their optimism, and the ends of their intervals."""
    optimism = drawn.mean(axis=0) - found
    ends = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0) - 2 * optimism
    lower, upper = np.clip(ends, 0.0, 1.0)
    return np.clip(found - optimism, 0.0, 1.0), lower, upper


def _named(blocks: Any) -> dict[str, list[Hashable]]:
    if not isinstance(blocks, Mapping) or not blocks:
        raise InputError(
            "blocks must map names to lists of columns, such as {'value': ['quality']}, not"
            f" {shown(blocks)}."
        )
    for name, columns in blocks.items():
        if isinstance(columns, str) or not isinstance(columns, Sequence) or not columns:
            raise InputError(
                f"blocks[{shown(name)}] must be a list of columns, not {shown(columns)}."
            )
    every = [n for columns in blocks.values() for n in columns]
    twice = next((n for i, n in enumerate(every) if n in every[:i]), None)
    if twice is not None:
        raise InputError(f"blocks name column {shown(twice)} twice; name each once.")
    return {str(name): list(columns) for name, columns in blocks.items()}


def _columns(
    frame: pd.DataFrame, outcome: Hashable, names: dict[str, list[Hashable]]
) -> tuple[Array, Array, list[int]]:
    """Return outcome and predictors, centred and of spread 1, and how many each block has."""
    y = take(frame, y=_kind(frame, outcome))["y"].to_numpy(float)
    parts: list[Array] = []
    sizes: list[int] = []
    for columns in names.values():
        before = len(parts)
        for name in columns:
            x = take(frame, x=_kind(frame, name, groups=True))["x"]
            if x.dtype.kind in "iufb":
                parts.append(_unit(x.to_numpy(float), name))
            else:
                values = sorted(x.unique(), key=str)[1:]
                if not values:
                    _unit(np.zeros(len(x)), name)
                parts += [_unit((x == v).to_numpy(float), name) for v in values]
        sizes.append(len(parts) - before)
    return _unit(y, outcome), np.column_stack(parts), sizes


def _kind(frame: pd.DataFrame, name: Hashable, *, groups: bool = False) -> Column:
    """Say what a column may hold, by what it holds."""
    found = column(frame, name)
    if kind(frame, name) == "b":
        return Column(name, "flag")
    numbers = Column(name, "number", -LIMIT, LIMIT)
    if not groups or found is None or isinstance(found.dtype, pd.CategoricalDtype):
        return Column(name, "group") if groups and found is not None else numbers
    as_number = pd.to_numeric(found, errors="coerce")  # text in which numbers stand is no group
    return Column(name, "group") if as_number.isna().any() and found.dtype.kind == "O" else numbers


def _unit(values: Array, name: Hashable) -> Array:
    spread = float(values.std())
    if not spread > 1e-12 * max(float(np.abs(values).max()), 1e-300):
        raise InputError(f"Column {shown(name)} holds one value only; leave it out.")
    return np.asarray((values - values.mean()) / spread)


def _moments(y: Array, x: Array, times: Array) -> Array:
    """Return the covariance matrices of all columns, outcome last, one per draw."""
    z = np.column_stack([x, y])
    n = times.sum(axis=1)
    mean = times @ z / n[:, None]
    many = z.shape[1]
    products = (z[:, :, None] * z[:, None, :]).reshape(len(z), -1)
    raw = (times @ products).reshape(-1, many, many) / n[:, None, None]
    return np.asarray(raw - mean[:, :, None] * mean[:, None, :])


def _steps(moments: Array, sizes: list[int]) -> Array:
    """Return R² after each block, shape ``(draws, blocks)``."""
    found = []
    for end in np.cumsum(sizes):
        inner, outer = moments[:, :end, :end], moments[:, :end, -1]
        beta = (np.linalg.pinv(inner, rcond=1e-10, hermitian=True) @ outer[..., None])[..., 0]
        total = np.maximum(moments[:, -1, -1], 1e-300)
        found.append(np.clip((beta * outer).sum(axis=1) / total, 0.0, 1.0))
    return np.maximum.accumulate(np.stack(found, axis=1), axis=1)
