"""The instructor's guide: what it names exists, and the numbers that it quotes are printed so."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import json
import pkgutil
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import loyaltylab
from loyaltylab import claims, datasets, glossary
from loyaltylab.base.files import root
from loyaltylab.base.model import params
from loyaltylab.claims.pairs import arithmetic, listed
from loyaltylab.lab import cli

GUIDE = (Path(__file__).parents[1] / "docs" / "instructor-guide.md").read_text(encoding="utf-8")
NUMBERS = datasets.load("chapters").set_index("number")["chapter"]
CHAPTERS: dict[int, str] = {0: "welcome"} | {int(str(n)): str(c) for n, c in NUMBERS.items()}
CLAIMS = datasets.load("claims").set_index("claim")["chapter"]
MODEL = re.compile(r"`((\w+)\.([A-Z]\w+)\(([^`]*)\))`")
MOVE = re.compile(r"`(\w+)` (\S+) → (\S+)[^“]*“([^”]+)”")

PARTS = ("Board questions", "Traps", "Claims to discuss", "Sliders")
every_chapter = pytest.mark.parametrize("number", CHAPTERS, ids=CHAPTERS.values())


@cache
def sections() -> dict[str, str]:
    """Return the text of each section by its title."""
    pieces = re.split(r"^## (.+)$", GUIDE, flags=re.M)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def section(number: int) -> str:
    found = [text for title, text in sections().items() if title.startswith(f"{number:02d} ")]
    assert len(found) == 1, number
    return found[0]


def part(number: int, name: str) -> str:
    """Return one part of a chapter's section."""
    rest = section(number).split(f"**{name}**", 1)[1]
    return re.split(r"^\*\*", rest, maxsplit=1, flags=re.M)[0]


def points(text: str) -> list[str]:
    """Return the points of a list, each in one line."""
    return [" ".join(p.split()) for p in re.split(r"^(?:- |\d\. )", text, flags=re.M)[1:]]


def rows(title: str) -> list[list[str]]:
    """Return the cells of a table."""
    lines = [line for line in sections()[title].splitlines() if line.startswith("|")]
    return [[c.strip() for c in line.strip("|").split("|")] for line in lines[2:]]


def notebook(number: int) -> Path:
    return root() / "notebooks" / f"{number:02d}_{CHAPTERS[number]}.ipynb"


def flat(text: str) -> str:
    return " ".join(re.sub(r"[*`\\]", "", text).split())


@cache
def printed(number: int) -> str:
    """Return all text of a notebook, outputs included."""
    said: list[str] = []
    for cell in json.loads(notebook(number).read_text(encoding="utf-8"))["cells"]:
        said.append("".join(cell["source"]))
        for output in cell.get("outputs", []):
            said.append("".join(output.get("text", "")))
            said.append("".join(output.get("data", {}).get("text/plain", "")))
    return flat("\n".join(said))


