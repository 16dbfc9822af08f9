"""Watch a run from outside, end it when it takes too much, and leave nothing of it behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from loyaltylab.lab.practice import result

if TYPE_CHECKING:
    import psutil

    from loyaltylab.lab.practice.sandbox import Limits

ENDED = "it ended the process"
TIME = "it took longer than allowed and did not stop"
TOTAL = "the time for all cells together is over"
MEMORY = "it took more memory than allowed"
FILES = "it wrote more files than allowed"

_TICK, _LOOK = 0.05, 0.2
_GRACE = 1.5
"""Seconds in which a cell that is too slow may end by its own alarm."""
_START = 60.0
_LAST = 10.0
_STEP = re.compile(r"(cell|probe) (\d{1,6}) *\n|(done) *\n")


def step(progress: Path) -> tuple[str, int]:
    """Return what the runner said last: ``("cell", 3)``, ``("probe", 0)`` or ``("done", 0)``.

    ``("", 0)`` is a runner that has not begun; what is malformed counts as ``("lost", 0)``.
    """
    try:
        text = result.opened(progress, 100).decode("ascii", "replace")
    except ValueError:
        return "lost", 0
    if not text:
        return "", 0
    match = _STEP.fullmatch(text)
    return (match[1] or match[3], int(match[2] or 0)) if match else ("lost", 0)


@dataclass
class Watch:
    """One run: its process, the file where it says what it does, and where bwrap notes its own."""

    process: subprocess.Popen[bytes]
    progress: Path
    noted: Path | None
    limits: Limits
    end: float
    _first: psutil.Process | None = None

    def until_it_ends(self) -> str:
        """Wait for the run and return why it ended: ``ENDED`` when it did so by itself."""
        last, since, looked = self._step(), time.monotonic(), 0.0
        while True:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_TICK)
                return ENDED
            now, current = time.monotonic(), self._step()
            if current != last:
                last, since = current, now
            allowed = {"": _START, "probe": self.limits.call_seconds + _GRACE}
            if now - since > allowed.get(current[0], self.limits.cell_seconds + _GRACE):
                return TIME
            if now > self.end:
                return TOTAL
            if now - looked > _LOOK:
                looked = now
                if reason := self._too_much():
                    return reason

    def _step(self) -> tuple[str, int]:
        return step(self.progress)

    def _too_much(self) -> str:
        import psutil

        held = 0
        for process in self._family():
            with suppress(psutil.Error):
                held += process.memory_info().rss
        if held > self.limits.memory_together:
            return MEMORY
        if first := self._init():
            with suppress(OSError):  # the folder is gone with the run
                box = os.statvfs(f"/proc/{first.pid}/root/box")
                if box.f_files - box.f_ffree > self.limits.folder_files:
                    return FILES
        return ""

    def _family(self) -> list[psutil.Process]:
        import psutil

        with suppress(psutil.Error):
            parent = psutil.Process(self.process.pid)
            return [parent, *parent.children(recursive=True)]
        return []

    def _init(self) -> psutil.Process | None:
        """Return the first process of the sandbox, with which all others end."""
        import psutil

        if self._first is None and self.noted is not None:
            with suppress(psutil.Error, ValueError):
                found = re.search(rb'"child-pid": (\d{1,9})', result.opened(self.noted, 10_000))
                first = psutil.Process(int(found[1])) if found else None
                if first and first.ppid() == self.process.pid:  # the file may have been forged
                    self._first = first
        return self._first

    def kill(self) -> None:
        """End every process of the run and wait until there is none."""
        import psutil

        family, first = self._family(), self._init()
        for process in [first] if first else family[::-1]:
            with suppress(psutil.Error):
                process.kill()
        if first:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_LAST)  # bwrap itself, after it has seen the end of the others
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        end = time.monotonic() + _LAST
        while first and _lives(first) and time.monotonic() < end:
            time.sleep(_TICK / 10)


def _lives(process: psutil.Process) -> bool:
    import psutil

    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
