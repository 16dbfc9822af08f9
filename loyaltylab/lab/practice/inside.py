"""The runner in the sandbox: runs the cells, then looks the answers up by name.

Whatever the cells do to this process, they own it; they are given nothing but the probes, and
all that comes out is the result file. So nothing here guards a secret: own references to what is
needed afterwards only keep a careless cell from costing its author the answers.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import types
from collections.abc import Callable
from typing import Any

from loyaltylab.lab.practice import codec

ERROR = 300
"""Longest text of an error."""

_dumps, _open, _write, _pwrite, _close = json.dumps, os.open, os.write, os.pwrite, os.close
_exit, _getpid, _answer = os._exit, os.getpid, codec.answer


class TooLong(BaseException):
    """The cell's own time is over; not an Exception, which cells catch."""


def main() -> None:
    """Read the job, run it, write the result and end without waiting for what is left."""
    job_path, result, progress = sys.argv[2:5]
    with open(job_path, encoding="utf-8") as file:
        job = json.load(file)
    tables = _tables(job)
    codec.encode(None)  # pandas is imported before anybody's clock runs
    shell = _shell()
    _limit(job["limits"], job["unsafe"])
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    sys.argv = [""]
    said = _Said(progress)
    cells = []
    for place, cell in enumerate(job["cells"]):
        said(f"cell {place}")
        cells.append((cell["index"], *_cell(shell, cell["source"], job["limits"])))
    answers = _answers(shell.user_ns, job, tables, said)
    head = _dumps(cells)
    _put(result, f'{{"cells": {head}, "answers": {{{", ".join(answers)}}}}}'.encode())
    said("done")
    _exit(0)


class _Said:
    """Tells the outside what runs now, so that it can tell what hangs or has died."""

    def __init__(self, path: str) -> None:
        self.path, self.runner = path, _getpid()

    def __call__(self, what: str) -> None:
        if _getpid() != self.runner:
            _exit(0)  # a child that a cell forked comes back here as well
        file = _open(self.path, os.O_WRONLY)  # anew: a cell may have closed what was open
        _pwrite(file, f"{what:<31}\n".encode(), 0)
        _close(file)


def _tables(job: dict[str, Any]) -> Any:
    """Read the student's tables, where a probe calls a function with one of them."""
    if not any('"t": "data"' in _dumps(probe["call"]) for probe in job["probes"]):
        return None
    from pathlib import Path

    from loyaltylab.lab.practice import bundle

    return bundle.read(Path(job["data"])).tables


def _shell() -> Any:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Shell(InteractiveShell):
        """Shows nothing, neither output nor traceback."""

        def showtraceback(self, *args: Any, **kwargs: Any) -> None: ...
        def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None: ...
        def enable_gui(self, gui: Any = None) -> None: ...

    config = Config()
    config.HistoryManager.enabled = False
    shell: Any = Shell.instance(config=config)
    shell.display_formatter.format = _nothing
    return shell


def _nothing(*args: Any, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw up nothing of what a cell displays, which may be large, or have a broken repr."""
    return {}, {}


def _limit(limits: dict[str, Any], unsafe: bool) -> None:
    try:
        import resource
    except ImportError:  # Windows, which grades unsafe only
        return
    wanted = {
        "RLIMIT_AS": limits["memory"],
        "RLIMIT_CPU": limits["cpu_seconds"],
        "RLIMIT_FSIZE": limits["file_bytes"],
        "RLIMIT_NOFILE": limits["files"],
        "RLIMIT_NPROC": limits["processes"],
        "RLIMIT_CORE": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    for name, value in wanted.items():
        try:
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (value, value))
        except (AttributeError, OSError, ValueError):
            if not unsafe:
                raise


def _timed(seconds: float, work: Callable[[], Any]) -> Any:
    def ring(number: int, frame: types.FrameType | None) -> None:
        raise TooLong

    if not hasattr(signal, "setitimer"):  # Windows: only the outside keeps time
        return work()
    signal.signal(signal.SIGALRM, ring)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        return work()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _cell(shell: Any, source: str, limits: dict[str, Any]) -> tuple[str, str]:
    def work() -> Any:
        done = shell.run_cell(source)
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            pyplot.close("all")
        return done.error_before_exec or done.error_in_exec

    try:
        error = _timed(limits["cell_seconds"], work)
    except BaseException as raised:
        error = raised
    if error is None:
        return "ok", ""
    if isinstance(error, TooLong):
        return "timeout", f"took longer than {limits['cell_seconds']:g} seconds"
    try:
        return "error", _timed(1, lambda: _described(error))
    except BaseException:  # an error of the student's own making, with a broken text
        return "error", "an error that cannot be shown"


def _described(error: BaseException) -> str:
    line = error.lineno if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace and line is None:
        if trace.tb_frame.f_code.co_filename.startswith("<ipython-input-"):
            line = trace.tb_lineno
        trace = trace.tb_next
    text = str(error.msg if isinstance(error, SyntaxError) else error)
    where = f" (line {line})" if line else ""
    return f"{type(error).__name__}: {text}"[: ERROR - len(where)] + where


def _answers(space: dict[str, Any], job: dict[str, Any], tables: Any, said: _Said) -> list[str]:
    """Return ``"id": answer`` for every probe, as JSON, up to the size allowed."""
    limits, found, left = job["limits"], [], job["limits"]["result_bytes"] // 2
    for place, probe in enumerate(job["probes"]):
        said(f"probe {place}")
        try:
            text = _timed(limits["call_seconds"], _encoded(space, probe, tables))
        except TooLong:
            text = _failed(f"it took longer than {limits['call_seconds']:g} seconds")
        except BaseException:
            text = _failed("its answer cannot be taken out")
        left -= len(text)
        found.append(f"{_dumps(probe['id'])}: {text if left > 0 else _failed('it is too large')}")
    return found


def _encoded(space: dict[str, Any], probe: dict[str, Any], tables: Any) -> Callable[[], str]:
    def work() -> str:
        return str(_dumps(_answer(space, probe, tables), allow_nan=False))

    return work


def _failed(why: str) -> str:
    return str(_dumps({"t": "error", "v": why}))


def _put(path: str, data: bytes) -> None:
    file = _open(path, os.O_WRONLY | os.O_TRUNC)
    while data:
        data = data[_write(file, data) :]
    _close(file)
