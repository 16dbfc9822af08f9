"""Notebooks that attack the grader: each gets what it deserves, and nothing of it is left."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import need

from loyaltylab.base import files
from loyaltylab.lab.practice import sandbox, submission
from loyaltylab.lab.practice.sandbox import Limits, Run

pytestmark = pytest.mark.slow

SECRET = 8231.6047
EXPECTED = {"good": 42.0, "after": 7.0, "hard": SECRET}
"""What a grader knows; `hard` is never computed by anybody here."""
PROBES = [{"id": f"q.{name}", "name": name, "call": None} for name in (*EXPECTED, "seen")]
LIMITS = Limits(
    cell_seconds=3,
    call_seconds=3,
    total_seconds=60,
    cpu_seconds=30,
    memory=2**30,
    memory_together=3 * 2**29,
    file_bytes=8 * 2**20,
    folder_bytes=32 * 2**20,
    folder_files=5_000,
    files=128,
    processes=24,
    result_bytes=2**20,
)


@pytest.fixture(autouse=True)
def _bwrap() -> None:
    need(not sandbox.available(), sandbox.available())


class World:
    """A grader's disk, with all that must neither be read nor changed."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.token = f"d{secrets.token_hex(8)}"
        for name in (
            "home/.ssh/id_canary",
            "submissions/other.ipynb",
            "exercises/canary/solution.py",
        ):
            (place / name).parent.mkdir(parents=True)
            (place / name).write_text(f"SECRET = {SECRET}")
        for name in ("canary_roster.csv", "canary.key", f"{self.token}.zip"):
            (place / name).write_text("canary")
        self.data = place / f"{self.token}.zip"
        self.temporary = place / "temporary"
        self.temporary.mkdir()
        self.before = self.hashes()

    def hashes(self) -> dict[str, str]:
        return {
            str(p.relative_to(self.place)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(self.place.rglob("*"))
            if p.is_file() and not p.is_symlink()
        }

    def processes(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            try:
                said = [*process.cmdline(), *process.environ().values()]
            except psutil.Error:
                continue
            if any(self.token in text for text in said):
                found.append(process)
        return found

    def unharmed(self) -> None:
        assert self.hashes() == self.before
        assert self.processes() == []
        assert list(self.temporary.iterdir()) == []

    def run(self, *cells: str, limits: Limits = LIMITS) -> Run:
        made = [{"cell_type": "code", "source": textwrap.dedent(cell)} for cell in cells]
        path = self.place / f"{secrets.token_hex(4)}.ipynb"
        path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4}))
        try:
            read = submission.read(path)
        finally:
            path.unlink()
        return sandbox.run(read.cells, PROBES, self.data, limits)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(made.temporary))
    monkeypatch.setenv("LOYALTYLAB_SECRET_KEY", str(SECRET))
    yield made
    made.unharmed()


def points(run: Run) -> set[str]:
    """Return the names whose answer is what the grader expects."""
    right = set()
    for name, value in EXPECTED.items():
        answer = run.answers.get(f"q.{name}")
        if isinstance(answer, dict) and answer.get("v") == value and answer["t"] == "number":
            right.add(name)
    return right


def seen(run: Run) -> Any:
    """Return what the attacker noted, as plain values."""

    def plain(coded: Any) -> Any:
        return [plain(v) for v in coded["v"]] if coded["t"] == "list" else coded["v"]

    return plain(run.answers["q.seen"])


@dataclass(frozen=True)
class Attack:
    """One cell between two honest ones."""

    cell: str
    status: tuple[str, ...] = ("ok",)
    seen: Any = None
    says: str = ""
    limits: dict[str, Any] = field(default_factory=dict)


FORGE = """
    import json, os
    def end(text):
        open("/box-result", "w").write(text)
        open("/box-progress", "w").write("done".ljust(31) + "\\n")
        os._exit(0)
"""
LIBC = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"

FORKS = """
import os, time
made = 0
try:
    while made < 400:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        made += 1
except OSError: pass
seen = made < 200
"""

