"""Slides of a chapter: nbconvert's, with reveal.js laid beside the page, so no network is used."""

from __future__ import annotations

import functools
import hashlib
import html
import importlib.util
import os
import re
from pathlib import Path
from typing import Any

import loyaltylab
from loyaltylab.base import files
from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.lab import notebooks, slide_cells

FOLDER = Path("loyaltylab-slides")
REVEAL = ("reveal.js", "reveal.css", "LICENSE")
COURSE = "loyaltylab: customer satisfaction and customer loyalty"
_TEMPLATE = Path(__file__).with_name("slides_page")
_MARK = re.compile(rb"\A<!-- loyaltylab slides [0-9a-f]{64} -->\n")
_LINK = re.compile(r'<a [^>]*href="(?!\w+:)[^"]*\.ipynb[^"]*"[^>]*>(.*?)</a>', re.DOTALL)


def find(chapter: str, course: Path) -> Path:
    """Return the notebook of a chapter: by number, by name, or any notebook by its path.

    Parameters
    ----------
    chapter
        ``"9"``, ``"bucket"``, ``"09_bucket"`` or the path of a notebook.
    course
        The folder that holds ``notebooks``.

    Raises
    ------
    InputError
        If there is no such chapter.

    Examples
    --------
    >>> find("9", files.root()).name
    '09_bucket.ipynb'
    """
    given = Path(chapter).expanduser()
    if given.suffix == ".ipynb" and given.is_file():
        return given
    lessons = {path.stem: path for path in notebooks.listed(course)}
    wanted = Path(chapter).name.removesuffix(".ipynb")
    number = int(wanted) if re.fullmatch("[0-9]{1,3}", wanted) else None
    for stem, path in lessons.items():
        if wanted in (stem, stem[3:]) or int(stem[:2]) == number:
            return path
    names = [stem[3:] for stem in lessons]
    raise InputError(
        f"chapter must be a number up to {int(max(lessons)[:2])}, a name such as 'bucket' or the"
        f" path of a notebook, not {shown(chapter)}{nearest(chapter, names)}."
    )


def reveal() -> dict[str, bytes]:
    """Return the files of reveal.js that a page needs, by name, from the installed package.

    Raises
    ------
    InputError
        If the package that brings them is not installed, or does not hold them any more.
    """
    spec = importlib.util.find_spec("sphinx_revealjs")
    places = list(spec.submodule_search_locations or ()) if spec else []
    needs = 'python -m pip install "loyaltylab[slides]"'
    if not places:
        raise InputError(
            f"Slides need reveal.js, which the package sphinx-revealjs brings: {needs}."
        )
    home = Path(places[0]) / "_static" / "revealjs"
    paths = [home / "dist" / "reveal.js", home / "dist" / "reveal.css", home / "LICENSE"]
    try:
        return {path.name: path.read_bytes() for path in paths}
    except OSError as error:
        raise InputError(
            f"The package sphinx-revealjs lacks {error.filename}; install it again: {needs}."
        ) from None


def page(notebook: Any, name: str, beside: str, *, code: bool = True) -> bytes:
    """Return a notebook as a page of slides.

    Parameters
    ----------
    notebook
        As nbformat reads it, with its outputs.
    name
        The name of its file without ending, such as ``"09_bucket"``.
    beside
        The folder beside the page that holds reveal.js.
    code
        Whether the code of the cells is shown.
    """
    exporter = _exporter(beside, code)
    title, question = _chapter(notebook, name)
    made = slide_cells.cut(notebook, _first(title, question, name), code=code)
    resources = {"title": title, "metadata": {"name": name}}
    text = str(exporter.from_notebook_node(made, resources)[0])
    return marked(_LINK.sub(r"\1", text).encode())


@functools.cache
def _exporter(beside: str, code: bool) -> Any:
    """Return nbconvert's exporter; its templates take longer to read than a page to write."""
    try:
        from nbconvert import SlidesExporter
        from traitlets.config import Config
    except ImportError:
        raise InputError(
            'Slides need nbconvert: python -m pip install "loyaltylab[slides]".'
        ) from None
    return SlidesExporter(  # type: ignore[no-untyped-call]
        config=Config({"CSSHTMLHeaderPreprocessor": {"style": "default"}}),
        extra_template_basedirs=[str(_TEMPLATE.parent)],
        template_name=_TEMPLATE.name,
        reveal_url_prefix=beside,
        exclude_input=not code,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )


