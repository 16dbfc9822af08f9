"""The course folder: a student's work is never overwritten, and a kill leaves no half file."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loyaltylab.base import files
from loyaltylab.base.errors import InputError
from loyaltylab.lab import course
from loyaltylab.lab.course import MANIFEST, Laid, content_hash, lay

BUCKET = "notebooks/09_bucket.ipynb"
TABLE = "datasets/table.csv"
TASK = "exercises/09_bucket/task.py"
EVERYTHING = (TABLE, TASK, BUCKET)
REPOSITORY = Path(course.__file__).resolve().parents[2]


def notebook(*sources: str | list[str], run: int | None = None, **metadata: str) -> str:
    """Return a notebook's text; `run` numbers its cells and gives them outputs."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{run}-{number}",
            "source": source,
            "metadata": {},
            "execution_count": run,
            "outputs": [] if run is None else [{"output_type": "stream", "text": "a result"}],
        }
        for number, source in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def write(folder: Path, files: dict[str, str]) -> None:
    for rel, text in files.items():
        (folder / rel).parent.mkdir(parents=True, exist_ok=True)
        (folder / rel).write_text(text)


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder but the manifest."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Version 0.1.0 of a small course."""
    write(
        tmp_path / "course",
        {BUCKET: notebook("one", "two"), TABLE: "a,b\n1,2\n", TASK: "answer = None\n"},
    )
    return tmp_path / "course"


@pytest.fixture
def target(source: Path, tmp_path: Path) -> Path:
    """A student's folder with version 0.1.0 laid."""
    lay(source, tmp_path / "mine", "0.1.0")
    return tmp_path / "mine"


# --- which copy, and what counts as an edit -------------------------------------------------


def test_course_root_is_the_wheels_folder_when_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "loyaltylab"
    package.mkdir()
    monkeypatch.setattr(files, "_PACKAGE", package)
    assert files.is_editable()
    assert files.root() == tmp_path
    (package / "_course").mkdir()
    assert not files.is_editable()
    assert files.root() == package / "_course"


def test_package_folder_is_where_the_code_is() -> None:
    assert files._PACKAGE == REPOSITORY / "loyaltylab"


def test_running_a_notebook_is_no_edit(tmp_path: Path) -> None:
    write(tmp_path, {"a.ipynb": notebook("x = 1\ny", "z")})
    write(tmp_path, {"b.ipynb": notebook(["x = 1\n", "y"], "z", run=7, kernel="other")})
    assert content_hash(tmp_path / "a.ipynb") == content_hash(tmp_path / "b.ipynb")


@pytest.mark.parametrize(
    "other",
    [
        notebook("x = 2", "z"),
        notebook("x = 1"),
        notebook("x = 1", "z", "more"),
        notebook("z", "x = 1"),
        notebook("x = 1z", ""),
        notebook("x = 1", "z").replace("code", "markdown"),
    ],
)
def test_changed_cells_are_an_edit(tmp_path: Path, other: str) -> None:
    write(tmp_path, {"a.ipynb": notebook("x = 1", "z"), "b.ipynb": other})
    assert content_hash(tmp_path / "a.ipynb") != content_hash(tmp_path / "b.ipynb")


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", "null", '{"cells": [1]}', '{"cells": [{}]}', "[" * 99_999, "\udcff"]
)
def test_notebook_that_does_not_parse_is_hashed_by_its_bytes(tmp_path: Path, broken: str) -> None:
    for name, end in (("a.ipynb", ""), ("a.txt", ""), ("b.ipynb", " ")):
        (tmp_path / name).write_bytes((broken + end).encode(errors="surrogateescape"))
    assert content_hash(tmp_path / "a.ipynb") == content_hash(tmp_path / "a.txt")
    assert content_hash(tmp_path / "a.ipynb") != content_hash(tmp_path / "b.ipynb")


def test_only_notebooks_are_read_as_notebooks(tmp_path: Path) -> None:
    write(tmp_path, {"a.json": notebook("x"), "b.json": notebook("x", run=1)})
    assert content_hash(tmp_path / "a.json") != content_hash(tmp_path / "b.json")