SURVIVED = {
    "endless loop": Attack("while True: pass", ("timeout",), says="longer than 3 seconds"),
    "alarm ignored": Attack(
        "import signal; signal.signal(14, signal.SIG_IGN)\nwhile True: pass", ("timeout",)
    ),
    "alarm replaced": Attack(
        "import signal; signal.signal(14, lambda *a: None)\nwhile True: pass", ("timeout",)
    ),
    "timer stopped": Attack("import signal; signal.alarm(0)\nwhile True: pass", ("timeout",)),
    "alarm swallowed": Attack(
        """
        while True:
            try:
                while True: pass
            except BaseException: pass
        """,
        ("timeout",),
    ),
    "one long call": Attack("sum(range(10**13))", ("timeout",)),
    "stops itself": Attack("import os; os.kill(os.getpid(), 19)", ("timeout",)),
    "prints 100 MB": Attack("for _ in range(1000): print('x' * 100_000)"),
    "displays 100 MB": Attack("display('x' * 100_000_000)\n'y' * 100_000_000"),
    "_exit": Attack("import os; os._exit(0)", ("left out",), says="ended the process"),
    "exit": Attack("import sys; sys.exit(0)", ("error",), says="SystemExit"),
    "exit of IPython": Attack("exit()", ("ok", "error")),
    "kills the parent": Attack("import os; os.kill(os.getppid(), 9)", ("ok", "error")),
    "kills everybody": Attack(
        """
        import os
        assert os.getpid() < 10, "not shut in, so better not tried"
        for _ in range(3):
            os.kill(-1, 9)
        """,
        ("error",),
        says="No such process",
    ),
    "kills its group": Attack("import os; os.killpg(0, 9)", ("left out",)),
    "segmentation fault": Attack("import ctypes; ctypes.string_at(0)", ("left out",)),
    "interrupts": Attack("raise KeyboardInterrupt", ("error",)),
    "fork bomb": Attack("import os\nwhile True: os.fork()", ("error", "timeout")),
    "many processes": Attack(FORKS, seen=True),
    "stubborn fork bomb": Attack(
        """
        import os
        while True:
            try: os.fork()
            except OSError: pass
        """,
        ("timeout", "left out"),
    ),
    "forks and goes on": Attack("import os; os.fork()"),
    "thread bomb": Attack(
        """
        import threading, time
        while True: threading.Thread(target=time.sleep, args=(60,)).start()
        """,
        ("error",),
        says="thread",
    ),
    "40 GB": Attack("x = bytearray(40 * 2**30)", ("error",), says="MemoryError"),
    "memory bit by bit": Attack(
        """
        def grow():
            x = []
            while True: x.append(bytearray(10**7))
        grow()
        """,
        ("error",),
        says="MemoryError",
    ),
    "memory of many": Attack(
        """
        import os, time
        for _ in range(8):
            if os.fork() == 0:
                x = b"x" * (400 * 2**20)
                time.sleep(60)
        time.sleep(60)
        """,
        ("left out",),
        says="memory",
        limits={"cell_seconds": 20},
    ),
    "processor time": Attack(
        "while True: pass", ("left out",), limits={"cell_seconds": 30, "cpu_seconds": 5}
    ),
    "many files": Attack(
        """
        n = 0
        while True:
            open(f"f{n}", "w").close()
            n += 1
        """,
        ("left out",),
        says="more files",
        limits={"cell_seconds": 20},
    ),
    "full folder": Attack(
        """
        for n in range(100):
            open(f"f{n}", "wb").write(b"x" * 4_000_000)
        """,
        ("error",),
        says="No space",
    ),
    "huge file": Attack("open('big', 'wb').truncate(10**12)", ("error",), says="File too large"),
    "full shared memory": Attack(
        """
        for n in range(100):
            open(f"/dev/shm/f{n}", "wb").write(b"x" * 4_000_000)
        """,
        ("error",),
        says="No space",
    ),
    "files in memory": Attack("import os; os.memfd_create('x')", ("error",), says="Permission"),
    "shared segments": Attack(
        LIBC + "seen = [libc.shmget(0, 10**9, 0o1600), libc.msgget(0, 0o1600)]", seen=[-1, -1]
    ),
    "open files": Attack(
        "x = [open('/dev/null') for _ in range(200)]", ("error",), says="Too many"
    ),
    "lifts its limits": Attack(
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))", ("error",)
    ),
    "deletes everything": Attack(
        """
        import os, shutil, loyaltylab
        from pathlib import Path
        assert os.getpid() < 10, "not shut in, so better not tried"
        for place in (".", Path(loyaltylab.__file__).parent, "/"):
            shutil.rmtree(place, ignore_errors=True)
        """,
        limits={"cell_seconds": 60},
    ),
    "closes what is open": Attack("import os; os.closerange(0, 1000)"),
    "shuts its folder": Attack("import os\nos.chdir('/')\nos.chmod('/box', 0)", ("ok", "error")),
    "namespaces": Attack(
        LIBC
        + """
seen = [libc.unshare(0x10000000), libc.unshare(0x20000), libc.setns(3, 0),
        libc.mount(b"none", b"/box", b"tmpfs", 0, None), libc.umount2(b"/box", 2),
        libc.syscall(56, 0x10000011, 0, 0, 0, 0) if os.uname().machine == "x86_64" else -1]
""",
        seen=[-1] * 6,
    ),
    "traces the first process": Attack(
        LIBC + "seen = [libc.ptrace(16, 1, 0, 0), libc.ptrace(16, os.getppid(), 0, 0)]",
        seen=[-1, -1],
    ),
    "reads other memory": Attack(
        LIBC + "seen = libc.process_vm_readv(1, None, 0, None, 0, 0)", seen=-1
    ),
    "setuid programs": Attack(
        """
        import os, shutil, subprocess
        shutil.copy("/usr/bin/id", "id")
        os.chmod("id", 0o4755)
        tried = [["su", "-c", "id -u"], ["./id", "-u"], ["sudo", "-n", "id", "-u"]]
        seen = []
        for command in tried:
            try:
                done = subprocess.run(command, capture_output=True, stdin=-3)
                seen.append(done.stdout.strip() == b"0")
            except OSError:
                seen.append(False)
        try: os.setuid(0); seen.append(True)
        except OSError: seen.append(False)
        """,
        seen=[False] * 4,
    ),
    "result replaced": Attack(
        """
        import os
        seen = []
        for name in ("/box-result", "/box-progress", "/box-job"):
            for deed in (
                lambda: os.remove(name),
                lambda: os.rename(name, "/box/away"),
                lambda: os.link(name, "/box/linked"),
                lambda: os.symlink("/etc/passwd", name),
                lambda: os.mkfifo(name),
                lambda: os.mkdir(name),
                lambda: os.replace("/box/other", name),
            ):
                open("/box/other", "w").close()
                try: deed(); seen.append(name)
                except OSError: pass
        """,
        seen=[],
    ),
    "says goodbye": Attack("import atexit; atexit.register(open, '/box-result', 'w')"),
    "threads outlive": Attack(
        """
        import threading
        def spin():
            while True: pass
        threading.Thread(target=spin).start()
        """
    ),
    "processes outlive": Attack(
        """
        import os, subprocess
        subprocess.Popen(["sleep", "1000"], start_new_session=True)
        if os.fork() == 0:
            os.setsid()
            if os.fork(): os._exit(0)
            while True: pass
        """
    ),
    "patched names": Attack("abs = isinstance = len = float = lambda *a: 0\nopen = None"),
    "patched json": Attack("import json; json.dumps = lambda *a, **k: '[]'; json.loads = None"),
    "patched os": Attack("import os; os.write = os.open = os._exit = os.getpid = None"),
    "evil objects": Attack(
        """
        class Evil:
            __class__ = property(lambda self: float)
            __eq__ = lambda self, other: True
            __float__ = lambda self: 1 / 0
            def __repr__(self): raise SystemExit
        hard = Evil()
        hard
        """
    ),
    "always equal": Attack(
        """
        class Same(float):
            __eq__ = lambda self, other: True
            __hash__ = float.__hash__
        hard = Same(1)
        """
    ),
    "error without text": Attack(
        """
        class Evil(Exception):
            def __str__(self): raise SystemExit
        raise Evil
        """,
        ("error",),
        says="cannot be shown",
    ),
    "error with a long text": Attack("raise ValueError('x' * 10**7)", ("error",), says="line 1"),
    "huge number": Attack("hard = 10**5000"),
    "no number": Attack("hard = float('nan'); after = float('inf')"),
    "deep list": Attack(
        """
        hard = []
        for _ in range(100_000): hard = [hard]
        """
    ),
    "endless list": Attack("hard = []\nhard.append(hard)"),
    "long text": Attack("hard = 'x' * 10**8"),
    "ten million rows": Attack(
        "import pandas as pd; hard = pd.DataFrame({'x': range(10**7)})", limits={"cell_seconds": 20}
    ),
    "endless frame": Attack(
        """
        import pandas as pd
        class Frame(pd.DataFrame):
            @property
            def index(self):
                while True: pass
        hard = Frame({"x": [1]})
        """
    ),
    "answer that hangs": Attack(
        """
        import signal
        class Date:
            def isoformat(self):
                signal.signal(14, signal.SIG_IGN)
                while True: pass
        hard = Date()
        """
    ),
    "answer that kills": Attack(
        """
        import os
        class Date:
            def isoformat(self): os._exit(0)
        hard = Date()
        """
    ),
    "looks for what is expected": Attack(
        f"""
        import gc, json, sys
        frame, texts = sys._getframe(), [open("/box-job").read()]
        while frame:
            texts += map(str, frame.f_locals.values())
            frame = frame.f_back
        texts += [o for o in gc.get_objects() if isinstance(o, str)]
        wanted = "{str(SECRET)[:4]}" + "{str(SECRET)[4:]}"
        cells = [c for c in texts if wanted in c]
        seen = [len(cells), *sorted(json.loads(texts[0]))]
        """,
        seen=[0, "cells", "data", "limits", "probes", "unsafe"],
        limits={"cell_seconds": 20},
    ),
    "looks into the environment": Attack(
        """
        import os
        seen = ["LOYALTYLAB_SECRET_KEY" in os.environ]
        try: seen.append("SECRET_KEY" in open("/proc/1/environ").read())
        except OSError: seen.append(False)
        """,
        seen=[False, False],
    ),
}


