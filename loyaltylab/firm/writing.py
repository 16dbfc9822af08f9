"""A firm as Parquet files: block by block, and under its name only when all is there."""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from loyaltylab.base.errors import InputError, shown
from loyaltylab.firm.frames import TABLES
from loyaltylab.firm.people import draw

if TYPE_CHECKING:
    from loyaltylab.firm.made import Firm


LONGEST = 200
"""Bytes of a folder's name; the name beside it is longer by some letters."""


def write(firm: Firm, place: str | Path, progress: bool) -> Path:
    """Write a firm beside the folder's name, then rename; see :meth:`Firm.write`."""
    if importlib.util.find_spec("pyarrow") is None:
        raise InputError('Parquet files need pyarrow: python -m pip install "loyaltylab[lab]".')
    if not isinstance(place, str | Path) or not str(place).strip() or "\0" in str(place):
        raise InputError(f"folder must be the path of a new folder, not {shown(place)}.")
    folder = Path(os.path.abspath(os.path.expanduser(place)))
    try:
        used = os.path.lexists(folder) and (
            folder.is_symlink() or not folder.is_dir() or any(folder.iterdir())
        )
        if folder == Path.cwd() or len(os.fsencode(folder.name)) > LONGEST:
            raise InputError(
                f"folder must be the path of a new folder with a name of at most {LONGEST}"
                f" letters, not {shown(str(place))}."
            )
    except OSError as error:
        raise _unwritable(folder, error) from None
    if used:
        raise InputError(
            f"{shown(str(folder))} is there already and is never overwritten; name a folder that"
            " does not exist or is empty."
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        _fill(firm, beside, progress)
        beside.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        beside.rename(folder)
    except BaseException:  # also when the reader interrupts it: nothing half-written is left
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return folder


def _unwritable(folder: Path, error: OSError) -> InputError:
    return InputError(
        f"{shown(str(folder))} cannot be written ({error.strerror}); name another folder."
    )


def _fill(firm: Firm, folder: Path, progress: bool) -> None:
    from rich.progress import track

    from loyaltylab.firm.made import ALONE

    for name in TABLES:
        (folder / name).mkdir()
    blocks = firm.blocks()
    for draws in track(blocks, "Writing the firm", disable=not progress):
        people = draw(firm.truth, draws)
        for name, table in TABLES.items():
            part = table(firm.truth, people, draws)
            part.attrs["origin"] = f"synthetic, made by {firm!r}"
            part.to_parquet(folder / name / f"part-{draws.block:04}.parquet", index=False)
    for name in ALONE:
        getattr(firm, name).to_parquet(folder / f"{name}.parquet", index=False)
    firm.truth.table().to_csv(folder / "truth.csv", index=False)
    (folder / "README.txt").write_text(
        f"Synthetic data, made by loyaltylab: {firm!r}.\nNo real firm and no real customer."
        " truth.csv holds every parameter of its making;\nlatent/, stages/, problems/ and"
        " order_causes/\nhold what is true of each customer and could not be seen, branch_latent"
        " what is true of each branch.\n",
        encoding="utf-8",
    )
