"""The command line: what it says, where it opens, how it fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy
import pytest
import rich
import typer
from typer.testing import CliRunner

import loyaltylab
from loyaltylab.base import files
from loyaltylab.lab import cli, course

RUN = CliRunner()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = []

    def start(folder: Path, **options: Any) -> int:
        calls.append({"folder": folder, **options})
        return 0

    monkeypatch.setattr(course, "start", start)
    return calls


def test_python_m_loyaltylab_is_the_command() -> None:
    command = [sys.executable, "-m", "loyaltylab", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == loyaltylab.__version__


# ``python -m loyaltylab`` where a checkout lies in the folder one stands in


def planted(place: Path, version: str, *, course: bool) -> Path:
    """Copy the package under another version, as a wheel has it or as a checkout does."""
    source = Path(loyaltylab.__file__).parent
    package = shutil.copytree(
        source, place / "loyaltylab", ignore=shutil.ignore_patterns("__pycache__", "_course")
    )
    face = package / "__init__.py"
    text = face.read_text("utf-8")
    assert f'__version__ = "{loyaltylab.__version__}"' in text
    face.write_text(text.replace(f'"{loyaltylab.__version__}"', f'"{version}"'), "utf-8")
    if course:
        (package / "_course" / "notebooks").mkdir(parents=True)
        (package / "_course" / "notebooks" / "a.ipynb").write_text("{}")
    return place


def said(folder: Path, *path: Path | str, options: tuple[str, ...] = (), ask: str) -> str:
    """Run ``python -m loyaltylab`` in a folder and return what it says."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONSAFEPATH": ""}
    command = [sys.executable, *options, "-m", "loyaltylab", *ask.split()]
    run = subprocess.run(
        command, capture_output=True, text=True, cwd=folder, env=env, check=False, timeout=60
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_in_a_checkouts_folder_python_m_is_the_installed_copy(tmp_path: Path) -> None:
    site = planted(tmp_path / "site", "7.7.7", course=True)
    checkout = planted(tmp_path / "checkout", "8.8.8", course=False)
    out = said(checkout, site, ask="lab mine --lay-only")
    assert out.startswith("Installed copy of loyaltylab 7.7.7: its course is laid out")
    assert (checkout / "mine" / "notebooks" / "a.ipynb").is_file()
    assert said(checkout, site, ask="--version").strip() == "7.7.7"
    assert said(tmp_path, site, ask="--version").strip() == "7.7.7"


def test_in_a_checkouts_folder_python_m_is_the_checkout_where_nothing_is_installed(
    tmp_path: Path,
) -> None:
    # without ``site`` no editable install is seen, and the packages needed are found all the same
    packages = {str(Path(m.__file__ or "").parents[1]) for m in (typer, numpy, rich)}
    if any((Path(p) / "loyaltylab" / "__init__.py").is_file() for p in packages):
        pytest.skip("loyaltylab lies among the packages that it needs")
    checkout = planted(tmp_path / "checkout", "8.8.8", course=False)
    out = said(checkout, *packages, options=("-S",), ask="--version")
    assert out.strip() == "8.8.8"


def test_wrong_input_is_one_sentence_on_stderr_and_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "loyaltylab-course").write_text("a file in the way")
    command = [sys.executable, "-m", "loyaltylab", "lab", "loyaltylab-course", "--lay-only"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("loyaltylab: ")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_editable_copy_opens_in_place(
    started: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "is_editable", lambda: True)
    result = RUN.invoke(cli.app, ["lab", "--no-browser", "--port", "9999"])
    assert result.exit_code == 0, result.output
    assert started == [{"folder": files.root(), "browser": False, "port": 9999}]
    assert "in place" in result.output


def test_named_folder_is_laid_and_opened(started: list[dict[str, Any]], tmp_path: Path) -> None:
    result = RUN.invoke(cli.app, ["lab", str(tmp_path / "mine")])
    assert result.exit_code == 0, result.output
    assert started[0]["folder"] == tmp_path / "mine"
    assert started[0]["browser"] is True
    assert (tmp_path / "mine" / "notebooks" / "09_bucket.ipynb").is_file()


def test_second_laying_names_the_lesson_beside_an_edited_one(
    started: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine"
    RUN.invoke(cli.app, ["lab", str(folder), "--lay-only"])
    catalogue = folder / "datasets" / "catalogue.csv"
    catalogue.write_text("my own notes")
    (folder / course.MANIFEST).unlink()
    monkeypatch.setattr(loyaltylab, "__version__", "9.9.9")
    result = RUN.invoke(cli.app, ["lab", str(folder), "--lay-only"])
    assert result.exit_code == 0, result.output
    assert "You changed datasets/catalogue.csv" in result.output
    assert catalogue.read_text() == "my own notes"
    assert (folder / "datasets" / "catalogue.new-9.9.9.csv").is_file()
    assert started == []


def test_datasets_lists_and_describes() -> None:
    assert "telecom_churn" in RUN.invoke(cli.app, ["datasets"]).output
    one = RUN.invoke(cli.app, ["datasets", "telecom_churn"]).output
    assert all(word in one for word in ("GPL-3", "tenure_months", "defects"))


def test_exit_code_of_jupyter_is_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(course, "start", lambda folder, **options: 3)
    assert RUN.invoke(cli.app, ["lab", str(tmp_path / "c")]).exit_code == 3