@pytest.mark.parametrize("name", SURVIVED)
def test_honest_cells_keep_their_points(world: World, name: str) -> None:
    attack = SURVIVED[name]
    limits = dataclasses.replace(LIMITS, **attack.limits)
    run = world.run("good = 42", attack.cell, "if 'after' not in dir(): after = 7", limits=limits)
    honest = {"good"} if name == "no number" else {"good", "after"}
    assert points(run) == honest, run
    outcome = run.cells[1]
    assert outcome.status in attack.status, run
    assert attack.says in outcome.error, run
    assert len(outcome.error) <= 300
    if attack.seen is not None:
        assert seen(run) == attack.seen, run


LOST = {
    "built-ins deleted": "import builtins\nfor n in ('open', 'len', 'str'): delattr(builtins, n)",
    "built-ins replaced": "import builtins\nbuiltins.isinstance = builtins.len = lambda *a: 1",
    "no imports": "import builtins; builtins.__import__ = None",
    "codec patched": (
        "from loyaltylab.lab.practice import codec\n"
        "codec.answer = codec.encode = lambda *a, **k: {'t': 'number', 'v': 1.0}"
    ),
    "runner patched": (
        "import sys\n"
        "inside = sys.modules['loyaltylab.lab.practice.inside']\n"
        'inside._dumps = lambda *a, **k: \'{"t": "number", "v": 1}\''
    ),
    "answers forged": FORGE + '    end(json.dumps({"cells": [], "answers": {"q.hard": 1.0}}))',
    "points forged": FORGE + '    end(json.dumps({"cells": [], "answers": {}, "points": 100}))',
    "deep result": FORGE + "    end('[' * 1_000_000)",
    "huge result": FORGE + "    end('x' * 8_000_000)",
    "number without end": FORGE
    + '    end(\'{"cells": [], "answers": {"q.hard": \' + "9" * 5000 + "}}")',
    "result of NaN": FORGE + '    end(\'{"cells": [], "answers": {"q.hard": NaN}}\')',
    "result twice": FORGE + '    end(\'{"cells": [], "cells": [], "answers": {}}\')',
    "binary result": FORGE + "    end(chr(0) * 100)",
    "no result": FORGE + "    end('')",
    "progress garbled": """
        import os
        open("/box-progress", "w").write("cell 99".ljust(31) + "\\n")
        os._exit(0)
    """,
    "progress emptied": """
        import os
        before = os.stat("/box-progress")
        open("/box-progress", "w").close()
        os.utime("/box-progress", ns=(0, before.st_mtime_ns))
        os._exit(0)
    """,
    "progress filled": "open('/box-progress', 'w').write('x' * 10**6)\nimport os; os._exit(0)",
    "written afterwards": """
        import os
        if os.fork() == 0:
            while True:
                open("/box-result", "w").write('{"cells": [], "answers": {"q.hard": 1}}')
    """,
}


