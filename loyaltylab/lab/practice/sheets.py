"""A CSV file of somebody else's: read cell by cell, changed in few, written back as it was."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.lab.practice import own

_ENCODINGS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    b"": "utf-8",
}
_AFTER = re.compile(r";(?=[\s\u200b\ufeff]*[=+@\uff1d\uff0b\uff0d\uff20-])")
_PLAIN = re.compile(r"[+-]?[0-9]*[.,]?[0-9]+")


@dataclass(frozen=True)
class Sheet:
    """Rows of text, and all that is needed to write them as they were: see :func:`read`."""

    path: Path
    rows: list[list[str]]
    ends: list[str]
    delimiter: str
    mark: bytes

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return self.rows[0]

    @property
    def name(self) -> str:
        """The file's name for a sentence."""
        return shown(self.path.name)

    def cell(self, row: int, column: int | None) -> str:
        """Return a cell; empty where the row is shorter or there is no such column."""
        if column is None or column >= len(self.rows[row]):
            return ""
        return self.rows[row][column]

    def find(self, name: str) -> int | None:
        """Return the number of a column, none if it is missing.

        Raises
        ------
        InputError
            If there are several of this name.
        """
        found = [i for i, title in enumerate(self.header) if key(title) == key(name)]
        if len(found) > 1:
            raise InputError(
                f"{self.name} has {len(found)} columns {shown(name)}; rename one of them where"
                " it was made, and export again."
            )
        return found[0] if found else None

    def named(self, name: str, option: str, among: Iterable[int]) -> int:
        """Return the number of the column that an option names.

        Raises
        ------
        InputError
            If it is none of ``among``, or there are several of this name.
        """
        found, titles = self.find(name), {i: self.header[i] for i in among}
        if found is None or found not in titles:
            raise InputError(
                f"{option} must be one of {some(titles.values())} of {self.name}, not"
                f" {shown(name)}{nearest(name, titles.values())}."
            )
        return found


def key(text: str) -> str:
    """Return an id or a title as it is compared: no case, no blanks around, no apostrophe.

    Examples
    --------
    >>> key(" S00123 "), key("'@ann")
    ('s00123', '@ann')
    """
    return text.strip().removeprefix("'").casefold()


def read(path: Path) -> Sheet:
    """Read a CSV file (UTF-8 or, by its byte-order mark, UTF-16) as text, cell by cell.

    Raises
    ------
    InputError
        If there is no such file, or it is not a table with a header in such an encoding.
    """
    name = shown(path.name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{str(path)!r} cannot be read ({error.strerror or error}); name a CSV file."
        ) from None
    mark = next(mark for mark in _ENCODINGS if data.startswith(mark))
    try:
        text = data[len(mark) :].decode(_ENCODINGS[mark])
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise InputError(
            f"{name} is not UTF-8 text (or UTF-16 with its mark); export it from the LMS again"
            " and do not save it with a spreadsheet in between."
        )
    lines = list(io.StringIO(text, newline=""))
    delimiter = max(",;\t", key=lambda sign: _width(lines, sign))
    if _width(lines, delimiter) < 2:
        raise InputError(f"{name} must begin with a header of columns parted by , ; or tab.")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows, ends = [], []
    try:
        for row in reader:
            last = lines[reader.line_num - 1]
            rows.append(row)
            ends.append(last[len(last.rstrip("\r\n")) :])
    except csv.Error as error:
        raise InputError(
            f"{name} is no sound CSV file at line {reader.line_num} ({error}); export it again."
        ) from None
    return Sheet(path, rows, ends, delimiter, mark)


def _width(lines: list[str], delimiter: str) -> int:
    try:
        return len(next(csv.reader(lines, delimiter=delimiter, strict=True), []))
    except csv.Error:
        return 0


def runs(texts: list[str]) -> list[bool]:
    """Tell for each text whether a spreadsheet would take it for a formula; numbers it does not.

    Examples
    --------
    >>> runs(["=1+1", " @x", "-5", "-", "a=b"])
    [True, True, False, True, False]
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    from loyaltylab.database.export import RUNS

    found = pc.match_substring_regex(pa.array(texts, pa.large_string()), RUNS).to_pylist()
    plain = (_PLAIN.fullmatch(text.strip(" ")) for text in texts)
    return [risky and not number for risky, number in zip(found, plain, strict=True)]


def safe(texts: list[str]) -> list[str]:
    """Return cells, those that would run with an apostrophe before them.

    Examples
    --------
    >>> safe(["=1+1", "-5", "a;=1+1"])
    ["'=1+1", '-5', "a;'=1+1"]
    """
    risky = zip(texts, runs(texts), strict=True)
    return [split_safe(f"'{text}" if risk else text) for text, risk in risky]


def split_safe(text: str) -> str:
    """Put an apostrophe where a cell begins for a spreadsheet to which a semicolon parts cells."""
    return _AFTER.sub(";'", text)


def neutralise(sheet: Sheet) -> int:
    """Put an apostrophe before every cell that would run; return how many there were."""
    risky = iter(runs([text for row in sheet.rows for text in row]))
    count = 0
    for row in sheet.rows:
        for column, text in enumerate(row):
            if next(risky):
                row[column] = f"'{text}"
                count += 1
    return count


def save(sheet: Sheet, place: Path, keep: Iterable[Path]) -> None:
    """Write a sheet with the encoding, delimiter and line ends with which it was read.

    Raises
    ------
    InputError
        If ``place`` is one of the files to ``keep``, holds anything that is not, or no longer,
        what this function wrote there, or cannot be written.
    """
    data = sheet.mark + _text(sheet).encode(_ENCODINGS[sheet.mark])
    try:
        if os.path.lexists(place):
            foreign = place.is_symlink() or not place.is_file()
            if foreign or any(place.samefile(path) for path in keep):
                raise _kept(place, "is not a file that may be replaced")
            if own.edited(place, data):
                raise _kept(place, "is not, or no longer, a file as loyaltylab wrote it")
        own.put(place, data)
    except OSError as error:
        raise InputError(
            f"{error.filename or place} could not be written ({error.strerror or error}); check"
            " the free space and the permissions there, or name another file with --out."
        ) from error


def _kept(place: Path, what: str) -> InputError:
    return InputError(
        f"{str(place)!r} {what}, so it is left as it is; name another file with --out."
    )


def _text(sheet: Sheet) -> str:
    made = io.StringIO(newline="")
    # "\r\n", whatever the file has: only so does Python 3.11 quote both signs inside a cell
    writer = csv.writer(made, delimiter=sheet.delimiter, lineterminator="\r\n")
    parts = []
    for row, end in zip(sheet.rows, sheet.ends, strict=True):
        writer.writerow(row)
        parts.append(made.getvalue().removesuffix("\r\n") + end)
        made.seek(0)
        made.truncate()
    return "".join(parts)
