"""Submissions as cells, the fence around them, and what may come out of it."""

from __future__ import annotations

import json
import os
import platform
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import need

from loyaltylab.base import files
from loyaltylab.base.errors import InputError
from loyaltylab.lab.practice import bwrap, result, sandbox, submission, syscalls, watch
from loyaltylab.lab.practice.sandbox import CellOutcome

PROBES = [
    {"id": "q1", "name": "x", "call": None},
    {"id": "q2.1", "name": "half", "call": [{"t": "number", "v": 3}]},
]


def code(*sources: Any) -> list[dict[str, Any]]:
    return [{"cell_type": "code", "source": source} for source in sources]


def saved(path: Path, book: Any) -> Path:
    path.write_text(book if isinstance(book, str) else json.dumps(book), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("book", "cells", "note"),
    [
        ({"cells": code("x = 1", ["y = 1\n", "z = 2"])}, ("x = 1", "y = 1\nz = 2"), ""),
        ({"cells": code("x = 1", "x = 2", "x = 1")}, ("x = 1", "x = 2", "x = 1"), ""),
        ({"cells": [{"cell_type": "markdown", "source": "edited"}, *code("1")]}, ("1",), ""),
        ({"cells": [{"id": "a", **c} for c in code("1", "2")]}, ("1", "2"), ""),
        ({"cells": []}, (), "no code cells"),
        ({"cells": [7, None, *code(None, {"a": 1}, "1", [2])]}, ("1",), "Damaged"),
        ({"cells": code("1"), "metadata": {"kernelspec": {"language": "R"}}}, ("1",), "'R'"),
        ({"cells": code("1"), "metadata": {"language_info": {"name": 7}}}, ("1",), "language"),
        ({"cells": code("1"), "metadata": [], "nbformat": "four"}, ("1",), ""),
        (
            {"worksheets": [{"cells": [{"cell_type": "code", "input": "1"}]}, 7], "nbformat": 3},
            ("1",),
            "format 3",
        ),
    ],
)
def test_code_cells_are_found_whatever_is_around_them(
    tmp_path: Path, book: Any, cells: tuple[str, ...], note: str
) -> None:
    found = submission.read(saved(tmp_path / "a.ipynb", book))
    assert found.cells == cells
    assert note in found.note
    assert bool(note) == bool(found.note)


def test_outputs_of_30_mb_are_thrown_away(tmp_path: Path) -> None:
    picture = {"data": {"image/png": "A" * 30_000_000}, "output_type": "display_data"}
    book = {"cells": [{**code("x = 1")[0], "outputs": [picture]}]}
    assert submission.read(saved(tmp_path / "a.ipynb", book)).cells == ("x = 1",)


def _link(path: Path) -> None:
    saved(path.with_name("b"), {"cells": code("1")})
    path.symlink_to("b")


def _large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(submission.FILE_BYTES + 1)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda p: p.write_text("not a notebook"), "not JSON"),
        (lambda p: p.write_bytes(bytes(range(256)) * 50), "not JSON"),
        (lambda p: p.write_bytes(b"PK\x03\x04" + bytes(1000)), "not JSON"),
        (lambda p: p.write_bytes(b""), "not JSON"),
        (lambda p: p.write_text('{"cells": ' + "9" * 5000 + "}"), "not JSON"),
        (lambda p: p.write_text("[1, 2]"), "no list of cells"),
        (lambda p: p.write_text('{"cells": "x"}'), "no list of cells"),
        (lambda p: p.write_text("[" * 1_000_000), "nested too deeply"),
        (lambda p: saved(p, {"cells": code(*["1"] * 2_001)}), "2,001 cells"),
        (lambda p: saved(p, {"cells": code("x" * 1_500_000, "x" * 1_500_000)}), "2 MB of code"),
        (_large, "larger than 32 MB"),
        (_link, "is a link"),
        (os.mkfifo, "not a regular file"),
        (Path.mkdir, "cannot be read"),
        (lambda p: None, "cannot be read"),
    ],
)
def test_unreadable_submission(tmp_path: Path, make: Callable[[Path], Any], words: str) -> None:
    path = tmp_path / "a.ipynb"
    make(path)
    with pytest.raises(submission.Unreadable, match=r"^'a\.ipynb' ") as raised:
        submission.read(path)
    assert words in str(raised.value)


def test_link_put_there_after_the_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _link(tmp_path / "a.ipynb")
    monkeypatch.setattr(Path, "is_symlink", lambda self: False)
    with pytest.raises(submission.Unreadable, match="cannot be read"):
        submission.read(tmp_path / "a.ipynb")


WRITTEN = '{"cells": [[0, "ok", ""], [2, "error", "Error: a\\nb"]], "answers": {"q1": {"t": 1}}}'