@pytest.mark.parametrize("name", LOST)
def test_who_breaks_the_runner_gains_nothing(world: World, name: str) -> None:
    run = world.run("good = 41", LOST[name])
    assert points(run) == set()
    assert len(run.cells) == 2


def test_a_cell_that_keeps_the_clock_from_seeing_it_stops_with_the_whole(world: World) -> None:
    forger = """
        import os, signal
        signal.signal(14, signal.SIG_IGN)
        n = 0
        while True:
            n += 1
            open("/box-progress", "w").write(f"cell {n % 900}".ljust(31) + "\\n")
    """
    run = world.run("good = 42", forger, limits=dataclasses.replace(LIMITS, total_seconds=8))
    assert run.answers == {}
    assert "all cells together" in run.note or "ended" in run.note
    assert run.seconds < 30


def test_four_cells_that_kill_end_the_grading_of_one_notebook(world: World) -> None:
    run = world.run("good = 42", *["import os; os._exit(0)"] * 4)
    assert run.answers == {}
    assert "4 times" in run.note
    assert [cell.status for cell in run.cells] == ["left out"] * 5


def test_forked_children_do_not_run_the_next_cell(world: World) -> None:
    run = world.run("import os\ngood = 42", *["os.fork()"] * 10, "after = 7")
    assert points(run) == {"good", "after"}
    assert [cell.status for cell in run.cells] == ["ok"] * 12  # 2 to the 10 would be refused


