"""Grading eight notebooks of one exercise: ours, in a sandbox, against ``nbgrader autograde``.

The same three questions (a number, a function, a table; five checks, eight points), the same
data and the same eight answers go to both, each as its own notebook, and each side grades the
folder by one command. Seconds on the wall are those of the whole command, its start included,
over the number of notebooks; those of the processor count its children too. nbgrader grades one
notebook at a time; ours one, or two. How long single notebooks took, the first left out because
it carries the start, is told by the times at which their results were written.

The run fails unless seven students get the same points from both. The eighth answers zero to
everything and says ``abs = lambda x: 0``: what that is worth stands in the rows as well.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from benchmarks import grading_exercise, nbgrader_rival
from benchmarks.grading_exercise import (
    ANSWERS,
    ATTACKER,
    EXERCISE,
    FIRST,
    KEYS,
    MISTAKES,
    POINTS,
    TEXT,
)
from benchmarks.measure import Row
from loyaltylab.lab.practice import sandbox

nbformat: Any = importlib.import_module("nbformat")  # hardly typed
NAME = "grading"
FOLDER = "90_retention"
TURNS = 2
JOBS = {1: "one at a time", 2: "two at a time"}
RIVAL = "nbgrader autograde"
PR_SET_CHILD_SUBREAPER = 36
COUNT = len(ANSWERS)
WALL = f"s on the wall per notebook, {COUNT} notebooks by one command"
CPU = f"s CPU per notebook, {COUNT} notebooks by one command"


class Timed(NamedTuple):
    """What grading the folder took, per notebook, and single notebooks after the first."""

    wall: float
    cpu: float
    single: list[float]

    def told(self) -> str:
        """Median and range of single notebooks; none where several were graded at a time."""
        if not self.single:
            return ""
        middle, low, high = statistics.median(self.single), min(self.single), max(self.single)
        return f", a single one {middle:.2f} ({low:.2f} to {high:.2f})"


def timed(graders: dict[str, Callable[[], list[float]]]) -> dict[str, Timed]:
    """Let graders take turns; each returns when its notebooks were done. Medians of the turns."""
    turns: dict[str, list[tuple[float, float, list[float]]]] = {name: [] for name in graders}
    for _ in range(TURNS):
        for name, grade in graders.items():
            before, begun = children(), time.perf_counter()
            done = grade()
            wall = time.perf_counter() - begun
            steps = [later - sooner for sooner, later in pairwise(done)]
            turns[name].append((wall, children() - before, steps))
    return {name: _median(found) for name, found in turns.items()}


def _median(turns: list[tuple[float, float, list[float]]]) -> Timed:
    wall, cpu, steps = zip(*turns, strict=True)
    middle = statistics.median
    return Timed(middle(wall) / COUNT, middle(cpu) / COUNT, [s for step in steps for s in step])


def children() -> float:
    """CPU seconds of all processes that were started here and have ended."""
    import resource  # not on Windows, where nothing is graded

    with suppress(ChildProcessError):  # no more children
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def adopting() -> Iterator[None]:
    """Become the parent of orphans, so that their CPU time is counted here.

    A sandbox outlives the process that started it by a moment; without this it would count for
    nobody.
    """
    system = ctypes.CDLL(None)
    system.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        system.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


class Ours:
    """Our grader, from its command line, on an exercise of a private folder."""

    def __init__(self, place: Path) -> None:
        self.place = place
        files = {"exercise.py": Path(grading_exercise.__file__).read_text(encoding="utf-8")}
        files |= {"exercise.md": TEXT, "solution.py": "\n\n".join((FIRST, *ANSWERS["s1"]))}
        files["hints.json"] = json.dumps({name: "Think." for name in (*KEYS, *MISTAKES)})
        for name, (key, code) in MISTAKES.items():
            fails = {key: name}
            files[f"wrong/{name}.py"] = f"FAILS = {fails}\n{FIRST}\n{code}\n"
        for name, text in files.items():
            path = place / "overlay" / FOLDER / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (place / "roster.csv").write_text("\n".join(["student", *ANSWERS]), encoding="utf-8")
        self.run("key", "course.key")
        options = "--roster roster.csv --key-file course.key --overlay overlay"
        self.command = options.split()
        self.run("issue", FOLDER, *self.command, "--out", "issued")
        self.hand_in()

    def run(self, *arguments: str) -> None:
        """Run a command in our folder."""
        nbgrader_rival.run(self.place, "loyaltylab", "practice", *arguments)

    def hand_in(self) -> None:
        """Write each student's answers above the checks of the notebook that was issued."""
        for student, answers in ANSWERS.items():
            name = f"{FOLDER}_{student}.ipynb"
            notebook = nbformat.read(self.place / "issued" / student / name, as_version=4)
            for starter, check in pairwise(notebook.cells):
                for key, answer in zip(KEYS, answers, strict=True):
                    if answer and check.source == f'ex.check("{key}")':
                        starter.source = answer
            (self.place / "submitted").mkdir(exist_ok=True)
            nbformat.write(notebook, self.place / "submitted" / name)

    def grade(self, jobs: int) -> list[float]:
        """Grade all anew, and return when each notebook was done, if it was one after the other."""
        shutil.rmtree(self.place / "grades-feedback", ignore_errors=True)
        (self.place / "grades.csv").unlink(missing_ok=True)
        self.run("grade", FOLDER, "submitted", *self.command, "--jobs", str(jobs))
        done = (self.place / "grades-feedback").glob("*.md")
        return sorted(path.stat().st_mtime for path in done) if jobs == 1 else []

    def points(self) -> dict[str, float]:
        """Return the points of each student."""
        grades = pd.read_csv(self.place / "grades.csv").set_index("student")["points"]
        return {str(student): float(points) for student, points in grades.items()}


