"""An untrusted notebook file as code cells: nothing of it is run here."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loyaltylab.base.errors import shown

FILE_BYTES = 32 * 2**20
"""Largest notebook that is read; what is in it by way of outputs is thrown away."""
CELLS = 2_000
SOURCE_BYTES = 2 * 2**20
_FLAGS = ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
_PYTHON = {"", "python", "ipython", "python3"}


class Unreadable(ValueError):  # noqa: N818
    """The file holds no notebook that could be run; the message is one sentence."""


@dataclass(frozen=True)
class Cells:
    """Code cells in the notebook's order, and what was odd about the file."""

    cells: tuple[str, ...]
    note: str = ""


def read(path: Path) -> Cells:
    """Read the code cells of a notebook that anybody may have written.

    Damaged or foreign metadata, ids that are missing or doubled, and notebooks of format 3
    are no reason to refuse, as long as there are cells.

    Raises
    ------
    Unreadable
        If it is no regular file, too large, no JSON or no notebook.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.ipynb"
    ...     _ = path.write_text('{"cells": [{"cell_type": "code", "source": ["x = 1"]}]}')
    ...     read(path).cells
    ('x = 1',)
    """
    name = shown(path.name)
    try:
        book = json.loads(_bytes(path).decode("utf-8-sig"))
    except RecursionError:
        raise Unreadable(f"{name} is nested too deeply for a notebook.") from None
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"{name} is no notebook: it is not JSON text.") from None
    cells = _cells(book)
    if cells is None:
        raise Unreadable(f"{name} is no notebook: it has no list of cells.")
    if len(cells) > CELLS:
        raise Unreadable(f"{name} has {len(cells):,} cells; at most {CELLS:,} are run.")
    code = [cell for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    found = [_source(cell) for cell in code]
    sources = tuple(source for source in found if source is not None)
    if sum(len(source.encode("utf-8", "surrogatepass")) for source in sources) > SOURCE_BYTES:
        raise Unreadable(f"{name} holds more than {SOURCE_BYTES // 2**20} MB of code.")
    return Cells(sources, " ".join(_notes(book, cells, code, sources)))


def _bytes(path: Path) -> bytes:
    name = shown(path.name)
    if path.is_symlink():
        raise Unreadable(f"{name} is a link, not a file.")
    try:
        flags = os.O_RDONLY
        for flag in _FLAGS:  # a link or a pipe may be put there after it was looked at
            flags |= getattr(os, flag, 0)
        with open(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unreadable(f"{name} is not a regular file.")
            data = file.read(FILE_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"{name} cannot be read: {error.strerror}.") from None
    if len(data) > FILE_BYTES:
        raise Unreadable(f"{name} is larger than {FILE_BYTES // 2**20} MB; clear its outputs.")
    return data


def _cells(book: Any) -> list[Any] | None:
    if not isinstance(book, dict):
        return None
    if isinstance(book.get("cells"), list):
        return list(book["cells"])
    sheets = book.get("worksheets")  # format 3
    if not isinstance(sheets, list):
        return None
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [cell for cells in lists if isinstance(cells, list) for cell in cells]


def _source(cell: dict[str, Any]) -> str | None:
    source = cell.get("source", cell.get("input"))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return source if isinstance(source, str) else None


def _notes(
    book: dict[str, Any], cells: list[Any], code: list[Any], sources: tuple[str, ...]
) -> list[str]:
    notes = []
    if "cells" not in book:
        notes.append("The notebook has the old format 3.")
    if not code:
        notes.append("The notebook has no code cells.")
    if len(sources) < len(code) or not all(isinstance(cell, dict) for cell in cells):
        notes.append("Damaged cells were passed over.")
    metadata = book.get("metadata")
    for part, key in (("kernelspec", "language"), ("language_info", "name")):
        block = metadata.get(part) if isinstance(metadata, dict) else None
        language = block.get(key, "") if isinstance(block, dict) else ""
        if not isinstance(language, str) or language.lower() not in _PYTHON:
            notes.append(
                f"The notebook names the language {shown(language)}; it was run as Python."
            )
            break
    return notes
