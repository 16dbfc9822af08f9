"""The command that shuts the runner in: bubblewrap, with nothing in it but Python and the data."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from loyaltylab.base import files
from loyaltylab.base.errors import InputError
from loyaltylab.lab.practice import syscalls

BOX = "/box"
"""The only folder that can be written to; it is in memory and has a size."""
JOB, RESULT, PROGRESS = f"{BOX}-job", f"{BOX}-result", f"{BOX}-progress"
_SHM = 16 * 2**20
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_ETC = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts")
_USERS = (1_879_048_192, 2**28)  # numbers that no system gives to anybody
_PACKAGE = Path(files.__file__).resolve().parent.parent
_BOOT = (
    "import sys; sys.path.append(sys.argv[1])\n"
    "from loyaltylab.lab.practice.inside import main\n"
    "main()"
)
_TRIAL_SECONDS = 30


def environment(home: str, data: str) -> dict[str, str]:
    """Return all that the runner finds in its environment."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": home,
        "TMPDIR": home,
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "IPYTHONDIR": f"{home}/.ipython",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LOYALTYLAB_PRACTICE_DATA": data,
    }


def runner(*paths: str) -> list[str]:
    """Return the command of the runner, whose arguments are job, result and progress file."""
    return [sys.executable, "-I", "-B", "-c", _BOOT, str(_PACKAGE.parent), *paths]


def user() -> int | None:
    """Return a user number for one run, where the grader is root and can give one.

    As root itself a run would have no limit of processes; with a number of its own it neither
    meets another run nor counts the processes of one.
    """
    return _USERS[0] + secrets.randbelow(_USERS[1]) if os.geteuid() == 0 else None


def shut_in(
    command: list[str],
    binds: Mapping[str, tuple[Path, bool]],
    size: int,
    uid: int | None,
    fds: tuple[int, int],
) -> list[str]:
    """Return the command that runs `command` in the sandbox.

    Parameters
    ----------
    command
        What to run.
    binds
        Files in the sandbox: what lies there, and whether it may be written to.
    size
        Bytes that fit into the writable folder.
    uid
        A user number for the run when the grader is root, else None.
    fds
        Open files: the system call filter, and where bwrap notes its process.
    """
    bwrap = [str(shutil.which("bwrap")), "--unshare-ipc", "--unshare-pid", "--unshare-net"]
    bwrap += ["--unshare-uts", "--unshare-cgroup-try", "--hostname", "box"]
    bwrap += ["--die-with-parent", "--new-session"]
    bwrap += ["--seccomp", str(fds[0]), "--json-status-fd", str(fds[1])]
    if uid is None:
        bwrap += ["--unshare-user", *(["--disable-userns"] if _can_disable() else [])]
    else:
        bwrap += ["--cap-drop", "ALL"]
        for capability in ("SETUID", "SETGID", "SETPCAP"):
            bwrap += ["--cap-add", f"CAP_{capability}"]
        who = ["setpriv", "--reuid", str(uid), "--regid", str(uid), "--clear-groups"]
        command = [*who, "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", *command]
    bwrap += _folders()
    bwrap += ["--proc", "/proc", "--dev", "/dev"]
    bwrap += ["--perms", "0777", "--size", str(_SHM), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
    bwrap += ["--perms", "0777", "--size", str(size), "--tmpfs", BOX, "--chdir", BOX]
    for place, (path, writable) in binds.items():
        bwrap += ["--bind" if writable else "--ro-bind", str(path), place]
    return [*bwrap, "--remount-ro", "/", "--", *command]


def _folders() -> list[str]:
    """Bind the system, this Python and the package; never a folder with anybody's work."""
    arguments: list[str] = []
    for name in _SYSTEM:
        if os.path.islink(name):
            arguments += ["--symlink", os.readlink(name), name]
        else:
            arguments += ["--ro-bind-try", name, name]
    made: set[Path] = set()
    shown = [*map(Path, _ETC), *_needed()]
    for path in shown:
        for parent in reversed(path.parents[:-1]):
            if parent not in made and not _within(parent, shown):
                # a parent that bwrap makes by itself can be entered by its owner only
                arguments += ["--perms", "0755", "--dir", str(parent)]
                made.add(parent)
        arguments += ["--ro-bind-try", str(path), str(path)]
    exercises = files.root() / "exercises"
    if _within(exercises, shown) and exercises.is_dir():  # a wheel carries them
        arguments += ["--tmpfs", str(exercises), "--remount-ro", str(exercises)]
    return arguments


def refuse_shown(places: Mapping[str, Path | None]) -> None:
    """Refuse what is private where every run could read it.

    Raises
    ------
    InputError
        If one of the places lies in a folder that is bound: the system's, Python's, the package's.
    """
    folders = [p.resolve() for p in (*map(Path, (*_SYSTEM, *_ETC)), *_needed())]
    for name, place in places.items():
        around = [f for f in folders if place is not None and _within(place.resolve(), [f])]
        if around:
            raise InputError(
                f"{name} {place} lies in {around[0]}, which every submission can read; move it "
                f"elsewhere, or see --unsafe-no-sandbox."
            )


def _needed() -> list[Path]:
    """Return the folders of this Python and of the package, outermost only."""
    python = Path(sys.executable).resolve().parent.parent
    course = [_PACKAGE, files.root() / "datasets"]
    given = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix), python, *course]
    every = {p.absolute() for p in given} | {p.resolve() for p in given}
    found: list[Path] = [Path("/usr")]
    for path in sorted(every, key=lambda p: len(p.parts)):
        if len(path.parts) > 1 and not _within(path, found):
            found.append(path)
    return found[1:]


def _within(path: Path, folders: Iterable[Path]) -> bool:
    return any(path == folder or folder in path.parents for folder in folders)


@cache
def _can_disable() -> bool:
    shown = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False)
    return "--disable-userns" in shown.stdout


@cache
def available() -> str:
    """Return an empty text where notebooks can be shut in, else the reason why not."""
    if sys.platform != "linux":
        return "bubblewrap runs on Linux only"
    for tool in ("bwrap", "setpriv"):
        if shutil.which(tool) is None:
            package = {"bwrap": "bubblewrap", "setpriv": "util-linux"}[tool]
            return f"the program {tool} is missing; install the package {package}"
    if not syscalls.known():
        return "there is a filter of system calls for x86_64 and aarch64 only"
    command = [sys.executable, "-I", "-B", "-c", "import json"]
    with open(os.devnull, "wb") as nowhere, filter_file() as filtered:
        fds = (filtered, nowhere.fileno())
        try:
            tried = subprocess.run(
                shut_in(command, {}, _SHM, user(), fds),
                pass_fds=fds,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TRIAL_SECONDS,
                env=environment(BOX, ""),
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"bwrap does not run here: {error}"
    said = tried.stderr.decode("utf-8", "replace").strip().splitlines()
    return f"bwrap does not run here: {' '.join(said[-1:])[:300]}" if tried.returncode else ""


@contextmanager
def filter_file() -> Iterator[int]:
    """Open the filter of system calls for bwrap to read."""
    read, write = os.pipe()
    try:
        os.write(write, syscalls.program())
        os.close(write)
        yield read
    finally:
        os.close(read)
