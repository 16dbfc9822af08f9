"""Slides: what stands on them, that they need no network, and that nobody's file is lost."""

from __future__ import annotations

import contextlib
import functools
import html
import http.server
import importlib.util
import os
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import need
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from test_browser import CHROMIUM, FLAGS
from typer.testing import CliRunner

import loyaltylab
from loyaltylab.base import files
from loyaltylab.base.errors import InputError
from loyaltylab.lab import cli, notebooks, slide_cells, slides

RUN = CliRunner()
LESSONS = notebooks.listed(files.root())
BUCKET = slides.find("bucket", files.root())
OUTSIDE = re.compile(
    r"""(?:src|href)=["'](?!data:|#)([^"']+)|url\(\s*["']?(?!data:)([^)"']+)|@import"""
)


@pytest.fixture(scope="module", autouse=True)
def _reveal_is_installed() -> None:
    need(importlib.util.find_spec("sphinx_revealjs"), "sphinx-revealjs is not installed")


@functools.cache
def page(path: Path = BUCKET, code: bool = True) -> str:
    return slides.page(notebooks.read(path), path.stem, "reveal.js-x", code=code).decode()


def text(markup: str) -> str:
    """Return the words of a page, without blanks between them."""
    body = re.sub(r"<(style|script)\b.*?</\1>", "", markup, flags=re.DOTALL)
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]*>", "", body)))


def book(*cells: Any) -> Any:
    return new_notebook(cells=[new_markdown_cell("# 99 Mine"), *cells])


def saved(place: Path, *cells: Any) -> Path:
    path = place / "mine.ipynb"
    nbformat.write(book(*cells), path)
    return path


def said(source: str, printed: str) -> Any:
    return new_code_cell(source, outputs=[new_output("stream", name="stdout", text=printed)])


# Which notebook


