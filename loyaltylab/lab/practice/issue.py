"""Hand an exercise out: a key that only the instructor holds, a roster, a folder per student."""

from __future__ import annotations

import csv
import io
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from loyaltylab.base import files
from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.lab.practice import build
from loyaltylab.lab.practice.folders import Folder, student_id

SHORTEST, LONGEST = 16, 4096
MOST = 20_000
TITLE = 30
"""Longest title of a column that is shown: what is longer may be a key, given for a roster."""


@dataclass(frozen=True)
class Person:
    """One row of a roster."""

    student: str
    name: str = ""


def new_key(path: Path) -> None:
    """Write a new course key, 256 random bits, that nobody else may read.

    Raises
    ------
    InputError
        Where there is a file already: another key draws other data for everybody.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InputError(
            f"{path} is there already; a course keeps one key, so use it, or name another file."
        ) from None
    except OSError as error:
        raise InputError(f"{path} could not be written: {error.strerror}.") from None
    with open(handle, "w", encoding="ascii") as file:
        file.write(f"{secrets.token_hex(32)}\n")


def read_key(path: Path) -> bytes:
    """Read the course key.

    Raises
    ------
    InputError
        If there is none, or it is too short to be secret.
    """
    try:
        key = path.read_bytes().strip() if path.stat().st_size <= LONGEST else b""
    except OSError as error:
        raise InputError(
            f"--key-file {path} cannot be read ({error.strerror}); make a key once with "
            f"'loyaltylab practice key {path}', and keep it."
        ) from None
    if len(key) < SHORTEST or len(key.split()) > 1:  # a roster given for a key has lines
        raise InputError(
            f"--key-file {path} must hold one line of {SHORTEST} to {LONGEST} bytes without "
            f"blanks; make one with 'loyaltylab practice key' and another name."
        )
    return key


def read_roster(path: Path) -> list[Person]:
    """Read the students of a course: a CSV file with a column ``student``, perhaps ``name``.

    Raises
    ------
    InputError
        For no such file or column, an id that cannot be used, or one that stands twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(
            f"--roster {path} cannot be read: {why}; give a CSV file, saved as UTF-8."
        ) from None
    sign = max(",;\t", key=text.lstrip().partition("\n")[0].count)
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=sign, skipinitialspace=True, strict=True)
    try:
        rows = [(reader.line_num, list(map(str.strip, row))) for row in reader]
    except csv.Error as error:
        raise InputError(
            f"--roster {path} is no sound CSV file at line {reader.line_num} ({error}); mend it."
        ) from None
    head, *found = [(line, row) for line, row in rows if any(row)] or [(1, [])]
    columns = [name.casefold() for name in head[1]]
    if columns.count("student") != 1:
        titles = some(name for name in columns if len(name) <= TITLE)
        raise InputError(
            f"--roster {path} must begin with a header that has one column 'student', not "
            f"{titles or ('one long line' if columns else 'nothing')}."
        )
    if not found:
        raise InputError(f"--roster {path} names no student; write one id a line.")
    return _people(path, columns, found)


def _people(path: Path, columns: list[str], rows: list[tuple[int, list[str]]]) -> list[Person]:
    people: dict[str, Person] = {}
    for line, cells in rows[: MOST + 1]:
        where = f"--roster {path}, row {line}"
        if any(cells[len(columns) :]):
            raise InputError(f"{where} has more cells than the header; put quotes around a comma.")
        row = dict(zip(columns, cells, strict=False))
        try:
            student = student_id(row.get("student", ""))
        except InputError as error:
            raise InputError(f"{where}: {error}") from None
        if student in people:
            raise InputError(f"{where}: {student} stands twice; leave one.")
        people[student] = Person(student, row.get("name", ""))
    if len(people) > MOST:
        raise InputError(f"--roster {path} names more than {MOST:,} students; split it.")
    return list(people.values())


def data_name(exercise: str, student: str) -> str:
    """Return the name of a student's data file."""
    return f"{exercise}_{student}.zip"


def issue(
    where: Folder,
    roster: list[Person],
    key: bytes,
    out: Path,
    tell: Callable[[Person], None] = lambda _: None,
) -> int:
    """Write a folder for each student, with a notebook and a data file of his own.

    Returns how many were new; a run that was stopped is finished by the next. Nothing is
    overwritten.

    Raises
    ------
    InputError
        If a file of that name is there and holds something else.
    """
    new = 0
    # those who have a folder first: with a wrong key nobody new is given anything
    for person in sorted(roster, key=lambda person: not (out / person.student).is_dir()):
        data = data_name(where.name, person.student)
        made, _ = where.bundle(person.student, key)
        texts = {
            f"{where.name}_{person.student}.ipynb": build.text_of(
                build.notebook(where, person.student, data)
            ),
            data: made.to_bytes(),
        }
        new += sum([_write(out / person.student / name, text) for name, text in texts.items()]) > 0
        tell(person)
    return new


def _write(path: Path, text: bytes) -> bool:
    try:
        if os.path.lexists(path):
            if path.is_file() and path.read_bytes() == text:
                return False
            raise InputError(
                f"{shown(str(path))} is there and differs from what would be issued (edited, or "
                f"the key or the exercise is another); move it away, or name a "
                f"new folder with --out."
            )
        files.write(path, text)
    except OSError as error:
        raise InputError(
            f"{error.filename or path} could not be written: {error.strerror}; nothing that was "
            f"there is changed."
        ) from error
    return True
