"""What makes a row of an indicator sheet wrong: one sentence for each fault."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from typing import Any

import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.frames import Column, find, rows, take
from loyaltylab.scorecard.formulas import names_in, read_formula, resolved

UNITS: dict[str, tuple[float, float]] = {
    "share": (0.0, 1.0),
    "percent": (0.0, 100.0),
    "net points": (-100.0, 100.0),
    "points 0-100": (0.0, 100.0),
    "score 1-5": (1.0, 5.0),
    "score 0-10": (0.0, 10.0),
    "days": (0.0, math.inf),
    "hours": (0.0, math.inf),
    "count": (0.0, math.inf),
    "per customer": (0.0, math.inf),
    "ratio": (0.0, math.inf),
    "money": (-math.inf, math.inf),
}
"""Units that a sheet may use, and the least and the most that a number in them can be."""
CADENCES = {
    "daily": 1,
    "weekly": 7,
    "monthly": 30,
    "quarterly": 91,
    "half-yearly": 182,
    "yearly": 365,
}
"""How often an indicator is taken, and about how many days lie between."""
DIRECTIONS = ("higher", "lower", "within")
VIEWS = ("customer says", "customer does", "process", "people", "money")
HORIZONS = ("short", "long")
TEXTS = ("indicator", "definition", "formula", "source", "unit", "owner", "direction", "cadence")
REQUIRED = (*TEXTS[:6], "target", *TEXTS[6:])
"""Columns that every sheet has."""
CHOICES: dict[str, Collection[str]] = {
    "unit": UNITS,
    "direction": DIRECTIONS,
    "cadence": CADENCES,
    "view": VIEWS,
    "horizon": HORIZONS,
}
NUMBERS = ("target", "baseline", "target_lower", "target_upper", "weight")
OPTIONAL = ("check", "goal", "view", "horizon", "review", *NUMBERS[1:])
"""Columns that a sheet may have; a row may leave them empty."""


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a sheet with headings and fixed words in small letters, no blanks, no empty rows.

    Examples
    --------
    >>> tidy(pd.DataFrame({" Unit": ["Share ", None]})).to_dict("list")
    {'unit': ['share']}
    """
    known = (*REQUIRED, *OPTIONAL)
    plain = [str(c).strip().lower().replace(" ", "_") for c in frame.columns]
    names = [p if p in known else c for p, c in zip(plain, frame.columns, strict=True)]
    frame = frame.set_axis(names, axis=1)
    for column in known:
        if names.count(column) == 1 and not pd.api.types.is_numeric_dtype(frame[column]):
            small = column in CHOICES
            frame = frame.assign(**{column: [_plain(v, small) for v in frame[column]]})
    there = [c in known for c in names]
    return frame[frame.loc[:, there].notna().any(axis=1).to_numpy()] if any(there) else frame


def _plain(value: Any, small: bool) -> Any:
    """Return a text without blanks around it, None for an empty one, all else as it is."""
    if not isinstance(value, str):
        return value
    return (value.strip().lower() if small else value.strip()) or None


def faults(
    frame: pd.DataFrame, quantities: Collection[str] | None
) -> Iterator[tuple[str, list[Any], str]]:
    """Yield column, index labels of the rows, and sentence for each fault of a sheet."""
    there = [c for c in REQUIRED if c in frame.columns]
    for column in REQUIRED:
        sentence = _said(lambda c=column: find(frame, "the indicator sheet", c))  # type: ignore[misc]
        if sentence:
            yield column, [], sentence
    for column in [*there, *(c for c in OPTIONAL if c in frame.columns)]:
        yield from _column(frame, column)
    if "indicator" in there:
        again = frame["indicator"].duplicated(keep=False) & frame["indicator"].notna()
        if again.any():
            sentence = (
                f"Column 'indicator' must name each indicator once, but {rows(again)} share a name;"
                " rename or drop all but one of them."
            )
            yield "indicator", list(frame.index[again]), sentence
    for row in range(len(frame)):
        label = frame.index[row]
        one = frame.iloc[row]
        for column, sentence in _row(one, f"row {str(label)[:20]}", quantities):
            yield column, [label], sentence


def _said(call: Callable[[], Any]) -> str:
    """Return the sentence with which a check objects, or an empty text."""
    try:
        call()
    except InputError as error:
        return str(error)
    return ""


