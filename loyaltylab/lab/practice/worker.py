"""The process that compares, beside the student's: one line of JSON in, one line out.

``python -m loyaltylab.lab.practice.worker 04_curve s123`` is started by ``start`` and ends when
its standard input closes, that is with the student's kernel.
"""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

from loyaltylab.lab.practice.folders import folder
from loyaltylab.lab.practice.reference import Reference


def reply(reference: Reference, asked: dict[str, Any]) -> dict[str, Any]:
    """Judge the public checks of one question and return what the student is told."""
    question = next(q for q in reference.questions if q.key == asked["question"])
    marks = reference.marks(question, asked["answers"], public=True)
    hints = {mark.hint for mark in marks if mark.hint}
    return {
        "marks": [[m.check, m.points, m.state, m.said] for m in marks],
        "hidden": sum(check.points for check in question.checks if check.hidden),
        "hint": " ".join(reference.folder.hints[hint] for hint in sorted(hints)),
    }


def serve(exercise: str, student: str, lines: TextIO, out: TextIO) -> None:
    """Answer one line after the other until there are no more."""
    reference = Reference(folder(exercise), student)
    for line in lines:
        try:
            said = reply(reference, json.loads(line))
        except Exception as error:
            said = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(said), file=out, flush=True)


if __name__ == "__main__":
    answers_out, sys.stdout = sys.stdout, sys.stderr  # nothing else may stand between the lines
    serve(sys.argv[1], sys.argv[2], sys.stdin, answers_out)
