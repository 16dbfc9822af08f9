"""The proof of an exercise: what must hold before anybody is graded by it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from loyaltylab.base.errors import InputError
from loyaltylab.lab.practice.build import notebook, sections, text_of
from loyaltylab.lab.practice.codec import Coded, answer, encode
from loyaltylab.lab.practice.folders import PUBLIC_KEY, Folder
from loyaltylab.lab.practice.judge import same
from loyaltylab.lab.practice.questions import KINDS, Function
from loyaltylab.lab.practice.reference import Reference

STUDENTS = ("s123", "verify-1", "verify-2", "verify-3")
MISTAKES, QUESTIONS = 3, 4
FIRMS = 8
"""Further seeds of the firm with which an answer said to depend on it must move."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with an exercise, in one sentence."""

    exercise: str
    said: str


def verify(where: Folder, students: tuple[str, ...] = STUDENTS) -> list[Fault]:
    """Hold an exercise against everything that it promises; empty if all of it holds.

    The solution gets full marks for every student and the unsolved notebook none; every known
    mistake fails exactly what it names and raises its hint; every hidden check is failed by one;
    a neighbour's right answers fail; nothing expected is in what a student is given.
    """
    try:
        made = [Reference(where, student, PUBLIC_KEY) for student in students]
        parts = (
            _declared(where),
            *(_solved(one) for one in made),
            *(_mistaken(one) for one in made),
            _hidden(made[0]),
            _neighbours(made),
            _firms(where, made[0]),
            *(_secret(one) for one in made),
        )
        return [Fault(where.name, said) for part in parts for said in part]
    except InputError as error:
        return [Fault(where.name, str(error))]
    except Exception as error:  # the exercise's own code
        return [Fault(where.name, f"raises {type(error).__name__}: {error}")]


def _declared(where: Folder) -> Iterator[str]:
    exercise, hints = where.exercise, where.hints
    sections(where)
    if len(exercise.questions) < QUESTIONS:
        yield f"has {len(exercise.questions)} questions, not {QUESTIONS} or more"
    for kind in set(KINDS) - {question.kind for question in exercise.questions}:
        yield f"asks for no {kind}"
    if len(where.mistakes) < MISTAKES:
        yield f"knows {len(where.mistakes)} mistakes, not {MISTAKES} or more"
    if not any(check.hidden for question in exercise.questions for check in question.checks):
        yield "has no hidden check"
    used = {hint for mistake in where.mistakes for hint in mistake.fails.values()}
    for hint in set(hints) - used - {question.key for question in exercise.questions}:
        yield f"never gives the hint {hint!r}"


def _solved(one: Reference) -> Iterator[str]:
    """Find where the solution lacks marks, where chance plays in, or a starter cell has some."""
    who = one.bundle.student
    again = one.answers(one.run(one.folder.text("solution.py"), "solution"))
    unsolved = _starters(one)
    for question in one.questions:
        marks = one.marks(question, again)
        got, of = sum(mark.got for mark in marks), question.points
        if got != of:
            yield f"{question.key}: the solution gets {got} of {of} for {who}: {marks[0].said}"
        blank = one.marks(question, unsolved)
        if any(mark.state != "missing" and not isinstance(question, Function) for mark in blank):
            yield f"{question.key}: the starter cell counts as an answer: {blank[0].said}"
        if any(mark.got for mark in blank):
            yield f"{question.key}: the starter cell gets marks"


def _starters(one: Reference) -> dict[str, Coded]:
    cells = [t for s in sections(one.folder) for kind, t in s.parts if kind == "code"]
    return one.answers(one.run("\n".join(c for c in cells if "ex." not in c), "starter"))


def _mistaken(one: Reference) -> Iterator[str]:
    for mistake in one.folder.mistakes:
        answers = one.mistaken(mistake)
        for question in one.questions:
            marks = one.marks(question, answers)
            wrong = [mark for mark in marks if mark.state != "passed"]
            hint = mistake.fails.get(question.key)
            where = f"{question.key}: wrong/{mistake.name} for {one.bundle.student}"
            if wrong and hint is None:
                yield f"{where} fails, and does not say so: {wrong[0].said}"
            elif hint is not None and not wrong:
                yield f"{where} passes, and says that it fails"
            elif hint is not None and hint not in {mark.hint for mark in wrong}:
                yield f"{where} raises {wrong[0].hint!r}, not {hint!r}"


