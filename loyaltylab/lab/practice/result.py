"""The one file that comes out of the sandbox, read as what it is: written by anybody."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STATES = ("ok", "error", "timeout", "left out")
ERROR = 300
_DIGITS = 400  # a float has at most 309 before the point


@dataclass(frozen=True)
class CellOutcome:
    """What became of one code cell: ``ok``, ``error``, ``timeout`` or ``left out``, and why."""

    index: int
    status: str
    error: str = ""


@dataclass(frozen=True)
class Result:
    """What one run wrote, its shape checked; an answer's own shape is the codec's to check."""

    cells: tuple[CellOutcome, ...]
    answers: dict[str, Any]


def opened(path: Path, size: int) -> bytes:
    """Return a regular file's bytes, following no link and waiting for no pipe.

    Raises
    ------
    ValueError
        If it is anything else, or larger than `size`.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with open(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise ValueError("it is no regular file")
            data = file.read(size + 1)
    except OSError as error:
        raise ValueError(f"it cannot be opened ({error.strerror})") from None
    if len(data) > size:
        raise ValueError(f"it is larger than {size / 2**20:g} MB")
    return data


def read(path: Path, size: int, indexes: Collection[int], probes: Collection[str]) -> Result:
    """Read the result of a run; anything that the runner does not write is refused.

    Raises
    ------
    ValueError
        With a short text that says what was wrong.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "result"
    ...     _ = path.write_text('{"cells": [[0, "ok", ""]], "answers": {"q1": {"t": "none"}}}')
    ...     read(path, 100, [0], ["q1"]).answers
    {'q1': {'t': 'none'}}
    """
    data = opened(path, size)
    try:
        found = json.loads(
            data.decode("utf-8"),
            parse_constant=_no_constant,
            parse_int=_short_int,
            object_pairs_hook=_no_duplicates,
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("it is no text") from None
    except json.JSONDecodeError:
        raise ValueError("it is no JSON") from None
    if not isinstance(found, dict) or set(found) != {"cells", "answers"}:
        raise ValueError("it is no result")
    answers, cells = found["answers"], found["cells"]
    if not isinstance(answers, dict) or not set(answers) <= set(probes):
        raise ValueError("it answers what was not asked")
    if not isinstance(cells, list) or len(cells) > len(indexes):
        raise ValueError("its cells are not those that were run")
    return Result(tuple(_cell(cell, indexes) for cell in cells), answers)


def _cell(cell: Any, indexes: Collection[int]) -> CellOutcome:
    if not isinstance(cell, list) or len(cell) != 3:
        raise ValueError("its cells are not those that were run")
    index, status, error = cell
    if type(index) is not int or index not in indexes or status not in STATES:
        raise ValueError("its cells are not those that were run")
    if not isinstance(error, str):
        raise ValueError("an error in it is no text")
    printable = "".join(c if c.isprintable() else " " for c in error[:ERROR])
    return CellOutcome(index, str(status), printable)


def _no_constant(name: str) -> None:
    raise ValueError(f"it has the number {name}")


def _short_int(text: str) -> int:
    if len(text) > _DIGITS:
        raise ValueError("it has a number with too many digits")
    return int(text)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("it has a name twice")
    return found
