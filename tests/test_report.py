"""The pages of ``loyaltylab reproduce``: complete, linked both ways, and without a network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from unittest import mock

import ledger_checked
import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from loyaltylab import claims
from loyaltylab.base import files
from loyaltylab.claims.ledger import FARES
from loyaltylab.lab import notebooks, report, reproduce

STEM = "09_bucket"
LOADING = ("script", "link", "iframe", "object", "embed", "video", "audio", "source", "base")


@pytest.fixture(scope="module")
def outcome() -> reproduce.Outcome:
    book = notebooks.read(files.root() / "notebooks" / f"{STEM}.ipynb")
    checked = claims.check("bucket")
    return reproduce.Outcome(checked, {STEM: book}, ["C066 <drifted>."], ["01_x.ipynb stops."])


@pytest.fixture(scope="module")
def folder(outcome: reproduce.Outcome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("reports") / "report"
    table = ledger_checked.contradicting()
    with mock.patch.object(claims, "contradictions", return_value=table):
        reproduce.report(outcome, out)
    return out


@pytest.fixture(scope="module")
def first(folder: Path) -> BeautifulSoup:
    return BeautifulSoup((folder / "index.html").read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def chapter(folder: Path) -> BeautifulSoup:
    page = folder / "notebooks" / f"{STEM}.html"
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


def test_the_parts_of_a_report_are_there(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    assert {"index.html", "claims.csv", "claims_check.csv", "contradictions.csv"} <= names
    assert {"summary.txt", "notebooks", "figures", "tables"} <= names
    pairs = pd.read_csv(folder / "contradictions.csv", dtype={"document_a": str})
    assert len(pairs) == len(ledger_checked.contradicting())
    assert any((folder / "figures").glob("*.png"))
    assert any((folder / "tables").glob("*.csv"))


def test_no_page_loads_anything_from_elsewhere(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        text = path.read_text("utf-8")
        page = BeautifulSoup(text, "html.parser")
        assert page.find_all(LOADING) == [], path
        for image in page.find_all("img"):
            assert str(image["src"]).startswith(("data:image/", "figures/")), path
            assert str(image["alt"]).strip(), path
        style = "".join(s.get_text() for s in page.find_all("style"))
        assert not re.search(r"@import|url\(", style), path
        assert "onclick" not in text
        assert page.find("meta", attrs={"name": "viewport"}), path
        assert page.html is not None
        assert page.html["lang"] == "en"


def test_every_claim_has_a_row_with_verdict_and_reason(first: BeautifulSoup) -> None:
    for row in claims.table().itertuples():
        found = first.find("tr", id=row.claim)
        assert found is not None
        text = found.get_text(" ", strip=True)
        for said in (row.statement, row.reason, row.condition, row.verdict, row.chapter):
            assert said in text, row.claim


def test_numbers_stand_beside_each_other_with_their_agreement(first: BeautifulSoup) -> None:
    row = first.find("tr", id="C067")
    assert row is not None
    shown = row.find("td", attrs={"data-label": "numbers"})
    assert shown is not None
    compared = shown.find("ul", recursive=False)
    assert compared is not None
    text = compared.get_text(" ", strip=True)
    assert "documented 10, computed 1, disagrees" in text
    assert [s.get_text() for s in compared.find_all("span", class_="no")] == ["disagrees"] * 3
    others = shown.find("details")
    assert others is not None
    assert "2 with nothing to compare" in others.get_text()
    assert "documented" not in others.get_text()


def test_a_claim_leads_to_its_cell_and_the_cell_back(
    folder: Path, first: BeautifulSoup, chapter: BeautifulSoup
) -> None:
    links = [str(a["href"]) for a in first.find_all("a", href=re.compile("^notebooks/.*#"))]
    assert len(links) >= 5
    anchors = {f"notebooks/{STEM}.html#{tag['id']}" for tag in chapter.find_all(id=True)}
    assert set(links) <= anchors
    rows = {f"../index.html#{tag['id']}" for tag in first.find_all("tr", id=True)}
    for place in claims.where().query(f"notebook == '{STEM}.ipynb'").itertuples():
        cell = chapter.find(id=f"cell-id={place.cell}")
        assert cell is not None
        back = {str(a["href"]) for a in cell.find_all("a", href=True)}
        assert f"../index.html#{place.claim}" in back
    back = {str(a["href"]) for a in chapter.find_all("a", href=re.compile("index.html#C"))}
    assert back <= rows


def test_links_within_the_report_lead_somewhere(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for link in page.find_all("a", href=True):
            target, _, anchor = str(link["href"]).partition("#")
            if target.startswith("http") or (target and target.startswith("../exercises")):
                continue
            there = (path.parent / target) if target else path
            assert there.is_file(), (path.name, target)
            if anchor and there.suffix == ".html":
                assert f'id="{anchor}"' in there.read_text("utf-8"), (path.name, anchor)


def test_failures_and_drift_stand_on_top_and_are_escaped(
    outcome: reproduce.Outcome, first: BeautifulSoup
) -> None:
    text = first.get_text()
    places = [text.index(s) for s in ("01_x.ipynb stops.", "C066 <drifted>.", "The ledger")]
    assert places == sorted(places)
    quiet = report.index(outcome.checked, ledger_checked.contradicting(), {}, total="sum")
    assert "Nothing failed, and nothing drifted" in quiet
    assert "No notebook was run." in quiet
    assert 'href="notebooks/' not in quiet  # no link to a page that is not there


def test_the_sum_and_the_verdicts_are_shown(
    outcome: reproduce.Outcome, first: BeautifulSoup
) -> None:
    shown = first.find(class_="sum")
    assert shown is not None
    assert shown.get_text() == outcome.total()
    sums = claims.summary(outcome.checked, 1)
    assert outcome.total() == f"{sums.removesuffix('.')}; 1 failed, 1 drifted."
    none = [0, 0, 0, 0, 0]
    assert report.verdicts(outcome.checked) == [
        ("exact arithmetic", 0, none),
        ("model-dependent", 1, [0, 0, 1, 0, 0]),
        ("sourced, qualified", 0, none),
        ("folklore", 4, [0, 1, 0, 3, 0]),
        ("cannot be reproduced", 0, none),
        ("definition", 0, none),
    ]
    table = first.find("table", class_="numbers")
    assert table is not None
    shown_rows = [[c.get_text() for c in r.find_all(["th", "td"])] for r in table.find_all("tr")]
    assert shown_rows[0] == ["verdict", "claims", *FARES[:-1]]
    assert shown_rows[4] == ["folklore", "4", "0", "1", "0", "3"]


def test_contradictions_show_both_sides_and_the_difference(first: BeautifulSoup) -> None:
    table = ledger_checked.contradicting()
    assert {f"P{n:02}" for n in range(1, table["pair"].nunique() + 1)} <= {
        str(tag["id"]) for tag in first.find_all("tr", id=True)
    }
    row = first.find("tr", id="P01")
    assert row is not None
    text = row.get_text(" ", strip=True)
    assert "1,000 against 100, difference 900" in text
    assert "between documents" in text


def test_pictures_are_listed_with_their_text(folder: Path, first: BeautifulSoup) -> None:
    shown = first.find_all("img")
    assert len(shown) == len(list((folder / "figures").glob("*.png"))) > 0
    for image in shown:
        text = (folder / str(image["src"])).with_suffix(".txt").read_text("utf-8")
        assert " ".join(str(image["alt"]).split()) == " ".join(text.split())


def book(*sources: str) -> Any:
    return new_notebook(cells=[new_markdown_cell(s, id=f"x-{i}") for i, s in enumerate(sources)])


def test_claims_are_linked_in_text_only() -> None:
    body = '<p id="C066">C066 C999 <a href="#C067">C067</a> C0667</p><style>C105</style>'
    linked = report.linked(body, ["C066", "C067", "C105"], [])
    there = '<a href="../index.html#C066">C066</a>'
    assert linked == body.replace(">C066 ", f">{there} ")


def test_lessons_lead_to_their_pages_or_to_the_first_page() -> None:
    body = '<a href="09_bucket.ipynb#x">9</a> <a href="10_lifetime.ipynb">10</a>'
    assert report.linked(body, [], ["09_bucket"]) == (
        '<a href="09_bucket.html#x">9</a> <a href="../index.html#chapters">10</a>'
    )


def test_a_page_drops_scripts_and_keeps_text_and_tables() -> None:
    script = nbformat.v4.new_output(
        "display_data", {"application/javascript": "alert(1)", "text/plain": "said"}
    )
    table = nbformat.v4.new_output(
        "display_data", {"text/html": "<table><tr><td>1</td></tr></table><Script src=x>\n</script>"}
    )
    cells = [new_markdown_cell("# A & B\n\nsee C066", id="x-0")]
    cells.append(new_code_cell("f()", outputs=[script, table], id="x-1"))
    page = BeautifulSoup(report.page("01_x", new_notebook(cells=cells), []), "html.parser")
    assert page.find_all("script") == []
    assert "said" in page.get_text()
    assert page.find("table") is not None
    assert page.title is not None
    assert page.title.get_text() == "A & B"
    assert [a.get_text() for a in page.find_all("a", href="../index.html#C066")] == ["C066"] * 2
    assert page.find(id="cell-id=x-1") is not None


def test_title_falls_back_on_the_file() -> None:
    assert report.title("01_x", book("no heading", "## second")) == "01_x"
    assert report.title("01_x", book("text", "# One\n\n# Two")) == "One"