def _column(frame: pd.DataFrame, column: str) -> Iterator[tuple[str, list[Any], str]]:
    """Check one column by itself: is it there, of its kind, and one of the known words."""
    sentence = _said(lambda: find(frame, "the indicator sheet", column))
    if sentence:
        yield column, [], sentence
        return
    values = frame[column]
    seen = values.notna()
    if column in REQUIRED and not seen.all():
        sentence = (
            f"Column {shown(column)} lacks a value in {rows(~seen)}; every indicator needs one, so"
            " fill it in or drop the row."
        )
        yield column, list(frame.index[~seen]), sentence
    part = frame.loc[seen.to_numpy(), [column]]
    if part.empty:
        return
    if column in NUMBERS or column == "review":
        kind = Column(column, "date") if column == "review" else Column(column, "number")
        if column == "weight":
            kind = kind._replace(lower=0)
        yield from _cells(part, kind)
        return
    no_text = ~part[column].map(lambda v: isinstance(v, str)).astype(bool)
    if no_text.any():
        first = part[column][no_text.to_numpy()].iloc[0]
        sentence = f"Column {shown(column)} must hold text, but {rows(no_text)} holds"
        yield column, list(part.index[no_text]), f"{sentence} {shown(first)}; write it in words."
    known = CHOICES.get(column)
    if known is not None:
        wrong = ~part[column].isin(list(known))
        if wrong.any():
            first = part[column][wrong.to_numpy()].iloc[0]
            sentence = (
                f"Column {shown(column)} must hold one of {', '.join(known)}, but {rows(wrong)}"
                f" {'holds' if wrong.sum() == 1 else 'hold, first,'} {shown(first)}"
                f"{nearest(first, known)}."
            )
            yield column, list(part.index[wrong]), sentence


def _cells(part: pd.DataFrame, kind: Column) -> Iterator[tuple[str, list[Any], str]]:
    """Check a column of numbers or dates, and find out which cells are wrong."""
    sentence = _said(lambda: take(part, role=kind))
    if not sentence:
        return
    wrong = [i for i in range(len(part)) if _said(lambda i=i: take(part.iloc[[i]], role=kind))]  # type: ignore[misc]
    percent = [i for i in wrong if str(part.iloc[i, 0]).endswith("%")]
    if percent:
        wrong, first = percent, part.iloc[percent[0], 0]
        at = rows(pd.Series([True], index=[part.index[wrong[0]]]))
        sentence = (
            f"Column {shown(kind.name)} must hold numbers, but {at} holds {shown(first)}; write 65%"
            " as 0.65 where the unit is share, and as 65 where it is percent."
        )
    yield str(kind.name), [part.index[i] for i in wrong], sentence


def _row(
    one: pd.Series[Any], where: str, quantities: Collection[str] | None
) -> Iterator[tuple[str, str]]:
    """Check what one row's columns say of each other."""
    if isinstance(one.get("formula"), str) and one["formula"].strip():
        sentence = _said(lambda: read_formula(one["formula"]))
        if sentence:
            yield "formula", f"In {where} of column 'formula': {sentence}"
        elif quantities is not None:
            strange = sorted(names_in(read_formula(one["formula"])) - set(quantities))
            if strange:
                yield (
                    "formula",
                    f"The formula {shown(one['formula'])} in {where} names {some(strange)}"
                    f"{nearest(strange[0], quantities)}, which is not among the quantities:"
                    f" {some(sorted(quantities))}.",
                )
    if isinstance(one.get("check"), str) and one["check"].strip():
        sentence = _said(lambda: resolved(one["check"]))
        if sentence:
            yield "check", f"In {where} of column 'check': {sentence}"
    unit = one.get("unit")
    low, high = UNITS.get(unit, (-math.inf, math.inf)) if isinstance(unit, str) else (0, math.inf)
    for column in NUMBERS[:-1]:
        value = _number(one.get(column))
        if value is not None and not low <= value <= high and unit in UNITS:
            hint = (
                f"; write {value:g} % as {value / 100:g}" if unit == "share" and value > 1 else ""
            )
            ends = f" from {low:g} to {high:g}" if high < math.inf else f" of at least {low:g}"
            yield (
                column,
                f"Column {shown(column)} must be a number{ends} where the unit is {shown(unit)},"
                f" but {where} holds {value:g}{hint}.",
            )
    yield from _band(one, where)


def _band(one: pd.Series[Any], where: str) -> Iterator[tuple[str, str]]:
    """Check the two ends of a target that is a band."""
    if one.get("direction") != "within":
        return
    low, high, target = (_number(one.get(c)) for c in ("target_lower", "target_upper", "target"))
    if low is None or high is None:
        yield (
            "target_lower",
            f"The direction 'within' needs target_lower and target_upper, but {where} lacks one of"
            " them; give both ends of the band.",
        )
    elif not low < high:
        yield (
            "target_lower",
            f"target_lower must be below target_upper, but {where} holds {low:g} and {high:g}.",
        )
    elif target is not None and not low <= target <= high:
        yield (
            "target",
            f"Column 'target' must lie from target_lower to target_upper, {low:g} to {high:g}, but"
            f" {where} holds {target:g}.",
        )


def _number(value: Any) -> float | None:
    """Return a finite number, or None for what the check of its column has objected to."""
    plain = isinstance(value, int | float) or hasattr(value, "dtype")
    if not plain or isinstance(value, bool) or pd.isna(value):
        return None
    return float(value) if math.isfinite(float(value)) else None
