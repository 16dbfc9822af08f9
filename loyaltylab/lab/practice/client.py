"""The student's side: start an exercise, look at the data, check an answer, ask for a hint."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
import weakref
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Any

from loyaltylab.base.errors import InputError, shown
from loyaltylab.lab.practice import bundle, folders
from loyaltylab.lab.practice.bundle import Bundle, Given
from loyaltylab.lab.practice.codec import Coded, answer
from loyaltylab.lab.practice.forms import form
from loyaltylab.lab.practice.questions import Judgement, Question
from loyaltylab.lab.practice.said import Options, Said, overview

BOX = "LOYALTYLAB_PRACTICE_DATA"
"""In the grader's sandbox this names the data of the student who is being graded."""


def start(
    exercise: str, student: str | None = None, data: str | os.PathLike[str] | None = None
) -> Practice:
    """Start an exercise.

    Parameters
    ----------
    exercise
        Its name or number, such as ``"04_curve"`` or ``"04"``.
    student
        Your own id; it draws your data. Not needed with `data`.
    data
        The data file that an instructor gave you, for an exercise that is graded.

    Returns
    -------
    Practice
        With ``.data``, ``.check("q1")``, ``.hint("q2")`` and ``.choices("q4")``.

    Raises
    ------
    InputError
        For an unknown exercise, an id that cannot be used, or a file that is no data file.

    Examples
    --------
    >>> from loyaltylab.lab.practice import start
    >>> start("04_curve", student="s123").student
    's123'
    """
    caller = inspect.currentframe()
    names: Mapping[str, Any] = caller.f_back.f_globals if caller and caller.f_back else {}
    if box := os.environ.get(BOX):
        return Practice(bundle.read(Path(box)), names)
    if data is not None:
        given = bundle.read(Path(data))
        if folders.folder_name(exercise, given.exercise) != given.exercise:
            raise InputError(f"{data} holds {given.exercise}, not {shown(exercise)}; take its own.")
        if student is not None and folders.student_id(student) != given.student:
            raise InputError(f"{data} was made for {given.student}, not for {shown(student)}.")
        return Practice(given, names)
    where = folders.folder(exercise)
    given, _ = where.bundle(folders.student_id(student))
    return Practice(given, names, Comparison(where.name, given.student))


class Practice:
    """An exercise that was started; :func:`start` makes it."""

    def __init__(
        self, given: Bundle, names: Mapping[str, Any], comparison: Comparison | None = None
    ) -> None:
        self._given, self._names, self._comparison = given, names, comparison
        self._data: Given | None = None

    @property
    def student(self) -> str:
        """The id whose data these are."""
        return self._given.student

    @property
    def data(self) -> Given:
        """Your parameters and tables: ``ex.data.survey`` or ``ex.data["survey"]``."""
        if self._data is None:
            self._data = self._given.data
        return self._data

    def check(self, question: str, traceback: bool = False) -> Said:
        """Check one answer: first its type and shape, then its value where that can be known here.

        `traceback` shows where in your own function an error arose.
        """
        try:
            asked = self._given.question(question)
        except InputError as error:
            return Said("stop", str(error))
        answers = self._answers(asked, traceback)
        state, said = form(asked, answers)
        if state == "missing" or (state != "passed" and self._comparison is None):
            return Said("open" if state == "missing" else "failed", said, asked.key)
        if self._comparison is None:
            return Said.graded_later(asked)
        return Said.replied(asked, self._comparison.ask(asked.key, answers))

    def _answers(self, asked: Question, traceback: bool) -> dict[str, Coded]:
        probes = asked.probes(self._given.parameters) if self._comparison else []
        hidden = {asked.id_of(n) for n, check in enumerate(asked.checks) if check.hidden}
        value = {"id": asked.key, "name": asked.name, "call": None}
        shown_probes = [p for p in probes if p["id"] not in hidden or p["call"] is None] or [value]
        return {
            p["id"]: answer(self._names, p, self._given.tables, traceback) for p in shown_probes
        }

    def hint(self, question: str) -> Said:
        """Show the hint of a question."""
        try:
            asked = self._given.question(question)
        except InputError as error:
            return Said("stop", str(error))
        return Said("hint", self._given.hints[asked.key], asked.key)

    def choices(self, question: str) -> Options | Said:
        """Show the options of a judgement with your letters."""
        try:
            asked = self._given.question(question)
            if not isinstance(asked, Judgement):
                raise InputError(
                    f"{asked.key} has no options to choose from; it asks a {asked.kind}."
                )
        except InputError as error:
            return Said("stop", str(error))
        return Options(asked)

    def __repr__(self) -> str:
        return overview(self._given)


class Comparison:
    """The other process, in which answers are compared; it ends with this one."""

    def __init__(self, exercise: str, student: str) -> None:
        self._start = partial(_worker, exercise, student)
        self._process = self._start()
        self._end = weakref.finalize(self, _end, self._process)

    def ask(self, question: str, answers: Mapping[str, Coded]) -> dict[str, Any]:
        """Send answers and return what the other process says of them."""
        line = json.dumps({"question": question, "answers": answers})
        for _ in range(2):  # a second process where the first was killed
            try:
                to, back = _pipes(self._process)
                print(line, file=to, flush=True)
                if reply := back.readline():
                    return dict(json.loads(reply))
            except (OSError, ValueError):
                pass
            except BaseException:  # an interrupt: its reply must not be taken for the next one
                self._again()
                raise
            self._again()
        return {"failed": "the process that compares has ended"}

    def _again(self) -> None:
        self._end()
        self._process = self._start()
        self._end = weakref.finalize(self, _end, self._process)


def _worker(exercise: str, student: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "loyaltylab.lab.practice.worker", exercise, student],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        start_new_session=True,  # an interrupted cell does not end it
    )


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    if process.stdin is None or process.stdout is None:
        raise OSError("no pipes")
    return process.stdin, process.stdout


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):  # what was not read any more
            if pipe:
                pipe.close()
