"""Answers as plain JSON: what leaves a student's process is bounded data, never a pickle."""

from __future__ import annotations

import inspect
import math
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

ROWS, COLUMNS, ITEMS, TEXT, DEPTH = 5_000, 60, 10_000, 2_000, 6
"""The largest answer that is looked at; what is larger is reported as too large."""
LARGEST = 1e300
"""Numbers beyond it come as a word; no answer of any exercise is as large."""
Coded = dict[str, Any]


def encode(value: Any, depth: int = 0) -> Coded:
    """Turn an answer into JSON: ``{"t": type, "v": value}``.

    Types are ``number``, ``flag``, ``text``, ``none``, ``blank`` (the ``...`` of a starter cell),
    ``date``, ``list``, ``map``, ``table``, ``function`` and, for whatever else was given,
    ``other`` with its name.

    Examples
    --------
    >>> encode(0.25)
    {'t': 'number', 'v': 0.25}
    >>> encode({"a": [True, None]})["v"]["a"]["v"]
    [{'t': 'flag', 'v': True}, {'t': 'none', 'v': None}]
    """
    import numpy as np
    import pandas as pd

    if value is None or value is ...:
        return {"t": "none" if value is None else "blank", "v": None}
    if isinstance(value, bool | np.bool_):
        return {"t": "flag", "v": bool(value)}
    if isinstance(value, int | float | np.integer | np.floating):
        return {"t": "number", "v": _number(value)}
    if isinstance(value, str):
        return {"t": "text", "v": str(value)[:TEXT]}
    if isinstance(value, pd.DataFrame | pd.Series):
        return _table(value)
    if value is pd.NaT or value is pd.NA:
        return {"t": "none", "v": None}
    if hasattr(value, "isoformat"):
        return {"t": "date", "v": str(value.isoformat())[:40]}
    if callable(value):
        return {"t": "function", "v": _arguments(value)}
    return _many(value, depth)


def _number(value: Any) -> float | int | str:
    """Return a finite number, or the name of what JSON has no number for."""
    if value != value:
        return "nan"
    if not -LARGEST <= value <= LARGEST:
        return "infinite" if isinstance(value, float) and math.isinf(value) else "huge"
    return int(value) if hasattr(value, "__index__") else float(value)


def _many(value: Any, depth: int) -> Coded:
    import numpy as np

    if isinstance(value, np.ndarray):
        value = value.tolist() if value.size <= ITEMS else range(ITEMS + 1)
        return encode(value, depth)  # an array of one number is that number
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    named = isinstance(value, Mapping)
    if not named and not isinstance(value, list | tuple | range):
        return {"t": "other", "v": type(value).__name__[:60]}
    if len(value) > ITEMS or depth >= DEPTH:
        return {"t": "other", "v": f"{type(value).__name__} too large"}
    if named:
        return {"t": "map", "v": {str(k)[:TEXT]: encode(v, depth + 1) for k, v in value.items()}}
    return {"t": "list", "v": [encode(v, depth + 1) for v in value]}


def _arguments(function: Callable[..., Any]) -> list[str]:
    try:
        return [str(name)[:60] for name in inspect.signature(function).parameters][:20]
    except (TypeError, ValueError):  # a class or a built-in without a signature
        return []


def _table(data: Any) -> Coded:
    """Encode a frame column by column; a named index counts as columns."""
    import pandas as pd

    frame = data.to_frame() if isinstance(data, pd.Series) else pd.DataFrame(data)
    names = [name for name in frame.index.names if name is not None]
    if names and not set(names) & set(frame.columns):
        frame = frame.reset_index()
    if len(frame) > ROWS or frame.shape[1] > COLUMNS:
        return {"t": "other", "v": f"table of {frame.shape[0]} rows and {frame.shape[1]} columns"}
    columns = []
    for place, name in enumerate(frame.columns):
        label = "/".join(map(str, name)) if isinstance(name, tuple) else str(name)
        columns.append({"name": label[:TEXT], **_column(frame.iloc[:, place])})
    return {"t": "table", "v": {"rows": len(frame), "columns": columns}}


def _column(column: Any) -> Coded:
    from pandas.api import types

    gone = column.isna()
    if types.is_bool_dtype(column) and not gone.any():
        return {"kind": "flag", "values": [bool(v) for v in column]}
    if types.is_numeric_dtype(column) and not types.is_complex_dtype(column):
        return {"kind": "number", "values": _cells(column, gone, _number)}
    if types.is_datetime64_any_dtype(column):
        return {"kind": "date", "values": _cells(column, gone, lambda v: v.isoformat())}
    values = _cells(column, gone, lambda v: v)
    if values and all(v is None or isinstance(v, bool) for v in values) and not gone.any():
        return {"kind": "flag", "values": values}
    if values and all(v is None or isinstance(v, int | float) for v in values):
        return {"kind": "number", "values": [None if v is None else _number(v) for v in values]}
    return {"kind": "text", "values": [None if v is None else str(v)[:TEXT] for v in values]}


