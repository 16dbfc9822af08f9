"""The wheel: built, installed away from the checkout, and serving the course it carries."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import need
from test_browser import free_port

from loyaltylab.lab.practice import sandbox

ROOT = Path(__file__).resolve().parent.parent
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
Installed = tuple[str, dict[str, str], Path]


def run(*command: object, **options: Any) -> str:
    done = subprocess.run(
        [str(c) for c in command], capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel without network."""
    place = tmp_path_factory.mktemp("wheel")
    run(*PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", place, ROOT)
    (built,) = place.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Installed:
    """Python, environment and place of an installed copy: CI's own, or one made here."""
    if python := os.environ.get("LOYALTYLAB_INSTALLED_PYTHON"):
        return python, dict(os.environ), Path(python).parent.parent
    site = wheel.parent / "site"
    run(*PIP, "install", "--no-deps", "--target", site, wheel)
    return sys.executable, {**os.environ, "PYTHONPATH": str(site)}, site


@pytest.mark.slow
def test_wheel_carries_the_course_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for name in (
        "loyaltylab/py.typed",
        "loyaltylab/lab/slides_page/index.html.j2",
        "loyaltylab/lab/report_page/index.html.j2",
        "loyaltylab/_course/notebooks/09_bucket.ipynb",
        "loyaltylab/_course/datasets/claims.csv",
        "loyaltylab/_course/exercises/09_bucket/exercise.py",
        "loyaltylab/_course/exercises/09_bucket/wrong/",
        "loyaltylab/_course/exercises/student/09_bucket.ipynb",
    ):
        assert any(n.startswith(name) for n in names), name
    assert {n.split("/")[0] for n in names} == {
        "loyaltylab",
        next(n.split("/")[0] for n in names if ".dist-info/" in n),
    }
    assert not [n for n in names if "__pycache__" in n or ".ipynb_checkpoints" in n]


@pytest.mark.slow
def test_installed_copy_reads_its_own_data(installed: Installed, tmp_path: Path) -> None:
    code = (
        "import loyaltylab, loyaltylab.claims as c; from loyaltylab.base import files;"
        "print(loyaltylab.__file__); print(files.is_editable()); print(c.summary())"
    )
    python, env, place = installed
    out = run(python, "-c", code, cwd=tmp_path, env=env).splitlines()
    assert out[0].startswith(str(place))
    assert out[1] == "False"
    assert out[2].startswith("136 claims")


@pytest.mark.slow
def test_installed_copy_checks_an_answer_and_grades_a_notebook(
    installed: Installed, tmp_path: Path
) -> None:
    python, env, _ = installed
    code = (
        "from loyaltylab.lab.practice import start\n"
        "ex = start('04', student='s1')\n"
        "dearer = 1.5\n"
        "print(ex.check('q1'))\n"
    )
    assert "dearer = 1.5 (logits) does not pass" in run(python, "-c", code, cwd=tmp_path, env=env)

    reason = sandbox.available()
    need(not reason, reason)
    practice = [python, "-m", "loyaltylab", "practice"]
    (tmp_path / "r.csv").write_text("student\ns1\n")
    run(*practice, "key", "K", cwd=tmp_path, env=env)
    common = ["--roster", "r.csv", "--key-file", "K"]
    run(*practice, "issue", "04", *common, "--out", "out", cwd=tmp_path, env=env)
    said = run(*practice, "grade", "04", "out", *common, cwd=tmp_path, env=env)
    assert "s1: 0 points: None of the names dearer" in said
    search = (
        "import loyaltylab, pathlib\n"
        "place = pathlib.Path(loyaltylab.__file__).parent\n"
        "dearer = len(list(place.rglob('solution.py'))) - 99"
    )
    book = json.loads((tmp_path / "out" / "s1" / "04_curve_s1.ipynb").read_text())
    book["cells"].append({"cell_type": "code", "source": search})
    (tmp_path / "out" / "s1" / "04_curve_s1.ipynb").write_text(json.dumps(book))
    said = run(*practice, "grade", "04", "out", *common, cwd=tmp_path, env=env)
    feedback = (tmp_path / "grades-feedback" / "s1.md").read_text()
    assert "not -99" in feedback  # the solutions that the package carries are not to be seen


@pytest.mark.slow
def test_lab_from_an_empty_folder_serves_the_course(installed: Installed, tmp_path: Path) -> None:
    port, token = free_port(), secrets.token_hex(16)
    python, env, _ = installed
    env = env | {"JUPYTER_TOKEN": token}
    for name in ("CONFIG", "DATA", "RUNTIME"):
        env[f"JUPYTER_{name}_DIR"] = str(tmp_path / "jupyter" / name)
    folder = tmp_path / "empty"
    folder.mkdir()
    command = [python, "-m", "loyaltylab", "lab", "--no-browser", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        lab = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
    try:
        base = f"http://127.0.0.1:{port}/api/contents/notebooks"
        for _ in range(240):
            with contextlib.suppress(OSError):
                with urllib.request.urlopen(f"{base}?token={token}", timeout=2) as answer:
                    listing = json.load(answer)
                break
            assert lab.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.25)
        names = {entry["name"] for entry in listing["content"]}
        assert {"00_welcome.ipynb", "09_bucket.ipynb"} <= names
        with pytest.raises(urllib.error.HTTPError) as refused:  # the token stays on
            urllib.request.urlopen(base, timeout=5)
        assert refused.value.code == 403
        assert "Installed copy" in (tmp_path / "log").read_text()
        assert (folder / "loyaltylab-course" / "notebooks" / "09_bucket.ipynb").is_file()
    finally:
        lab.terminate()
        lab.wait(30)
