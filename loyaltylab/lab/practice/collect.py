"""Whose notebook is it? The roster and the file's name tell, never the notebook."""

from __future__ import annotations

import os
import re
import string
from collections.abc import Iterable, Mapping
from pathlib import Path

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.lab.practice.issue import Person

_NAME = r"(?<![^\W_]){}(?![^\W_])"
_COPIES = (".ipynb_checkpoints", "__MACOSX")
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
"""Of ASCII alone: folding case would take a long s or a Kelvin sign for a letter of an id."""


def belongs(path: str, exercise: str, students: Iterable[str]) -> list[str]:
    """Return the students whose id stands in a file's name, or else in that of a folder above.

    The notebook itself is not asked. An id that is part of a longer one that fits too is not
    meant.

    Examples
    --------
    >>> belongs("berg_123_99_04_curve_s12.ipynb", "04_curve", ["s12", "s1"])
    ['s12']
    >>> belongs("s1/homework.ipynb", "04_curve", ["s12", "s1"])
    ['s1']
    """
    students = list(students)
    for part in reversed(Path(path).with_suffix("").parts):
        if found := _named(part.translate(_SMALL).replace(exercise, " "), students):
            return found
    return []


def _named(text: str, students: list[str]) -> list[str]:
    inside = [s for s in students if s in text]  # a pattern for everybody would take minutes
    hits = {s: re.search(_NAME.format(re.escape(s)), text) for s in inside}
    spans = {s: hit.span() for s, hit in hits.items() if hit}
    return [
        s
        for s, (a, b) in spans.items()
        if not any(c <= a and b <= d and (a, b) != (c, d) for c, d in spans.values())
    ]


def _files(place: Path, closed: list[str]) -> list[Path]:
    """Return all files, following no link, and note what cannot be listed."""

    def note(error: OSError) -> None:
        name = os.path.relpath(error.filename, place)
        closed.append(f"{shown(name)} cannot be looked into: {error.strerror}.")

    found = []
    for folder, inside, names in os.walk(place, onerror=note):
        inside[:] = [name for name in inside if name not in _COPIES]
        books = [name for name in inside if _is_notebook(name)]  # a folder of that name is told
        found += [Path(folder, name) for name in (*books, *names) if not name.startswith("._")]
    return sorted(found)


def _is_notebook(name: str) -> bool:
    return name.casefold().endswith(".ipynb")


def collect(
    place: Path, exercise: str, roster: list[Person]
) -> tuple[dict[str, list[Path]], list[str], dict[str, list[Path]]]:
    """Return each student's notebooks, sentences on those of nobody, and each one's other files."""
    if not place.is_dir():
        raise InputError(f"{place} is not a folder; name the folder of submissions.")
    students = [person.student for person in roster]
    found: dict[str, list[Path]] = {}
    others: dict[str, list[Path]] = {}
    strangers: list[str] = []
    for path in _files(place, strangers):
        name = path.relative_to(place).as_posix()
        who = belongs(name, exercise, students)
        if not _is_notebook(path.name):
            for student in who:
                others.setdefault(student, []).append(path)
        elif len(who) == 1:
            found.setdefault(who[0], []).append(path)
        else:
            why = f"fits several students ({some(who)})" if who else "names nobody of the roster"
            strangers.append(f"{shown(name)} {why}; move it to {exercise}_<id>.ipynb.")
    for student, path in [(who, path) for who, paths in found.items() for path in paths]:
        name = path.relative_to(place).as_posix()
        above = belongs(f"{path.parent.relative_to(place)}/-.ipynb", exercise, students)
        # the learning platform names folders, students name files
        if absent := [who for who in above if who != student and who not in found]:
            found[student].remove(path)
            strangers.append(
                f"{shown(name)} names {student}, but its folder {some(absent)}, of whom there is "
                f"nothing else; move it to {exercise}_<id>.ipynb."
            )
    if not found and not strangers:
        raise InputError(
            f"{place} holds no notebook (*.ipynb); name the folder of submissions, and unpack what "
            f"your LMS packed."
        )
    return found, strangers, others


def refuse_among(submissions: Path, ours: Mapping[str, Path | None]) -> None:
    """Refuse what is ours, and read or run as such, where a student may have put files.

    Raises
    ------
    InputError
        If one of the places lies in the folder of submissions.
    """
    for name, place in ours.items():
        if place is not None and place.resolve().is_relative_to(submissions.resolve()):
            raise InputError(
                f"{name} {place} lies in the folder of submissions, where students may have put "
                f"files of the names that we use; name a place outside of it."
            )
