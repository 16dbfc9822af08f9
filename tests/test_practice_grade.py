"""Grading a folder: marks deserved, zeros explained, resumed, nothing edited lost."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import need
from practice_tools import KEY, OVERLAY, TINY, solved_cells, tiny, write
from typer.testing import CliRunner

from loyaltylab import InputError
from loyaltylab.lab.cli import app
from loyaltylab.lab.practice import build, folders, sandbox
from loyaltylab.lab.practice.folders import PUBLIC_KEY
from loyaltylab.lab.practice.grade import Grading, grade
from loyaltylab.lab.practice.issue import Person
from loyaltylab.lab.practice.marking import Marked, mark
from loyaltylab.lab.practice.sandbox import Limits

LIMITS = Limits(cell_seconds=5, total_seconds=30)


@pytest.fixture(autouse=True)
def shut_in() -> None:
    reason = sandbox.available()
    need(not reason, reason)


def marked(tmp_path: Path, cells: list[str], student: str = "s1") -> Marked:
    path = write(tmp_path / f"{TINY}_{student}.ipynb", cells)
    return mark(TINY, OVERLAY, student, KEY, path, LIMITS)


def total(found: Marked) -> int:
    return sum(found.points().values())


def test_a_solved_notebook_gets_full_marks(tmp_path: Path) -> None:
    found = marked(tmp_path, solved_cells(tiny(), "s1"))
    assert total(found) == tiny().exercise.points == 9
    assert found.note == ""


@pytest.mark.slow
def test_the_unsolved_notebook_gets_nothing_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "s1.ipynb"
    path.write_bytes(build.text_of(build.notebook(tiny(), "s1", f"{TINY}_s1.zip")))
    found = mark(TINY, OVERLAY, "s1", KEY, path, LIMITS)
    assert total(found) == 0
    assert "None of the names rate, revenue, by_shop, best held an answer" in found.note
    assert all(cell.status == "ok" for cell in found.cells)


@pytest.mark.slow
def test_numbers_of_another_student_are_worth_nothing(tmp_path: Path) -> None:
    cells = solved_cells(tiny(), "s2")
    fixed = [*cells, "rate = 0.2501; best = {'verdict': 'K', 'reasons': 'BT'}"]
    found = marked(tmp_path, [*fixed, "by_shop['sold'] = [40, 41, 42, 43]"])
    assert found.points()["q1"] == 0
    assert found.points()["q4"] == 0


@pytest.mark.slow
def test_answers_for_the_practice_data_are_told_from_others(tmp_path: Path) -> None:
    practised = solved_cells(tiny(), "s1", PUBLIC_KEY)
    space = folders.folder(TINY, OVERLAY)
    from loyaltylab.lab.practice.reference import Reference

    rate = Reference(space, "s1", PUBLIC_KEY).solved["rate"]
    found = marked(tmp_path, [*practised[:2], f"rate = {rate!r}"])
    assert total(found) == 0
    assert "fit the practice data" in found.note
    assert "ex = start" not in found.note


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["1/0", "rate ="], "2 of 2 code cells did not finish; the first is code cell 1: error"),
        (["ex = start('90_tiny', student='s2')"], "another id (s2)"),
        (["rate = 0.5"], "Every answer was there, and none agrees"),
        (["while True: pass", "rate = 0.5"], "code cell 1: timeout"),
        ([], "no code cells"),
    ],
)
def test_a_zero_is_explained(tmp_path: Path, cells: list[str], said: str) -> None:
    found = marked(tmp_path, cells)
    assert total(found) == 0
    assert said in found.note or said == "Every answer was there, and none agrees"


@pytest.mark.slow
def test_a_file_that_is_no_notebook_gets_nothing_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "s1.ipynb"
    path.write_bytes(b"\x00\x01")
    found = mark(TINY, OVERLAY, "s1", KEY, path, LIMITS)
    assert total(found) == 0
    assert "is no notebook" in found.note


# A whole folder

PEOPLE = [Person("s1", "Ann"), Person("s2", "=1+1"), Person("s3"), Person("s4"), Person("s5")]


def handed_in(place: Path) -> Path:
    """Return a folder of submissions: good, attacking, missing, doubled, foreign."""
    write(place / "annberg_1_90_tiny_s1.ipynb", solved_cells(tiny(), "s1"))
    attack = ["abs = lambda x: 0", "import builtins; builtins.abs = abs", "rate = 0.123"]
    write(place / "Bob_2_assignsubmission_file_" / f"{TINY}_s2.ipynb", attack)
    write(place / f"{TINY}_s4.ipynb", ["rate = 1"])
    write(place / "later" / f"{TINY}_s4.ipynb", ["rate = 2"])
    write(place / "mine.ipynb", ["rate = 3"])
    write(place / ".ipynb_checkpoints" / f"{TINY}_s5.ipynb", ["rate = 3"])
    return place


def graded(place: Path, out: Path, **more: Any) -> Grading:
    return grade(tiny(), OVERLAY, place, PEOPLE, KEY, out, limits=LIMITS, **more)


def rows(out: Path) -> dict[str, dict[str, str]]:
    with open(out, encoding="utf-8", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


@pytest.mark.slow
def test_a_folder_is_graded_resumed_and_never_loses_an_edit(tmp_path: Path) -> None:
    place, out = handed_in(tmp_path / "handed in"), tmp_path / "grades.csv"
    told: list[str] = []
    first = graded(
        place, out, tell=lambda row, n, of: told.append(f"{row.person.student} {n}/{of}")
    )
    table = rows(out)
    assert {k: (v["points"], v["status"]) for k, v in table.items()} == {
        "s1": ("9", "graded"),
        "s2": ("0", "graded"),
        "s3": ("", "no submission"),
        "s4": ("", "not graded"),
        "s5": ("", "no submission"),
    }
    assert table["s2"]["name"] == "'=1+1"
    assert "Several notebooks" in table["s4"]["note"]
    assert len(first.strangers) == 1
    assert "mine.ipynb" in first.strangers[0]
    assert sorted(t.split()[1] for t in told) == ["1/2", "2/2"]
    feedback = tmp_path / "grades-feedback"
    assert "**9 of 9 points**" in (feedback / "s1.md").read_text()

    second = graded(place, out)
    assert (second.again, second.kept) == (0, 2)
    assert rows(out) == table

    write(place / "annberg_1_90_tiny_s1.ipynb", [*solved_cells(tiny(), "s1"), "rate = 0"])
    out.write_text("edited by hand")
    (feedback / "s1.md").write_text("also edited")
    third = graded(place, out)
    assert (third.again, third.kept) == (1, 1)
    assert {path.name for path in third.moved} == {"grades.edited-1.csv", "s1.edited-1.md"}
    assert (tmp_path / "grades.edited-1.csv").read_text() == "edited by hand"
    assert (feedback / "s1.edited-1.md").read_text() == "also edited"
    assert rows(out)["s1"]["points"] == "7"


@pytest.mark.slow
def test_an_interrupt_keeps_what_was_marked(tmp_path: Path) -> None:
    place, out = handed_in(tmp_path / "handed in"), tmp_path / "grades.csv"

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        graded(place, out, tell=stop, jobs=1)
    states = [row["status"] for row in rows(out).values()]
    assert states.count("graded") == 1
    again = graded(place, out)
    assert (again.again, again.kept) == (1, 1)


@pytest.mark.slow
def test_feedback_tells_no_expected_value_and_is_plain_text(tmp_path: Path) -> None:
    place, out = tmp_path / "in", tmp_path / "g.csv"
    nasty = "<script>alert(1)</script> [x](http://evil) `code` \x1b[31m \ud800"
    cells = [*solved_cells(tiny(), "s1")[:2], f"rate = {nasty!r}", f"raise ValueError({nasty!r})"]
    write(place / f"{TINY}_s1.ipynb", cells)
    graded(place, out)
    text = (tmp_path / "g-feedback" / "s1.md").read_text()
    assert "<script>" not in re.sub(r"\\.", "", text)
    assert "](http" not in re.sub(r"\\.", "", text)
    assert "Code cell 4: error ValueError" in text
    assert "\x1b" not in text
    assert "\x1b" not in out.read_text()


@pytest.mark.slow
def test_grades_of_another_exercise_or_key_are_not_written_over(tmp_path: Path) -> None:
    place, out = tmp_path / "in", tmp_path / "g.csv"
    write(place / f"{TINY}_s1.ipynb", ["rate = 1"])
    graded(place, out)
    was = out.read_bytes()
    with pytest.raises(InputError, match="made with another key"):
        grade(tiny(), OVERLAY, place, PEOPLE, b"another key, too", out, limits=LIMITS)
    with pytest.raises(InputError, match="holds grades of '90_tiny'"):
        grade(folders.folder("04"), None, place, PEOPLE, KEY, out, limits=LIMITS)
    with pytest.raises(InputError, match="is a folder"):
        graded(place, place)
    assert out.read_bytes() == was
    (tmp_path / "g-feedback" / "s1.md").unlink()
    assert graded(place, out).kept == 1
    assert (tmp_path / "g-feedback" / "s1.md").is_file()


@pytest.mark.slow
def test_what_is_no_notebook_is_named_and_a_capital_suffix_is_one(tmp_path: Path) -> None:
    place, out = tmp_path / "in", tmp_path / "g.csv"
    write(place / f"{TINY}_s1.IPYNB", ["rate = 1", 'ex = start("04_curve")'])
    write(place / "__MACOSX" / f"{TINY}_s1.ipynb", ["rate = 1"])
    write(place / f"._{TINY}_s1.ipynb", ["rate = 1"])
    (place / f"{TINY}_s2.py").write_text("rate = 1")
    graded(place, out)
    assert rows(out)["s1"]["status"] == "graded"
    assert "is of another exercise (04_curve)" in rows(out)["s1"]["note"]
    assert rows(out)["s2"]["note"].endswith(f"was found, but '{TINY}_s2.py'.")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_a_grader_that_is_stopped_leaves_no_process_and_no_folder(
    tmp_path: Path, name: str
) -> None:
    import psutil

    (tmp_path / "r.csv").write_text("student\ns1\ns2\ns3\n")
    (tmp_path / "tmp").mkdir()
    (tmp_path / "K").write_text("k" * 32)
    for who in ("s1", "s2", "s3"):
        write(tmp_path / "in" / f"{TINY}_{who}.ipynb", ["import time; time.sleep(40)"])
    command = [sys.executable, "-c", "from loyaltylab.lab.cli import main; main()", "practice"]
    command += ["grade", TINY, "in", "--roster", "r.csv", "--key-file", "K", "--out", "g.csv"]
    run = subprocess.Popen(
        [*command, "--overlay", str(OVERLAY)],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path / "tmp")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    end = time.monotonic() + 60
    while len(list((tmp_path / "tmp").glob("loyaltylab-*/progress"))) < 2:
        assert time.monotonic() < end, "two notebooks are not begun"
        time.sleep(0.1)
    family = psutil.Process(run.pid).children(recursive=True)
    began = time.monotonic()
    run.send_signal(getattr(signal, name))
    said = run.communicate(timeout=30)[0]
    gone, alive = psutil.wait_procs(family, timeout=20)
    left = [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]
    assert (len(gone) + len(alive) > 2, left) == (True, [])
    assert time.monotonic() - began < 30
    assert list((tmp_path / "tmp").glob("loyaltylab-*")) == []
    assert ("the same command goes on" in said) == (name == "SIGINT")


def test_grading_refuses_without_a_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "available", lambda: "bubblewrap (bwrap) is not installed")
    place = tmp_path / "in"
    write(place / f"{TINY}_s1.ipynb", ["rate = 1"])
    with pytest.raises(InputError, match="--unsafe-no-sandbox"):
        graded(place, tmp_path / "g.csv")
    assert not (tmp_path / "g.csv").exists()


# The commands, as an instructor types them


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["practice", *map(str, arguments)])
    assert done.exit_code in (0, 1), done.output + str(done.exception)
    return f"{done.exit_code} {done.output}"


@pytest.mark.slow
def test_from_key_to_the_learning_platform(tmp_path: Path) -> None:
    key, people, place = tmp_path / "K", tmp_path / "r.csv", tmp_path / "in"
    people.write_text("student,name\ns1,Ann\ns2,Bob\n")
    assert run("key", key).startswith("0")
    common = ("--roster", people, "--key-file", key, "--overlay", OVERLAY)
    said = run("issue", TINY, *common, "--out", tmp_path / "out")
    assert "90_tiny for 2 students" in said
    cells = solved_cells(tiny(), "s1", key.read_bytes().strip())
    write(place / f"{TINY}_s1.ipynb", cells)
    (place / f"{TINY}_s2.ipynb").write_bytes(
        (tmp_path / "out" / "s2" / f"{TINY}_s2.ipynb").read_bytes()
    )
    out = tmp_path / "grades.csv"
    said = run("grade", TINY, place, *common, "--out", out)
    assert said.startswith("0")
    assert "s2: 0 points: None of the names" in said
    assert "2 graded (2 now, 0 earlier)" in said

    template = tmp_path / "canvas.csv"
    template.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,90_tiny (77)\n"
        '"    Points Possible",,,,,18\n"Berg, Ann",1,S1,ann,A,\nBob,2,S2,bob,A,\n'
    )
    said = run("export", out, "--lms", "canvas", "--template", template)
    filled = (tmp_path / "canvas-filled.csv").read_text()
    assert '"Berg, Ann",1,S1,ann,A,18\n' in filled
    assert "Bob,2,S2,bob,A,0\n" in filled


@pytest.mark.slow
def test_unsafe_grading_says_what_it_means(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("student\ns1\n")
    run("key", tmp_path / "K")
    write(tmp_path / "in" / f"{TINY}_s1.ipynb", ["rate = 1"])
    said = run(
        *("grade", TINY, tmp_path / "in", "--roster", tmp_path / "r.csv"),
        *("--key-file", tmp_path / "K", "--overlay", OVERLAY, "--unsafe-no-sandbox"),
        *("--out", tmp_path / "g.csv"),
    )
    assert "runs with your rights" in said
    assert rows(tmp_path / "g.csv")["s1"]["status"] == "graded"


def test_verify_and_build_tell_by_their_exit_code(tmp_path: Path) -> None:
    said = run("verify", "--overlay", OVERLAY)
    assert "0 proven: 90_tiny" in said
    broken = tmp_path / TINY
    broken.mkdir()
    for path in (OVERLAY / TINY).glob("*.*"):
        (broken / path.name).write_bytes(path.read_bytes())
    assert run("verify", "--overlay", tmp_path).startswith("1")


def test_commands_of_the_page_exist_with_their_options() -> None:
    page = (Path(__file__).parents[1] / "docs" / "practice.md").read_text(encoding="utf-8")
    lines = re.findall(r"^loyaltylab practice (\w+)(.*)$", page, flags=re.M)
    assert {name for name, _ in lines} >= {"key", "issue", "grade", "export"}
    named = {(name, option) for name, rest in lines for option in re.findall(r"--[a-z-]+", rest)}
    for name in {name for name, _ in lines} | {"verify", "build"}:
        help_text = run(name, "--help")
        assert all(option in help_text for n, option in named if n == name)
