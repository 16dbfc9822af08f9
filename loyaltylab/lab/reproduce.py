"""Recompute every claim and re-run every notebook; say what drifted."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from loyaltylab import claims, datasets, firm
from loyaltylab.base import files
from loyaltylab.base.errors import InputError
from loyaltylab.firm.shipped import as_text
from loyaltylab.lab import navigation, notebooks
from loyaltylab.lab import report as pages

MARKER = ".loyaltylab-report"
REFERENCE = "claims_computed"


@dataclass
class Outcome:
    """What a run found: checked claims, notebooks as they ran, what drifted, what failed.

    ``drifted`` and ``failed`` hold one sentence each; a run of which either has any is no success.
    """

    checked: pd.DataFrame
    ran: dict[str, Any] = field(default_factory=dict)
    drifted: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def total(self) -> str:
        """Say the sum of the run in one line, and whether it is a success."""
        came_out = f"{len(self.failed)} failed, {len(self.drifted)} drifted."
        return claims.summary(self.checked, len(self.ran)).removesuffix(".") + f"; {came_out}"


def reproduce(course: Path, progress: Callable[[str], None]) -> Outcome:
    """Run all checks and all notebooks of a course folder; change nothing on disk.

    Parameters
    ----------
    course
        The folder that holds ``notebooks`` and ``datasets``.
    progress
        Called with the name of each step before it starts.

    Raises
    ------
    InputError
        Before any work, if there is no notebook or one cannot be read.
    """
    books = {path: notebooks.read(path) for path in notebooks.listed(course)}
    progress("claims")
    outcome = Outcome(claims.check())
    outcome.failed += [f"{name}.ipynb is missing." for name in missing(books)]
    try:
        accepted = datasets.load(REFERENCE)
    except FileNotFoundError:
        accepted = outcome.checked.head(0)
    outcome.drifted += claims.drift(outcome.checked, accepted)
    progress("the linked firm")
    for name, table in firm.shipped().items():
        try:
            same = (course / "datasets" / f"{name}.csv").read_text("utf-8") == as_text(table)
        except FileNotFoundError:
            same = False
        if not same:
            outcome.drifted.append(f"{name}.csv is not what the linked firm makes now.")
    for path, before in books.items():
        progress(path.name)
        try:
            ran = notebooks.run(path, before)
        except InputError as error:
            outcome.failed.append(str(error))
            continue
        outcome.ran[path.stem] = ran
        outcome.drifted += [f"{path.name}: {s}" for s in notebooks.differences(before, ran)]
    return outcome


def missing(paths: Iterable[Path]) -> list[str]:
    """Return the stems of the course's notebooks that are not among these files.

    Examples
    --------
    >>> missing(sorted((files.root() / "notebooks").glob("*.ipynb"))[1:])
    ['00_welcome']
    """
    chapters = datasets.load("chapters")
    stems = [f"{n:02}_{c}" for n, c in zip(chapters["number"], chapters["chapter"], strict=True)]
    there = {path.stem for path in paths}
    return [stem for stem in [navigation.MAP, *stems] if stem not in there]


def accept(outcome: Outcome, course: Path) -> None:
    """Make what was computed the new reference: authors only, in a checkout."""
    for stem, notebook in outcome.ran.items():
        text = notebooks.write(notebook)
        files.write(course / "notebooks" / f"{stem}.ipynb", text.encode())
    for name, table in firm.shipped().items():
        files.write(course / "datasets" / f"{name}.csv", as_text(table).encode())
    reference = course / "datasets" / f"{REFERENCE}.csv"
    files.write(reference, reference_table(outcome.checked).to_csv(index=False).encode())
    navigation.link(course)


def reference_table(checked: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a check that hold a computed value, rounded for the file."""
    kept = checked[checked["computed"].notna()].drop(columns=["chapter", "agrees"])
    return kept.assign(computed=kept["computed"].map(lambda v: float(f"{v:.12g}")))


def report(outcome: Outcome, out: Path) -> None:
    """Write pages, claims, figures and tables of a run into a folder, whole or not at all.

    ``index.html`` holds the ledger and the contradictions, ``notebooks`` a page per chapter.

    An earlier report is replaced; it is told by its list of files and their hashes.

    Raises
    ------
    InputError
        If the folder holds anything that is not an unchanged earlier report.
    """
    refuse_foreign(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    aside = part.with_name(f"{part.name}-earlier")
    try:
        claims.table().to_csv(part / "claims.csv", index=False)
        outcome.checked.to_csv(part / "claims_check.csv", index=False)
        contradicting = claims.contradictions()
        contradicting.to_csv(part / "contradictions.csv", index=False)
        lines = [outcome.total(), *outcome.failed, *outcome.drifted]
        (part / "summary.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        first = pages.index(
            outcome.checked,
            contradicting,
            outcome.ran,
            total=outcome.total(),
            failed=outcome.failed,
            drifted=outcome.drifted,
        )
        (part / "index.html").write_text(first, encoding="utf-8")
        for stem, notebook in outcome.ran.items():
            _parts(part, stem, notebook, list(outcome.ran))
        (part / MARKER).write_text(json.dumps(_hashes(part), indent=1), encoding="utf-8")
        part.chmod(0o755)
        if out.exists():
            out.rename(aside)
        try:
            part.rename(out)
        except BaseException:
            if aside.exists():  # rather the earlier report than none
                aside.rename(out)
            raise
    finally:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(aside, ignore_errors=True)


def _hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file of a report, by relative path."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != MARKER)
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(found)
    }


def _parts(folder: Path, stem: str, notebook: Any, all_pages: list[str]) -> None:
    for name in ("figures", "tables", "notebooks"):
        (folder / name).mkdir(exist_ok=True)
    page = pages.page(stem, notebook, all_pages)
    (folder / "notebooks" / f"{stem}.html").write_text(page, encoding="utf-8")
    for number, (alt, data) in enumerate(notebooks.figures(notebook), start=1):
        (folder / "figures" / f"{stem}-{number:02}.png").write_bytes(data)
        (folder / "figures" / f"{stem}-{number:02}.txt").write_text(alt + "\n", encoding="utf-8")
    for number, text in enumerate(notebooks.tables(notebook), start=1):
        (folder / "tables" / f"{stem}-{number:02}.csv").write_text(text, encoding="utf-8")


def refuse_foreign(out: Path) -> None:
    """Refuse, before any work is done, a place where somebody's files would be lost."""
    if any(parent.is_file() for parent in out.absolute().parents):
        raise InputError(f"{str(out)!r} lies inside a file; name another folder with --out.")
    if out.is_symlink() or (os.path.lexists(out) and not out.is_dir()):
        raise InputError(f"{str(out)!r} is not a folder; name another one with --out.")
    if out.absolute() in (Path.cwd(), *Path.cwd().parents) or out.name == "":
        raise InputError(f"{str(out)!r} is the folder you stand in; name a new one with --out.")
    there = next(parent for parent in out.absolute().parents if parent.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(
            f"Nothing can be written in {str(there)!r}; name another place with --out."
        )
    if out.is_dir() and any(out.iterdir()) and not _is_own(out):
        raise InputError(
            f"{str(out)!r} holds files that are not, or no longer, those of a report, so it is"
            " left as it is; name another folder with --out."
        )


def _is_own(out: Path) -> bool:
    """Whether a folder holds exactly the files of an earlier report, none of them edited."""
    try:
        return bool(json.loads((out / MARKER).read_text(encoding="utf-8")) == _hashes(out))
    except (OSError, ValueError):
        return False
