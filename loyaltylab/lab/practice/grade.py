"""Grade a folder of submissions: who handed in what, two at a time, resumed where it stopped."""

from __future__ import annotations

import csv
import datetime
import hashlib
import hmac
import io
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loyaltylab.base import files
from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.lab.practice import bwrap, feedback, own, sandbox, sheets
from loyaltylab.lab.practice.codec import plain
from loyaltylab.lab.practice.collect import collect, refuse_among
from loyaltylab.lab.practice.folders import Folder
from loyaltylab.lab.practice.issue import Person
from loyaltylab.lab.practice.marking import Marked, apart
from loyaltylab.lab.practice.sandbox import Limits

RECORDS, ABOUT = ".records", "@grades.json"
GRADED, ABSENT, NOT_GRADED = "graded", "no submission", "not graded"


@dataclass(frozen=True)
class Row:
    """One line of the grades."""

    person: Person
    status: str
    note: str
    file: str = ""
    when: str = ""
    marked: Marked | None = None


@dataclass
class Grading:
    """What a run of :func:`grade` did."""

    rows: dict[str, Row] = field(default_factory=dict)
    again: int = 0
    kept: int = 0
    strangers: list[str] = field(default_factory=list)
    moved: list[Path] = field(default_factory=list)


def grade(
    where: Folder,
    overlay: Path | None,
    submissions: Path,
    roster: list[Person],
    key: bytes,
    out: Path,
    *,
    limits: Limits | None = None,
    unsafe: bool = False,
    jobs: int = 2,
    tell: Callable[[Row, int, int], None] = lambda *_: None,
) -> Grading:
    """Grade every submission that was not graded yet as it is now.

    Writes `out`, and beside it a folder ``<name>-feedback`` with a file for each student; after
    every submission, so that a run which was stopped is resumed by the next. What an instructor
    edited there is moved aside, never lost.

    Raises
    ------
    InputError
        If nothing can be graded: no sandbox here, no submission, a place that cannot be written,
        or one that holds the grades of another exercise or key.
    """
    limits = limits or Limits()
    if not unsafe and (reason := sandbox.available()):
        raise InputError(
            f"Untrusted notebooks cannot be shut in here: {reason}; grade on a Linux machine with "
            f"bubblewrap (apt install bubblewrap), or see --unsafe-no-sandbox."
        )
    if not unsafe:
        places = {"--overlay": overlay, "The folder of submissions": submissions, "--out": out}
        bwrap.refuse_shown({**places, "The temporary folder": Path(tempfile.gettempdir())})
    if out.is_dir():
        raise InputError(f"--out {out} is a folder; name a CSV file, such as {out / 'grades.csv'}.")
    refuse_among(submissions, {"--overlay": overlay, "--out": out})
    found, strangers, others = collect(submissions, where.name, roster)
    done = Grading(strangers=strangers)
    desk = _Desk(where, out, key, limits, submissions, done)
    waiting: dict[str, Path] = {}
    for person in roster:
        paths = found.get(person.student, [])
        if len(paths) == 1 and (row := desk.recorded(person, paths[0])) is None:
            waiting[person.student] = paths[0]
        else:
            other = others.get(person.student, [])
            row = row if len(paths) == 1 and row else _unmarked(person, paths, other)
            done.rows[person.student] = row
            done.kept += row.marked is not None
            desk.tell(row)
    desk.write(roster)
    people = {person.student: person for person in roster}
    hashes = {who: own.hash_of(path) for who, path in waiting.items()}
    asked = {
        who: (where.name, overlay, who, key, path, limits, unsafe) for who, path in waiting.items()
    }
    for number, (who, future) in enumerate(apart(asked, jobs), start=1):
        row = desk.finished(people[who], waiting[who], hashes[who], future)
        done.rows[who] = row
        done.again += 1
        desk.write(roster)
        tell(row, number, len(waiting))
    done.rows = {person.student: done.rows[person.student] for person in roster}
    return done


def _unmarked(person: Person, paths: list[Path], others: list[Path]) -> Row:
    if not paths and others:
        names = some(plain(path.name) for path in others)
        return Row(person, ABSENT, f"No notebook (*.ipynb) of this student was found, but {names}.")
    if not paths:
        return Row(person, ABSENT, "No notebook of this student was found.")
    names = some(plain(path.name) for path in paths)
    return Row(person, NOT_GRADED, f"Several notebooks ({names}); leave one and grade again.")


