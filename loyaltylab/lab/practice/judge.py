"""The comparison: first the form of an answer, then its value, check by check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loyaltylab.lab.practice.codec import Coded
from loyaltylab.lab.practice.forms import Answers, State, form, key_of, letters, rows, values, what
from loyaltylab.lab.practice.questions import Function, Judgement, Number, Question, Table

NEAR = 0.005
"""A number this near (relative) is probably rounded too early, and its author is told so."""
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
        if check.hidden and isinstance(question, Function) and now == "failed":
            why = _veiled(why)
        why = why.replace(CALL, call)
        marks.append(Mark(name, check.points, check.hidden, now, why))
    return marks


def _veiled(why: str) -> str:
    """Leave out what a function gave on a hidden call: that may be the arguments themselves."""
    verb = "raised an error." if why.startswith(f"{CALL} raised") else "does not pass."
    return why if why == f"{CALL} returned nothing." else f"{CALL} {verb}"


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
    unit = question.unit if isinstance(question, Number) else ""
    off = _off([(given["v"], right["v"])])
    return "failed", f"{name} = {what(given)} ({unit}) does not pass{off}."


def _off(pairs: Sequence[tuple[Any, Any]]) -> str:
    """Say what all numbers that do not pass have in common: rounded, or percent for shares."""
    if not pairs or not all(isinstance(v, float | int) for pair in pairs for v in pair):
        return ""
    if all(abs(given - right) <= NEAR * abs(right) for given, right in pairs):
        return "; it is near, so give all digits and mind the steps"
    if all(abs(given - 100 * right) <= NEAR * abs(100 * right) for given, right in pairs):
        return "; a share is asked for, not a percentage"
    return ""


def _call(question: Function, given: Coded, right: Coded) -> tuple[State, str]:
    if given["t"] == "error":
        return "failed", f"{CALL} raised {given['v'].rstrip('.')}."
    if given["t"] in ("missing", "blank") or (given["t"] == "none" and right["t"] != "none"):
        return "failed", f"{CALL} returned nothing."
    if same(given, right, question):
        return "passed", ""
    if given["t"] != right["t"] and "none" not in (given["t"], right["t"]):
        wanted = f"; a {right['t']} is asked for"
        return "failed", f"{CALL} returned {what(given)}, which does not pass{wanted}."
    off = _off([(given["v"], right["v"])])
    return "failed", f"{CALL} returned {what(given)}, which does not pass{off}."


def _column(question: Table, column: str, given: Coded, right: Coded) -> tuple[State, str]:
    mine, theirs = (dict(zip(rows(question, t), values(t, column), strict=True))
                    for t in (given, right))  # fmt: skip
    if set(mine) != set(theirs):
        known, keys = len(set(mine) & set(theirs)), ", ".join(question.keys)
        has = f"{len(mine)} rows, {known} of which have {keys} as asked for"
        return "failed", f"{question.name} has {has}; it should have {len(theirs)}."
    wrong = [(mine[row], theirs[row]) for row in theirs]
    wrong = [(a, b) for a, b in wrong if not _cell(a, b, question)]
    if not wrong:
        return "passed", ""
    differs = f"differs in {len(wrong)} of {len(mine)} rows{_off(wrong)}"
    return "failed", f"Column {column!r} of {question.name} {differs}."


def _cell(given: Any, right: Any, question: Question) -> bool:
    if isinstance(given, float | int) and isinstance(right, float | int):
        return close(given, right, question)
    return bool(key_of(given) == key_of(right))


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
    return bool(key_of(a) == key_of(b))


def close(given: Any, right: Any, question: Question) -> bool:
    """Tell whether two numbers agree within the question's tolerance."""
    if isinstance(given, str) or isinstance(right, str):
        return bool(given == right)
    return bool(abs(given - right) <= max(question.abs, question.rel * abs(right)))


def _chosen(given: Coded, part: str) -> list[str]:
    return sorted(set(letters(given["v"][part])))
