"""``loyaltylab practice``: build and verify exercises, issue, grade and export them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from loyaltylab.base.errors import InputError

if TYPE_CHECKING:
    from loyaltylab.lab.practice.grade import Grading, Row

practice = typer.Typer(
    help="Exercises: build, verify, issue, grade, export.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
console = Console(highlight=False, soft_wrap=True)
STRANGERS = 20
"""Most files of nobody that are named; an archive may hold thousands."""

Overlay = Annotated[Path | None, typer.Option(help="Your private folder of exercises.")]
Roster = Annotated[Path, typer.Option(help="CSV file with a column 'student' (and 'name').")]
KeyFile = Annotated[Path, typer.Option(help="The course key, which only you hold.")]


@practice.command()
def key(path: Annotated[Path, typer.Argument(help="File to write; once a course.")]) -> None:
    """Make the course key that draws each student's data. Keep it, and keep it to yourself."""
    from loyaltylab.lab.practice.issue import new_key

    new_key(path)
    console.print(f"A new course key lies in {path}; without it nothing can be graded.")


@practice.command()
def build(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if stale.")] = False,
) -> None:
    """Authors: generate exercises/student/ from the exercises. Exit code 1 when stale."""
    from loyaltylab.base import files
    from loyaltylab.lab.practice.build import build as work

    if not files.is_editable():
        raise InputError("build rewrites the course itself; it works in an editable checkout.")
    stale = work(check)
    for path in stale:
        console.print(f"{'stale' if check else 'written'}: {path.name}", markup=False)
    console.print(f"{len(stale)} student notebooks {'are stale' if check else 'were written'}.")
    raise typer.Exit(1 if check and stale else 0)


@practice.command()
def verify(
    exercises: Annotated[list[str] | None, typer.Argument(help="Names; all when left out.")] = None,
    overlay: Overlay = None,
) -> None:
    """Prove exercises: solution, unsolved notebook, known mistakes, hidden checks, secrets.

    With an overlay and no names, the exercises of the overlay. Exit code 1 when one fails.
    """
    from loyaltylab.lab.practice import folders
    from loyaltylab.lab.practice.verify import verify as work

    if overlay is not None and not overlay.is_dir():
        raise InputError(f"{overlay} is not a folder; --overlay names your folder of exercises.")
    mine = [] if overlay is None else folders.names_in(overlay)
    if overlay is not None and not (mine or exercises):
        raise InputError(f"{overlay} holds no exercise (a folder with exercise.py or solution.py).")
    names = exercises or mine or folders.names()
    wrong = 0
    for name in names:
        where = folders.folder(name, overlay)
        faults = work(where)
        wrong += bool(faults)
        console.print(f"{'failed' if faults else 'proven'}: {where.name}", markup=False)
        for fault in faults:
            console.print(f"  {fault.said}", markup=False)
    console.print(f"{len(names) - wrong} of {len(names)} exercises are proven.")
    raise typer.Exit(1 if wrong else 0)


@practice.command()
def issue(
    exercise: Annotated[str, typer.Argument(help="Name or number of an exercise.")],
    roster: Roster,
    key_file: KeyFile,
    out: Annotated[Path, typer.Option(help="Folder; gets one folder for each student.")],
    overlay: Overlay = None,
) -> None:
    """Write each student's notebook and data file. Nothing is overwritten."""
    from rich.progress import Progress

    from loyaltylab.lab.practice import issue as work
    from loyaltylab.lab.practice.folders import folder

    where, secret = folder(exercise, overlay), work.read_key(key_file)
    people = work.read_roster(roster)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(where.name, total=len(people))
        new = work.issue(where, people, secret, out, lambda _: bar.advance(task))
    console.print(f"{where.name} for {len(people)} students lies in {out}; {new} are new.")