class _Desk:
    """Where results are kept: a record for each submission, the grades, the feedback."""

    def __init__(
        self, where: Folder, out: Path, key: bytes, limits: Limits, place: Path, done: Grading
    ) -> None:
        self.where, self.out, self.done, self.place = where, out, done, place
        self.folder = out.with_name(f"{out.stem}-feedback")
        course = hmac.digest(key, b"which key", "sha256").hex()
        parts = (where.name, where.fingerprint(), course, repr(limits))
        self.basis = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        self._begin({"exercise": where.name, "key": course})

    def _begin(self, ours: dict[str, str]) -> None:
        """Refuse a place that holds the grades of another exercise or key."""
        about = self.folder / RECORDS / ABOUT
        theirs = own.written(about) or ours
        for what, value in ours.items():
            if theirs.get(what) != value:
                of = shown(theirs.get(what)) if what == "exercise" else "made with another key"
                raise InputError(
                    f"{self.out} holds grades {'of ' * (what == 'exercise')}{of}, which stay as "
                    f"they are; name another file with --out, or give the {what} of those."
                )
        self._written(about, lambda: files.write(about, json.dumps(ours).encode()))

    def _record(self, person: Person) -> Path:
        return self.folder / RECORDS / f"{person.student}.json"

    def recorded(self, person: Person, path: Path) -> Row | None:
        """Return an earlier result if exercise, key, limits and file are what they were."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            was = json.loads(self._record(person).read_text(encoding="utf-8"))
            if was["basis"] == self.basis and was["file"] == own.hash_of(path) != "":
                return self._row(person, path, was["when"], Marked.of_json(was["marked"]))
        return None

    def tell(self, row: Row) -> None:
        """Write the feedback again that an instructor, or a full disk, took away."""
        if row.marked and not os.path.lexists(self._page(row)):
            self._feedback(row)

    def finished(self, person: Person, path: Path, was: str, future: Any) -> Row:
        """Turn a worker's result into a row, and keep it with the hash that the file had before."""
        now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        try:
            marked = future.result()
        except Exception as error:  # the grader's own trouble is no zero
            why = plain(str(error)[:300]) or type(error).__name__
            return Row(person, NOT_GRADED, why, self._name(path), now)
        record = {
            "basis": self.basis,
            "file": was,
            "when": now,
            "marked": marked.as_json(),
        }
        row = self._row(person, path, now, marked)
        self._feedback(row)
        place = self._record(person)
        self._written(place, lambda: files.write(place, json.dumps(record).encode()))
        return row

    def _page(self, row: Row) -> Path:
        return self.folder / f"{row.person.student}.md"

    def _feedback(self, row: Row) -> None:
        text = feedback.text(self.where, row.marked, row.file)  # type: ignore[arg-type]
        self._put(self._page(row), text.encode())

    def _row(self, person: Person, path: Path, when: str, marked: Marked) -> Row:
        return Row(person, GRADED, marked.note, self._name(path), when, marked)

    def _name(self, path: Path) -> str:
        return plain(path.relative_to(self.place).as_posix())

    def write(self, roster: list[Person]) -> None:
        """Write the grades as they stand, whole or not at all."""
        keys = [question.key for question in self.where.exercise.questions]
        text = io.StringIO(newline="")
        sheet = csv.writer(text)
        head = ["student", "name", "exercise", "points", "maximum", *keys]
        sheet.writerow([*head, "status", "note", "file", "graded"])
        for person in roster:
            row = self.done.rows.get(person.student) or Row(person, NOT_GRADED, "Not graded yet.")
            points = row.marked.points() if row.marked else {}
            total = sum(points.values()) if row.marked else ""
            line = [person.student, person.name, self.where.name, total]
            line += [self.where.exercise.points, *(points.get(key, "") for key in keys)]
            cells = [*map(str, line), row.status, row.note, row.file, row.when]
            sheet.writerow(sheets.safe(cells))
        self._put(self.out, text.getvalue().encode())

    def _put(self, place: Path, data: bytes) -> None:
        if moved := self._written(place, lambda: own.put(place, data)):
            self.done.moved.append(moved)

    def _written(self, place: Path, how: Callable[[], Path | None]) -> Path | None:
        try:
            return how()
        except OSError as error:
            raise InputError(
                f"{error.filename or place} could not be written: {error.strerror}; the marks made "
                f"so far are kept, so mend it and run the same command again."
            ) from error
