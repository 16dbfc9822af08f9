"""The linked firm itself: a seed, a size, and tables that are made when first asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import whole
from loyaltylab.firm import branches, frames, sums
from loyaltylab.firm.business import BusinessViews
from loyaltylab.firm.diary import prices
from loyaltylab.firm.draws import BLOCK, Draws
from loyaltylab.firm.frames import TABLES
from loyaltylab.firm.people import People, draw
from loyaltylab.firm.truth import Truth

FEWEST, MOST, IN_MEMORY = 200, 10_000_000, 1_000_000
ALONE = {
    "prices": prices,
    "employees": branches.employees,
    "branch_latent": branches.branch_latent,
}
"""Tables that belong to no customer; each takes the truth and the seed."""
WHOLE = {"shop": sums.shop, "branches": sums.branches, "branch_panel": sums.branch_panel}
"""Tables that need all customers at once; each takes the firm."""
ROWS = 200_000_000
"""Most purchases of a table in memory."""


class Firm(BusinessViews):
    """A firm whose customers, survey and purchases belong together, and whose truth is known.

    All of it is synthetic, and each table says so in its column ``origin``. It sells in two
    regions, one of high and one of low competition; the low one opens to rivals on 2025-01-01.
    Two calendar years are seen, 2024 and 2025. The same seed, size and truth give the same
    firm, number for number (with the pinned numpy), and a larger firm begins with the smaller
    one. Tables are made when first asked for and kept; what you get is a copy (on write).

    Parameters
    ----------
    seed
        A whole number >= 0: one firm for each; give every student another.
    customers
        How many ever joined, 200 to 10,000,000; above 1,000,000 only :meth:`write` makes them.
    truth
        The parameters of its making; the defaults of :class:`Truth` when None.

    Raises
    ------
    InputError
        For a seed, a size or a truth that is not valid.

    Examples
    --------
    >>> firm = Firm(seed=1, customers=1000)
    >>> firm.customers[["customer", "region", "joined", "churned"]].head(2)
       customer            region     joined  churned
    0         1   low competition 2024-07-06     True
    1         2  high competition 2024-11-25     True
    >>> len(firm.purchases), firm.truth.sensitivity
    (20402, 2.0)
    """

    def __init__(self, *, seed: int = 1, customers: int = 1000, truth: Truth | None = None) -> None:
        self._seed = whole("seed", seed, 0, 2**63 - 1)
        self._size = whole("customers", customers, FEWEST, MOST)
        if not isinstance(truth, Truth | None):
            raise InputError(f"truth must be a firm.Truth or None, not {shown(truth)}.")
        self._truth = Truth() if truth is None else truth
        t = self._truth
        rows = 2 * min(self._size, IN_MEMORY) * max(t.purchase_rate, t.diary_share * t.diary_rate)
        if rows > ROWS:
            raise InputError(
                f"A firm of {self._size:,} customers with {t.purchase_rate:g} purchases a year has"
                f" more than {ROWS:,} rows; lower customers, purchase_rate or diary_rate."
            )
        self._kept: dict[str, pd.DataFrame] = {}

    def __repr__(self) -> str:
        other = "" if self._truth == Truth() else f", truth={self._truth!r}"
        return f"Firm(seed={self._seed}, customers={self._size}{other})"

    @property
    def seed(self) -> int:
        """The seed of all its random streams."""
        return self._seed

    @property
    def size(self) -> int:
        """How many customers ever joined."""
        return self._size

    @property
    def truth(self) -> Truth:
        """Every parameter of its making; ``truth.table()`` lists them with units."""
        return self._truth

    def write(self, folder: str | Path, *, progress: bool = True) -> Path:
        """Write all tables to a folder as Parquet files, block by block.

        Memory stays that of one block of 100,000 customers, whatever the firm's size.

        Parameters
        ----------
        folder
            A folder that does not exist yet, or is empty. It gets a folder for each table
            (but for those that join others: panel, shop, branches, branch_panel) with one file
            for each block, a file for each table that belongs to no customer (such as
            ``prices.parquet``), ``truth.csv`` and a ``README.txt`` that says what they are. It
            appears under its name when all of it is written.
        progress
            Whether to show a bar.

        Returns
        -------
        pathlib.Path
            The folder.

        Raises
        ------
        InputError
            If the folder holds anything, cannot be made, or pyarrow is not installed.

        Examples
        --------
        >>> import tempfile
        >>> folder = Firm(customers=200).write(Path(tempfile.mkdtemp()) / "firm", progress=False)
        >>> sorted(entry.name for entry in folder.iterdir())[:5]
        ['README.txt', 'branch_customers', 'branch_latent.parquet', 'complaints', 'customers']
        """
        from loyaltylab.firm.writing import write

        return write(self, folder, progress)

    def blocks(self) -> list[Draws]:
        """Return the random streams of each block of customers."""
        starts = range(0, self._size, BLOCK)
        sizes = [min(BLOCK, self._size - start) for start in starts]
        return [Draws(self._seed, block, n) for block, n in enumerate(sizes)]

    @functools.cached_property
    def _people(self) -> list[People]:
        if self._size > IN_MEMORY:
            raise InputError(
                f"A firm of {self._size:,} customers does not go into memory; write it to a"
                f" folder with .write(folder), or make one of at most {IN_MEMORY:,}."
            )
        return [draw(self._truth, draws) for draws in self.blocks()]

    def _table(self, name: str) -> pd.DataFrame:
        """Make a table once, and give a copy that may be written into (copy on write)."""
        if name not in self._kept:
            self._kept[name] = self._made(name)
            self._kept[name].attrs["origin"] = f"synthetic, made by {self!r}"
        return self._kept[name].copy(deep=False)

    def _made(self, name: str) -> pd.DataFrame:
        """Make a table: of the whole firm, of its market or branches, or block by block."""
        if name == "panel":
            return frames.panel(self.customers, self.survey, self.purchases)
        if name in WHOLE:
            return WHOLE[name](self)
        if name in ALONE:
            return ALONE[name](self._truth, self._seed)
        return self._joined(TABLES[name])

    def _joined(self, part: Callable[[Truth, People, Draws], pd.DataFrame]) -> pd.DataFrame:
        """Make a table block by block."""
        parts = [
            part(self._truth, people, draws)
            for people, draws in zip(self._people, self.blocks(), strict=True)
        ]
        if len(parts) == 1:
            return parts[0]
        table = pd.concat(parts, ignore_index=True)
        first = [c for c in ("wave", "quarter") if c in table and part is not TABLES["stages"]]
        return table.sort_values([*first, "customer"], ignore_index=True) if first else table
