"""The seventeen exercises hold what they promise, and so does what is generated from them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from practice_tools import OVERLAY, TINY, tiny

from loyaltylab.base.files import root
from loyaltylab.lab.practice import build, folders
from loyaltylab.lab.practice.verify import of_the_firm, verify

CHAPTERS = sorted(path.stem for path in (root() / "notebooks").glob("[01]*.ipynb"))[1:]


def test_every_chapter_has_an_exercise_of_its_name() -> None:
    assert len(CHAPTERS) == 17
    assert folders.names() == CHAPTERS


def test_half_of_the_questions_use_the_students_own_firm() -> None:
    used, of = of_the_firm([folders.folder(name) for name in CHAPTERS])
    assert of >= 4 * 17
    assert used >= of / 2


def test_student_notebooks_are_as_the_exercises_generate_them() -> None:
    assert build.build(check=True) == [], "run: loyaltylab practice build"
    there = {path.stem for path in (root() / "exercises" / "student").glob("*.ipynb")}
    assert there == set(CHAPTERS)


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_lesson_points_to_its_exercise(name: str) -> None:
    book = json.loads((root() / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    text = "\n".join("".join(c["source"]) for c in book["cells"] if c["cell_type"] == "markdown")
    section = re.split(r"(?m)^## ", text.split("\n## Exercises\n")[1])[0]
    assert f"../exercises/student/{name}.ipynb" in section


@pytest.mark.slow
@pytest.mark.parametrize("name", CHAPTERS)
def test_an_exercise_is_proven(name: str) -> None:
    assert verify(folders.folder(name)) == []


# The proof itself: each thing that it promises to find, it finds


def test_the_small_exercise_is_proven() -> None:
    assert verify(tiny()) == []


def mended(place: Path, file: str, old: str, new: str) -> list[str]:
    """Return what the proof says of the small exercise after one change."""
    shutil.copytree(OVERLAY, place, dirs_exist_ok=True)
    path = place / TINY / file
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    assert not old or old in text
    path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")
    return [fault.said for fault in verify(tiny(place), students=("s123", "verify-1"))]


LINE = 'halves = by_shop.set_index("shop")["sold"]'
RIGHT_FOR_B = """    if shop == "b":
        return float(sales.loc[sales["shop"] == "b", "sold"].sum() * d.price)
    return"""
ANOTHER = "FAILS = {'q1': 'felt'}\nrate = 100 * rate\n"
FAULTS = [
    ("solution.py", "", "\nrate = float('nan')\n", "the solution gets 0 of 2"),
    ("solution.py", "", "\nimport random\nrate = random.random()\n", "the solution gets 0 of 2"),
    ("solution.py", "", "\nraise KeyError('x')\n", "raises KeyError"),
    ("solution.py", "", "\ndel rate\n", "gives no answer to q1"),
    ("solution.py", "    return float", "    return 17.0  #", "answers of verify-1 pass for s123"),
    ("solution.py", " * d.price)", ")", "the answers of"),
    ("solution.py", "", "\nby_shop['sold'] = d.price\n", "the student's file holds"),
    ("exercise.md", "rate = ...", "rate = 0.5", "starter cell counts as an answer"),
    ("exercise.md", "The share", LINE, "a line of the solution: halves ="),
    ("exercise.md", "## q2 ", "## q5 ", "must have one heading"),
    ("exercise.py", "int(rng.integers(1, 10**6))", "3", "the answers of"),
    ("exercise.py", "hidden=True", "hidden=False", "has no hidden check"),
    ("exercise.py", "high=1,", "high=0.001,", "the solution gets 0 of 2"),
    ("exercise.py", "choose=2,", "choose=2, firm=True,", "without a parameter firm_seed"),
    ("hints.json", '"felt"', '"thought"', "lacks the hints 'felt'"),
    ("hints.json", '"felt"', '"more": "x", "felt"', "never gives the hint 'more'"),
    ("hints.json", "{", "", "is no JSON"),
    ("wrong/felt.py", 'felt"}', 'felt", "q1": "felt"}', "passes, and says that it fails"),
    ("wrong/felt.py", '"q4"', '"q1"', "fails, and does not say so"),
    ("wrong/felt.py", "FAILS", "MISSES", "must say what it fails"),
    ("wrong/pieces.py", '"q3": "mean"', '"q3": "felt"', "never gives the hint 'mean'"),
    ("wrong/pieces.py", "    return", RIGHT_FOR_B, "no known mistake fails"),
    ("wrong/a.py", "", ANOTHER, "raises 'felt', not 'percent'"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), FAULTS)
def test_the_proof_finds(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    faults = mended(tmp_path, file, old, new)
    assert said in " | ".join(faults)
