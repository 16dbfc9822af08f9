"""A notebook is cut into slides: where one begins, and what of the notebook stands on it."""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

ROOM = 640
"""Pixels of a slide's 720 that cells may take; the page itself measures and shrinks exactly."""
WIDE = 96  # characters in a line of prose
HEADING = re.compile(r"^(#{1,4}) +(.+?)\s*$")
REMARK = 0.4  # of its height a remark on what was computed takes: rather shrunk than torn away
SHRUNK = 1.25  # the excess that may be shrunk to keep together what belongs together
LITTLE = 0.35  # prose of so little of a slide, alone on it, would leave it all but empty
IMPORTS = re.compile(r"((import |from |pd\.set_option\(|[A-Z_]+ = ).*\n*|\n)*")
LIVE = "application/vnd.jupyter.widget-view+json"
"""What JupyterLab saves of a slider: a page without a kernel would show nothing in its place."""
SKIPPED = "nav"  # tag of the cells that link notebooks
STILL = '<p class="still">The first picture of a slider: move it in the notebook.</p>'


@dataclass
class Section:
    """A heading with the cells below it, in the order of the notebook."""

    heading: str
    level: int
    items: list[Any] = field(default_factory=list)


def cut(notebook: Any, first: str, *, code: bool) -> Any:
    """Return a notebook whose cells carry nbconvert's slide types.

    Parameters
    ----------
    notebook
        As nbformat reads it; it is not changed.
    first
        The HTML of the title slide; it takes the place of the notebook's own title.
    code
        Whether code is shown; without it, a cell that shows nothing is left out.
    """
    from nbformat.v4 import new_notebook

    cells = [_markdown(first, "slide")]
    for section in _sections(notebook, code):
        for number, items in enumerate(_packed(section)):
            head = f"{'#' * section.level} {section.heading}"
            if number:
                plain = html.escape(re.sub(r"[*`]", "", section.heading))
                head = f'<p class="again" role="heading" aria-level="2">{plain}</p>'
            kind = "subslide" if number or section.level > 2 else "slide"
            cells += [_markdown(head, kind), *items]
    return new_notebook(cells=cells, metadata=notebook.metadata)  # type: ignore[no-untyped-call]


def _markdown(text: str, kind: str = "-") -> Any:
    from nbformat.v4 import new_markdown_cell

    cell: Any = new_markdown_cell(text)  # type: ignore[no-untyped-call]
    cell.metadata["slideshow"] = {"slide_type": kind}
    return cell


def _sections(notebook: Any, code: bool) -> Iterator[Section]:
    """Yield what has a heading of its own; prose below the title answers to the question."""
    section = Section("The question", 2)
    for cell in notebook.cells:
        if SKIPPED in cell.metadata.get("tags", []):
            continue
        if cell.cell_type == "code":
            section.items += _code(cell, code)
        if cell.cell_type != "markdown":
            continue
        for block in _blocks(cell.source):
            found = HEADING.match(block)
            if not found:
                section.items.append(_markdown(block))
            elif len(found[1]) > 1:
                if section.items:
                    yield section
                section = Section(found[2], len(found[1]))
    if section.items:
        yield section


def _blocks(source: str) -> Iterator[str]:
    """Yield the paragraphs, lists, fenced blocks and headings of a markdown text."""
    block: list[str] = []
    fenced = False
    for line in source.split("\n"):
        fenced ^= line.lstrip().startswith("```")
        ends = not fenced and (not line.strip() or HEADING.match(line))
        if ends and block:
            yield "\n".join(block)
            block = []
        if ends and line.strip():
            yield line
        elif not ends:
            block.append(line)
    if block:
        yield "\n".join(block)


def _code(cell: Any, code: bool) -> list[Any]:
    """Return the cells of a slide for a code cell; one that only imports is no lesson."""
    if not cell.outputs and (not code or IMPORTS.fullmatch(cell.source)):
        return []
    shown = copy.deepcopy(cell)
    shown.metadata["slideshow"] = {"slide_type": "-"}
    for output in shown.outputs:
        output.get("data", {}).pop(LIVE, None)
    moves = re.search(r"^(_ = )?(explore|interact)\(", cell.source, re.MULTILINE)
    still = moves and any("<img" in _page(output) for output in shown.outputs)
    return [shown, _markdown(STILL)] if still else [shown]


def _packed(section: Section) -> Iterator[list[Any]]:
    """Yield the cells of each slide of a section; what does not fit goes to the next one."""
    slide: list[Any] = []
    room = ROOM - 70  # the heading's
    for item, after in zip(section.items, [*section.items[1:], None], strict=True):
        taken = sum(map(_height, slide))
        need = _height(item)
        if item.source.endswith(":") and after is not None:
            need += _height(after)  # an announcement stays with what it announces
        elif item.cell_type == "markdown" and any(c.cell_type == "code" for c in slide):
            need *= REMARK
        announced = bool(slide) and slide[-1].source.endswith(":")
        lone = taken < LITTLE * room and all(c.cell_type == "markdown" for c in slide)
        last = after is None and item.cell_type == "markdown"
        tight = room * SHRUNK if announced or lone or last else room
        if slide and item.source != STILL and taken + need > tight:
            yield slide
            slide, room = [], ROOM - 50
        slide.append(item)
    yield slide


def _height(cell: Any) -> float:
    """Estimate the pixels that a cell takes on a slide."""
    if cell.cell_type == "markdown":
        if cell.source == STILL:
            return 25
        items = re.split(r"\n(?=[-*] |\d+\. )", cell.source)
        return 14.0 + sum(35 * -(-len(item) // WIDE) for item in items)
    height = 23.0 * len(cell.source.split("\n")) + 28
    for output in cell.outputs:
        if output.output_type == "stream":
            height += 26 * len(output.text.rstrip().split("\n")) + 12
            continue
        page = _page(output)
        height += 400 * page.count("<img") + 12
        height += sum(_row(row) for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL))
        if not page:
            height += 26 * len(str(output.get("data", {}).get("text/plain", "")).split("\n"))
    return height


def _page(output: Any) -> str:
    return str(output.get("data", {}).get("text/html", ""))


def _row(row: str) -> float:
    """Estimate the pixels of a table's row, whose long texts share the width."""
    letters = len(re.sub(r"<[^>]*>|\s+", " ", row).strip())
    return 9 + 25 * -(-letters // 130)
