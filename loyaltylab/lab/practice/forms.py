"""Type and shape of an answer: what can be told without knowing what is right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from loyaltylab.lab.practice.codec import Coded
from loyaltylab.lab.practice.questions import Function, Judgement, Number, Question, Table

State = Literal["passed", "failed", "form", "missing"]
SHOWN = 6
"""Parts of a list that a message shows."""
Answers = Mapping[str, Coded]
"""Encoded answers by the id of their probe."""


def form(question: Question, answers: Answers) -> tuple[State, str]:
    """Tell what is wrong with type and shape; ``("passed", "")`` if nothing is.

    Needs no reference, so a student is told it before the value, also of a graded exercise.
    """
    given = answers.get(question.key, {"t": "missing", "v": question.name})
    kind, name = given["t"], question.name
    if kind in ("missing", "blank"):
        return "missing", f"{name} is not answered yet."
    if kind == "error":
        return "form", f"{name} could not be looked at: {given['v']}."
    says = {Number: _number_form, Function: _function_form, Table: _table_form}
    said = says.get(type(question), _judgement_form)(question, given)  # type: ignore[operator]
    if said == "blank":
        return "missing", f"{name} is not answered yet."
    return ("form", said) if said else ("passed", "")


def _number_form(question: Number, given: Coded) -> str:
    name, unit = question.name, question.unit
    if given["t"] != "number":
        return f"{name} must be one number ({unit}), not {what(given)}."
    value = given["v"]
    if isinstance(value, str):
        return f"{name} must be a finite number ({unit}), not {value}."
    if question.whole and value != round(value):
        return f"{name} must be a whole number ({unit}), not {value:g}."
    low, high = question.low, question.high
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = f"between {low:g} and {high:g}" if None not in (low, high) else ""
        bounds = bounds or (f"at least {low:g}" if low is not None else f"at most {high:g}")
        percent = low == 0 and high == 1 and 1 < value <= 100
        more = "; a share is asked for, not a percentage" if percent else ""
        return f"{name} must be {bounds} ({unit}), not {value:g}{more}."
    return ""


def _function_form(question: Function, given: Coded) -> str:
    wanted = f"{question.name}({', '.join(question.arguments)})"
    if given["t"] != "function":
        return f"{question.name} must be a function {wanted}, not {what(given)}."
    if len(given["v"]) != len(question.arguments):
        takes = f"{len(given['v'])} argument{'s' * (len(given['v']) != 1)}"
        return f"{question.name} must take what {wanted} takes; yours takes {takes}."
    return ""


def _table_form(question: Table, given: Coded) -> str:
    if given["t"] != "table":
        return f"{question.name} must be a table (a pandas DataFrame), not {what(given)}."
    columns = {c["name"]: c for c in given["v"]["columns"]}
    lacking = [name for name in question.columns if name not in columns]
    if lacking:
        has = ", ".join(columns) or "none"
        return f"{question.name} lacks the column {lacking[0]!r}; its columns are: {has}."
    if not given["v"]["rows"]:
        return f"{question.name} has no rows."
    for name, kind in question.columns.items():
        if columns[name]["kind"] != kind:
            found = columns[name]["kind"]
            return f"Column {name!r} of {question.name} must hold {kind}s, not {found}s."
    keys = rows(question, given)
    if len(set(keys)) != len(keys):
        return f"{question.name} has more than one row for the same {', '.join(question.keys)}."
    return ""


def _judgement_form(question: Judgement, given: Coded) -> str:
    example = '{"verdict": "K", "reasons": "BT"}'
    parts = given["v"] if given["t"] == "map" else {}
    if not {"verdict", "reasons"} <= set(parts):
        return f"{question.name} must be a dictionary of letters such as {example}."
    verdict, reasons = letters(parts["verdict"]), letters(parts["reasons"])
    if not verdict + reasons:
        return "blank"
    if len(verdict) != 1 or verdict[0] not in question.verdicts:
        return f"verdict must be one letter of {', '.join(question.verdicts)}."
    if len(set(reasons)) != question.choose or not set(reasons) <= set(question.reasons):
        many, of = question.choose, ", ".join(question.reasons)
        return f"reasons must be {many} different letter{'s' * (many > 1)} of {of}."
    return ""


def letters(given: Coded) -> list[str]:
    """Return the letters of an answer, in one text or a list of texts, however separated.

    Examples
    --------
    >>> letters({"t": "text", "v": "b, T"})
    ['B', 'T']
    """
    if given["t"] == "list":
        return [letter for part in given["v"] for letter in letters(part)]
    return [c for c in str(given["v"]).upper() if c.isalnum()] if given["t"] == "text" else []


def what(given: Coded) -> str:
    """Return a few words for an answer."""
    kind, value = given["t"], given["v"]
    if kind == "number":
        return value if isinstance(value, str) else f"{value:.6g}"
    if kind == "flag":
        return str(value)
    if kind == "text":
        return f"the text {value[:40]!r}"
    if kind == "list":
        return f"[{', '.join(what(part) for part in value[:SHOWN])}{', …' * (len(value) > SHOWN)}]"
    if kind == "table":
        return f"a table of {value['rows']} rows (a DataFrame or a Series)"
    return {"none": "None", "other": f"a {value}"}.get(kind, f"a {kind}")


def rows(question: Table, table: Coded) -> list[tuple[Any, ...]]:
    """Return the keys of a table's rows."""
    parts = [values(table, key) for key in question.keys]
    return [tuple(key_of(v) for v in row) for row in zip(*parts, strict=True)]


def key_of(value: Any) -> Any:
    """Return a cell as keys are compared: numbers to nine digits, texts without case."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return float(f"{value:.9g}")
    return value.strip().casefold() if isinstance(value, str) else value


def values(table: Coded, column: str) -> list[Any]:
    """Return a column."""
    return next(list(c["values"]) for c in table["v"]["columns"] if c["name"] == column)
