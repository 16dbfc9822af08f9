"""Where in the notebooks a claim is discussed, read from the notebooks themselves."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

import pandas as pd

from loyaltylab.base import files
from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.claims.ledger import table

CLAIM = re.compile(r"\bC\d{3}\b")
RANGE = re.compile(r"\b(C\d{3})\s*(?:–|to)\s*(C\d{3})\b")
NOTEBOOK = re.compile(r"\d\d_(\w+)\.ipynb")
SOURCES = re.compile(r"^## Sources\b", re.MULTILINE)
"""The list of sources at a notebook's end: there a claim is referred to, and not discussed."""


def where(claim: str | None = None, *, folder: Path | None = None) -> pd.DataFrame:
    """Return the notebook cells that discuss a claim, by the ids that the text names.

    Parameters
    ----------
    claim
        A claim's id, such as ``"C066"``; None returns all claims.
    folder
        Folder of the notebooks; None is the course's own.

    Returns
    -------
    pandas.DataFrame
        ``claim, chapter, notebook, cell, main``: one row per claim and markdown cell that names
        it. The first cell in the claim's own chapter is its main one, and comes first; every
        other mention follows in the order of the course. A claim that no cell names has no row.

    Raises
    ------
    InputError
        For a claim that is not in the ledger.

    Examples
    --------
    >>> where("C105").query("main")[["chapter", "notebook"]].values.tolist()
    [['bucket', '09_bucket.ipynb']]
    """
    ledger = table()
    known = list(ledger["claim"])
    if claim is not None and claim not in known:
        raise InputError(
            f"There is no claim {shown(claim)}{nearest(claim, known)}; claims are numbered from"
            f" {known[0]} to {known[-1]}."
        )
    folder = files.root() / "notebooks" if folder is None else folder
    homes = dict(zip(ledger["claim"], ledger["chapter"], strict=True))
    rows = [
        (name, homes[name], path.name, cell, found[1])
        for path in sorted(folder.glob("*.ipynb"))
        if (found := NOTEBOOK.fullmatch(path.name))
        for cell, names in mentions(path)
        for name in names
        if name in homes and claim in (None, name)
    ]
    frame = pd.DataFrame(rows, columns=["claim", "chapter", "notebook", "cell", "lesson"])
    own = frame[frame["lesson"] == frame["chapter"]].drop_duplicates("claim")
    frame = frame.drop(columns="lesson").assign(main=frame.index.isin(own.index))
    order = ["claim", "main"]
    return frame.sort_values(order, ascending=[True, False], kind="stable", ignore_index=True)


def mentions(path: Path) -> list[tuple[str, list[str]]]:
    """Return the id of every markdown cell of a notebook that names claims, and their ids.

    Examples
    --------
    >>> mentions(files.root() / "notebooks" / "09_bucket.ipynb")[0][0][:3]
    '09-'
    """
    notebook = json.loads(path.read_text(encoding="utf-8"))
    found = []
    for cell in cast(list[dict[str, Any]], notebook["cells"]):
        text = "".join(cell["source"])
        names = named_in(SOURCES.split(text)[0]) if cell["cell_type"] == "markdown" else []
        if names:
            found.append((str(cell["id"]), names))
    return found


def named_in(text: str) -> list[str]:
    """Return the ids that a text names, in order, each once; a range names all within it.

    Examples
    --------
    >>> named_in("what the lists say (C070–C072, C136), and C070 again")
    ['C070', 'C071', 'C072', 'C136']
    """

    def spelt_out(span: re.Match[str]) -> str:
        first, last = int(span[1][1:]), int(span[2][1:])
        return " ".join(f"C{number:03}" for number in range(first, last + 1))

    return list(dict.fromkeys(CLAIM.findall(RANGE.sub(spelt_out, text))))
