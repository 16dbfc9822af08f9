"""The comparison: first the form of an answer, then its value, check by check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from loyaltylab.lab.practice.codec import Coded
from loyaltylab.lab.practice.questions import Function, Judgement, Number, Question, Table

State = Literal["passed", "failed", "form", "missing"]
Answers = Mapping[str, Coded]
"""Encoded answers by the id of their probe."""


CALL = "\0"
"""Stands in a sentence for the text of a call, which only the caller knows."""


@dataclass(frozen=True)
class Mark:
    """What one check gave, and a sentence where it gave nothing."""

    check: str
    points: int
    hidden: bool
    state: State
    said: str = ""
    hint: str = ""

    @property
    def got(self) -> int:
        """Points that count: all or none."""
        return self.points if self.state == "passed" else 0


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
        return f"{name} must be one number ({unit}), not {_what(given)}."
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
        return f"{question.name} must be a function {wanted}, not {_what(given)}."
    if len(given["v"]) != len(question.arguments):
        takes = f"{len(given['v'])} argument{'s' * (len(given['v']) != 1)}"
        return f"{question.name} must take what {wanted} takes; yours takes {takes}."
    return ""


def _table_form(question: Table, given: Coded) -> str:
    if given["t"] != "table":
        return f"{question.name} must be a table (a pandas DataFrame), not {_what(given)}."
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
    rows = _rows(question, given)
    if len(set(rows)) != len(rows):
        return f"{question.name} has more than one row for the same {', '.join(question.keys)}."
    return ""


def _judgement_form(question: Judgement, given: Coded) -> str:
    example = '{"verdict": "K", "reasons": "BT"}'
    parts = given["v"] if given["t"] == "map" else {}
    texts = [parts.get(part, {}).get("v") for part in ("verdict", "reasons")]
    if not all(isinstance(text, str) for text in texts):
        return f"{question.name} must be a dictionary of letters such as {example}."
    if not any(letters(text) for text in texts):
        return "blank"
    verdict, reasons = map(letters, texts)
    if len(verdict) != 1 or verdict[0] not in question.verdicts:
        return f"verdict must be one letter of {', '.join(question.verdicts)}."
    if len(set(reasons)) != question.choose or not set(reasons) <= set(question.reasons):
        many, of = question.choose, ", ".join(question.reasons)
        return f"reasons must be {many} different letter{'s' * (many > 1)} of {of}."
    return ""


def letters(text: Any) -> list[str]:
    """Return the letters of an answer, however they were separated.

    Examples
    --------
    >>> letters("b, T")
    ['B', 'T']
    """
    return [c for c in str(text).upper() if c.isalnum()]


def _what(given: Coded) -> str:
    kind, value = given["t"], given["v"]
    if kind == "number":
        return value if isinstance(value, str) else f"{value:.6g}"
    if kind == "flag":
        return str(value)
    if kind == "text":
        return f"the text {value[:40]!r}"
    return {"none": "None", "other": f"a {value}"}.get(kind, f"a {kind}")


def judge(
    question: Question,
    answers: Answers,
    expected: Answers,
    public: bool = False,
    calls: Mapping[str, str] | None = None,
) -> list[Mark]:
    """Compare answers with the reference's answers to the same probes.

    `public` leaves the hidden checks out; `calls` is the text of each call, for the messages.
    """
    state, said = form(question, answers)
    if state == "passed" and _empty(question, answers, expected):
        state, said = "missing", f"{question.name} is not answered yet: it returns nothing."
    marks = []
    for place, check in enumerate(question.checks):
        if check.hidden and public:
            continue
        name = question.id_of(place)
        now, why = (state, said) if said else _value(question, place, answers, expected)
        call = "a call that you do not see" if check.hidden else (calls or {}).get(name, "a call")
        why = why.replace(CALL, call)
        marks.append(Mark(name, check.points, check.hidden, now, why))
    return marks


def _empty(question: Question, answers: Answers, expected: Answers) -> bool:
    """Tell whether a function is still that of the starter cell, which returns nothing."""
    if not isinstance(question, Function):
        return False
    calls = [question.id_of(place) for place in range(len(question.checks))]
    calls = [call for call in calls if call in answers]
    nothing = all(answers[call]["t"] in ("none", "blank") for call in calls)
    return nothing and any(expected[call]["t"] != "none" for call in calls)


def _value(
    question: Question, place: int, answers: Answers, expected: Answers
) -> tuple[State, str]:
    check, name = question.checks[place], question.name
    key = question.id_of(place) if isinstance(question, Function) else question.key
    given, right = answers.get(key, {"t": "missing", "v": name}), expected[key]
    if isinstance(question, Function):
        return _call(question, given, right)
    if isinstance(question, Table):
        return _column(question, check.column, given, right)
    if isinstance(question, Judgement):
        same = _chosen(given, check.column) == _chosen(right, check.column)
        verb = "does not hold" if check.column == "verdict" else "do not all hold"
        return ("passed", "") if same else ("failed", f"The {check.column} {verb}.")
    if close(given["v"], right["v"], question):
        return "passed", ""
    return "failed", f"{name} = {given['v']:.6g} ({question.unit}) does not pass."  # type: ignore[attr-defined]


def _call(question: Function, given: Coded, right: Coded) -> tuple[State, str]:
    if given["t"] == "error":
        return "failed", f"{CALL} raised {given['v']}."
    if given["t"] in ("missing", "blank") or (given["t"] == "none" and right["t"] != "none"):
        return "failed", f"{CALL} returned nothing."
    if same(given, right, question):
        return "passed", ""
    return "failed", f"{CALL} returned {_what(given)}, which does not pass."


def _column(question: Table, column: str, given: Coded, right: Coded) -> tuple[State, str]:
    mine, theirs = (dict(zip(_rows(question, t), _values(t, column), strict=True))
                    for t in (given, right))  # fmt: skip
    if set(mine) != set(theirs):
        known = len(set(mine) & set(theirs))
        keys = ", ".join(question.keys)
        return (
            "failed",
            f"{question.name} has {len(mine)} rows, {known} of them with a {keys} asked for.",
        )
    wrong = sum(not _cell(mine[row], theirs[row], question) for row in theirs)
    if wrong:
        return (
            "failed",
            f"Column {column!r} of {question.name} differs in {wrong} of {len(mine)} rows.",
        )
    return "passed", ""


def _rows(question: Table, table: Coded) -> list[tuple[Any, ...]]:
    parts = [_values(table, key) for key in question.keys]
    return [tuple(_key(v) for v in row) for row in zip(*parts, strict=True)]


def _key(value: Any) -> Any:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return float(f"{value:.9g}")
    return value.strip().casefold() if isinstance(value, str) else value


def _values(table: Coded, column: str) -> list[Any]:
    return next(list(c["values"]) for c in table["v"]["columns"] if c["name"] == column)


def _cell(given: Any, right: Any, question: Question) -> bool:
    if isinstance(given, float | int) and isinstance(right, float | int):
        return close(given, right, question)
    return bool(_key(given) == _key(right))


def same(given: Coded, right: Coded, question: Question) -> bool:
    """Tell whether two encoded values agree: numbers within the tolerance, all else exactly."""
    kind, a, b = given["t"], given["v"], right["v"]
    if kind != right["t"]:
        return False
    if kind == "number":
        return close(a, b, question)
    if kind == "list":
        return len(a) == len(b) and all(same(x, y, question) for x, y in zip(a, b, strict=True))
    if kind == "map":
        return set(a) == set(b) and all(same(a[k], b[k], question) for k in b)
    return bool(_key(a) == _key(b))


def close(given: Any, right: Any, question: Question) -> bool:
    """Tell whether two numbers agree within the question's tolerance."""
    if isinstance(given, str) or isinstance(right, str):
        return bool(given == right)
    return bool(abs(given - right) <= max(question.abs, question.rel * abs(right)))


def _chosen(given: Coded, part: str) -> list[str]:
    return sorted(set(letters(given["v"][part]["v"])))
