"""Whose notebook is it? The roster and the file's name tell, never the notebook."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.lab.practice.issue import Person

_NAME = r"(?<![a-z0-9]){}(?![a-z0-9])"


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
        text = part.casefold().replace(exercise, " ")
        found = {s: re.search(_NAME.format(re.escape(s)), text) for s in students}
        spans = {s: hit.span() for s, hit in found.items() if hit}
        longest = [
            s
            for s, (a, b) in spans.items()
            if not any(c <= a and b <= d and (a, b) != (c, d) for c, d in spans.values())
        ]
        if longest:
            return longest
    return []


def collect(
    place: Path, exercise: str, roster: list[Person]
) -> tuple[dict[str, list[Path]], list[str]]:
    """Return the notebooks of each student, and sentences on those that are nobody's."""
    if not place.is_dir():
        raise InputError(f"{place} is not a folder; name the folder of submissions.")
    students = [person.student for person in roster]
    found: dict[str, list[Path]] = {}
    strangers = []
    for path in sorted(place.rglob("*.ipynb")):
        name = path.relative_to(place).as_posix()
        if ".ipynb_checkpoints" in path.parts:
            continue
        who = belongs(name, exercise, students)
        if len(who) == 1:
            found.setdefault(who[0], []).append(path)
        else:
            why = f"fits several students ({some(who)})" if who else "names nobody of the roster"
            strangers.append(f"{shown(name)} {why}; rename it to {exercise}_<id>.ipynb.")
    if not found and not strangers:
        raise InputError(f"{place} holds no notebook (*.ipynb); name the folder of submissions.")
    return found, strangers
