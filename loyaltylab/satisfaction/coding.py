"""Answers on any scale brought onto the axis from −90 to 90, by a declared rule."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data, read, rows
from loyaltylab.base.stats import Array, between
from loyaltylab.curve.scale import unit
from loyaltylab.satisfaction.grades import CHINESE, ENGLISH, HIGH, LOW, VALUES
from loyaltylab.satisfaction.survey import Items, Scale, listed, measured, stands_once

Mapped = Mapping[Any, float] | None


def on_axis(
    data: Data, items: Items, scale: Any, mapping: Mapped, **options: Any
) -> tuple[pd.DataFrame, list[Hashable], Array]:
    """Return the answers to the items brought onto the axis from −90 to 90."""
    graded = isinstance(scale, str) and scale == "grades"
    if isinstance(scale, str) and not graded:
        raise InputError(
            f"scale must be 'grades', a pair such as (1, 5), or a tuple of labels, worst first, not"
            f" {shown(scale)}."
        )
    frame = read(data)
    if graded:
        frame, scale = _as_values(frame, listed(items)[0]), (LOW, HIGH)
    table, names, weights, one = measured(frame, items, scale, **options)
    scores = _mapping(mapping, one)
    for i, name in enumerate(names):
        column = table[f"item_{i}"]
        if graded or scores is not None:
            known = VALUES if scores is None else tuple(scores)
            strange = column.notna() & ~column.isin(known)
            if strange.any():
                what = "one of the seven grades" if scores is None else "answers of the mapping"
                raise InputError(
                    f"Column {shown(name)} must hold {what}, but {rows(strange)}"
                    f" {'holds' if strange.sum() == 1 else 'hold, first,'}"
                    f" {column[strange].iloc[0]:g}."
                )
        if scores is not None:
            table[f"item_{i}"] = column.map(scores).astype(float)
        elif not graded:
            table[f"item_{i}"] = LOW + (HIGH - LOW) * unit(column.to_numpy(float), *one[:2])
    return table, names, weights


def _as_values(frame: pd.DataFrame, names: list[Any]) -> pd.DataFrame:
    """Return the frame with the seven labels, Chinese or English, replaced by their values."""
    pairs = (*zip(CHINESE, VALUES, strict=True), *zip(ENGLISH, VALUES, strict=True))
    words = dict(pairs)
    worded = {}
    for name in names:
        if stands_once(frame, name) and frame[name].dtype.kind not in "iuf":
            column = frame[name].astype(object)
            text = column.map(lambda v: isinstance(v, str)).astype(bool)
            strange = text & ~column.map(lambda v: str(v).strip() in words).astype(bool)
            if strange.any():
                raise InputError(
                    f"Column {shown(name)} must hold the seven grades, as labels or as numbers from"
                    f" -90 to 90, but {rows(strange)}"
                    f" {'holds' if strange.sum() == 1 else 'hold, first,'}"
                    f" {shown(column[strange].iloc[0])}."
                )
            worded[name] = column.map(lambda v: words[v.strip()] if isinstance(v, str) else v)
    changed = frame.copy()
    for name, values in worded.items():
        changed[name] = values
    return changed


def _mapping(mapping: Mapped, scale: Scale) -> dict[float, float] | None:
    """Return the score of each answer, or None for even steps."""
    if mapping is None:
        return None
    if not isinstance(mapping, Mapping) or not mapping:
        raise InputError(
            f"mapping must be a dict from answer to score, such as {{1: -90, 5: 90}}, not"
            f" {shown(mapping)}."
        )
    scores = {}
    for answer, score in mapping.items():
        if scale.labels and answer not in scale.labels:
            raise InputError(f"mapping names {shown(answer)}, which is no label of the scale.")
        at = scale.labels.index(answer) + 1.0 if scale.labels else answer
        low, high = scale[:2]
        scores[between("an answer in mapping", at, low, high)] = between(
            f"the score of {shown(answer)} in mapping", score, LOW, HIGH
        )
    return scores