def _hidden(one: Reference) -> Iterator[str]:
    for question in one.questions:
        for place, check in enumerate(question.checks):
            if check.hidden and not any(
                one.marks(question, one.mistaken(mistake))[place].state == "failed"
                for mistake in one.folder.mistakes
                if question.key in mistake.fails
            ):
                yield f"{question.key}: no known mistake fails the hidden check {place + 1}"


def _neighbours(made: list[Reference]) -> Iterator[str]:
    """Find questions that a neighbour's answers, copied as they are, would pass whole."""
    for one in made:
        for other in made:
            if one is other:
                continue
            copied = {p["id"]: answer(other.solved, p, one.bundle.tables) for p in one.probes}
            for question in one.questions:
                if all(mark.state == "passed" for mark in one.marks(question, copied)):
                    pair = f"{other.bundle.student} pass for {one.bundle.student}"
                    yield f"{question.key}: the answers of {pair}"


def _firms(where: Folder, one: Reference) -> Iterator[str]:
    """Find questions said to use the linked firm whose answers do not move with its seed."""
    parameters = dict(one.bundle.parameters)
    flagged = [question for question in one.questions if question.firm]
    if flagged and "firm_seed" not in parameters:
        yield "uses the linked firm without a parameter firm_seed"
        return
    if not flagged:
        return
    still = {question.key for question in flagged}
    for further in range(1, FIRMS + 1):
        moved = parameters | {"firm_seed": parameters["firm_seed"] + further}
        other = Reference(where, one.bundle.student, PUBLIC_KEY)
        tables = where.exercise.tables(dict(moved))
        other.bundle = replace(one.bundle, parameters=moved, tables=tables)
        for question in flagged:
            keys = [probe["id"] for probe in question.probes(moved)]
            if not all(same(one.expected[k], other.expected[k], question) for k in keys):
                still.discard(question.key)
        if not still:
            return
    for key in sorted(still):
        yield f"{key}: is said to use the firm, but does not move with its seed"


def _secret(one: Reference) -> Iterator[str]:
    """Find expected values and lines of the solution in what a student is given."""
    import io
    import zipfile

    made = notebook(one.folder, one.bundle.student, "data.zip")
    given = text_of(made).decode()
    with zipfile.ZipFile(io.BytesIO(one.bundle.to_bytes())) as packed:
        given += "".join(packed.read(n).decode() for n in packed.namelist() if n.endswith("json"))
    starters = "\n".join(cell.source for cell in made.cells if cell.cell_type == "code")
    for line in map(str.strip, one.folder.text("solution.py").splitlines()):
        plain = len(line) < 12 or line.startswith(("import ", "from ", "#"))
        if not plain and line not in starters and json.dumps(line)[1:-1] in given:
            yield f"the student's file holds a line of the solution: {line}"
    known = {float(n) for n in re.findall(r"-?\d+\.?\d*(?:[eE][+-]?\d+)?", given)}
    for name, value in one.expected.items():
        for number in _numbers(value):
            if any(math.isclose(number, n, rel_tol=1e-9) for n in known):
                yield f"the student's file holds {number:g}, which {name} expects"


def _numbers(value: Coded) -> Iterator[float]:
    """Yield what an expected answer holds of numbers with more than three digits."""
    kind, content = value["t"], value["v"]
    if kind == "number" and not isinstance(content, str):
        if len(f"{abs(content):.12g}".replace(".", "").strip("0")) > 3:
            yield float(content)
    elif kind == "list":
        for part in content:
            yield from _numbers(part)
    elif kind == "table":
        for column in content["columns"]:
            if column["kind"] == "number":
                yield from (n for v in column["values"] for n in _numbers(encode(v)))


def of_the_firm(folders: Mapping[str, Folder] | list[Folder]) -> tuple[int, int]:
    """Return how many questions use the linked firm, and how many there are."""
    every = folders.values() if isinstance(folders, Mapping) else folders
    questions = [question for where in every for question in where.exercise.questions]
    return sum(question.firm for question in questions), len(questions)