# --- laying ---------------------------------------------------------------------------------


def test_first_laying_writes_the_course(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "some" / "where"
    assert lay(source, target, "0.1.0") == Laid(written=EVERYTHING)
    assert tree(target) == tree(source)
    manifest = json.loads((target / MANIFEST).read_text())
    assert manifest["version"] == "0.1.0"
    assert manifest["laid"] == {rel: content_hash(source / rel) for rel in EVERYTHING}


def test_laying_skips_what_is_no_lesson(source: Path, tmp_path: Path) -> None:
    lessons = tree(source)
    junk = [
        "exercises/09_bucket/__pycache__/task.cpython-311.pyc",
        "exercises/09_bucket/__pycache__/notes.txt",
        "exercises/09_bucket/task.pyc",
        "notebooks/.ipynb_checkpoints/09_bucket-checkpoint.ipynb",
        "datasets/.gitkeep",
        "loyaltylab/code.py",
        "README.md",
    ]
    write(source, dict.fromkeys(junk, "junk"))
    lay(source, tmp_path / "mine", "0.1.0")
    assert tree(tmp_path / "mine") == lessons


def test_laying_twice_touches_nothing(source: Path, target: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*")}
    assert lay(source, target, "0.1.0") == Laid(kept=EVERYTHING)
    assert {path: path.stat().st_mtime_ns for path in target.rglob("*")} == before


def test_run_notebook_keeps_its_outputs(source: Path, target: Path) -> None:
    write(target, {BUCKET: notebook("one", "two", run=3)})
    assert lay(source, target, "0.1.0").kept == EVERYTHING
    assert (target / BUCKET).read_text() == notebook("one", "two", run=3)


def test_unedited_file_gets_the_newer_lesson(source: Path, target: Path) -> None:
    write(target, {BUCKET: notebook("one", "two", run=3)})  # run, but not edited
    write(source, {BUCKET: notebook("one", "better"), "datasets/more.csv": "c\n"})
    laid = lay(source, target, "0.2.0")
    assert laid == Laid(written=("datasets/more.csv",), updated=(BUCKET,), kept=(TABLE, TASK))
    assert tree(target) == tree(source)
    write(source, {BUCKET: notebook("one", "best")})
    assert lay(source, target, "0.3.0").updated == (BUCKET,)


def test_edited_file_stays_and_the_newer_lesson_lies_beside(source: Path, target: Path) -> None:
    write(target, {BUCKET: notebook("mine"), TABLE: "my own\n"})
    write(source, {BUCKET: notebook("new"), TABLE: "new\n"})
    laid = lay(source, target, "0.2.0")
    assert laid.beside == (
        (TABLE, "datasets/table.new-0.2.0.csv"),
        (BUCKET, "notebooks/09_bucket.new-0.2.0.ipynb"),
    )
    assert laid.kept == (TASK,)
    assert (target / BUCKET).read_text() == notebook("mine")
    assert (target / TABLE).read_text() == "my own\n"
    assert (target / "notebooks/09_bucket.new-0.2.0.ipynb").read_text() == notebook("new")
    assert (target / "datasets/table.new-0.2.0.csv").read_text() == "new\n"


def test_edited_file_alone_when_there_is_no_newer_lesson(source: Path, target: Path) -> None:
    write(target, {BUCKET: notebook("mine")})
    before = tree(target)
    assert lay(source, target, "0.2.0") == Laid(kept=EVERYTHING)
    assert tree(target) == before


def test_newer_lesson_is_offered_once(source: Path, target: Path) -> None:
    write(target, {BUCKET: notebook("mine")})
    write(source, {BUCKET: notebook("new")})
    [(_, name)] = lay(source, target, "0.2.0").beside
    assert lay(source, target, "0.2.0") == Laid(kept=EVERYTHING)
    (target / name).unlink()
    assert lay(source, target, "0.2.1") == Laid(kept=EVERYTHING)
    assert sorted(tree(target)) == sorted(EVERYTHING)
    write(source, {BUCKET: notebook("newer still")})
    assert lay(source, target, "0.3.0").beside == ((BUCKET, "notebooks/09_bucket.new-0.3.0.ipynb"),)


def test_taken_name_beside_is_not_overwritten(source: Path, target: Path) -> None:
    write(target, {BUCKET: notebook("mine"), "notebooks/09_bucket.new-0.2.0.ipynb": "mine too"})
    (target / "notebooks/09_bucket.new-0.2.0-2.ipynb").symlink_to("/nowhere")
    write(source, {BUCKET: notebook("new")})
    [(_, name)] = lay(source, target, "0.2.0").beside
    assert name == "notebooks/09_bucket.new-0.2.0-3.ipynb"
    assert (target / name).read_text() == notebook("new")
    assert (target / "notebooks/09_bucket.new-0.2.0.ipynb").read_text() == "mine too"


def test_version_cannot_lead_out_of_the_folder(source: Path, target: Path) -> None:
    write(target, {BUCKET: notebook("mine")})
    write(source, {BUCKET: notebook("new")})
    [(_, name)] = lay(source, target, "1/../../../0+local").beside
    assert name == "notebooks/09_bucket.new-1-..-..-..-0+local.ipynb"


def test_edit_taken_back_gets_the_newer_lesson(source: Path, target: Path) -> None:
    original = (target / BUCKET).read_text()
    write(target, {BUCKET: notebook("mine")})
    write(source, {BUCKET: notebook("new")})
    lay(source, target, "0.2.0")
    write(target, {BUCKET: original})
    assert lay(source, target, "0.2.0").updated == (BUCKET,)


def test_lesson_taken_over_by_hand_counts_as_laid(source: Path, target: Path) -> None:
    write(target, {BUCKET: notebook("new")})
    write(source, {BUCKET: notebook("new")})
    assert lay(source, target, "0.2.0").kept == EVERYTHING
    write(source, {BUCKET: notebook("newer still")})
    assert lay(source, target, "0.3.0").updated == (BUCKET,)


def test_file_that_is_not_ours_stays(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    write(target, {BUCKET: "mine", "notebooks/own.ipynb": "own", TABLE: "a,b\n1,2\n"})
    laid = lay(source, target, "0.1.0")
    assert laid.beside == ((BUCKET, "notebooks/09_bucket.new-0.1.0.ipynb"),)
    assert (laid.written, laid.kept) == ((TASK,), (TABLE,))
    assert (target / BUCKET).read_text() == "mine"
    assert (target / "notebooks/own.ipynb").read_text() == "own"


def test_deleted_file_comes_back(source: Path, target: Path) -> None:
    (target / BUCKET).unlink()
    assert lay(source, target, "0.1.0") == Laid(written=(BUCKET,), kept=(TABLE, TASK))
    assert tree(target) == tree(source)


def test_lesson_dropped_from_the_course_stays(source: Path, target: Path) -> None:
    before = tree(target)
    (source / TABLE).unlink()
    assert lay(source, target, "0.2.0").kept == (TASK, BUCKET)
    assert tree(target) == before


def test_file_saved_while_the_course_is_being_laid_stays(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = os.replace

    def replace_and_save(part: Path, path: Path) -> None:
        honest(part, path)
        if path.name == MANIFEST:
            write(target, {BUCKET: notebook("mine")})

    monkeypatch.setattr(os, "replace", replace_and_save)
    write(source, {BUCKET: notebook("new")})
    assert len(lay(source, target, "0.2.0").beside) == 1
    assert (target / BUCKET).read_text() == notebook("mine")


@pytest.mark.parametrize("content", ["elsewhere", "a,b\n1,2\n"])
def test_link_is_never_written_through(
    source: Path, target: Path, tmp_path: Path, content: str
) -> None:
    elsewhere = tmp_path / "elsewhere.csv"
    elsewhere.write_text(content)
    (target / TABLE).unlink()
    (target / TABLE).symlink_to(elsewhere)
    assert lay(source, target, "0.1.0").kept == EVERYTHING
    write(source, {TABLE: "new\n"})
    assert lay(source, target, "0.2.0").beside == ((TABLE, "datasets/table.new-0.2.0.csv"),)
    assert (target / TABLE).is_symlink()
    assert elsewhere.read_text() == content


def test_link_to_nowhere_is_not_replaced(source: Path, target: Path, tmp_path: Path) -> None:
    (target / TABLE).unlink()
    (target / TABLE).symlink_to(tmp_path / "nowhere")
    write(source, {TABLE: "new\n"})
    assert lay(source, target, "0.2.0").beside == ((TABLE, "datasets/table.new-0.2.0.csv"),)
    assert not (tmp_path / "nowhere").exists()


def test_read_only_course_is_laid_writable(source: Path, tmp_path: Path) -> None:
    for path in source.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        lay(source, tmp_path / "mine", "0.1.0")
    finally:
        for path in source.rglob("*"):
            path.chmod(0o755)
    for path in (tmp_path / "mine").rglob("*"):
        assert path.stat().st_mode & stat.S_IWUSR, path


@pytest.mark.parametrize(
    "damage",
    [
        "{half",
        "[]",
        "null",
        "\udcff",
        "[" * 99_999,
        '{"version": "0.1.0"}',
        '{"version": "0.1.0", "laid": ["x"], "laying": {}, "offered": {}}',
        '{"version": "0.1.0", "laid": {}, "laying": {}, "offered": {"x": 1}}',
    ],
)
def test_damaged_manifest_is_saved_and_nothing_overwritten(
    source: Path, target: Path, damage: str
) -> None:
    damaged = damage.encode(errors="surrogateescape")
    (target / MANIFEST).write_bytes(damaged)
    write(target, {BUCKET: notebook("mine")})
    write(source, {BUCKET: notebook("new"), TABLE: "new\n"})
    laid = lay(source, target, "0.2.0")
    assert [edited for edited, _ in laid.beside] == [TABLE, BUCKET]  # nothing known as ours
    assert (target / BUCKET).read_text() == notebook("mine")
    assert (target / f"{MANIFEST}.damaged").read_bytes() == damaged
    assert json.loads((target / MANIFEST).read_text())["version"] == "0.2.0"
    assert lay(source, target, "0.2.0") == Laid(kept=EVERYTHING)


# --- refusals -------------------------------------------------------------------------------


def refused(source: Path, target: Path, says: str, *, within: Path) -> None:
    """Check that laying is refused in one sentence, and that it changed nothing."""
    before = sorted((path, path.lstat().st_mtime_ns) for path in within.rglob("*"))
    with pytest.raises(InputError, match=says) as caught:
        lay(source, target, "0.2.0")
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
    assert sorted((path, path.lstat().st_mtime_ns) for path in within.rglob("*")) == before


@pytest.mark.parametrize("place", [BUCKET, MANIFEST])
def test_folder_where_a_file_should_be(source: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "mine" / place).mkdir(parents=True)
    name = Path(place).name
    refused(source, tmp_path / "mine", f"{name} must be a file, not a folder", within=tmp_path)


@pytest.mark.parametrize("place", ["", "notebooks", "exercises/09_bucket"])
@pytest.mark.parametrize("make", [Path.touch, lambda path: path.symlink_to("/nowhere/at/all")])
def test_file_where_a_folder_should_be(
    source: Path, tmp_path: Path, place: str, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "mine" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    make(path)
    refused(source, tmp_path / "mine", f"{path.name} must be a folder", within=tmp_path)


def test_target_below_a_file(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    target = tmp_path / "file" / "mine"
    refused(source, target, "mine.* could not be read or written", within=tmp_path)


@pytest.mark.parametrize("place", [".", "mine", "notebooks", "notebooks/../mine/deeper"])
def test_target_inside_the_course(source: Path, tmp_path: Path, place: str) -> None:
    refused(source, source / place, "must lie outside the course's own", within=tmp_path)


def test_links_into_the_course(source: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(source)
    refused(source, tmp_path / "link", "must lie outside", within=tmp_path)
    refused(tmp_path / "link", source / "mine", "must lie outside", within=tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notebooks").symlink_to(source / "notebooks")
    refused(source, tmp_path / "mine", "notebooks must lie outside", within=tmp_path)


def test_neighbour_with_a_longer_name_is_outside_the_course(source: Path) -> None:
    assert lay(source, source.with_name(f"{source.name}-mine"), "0.1.0").written == EVERYTHING


def test_source_without_a_course(source: Path, tmp_path: Path) -> None:
    refused(tmp_path / "nothing", tmp_path / "mine", "must hold notebooks", within=tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs POSIX permissions")
@pytest.mark.parametrize("place", ["", "notebooks"])
def test_folder_that_does_not_let_you_write(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    write(source, dict.fromkeys(EVERYTHING, "new"))
    if os.geteuid() == 0:  # root may write anywhere: say what a student would be told
        honest = os.access
        monkeypatch.setattr(os, "access", lambda p, m: p != target / place and honest(p, m))
    (target / place).chmod(0o555)
    try:
        refused(source, target, "must be writable", within=target)
    finally:
        (target / place).chmod(0o755)


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("good", range(5))
def test_full_disk_is_one_sentence_and_no_half_file(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch, call: str, good: int
) -> None:
    """The disk fills up after some writes: the manifest, three files, and the manifest again."""
    write(target, {BUCKET: notebook("mine")})
    old, mine = tree(source), tree(target)
    write(source, {BUCKET: notebook("new"), TABLE: "new\n", TASK: "new\n"})
    new = tree(source)
    honest, calls = getattr(os, call), 0

    def full(*args: Any) -> None:
        nonlocal calls
        calls += 1
        if calls > good:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        honest(*args)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        with pytest.raises(InputError, match=r"No space left") as caught:
            lay(source, target, "0.2.0")
    names = [MANIFEST, "table.csv", "task.py", "09_bucket.new-0.2.0.ipynb", MANIFEST]
    assert names[good] in str(caught.value)
    assert ".part" not in str(caught.value)
    for rel, data in tree(target).items():  # no part left, no file half written
        assert data in (old.get(rel), new.get(rel.replace(".new-0.2.0", "")), mine[BUCKET]), rel
    laid = lay(source, target, "0.2.0")
    assert {edited for edited, _ in laid.beside} <= {BUCKET}
    assert (target / TABLE).read_text() == (target / TASK).read_text() == "new\n"
    assert (target / BUCKET).read_text() == notebook("mine")
    assert (target / "notebooks/09_bucket.new-0.2.0.ipynb").read_text() == notebook("new")


def test_unreadable_lesson_is_one_sentence(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", fail)
    refused(source, tmp_path / "mine", r"table\.csv could not be read", within=tmp_path)


# --- kills ----------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from loyaltylab.lab.course import lay
source, target, version, before = sys.argv[1:]
replace, renames = os.replace, 0
def told(*paths):
    global renames
    renames += 1
    if renames == int(before):
        os.kill(os.getpid(), signal.SIGKILL)
    replace(*paths)
    print("renamed", flush=True)
    if renames == 50:
        signal.pause()  # so that a busy machine's late kill is still one in the middle
os.replace = told
lay(Path(source), Path(target), version)
"""


def killed(
    source: Path, target: Path, version: str, *, before: int = 0, renames: int = 0, wait: float = 0
) -> bool:
    """Lay in another process; kill it before a rename, or some seconds after so many renames."""
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, source, target, version, str(before)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    with process:
        if not before:
            for _ in range(renames):
                assert process.stdout.readline() == b"renamed\n"
            time.sleep(wait)
            process.kill()
        process.wait()
    return process.returncode == -signal.SIGKILL


def parts(target: Path) -> list[Path]:
    return list(target.rglob(".loyaltylab-*.part"))


def whole(target: Path, *sources: Path) -> int:
    """Check that each file present is one of the sources' whole files; return their number."""
    valid = [tree(source) for source in sources]
    found = {rel: data for rel, data in tree(target).items() if not rel.endswith(".part")}
    for rel, data in found.items():
        assert data in [files.get(rel) for files in valid], f"{rel} is not whole"
    if (target / MANIFEST).exists():
        json.loads((target / MANIFEST).read_text())
    return len(found)


def big(folder: Path, word: str, files: int = 60) -> Path:
    """Make a course of more than a megabyte, each file of which says its version at both ends."""
    for number in range(files):
        text = f"{word} {number} " + "filling " * 3_000 + word
        name = f"notebooks/{number:02}.ipynb" if number % 2 else f"datasets/{number:02}.csv"
        write(folder, {name: notebook(text, run=1) if number % 2 else text})
    return folder


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_kill_before_a_rename(source: Path, tmp_path: Path, count: int) -> None:
    """Renames of a first laying: the manifest, three files, the manifest."""
    target = tmp_path / "mine"
    assert killed(source, target, "0.1.0", before=count)
    assert whole(target, source) == max(0, min(count - 2, 3))
    assert len(parts(target)) == 1
    write(source, {rel: f"new {rel}" for rel in EVERYTHING})  # a newer version finishes the job
    laid = lay(source, target, "0.2.0")
    assert laid.beside == ()
    assert len(laid.updated) == max(0, min(count - 2, 3))  # known as ours in spite of the kill
    assert tree(target) == tree(source)


def test_kill_after_the_lesson_beside_was_written(source: Path, target: Path) -> None:
    write(target, {BUCKET: notebook("mine")})
    write(source, {BUCKET: notebook("new")})
    assert killed(source, target, "0.2.0", before=2)  # the lesson beside, then the manifest
    name = "notebooks/09_bucket.new-0.2.0.ipynb"
    write(target, {name: notebook("new", run=2)})  # found and run by the student
    assert lay(source, target, "0.2.0").beside == ((BUCKET, name),)
    assert sorted(tree(target)) == sorted([*EVERYTHING, name])
    assert (target / name).read_text() == notebook("new", run=2)


@pytest.mark.parametrize("seed", range(5))
def test_kill_at_a_random_moment(tmp_path: Path, seed: int) -> None:
    """Two versions in a row are killed in the middle, and the next laying completes the second."""
    old, new, target = big(tmp_path / "old", "old"), big(tmp_path / "new", "new"), tmp_path / "mine"
    moment = random.Random(seed)
    renames, wait = moment.randint(1, 15), moment.uniform(0, 0.01)
    assert killed(old, target, "0.1.0", renames=renames, wait=wait)
    assert renames - 1 <= whole(target, old) < 60
    renames, wait = moment.randint(1, 15), moment.uniform(0, 0.01)
    assert killed(new, target, "0.2.0", renames=renames, wait=wait)
    assert renames - 1 <= whole(target, old, new)
    assert tree(target) != tree(new)
    laid = lay(new, target, "0.2.0")
    assert laid.beside == ()
    assert tree(target) == tree(new)  # complete, and no part is left
    assert lay(new, target, "0.2.0").kept == tuple(tree(new))


def test_leftover_parts_are_removed_and_nothing_else(source: Path, target: Path) -> None:
    before = tree(target)
    own = {"notebooks/.loyaltylab-notes.txt": "own", "other/.loyaltylab-1.part": "own"}
    write(target, own)
    write(target, {".loyaltylab-1.part": "x", "exercises/09_bucket/.loyaltylab-2.part": "x"})
    lay(source, target, "0.1.0")
    assert tree(target) == before | {rel: text.encode() for rel, text in own.items()}


# --- JupyterLab -----------------------------------------------------------------------------


def test_command_opens_the_welcome_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setenv("SOME_VARIABLE", "stays")
    args, env = course.command(tmp_path, browser=True, port=None)
    assert args[:3] == [sys.executable, "-m", "jupyterlab"]
    assert sorted(args[3:]) == [
        "--LabApp.default_url=/lab/tree/notebooks/00_welcome.ipynb",
        f"--ServerApp.root_dir={tmp_path}",
    ]
    assert env["JUPYTER_PREFER_ENV_PATH"] == "1"
    assert env["SOME_VARIABLE"] == "stays"
    assert "JUPYTER_PREFER_ENV_PATH" not in os.environ


def test_command_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    args, _ = course.command(Path("mine"), browser=False, port=8899)
    assert {"--no-browser", "--port=8899", "--allow-root"} < set(args)
    assert f"--ServerApp.root_dir={tmp_path / 'mine'}" in args


def test_command_leaves_the_token_on(tmp_path: Path) -> None:
    args, _ = course.command(tmp_path, browser=False, port=8888)
    said = " ".join(args[3:]).replace(str(tmp_path), "").lower()
    assert not any(word in said for word in ("token", "password", "identity", "auth", "ip="))


@pytest.mark.parametrize("port", [-1, 65536])
def test_command_refuses_a_port_that_is_none(tmp_path: Path, port: int) -> None:
    with pytest.raises(InputError, match="port must be between 0 and 65535"):
        course.command(tmp_path, browser=True, port=port)


def test_start_without_jupyterlab_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r'python -m pip install "loyaltylab\[lab\]"'):
        course.start(tmp_path, browser=False, port=None)


def test_start_needs_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course.importlib.util, "find_spec", lambda name: object())
    with pytest.raises(InputError, match="mine is not a folder"):
        course.start(tmp_path / "mine", browser=False, port=None)


STARTED = """
import sys
from pathlib import Path
from loyaltylab.lab import course
course.importlib.util.find_spec = lambda name: object()
child = sys.argv[2]
course.command = lambda *_, **__: ([sys.executable, "-c", child], {"A": "b"})
code = course.start(Path(sys.argv[1]), browser=False, port=None)
print("ended with", code, flush=True)
sys.exit(code)
"""

SERVER = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (os.write(1, b"server stops\\n"), sys.exit(5)))
signal.signal(signal.SIGINT, signal.SIG_IGN)
said = f"server in {os.path.basename(os.getcwd())} {os.environ['A']} {os.getpid()}\\n"
os.write(1, said.encode())
for _ in range(1000):
    time.sleep(0.02)
"""


def started(folder: Path, child: str) -> subprocess.Popen[str]:
    """Run :func:`start` in another process, with another child in JupyterLab's place."""
    return subprocess.Popen(
        [sys.executable, "-c", STARTED, folder, child],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("child", "code"),
    [("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 9)", 128 + 9), ("", 0)],
)
def test_start_returns_the_exit_code(tmp_path: Path, child: str, code: int) -> None:
    out, err = (process := started(tmp_path, child)).communicate(timeout=20)
    assert (out, err, process.returncode) == (f"ended with {code}\n", "", code)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_the_server_and_leaves_no_traceback(tmp_path: Path, number: int) -> None:
    process = started(tmp_path, SERVER)
    assert process.stdout is not None
    first = process.stdout.readline().split()
    assert first[:-1] == ["server", "in", tmp_path.name, "b"]
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert (out, err, process.returncode) == ("server stops\nended with 5\n", "", 5)
    with pytest.raises(ProcessLookupError):
        os.kill(int(first[-1]), 0)


def test_ctrl_c_in_a_terminal_reaches_the_server_only_once(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    child = SERVER.replace("signal.SIG_IGN", 'lambda *_: os.write(1, b"asked")')
    number, terminal = pty.fork()
    if number == 0:
        os.environ["PYTHONPATH"] = str(REPOSITORY)
        os.execv(sys.executable, [sys.executable, "-c", STARTED, str(tmp_path), child])
    with open(terminal, "rb", buffering=0) as screen:
        seen = b""
        while b"server in" not in seen:
            seen += screen.read(4096)
        os.write(terminal, b"\x03")
        while b"asked" not in seen:
            seen += screen.read(4096)
        time.sleep(0.2)  # a wrong start() would end here, or end the server
        assert os.waitpid(number, os.WNOHANG) == (0, 0)
        os.kill(number, signal.SIGTERM)
        while b"ended with 5" not in seen:
            seen += screen.read(4096)
        assert os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]) == 5
    assert seen.count(b"asked") == 1
    assert b"Traceback" not in seen
