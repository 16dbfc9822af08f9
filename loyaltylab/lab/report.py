"""The pages of a report: the ledger with what was computed, and the chapters as they ran."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import pandas as pd

from loyaltylab import claims
from loyaltylab.base.figure import number
from loyaltylab.claims.ledger import FARES, fares, verdict_text
from loyaltylab.claims.places import named_in
from loyaltylab.lab import notebooks

_TEMPLATES = Path(__file__).with_name("report_page")
_TAG = re.compile(r"(<[^>]*>)")
_CLAIM = re.compile(r"\bC\d{3}\b")
_LESSON = re.compile(r'href="(\d\d_\w+)\.ipynb(#[^"]*)?"')
_SILENT = ("a", "style")
"""Tags whose text is left as it is: a link within a link is none."""
_AGREES = {True: "agrees", False: "disagrees"}


def index(
    checked: pd.DataFrame,
    contradicting: pd.DataFrame,
    ran: dict[str, Any],
    *,
    total: str,
    failed: Iterable[str] = (),
    drifted: Iterable[str] = (),
) -> str:
    """Return the first page of a report.

    Parameters
    ----------
    checked
        What :func:`loyaltylab.claims.check` returned.
    contradicting
        What :func:`loyaltylab.claims.contradictions` returned.
    ran
        The notebooks that ran, by the stem of their file.
    total
        The sum in one line.
    failed, drifted
        One sentence for each, shown on top.
    """
    rows = ledger_rows(checked, set(ran))
    places = contradicting.drop_duplicates("pair")["place"].value_counts()
    return _render(
        "index.html.j2",
        sum=total,
        failed=list(failed),
        drifted=list(drifted),
        verdicts=verdicts(checked),
        ways=FARES if claims.table()["check"].eq("").any() else FARES[:-1],
        rows=rows,
        pairs=pairs(contradicting),
        placed=", ".join(f"{count} {place}" for place, count in places.items()),
        chapters=[chapter(stem, notebook) for stem, notebook in ran.items()],
    )


def page(stem: str, notebook: Any, pages: Iterable[str]) -> str:
    """Return a chapter as one page that needs no other file and no network.

    Every cell is an anchor, named by its id; every claim is a link to its row on the first page.

    Parameters
    ----------
    stem
        The stem of the notebook's file.
    notebook
        The notebook as it ran.
    pages
        The stems that have a page in the report, so that links between lessons lead there.
    """
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]

    known = list(claims.table()["claim"])
    text = "\n".join("".join(c.source) for c in notebook.cells if c.cell_type == "markdown")
    return _render(
        "chapter.html.j2",
        title=title(stem, notebook),
        body=linked(notebooks.body(notebook), known, pages),
        claims=[name for name in named_in(text) if name in known],
        code_css=HtmlFormatter().get_style_defs(".highlight"),
    )


def title(stem: str, notebook: Any) -> str:
    """Return a notebook's first heading, or the stem of its file.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> title("01_x", new_notebook(cells=[new_markdown_cell("# 01 A title")]))
    '01 A title'
    """
    text = "\n".join("".join(c.source) for c in notebook.cells if c.cell_type == "markdown")
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1].strip() if found else stem


def linked(body: str, known: Iterable[str], pages: Iterable[str]) -> str:
    """Link every claim named in the text of a page to the ledger, and lessons to their pages.

    Examples
    --------
    >>> linked('<p title="C001">see C001</p>', ["C001"], [])
    '<p title="C001">see <a href="../index.html#C001">C001</a></p>'
    """
    known, pages, silent, parts = set(known), set(pages), 0, []
    for part in _TAG.split(body):
        name = re.match(r"</?(\w*)", part)
        if name and name[1] in _SILENT:
            silent += -1 if part.startswith("</") else 1
        if not part.startswith("<") and not silent:
            part = _CLAIM.sub(lambda found: _to_ledger(found[0], known), part)
        parts.append(part)
    return _LESSON.sub(lambda found: _to_lesson(found, pages), "".join(parts))


def _to_ledger(claim: str, known: set[str]) -> str:
    return f'<a href="../index.html#{claim}">{claim}</a>' if claim in known else claim


def _to_lesson(found: re.Match[str], pages: set[str]) -> str:
    """A lesson without a page stays where it is named: on the first page of the report."""
    if found[1] not in pages:
        return 'href="../index.html#chapters"'
    return f'href="{found[1]}.html{found[2] or ""}"'


def verdicts(checked: pd.DataFrame) -> list[tuple[str, int, list[int]]]:
    """Return each verdict with its number of claims, and how many of them fare in which way.

    The ways are the words of ``claims.ledger.FARES``, in their order.

    Examples
    --------
    >>> verdicts(claims.check("bucket"))[3]
    ('folklore', 4, [0, 1, 0, 3, 0])
    """
    fare = fares(checked)
    verdict = claims.table().set_index("claim")["verdict"][fare.index]
    rows = []
    for word in claims.VERDICTS:
        of_these = fare[verdict == word]
        rows.append((word, len(of_these), [int((of_these == way).sum()) for way in FARES]))
    return rows


def ledger_rows(checked: pd.DataFrame, ran: set[str]) -> list[dict[str, Any]]:
    """Return the claims as the page shows them: verdict in full, findings, and their cells."""
    examined = checked[checked["reading"] != ""]
    findings = {str(claim): found for claim, found in examined.groupby("claim")}
    cells = {str(claim): found for claim, found in claims.where().groupby("claim")}
    rows = []
    for row in cast(list[dict[str, Any]], claims.table().to_dict("records")):
        found = findings.get(row["claim"], examined.head(0))
        places = cells.get(row["claim"])
        row["verdict_text"] = verdict_text(row["verdict"], row["condition"])
        compared = found["agrees"].notna()
        row["compared"] = [_finding(f) for f in found[compared].itertuples()]
        row["others"] = [_finding(f) for f in found[~compared].itertuples()]
        row["places"] = [] if places is None else [_place(p, ran) for p in places.itertuples()]
        rows.append(row)
    return rows


def _finding(row: Any) -> dict[str, str]:
    shown = {
        name: "" if pd.isna(value := getattr(row, name)) else number(float(value))
        for name in ("documented", "computed")
    }
    agrees = "" if pd.isna(row.agrees) else _AGREES[bool(row.agrees)]
    return {"reading": row.reading, "assumption": row.assumption, "agrees": agrees, **shown}


def _place(row: Any, ran: set[str]) -> dict[str, str]:
    stem = row.notebook.removesuffix(".ipynb")
    href = f"notebooks/{stem}.html#cell-id={row.cell}" if stem in ran else ""
    return {"cell": row.cell, "href": href}


def pairs(contradicting: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the contradictions as the page shows them, each with the lines of its arithmetic."""
    found = []
    for _, lines in contradicting.groupby("pair", sort=False):
        pair = cast(dict[str, Any], lines.iloc[0].to_dict())
        shown = lines.assign(**{c: lines[c].map(number) for c in ("by_a", "by_b", "difference")})
        found.append({**pair, "lines": shown.to_dict("records")})
    return found


def chapter(stem: str, notebook: Any) -> dict[str, Any]:
    """Return what the first page says of a chapter: its title, tables and pictures."""
    pictures = [
        (f"{stem}-{n:02}.png", alt) for n, (alt, _) in enumerate(notebooks.figures(notebook), 1)
    ]
    tables = sum(1 for _ in notebooks.tables(notebook))
    return {"stem": stem, "title": title(stem, notebook), "figures": pictures, "tables": tables}


def _render(name: str, **values: Any) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    css = (_TEMPLATES / "page.css").read_text(encoding="utf-8")
    return environment.get_template(name).render(css=css, **values) + "\n"
