"""Where the course lies, and how a file is written: whole, or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

PART = ".loyaltylab-{}.part"
"""What a file is called while it is being written."""

_PACKAGE = Path(__file__).resolve().parent.parent


def is_editable() -> bool:
    """Tell whether the imported code is a checkout, whose lessons are opened in place.

    Examples
    --------
    >>> is_editable() == (root() == _PACKAGE.parent)
    True
    """
    return not (_PACKAGE / "_course").is_dir()


def root() -> Path:
    """Return the course that the imported code carries: its wheel's, or the checkout's own.

    Examples
    --------
    >>> (root() / "datasets" / "claims.csv").is_file()
    True
    """
    return _PACKAGE.parent if is_editable() else _PACKAGE / "_course"


def write(path: Path, data: bytes) -> None:
    """Write a whole file or nothing: what is half written has another name.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Path(folder) / "new" / "a.txt", b"whole")
    ...     (Path(folder) / "new" / "a.txt").read_text()
    'whole'
    """
    part = path.with_name(PART.format(secrets.token_hex(8)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        error.filename = str(path)  # the name that the reader knows
        raise
    finally:
        with suppress(OSError):
            part.unlink()
