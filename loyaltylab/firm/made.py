"""The linked firm itself: a seed, a size, and tables that are made when first asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import whole
from loyaltylab.firm import frames
from loyaltylab.firm.draws import BLOCK, Draws
from loyaltylab.firm.frames import TABLES
from loyaltylab.firm.people import People, draw
from loyaltylab.firm.truth import Truth

FEWEST, MOST, IN_MEMORY = 200, 10_000_000, 1_000_000


class Firm:
    """A firm whose customers, survey and purchases belong together, and whose truth is known.

    All of it is synthetic, and each table says so in its column ``origin``. It sells in two
    regions, one of high and one of low competition; the low one opens to rivals on 2025-01-01.
    Two calendar years are seen, 2024 and 2025. The same seed, size and truth give the same
    firm, number for number (with the pinned numpy), and a larger firm begins with the smaller
    one. Tables are made when first asked for and kept; what you get is a copy of your own.

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

    @property
    def customers(self) -> pd.DataFrame:
        """What the firm's own files say, one row per customer.

        ``customer`` (a number from 1), ``region``, ``joined`` (date), ``member`` (of the
        programme), ``treated`` (better service in 2025, by lot), ``left`` (date from which he
        is no customer any more, or NaT), ``churned``, ``origin``.
        """
        return self._table("customers")

    @property
    def survey(self) -> pd.DataFrame:
        """Answers at the end of each year by those customers who answered.

        ``customer``, ``wave`` (1 is the end of 2024, 2 of 2025), ``date``; whole answers from
        1 to 5: ``quality, service, price, convenience`` (satisfaction with each), ``overall``
        (satisfaction), ``liking``, ``comparison`` (with rivals: 1 much worse, 5 much better),
        ``intent`` (to buy here again); ``recommendation`` from 0 to 10; ``origin``. What was
        left unanswered is NaN.
        """
        return self._table("survey")

    @property
    def purchases(self) -> pd.DataFrame:
        """Every purchase in the category, at the firm and at its rivals.

        ``customer``, ``date``, ``own`` (True: the firm's own brand, False: a rival's),
        ``amount_cents`` (whole cents), ``origin``.
        """
        return self._table("purchases")

    @property
    def panel(self) -> pd.DataFrame:
        """Survey and behaviour side by side: one row for each customer who answered a wave.

        ``customer, wave, region, member, treated``, the answers of :attr:`survey`, and of the
        calendar year of the wave ``purchases`` (in the category), ``own_purchases``, ``share``
        (own of all; NaN if he bought nothing), ``own_cents``; ``origin``.
        """
        return self._table("panel")

    @property
    def latent(self) -> pd.DataFrame:
        """What is true of each customer and no real firm could see; to hold estimates against.

        ``customer``, ``purchase_rate`` (category purchases per year), ``mean_amount_cents``,
        ``monthly_churn`` (chance of leaving, every 30 days), ``satisfaction_1``,
        ``satisfaction_2`` (in 2024 and 2025, scale 1 to 5), ``loyalty_1``, ``loyalty_2``
        (probability of the own brand while he is a customer), ``loyalty_2_treated`` and
        ``loyalty_2_untreated`` (what it is, or would be, with and without better service),
        ``origin``.
        """
        return self._table("latent")

    def write(self, folder: str | Path, *, progress: bool = True) -> Path:
        """Write all tables to a folder as Parquet files, block by block.

        Memory stays that of one block of 100,000 customers, whatever the firm's size.

        Parameters
        ----------
        folder
            A folder that does not exist yet, or is empty. It gets ``customers/``, ``survey/``,
            ``purchases/`` and ``latent/`` with one file for each block, ``truth.csv`` and a
            ``README.txt`` that says what the data are. It appears under its name when all of
            it is written.
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
        >>> sorted(entry.name for entry in folder.iterdir())
        ['README.txt', 'customers', 'latent', 'purchases', 'survey', 'truth.csv']
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
            if name == "panel":
                self._kept[name] = frames.panel(self.customers, self.survey, self.purchases)
            else:
                self._kept[name] = self._joined(TABLES[name])
            self._kept[name].attrs["origin"] = f"synthetic, made by {self!r}"
        return self._kept[name].copy(deep=False)

    def _joined(self, part: Callable[[Truth, People, Draws], pd.DataFrame]) -> pd.DataFrame:
        """Make a table block by block."""
        parts = [
            part(self._truth, people, draws)
            for people, draws in zip(self._people, self.blocks(), strict=True)
        ]
        if len(parts) == 1:
            return parts[0]
        table = pd.concat(parts, ignore_index=True)
        return (
            table.sort_values(["wave", "customer"], ignore_index=True) if "wave" in table else table
        )
