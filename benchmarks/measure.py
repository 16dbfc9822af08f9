"""How everything here is measured: CPU time, the median of repeats, ratios within one run."""

from __future__ import annotations

import datetime
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One line of the results; ``ratio`` is ``value`` over the value of the case ``against``.

    ``quoted`` rows stand in the README; all stand in results.csv.
    """

    benchmark: str
    case: str
    value: float
    unit: str
    ratio: float | None = None
    against: str = ""
    quoted: bool = True


def cpu(call: Callable[[], Any], repeats: int = 5, number: int = 1) -> float:
    """CPU seconds of a call: median over repeats, each the mean of ``number`` calls."""
    call()  # warm-up
    many = [_once(lambda: [call() for _ in range(number)]) for _ in range(repeats)]
    return statistics.median(many) / number


def each(calls: Iterable[Callable[[], Any]]) -> list[float]:
    """CPU seconds of each call in turn."""
    return [_once(call) for call in calls]


def _once(call: Callable[[], Any]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def machine() -> str:
    """Date, size of the machine and versions, in one line."""
    parts = [
        datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        f"{os.cpu_count()} cores",
    ]
    if hasattr(os, "sysconf"):  # not on Windows
        parts.append(f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB")
    parts.append(f"Python {platform.python_version()}")
    return ", ".join([*parts, *(f"{name} {version(name)}" for name in ("numpy", "matplotlib"))])