@pytest.mark.parametrize(
    "asked", ["9", "09", "bucket", "09_bucket", "09_bucket.ipynb", "notebooks/09_bucket.ipynb"]
)
def test_a_chapter_is_found_by_number_name_or_file(
    asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert slides.find(asked, files.root()) == files.root() / "notebooks" / "09_bucket.ipynb"


def test_a_notebook_of_ones_own_is_taken_by_its_path(tmp_path: Path) -> None:
    mine = saved(tmp_path, said("1", "one"))
    assert slides.find(str(mine), files.root()) == mine
    made = slides.make(mine, tmp_path / "out").read_text("utf-8")
    assert "<h1>99 Mine</h1>" in made
    assert 'class="question"' not in made


@pytest.mark.parametrize(
    ("asked", "word"), [("buckt", "'bucket'"), ("99", "'99'"), ("x.ipynb", "x.ipynb"), ("", "''")]
)
def test_an_unknown_chapter_is_one_sentence(asked: str, word: str) -> None:
    done = RUN.invoke(cli.app, ["slides", asked])
    assert isinstance(done.exception, InputError)
    sentence = str(done.exception)
    assert sentence.startswith("chapter must be a number up to ")
    assert word in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert ". " not in sentence


# What stands on the slides


def test_the_first_slide_names_course_chapter_and_question() -> None:
    first = page().split("<section")[2]
    for words in (
        slides.COURSE,
        "09 The leaky bucket",
        "What does a leak cost?",
        "09_bucket.ipynb",
    ):
        assert words in first
    assert loyaltylab.__version__ in first
    assert page().count("<h1") == 1


def pieces(path: Path) -> Iterator[str]:
    """Yield all that a reader sees in a notebook, but title, links, and what only imports."""
    for cell in notebooks.read(path).cells:
        if "nav" in cell.metadata.get("tags", []):
            continue
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            yield text(data.get("text/html") or output.get("text") or data.get("text/plain", ""))
        if cell.cell_type == "code" and cell.outputs:
            yield re.sub(r"\s+", "", cell.source)


def holds_all(path: Path, markup: str) -> None:
    made = text(markup)
    missing = [piece[:80] for piece in pieces(path) if piece not in made]
    assert missing == []
    book = notebooks.read(path)
    pictures = [alt for alt, _ in notebooks.figures(book)]
    assert [html.unescape(a) for a in re.findall(r'<img alt="([^"]*)"', markup)] == pictures
    prose = "\n".join(
        c.source
        for c in book.cells
        if c.cell_type == "markdown" and "nav" not in c.metadata.get("tags", [])
    )
    heads = re.findall(r"^#{2,4} +(.+?)\s*$", prose, re.MULTILINE)
    for head in heads:
        assert text(re.sub(r"[*`]", "", html.escape(head, quote=False))) in made
    words = set(re.findall(r"[a-z]{5,}", re.sub(r"\]\([^)]*\)", "", prose)))
    lost = {word for word in words if word not in made}
    assert lost == set()


def is_closed(markup: str, beside: str) -> None:
    found = {a or b or "@import" for a, b in OUTSIDE.findall(markup)}
    cited = set(re.findall(r'<a [^>]*?href="([^"]+)"', markup))
    assert found - cited == {f"{beside}/reveal.js", f"{beside}/reveal.css"}
    assert not [link for link in cited if ".ipynb" in link]


def test_nothing_of_the_notebook_is_lost_and_nothing_is_loaded_from_elsewhere() -> None:
    holds_all(BUCKET, page())
    is_closed(page(), "reveal.js-x")
    assert not OUTSIDE.search(slides.reveal()["reveal.css"].decode())


def test_no_notebook_holds_tex_for_which_a_page_would_need_mathjax() -> None:
    for path in LESSONS:
        for cell in notebooks.read(path).cells:
            if cell.cell_type == "markdown":
                assert not re.search(r"\$[^$\n]+\$|\\\(|\\\[", cell.source), (path.name, cell.id)


def test_the_code_can_be_left_out() -> None:
    bare = page(code=False)
    assert "claims.table(" not in bare
    assert "highlight hl-" not in bare.split("<body")[1]
    assert bare.count("<img") == page().count("<img")
    assert bare.count("<table") == page().count("<table")


def test_links_between_notebooks_are_not_on_slides() -> None:
    assert "09-nav" in [cell.id for cell in notebooks.read(BUCKET).cells]
    assert "The customer database →" not in page()
    linked = book(new_markdown_cell("See [the bucket](09_bucket.ipynb) and [this](https://x.org)."))
    made = slides.page(linked, "mine", "r").decode()
    assert "See the bucket and" in made
    assert 'href="https://x.org"' in made


def test_a_still_picture_of_a_slider_says_so() -> None:
    sliders = sum(
        bool(re.search(r"^explore\(", cell.source, re.MULTILINE))
        for cell in notebooks.read(BUCKET).cells
    )
    assert page().count("The first picture of a slider") == sliders > 0


def test_a_live_slider_gives_way_to_its_picture_if_it_has_one() -> None:
    live = {slide_cells.LIVE: {"model_id": "x"}, "text/html": "<img alt='a' src='data:,'>"}
    shown = new_code_cell("explore(m)", outputs=[new_output("execute_result", data=live)])
    made = slides.page(book(shown), "mine", "r").decode()
    assert '<img alt="a"' in made
    assert "The first picture of a slider" in made
    assert slide_cells.LIVE not in made.split("<body")[1]
    assert slide_cells.LIVE in shown.outputs[0].data
    gone = new_code_cell(
        "explore(m)", outputs=[new_output("execute_result", data={"text/plain": "A sentence."})]
    )
    made = slides.page(book(gone), "mine", "r").decode()
    assert "A sentence." in made
    assert "The first picture of a slider" not in made


def kinds(*cells: Any, code: bool = True) -> list[tuple[str, str]]:
    made = slide_cells.cut(book(*cells), "first", code=code)
    return [(c.metadata["slideshow"]["slide_type"], c.source.split("\n")[0]) for c in made.cells]


def test_a_heading_starts_a_slide_wherever_it_stands_in_its_cell() -> None:
    prose = "Text.\n\n## One\n\nFirst.\n### Two\nSecond.\n```\n# no heading\n```"
    assert kinds(new_markdown_cell(prose)) == [
        ("slide", "first"),
        ("slide", "## The question"),
        ("-", "Text."),
        ("slide", "## One"),
        ("-", "First."),
        ("subslide", "### Two"),
        ("-", "Second."),
    ]


def test_a_heading_with_nothing_below_it_gives_no_empty_slide() -> None:
    assert kinds(new_markdown_cell("## Empty\n## Full\n\nText.")) == [
        ("slide", "first"),
        ("slide", "## Full"),
        ("-", "Text."),
    ]


def test_what_is_too_much_for_one_slide_goes_on_under_the_same_name() -> None:
    many = [new_markdown_cell(f"Paragraph {i}. " + "word " * 60) for i in range(9)]
    made = kinds(new_markdown_cell("## `Long` one"), *many)
    again = [(kind, words) for kind, words in made if 'class="again"' in words]
    assert again
    assert all(kind == "subslide" and ">Long one<" in words for kind, words in again)
    assert [w[:12] for k, w in made if w.startswith("Par")] == [f"Paragraph {i}." for i in range(9)]


def test_an_announcement_stays_with_what_it_announces() -> None:
    filler = new_markdown_cell("word " * 160)
    made = kinds(
        new_markdown_cell("## A"), filler, new_markdown_cell("See:"), said("x()", "1\n" * 9)
    )
    assert made.index(("-", "See:")) == len(made) - 2
    assert 'class="again"' in made[-3][1]


def test_a_little_prose_does_not_stand_alone_before_or_after_what_fills_a_slide() -> None:
    table = said("x()", "1\n" * 19)
    little, much = new_markdown_cell("Every method."), new_markdown_cell("word " * 300)
    assert [k for k, _ in kinds(new_markdown_cell("## A"), little, table)].count("subslide") == 0
    assert [k for k, _ in kinds(new_markdown_cell("## A"), table, little)].count("subslide") == 0
    assert [k for k, _ in kinds(new_markdown_cell("## A"), much, table)].count("subslide") == 1


def test_cells_that_only_import_are_left_out_and_others_are_not() -> None:
    cells = (
        new_code_cell("import a\n\nfrom b import c\npd.set_option('x', 1)\nFIRM = 'synthetic'"),
        new_code_cell("from a import b\n\ndef f():\n    pass"),
        said("import a", "out"),
    )
    assert [words for _, words in kinds(*cells)][2:] == ["from a import b", "import a"]
    assert [words for _, words in kinds(*cells, code=False)][2:] == ["import a"]


def test_the_notebook_given_is_not_changed() -> None:
    before = notebooks.read(BUCKET)
    slide_cells.cut(before, "first", code=False)
    assert before == notebooks.read(BUCKET)


# Files


def test_the_command_writes_page_script_style_and_licence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = RUN.invoke(cli.app, ["slides", "9"])
    assert done.exit_code == 0, done.output
    assert "loyaltylab-slides/09_bucket.html" in done.output.replace("\\", "/")
    found = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    beside = "loyaltylab-slides/reveal.js-5.2.0"
    assert found == ["loyaltylab-slides/09_bucket.html"] + [
        f"{beside}/{name}" for name in ("LICENSE", "reveal.css", "reveal.js")
    ]
    assert "Permission is hereby granted" in (tmp_path / beside / "LICENSE").read_text()


def test_open_shows_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(cli.typer, "launch", shown.append)
    mine = saved(tmp_path, said("1", "one"))
    RUN.invoke(cli.app, ["slides", str(mine), "--out", str(tmp_path / "a b")])
    assert shown == []
    RUN.invoke(cli.app, ["slides", str(mine), "--out", str(tmp_path / "a b"), "--open"])
    assert shown == [(tmp_path / "a b" / "mine.html").as_uri()]


def test_outputs_are_the_notebooks_own_unless_it_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[Path] = []

    def run(path: Path) -> Any:
        ran.append(path)
        return book(said("print('new')", "fresh words"))

    monkeypatch.setattr(notebooks, "run", run)
    mine = saved(tmp_path, said("print('new')", "stale words"))
    out = tmp_path / "out"
    assert "stale words" in slides.make(mine, out).read_text("utf-8")
    assert ran == []
    done = RUN.invoke(cli.app, ["slides", str(mine), "--out", str(out), "--run"])
    assert done.exit_code == 0, done.output
    assert ran == [mine]
    assert "fresh words" in (out / "mine.html").read_text("utf-8")


def foreign_page(place: Path) -> Path:
    (place / "mine.html").write_text("<html>my own page</html>")
    return place / "mine.html"


def edited_page(place: Path) -> Path:
    path = place / "mine.html"
    path.write_text(path.read_text("utf-8").replace("99 Mine", "99 Ours"), "utf-8")
    return path


def link_to_a_page(place: Path) -> Path:
    (place / "mine.html").rename(place / "there.html")
    (place / "mine.html").symlink_to(place / "there.html")
    return place / "there.html"


def edited_script(place: Path) -> Path:
    path = place / "reveal.js-5.2.0" / "reveal.js"
    path.write_text("// mine")
    return path


@pytest.mark.parametrize("change", [foreign_page, edited_page, link_to_a_page, edited_script])
def test_what_was_edited_or_is_foreign_is_never_overwritten(
    tmp_path: Path, change: Callable[[Path], Path]
) -> None:
    mine = saved(tmp_path, said("1", "one"))
    out = tmp_path / "out"
    slides.make(mine, out)
    slides.make(mine, out)  # our own, unedited, is replaced
    path = change(out)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    with pytest.raises(InputError, match=r"--out\.$") as caught:
        slides.make(mine, out)
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    assert path in before
    assert ". " not in str(caught.value)


def test_a_folder_or_a_file_in_the_way_is_one_sentence(tmp_path: Path) -> None:
    mine = saved(tmp_path, said("1", "one"))
    (tmp_path / "a.html").mkdir()
    (tmp_path / "b").write_text("a file")
    with pytest.raises(InputError, match="is not a file; name another place"):
        slides.make(mine, tmp_path / "a.html")
    with pytest.raises(InputError, match="lies inside a file"):
        slides.make(mine, tmp_path / "b")


def test_a_full_disk_leaves_the_earlier_page_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = saved(tmp_path, said("1", "one"))
    out = tmp_path / "out"
    before = slides.make(mine, out).read_bytes()
    saved(tmp_path, said("1", "two"))

    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(InputError, match=r"mine\.html could not be written \(No space left"):
            slides.make(mine, out)
    assert (out / "mine.html").read_bytes() == before
    assert not [p for p in out.rglob("*") if p.suffix == ".part"]
    assert slides.make(mine, out).read_bytes() != before


def test_without_reveal_js_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r'python -m pip install "loyaltylab\[slides\]"\.$'):
        slides.make(BUCKET, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", ["", "no notebook", "[]", '{"cells": 1}', "\xff"])
def test_what_is_no_notebook_is_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mine.ipynb"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(InputError, match="cannot be read as a notebook"):
        slides.make(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


# In a browser, without a network


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    need(CHROMIUM.exists(), f"{CHROMIUM} is not installed (Debian's package chromium)")
    need(importlib.util.find_spec("playwright"), "playwright is not installed")
    from playwright import sync_api

    with sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


MEASURE = """() => Reveal.getSlides().map((slide, number) => {
  const at = Reveal.getIndices(slide);
  Reveal.slide(at.h, at.v);
  const box = slide.querySelector('.fit'), room = box.getBoundingClientRect();
  const whole = document.querySelector('.slides').getBoundingClientRect();
  const foot = document.querySelector('.foot').getBoundingClientRect();
  const scrolls = box.classList.contains('scrolls');
  const out = [...box.querySelectorAll('*')].filter((part) => {
    const place = part.getBoundingClientRect();
    return place.right > whole.right + 1 || (!scrolls && place.bottom > foot.top + 2);
  });
  return {number, scrolls, seen: room.height > 20 && room.bottom <= foot.top + 2,
    cut: scrolls ? getComputedStyle(box).overflowY !== 'auto' || box.tabIndex !== 0
                 : box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1,
    out: out.map((part) => part.tagName),
    zoom: Number(getComputedStyle(box).zoom),
    blank: [...box.querySelectorAll('img')].filter((i) => !i.complete || !i.naturalWidth).length,
    pictures: box.querySelectorAll('img').length};
})"""


def watched(browser: Any, address: str, own: str) -> tuple[Any, list[str], list[str]]:
    """Open a page with all but its own requests refused; return requests and complaints."""
    opened = browser.new_page(viewport={"width": 1280, "height": 720})
    asked: list[str] = []
    complaints: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda said: complaints.append(said.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.route("**/*", lambda r: r.continue_() if r.request.url.startswith(own) else r.abort())
    opened.goto(address)
    opened.wait_for_function("() => window.Reveal && Reveal.isReady()", timeout=30_000)
    return opened, asked, complaints


def all_is_seen(opened: Any, path: Path) -> None:
    """Every slide holds its content, every picture is there, and the arrow key leads on."""
    measured = opened.evaluate(MEASURE)
    assert len(measured) > 8
    wrong = [m for m in measured if m["cut"] or m["out"] or not m["seen"] or m["blank"]]
    assert wrong == []
    assert min(m["zoom"] for m in measured) >= 0.65, "small, but to be read"
    assert sum(m["scrolls"] for m in measured) <= 0.12 * len(measured)
    assert sum(m["pictures"] for m in measured) == len(
        list(notebooks.figures(notebooks.read(path)))
    )
    opened.evaluate("() => Reveal.slide(0, 0)")
    opened.wait_for_timeout(1_500)  # what the walk through all slides left to be done later
    for number in range(1, 5):
        opened.keyboard.press("ArrowRight")
        opened.wait_for_timeout(200)
        assert opened.evaluate("() => Reveal.getSlidePastCount()") == number
    assert opened.locator(".slide-number").inner_text().split() == ["5", "/", str(len(measured))]


@pytest.mark.slow
def test_without_a_network_the_slides_of_a_file_are_whole(browser: Any, tmp_path: Path) -> None:
    place = slides.make(BUCKET, tmp_path / "my slides 课程")
    opened, asked, complaints = watched(browser, place.as_uri(), place.parent.as_uri())
    assert complaints == []
    assert {url.rsplit("/", 1)[1] for url in asked if not url.startswith("data:")} == {
        "09_bucket.html", "reveal.js", "reveal.css"
    }  # fmt: skip
    all_is_seen(opened, BUCKET)
    assert all(url.startswith(("file:", "data:")) for url in asked)
    assert complaints == []
    opened.close()


@pytest.mark.slow
def test_served_on_this_machine_the_slides_ask_nobody_else(browser: Any, tmp_path: Path) -> None:
    place = slides.make(BUCKET, tmp_path / "a.html", code=False)
    with served(place.parent) as own:
        opened, asked, complaints = watched(browser, f"{own}/a.html", own)
        all_is_seen(opened, BUCKET)
        opened.close()
    assert complaints == []
    assert all(url.startswith((own, "data:")) for url in asked)


@pytest.mark.slow
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_slides_of_every_chapter_are_whole(
    request: pytest.FixtureRequest, tmp_path: Path, path: Path
) -> None:
    place = slides.make(path, tmp_path)
    made = place.read_text("utf-8")
    holds_all(path, made)
    is_closed(made, "reveal.js-5.2.0")
    browser = request.getfixturevalue("browser")
    opened, asked, complaints = watched(browser, place.as_uri(), tmp_path.as_uri())
    all_is_seen(opened, path)
    assert complaints == []
    assert all(url.startswith(("file:", "data:")) for url in asked)
    opened.close()