def read(path: Path, size: int = 1_000_000) -> result.Result:
    return result.read(path, size, [0, 2], ["q1", "q2"])


def test_result_is_read_with_errors_on_one_line(tmp_path: Path) -> None:
    found = read(saved(tmp_path / "r", WRITTEN))
    assert found.answers == {"q1": {"t": 1}}
    assert found.cells == (CellOutcome(0, "ok"), CellOutcome(2, "error", "Error: a b"))


def test_long_error_is_cut(tmp_path: Path) -> None:
    cells = [[0, "error", "x" * 5_000]]
    found = read(saved(tmp_path / "r", {"cells": cells, "answers": {}}))
    assert found.cells[0].error == "x" * 300


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no JSON"),
        (WRITTEN[:-1], "no JSON"),
        ("[" * 200_000, "nested too deeply"),
        ("[]", "no result"),
        ('{"cells": [], "answers": {}, "points": 9}', "no result"),
        ('{"cells": [], "answers": []}', "not asked"),
        ('{"cells": [], "answers": {"q3": 1}}', "not asked"),
        ('{"cells": [], "answers": {"q1": NaN}}', "number NaN"),
        ('{"cells": [], "answers": {"q1": -Infinity}}', "number -Infinity"),
        ('{"cells": [], "answers": {"q1": ' + "9" * 500 + "}}", "too many digits"),
        ('{"cells": [], "answers": {"q1": 1, "q1": 2}}', "a name twice"),
        ('{"cells": [[1, "ok", ""]], "answers": {}}', "cells"),
        ('{"cells": [[false, "ok", ""]], "answers": {}}', "cells"),
        ('{"cells": [[0, "fine", ""]], "answers": {}}', "cells"),
        ('{"cells": [[0, [], ""]], "answers": {}}', "cells"),
        ('{"cells": [[0, "ok"]], "answers": {}}', "cells"),
        ('{"cells": [0], "answers": {}}', "cells"),
        ('{"cells": [[0, "ok", 1]], "answers": {}}', "no text"),
        ('{"cells": [[0,"ok",""],[0,"ok",""],[0,"ok",""]], "answers": {}}', "cells"),
        (" " * 1_000_001, "larger than"),
    ],
)
def test_result_that_no_runner_wrote(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(saved(tmp_path / "r", text))


@pytest.mark.parametrize(
    ("make", "words"),
    [(_link, "cannot be opened"), (os.mkfifo, "no regular file"), (lambda p: None, "opened")],
)
def test_result_that_is_no_file(tmp_path: Path, make: Callable[[Path], Any], words: str) -> None:
    make(tmp_path / "r")
    with pytest.raises(ValueError, match=words):
        read(tmp_path / "r")


def decided(program: bytes, number: int, first: int, arch: int = 0xC000003E) -> int:
    """Run a filter as the kernel does, for one system call."""
    data = struct.pack("=iIQ6Q", number, arch, 0, first, 0, 0, 0, 0, 0)
    lines = list(struct.iter_unpack("=HBBI", program))
    at = value = 0
    while True:
        kind, yes, no, k = lines[at]
        at += 1
        if kind == 0x06:
            return int(k)
        if kind == 0x20:
            value = struct.unpack_from("=I", data, k)[0]
        else:
            true = {0x15: value == k, 0x35: value >= k, 0x45: bool(value & k)}[kind]
            at += yes if true else no


REFUSED, NOT_THERE, ALLOWED = 0x00050001, 0x00050026, 0x7FFF0000


@pytest.mark.parametrize(
    ("number", "first", "verdict"),
    [
        (0, 0, ALLOWED),  # read
        (59, 0, ALLOWED),  # execve
        (319, 0, REFUSED),  # memfd_create
        (272, 0x10000000, REFUSED),  # unshare
        (101, 0, REFUSED),  # ptrace
        (56, 0x01200011, ALLOWED),  # clone, as fork does
        (56, 0x10000011, REFUSED),  # clone into a user namespace
        (435, 0, NOT_THERE),  # clone3
        (41, 1, ALLOWED),  # a local socket
        (41, 10, ALLOWED),  # an IPv6 socket, of which there is no way out
        (41, 40, REFUSED),  # a vsock socket
        (41, 38, REFUSED),  # a socket of the kernel's cryptography
        (0x40000000 + 319, 0, REFUSED),  # by its x32 number
    ],
)
def test_filter_of_system_calls(
    monkeypatch: pytest.MonkeyPatch, number: int, first: int, verdict: int
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert decided(syscalls.program(), number, first) == verdict
    assert decided(syscalls.program(), number, first, arch=0x40000003) == 0x80000000


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "04_curve_s123.zip"
    path.write_bytes(b"data")
    return path


@pytest.fixture(params=["shut in", pytest.param("unsafe", marks=pytest.mark.slow)])
def unsafe(request: pytest.FixtureRequest) -> bool:
    if request.param == "shut in":
        need(not sandbox.available(), sandbox.available())
    return bool(request.param == "unsafe")


def test_cells_run_in_order_and_answers_are_found_by_name(data: Path, unsafe: bool) -> None:
    cells = [
        "x = 1",
        "import os\nown = open(os.environ['LOYALTYLAB_PRACTICE_DATA']).read()",
        "y = 1\nz = y / 0",
        "def half(a:",
        "half = lambda a: a / 2 if own == 'data' else 0",
        "x = await __import__('asyncio').sleep(0, 5)",
    ]
    run = sandbox.run(cells, PROBES, data, unsafe=unsafe)
    assert run.answers == {"q1": {"t": "number", "v": 5}, "q2.1": {"t": "number", "v": 1.5}}
    states = ["ok", "ok", "error", "error", "ok", "ok"]
    assert [cell.status for cell in run.cells] == states
    assert [cell.index for cell in run.cells] == list(range(6))
    assert run.cells[2].error == "ZeroDivisionError: division by zero (line 2)"
    assert run.cells[3].error.endswith("(line 1)")
    assert run.note == ""


@pytest.mark.slow
def test_magics_run_and_figures_are_closed_after_their_cell(data: Path) -> None:
    need(not sandbox.available(), sandbox.available())
    plot = "%matplotlib inline\nimport matplotlib.pyplot as plt\naxes = plt.figure().subplots()"
    run = sandbox.run([plot, "x = len(plt.get_fignums())"], PROBES[:1], data)
    assert run.answers == {"q1": {"t": "number", "v": 0}}
    assert [cell.status for cell in run.cells] == ["ok", "ok"]


@pytest.mark.slow
def test_probe_that_kills_is_left_out_and_named(data: Path, unsafe: bool) -> None:
    cells = ["x = 1", "import os\ndef half(a): os._exit(0)"]
    run = sandbox.run(cells, PROBES, data, unsafe=unsafe)
    assert run.answers == {"q1": {"t": "number", "v": 1}}
    assert "q2.1, it ended the process" in run.note


@pytest.mark.slow
def test_slow_function_is_an_answer_of_its_own(data: Path, unsafe: bool) -> None:
    limits = sandbox.Limits(call_seconds=0.5)
    run = sandbox.run(["x = 1\ndef half(a):\n  while 1: pass"], PROBES, data, limits, unsafe)
    assert run.answers["q2.1"] == {"t": "error", "v": "it took longer than 0.5 seconds"}
    assert run.answers["q1"]["v"] == 1


def test_without_bwrap_nothing_runs(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(data.parent))
    sandbox.available.cache_clear()
    with pytest.raises(InputError, match="install the package bubblewrap"):
        sandbox.run(["x = 1"], PROBES, data)
    monkeypatch.undo()
    sandbox.available.cache_clear()


def test_bwrap_that_may_not_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need(not sandbox.available(), sandbox.available())
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho bwrap: No permissions to create new namespace >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    sandbox.available.cache_clear()
    assert "No permissions to create new namespace" in sandbox.available()
    monkeypatch.undo()
    sandbox.available.cache_clear()


def test_exercises_that_a_wheel_carries_are_covered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = tmp_path / "loyaltylab" / "_course"
    (course / "exercises").mkdir(parents=True)
    monkeypatch.setattr(bwrap, "_PACKAGE", course.parent)
    monkeypatch.setattr(files, "root", lambda: course)
    command = bwrap.shut_in(["true"], {}, 100, None, (3, 4))
    covered = command.index(str(course / "exercises"))
    assert command[covered - 1] == "--tmpfs"
    assert command[covered + 1 : covered + 3] == ["--remount-ro", str(course / "exercises")]
    assert command.index(str(course.parent)) < covered


def test_process_that_a_forged_note_names_is_not_killed(tmp_path: Path) -> None:
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    with (
        subprocess.Popen(sleep, start_new_session=True) as run,
        subprocess.Popen(sleep) as other,
    ):
        note = saved(tmp_path / "noted", {"child-pid": other.pid})
        watch.Watch(run, tmp_path / "progress", note, sandbox.Limits(), 0).kill()
        assert run.poll() is not None
        assert other.poll() is None
        other.kill()


def test_machine_that_cannot_start_the_runner_is_no_students_fault(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bwrap, "_BOOT", "raise SystemExit('no IPython here')")
    with pytest.raises(InputError, match="did not start: no IPython here"):
        sandbox.run(["x = 1"], PROBES, data, unsafe=True)