def test_three_cells_that_kill_are_left_out(world: World) -> None:
    run = world.run("good = 42", *["import os; os._exit(0)"] * 3, "after = 7")
    assert points(run) == {"good", "after"}
    assert [cell.status for cell in run.cells] == ["ok", *["left out"] * 3, "ok"]


def test_nobody_elses_work_is_found(world: World) -> None:
    root = files.root()
    walk = f"""
        import os
        names = {{"solution.py", "exercise.py", "hints.json", "id_canary", "other.ipynb",
                 "canary_roster.csv", "canary.key"}}
        seen = []
        for folder, folders, found in os.walk("/"):
            folders[:] = [f for f in folders if os.path.join(folder, f) != "/proc"]
            seen += [os.path.join(folder, f) for f in found if f in names]
        for path in {[str(world.place), *(str(root / n) for n in ("exercises", ".git", "tests"))]}:
            if os.path.exists(path) and os.listdir(path): seen.append(path)
    """
    limits = dataclasses.replace(LIMITS, cell_seconds=120, total_seconds=200)
    run = world.run("good = 42", walk, "after = 7", limits=limits)
    assert points(run) == {"good", "after"}
    assert seen(run) == []


def test_the_solution_cannot_be_computed_by_our_own_code(world: World) -> None:
    ask = """
        from loyaltylab.lab.practice.folders import folder
        from loyaltylab.lab.practice.reference import Reference
        hard = Reference(folder("04_curve"), "s123").expected()
    """
    run = world.run("good = 42", ask)
    assert run.cells[1].status == "error"
    assert run.answers["q.hard"]["t"] == "missing"


