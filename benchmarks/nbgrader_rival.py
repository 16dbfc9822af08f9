"""The other side of the benchmark ``grading``: a course of nbgrader with the same exercise.

The instructor's notebook has a cell for each answer and a test cell for each check, with the same
points; ``nbgrader generate_assignment`` makes of it what students get. Tests compare numbers by
``abs(found - expected) < 1e-6``.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.grading_exercise import ANSWERS, CALLS, EXERCISE, KEYS, tables

nbformat: Any = importlib.import_module("nbformat")  # hardly typed
ASSIGNMENT = "retention"
TABLE_TEST = """\
found = by_segment.set_index("segment")[{column!r}]
assert all(abs(found[name] - value) < 1e-6 for name, value in {values!r}.items())"""
FIRST = 'import pandas as pd\n\ncustomers = pd.read_csv("customers.csv")'


def run(folder: Path, module: str, *arguments: str) -> None:
    """Run the program of a module in a folder; what it says is shown if it fails."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    environ = {**os.environ, "PATH": path}  # nbgrader calls alembic by its bare name
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}")


def prepare(course: Path) -> None:
    """Write the assignment, release it, and hand in the eight answers."""
    source = course / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    tables({})["customers"].to_csv(source / "customers.csv", index=False)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(FIRST), *instructor_cells()]
    written = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.write(written, source / f"{ASSIGNMENT}.ipynb")
    run(course, "nbgrader", "generate_assignment", ASSIGNMENT, "--create")
    release = course / "release" / ASSIGNMENT
    for student, answers in ANSWERS.items():
        folder = shutil.copytree(release, course / "submitted" / student / ASSIGNMENT)
        notebook = nbformat.read(folder / f"{ASSIGNMENT}.ipynb", as_version=4)
        for cell in notebook.cells:
            key = cell.metadata.get("nbgrader", {}).get("grade_id")
            if key in KEYS and (answer := answers[KEYS.index(key)]):
                cell.source = answer
        nbformat.write(notebook, folder / f"{ASSIGNMENT}.ipynb")


def instructor_cells() -> list[Any]:
    """Return a cell for each answer, followed by a test cell for each of its checks."""
    new = nbformat.v4.new_code_cell
    cells = []
    for question, solution, tests in zip(
        EXERCISE.questions, ANSWERS["s1"], expected(), strict=True
    ):
        text = f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
        cells.append(new(text, metadata=marked(question.key, solution=True)))
        for place, (check, test) in enumerate(zip(question.checks, tests, strict=True)):
            text = f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS" if check.hidden else test
            graded = marked(f"{question.key}_{place}", grade=True, locked=True, points=check.points)
            cells.append(new(text, metadata=graded))
    return cells


def marked(name: str, **more: bool | int) -> dict[str, object]:
    """Return the metadata of a cell that nbgrader knows."""
    kind = {"grade": False, "locked": False, "solution": False, "task": False, **more}
    return {"nbgrader": {"grade_id": name, "schema_version": 3, **kind}}


def expected() -> list[list[str]]:
    """Return the tests of each question."""
    groups = tables({})["customers"].groupby("segment")["left"].agg(["size", "mean"])
    calls = [(f"clv{call}", m * (1 + d) / (1 + d - r)) for call in CALLS for m, r, d in [call]]
    share = float(tables({})["customers"]["left"].mean())
    columns = {"customers": groups["size"].to_dict(), "churn": groups["mean"].to_dict()}
    return [
        [f"assert abs(churn - {share!r}) < 1e-6"],
        [f"assert abs({call} - {value!r}) < 1e-6" for call, value in calls],
        [TABLE_TEST.format(column=column, values=values) for column, values in columns.items()],
    ]


def autograde(course: Path) -> list[float]:
    """Grade all, and return when each notebook was done."""
    run(course, "nbgrader", "autograde", ASSIGNMENT, "--create", "--force")
    done = (course / "autograded").glob(f"*/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")
    return sorted(path.stat().st_mtime for path in done)


def points(course: Path) -> dict[str, float]:
    """Return the points of each student, as nbgrader exports them."""
    run(course, "nbgrader", "export", "--to", "grades.csv")
    grades = pd.read_csv(course / "grades.csv").set_index("student_id")["score"]
    return {str(student): float(score) for student, score in grades.items()}