def _chapter(notebook: Any, name: str) -> tuple[str, str]:
    """Return title and question; of a notebook that is no chapter its own title and nothing."""
    from loyaltylab import datasets

    for row in datasets.load("chapters").itertuples():
        if name == f"{row.number:02}_{row.chapter}":
            return f"{row.number:02} {row.title}", str(row.question)
    sources = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    found = re.search(r"^# +(.+?)\s*$", sources, re.MULTILINE)
    return (found[1] if found else name), ""


def _first(title: str, question: str, name: str) -> str:
    lines = {
        "course": COURSE,
        "question": question,
        "made": f"From the notebook {name}.ipynb, loyaltylab {loyaltylab.__version__}",
    }
    parts = {c: f'<p class="{c}">{html.escape(t)}</p>' if t else "" for c, t in lines.items()}
    heading = f"<h1>{html.escape(title)}</h1>"
    inner = parts["course"] + heading + parts["question"] + parts["made"]
    return f'<div class="first">{inner}</div>'


def marked(page: bytes) -> bytes:
    """Return a page with the hash of all the rest as its first line, so that an edit is noticed."""
    rest = _MARK.sub(b"", page)
    return b"<!-- loyaltylab slides %s -->\n" % hashlib.sha256(rest).hexdigest().encode() + rest


def target(out: Path | None, name: str) -> Path:
    """Return the path of the page: a file named ``.html``, or in a folder the chapter's name.

    Examples
    --------
    >>> target(None, "09_bucket").as_posix(), target(Path("a.html"), "09_bucket").as_posix()
    ('loyaltylab-slides/09_bucket.html', 'a.html')
    """
    place = (FOLDER if out is None else out).expanduser()
    return place if place.suffix == ".html" else place / f"{name}.html"


def refuse_foreign(path: Path) -> None:
    """Refuse, before any work is done, a page that is not, or no longer, ours."""
    if any(parent.is_file() for parent in path.absolute().parents):
        raise InputError(f"{str(path)!r} lies inside a file; name another place with --out.")
    if os.path.lexists(path) and (path.is_symlink() or not path.is_file()):
        raise InputError(f"{str(path)!r} is not a file; name another place with --out.")
    if path.is_file() and marked(path.read_bytes()) != path.read_bytes():
        raise _kept(path, "is not, or no longer, a page as loyaltylab made it")


def _kept(path: Path, what: str) -> InputError:
    return InputError(
        f"{str(path)!r} {what}, so it is left as it is; name another place with --out."
    )


def make(notebook: Path, out: Path | None = None, *, code: bool = True, run: bool = False) -> Path:
    """Write the slides of a notebook, with reveal.js and its licence in a folder beside them.

    The outputs that the notebook holds are shown. An earlier page is replaced; one that was
    edited, or is somebody else's, never is. The page is written last, whole or not at all.

    Parameters
    ----------
    notebook
        The file of the notebook.
    out
        A folder, or a file named ``.html``; by default ``loyaltylab-slides``.
    code
        Whether the code of the cells is shown.
    run
        Run the notebook again, in a fresh kernel, for its outputs.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InputError
        If something else lies there, a package is missing, or the notebook cannot be read or run.
    """
    path, parts = target(out, notebook.stem), reveal()
    refuse_foreign(path)
    found = re.search(rb"reveal\.js (\d[\w.]*)", parts["reveal.js"][:200])
    beside = path.parent / f"reveal.js-{found[1].decode() if found else 'unknown'}"
    for name, data in parts.items():
        refuse_foreign_part(beside / name, data)
    try:
        content = notebooks.run(notebook) if run else notebooks.read(notebook)
    except InputError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, OSError):
        raise InputError(
            f"{str(notebook)!r} cannot be read as a notebook; open and save it in JupyterLab, or"
            " name a chapter."
        ) from None
    made = page(content, notebook.stem, beside.name, code=code)
    try:
        for name, data in parts.items():
            if not (beside / name).is_file():
                files.write(beside / name, data)
        files.write(path, made)
    except OSError as error:
        raise InputError(
            f"{error.filename or path} could not be written ({error.strerror or error}); check"
            " the free space and the permissions there, or name another place with --out."
        ) from error
    return path


def refuse_foreign_part(path: Path, data: bytes) -> None:
    """Refuse a file in the place of reveal.js that holds something else."""
    if os.path.lexists(path) and not (path.is_file() and path.read_bytes() == data):
        raise _kept(path, f"is not the {path.name} that slides need")
