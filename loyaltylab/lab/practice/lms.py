"""Grades into the file that an LMS exported: Canvas's gradebook or Moodle's grading worksheet."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.lab.practice import lms_columns as columns
from loyaltylab.lab.practice import sheets
from loyaltylab.lab.practice.sheets import Sheet, key

LMS = Literal["canvas", "moodle"]
_NO_GRADE = {"ex", "n/a"}  # Canvas: excused, not assigned
_Pair = tuple[Decimal | None, Decimal | None]
_STATUS = ("graded", "no submission", "not graded")


@dataclass(frozen=True)
class Exported:
    """What :func:`export` wrote; students are named by the id that the grades hold.

    ``kept`` are graded students whose cell stays: locked in Moodle, in Canvas excused (``EX``) or
    not assigned (``N/A``). ``overwritten`` counts cells that held another grade,
    ``neutralised`` cells that got an apostrophe.
    """

    out: Path
    filled: int
    not_in_template: tuple[str, ...]
    without_grade: tuple[str, ...]
    kept: tuple[str, ...]
    overwritten: int
    neutralised: int
    column: str
    id_column: str
    scale: str

    def sentences(self) -> list[str]:
        """Say what was written and what was not, one sentence a line."""
        told = [
            f"Grades written into the column {shown(self.column)} of {str(self.out)!r}:"
            f" {self.filled}; students matched by {shown(self.id_column)}.",
            self.scale,
        ]
        if self.overwritten:
            told.append(f"Written over another grade of the template: {self.overwritten}.")
        for students, what in (
            (self.kept, "Graded, but locked, excused or not assigned in the LMS, so left alone"),
            (self.without_grade, "Without a grade, so the cell is as it was"),
            (self.not_in_template, "Not in the template"),
        ):
            if students:
                told.append(f"{what}: {len(students)} ({some(students)}).")
        if self.neutralised:
            told.append(
                "Cells with an apostrophe before them now, so that no spreadsheet runs them:"
                f" {self.neutralised}."
            )
        return told


@dataclass(frozen=True)
class _Grade:
    student: str
    points: Decimal | None
    maximum: Decimal | None
    note: str


def export(
    grades: Path,
    lms: LMS,
    template: Path,
    out: Path | None = None,
    column: str | None = None,
    id_column: str | None = None,
) -> Exported:
    r"""Fill the file that an LMS exported with grades, ready to be uploaded there.

    Students are matched by id, never by name. No column or row is added and no other cell
    changed, except that text which a spreadsheet would run as a formula (``= + - @``) gets an
    apostrophe, ids among it. Where the template's maximum differs, points are scaled to it. A
    student without a grade keeps the cell; an empty feedback cell of Moodle gets the note.

    Parameters
    ----------
    grades
        The file of ``loyaltylab practice grade``.
    lms
        ``"canvas"`` (gradebook) or ``"moodle"`` (offline grading worksheet).
    template
        What the LMS exported.
    out
        The new file; by default ``<template>-filled.csv`` beside the template.
    column
        The column of the grade, where it cannot be told.
    id_column
        The column that holds the ids of the grades, where it cannot be told.

    Raises
    ------
    InputError
        If a file cannot be read, a column cannot be told, an id is there twice, or something lies
        at ``out`` that is not, or no longer, what this function wrote.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ours, theirs = Path(folder, "grades.csv"), Path(folder, "worksheet.csv")
    ...     _ = ours.write_text("student,exercise,points,maximum,status\ns1,e,3,4,graded\n")
    ...     _ = theirs.write_text("Username,Grade,Maximum Grade\nS1,,100\n")
    ...     export(ours, "moodle", theirs).out.read_text()
    'Username,Grade,Maximum Grade\nS1,75,100\n'
    """
    if lms not in columns.IDS:
        raise InputError(f"lms must be 'canvas' or 'moodle', not {shown(lms)}.")
    exercise, ours = _grades(sheets.read(grades))
    sheet = sheets.read(template)
    at, where = columns.match(sheet, lms, set(ours), id_column)
    find = columns.canvas if lms == "canvas" else columns.moodle
    target = find(sheet, exercise, column)
    columns.refuse_risky(sheet, at, target)
    titles = sheet.header[target], sheet.header[at]
    did = _fill(sheet, lms, target, where, ours)
    place = template.with_name(f"{template.stem}-filled.csv") if out is None else out.expanduser()
    neutralised = sheets.neutralise(sheet)
    sheets.save(sheet, place, keep=(grades, template))
    return Exported(
        place,
        did.filled,
        tuple(did.absent),
        tuple(did.ungraded),
        tuple(did.kept),
        did.overwritten,
        neutralised,
        *titles,
        _scale(did.maxima),
    )


def _grades(sheet: Sheet) -> tuple[str, dict[str, _Grade]]:
    """Return the exercise and the grades by compared id; refuse what could grade the wrong one."""
    needed = ("student", "exercise", "points", "maximum", "status")
    places = {name: sheet.find(name) for name in (*needed, "note")}
    lacking = [name for name in needed if places[name] is None]
    if lacking:
        raise InputError(
            f"{sheet.name} lacks {some(lacking)}; give the file that 'loyaltylab practice grade'"
            " wrote."
        )
    found: dict[str, _Grade] = {}
    exercises = set()
    for number, row in enumerate(sheet.rows[1:], start=1):
        if not row:
            continue
        cells = {name: sheet.cell(number, at).strip() for name, at in places.items()}
        one, who = key(cells["student"]), f"{sheet.name}: the student {shown(cells['student'])}"
        if not one or one in found or len(row) != len(sheet.header):
            raise InputError(
                f"{who} of row {number + 1} must have an id of its own and one cell for each"
                " column; grade again, or mend the file."
            )
        points = columns.number(cells["points"])
        graded = cells["status"] == "graded"
        if cells["status"] not in _STATUS or (graded and (points is None or points < 0)):
            raise InputError(
                f"{who} must have a status of {some(_STATUS)} and, if graded, points >= 0, not"
                f" {shown(cells['status'])} and {shown(cells['points'])}; grade again."
            )
        maximum = columns.maximum(cells["maximum"])
        found[one] = _Grade(cells["student"], points if graded else None, maximum, cells["note"])
        exercises.add(cells["exercise"])
    if len(exercises) != 1:
        raise InputError(f"{sheet.name} must hold one exercise, not {some(exercises) or 'none'}.")
    return exercises.pop(), found


@dataclass
class _Filled:
    """What came of each grade while they went into a sheet."""

    filled: int = 0
    overwritten: int = 0
    absent: list[str] = field(default_factory=list)
    ungraded: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    maxima: set[_Pair] = field(default_factory=set)


def _fill(
    sheet: Sheet, lms: LMS, target: int, where: dict[str, int], ours: dict[str, _Grade]
) -> _Filled:
    """Put the grades into the sheet's rows, scaled; leave every cell that may not be changed."""
    did, moodle = _Filled(), lms == "moodle"
    names = (columns.MAXIMUM, columns.OPEN, columns.FEEDBACK)
    top, can, feedback = (sheet.find(name) if moodle else None for name in names)
    possible = None if moodle else columns.possible(sheet)
    for one, grade in ours.items():
        row = where.get(one)
        if row is None or grade.points is None:
            (did.absent if row is None else did.ungraded).append(grade.student)
            continue
        old = sheet.cell(row, target).strip()
        if key(sheet.cell(row, can)) == "no" or key(old) in _NO_GRADE:
            did.kept.append(grade.student)
            continue
        if len(sheet.rows[row]) != len(sheet.header):
            raise InputError(
                f"{sheet.name}: the row of {shown(grade.student)} must have {len(sheet.header)}"
                f" cells, as the header has, not {len(sheet.rows[row])}; export it again."
            )
        if moodle:
            theirs = columns.maximum(sheet.cell(row, top))
        else:
            theirs = None if possible is None else columns.maximum(sheet.cell(possible, target))
        points = grade.points
        pair: _Pair = (None, None)
        if theirs and grade.maximum:
            points, pair = points * theirs / grade.maximum, (grade.maximum, theirs)
        new = columns.written(points)
        did.overwritten += bool(old) and columns.number(old) != Decimal(new)
        sheet.rows[row][target] = new
        if feedback is not None and not sheet.cell(row, feedback).strip():
            note = html.escape(grade.note, quote=False)  # Moodle shows HTML
            sheet.rows[row][feedback] = sheets.split_safe(note)
        did.filled += 1
        did.maxima.add(pair)
    return did


def _scale(maxima: set[_Pair]) -> str:
    """Say whether points were scaled, from which maximum to which."""
    pairs = sorted((a, b) for a, b in maxima if a is not None and b is not None)
    changed = [f"{columns.written(a)} to {columns.written(b)}" for a, b in pairs if a != b]
    told = []
    if changed:
        told.append(f"are scaled from our maximum to the LMS's: {', '.join(changed)}")
    if len(changed) < len(pairs):
        told.append("are as graded where the LMS has our maximum")
    if (None, None) in maxima:
        told.append("are as graded where a maximum is missing")
    return f"Points {' and '.join(told) or 'were not written for anybody'}."