def _cells(column: Any, gone: Any, of: Callable[[Any], Any]) -> list[Any]:
    return [None if g else of(v) for v, g in zip(column, gone, strict=True)]


def decode(coded: Any, tables: Mapping[str, Any] | None = None) -> Any:
    """Turn the arguments of a probe back into values; ``{"t": "data"}`` is a table of the student.

    Examples
    --------
    >>> decode(encode({"share": 0.5, "of": ["a", "b"]}))
    {'share': 0.5, 'of': ['a', 'b']}
    """
    kind, value = coded["t"], coded["v"]
    if kind == "data":
        return (tables or {})[value].copy()
    if kind == "list":
        return [decode(v, tables) for v in value]
    if kind == "map":
        return {k: decode(v, tables) for k, v in value.items()}
    return value


def answer(
    namespace: Mapping[str, Any],
    probe: Mapping[str, Any],
    tables: Mapping[str, Any] | None = None,
    traceback: bool = False,
) -> Coded:
    """Look a name up, or call it, as a probe asks; what goes wrong is an answer too.

    A probe is ``{"id": ..., "name": "clv", "call": None}`` for the value of a name, or has under
    ``call`` the encoded arguments of one call. The answer is an encoded value, or of type
    ``missing`` or ``error``.

    Examples
    --------
    >>> answer({"half": lambda x: x / 2}, {"name": "half", "call": [encode(3)]})
    {'t': 'number', 'v': 1.5}
    >>> answer({}, {"name": "half", "call": None})
    {'t': 'missing', 'v': 'half'}
    """
    name = probe["name"]
    try:
        if name not in namespace:
            return {"t": "missing", "v": name}
        value = namespace[name]
        if probe.get("call") is not None:
            value = value(*(decode(argument, tables) for argument in probe["call"]))
        return encode(value)
    except TimeoutError:
        raise  # the runner's own clock
    except Exception as error:
        if traceback:
            raise
        return {"t": "error", "v": f"{type(error).__name__}: {str(error)[:300]}"}


def strict(coded: Any, depth: int = 0) -> Coded:
    """Return an encoded answer that came from outside as it is, or raise where it is malformed.

    Raises
    ------
    ValueError
        For anything that :func:`encode` does not make.
    """
    if not isinstance(coded, dict) or set(coded) != {"t", "v"} or depth > DEPTH:
        raise ValueError("no encoded answer")
    kind, value = coded["t"], coded["v"]
    if kind in ("list", "map"):
        many = value.values() if kind == "map" and isinstance(value, dict) else value
        if not isinstance(value, dict if kind == "map" else list) or len(value) > ITEMS:
            raise ValueError(f"no {kind}")
        for part in many:
            strict(part, depth + 1)
    elif kind == "table":
        _strict_table(value)
    elif kind == "function":
        if not isinstance(value, list) or not all(_plain("text", v) for v in value):
            raise ValueError("no function")
    elif not _plain(kind, value):
        raise ValueError(f"no {kind}")
    return coded


def _plain(kind: Any, value: Any) -> bool:
    if kind in ("none", "blank"):
        return value is None
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "number":
        return _is_number(value)
    texts = ("text", "date", "other", "missing", "error")
    return kind in texts and isinstance(value, str) and len(value) <= TEXT


def _is_number(value: Any) -> bool:
    if isinstance(value, int | float):
        return not isinstance(value, bool) and abs(value) <= LARGEST  # not for nan either
    return value in ("nan", "infinite", "huge")


def _strict_table(value: Any) -> None:
    if not isinstance(value, dict) or set(value) != {"rows", "columns"}:
        raise ValueError("no table")
    rows, columns = value["rows"], value["columns"]
    if type(rows) is not int or not isinstance(columns, list) or len(columns) > COLUMNS:
        raise ValueError("no table")
    for column in columns:
        if not isinstance(column, dict) or set(column) != {"name", "kind", "values"}:
            raise ValueError("no column")
        values, kind = column["values"], column["kind"]
        if not isinstance(values, list) or len(values) != rows or rows > ROWS:
            raise ValueError("no column")
        if kind not in ("number", "flag", "text", "date") or not _plain("text", column["name"]):
            raise ValueError("no column")
        if not all(v is None or _plain(kind, v) for v in values):
            raise ValueError("no column")


def plain(text: str) -> str:
    r"""Return text of a stranger without control characters and halves of characters.

    Examples
    --------
    >>> plain("red \x1b[31m and \ud800")
    'red ?[31m and ?'
    """
    return "".join("?" if unicodedata.category(c)[0] == "C" else c for c in text)
