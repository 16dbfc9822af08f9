"""The links between notebooks, and the map of the course that they lead to."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
import test_browser
from test_browser import WAIT

from loyaltylab import datasets, show
from loyaltylab.base import figure as fig
from loyaltylab.base import files
from loyaltylab.lab import coursemap, navigation, notebooks

LESSONS = {path.stem: path for path in notebooks.listed(files.root())}
STEMS = list(LESSONS)
lab, page = test_browser.lab, test_browser.page  # fixtures
LINK = re.compile(r"\[[^\]]+\]\(([^)]+)\)")


def nav(stem: str) -> Any:
    (cell,) = (
        c for c in notebooks.read(LESSONS[stem]).cells if "nav" in c.metadata.get("tags", [])
    )
    return cell


def test_the_links_form_one_chain_through_all_notebooks() -> None:
    numbers = [int(stem[:2]) for stem in STEMS]
    assert numbers == list(range(len(STEMS)))
    place, seen = navigation.MAP, [navigation.MAP]
    while ahead := re.search(r"→\]\((\w+)\.ipynb\)$", nav(place).source):
        place = ahead[1]
        seen.append(place)
    assert seen == STEMS
    back = [place]
    while place != navigation.MAP:
        place = LINK.findall(nav(place).source)[0].removesuffix(".ipynb")
        back.append(place)
    assert back == STEMS[::-1]


@pytest.mark.parametrize("stem", STEMS)
def test_a_notebook_ends_with_fresh_links_to_notebooks_that_exist(stem: str) -> None:
    notebook = notebooks.read(LESSONS[stem])
    assert not navigation.linked(notebook, stem, STEMS), "call navigation.link(files.root())"
    cell = notebook.cells[-1]
    assert (cell.id, cell.metadata["tags"]) == (f"{stem[:2]}-nav", ["nav"])
    links = LINK.findall(cell.source)
    assert len(links) == (1 if stem in (STEMS[0],) else 2 if stem in (STEMS[1], STEMS[-1]) else 3)
    assert all("/" not in link and link.removesuffix(".ipynb") in LESSONS for link in links)
    assert stem == navigation.MAP or f"{navigation.MAP}.ipynb" in links


def test_titles_are_those_of_the_chapters() -> None:
    assert navigation.title("13_database") == "13 The customer database"
    assert navigation.title("00_welcome") == "00 Welcome"
    assert "[10 Lifetime value →](10_lifetime.ipynb)" in nav("09_bucket").source
    assert nav("09_bucket").source.startswith("[← 08 Delivered value](08_delivered_value.ipynb)")


def test_linking_changes_nothing_but_the_links_and_only_once(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for stem in ("00_welcome", "08_delivered_value", "09_bucket"):
        shutil.copy(LESSONS[stem], folder)
    before = notebooks.read(folder / "09_bucket.ipynb")
    assert navigation.link(tmp_path) == [
        "00_welcome.ipynb", "08_delivered_value.ipynb", "09_bucket.ipynb"
    ]  # fmt: skip
    assert navigation.link(tmp_path) == []
    after = notebooks.read(folder / "09_bucket.ipynb")
    assert after.cells[:-1] == before.cells[:-1]
    assert after.cells[-1].source == (
        "[← 08 Delivered value](08_delivered_value.ipynb) ·"
        " [00 Welcome: the map of the course](00_welcome.ipynb)"
    )
    nbformat.validate(after)


def test_links_are_added_moved_to_the_end_and_doubled_ones_taken_out() -> None:
    from nbformat.v4 import new_markdown_cell, new_notebook

    stems = ["00_welcome", "01_satisfaction"]
    book = new_notebook(cells=[new_markdown_cell("# 01 Satisfaction")])
    assert navigation.linked(book, "01_satisfaction", stems)
    book.cells = [book.cells[1], book.cells[1], book.cells[0]]
    assert navigation.linked(book, "01_satisfaction", stems)
    sources = [cell.source for cell in book.cells]
    assert sources == [
        "# 01 Satisfaction", "[← 00 Welcome: the map of the course](00_welcome.ipynb)"
    ]  # fmt: skip
    assert not navigation.linked(book, "01_satisfaction", stems)


def test_the_links_survive_a_re_run() -> None:
    book = notebooks.strip(notebooks.read(LESSONS["09_bucket"]))
    assert not navigation.linked(book, "09_bucket", STEMS)


# The map


def test_every_chapter_stands_once_on_the_map_in_one_part() -> None:
    table = coursemap.table()
    assert sorted(table["number"]) == datasets.load("chapters")["number"].tolist()
    assert table["part"].tolist() == sorted(table["part"], key=list(coursemap.PARTS).index), (
        "a part stands in one piece"
    )
    assert table["claims"].sum() == 134, "all but the two of the welcome"
    here = {name.removesuffix(".ipynb") for name in table["notebook"] if name}
    assert here == set(STEMS) - {navigation.MAP}


def test_arrows_are_the_imports_that_a_chapter_really_makes() -> None:
    drawn = set(coursemap.arrows().itertuples(index=False, name=None))
    numbers = datasets.load("chapters").set_index("chapter")["number"]
    text = "".join(
        path.read_text("utf-8") for path in (files.root() / "loyaltylab" / "churn").rglob("*.py")
    )
    used = {n for n in numbers.index if re.search(rf"loyaltylab(\.| import .*\b){n}\b", text)}
    assert {on for builds, on in drawn if builds == numbers["churn"]} == {
        numbers[name] for name in used - {"churn"}
    }
    assert (numbers["bucket"], numbers["lifetime"]) in drawn
    assert (numbers["lifetime"], numbers["bucket"]) not in drawn
    assert not any(builds == on for builds, on in drawn)


def test_all_forms_of_an_import_are_seen(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text(
        "import numpy\nimport loyaltylab.curve.fitting as f\nfrom loyaltylab import bucket\n"
        "def late():\n    from loyaltylab.needs.grid import Grid\n"
    )
    assert set(coursemap._imported(file)) == {"curve", "bucket", "needs"}


def test_the_picture_shows_every_chapter_and_arrow_and_nothing_is_cut_or_on_top() -> None:
    figure = fig.canvas(7.2, 7.4)
    ax = coursemap.plot(figure.subplots())
    figure.canvas.draw()
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

    texts = [text for text in ax.texts if text.get_text()]
    wanted = {f"{r.number:02}  {r.title}" for r in coursemap.table().itertuples()}
    assert {text.get_text() for text in texts} == wanted | set(coursemap.PARTS)
    boxes = [p.get_window_extent() for p in ax.patches if isinstance(p, FancyBboxPatch)]
    curves = [p for p in ax.patches if isinstance(p, FancyArrowPatch)]
    assert len(boxes) == len(wanted)
    assert len(curves) == len(coursemap.arrows())
    places = [text.get_window_extent() for text in texts]
    whole = figure.bbox.padded(1)
    for i, place in enumerate(places):
        assert whole.x0 <= place.x0 < place.x1 <= whole.x1
        assert not any(place.overlaps(other) for other in places[i + 1 :])
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[i + 1 :])
        inside = [place for place in places if box.overlaps(place)]
        assert len(inside) == 1
        assert box.x1 > inside[0].x1
    right = max(box.x1 for box in boxes)
    for curve in curves:
        place = curve.get_transform().transform_path(curve.get_path()).get_extents()
        assert right - 2 <= place.x0, "no arrow runs over a chapter"
        assert place.x1 <= figure.bbox.x1, "no arrow leaves the picture"


def test_no_two_arrows_share_an_end() -> None:
    height = {number: float(number) for number in coursemap.table()["number"]}
    ports = coursemap._ports(height)
    assert len(ports) == 2 * len(coursemap.arrows())
    assert len({round(port, 6) for port in ports.values()}) == len(ports)
    for (builds, on, end), port in ports.items():
        assert abs(port - height[builds if end == "to" else on]) < 0.41


def test_the_sentence_and_the_links_say_what_is_drawn() -> None:
    sentence, links = coursemap.sentence(), coursemap.links().data
    assert f"{len(coursemap.arrows())} arrows" in sentence
    assert sentence.endswith(".")
    for row in coursemap.table().itertuples():
        assert f"{row.number:02}" in sentence
        linked = f"[{row.number:02} {row.title}]({row.notebook})"
        assert (linked in links) == bool(row.notebook)
        assert row.question in links
    assert show(coursemap.plot(), alt=sentence).alt == sentence


def test_00_links_every_chapter_and_nothing_outside() -> None:
    book = notebooks.read(LESSONS[navigation.MAP])
    text = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    links = LINK.findall(text)
    names = {f"{r.number:02}_{r.chapter}.ipynb" for r in datasets.load("chapters").itertuples()}
    assert set(links) == names
    assert "http" not in text


@pytest.mark.slow
def test_a_click_on_a_link_opens_the_notebook_in_jupyterlab(page: Any, lab: str) -> None:
    page.goto(lab.format("09_bucket"))

    def opened(name: str) -> None:
        page.wait_for_function(
            "(path) => { const context = window.jupyterapp?.shell?.currentWidget?.context;"
            " return context?.path === path && context.isReady; }",
            arg=f"notebooks/{name}.ipynb",
            timeout=WAIT,
        )

    def click(words: str) -> None:
        widget = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        page.evaluate(
            "() => { const all = window.jupyterapp.shell.currentWidget.content;"
            " all.scrollToItem(all.widgets.length - 1); }"
        )
        link = widget.locator(".jp-RenderedMarkdown a", has_text=words).last
        link.scroll_into_view_if_needed()
        link.click()

    opened("09_bucket")
    click("10 Lifetime value →")
    opened("10_lifetime")
    click("00 Welcome: the map of the course")
    opened("00_welcome")
    page.locator(".jp-OutputArea a", has_text="13 The customer database").click(timeout=WAIT)
    opened("13_database")
