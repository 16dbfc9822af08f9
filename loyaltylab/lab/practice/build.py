"""Student notebooks, generated from ``exercise.md``: its text, its starter cells, a check each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loyaltylab.base import files
from loyaltylab.base.errors import InputError
from loyaltylab.lab.practice.folders import Folder, folder, names

STUDENT = "s123"
"""The id in a notebook that everybody gets; each student writes an own one in its place."""
START = """from loyaltylab.lab.practice import start

STUDENT = "{student}"  # your own id: it draws your data
ex = start("{name}", student=STUDENT)
ex"""
ISSUED = """from loyaltylab.lab.practice import start

ex = start("{name}", student="{student}", data="{data}")
ex"""


@dataclass(frozen=True)
class Section:
    """A part of ``exercise.md``: the key of its question (or none), its text, its cells."""

    key: str
    parts: tuple[tuple[str, str], ...]


def sections(where: Folder) -> list[Section]:
    """Cut ``exercise.md`` at its headings of the second level into text and Python cells.

    Raises
    ------
    InputError
        Where the questions of ``exercise.py`` and the headings ``## q1 …`` do not agree.
    """
    found = []
    for text in re.split(r"(?m)^(?=## )", where.text("exercise.md")):
        head = re.match(r"## (q\d)\b", text)
        pieces = re.split(r"(?ms)^```python\n(.*?)^```\n?", text)
        parts = [("code" if n % 2 else "markdown", p.strip()) for n, p in enumerate(pieces)]
        found.append(Section(head[1] if head else "", tuple(p for p in parts if p[1])))
    keys = [section.key for section in found if section.key]
    asked = [question.key for question in where.exercise.questions]
    if keys != asked:
        raise InputError(
            f"{where.path('exercise.md')} must have one heading '## {asked[0]} …' for each of "
            f"{', '.join(asked)}, in this order, not {', '.join(keys) or 'none'}."
        )
    return found


def notebook(where: Folder, student: str = STUDENT, data: str = "") -> Any:
    """Return a student's notebook: text, the cell that starts, a starter and a check each."""
    import nbformat

    v4: Any = nbformat.v4
    cells: list[Any] = []
    for section in sections(where):
        for number, (kind, text) in enumerate(section.parts):
            new = v4.new_markdown_cell if kind == "markdown" else v4.new_code_cell
            cells.append(new(text, id=f"{section.key or f'text-{len(cells)}'}-{number}"))
        if len(cells) == len(section.parts):  # after the introduction
            start = (ISSUED if data else START).format(name=where.name, student=student, data=data)
            cells.append(v4.new_code_cell(start, id="start"))
        if section.key:
            check = f'ex.check("{section.key}")'
            cells.append(v4.new_code_cell(check, id=f"{section.key}-check"))
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    made = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.validate(made)
    return made


def text_of(made: Any) -> bytes:
    """Return a notebook as the bytes of its file."""
    import nbformat

    text: str = nbformat.writes(made)  # type: ignore[no-untyped-call]
    return f"{text}\n".encode()


def build(check: bool = False) -> list[Path]:
    """Write the student notebooks that are stale, and return them; `check` writes nothing."""
    place = files.root() / "exercises" / "student"
    stale = []
    for name in names():
        path, text = place / f"{name}.ipynb", text_of(notebook(folder(name)))
        if not path.is_file() or path.read_bytes() != text:
            stale.append(path)
            if not check:
                files.write(path, text)
    return stale