@cache
def headings(number: int) -> tuple[str, ...]:
    cells = json.loads(notebook(number).read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return tuple(re.findall(r"^#+ (.+)$", text, flags=re.M))


def written(number: int) -> None:
    if not notebook(number).is_file():
        pytest.skip(f"notebook {number:02d} is not written yet")


# What each chapter's section holds


@every_chapter
def test_a_chapter_has_its_section_and_parts_in_order(number: int) -> None:
    text = section(number)
    assert [p for p in re.findall(r"^\*\*([^*]+)\*\*", text, flags=re.M)] == list(PARTS)
    assert f"`notebooks/{notebook(number).name}`" in text
    written(number)


def test_the_sections_of_chapters_stand_in_their_order() -> None:
    found = [int(t[:2]) for t in sections() if re.match(r"\d\d ", t)]
    assert found == list(CHAPTERS)


@every_chapter
def test_the_minutes_of_a_chapter_sum_to_fifty(number: int) -> None:
    minutes = [int(m) for m in re.findall(r"^\| (\d+) \|", section(number), flags=re.M)]
    assert len(minutes) >= 5
    assert sum(minutes) == 50
    assert min(minutes) > 0


@every_chapter
def test_board_questions_have_their_point(number: int) -> None:
    questions = points(part(number, "Board questions"))
    assert 2 <= len(questions) <= 3
    for question in questions:
        asked, point = question.split(" *The point: ")
        assert "?" in asked
        assert point.endswith(".*")


@every_chapter
def test_traps_quote_what_the_notebook_prints(number: int) -> None:
    traps = points(part(number, "Traps"))
    assert len(traps) >= 3
    quotes = re.findall("“([^”]+)”", " ".join(traps))
    assert quotes
    if quotes:
        written(number)
    for quote in quotes:
        assert flat(quote) in printed(number), quote


@every_chapter
def test_claims_belong_to_the_chapter_that_discusses_them(number: int) -> None:
    named = re.findall(r"C\d{3}", part(number, "Claims to discuss"))
    assert named
    assert len(named) == len(set(named))
    assert {str(CLAIMS[c]) for c in named} == {CHAPTERS[number]}
    for claim in re.findall(r"C\d{3}", section(number)):
        elsewhere = CLAIMS[claim] != CHAPTERS[number]
        assert not elsewhere or claim in printed(number), claim


def test_every_claim_named_exists_and_most_chapters_name_several() -> None:
    named = re.findall(r"\bC\d{3}\b", GUIDE)
    assert set(named) <= set(CLAIMS.index)
    assert len(set(named)) >= 60


def slider_points() -> list[tuple[int, str]]:
    return [(n, p) for n in CHAPTERS for p in points(part(n, "Sliders"))]


def found_model(chapter: str, name: str) -> type:
    """Return a model of a chapter, from its own names or from one of its modules."""
    module = importlib.import_module(f"loyaltylab.{chapter}")
    if not hasattr(module, name):
        for info in pkgutil.iter_modules(module.__path__):
            inner = importlib.import_module(f"loyaltylab.{chapter}.{info.name}")
            if hasattr(inner, name):
                return getattr(inner, name)  # type: ignore[no-any-return]
    return getattr(module, name)  # type: ignore[no-any-return]


def value(text: str) -> Any:
    return ast.literal_eval(text.strip(";,.").replace("−", "-"))


@pytest.mark.parametrize(("number", "text"), slider_points())
def test_a_slider_moves_to_what_the_guide_says_is_seen(number: int, text: str) -> None:
    chapter, name, given = MODEL.findall(text)[0][1:]
    assert number == 0 or chapter == CHAPTERS[number]
    call = ast.parse(f"f({given})", mode="eval").body
    assert isinstance(call, ast.Call)
    keywords: dict[str, Any] = {str(k.arg): ast.literal_eval(k.value) for k in call.keywords}
    model = found_model(chapter, name)(**keywords)
    moves = MOVE.findall(text)
    assert moves
    assert len(moves) == text.count("→") == text.count("“")
    before = flat(model.sentence())
    for field, start, end, seen in moves:
        assert field in params(model), field
        assert getattr(model, field) == value(start), (field, start)
        sentence = flat(dataclasses.replace(model, **{field: value(end)}).sentence())
        assert seen in sentence, sentence
        assert seen not in before, "the move changes nothing of it"


def test_chapters_with_a_widget_have_a_slider_in_the_guide() -> None:
    with_slider = {n for n, _ in slider_points()}
    assert set(CHAPTERS) - with_slider == {13}
    assert "explore(" not in printed(13)


# The plans


@pytest.mark.parametrize(("title", "weeks"), [("Fourteen weeks", 14), ("Six weeks", 6)])
def test_a_plan_holds_every_chapter_once_and_in_order(title: str, weeks: int) -> None:
    plan = rows(title)
    assert [int(row[0]) for row in plan] == list(range(1, weeks + 1))
    assert all(all(row) and len(row) == 5 for row in plan)
    taught = [int(n) for row in plan for n in re.findall(r"\d\d", row[1])]
    assert taught == list(CHAPTERS)


@pytest.mark.parametrize("title", ["Fourteen weeks", "Six weeks"])
def test_sections_named_in_a_plan_are_headings_of_that_weeks_notebooks(title: str) -> None:
    for week, chapters, named, exercise, _ in rows(title):
        numbers = [int(n) for n in re.findall(r"\d\d", chapters)]
        titles = [h for n in numbers if notebook(n).is_file() for h in headings(n)]
        for name in re.findall(r'"([^"]+)"', named):
            assert any(h.startswith(name) for h in titles), (week, name)
        assert int(exercise[:2]) in numbers


def test_exercises_named_in_a_plan_exist() -> None:
    for title in ("Fourteen weeks", "Six weeks"):
        for row in rows(title):
            for number, which in re.findall(r"(\d\d): (\d(?:(?:,| and| to) \d(?!\d))*)", row[3]):
                chapter = f"{number}_{CHAPTERS[int(number)]}"
                sheet = root() / "exercises" / chapter / "exercise.md"
                text = sheet.read_text(encoding="utf-8")
                for item in re.findall(r"\d", which):
                    heading = "## Further" if item == "5" else f"## q{item} "
                    assert f"\n{heading}" in text, (chapter, item)


# The themes, and the rest


def test_themes_name_the_chapters_of_their_claims() -> None:
    themes = rows("Discussions by theme")
    assert len(themes) >= 8
    for theme, listing, chapters, point in themes:
        named = re.findall(r"C\d{3}", listing)
        listed = {CHAPTERS[int(n)] for n in re.findall(r"\d\d", chapters)}
        assert len(named) >= 3
        assert {str(CLAIMS[c]) for c in named} <= listed, theme
        assert point


def test_contradictions_for_a_discussion_are_listed_with_the_numbers_of_the_table() -> None:
    pairs = listed()
    for named, chapters, said, point in rows("Contradictions worth a discussion"):
        first, second = re.findall(r"C\d{3}", named)
        pair = pairs[(pairs["claim_a"] == first) & (pairs["claim_b"] == second)]
        assert len(pair), named
        homes = [CHAPTERS[int(n)] for n in re.findall(r"\d\d", chapters)]
        assert homes == list(dict.fromkeys([CLAIMS[first], CLAIMS[second]]))
        lines = [line for function in pair["function"] for line in arithmetic(function)]
        sides = [side for line in lines for side in (line.by_a, line.by_b)]
        known = {f"{round(x * scale)}" for x in sides for scale in (1, 100)} | {"100"}
        known |= set(re.findall(r"\d+", " ".join(line.assumption for line in lines)))
        assert set(re.findall(r"\d+", (said + point).replace(",", ""))) <= known, named


def test_the_cells_that_discuss_a_claim_are_found_as_the_guide_says() -> None:
    (asked,) = re.findall(r'`claims\.where\("(C\d{3})"\)`', GUIDE)
    assert len(claims.where(asked))


def test_commands_of_the_guide_exist() -> None:
    known = {command.name or command.callback.__name__ for command in cli.app.registered_commands}
    known |= {group.name for group in cli.app.registered_groups}
    named = set(re.findall(r"`loyaltylab (\w+)", GUIDE))
    assert {"slides", "reproduce", "lab"} <= named <= known


def test_nothing_leads_outside_and_every_file_named_is_there() -> None:
    assert "](http" not in GUIDE
    assert "http" not in GUIDE
    for path in re.findall(r"`(notebooks/[^`]+\.ipynb)`", GUIDE):
        assert (root() / path).name in {notebook(n).name for n in CHAPTERS}


def test_the_guide_sends_to_the_page_on_grading() -> None:
    text = sections()["Assessment"]
    assert "(practice.md)" in text
    assert (root() / "docs" / "practice.md").is_file()


def test_terms_and_calls_of_the_section_on_language_work() -> None:
    text = sections()["Language"]
    for code in re.findall(r"`glossary\.(\w+)\(\"([^\"]+)\"\)`", text):
        assert len(str(getattr(glossary, code[0])(code[1]))) > 10
    for word in ("满意率", "满意度", "忠诚度", "百分点"):
        assert word in text
        assert glossary.term(word)


def test_a_firm_of_a_seed_is_made_as_the_guide_says() -> None:
    assert "`firm.Firm(seed=17, customers=5000)`" in GUIDE
    assert len(loyaltylab.firm.Firm(seed=17, customers=200).truth.table()) > 50


def test_lines_are_short_enough_to_read_in_a_terminal() -> None:
    long = [line for line in GUIDE.splitlines() if len(line) > 110 and not line.startswith("|")]
    assert long == []