def test_nothing_outside_is_written(world: World) -> None:
    package = Path(files.__file__)
    places = [
        *(world.place / name for name in world.before),
        *("/x", "/etc/x", "/usr/x", "/tmp/x", "/dev/x", "/root/x", "/var/x", "/box-job"),
        *("/proc/sys/kernel/hostname", "/proc/sys/vm/drop_caches", "/proc/sysrq-trigger"),
        *(package, package.parent / "x", files.root() / "datasets" / "x", sys.executable),
        f"/box/{world.token}.zip",
    ]
    run = world.run(
        f"""
        seen = []
        for place in {list(map(str, places))}:
            try:
                open(place, "a").close()
                seen.append(place)
            except OSError: pass
        """
    )
    assert seen(run) == []


def test_there_is_no_network(world: World) -> None:
    name = f"\0{world.token}"
    with socket.socket() as tcp, socket.socket(socket.AF_UNIX) as local:
        tcp.bind(("127.0.0.1", 0))
        local.bind(name)
        for listener in (tcp, local):
            listener.listen()
            listener.setblocking(False)
        run = world.run(
            f"""
            import socket
            seen = []
            tried = [(socket.AF_INET, {tcp.getsockname()}), (socket.AF_UNIX, {name!r}),
                     (socket.AF_INET, ("192.0.2.1", 80)), (socket.AF_INET6, ("::1", 80)),
                     (socket.AF_VSOCK, (2, 22)), (socket.AF_ALG, ("hash", "sha256"))]
            for family, address in tried:
                kind = socket.SOCK_SEQPACKET if family == socket.AF_ALG else socket.SOCK_STREAM
                try:
                    with socket.socket(family, kind) as s:
                        s.settimeout(0.2)
                        s.bind(address) if family == socket.AF_ALG else s.connect(address)
                    seen.append(str(address))
                except OSError: pass
            try: socket.socket(socket.AF_VSOCK); seen.append("vsock")
            except PermissionError: pass
            try: seen.append(str(socket.getaddrinfo("example.org", 80)))
            except OSError: pass
            """,
            limits=dataclasses.replace(LIMITS, cell_seconds=20),
        )
        assert run.cells[0].status == "ok"
        assert seen(run) == []
        for listener in (tcp, local):
            with pytest.raises(BlockingIOError):
                listener.accept()


def test_a_fork_bomb_costs_nobody_else_anything(world: World) -> None:
    threads = """
        import threading, time
        for _ in range(12): threading.Thread(target=time.sleep, args=(2,)).start()
        time.sleep(2)
    """
    limits = dataclasses.replace(LIMITS, cell_seconds=20, call_seconds=20)
    with ThreadPoolExecutor(2) as pool:
        bomb = pool.submit(world.run, SURVIVED["stubborn fork bomb"].cell)
        honest = pool.submit(world.run, "good = 42", threads, "after = 7", limits=limits).result()
        bomb.result()
    assert [cell.status for cell in honest.cells] == ["ok"] * 3
    assert points(honest) == {"good", "after"}


def test_a_run_keeps_to_the_processors_that_it_was_given(world: World) -> None:
    mine = os.sched_getaffinity(0)
    one = min(mine)
    os.sched_setaffinity(0, {one})
    try:
        run = world.run(
            f"""
            import os
            seen = []
            try: os.sched_setaffinity(0, {sorted(mine)!r})
            except OSError as error: seen.append(error.errno)
            seen += sorted(os.sched_getaffinity(0))
            """
        )
    finally:
        os.sched_setaffinity(0, mine)
    assert seen(run) == [errno.EPERM, one]


