"""``loyaltylab reproduce``: what drifted is found, foreign files are left alone."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from typer.testing import CliRunner

from loyaltylab import claims, datasets
from loyaltylab.base import files
from loyaltylab.base.errors import InputError
from loyaltylab.claims import pairs
from loyaltylab.lab import cli, notebooks, reproduce

PICTURE = '<img alt="a &lt;line&gt;" width="10" src="data:image/png;base64,{}">'


@pytest.fixture(autouse=True)
def bare_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the first page and the contradictions to ``test_report.py``: here it is the files."""
    monkeypatch.setattr(reproduce.pages, "index", lambda *given, **named: "<html></html>")
    monkeypatch.setattr(claims, "contradictions", pairs.listed)


@pytest.fixture(scope="module")
def bucket() -> pd.DataFrame:
    return claims.check("bucket")


def load_as_accepted(monkeypatch: pytest.MonkeyPatch, accepted: pd.DataFrame) -> None:
    load = datasets.load
    monkeypatch.setattr(
        datasets, "load", lambda name: accepted if name == reproduce.REFERENCE else load(name)
    )


@pytest.fixture
def cells_only(bucket: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let notebooks alone decide: a few claims, as accepted, no firm, no chapter missed."""
    monkeypatch.setattr(claims, "check", lambda: bucket)
    load_as_accepted(monkeypatch, bucket)
    monkeypatch.setattr(reproduce.firm, "shipped", dict)
    monkeypatch.setattr(reproduce, "missing", lambda paths: [])


def displayed(**data: str) -> Any:
    kinds = {"text": "text/plain", "html": "text/html", "widget": notebooks.WIDGET}
    return nbformat.v4.new_output("display_data", {kinds[k]: v for k, v in data.items()})


def cell(source: str, *outputs: Any, tags: tuple[str, ...] = ()) -> Any:
    made = new_code_cell(source, outputs=list(outputs))
    if tags:
        made.metadata["tags"] = list(tags)
    return made


def course(tmp_path: Path, source: str, *outputs: Any) -> Path:
    folder = tmp_path / "course" / "notebooks"
    folder.mkdir(parents=True)
    nbformat.write(new_notebook(cells=[cell(source, *outputs)]), folder / "01_x.ipynb")
    return folder.parent


def stream(text: str) -> Any:
    return nbformat.v4.new_output("stream", name="stdout", text=text)


@pytest.mark.usefixtures("cells_only")
def test_each_notebook_runs_drifts_or_fails_and_none_is_touched(tmp_path: Path) -> None:
    root = course(tmp_path, "1 / 0")
    folder = root / "notebooks"
    for name, said in (("02_y", "2\n"), ("03_z", "3\n")):
        nbformat.write(
            new_notebook(cells=[cell("print(1 + 1)", stream(said))]), folder / f"{name}.ipynb"
        )
    before = {path: path.read_bytes() for path in folder.iterdir()}
    steps: list[str] = []

    def step(name: str) -> None:
        steps.append(name)
        if name == "01_x.ipynb":  # somebody edits a chapter meanwhile: what was read is run
            (folder / "03_z.ipynb").write_text("edited")

    outcome = reproduce.reproduce(root, step)
    assert outcome.failed == ["01_x.ipynb stops with ZeroDivisionError: division by zero."]
    assert outcome.drifted == ["03_z.ipynb: code cell 1 says '2', committed was '3'."]
    assert list(outcome.ran) == ["02_y", "03_z"]
    assert steps == ["claims", "the linked firm", "01_x.ipynb", "02_y.ipynb", "03_z.ipynb"]
    (folder / "03_z.ipynb").write_bytes(before[folder / "03_z.ipynb"])
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert outcome.total().endswith("; 2 notebooks re-run; 1 failed, 1 drifted.")


@pytest.mark.usefixtures("cells_only")
@pytest.mark.parametrize("text", ["", "{", "[]", "\xff"])
def test_a_spoilt_notebook_is_one_sentence_before_any_work(tmp_path: Path, text: str) -> None:
    root = course(tmp_path, "1 + 1")
    (root / "notebooks" / "02_y.ipynb").write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=r"02_y\.ipynb cannot be read as a notebook"):
        reproduce.reproduce(root, lambda step: pytest.fail("worked"))


@pytest.mark.usefixtures("cells_only")
def test_changed_claims_a_changed_firm_and_a_missing_notebook_are_named(
    tmp_path: Path, bucket: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = course(tmp_path, "1 + 1")
    (root / "datasets").mkdir()
    firm = {"same": pd.DataFrame({"a": [1]}), "other": pd.DataFrame({"a": [2]}), "gone": bucket}
    for name in ("same", "other"):
        text = reproduce.as_text(firm["same"])
        (root / "datasets" / f"{name}.csv").write_text(text, encoding="utf-8")
    accepted = bucket.assign(computed=bucket["computed"].where(bucket.index != 6, 2.0))
    load_as_accepted(monkeypatch, accepted)
    monkeypatch.setattr(reproduce.firm, "shipped", lambda: firm)
    monkeypatch.setattr(reproduce, "missing", lambda paths: ["02_y"])
    monkeypatch.setattr(notebooks, "run", lambda path, book: book)
    outcome = reproduce.reproduce(root, lambda step: None)
    assert outcome.failed == ["02_y.ipynb is missing."]
    claim, *others = outcome.drifted
    assert claim.startswith("C067, ")
    assert claim.endswith("1, accepted was 2.")
    assert others == [f"{n}.csv is not what the linked firm makes now." for n in ("other", "gone")]


def test_a_missing_notebook_is_told_from_the_list_of_chapters() -> None:
    there = notebooks.listed(files.root())
    assert reproduce.missing(there) == []
    assert reproduce.missing(p for p in there if p.stem[:2] not in ("00", "09")) == [
        *("00_welcome", "09_bucket")
    ]


def test_differences_see_text_tables_and_missing_output_but_not_pixels() -> None:
    def book(*outputs: Any, tags: tuple[str, ...] = ()) -> Any:
        return new_notebook(cells=[new_markdown_cell("x"), cell("f()", *outputs, tags=tags)])

    one, two = PICTURE.format("AAAA"), PICTURE.format("BBBB=")
    assert notebooks.differences(book(displayed(html=one)), book(displayed(html=two))) == []
    for other in (displayed(html=one.replace("line", "bar")), displayed(text="x")):
        assert len(notebooks.differences(book(displayed(html=one)), book(other))) == 1
    assert len(notebooks.differences(book(stream("a")), book())) == 1
    ignored = book(stream("b"), tags=("nbval-ignore-output",))
    assert notebooks.differences(ignored, book(tags=("nbval-ignore-output",))) == []


def test_nbval_is_told_the_same_patterns() -> None:
    text = (Path(__file__).parent / "nbval_sanitize.cfg").read_text()
    told = [tuple(line.split(": ", 1)) for line in text.splitlines() if ": " in line]
    pairs = [(a[1], b[1]) for a, b in zip(told[::2], told[1::2], strict=True)]
    assert pairs == list(notebooks.SANITIZE)


def test_strip_removes_widget_views_and_the_kernel_of_the_machine() -> None:
    book = new_notebook(
        cells=[
            cell("explore()", displayed(widget="1", text="a sentence", html=PICTURE.format("AA"))),
            cell("interact()", displayed(widget="2", text="interactive(children=())")),
            cell("tagged", tags=("nbval-ignore-output",)),
        ],
        metadata={"widgets": {"state": 1}, "kernelspec": {"name": "mine", "display_name": "Mine"}},
    )
    book.cells[0].metadata["execution"] = {"iopub.status.busy": "2026"}
    text = notebooks.write(notebooks.strip(book))
    assert notebooks.WIDGET not in text
    assert "a sentence" in text
    assert all(word not in text for word in ("interactive(", "state", "Mine", "iopub"))
    assert "nbval-ignore-output" in text


def test_committed_notebooks_are_stripped_and_ran_in_order() -> None:
    for path in notebooks.listed(files.root()):
        book = notebooks.read(path)
        assert notebooks.write(notebooks.strip(notebooks.read(path))) == notebooks.write(book), path
        counts = [c.execution_count for c in book.cells if c.cell_type == "code"]
        assert counts == list(range(1, len(counts) + 1)), path
        images = [t for t in notebooks._displayed(book) if "<img" in t]
        assert all('alt="' in t and 'alt=""' not in t for t in images), path


def test_parts_of_a_notebook_are_taken_out() -> None:
    html = pd.DataFrame({"a": [1, 2]}).to_html()
    book = new_notebook(cells=[cell("f()", displayed(html=html + PICTURE.format("AAAA")))])
    assert list(notebooks.tables(book)) == [",a\n0,1\n1,2\n"]
    assert list(notebooks.figures(book)) == [("a <line>", b"\0\0\0")]


def test_report_is_written_whole_and_replaces_only_a_report(
    tmp_path: Path, bucket: pd.DataFrame
) -> None:
    outcome = reproduce.Outcome(bucket, {}, ["something drifted."])
    out = tmp_path / "report"
    reproduce.report(outcome, out)
    reproduce.report(outcome, out)
    assert "something drifted." in (out / "summary.txt").read_text()
    assert len(pd.read_csv(out / "claims.csv")) == 136
    assert [p.name for p in tmp_path.iterdir()] == ["report"]


@pytest.mark.parametrize("error", [OSError("no"), KeyboardInterrupt()])
def test_a_report_that_cannot_be_put_in_place_leaves_the_earlier_one(
    tmp_path: Path, bucket: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    out, rename = tmp_path / "report", Path.rename
    reproduce.report(reproduce.Outcome(bucket, {}, ["earlier."]), out)

    def refuse(self: Path, target: Path) -> Path:
        if target == out and not self.name.endswith("-earlier"):
            raise error
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(type(error)):
        reproduce.report(reproduce.Outcome(bucket, {}, ["later."]), out)
    assert "earlier." in (out / "summary.txt").read_text()
    assert [p.name for p in tmp_path.iterdir()] == ["report"]


@pytest.mark.parametrize("edit", ["note.txt", "summary.txt"])
def test_report_never_replaces_a_file_that_is_somebodys(
    tmp_path: Path, bucket: pd.DataFrame, edit: str
) -> None:
    outcome, out = reproduce.Outcome(bucket), tmp_path / "report"
    reproduce.report(outcome, out)
    (out / edit).write_text("mine")
    with pytest.raises(InputError, match="not, or no longer, those of a report"):
        reproduce.report(outcome, out)
    assert (out / edit).read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["report"]


def test_places_for_a_report_are_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for out in (".", "..", "file", "file/report", "link"):
        with pytest.raises(InputError, match="--out"):
            reproduce.refuse_foreign(Path(out))
    reproduce.refuse_foreign(Path("new/report"))


def test_a_failing_notebook_is_never_accepted(
    tmp_path: Path, bucket: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = reproduce.Outcome(bucket, {}, ["drift."], ["01_x.ipynb stops."])
    monkeypatch.setattr(reproduce, "reproduce", lambda course, progress: outcome)
    monkeypatch.setattr(reproduce, "accept", lambda outcome, course: pytest.fail("accepted"))
    out = str(tmp_path / "r")
    result = CliRunner().invoke(cli.app, ["reproduce", "--accept", "--out", out])
    assert result.exit_code == 1
    assert "failed: 01_x.ipynb stops." in result.output
    assert "accepted" not in result.output


def test_accept_writes_notebooks_and_reference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = course(tmp_path, "print(1 + 1)", stream("3\n"))
    (root / "datasets").mkdir()
    chapters = datasets.load("chapters")
    monkeypatch.setattr(datasets, "load", lambda name: chapters)
    monkeypatch.setattr(files, "root", lambda: root)
    outcome = reproduce.Outcome(claims_of(1 / 3), {}, [], [])
    outcome.ran["01_x"] = new_notebook(cells=[cell("print(1 + 1)", stream("2\n"))])
    monkeypatch.setattr(reproduce, "reproduce", lambda course, progress: outcome)
    monkeypatch.setattr(reproduce, "report", lambda outcome, out: None)
    monkeypatch.setattr(claims, "summary", lambda checked, notebooks: "the sum")
    out = str(tmp_path / "r")
    result = CliRunner().invoke(cli.app, ["reproduce", "--accept", "--out", out])
    assert result.exit_code == 0, result.output
    written = notebooks.read(root / "notebooks" / "01_x.ipynb")
    assert written.cells[0].outputs[0].text == "2\n"
    accepted = pd.read_csv(root / "datasets" / "claims_computed.csv")
    assert list(accepted["computed"]) == [float(f"{1 / 3:.12g}")]
    assert claims.drift(outcome.checked, accepted) == []


def claims_of(value: float) -> pd.DataFrame:
    """A check of one claim."""
    row = ("C001", "bucket", "r", None, value, None, 0.0, "a")
    columns = ["claim", "chapter", "reading", "documented", "computed", "agrees", "tolerance"]
    return pd.DataFrame([row], columns=[*columns, "assumption"])


@pytest.mark.parametrize("drifted", [[], ["C001, x: 2, accepted was 1."]])
def test_exit_code_tells_drift(
    tmp_path: Path, bucket: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, drifted: list[str]
) -> None:
    outcome = reproduce.Outcome(bucket, {}, drifted)
    monkeypatch.setattr(reproduce, "reproduce", lambda course, progress: outcome)
    result = CliRunner().invoke(cli.app, ["reproduce", "--out", str(tmp_path / "r")])
    assert result.exit_code == (1 if drifted else 0), result.output
    assert all(sentence in result.output for sentence in drifted)


def test_a_failing_notebook_ends_in_exit_code_1_and_the_sum_is_the_last_line(
    tmp_path: Path, bucket: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = reproduce.Outcome(bucket, {}, [], ["01_x.ipynb stops."])
    monkeypatch.setattr(reproduce, "reproduce", lambda course, progress: outcome)
    result = CliRunner().invoke(cli.app, ["reproduce", "--out", str(tmp_path / "r")])
    assert result.exit_code == 1
    *_, place, last = result.output.strip().split("\n")
    assert last == outcome.total()
    assert last.endswith("; 0 notebooks re-run; 1 failed, 0 drifted.")
    assert place == f"Report: {tmp_path / 'r' / 'index.html'}"


def test_a_full_disk_is_said_after_what_was_found(
    tmp_path: Path, bucket: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(outcome: reproduce.Outcome, out: Path) -> None:
        raise OSError(28, "No space left on device")

    outcome = reproduce.Outcome(bucket)
    monkeypatch.setattr(reproduce, "reproduce", lambda course, progress: outcome)
    monkeypatch.setattr(reproduce, "report", full)
    result = CliRunner().invoke(cli.app, ["reproduce", "--out", str(tmp_path / "r")])
    assert result.exit_code == 1
    *_, place, last = result.output.strip().split("\n")
    assert (place, last) == ("No report: No space left on device.", outcome.total())


def test_a_place_that_cannot_be_written_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr(reproduce.os, "access", lambda path, mode: seen.append(path))
    with pytest.raises(InputError, match="Nothing can be written in"):
        reproduce.refuse_foreign(tmp_path / "new" / "report")
    assert seen == [tmp_path]


def test_reproduce_without_jupyterlab_is_one_sentence_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(reproduce, "reproduce", lambda course, progress: pytest.fail("worked"))
    result = CliRunner().invoke(cli.app, ["reproduce", "--out", str(tmp_path / "r")])
    assert isinstance(result.exception, InputError)
    assert "loyaltylab[lab]" in str(result.exception)


def test_accept_needs_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "is_editable", lambda: False)
    result = CliRunner().invoke(cli.app, ["reproduce", "--accept", "--out", str(tmp_path / "r")])
    assert isinstance(result.exception, InputError)
    assert not (tmp_path / "r").exists()