@practice.command()
def grade(
    exercise: Annotated[str, typer.Argument(help="Name or number of an exercise.")],
    submissions: Annotated[Path, typer.Argument(help="Folder of submitted notebooks.")],
    roster: Roster,
    key_file: KeyFile,
    out: Annotated[Path, typer.Option(help="CSV file of grades.")] = Path("grades.csv"),
    overlay: Overlay = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="How many at a time.")] = 2,
    cell_seconds: Annotated[float, typer.Option(min=0.5, help="Limit of one cell.")] = 60,
    total_seconds: Annotated[float, typer.Option(min=1, help="Limit of one notebook.")] = 240,
    unsafe_no_sandbox: Annotated[
        bool,
        typer.Option(
            "--unsafe-no-sandbox",
            help="Run submissions as you: they can read, change and send all that you can.",
        ),
    ] = False,
) -> None:
    """Grade a folder of untrusted notebooks in a sandbox; run it again to resume.

    The student is taken from the roster and the file's name. Exit code 1 when a submission could
    not be graded or belongs to nobody.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from loyaltylab.lab.practice import grade as work
    from loyaltylab.lab.practice.bwrap import refuse_shown
    from loyaltylab.lab.practice.folders import folder
    from loyaltylab.lab.practice.issue import read_key, read_roster
    from loyaltylab.lab.practice.sandbox import Limits

    where, secret, people = folder(exercise, overlay), read_key(key_file), read_roster(roster)
    if any(out.exists() and out.samefile(path) for path in (roster, key_file)):
        raise InputError(f"--out {out} is your roster or key; name another file for the grades.")
    if not unsafe_no_sandbox:
        refuse_shown({"--roster": roster, "--key-file": key_file})
    else:
        console.print(
            "Without the sandbox every submission runs with your rights: it can read your files "
            "and keys, change grades, and use the network. Grade only what you have read.",
            style="bold red",
        )
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    log = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=log) as bar:
        task = bar.add_task(where.name, total=None)

        def tell(row: Row, number: int, total: int) -> None:
            bar.update(task, completed=number, total=total, description=row.person.student)
            if log:
                console.print(f"{number} of {total}: {row.person.student}", markup=False)

        try:
            done = work.grade(
                where,
                overlay,
                submissions,
                people,
                secret,
                out,
                limits=Limits(cell_seconds=cell_seconds, total_seconds=total_seconds),
                unsafe=unsafe_no_sandbox,
                jobs=jobs,
                tell=tell,
            )
        except KeyboardInterrupt:
            said = "Stopped; what was graded is kept, and the same command goes on from there."
            console.print(said)
            raise typer.Exit(130) from None
    raise typer.Exit(_report(done, out))


def _report(done: Grading, out: Path) -> int:
    """Say what was graded and what was not, and return the exit code."""
    from loyaltylab.lab.practice.grade import ABSENT, GRADED, NOT_GRADED

    rows = list(done.rows.values())
    count = {s: sum(row.status == s for row in rows) for s in (GRADED, ABSENT, NOT_GRADED)}
    for row in rows:
        zero = row.marked is not None and not sum(row.marked.points().values())
        if row.status == NOT_GRADED or zero:
            what = "0 points" if zero else row.status
            console.print(f"{row.person.student}: {what}: {row.note}", markup=False)
    for sentence in done.strangers[:STRANGERS]:
        console.print(f"passed over: {sentence}", markup=False)
    if (more := len(done.strangers) - STRANGERS) > 0:
        console.print(f"passed over: {more:,} more files.")
    for path in done.moved:
        console.print(f"edited since it was written, so moved aside: {path}", markup=False)
    console.print(
        f"{count[GRADED]} graded ({done.again} now, {done.kept} earlier), {count[ABSENT]} without "
        f"a submission, {count[NOT_GRADED]} not graded: {out}",
        markup=False,
    )
    return 1 if count[NOT_GRADED] or done.strangers else 0


@practice.command()
def export(
    grades: Annotated[Path, typer.Argument(help="The CSV file that 'grade' wrote.")],
    lms: Annotated[Literal["canvas", "moodle"], typer.Option(help="Canvas or Moodle.")],
    template: Annotated[Path, typer.Option(help="The file that the LMS exported.")],
    column: Annotated[str | None, typer.Option(help="Its column to fill.")] = None,
    id_column: Annotated[str | None, typer.Option(help="Its column of ids.")] = None,
    out: Annotated[Path | None, typer.Option(help="File to write [default: …-filled.csv].")] = None,
) -> None:
    """Fill the file that an LMS exported with the grades, matched by id."""
    from loyaltylab.lab.practice.lms import export as work

    done = work(grades, lms, template, out, column, id_column)
    for sentence in done.sentences():
        console.print(sentence, markup=False)
