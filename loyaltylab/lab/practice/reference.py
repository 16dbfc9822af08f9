"""The answers that are right for one student, and those that known mistakes give."""

from __future__ import annotations

import contextlib
import copy
import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from loyaltylab.base.errors import InputError, shown
from loyaltylab.lab.practice.bundle import Given
from loyaltylab.lab.practice.codec import Coded, answer, decode
from loyaltylab.lab.practice.folders import PUBLIC_KEY, Folder, Mistake
from loyaltylab.lab.practice.judge import Mark, judge
from loyaltylab.lab.practice.questions import Question


class Solver:
    """The ``ex`` of a solution: the student's data, and the letters of options, which he lacks."""

    def __init__(self, data: Given, codes: Mapping[str, str]) -> None:
        self.data = data
        self._letters = {code: letter for letter, code in codes.items()}

    def letters(self, *codes: str) -> str:
        """Return the student's letters of options by their codes."""
        return "".join(self._letters[code] for code in codes)


class Reference:
    """What is right for one student; runs the exercise's own, trusted code."""

    def __init__(self, folder: Folder, student: str, key: bytes = PUBLIC_KEY) -> None:
        self.folder = folder
        self.bundle, self.codes = folder.bundle(student, key)
        self._wrong: dict[str, dict[str, Coded]] = {}

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions as this student sees them."""
        return self.bundle.questions

    @cached_property
    def probes(self) -> list[dict[str, Any]]:
        """Everything that is asked of the student's process."""
        return [probe for q in self.questions for probe in q.probes(self.bundle.parameters)]

    def run(self, code: str, name: str, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run the exercise's own code and return what it binds."""
        space: dict[str, Any] = {"__name__": name, "ex": Solver(self.bundle.data, self.codes)}
        space |= before or {}
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            try:
                exec(compile(code, f"{self.folder.name}/{name}.py", "exec"), space)
            except SystemExit:
                raise InputError(f"{self.folder.name}/{name}.py ends Python; mend it.") from None
        return space

    def answers(self, space: Mapping[str, Any]) -> dict[str, Coded]:
        """Put every probe to what a piece of code has bound."""
        return {p["id"]: answer(space, p, self.bundle.tables) for p in self.probes}

    @cached_property
    def solved(self) -> dict[str, Any]:
        """What ``solution.py`` binds."""
        return self.run(self.folder.text("solution.py"), "solution")

    @cached_property
    def expected(self) -> dict[str, Coded]:
        """The right answer to every probe."""
        found = self.answers(self.solved)
        for name, value in found.items():
            if value["t"] in ("missing", "error", "blank"):
                where = f"{self.folder.name}: solution.py"
                raise InputError(f"{where} gives no answer to {name} ({value['v']}); mend it.")
        return found

    def mistaken(self, mistake: Mistake) -> dict[str, Coded]:
        """Return the answers that a known mistake gives; it runs after the solution."""
        if mistake.name not in self._wrong:
            space = self.run(mistake.code, f"wrong/{mistake.name}", _own(self.solved))
            self._wrong[mistake.name] = self.answers(space)
        return self._wrong[mistake.name]

    def marks(
        self, question: Question, answers: Mapping[str, Coded], public: bool = False
    ) -> list[Mark]:
        """Judge the answers to one question; a recognised mistake brings its hint."""
        marks = judge(question, answers, self.expected, public, self._calls)
        if all(mark.state in ("passed", "missing") for mark in marks):
            return marks
        like = self._known(question, answers, public)
        return [replace(mark, hint=like.get(mark.check, "")) for mark in marks]

    @cached_property
    def _calls(self) -> dict[str, str]:
        """The text of each call, for the messages."""
        return {
            probe["id"]: f"{probe['name']}({', '.join(map(_shown, probe['call']))})"
            for probe in self.probes
            if probe["call"] is not None
        }

    def _known(
        self, question: Question, answers: Mapping[str, Coded], public: bool
    ) -> dict[str, str]:
        """Return the hint of each check that fails just as a known mistake does."""
        hints: dict[str, str] = {}
        mine = judge(question, answers, self.expected, public)
        for mistake in self.folder.mistakes:
            if question.key in mistake.fails:
                wrong = self.mistaken(mistake)
                theirs = judge(question, wrong, self.expected, public)
                between = judge(question, answers, wrong, public)
                for own, other, both in zip(mine, theirs, between, strict=True):
                    equal = both.state == "passed" if own.state == "failed" else own == other
                    if own.state in ("failed", "form") and own.state == other.state and equal:
                        hints.setdefault(own.check, mistake.fails[question.key])
        return hints


def _shown(argument: Coded) -> str:
    value = decode(
        {"t": "text", "v": f"ex.data.{argument['v']}"} if argument["t"] == "data" else argument
    )
    return str(value) if argument["t"] == "data" else shown(value)


def _own(space: Mapping[str, Any]) -> dict[str, Any]:
    """Copy what could be changed in place, so that one mistake does not spoil the next."""
    import pandas as pd

    kinds = (pd.DataFrame, pd.Series, list, dict)
    return {k: copy.deepcopy(v) if isinstance(v, kinds) else v for k, v in space.items()}
