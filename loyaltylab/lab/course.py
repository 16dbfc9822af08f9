"""The course folder: which copy of the lessons runs, laying it out, opening it in JupyterLab."""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from loyaltylab.base import files
from loyaltylab.base.errors import InputError, shown

FOLDERS = ("notebooks", "datasets", "exercises")
MANIFEST = ".loyaltylab-course.json"
WELCOME = "notebooks/00_welcome.ipynb"
_FATES = ("written", "updated", "kept")  # or "beside"


@dataclass(frozen=True)
class Laid:
    """What :func:`lay` did, as relative posix paths; `beside` pairs an edited file with its new."""

    written: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    beside: tuple[tuple[str, str], ...] = ()


@dataclass
class _Record:
    """The manifest: content hashes as laid, about to be laid, and already offered beside."""

    version: str = ""
    laid: dict[str, str] = field(default_factory=dict)
    laying: dict[str, str] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)


def content_hash(path: Path) -> str:
    """Hash what an author or a student wrote: a file's bytes, or a notebook's cell sources.

    Outputs, execution counts, metadata and cell ids do not count, so running a notebook is no
    edit. A notebook that does not parse is hashed by its bytes.
    """
    data = path.read_bytes()
    if path.suffix == ".ipynb":
        with suppress(ValueError, TypeError, KeyError, RecursionError):
            cells = json.loads(data)["cells"]
            data = json.dumps([[c["cell_type"], "".join(c["source"])] for c in cells]).encode()
    return hashlib.sha256(data).hexdigest()


def lay(source: Path, target: Path, version: str) -> Laid:
    """Lay the course out for a student, and never overwrite what the student wrote.

    A missing file is written, one with the new content is left alone, one unedited since it was
    laid is replaced. Any other stays, and a lesson not given before is written beside it, once
    (``09_bucket.new-0.2.0.ipynb``). Lessons dropped from the course stay. After a kill at any
    moment every file is whole, and the next call finishes the job.

    Parameters
    ----------
    source : Path
        The folder that holds ``notebooks``, ``datasets`` and ``exercises`` (``files.root()``).
    target : Path
        The student's folder, made when missing; it may not lie inside `source`.
    version : str
        The course's version, for the names of lessons written beside edited ones.
    """
    try:
        return _lay(Path(source), Path(target), version)
    except OSError as error:
        raise InputError(
            f"{error.filename or target} could not be read or written ({error.strerror or error}); "
            f"check the free space and the permissions there, then run it again: nothing that you "
            f"wrote was overwritten."
        ) from error


def _lay(source: Path, target: Path, version: str) -> Laid:
    course, manifest = _course(source), target / MANIFEST
    _check(source, target, course)
    text = manifest.read_bytes() if manifest.is_file() else b""
    record = _read(text)
    for rel, new in course.items():
        there = _hash_of(target / rel)
        if there in (new, record.laying.get(rel)):  # the latter: by a run that was killed
            record.laid[rel] = there
    fates = {rel: _fate(target, rel, new, record) for rel, new in course.items()}

    patterns = (
        files.PART.format("*"),
        *(f"{name}/**/{files.PART.format('*')}" for name in FOLDERS),
    )
    for part in (part for pattern in patterns for part in target.glob(pattern)):
        part.unlink(missing_ok=True)  # left by a run that was killed
    if text and not record.version:
        files.write(manifest.with_name(f"{MANIFEST}.damaged"), text)
    record.version = version
    record.laying = {rel: course[rel] for rel in course if fates[rel] in ("written", "updated")}
    if record.laying:  # said before it is done: after a kill these files are still known as ours
        files.write(manifest, text := _text(record))
    beside: list[tuple[str, str]] = []
    for rel, new in course.items():
        fates[rel] = _fate(target, rel, new, record)  # again: a student may have just saved
        if fates[rel] in ("written", "updated"):
            files.write(target / rel, (source / rel).read_bytes())
            record.laid[rel] = new
        elif fates[rel] == "beside":
            beside.append((rel, _offer(source, target, rel, new, version)))
            record.offered.setdefault(rel, []).append(new)
    record.laying = {}
    if _text(record) != text:
        files.write(manifest, _text(record))
    did = {fate: tuple(r for r in fates if fates[r] == fate) for fate in _FATES}
    return Laid(**did, beside=tuple(beside))


def _course(source: Path) -> dict[str, str]:
    """Return the content hash of every file of the course, by relative path."""
    found = (path for name in FOLDERS for path in (source / name).rglob("*"))
    names = {path.relative_to(source).as_posix() for path in found if path.is_file()}
    hidden = re.compile(r"(^|/)(\.|__pycache__/)|\.pyc$")
    return {rel: content_hash(source / rel) for rel in sorted(names) if not hidden.search(rel)}


