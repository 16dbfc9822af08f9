"""What the tests of the practice engine share: a small exercise, and notebooks to hand in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import nbformat

from loyaltylab.lab.practice.folders import Folder, folder
from loyaltylab.lab.practice.reference import Reference

OVERLAY = Path(__file__).parent / "practice_overlay"
TINY = "90_tiny"
KEY = b"a key for tests only"


def tiny(overlay: Path = OVERLAY) -> Folder:
    """Return the small exercise."""
    return folder(TINY, overlay)


def solved_cells(where: Folder, student: str, key: bytes = KEY) -> list[str]:
    """Return what a student would write who can do it all: letters are typed in as letters."""
    reference = Reference(where, student, key)
    cells = ["from loyaltylab.lab.practice import start", f'ex = start("{where.name}")']
    plain = where.text("solution.py")
    for question in reference.questions:
        if question.kind == "judgement":
            pattern = rf"(?ms)^{question.name} = .*?(?=^\S|\Z)"
            chosen = reference.solved[question.name]
            plain = re.sub(pattern, f"{question.name} = {chosen!r}\n", plain)
    return [*cells, plain]


def write(path: Path, cells: Iterable[str]) -> Path:
    """Write a notebook of code cells."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(book), encoding="utf-8")
    return path
