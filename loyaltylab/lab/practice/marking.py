"""One submission, from an untrusted file to marks; nothing of it is run outside the sandbox."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field, replace
from multiprocessing import parent_process
from pathlib import Path
from typing import Any, NoReturn

from loyaltylab.lab.practice import sandbox, submission
from loyaltylab.lab.practice.codec import Coded, plain, strict
from loyaltylab.lab.practice.folders import PUBLIC_KEY, Folder, folder, folder_name
from loyaltylab.lab.practice.issue import data_name
from loyaltylab.lab.practice.judge import Mark
from loyaltylab.lab.practice.reference import Reference
from loyaltylab.lab.practice.sandbox import CellOutcome, Limits

SAID = 1_000
"""Longest sentence on a check: what it quotes, such as names of columns, a student may choose."""


@dataclass(frozen=True)
class Marked:
    """What one submission earned, check by check, and why."""

    student: str
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)
    cells: list[CellOutcome] = field(default_factory=list)
    note: str = ""
    seconds: float = 0.0

    def points(self) -> dict[str, int]:
        """Points by question."""
        return {key: sum(mark.got for mark in marks) for key, marks in self.marks.items()}

    def as_json(self) -> dict[str, Any]:
        """Return plain data, for the record of a graded submission."""
        return asdict(self)

    @classmethod
    def of_json(cls, was: dict[str, Any]) -> Marked:
        """Return what :meth:`as_json` made plain."""
        marks = {key: [Mark(**mark) for mark in marks] for key, marks in was.pop("marks").items()}
        cells = [CellOutcome(**cell) for cell in was.pop("cells")]
        return cls(**was, marks=marks, cells=cells)


def mark(
    name: str,
    overlay: Path | None,
    student: str,
    key: bytes,
    path: Path,
    limits: Limits,
    unsafe: bool = False,
) -> Marked:
    """Grade one notebook against the data that were issued to a student of the roster.

    What the notebook says of its author does not count.

    Raises
    ------
    InputError
        If this machine or the exercise is at fault, not the submission.
    """
    where = folder(name, overlay)
    reference = Reference(where, student, key)
    try:
        cells = submission.read(path)
    except submission.Unreadable as error:
        return _marked(reference, {}, note=str(error))
    with tempfile.TemporaryDirectory(prefix="loyaltylab-grade-") as place:
        data = Path(place) / data_name(where.name, student)
        data.write_bytes(reference.bundle.to_bytes())
        ran = sandbox.run(cells.cells, reference.probes, data, limits, unsafe)
    answers = {name: _strict(value) for name, value in ran.answers.items()}
    found = _marked(reference, answers, list(ran.cells), f"{cells.note} {ran.note}", ran.seconds)
    if not sum(found.points().values()):
        found = _explained(found, where, student, answers, cells.cells)
    return found


class _Stopped(SystemExit):
    """The grader was stopped: what runs for this notebook is ended and cleared away."""


def processors(jobs: int, context: Any) -> Any:
    """Return a queue with the processors of each job: a busy run slows nobody but its author."""
    every = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    shares = context.SimpleQueue()
    for job in range(jobs):
        shares.put(every[job::jobs] if jobs <= len(every) else every)
    return shares


def begin(shares: Any) -> None:
    """Make a process one that marks: it clears up and ends with the process that started it."""
    if share := shares.get():
        os.sched_setaffinity(0, share)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which then stops us
    for name in ("SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            signal.signal(number, _stop)
    threading.Thread(target=_outlive, daemon=True).start()


def work(*arguments: Any) -> Marked:
    """Do :func:`mark` in a process made by :func:`begin`."""
    try:
        return mark(*arguments)
    except _Stopped:
        os._exit(1)


def apart(asked: dict[str, tuple[Any, ...]], jobs: int) -> Iterator[tuple[str, Future[Marked]]]:
    """Mark in processes of their own; when the caller stops, what runs there is ended at once."""
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    jobs = max(1, min(jobs, len(asked)))
    with ProcessPoolExecutor(jobs, context, begin, (processors(jobs, context),)) as pool:
        try:
            futures = {pool.submit(work, *arguments): who for who, arguments in asked.items()}
            for future in as_completed(futures):
                yield futures[future], future
        except BaseException:  # also an interrupt, and a generator that is closed
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _stop(number: int, _: object) -> NoReturn:
    for name in ("SIGTERM", "SIGHUP"):
        if known := getattr(signal, name, None):
            signal.signal(known, signal.SIG_IGN)  # a second one may not disturb the clearing up
    raise _Stopped


def _outlive() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _strict(value: Any) -> Coded:
    try:
        return strict(value)
    except (ValueError, TypeError, RecursionError):
        return {"t": "error", "v": "the answer could not be read"}


def _marked(
    reference: Reference,
    answers: Mapping[str, Coded],
    cells: list[CellOutcome] | None = None,
    note: str = "",
    seconds: float = 0.0,
) -> Marked:
    marks = {
        question.key: [
            replace(m, said=plain(m.said[:SAID])) for m in reference.marks(question, answers)
        ]
        for question in reference.questions
    }
    shown = [replace(cell, error=plain(cell.error)) for cell in cells or []]
    raised = {one.hint for of_one in marks.values() for one in of_one if one.hint}
    hints = {key: reference.folder.hints[key] for key in sorted(raised)}
    student = reference.bundle.student
    return Marked(student, marks, hints, shown, plain(note.strip()), round(seconds, 1))


def _explained(
    found: Marked, where: Folder, student: str, answers: Mapping[str, Coded], cells: tuple[str, ...]
) -> Marked:
    """Add to a zero what it comes from."""
    why = [found.note] if found.note else []
    states = {mark.state for marks in found.marks.values() for mark in marks}
    failed = [cell for cell in found.cells if cell.status != "ok"]
    named = {
        m[1].casefold() for c in cells for m in re.finditer(r"student\s*=\s*[\"']([^\"']+)", c)
    }
    if states == {"missing"}:
        names = ", ".join(question.name for question in where.exercise.questions)
        why.append(f"None of the names {names} held an answer after the cells had run.")
    else:
        practised = Reference(where, student, PUBLIC_KEY)
        fits = sum(m.got for q in practised.questions for m in practised.marks(q, answers))
        if fits:
            why.append(
                "These answers fit the practice data that everybody can draw, not the data file "
                "that was issued to this student."
            )
    begun = {m[1] for c in cells for m in re.finditer(r"start\(\s*[\"']([^\"']+)", c)}
    if elsewhere := sorted(name for name in begun if folder_name(name, where.name) != where.name):
        why.append(f"The notebook is of another exercise ({elsewhere[0][:40]}).")
    if failed:
        first = failed[0]
        why.append(
            f"{len(failed)} of {len(found.cells)} code cells did not finish; the first is code "
            f"cell {first.index + 1}: {first.status} {first.error}".rstrip()
            + "."
        )
    if others := sorted(named - {student}):
        why.append(f"The notebook starts with another id ({others[0][:40]}); that does not count.")
    there = "Some answers were" if "missing" in states else "Every answer was"
    said = " ".join(why) or f"{there} there, and none agrees with the data issued."
    return replace(found, note=plain(said))
