"""What a student gets back: points by question, what did not pass, hints, cells that failed."""

from __future__ import annotations

import re

from loyaltylab.lab.practice.folders import Folder
from loyaltylab.lab.practice.marking import Marked

CELLS = 10
"""Most cells that failed of which a feedback file speaks."""


def text(where: Folder, marked: Marked, file: str) -> str:
    """Return the feedback on one submission, in Markdown.

    Of hidden checks it says how many points were missed, not what they asked.
    """
    exercise, points = where.exercise, marked.points()
    lines = [
        f"# {where.name}: {exercise.title}",
        "",
        f"Student {marked.student}, file {_plain(file)}: "
        f"**{sum(points.values())} of {exercise.points} points**.",
    ]
    if marked.note:
        lines += ["", _plain(marked.note)]
    for question in exercise.questions:
        got = points.get(question.key, 0)
        lines += ["", f"## {question.key} {question.name}: {got} of {question.points}", ""]
        lines += _said(marked, question.key)
    failed = [cell for cell in marked.cells if cell.status != "ok"]
    if failed:
        lines += ["", "## Cells that did not finish", ""]
        lines += [
            f"- Code cell {c.index + 1}: {c.status} {_plain(c.error)}" for c in failed[:CELLS]
        ]
        if len(failed) > CELLS:
            lines.append(f"- … and {len(failed) - CELLS} more.")
    return "\n".join(lines) + "\n"


def _said(marked: Marked, key: str) -> list[str]:
    marks = marked.marks.get(key, [])
    missed = [mark for mark in marks if mark.state != "passed"]
    if not missed:
        return ["All checks passed."]
    lines = []
    for mark in missed:
        line = (
            f"- {'Hidden check' if mark.hidden else 'Check'} ({mark.points}): {_plain(mark.said)}"
        )
        if line not in lines:
            lines.append(line)
    hints = {mark.hint for mark in missed if mark.hint}
    return [*lines, *(f"- Hint: {_plain(marked.hints[hint])}" for hint in sorted(hints))]


def _plain(said: str) -> str:
    """Keep what a submission brought along from being read as Markdown or HTML."""
    return re.sub(r"([\\`*_\[\]<>#|$&~!])", r"\\\1", re.sub(r"\s+", " ", said)).strip()
