"""Notebooks as data: run one, compare what it says now with what it said, take out its parts."""

from __future__ import annotations

import base64
import copy
import csv
import html
import importlib.util
import io
import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loyaltylab.base.errors import InputError

TIMEOUT = 600
WIDGET = "application/vnd.jupyter.widget-view+json"
COMPARED = ("text/plain", "text/html", "text/markdown")
SANITIZE = ((r"data:image/png;base64,[A-Za-z0-9+/=]+", "IMAGE"),)
"""What may differ between machines; ``tests/nbval_sanitize.cfg`` says the same to nbval."""

SHOWN = ("text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain")
"""What a page shows of an output, the first that there is: nothing that runs."""
SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
IMAGE = re.compile(r'<img alt="([^"]*)"[^>]* src="data:image/png;base64,([A-Za-z0-9+/=]+)"')


def listed(folder: Path) -> list[Path]:
    """Return the course's notebooks in their order."""
    found = sorted(p for p in (folder / "notebooks").glob("*.ipynb") if p.name[0].isdigit())
    if not found:
        raise InputError(f"There are no notebooks in {folder / 'notebooks'}; install again.")
    return found


def read(path: Path) -> Any:
    """Read a notebook file; one that cannot be read is an InputError."""
    import nbformat

    try:
        return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, AttributeError):
        raise InputError(
            f"{path.name} cannot be read as a notebook; put the course's own file back."
        ) from None


def run(path: Path, book: Any = None) -> Any:
    """Run a notebook in a fresh kernel of this Python and return it, stripped.

    Parameters
    ----------
    path
        The notebook's file; its cells run in its folder.
    book
        The notebook as it was read, which is left as it is; None reads the file.

    Raises
    ------
    InputError
        If a cell fails; the sentence names the notebook, the cell and its error.
    """
    needed()
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this Python, not the user's
    notebook = read(path) if book is None else copy.deepcopy(book)
    place = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        resources=place,
        extra_arguments=["--log-level=ERROR"],
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise InputError(f"{path.name} stops with {error.ename}: {error.evalue}.") from None
    except DeadKernelError:
        raise InputError(f"The kernel of {path.name} died while it ran.") from None
    except CellTimeoutError:
        raise InputError(f"A cell of {path.name} took longer than {TIMEOUT} seconds.") from None
    return strip(notebook)


def strip(notebook: Any) -> Any:
    """Remove what must not be committed: widget state, timings, the machine's kernel."""
    notebook.metadata.clear()
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata.clear()
        if tags:
            cell.metadata["tags"] = tags
        outputs = cell.get("outputs", [])
        for output in outputs:
            output.get("data", {}).pop(WIDGET, None)
            output.get("metadata", {}).clear()
        # without its view a plain widget is nothing but the name of a Python object
        outputs[:] = [o for o in outputs if not _bare_widget(o)]
    return notebook


def _bare_widget(output: Any) -> bool:
    data = output.get("data", {})
    return set(data) == {"text/plain"} and data["text/plain"].startswith("interactive(")


def write(notebook: Any) -> str:
    """Return a notebook as the text of its file."""
    import nbformat

    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


def differences(before: Any, now: Any) -> list[str]:
    """Return one sentence per cell whose printed text or table is not what it was."""
    was = [c for c in before.cells if c.cell_type == "code" and not _ignored(c)]
    new = [c for c in now.cells if c.cell_type == "code" and not _ignored(c)]
    sentences = []
    for number, (a, b) in enumerate(zip(was, new, strict=True), start=1):
        then, today = "\n".join(_said(a)).split("\n"), "\n".join(_said(b)).split("\n")
        if then != today:
            pairs = itertools.zip_longest(then, today, fillvalue="")
            old, line = next((o, n) for o, n in pairs if o != n)
            line, old = line.strip()[:80], old.strip()[:80]
            sentences.append(f"code cell {number} says {line!r}, committed was {old!r}.")
    return sentences


def _ignored(cell: Any) -> bool:
    """Whether the output of a cell is not to be compared, as nbval understands it."""
    return "nbval-ignore-output" in cell.metadata.get("tags", [])


def _said(cell: Any) -> list[str]:
    """Return all that a cell printed or displayed as text, sanitised; streams joined."""
    said, printed = [], ""
    for output in cell.outputs:
        if output.output_type == "stream":
            printed += output.text if output.name == "stdout" else ""
        else:
            said += [str(output.get("data", {}).get(kind, "")) for kind in COMPARED]
    for pattern, replacement in SANITIZE:
        said = [re.sub(pattern, replacement, text) for text in said]
    return [printed, *said]


def figures(notebook: Any) -> Iterator[tuple[str, bytes]]:
    """Yield alternative text and PNG bytes of every picture of a notebook."""
    for text in _displayed(notebook):
        for alt, data in IMAGE.findall(text):
            yield html.unescape(alt), base64.b64decode(data)


def tables(notebook: Any) -> Iterator[str]:
    """Yield every table of a notebook as CSV text."""
    from bs4 import BeautifulSoup

    for text in _displayed(notebook):
        for found in BeautifulSoup(text, "html.parser").find_all("table"):
            out = io.StringIO()
            rows = [[c.get_text() for c in r.find_all(["th", "td"])] for r in found.find_all("tr")]
            csv.writer(out, lineterminator="\n").writerows(rows)
            yield out.getvalue()


def _displayed(notebook: Any) -> Iterator[str]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield str(output.get("data", {}).get("text/html", ""))


def body(notebook: Any) -> str:
    """Return the cells of a notebook as HTML without a page around them, and without a script.

    Each cell's element has the id ``cell-id=`` and the cell's own id.
    """
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        config=Config({"NbConvertBase": {"display_data_priority": list(SHOWN)}}),
        template_name="basic",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    return SCRIPT.sub("", str(exporter.from_notebook_node(notebook)[0]))


def needed() -> None:
    """Refuse, before any work is done, to run notebooks without what that takes."""
    for name in ("nbclient", "nbconvert", "bs4"):
        if importlib.util.find_spec(name) is None:
            raise InputError(
                'Running notebooks needs JupyterLab: python -m pip install "loyaltylab[lab]".'
            )