def _check(source: Path, target: Path, course: dict[str, str]) -> None:
    """Refuse, before anything is changed, a place where the course cannot be laid."""
    if not course:
        raise InputError(f"{source} must hold {', '.join(FOLDERS)}; install loyaltylab again.")
    home, else_ = Path(os.path.realpath(source)), "choose another folder for the course"
    for folder in sorted({target / parent for rel in course for parent in Path(rel).parents}):
        real = Path(os.path.realpath(folder))
        if home in (real, *real.parents):
            raise InputError(f"{folder} must lie outside the course's own {source}; {else_}.")
        if os.path.lexists(folder) and not folder.is_dir():
            raise InputError(f"{folder} must be a folder, not a file; move it away or {else_}.")
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            raise InputError(f"{folder} must be writable; change its permissions or {else_}.")
    for path in (target / rel for rel in (MANIFEST, *course)):
        if path.is_dir() and not path.is_symlink():
            raise InputError(f"{path} must be a file, not a folder; rename it or {else_}.")


def _read(text: bytes) -> _Record:
    """Read a manifest; a missing or damaged one is an empty record (without a version)."""
    with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
        was = json.loads(text)
        offered = {rel: list(hashes) for rel, hashes in was["offered"].items()}
        return _Record(str(was["version"]), {**was["laid"]}, {**was["laying"]}, offered)
    return _Record()


def _text(record: _Record) -> bytes:
    return json.dumps(asdict(record), indent=1, sort_keys=True).encode()


def _hash_of(path: Path) -> str:
    """Return a file's content hash; empty for what is missing, a link or no plain file."""
    return content_hash(path) if path.is_file() and not path.is_symlink() else ""


def _fate(target: Path, rel: str, new: str, record: _Record) -> str:
    """Return what is to happen: written, updated, kept, or a new lesson beside the file."""
    there, laid = _hash_of(target / rel), record.laid.get(rel)
    if not os.path.lexists(target / rel):
        return "written"
    if there and there in (new, laid):
        return "kept" if there == new else "updated"
    return "kept" if new in (laid, *record.offered.get(rel, [])) else "beside"


def _offer(source: Path, target: Path, rel: str, new: str, version: str) -> str:
    """Write a new lesson beside an edited file under a free name, and return its path."""
    path, tag = Path(rel), re.sub(r"[^\w.+-]", "-", version)
    counts = itertools.chain([""], (f"-{n}" for n in itertools.count(2)))
    names = (path.with_name(f"{path.stem}.new-{tag}{n}{path.suffix}") for n in counts)
    name = next(n for n in names if not os.path.lexists(target / n) or _hash_of(target / n) == new)
    if not os.path.lexists(target / name):  # else: written by a run that was killed
        files.write(target / name, (source / rel).read_bytes())
    return name.as_posix()


def command(folder: Path, *, browser: bool, port: int | None) -> tuple[list[str], dict[str, str]]:
    """Return the arguments and the environment that open a course folder in JupyterLab."""
    if port is not None and not 0 <= port <= 65535:
        raise InputError(f"port must be between 0 and 65535, not {shown(port)}; try 8888.")
    args = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={Path(folder).absolute()}"]
    args.append(f"--LabApp.default_url=/lab/tree/{WELCOME}")
    args += [] if browser else ["--no-browser"]
    args += [] if port is None else [f"--port={port}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--allow-root")  # Jupyter refuses to serve root otherwise
    return args, {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1"}


def start(folder: Path, *, browser: bool, port: int | None) -> int:
    """Open a course folder in JupyterLab, wait until it ends, and return its exit code.

    Ctrl-C reaches JupyterLab through the terminal; SIGTERM (and SIGINT without a terminal) is
    handed on to it.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise InputError(
            "JupyterLab is not installed in the Python that runs loyaltylab; "
            'install the lab extra: python -m pip install "loyaltylab[lab]".'
        )
    if not Path(folder).is_dir():
        raise InputError(f"{folder} is not a folder; lay the course first or name its folder.")
    args, env = command(folder, browser=browser, port=port)
    children: list[subprocess.Popen[bytes]] = []
    asked: list[int] = []

    def stop(number: int, _frame: object) -> None:
        if number == signal.SIGTERM or not (sys.stdin and sys.stdin.isatty()):
            asked.append(number)
            for child in children:
                child.terminate()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        children.append(subprocess.Popen(args, cwd=folder, env=env))
        if asked:  # to end, while JupyterLab was being started
            children[0].terminate()
        while (code := children[0].poll()) is None:
            time.sleep(0.2)  # not wait(): a signal just before it would be handled only after it
        return code if code >= 0 else 128 - code
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
