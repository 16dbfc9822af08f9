"""Files that we write again and again, beside what an instructor may have edited in them."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from contextlib import suppress
from pathlib import Path

from loyaltylab.base import files

MARKER = ".loyaltylab-practice.json"
"""Lies beside what was written and holds its hash, so that an edit is noticed."""


def put(place: Path, data: bytes) -> Path | None:
    """Write a file; what is there and was not, or no longer, written by us is moved aside.

    Returns
    -------
    Path or None
        Where the file that was there now lies; None if nothing had to be moved.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     place = Path(folder) / "grades.csv"
    ...     first = put(place, b"1"), put(place, b"2")
    ...     _ = place.write_bytes(b"edited")
    ...     first, put(place, b"3").name, place.read_bytes()
    ((None, None), 'grades.edited-1.csv', b'3')
    """
    moved = None
    if edited(place, data):
        names = (place.with_stem(f"{place.stem}.edited-{n}") for n in itertools.count(1))
        moved = next(name for name in names if not os.path.lexists(name))
        os.rename(place, moved)
    marker = place.parent / MARKER
    ours = {**written(marker), place.name: _hash(data)}
    files.write(marker, json.dumps(ours, indent=1, sort_keys=True).encode())
    files.write(place, data)
    return moved


def edited(place: Path, data: bytes) -> bool:
    """Tell whether what is there is neither `data` already nor what we last wrote there."""
    known = (_hash(data), written(place.parent / MARKER).get(place.name))
    return os.path.lexists(place) and hash_of(place) not in known


def written(marker: Path) -> dict[str, str]:
    """Return the hash of every file that we wrote beside a marker; none if it is damaged."""
    with suppress(OSError, ValueError, TypeError):
        return {**json.loads(marker.read_bytes())}
    return {}


def hash_of(place: Path) -> str:
    """Return a file's hash; empty for what is no plain file, or cannot be read."""
    with suppress(OSError):  # a student's archive may hold a file that nobody may read
        if place.is_file() and not place.is_symlink():
            with open(place, "rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    return ""


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
