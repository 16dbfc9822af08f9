"""The last cell of each notebook: the one before, the map, the one after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from loyaltylab import datasets
from loyaltylab.base import files
from loyaltylab.lab import notebooks
from loyaltylab.lab.slide_cells import SKIPPED

MAP = "00_welcome"


def title(stem: str) -> str:
    """Return number and title of a notebook by its name without ending.

    Examples
    --------
    >>> title("09_bucket"), title("00_welcome")
    ('09 The leaky bucket', '00 Welcome')
    """
    number, _, chapter = stem.partition("_")
    titles = datasets.load("chapters").set_index("chapter")["title"]
    return f"{number} {titles.get(chapter, chapter.capitalize())}"


def line(stem: str, stems: list[str]) -> str:
    """Return the Markdown of a notebook's links, relative, as they stand in the same folder.

    Parameters
    ----------
    stem
        The notebook.
    stems
        All notebooks of the course in their order.

    Examples
    --------
    >>> print(line("01_satisfaction", ["00_welcome", "01_satisfaction", "02_needs"]))
    [← 00 Welcome: the map of the course](00_welcome.ipynb) · [02 Needs (Kano) →](02_needs.ipynb)
    """
    place = stems.index(stem)
    before, after = stems[:place][-1:], stems[place + 1 :][:1]
    links = [f"[← {title(name)}]({name}.ipynb)" for name in before if name != MAP]
    if stem != MAP:
        arrow = "← " if before == [MAP] else ""
        links.append(f"[{arrow}{title(MAP)}: the map of the course]({MAP}.ipynb)")
    links += [f"[{title(name)} →]({name}.ipynb)" for name in after]
    return " · ".join(links)


def linked(notebook: Any, stem: str, stems: list[str]) -> bool:
    """Add or refresh the links of one notebook; tell whether that changed it."""
    from nbformat.v4 import new_markdown_cell

    cell: Any = new_markdown_cell(line(stem, stems))  # type: ignore[no-untyped-call]
    cell.id = f"{stem[:2]}-nav"
    cell.metadata["tags"] = [SKIPPED]
    others = [c for c in notebook.cells if SKIPPED not in c.metadata.get("tags", [])]
    was, notebook.cells = notebook.cells, [*others, cell]
    return bool(was != notebook.cells)


def link(course: Path) -> list[str]:
    """Add or refresh the links in all notebooks of a course; nothing else in them changes.

    For authors, after a notebook was added, renamed or written anew. A second call does nothing.

    Parameters
    ----------
    course
        The folder that holds ``notebooks``: of a checkout, ``files.root()``.

    Returns
    -------
    list of str
        The names of the notebooks that were written.
    """
    paths = notebooks.listed(course)
    stems = [path.stem for path in paths]
    written = []
    for path in paths:
        notebook = notebooks.read(path)
        if linked(notebook, path.stem, stems):
            files.write(path, notebooks.write(notebook).encode())
            written.append(path.name)
    return written
