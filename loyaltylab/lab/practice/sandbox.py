"""Run untrusted cells shut in, and take out nothing but checked JSON.

This is a fence, not a virtual machine: a hole in the Linux kernel is a hole in it.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loyaltylab.base.errors import InputError
from loyaltylab.lab.practice import bwrap, result
from loyaltylab.lab.practice import watch as watching
from loyaltylab.lab.practice.bwrap import available as available
from loyaltylab.lab.practice.result import CellOutcome as CellOutcome

RERUNS = 3
"""How often a run is repeated without the cell, or the probe, that ended it."""


@dataclass(frozen=True)
class Limits:
    """What a run may use; times in seconds, sizes in bytes.

    `memory` is address space of one process, `memory_together` what all of them hold; the total
    time is that of all repeated runs.
    """

    cell_seconds: float = 60
    call_seconds: float = 10
    total_seconds: float = 240
    cpu_seconds: int = 240
    memory: int = 3 * 2**30
    memory_together: int = 4 * 2**30
    file_bytes: int = 64 * 2**20
    folder_bytes: int = 256 * 2**20
    folder_files: int = 20_000
    files: int = 256
    processes: int = 64
    result_bytes: int = 8 * 2**20


@dataclass(frozen=True)
class Run:
    """What came out: an encoded answer by probe id, what became of each cell, and a note."""

    answers: dict[str, Any]
    cells: tuple[CellOutcome, ...]
    note: str
    seconds: float


def run(
    cells: Sequence[str],
    probes: Sequence[Mapping[str, Any]],
    data: Path,
    limits: Limits = Limits(),
    unsafe: bool = False,
) -> Run:
    """Run a student's cells and look up, or call, what the probes name.

    A cell or probe that ends the run is left out and the rest is run again, three times at most.

    Parameters
    ----------
    cells
        Source of the code cells in order.
    probes
        ``{"id": "q2.1", "name": "months_to", "call": None}``, or encoded arguments under ``call``.
    data
        The student's data file; the cells see a copy that they cannot change.
    limits
        What a run may use.
    unsafe
        Run the cells as a plain process that can do whatever the caller can.

    Raises
    ------
    InputError
        If this machine cannot shut the cells in, or cannot start the runner.
    """
    if not unsafe and (reason := available()):
        raise InputError(f"Untrusted notebooks cannot be shut in on this machine: {reason}.")
    began = time.monotonic()
    job = _Job(tuple(cells), tuple(probes), data, limits, unsafe, began + limits.total_seconds)
    found, note = job.repeated()
    outcomes = {cell.index: cell for cell in found.cells} | job.out
    before = "the run ended before it" if note else "it was not reported"
    every = (outcomes.get(n, CellOutcome(n, "left out", before)) for n in range(len(job.cells)))
    if job.dropped:
        note = f"{note} Left out: {', '.join(job.dropped.values())}.".lstrip()
    return Run(found.answers, tuple(every), note, time.monotonic() - began)


@dataclass
class _Job:
    cells: tuple[str, ...]
    probes: tuple[Mapping[str, Any], ...]
    data: Path
    limits: Limits
    unsafe: bool
    end: float
    out: dict[int, CellOutcome] = field(default_factory=dict)
    dropped: dict[int, str] = field(default_factory=dict)

    def repeated(self) -> tuple[result.Result, str]:
        """Run until there is a result, and say so where there is none."""
        nothing = result.Result((), {})
        for _ in range(RERUNS + 1):
            indexes = [n for n in range(len(self.cells)) if n not in self.out]
            asked = [n for n in range(len(self.probes)) if n not in self.dropped]
            with tempfile.TemporaryDirectory(
                prefix="loyaltylab-", ignore_cleanup_errors=True
            ) as place:
                folder = Path(place)
                (kind, number), why = self._once(folder, indexes, asked)
                if kind == "done":
                    try:
                        ids = [str(self.probes[n]["id"]) for n in asked]
                        size = self.limits.result_bytes
                        return result.read(folder / "result", size, indexes, ids), ""
                    except ValueError as error:
                        return nothing, f"The answers cannot be read: {error}."
            where = {"cell": indexes, "probe": asked}.get(kind, [])
            if why == watching.TOTAL or number >= len(where):
                return nothing, f"The run was ended: {why}."
            if kind == "cell":
                status = "timeout" if why == watching.TIME else "left out"
                self.out[indexes[number]] = CellOutcome(indexes[number], status, why)
            else:
                self.dropped[asked[number]] = f"{self.probes[asked[number]]['id']}, {why}"
        return nothing, f"The run was ended {RERUNS + 1} times, so no answer was looked up."

    def _once(
        self, folder: Path, indexes: list[int], asked: list[int]
    ) -> tuple[tuple[str, int], str]:
        """Run once; return where it ended, as a place in the lists given, and why."""
        uid = None if self.unsafe else bwrap.user()
        data = self._lay(folder, indexes, asked, uid)
        progress = folder / "progress"
        before = _touched(progress)
        with (folder / "errors").open("wb") as errors, ExitStack() as stack:
            watch = self._start(folder, data, uid, errors, stack)
            try:
                why = watch.until_it_ends()
            finally:
                watch.kill()
        if _touched(progress) == before and why != watching.TOTAL:
            with (folder / "errors").open("rb") as file:
                said = file.read(20_000).decode("utf-8", "replace").strip().splitlines()
            words = " ".join(said[-1:]) or why
            raise InputError(f"The runner of notebooks did not start: {words}.")
        return watching.step(progress), why

    def _lay(self, folder: Path, indexes: list[int], asked: list[int], uid: int | None) -> Path:
        """Write what the runner is given; return where it finds the data."""
        box = folder / "box"
        box.mkdir()
        inside = (box if self.unsafe else Path(bwrap.BOX)) / self.data.name
        shutil.copyfile(self.data, inside if self.unsafe else folder / "data")
        limits = dataclasses.asdict(self.limits)
        if uid is None:
            limits["processes"] += _tasks()
        job = {
            "cells": [{"index": n, "source": self.cells[n]} for n in indexes],
            "probes": [self.probes[n] for n in asked],
            "data": str(inside),
            "limits": limits,
            "unsafe": self.unsafe,
        }
        (folder / "job").write_text(json.dumps(job), encoding="utf-8")
        for name in ("job", "data", "result", "progress", "noted"):
            (folder / name).touch()
            (folder / name).chmod(0o644)
        for name in ("result", "progress"):
            if uid is not None:
                os.chown(folder / name, uid, uid)
        return inside

    def _start(
        self, folder: Path, data: Path, uid: int | None, errors: Any, stack: ExitStack
    ) -> watching.Watch:
        """Start the runner, shut in or not."""
        common: dict[str, Any] = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.DEVNULL,
            "stderr": errors,
            "start_new_session": True,
        }
        progress = folder / "progress"
        if self.unsafe:
            home = folder / "box"
            command = bwrap.runner(*(str(folder / n) for n in ("job", "result", "progress")))
            environment = bwrap.environment(str(home), str(data)) | _windows()
            process = subprocess.Popen(command, env=environment, cwd=home, **common)
            return watching.Watch(process, progress, None, self.limits, self.end)
        binds = {
            str(data): (folder / "data", False),
            bwrap.JOB: (folder / "job", False),
            bwrap.RESULT: (folder / "result", True),
            bwrap.PROGRESS: (progress, True),
        }
        noted = stack.enter_context((folder / "noted").open("wb"))
        fds = (stack.enter_context(bwrap.filter_file()), noted.fileno())
        command = bwrap.runner(bwrap.JOB, bwrap.RESULT, bwrap.PROGRESS)
        command = bwrap.shut_in(command, binds, self.limits.folder_bytes, uid, fds)
        environment = bwrap.environment(bwrap.BOX, str(data))
        process = subprocess.Popen(command, env=environment, cwd="/", pass_fds=fds, **common)
        return watching.Watch(process, progress, folder / "noted", self.limits, self.end)


def _touched(path: Path) -> tuple[int, int]:
    """Return what changes for good once a file is written, even if it is emptied and dated back."""
    now = path.lstat()
    return now.st_ctime_ns, now.st_mtime_ns


def _tasks() -> int:
    """Count the tasks that the caller has already; an old kernel counts them with the run's."""
    import psutil

    mine, count = psutil.Process().username(), 0
    for process in psutil.process_iter(["username", "num_threads"]):
        if process.info["username"] == mine:
            count += process.info["num_threads"] or 0
    return count


def _windows() -> dict[str, str]:
    names = ("SYSTEMROOT", "PATH") if sys.platform == "win32" else ()
    return {name: os.environ[name] for name in names}
