"""What a student reads: messages, options with letters, the exercise at a glance."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

from loyaltylab.lab.practice.bundle import Bundle
from loyaltylab.lab.practice.questions import Judgement, Question

SIGNS = {"passed": "✓", "failed": "✗", "open": "○", "hint": "→", "stop": "!"}
COLOURS = {"passed": "#1b7837", "failed": "#b2182b", "open": "#666666", "hint": "#2166ac"}


@dataclass(frozen=True)
class Said:
    """A message to a student; a notebook shows it in colour, a terminal as plain text."""

    state: str
    text: str
    question: str = ""

    @classmethod
    def graded_later(cls, question: Question) -> Said:
        """Say that the form is right and the value is known to the grader alone."""
        return cls(
            "passed",
            f"public checks passed: the form is right (a {question.kind}). The value is compared "
            f"when your notebook is graded.",
            question.key,
        )

    @classmethod
    def replied(cls, question: Question, reply: dict[str, Any]) -> Said:
        """Turn what the comparing process said into a message."""
        if "failed" in reply:
            again = "Run the cell with start(...) again."
            return cls("stop", f"could not be compared ({reply['failed']}). {again}", question.key)
        marks, hidden = reply["marks"], reply["hidden"]
        wrong = [said for _, _, state, said in marks if state != "passed"]
        got = sum(points for _, points, state, _ in marks if state == "passed")
        if wrong and all(state == "missing" for _, _, state, _ in marks):
            return cls("open", wrong[0], question.key)
        if wrong:
            lines = [*dict.fromkeys(wrong), *([f"Hint: {reply['hint']}"] if reply["hint"] else [])]
            if got:
                lines.append(f"({got} of {question.points} points so far.)")
            return cls("failed", "\n".join(lines), question.key)
        if hidden:
            more = f"{hidden} more {'is' if hidden == 1 else 'are'} given by hidden checks"
            return cls("passed", f"public checks passed ({got} points; {more}).", question.key)
        return cls("passed", f"all checks passed ({got} points).", question.key)

    def __repr__(self) -> str:
        head = (
            f"{SIGNS[self.state]} {self.question}: " if self.question else f"{SIGNS[self.state]} "
        )
        return head + self.text.replace("\n", "\n    ")

    def _repr_html_(self) -> str:
        colour = COLOURS.get(self.state, COLOURS["failed"])
        lines = [html.escape(line) for line in repr(self).split("\n")]
        return f'<div style="color:{colour}">{"<br>".join(lines)}</div>'


@dataclass(frozen=True)
class Options:
    """The options of a judgement, each with the student's own letter."""

    question: Judgement

    def __repr__(self) -> str:
        verdicts, reasons = self.question.verdicts, self.question.reasons
        lines = ["verdict (one letter):", *(f"  {k}  {text}" for k, text in verdicts.items())]
        lines.append(f"reasons ({self.question.choose} letters):")
        return "\n".join([*lines, *(f"  {k}  {text}" for k, text in reasons.items())])

    def _repr_html_(self) -> str:
        parts = []
        for title, options in (
            ("Verdict (one letter)", self.question.verdicts),
            (f"Reasons ({self.question.choose} letters)", self.question.reasons),
        ):
            items = "".join(f"<li><b>{k}</b> {html.escape(v)}</li>" for k, v in options.items())
            parts.append(f"{title}<ul style='list-style:none'>{items}</ul>")
        return "".join(parts)


def overview(given: Bundle) -> str:
    """Return the exercise at a glance: questions with points, parameters, tables."""
    lines = [f"{given.exercise}: {given.title} (student {given.student})"]
    lines += [f"  {q.key} {q.name}: {q.prompt} ({_points(q)})" for q in given.questions]
    for name, value in given.parameters.items():
        lines.append(f"  ex.data.{name} = {value!r}")
    for name, table in given.tables.items():
        columns = ", ".join(map(str, table.columns))
        lines.append(f"  ex.data.{name}: {len(table):,} rows of {columns}")
    return "\n".join(lines)


def _points(question: Question) -> str:
    hidden = sum(check.points for check in question.checks if check.hidden)
    return f"{question.points} points" + (f", {hidden} of them hidden" if hidden else "")
