"""The command ``loyaltylab``: open the lab, reproduce the claims, look at the data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

import loyaltylab
from loyaltylab.base.errors import InputError
from loyaltylab.lab.practice.commands import practice

if TYPE_CHECKING:
    from loyaltylab.lab.course import Laid

app = typer.Typer(
    help="Customer satisfaction and loyalty, executable.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
console = Console(highlight=False, soft_wrap=True)
COURSE = Path("loyaltylab-course")
app.add_typer(practice, name="practice")


def main() -> None:
    """Run the command; what a user got wrong ends in one sentence and exit code 2."""
    try:
        app()
    except InputError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            f"loyaltylab: {error}", style="bold red", markup=False
        )
        raise SystemExit(2) from None


def _version(wanted: bool) -> None:
    if wanted:
        console.print(loyaltylab.__version__)
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Customer satisfaction and loyalty, executable."""


@app.command()
def lab(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of the course [default: ./loyaltylab-course].")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of JupyterLab [default: 8888].")
    ] = None,
    lay_only: Annotated[
        bool, typer.Option("--lay-only", help="Lay the course out and stop (JupyterHub, Colab).")
    ] = False,
) -> None:
    """Lay the course out and open it in JupyterLab.

    Installed, the package lays the course it carries into a folder of yours; a lesson that you
    edited is never overwritten. In an editable checkout the lessons open in place.
    """
    from loyaltylab.base import files
    from loyaltylab.lab import course

    if files.is_editable() and folder is None:
        place = files.root()
        console.print(f"Editable copy of loyaltylab {loyaltylab.__version__}: opened in place,")
        console.print(f"in {place}", markup=False)
    else:
        place = (folder or COURSE).expanduser()
        laid = course.lay(files.root(), place, loyaltylab.__version__)
        kind = "Editable" if files.is_editable() else "Installed"
        console.print(f"{kind} copy of loyaltylab {loyaltylab.__version__}: its course is laid out")
        console.print(f"in {place.resolve()}", markup=False)
        _say_laid(laid)
    if lay_only:
        return
    raise typer.Exit(course.start(place, browser=browser, port=port))


def _say_laid(laid: Laid) -> None:
    counts = {"new": laid.written, "updated": laid.updated, "as they were": laid.kept}
    said = [f"{len(files)} {word}" for word, files in counts.items() if files]
    console.print(f"Files: {', '.join(said)}.")
    for yours, new in laid.beside:
        console.print(f"You changed {yours}; the new lesson lies beside it: {new}", markup=False)


@app.command()
def reproduce(
    out: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("reproduce-report"),
    accept: Annotated[
        bool, typer.Option("--accept", help="Authors: make the results the new reference.")
    ] = False,
) -> None:
    """Recompute every claim, re-run every notebook, and say what drifted.

    Writes a report (index.html) with tables and pictures. Exit code 1 when anything drifted or
    failed, 2 when it could not start.
    """
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from loyaltylab.base import files
    from loyaltylab.lab import notebooks
    from loyaltylab.lab import reproduce as work

    if accept and not files.is_editable():
        raise InputError("--accept rewrites the course itself; it works in an editable checkout.")
    work.refuse_foreign(out)
    notebooks.needed()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("claims", total=None)
        outcome = work.reproduce(files.root(), lambda step: bar.update(task, description=step))
    if accept and not outcome.failed:
        work.accept(outcome, files.root())
    place, unwritten = f"Report: {out / 'index.html'}", False
    try:
        work.report(outcome, out)
    except OSError as error:  # what was found in minutes is still said
        place, unwritten = f"No report: {error.strerror or error}.", True
    for sentence in outcome.failed:
        console.print(f"failed: {sentence}", markup=False)
    accepted = accept and not outcome.failed
    for sentence in outcome.drifted:
        console.print(f"{'accepted' if accepted else 'drifted'}: {sentence}", markup=False)
    console.print(place, markup=False)
    console.print(outcome.total(), markup=False)
    unsound = outcome.failed or (outcome.drifted and not accepted)
    raise typer.Exit(1 if unsound or unwritten else 0)


@app.command()
def slides(
    chapter: Annotated[
        str, typer.Argument(help="Number or name of a chapter, or the path of a notebook.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder, or .html file [default: ./loyaltylab-slides].")
    ] = None,
    code: Annotated[bool, typer.Option("--code/--no-code", help="Show the code.")] = True,
    run: Annotated[
        bool, typer.Option("--run", help="Run the notebook again for its outputs.")
    ] = False,
    browser: Annotated[bool, typer.Option("--open", help="Open the slides in a browser.")] = False,
) -> None:
    """Make slides of a chapter, which need no network: reveal.js is laid beside the page."""
    from loyaltylab.base import files
    from loyaltylab.lab import slides as work

    page = work.make(work.find(chapter, files.root()), out, code=code, run=run)
    console.print(f"Slides: {page}", markup=False)
    console.print("Keep the folder of reveal.js beside the page; it works without a network.")
    if browser:
        typer.launch(page.resolve().as_uri())


@app.command()
def datasets(
    name: Annotated[str | None, typer.Argument(help="Show one data set.")] = None,
) -> None:
    """List the data sets, or describe one: columns, units, source, licence, known defects."""
    from rich.table import Table

    from loyaltylab import datasets as data

    listed = data.catalogue()
    if name is None:
        table = Table("name", "rows", "what it is", "comes with")
        for row in listed.itertuples():
            cells = (row.name, row.rows, row.title, row.package or "loyaltylab")
            table.add_row(*map(str, cells))
        console.print(table)
        return
    frame = data.load(name)
    for field, value in listed.loc[listed["name"] == name].iloc[0].items():
        console.print(f"{field}: {value}", markup=False)
    console.print(str(frame.head()), markup=False)