GRADER = """
import sys
from pathlib import Path
from loyaltylab.lab.practice import sandbox
print("begins", flush=True)
try:
    sandbox.run(["import os, time; os.fork(); time.sleep(50)"], [], Path(sys.argv[1]))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_of_an_interrupted_grader(world: World, number: int) -> None:
    grader = subprocess.Popen(
        [sys.executable, "-c", GRADER, str(world.data)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(world.temporary)},
    )
    end = time.monotonic() + 30
    while (
        len(world.processes()) < 5 and time.monotonic() < end
    ):  # grader, bwrap twice, runner twice
        time.sleep(0.1)
    assert len(world.processes()) >= 5
    grader.send_signal(number)
    said = grader.communicate(timeout=30)[0]
    while world.processes() and time.monotonic() < end:
        time.sleep(0.1)
    assert world.processes() == []
    if number == signal.SIGINT:
        assert "interrupted" in said
    else:  # what is killed cannot tidy up
        for path in sorted(world.temporary.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()


ORDINARY = """
import json, sys
from pathlib import Path
from loyaltylab.lab.practice import sandbox
limits = sandbox.Limits(cell_seconds=10, folder_files=2000, processes=20)
cells = [
    "good = 42",
    "import os\\nn = 0\\nwhile True: open(f'f{n}', 'w'); n += 1",
    sys.argv[2],
    "import os; os.kill(1, 9)",
    "import ctypes; seen = ctypes.CDLL(None).unshare(2**28)",
    "open('/proc/1/environ').read().index('LOYALTYLAB_SECRET_KEY')",
    "open('/dev/x', 'w')",
    "open('/x', 'w')",
    "import os; os.memfd_create('x')",
]
probes = [{"id": n, "name": n, "call": None} for n in ("good", "seen")]
run = sandbox.run(cells, probes, Path(sys.argv[1]), limits)
answers = [answer["v"] for answer in run.answers.values()]
print(json.dumps([answers, [[c.status, c.error] for c in run.cells]]))
"""


def test_an_ordinary_user_is_shut_in_as_well(world: World) -> None:
    """A user namespace is the other way in: here even where root runs the tests."""
    done = subprocess.run(
        [*_ordinary(world), sys.executable, "-c", ORDINARY, str(world.data), FORKS + "assert seen"],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers, cells = json.loads(done.stdout)
    assert answers == [42.0, -1.0], done.stdout
    states = ["ok", "left out", "ok", "ok", "ok", "error", "error", "error", "error"]
    assert [status for status, _ in cells] == states, cells
    assert "more files" in cells[1][1]


def _ordinary(world: World) -> list[str]:
    """Return what makes an ordinary user of root, for whom this Python can be reached."""
    if os.geteuid():
        return []
    needed = {Path(sys.prefix), Path(sys.base_prefix), files.root(), world.data}
    command = [
        "bwrap",
        "--bind",
        "/",
        "/",
        "--dev-bind",
        "/dev",
        "/dev",
        "--bind",
        "/proc",
        "/proc",
    ]
    for top in sorted({Path("/", path.parts[1]) for path in needed} - {Path("/usr")}):
        command += ["--perms", "1777", "--tmpfs", str(top)]
    for path in sorted(needed):
        for parent in reversed(path.parents[:-2]):
            command += ["--perms", "0755", "--dir", str(parent)]
        command += ["--ro-bind", str(path), str(path)]
    command += ["--perms", "1777", "--tmpfs", "/var/tmp", "--setenv", "TMPDIR", "/var/tmp"]
    number = "23456"
    command += ["--", "setpriv", "--reuid", number, "--regid", number, "--clear-groups"]
    return [*command, "--inh-caps=-all", "--bounding-set=-all"]