def rows() -> list[Row]:
    """Grade with both, hold the points against each other, and remove all that was written."""
    if not importlib.util.find_spec("nbgrader"):
        return []
    if reason := sandbox.available():
        print(f"grading is left out: {reason}")
        return []
    with tempfile.TemporaryDirectory(prefix="loyaltylab-") as folder:
        course = Path(folder) / "nbgrader"
        ours = Ours(Path(folder) / "ours")
        nbgrader_rival.prepare(course)
        graders = {
            f"loyaltylab practice grade, {ours_at}": partial(ours.grade, n)
            for n, ours_at in JOBS.items()
        }
        with adopting():
            times = timed({**graders, RIVAL: partial(nbgrader_rival.autograde, course)})
        points = {"loyaltylab practice grade": ours.points()}
        points[RIVAL] = nbgrader_rival.points(course)
    for grader, found in points.items():
        if {name: found[name] for name in POINTS} != POINTS:
            raise AssertionError(f"{grader} gave {found}, not {POINTS}")
    return [*compared(times), *attacked(points)]


def compared(times: dict[str, Timed]) -> list[Row]:
    """Rows of seconds on the wall and of the processor."""
    found = []
    theirs = times.pop(RIVAL)
    for case, ours in times.items():
        mine, rival = f"{case}{ours.told()}", f"{RIVAL}{theirs.told()}"
        found.append(Row(NAME, mine, ours.wall, WALL))
        found.append(Row(NAME, rival, theirs.wall, WALL, theirs.wall / ours.wall, mine))
        mine, rival = f"{case}, CPU", f"{RIVAL}, CPU"
        found.append(Row(NAME, mine, ours.cpu, CPU, quoted=False))
        found.append(Row(NAME, rival, theirs.cpu, CPU, theirs.cpu / ours.cpu, mine, quoted=False))
    return found


def attacked(points: dict[str, dict[str, float]]) -> list[Row]:
    """Rows of what zeros and ``abs = lambda x: 0`` are worth."""
    unit = f"of {EXERCISE.points} points, zeros and abs = lambda x: 0"
    return [Row(NAME, f"{grader}: an attack", p[ATTACKER], unit) for grader, p in points.items()]
