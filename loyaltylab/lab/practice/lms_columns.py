"""Which column of an LMS's file holds the ids, which the grade, and where the maximum is."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.lab.practice.sheets import Sheet, key, runs

IDS = {
    "canvas": ("SIS User ID", "SIS Login ID", "ID", "Integration ID"),
    "moodle": ("ID number", "Email address", "Username", "Identifier"),
}
_NAMES = {"student", "lastname", "firstname", "full name", "first name", "last name", "surname"}
_POSSIBLE, MAXIMUM, OPEN = "Points Possible", "Maximum Grade", "Grade can be changed"
FEEDBACK = "Feedback comments"
_MODIFIED = ("Last modified (submission)", "Last modified (grade)")
_OTHERS = {key(n) for n in (*IDS["moodle"], "Status", MAXIMUM, OPEN, *_MODIFIED, FEEDBACK)} | _NAMES
_ASSIGNMENT = re.compile(r"\([0-9]+\)\s*\Z")
_TOTAL = re.compile(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
_NUMBER = re.compile(r"[+-]?([0-9]{1,7}([.,][0-9]*)?|[.,][0-9]+)([eE]-[0-9]{1,2})?")


def number(text: str) -> Decimal | None:
    """Read a number with a dot or, as some LMS write it, a comma; none if it is not one."""
    text = text.strip()
    return Decimal(text.replace(",", ".")) + 0 if _NUMBER.fullmatch(text) else None


def maximum(text: str) -> Decimal | None:
    """Read a maximum; one of 0 says nothing, and scaled to it all grades would be zeros."""
    value = number(text)
    return value if value is not None and value >= Decimal("0.01") else None


def written(value: Decimal) -> str:
    """Write a number with a dot and at most two decimals, whatever the locale.

    Examples
    --------
    >>> written(Decimal("7.50")), written(Decimal(10)), written(Decimal("0.125"))
    ('7.5', '10', '0.13')
    """
    text = f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".")


def match(
    sheet: Sheet, lms: str, ours: set[str], id_column: str | None
) -> tuple[int, dict[str, int]]:
    """Return the column of the ids and the row of each id; refuse where it is not certain."""
    if id_column is None:
        candidates = [i for i in map(sheet.find, IDS[lms]) if i is not None]
    else:
        allowed = [i for i, title in enumerate(sheet.header) if key(title) not in _NAMES]
        candidates = [sheet.named(id_column, "--id-column", allowed)]
    rows: dict[int, dict[str, list[int]]] = {i: {} for i in candidates}
    for i in candidates:
        for row in range(1, len(sheet.rows)):
            if (one := key(sheet.cell(row, i))) in ours:
                rows[i].setdefault(one, []).append(row)
    best = max(candidates, key=lambda i: len(rows[i]), default=None)
    if best is None or not rows[best]:
        tried = f"in {some(sheet.header[i] for i in candidates)}" if candidates else "by itself"
        raise InputError(
            f"No student of the grades is found in {sheet.name} {tried}; name the column that"
            f" holds the ids with --id-column, one of {some(sheet.header)}."
        )
    for i in candidates:
        tie = len(rows[i]) == len(rows[best]) and rows[i] != rows[best]
        if tie or any(rows[best].get(one, at) != at for one, at in rows[i].items()):
            raise InputError(
                f"The columns {some((sheet.header[best], sheet.header[i]))} of {sheet.name} match"
                " different students with the same grades; name the right one with --id-column."
            )
    twice = [one for one, at in rows[best].items() if len(at) > 1]
    if twice:
        raise InputError(
            f"{sheet.name} holds {some(twice)} more than once in {shown(sheet.header[best])};"
            " export it again, or name a column of unique ids with --id-column."
        )
    return best, {one: at[0] for one, at in rows[best].items()}


def possible(sheet: Sheet) -> int | None:
    """Return Canvas's row of maxima: a student who chose that name has an id."""
    ids = [sheet.find(name) for name in IDS["canvas"]]
    for row in range(1, len(sheet.rows)):
        blank = not any(sheet.cell(row, i).strip() for i in ids)
        if blank and key(sheet.cell(row, 0)) == key(_POSSIBLE):
            return row
    return None


def canvas(sheet: Sheet, exercise: str, column: str | None) -> int:
    """Return the column of the assignment: as named, by the exercise's id, or the only one."""
    row = possible(sheet)
    titles = {i: t for i, t in enumerate(sheet.header) if _ASSIGNMENT.search(t)}
    for i, title in list(titles.items()):
        points = "" if row is None else sheet.cell(row, i).strip()
        if _TOTAL.search(title) or (points and number(points) is None):  # "(read only)"
            del titles[i]
    if column is not None:
        return sheet.named(column, "--column", titles)
    holding = [i for i, title in titles.items() if _words(exercise) in _words(title)]
    chosen = holding if len(holding) == 1 else list(titles)
    if len(chosen) != 1:
        raise InputError(
            f"The assignment of {shown(exercise)} cannot be told in {sheet.name}; name its column"
            f" with --column, one of {some(titles.values()) or 'none: it has no assignment'}."
        )
    return chosen[0]


def _words(text: str) -> str:
    return f" {re.sub(r'[^0-9a-z]+', ' ', text.casefold()).strip()} "


def moodle(sheet: Sheet, exercise: str, column: str | None) -> int:
    """Return the column of the grade: as named, or ``Grade``, for a worksheet has one exercise."""
    allowed = [i for i, title in enumerate(sheet.header) if key(title) not in _OTHERS]
    if column is None and sheet.find("Grade") is None:
        raise InputError(
            f"{sheet.name} has no column 'Grade'; name the column of the grade of"
            f" {shown(exercise)} with --column, one of {some(sheet.header[i] for i in allowed)}."
        )
    return sheet.named(column or "Grade", "--column", allowed)


def refuse_risky(sheet: Sheet, ids: int, grade: int) -> None:
    """Refuse one column for both, and a title that may neither stay nor be changed."""
    if ids == grade:
        raise InputError(
            f"--column and --id-column must differ, both are {shown(sheet.header[ids])}."
        )
    for title, risky in zip(sheet.header, runs(sheet.header), strict=True):
        if risky and not _ASSIGNMENT.search(title):  # which Canvas knows by that number
            raise InputError(
                f"{sheet.name} has a column {shown(title)}, which a spreadsheet would run, and"
                " which the LMS would not know by another name; rename it there and export again."
            )
