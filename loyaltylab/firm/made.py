"""The linked firm itself: a seed, a size, and tables that are made when first asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import whole
from loyaltylab.firm import frames
from loyaltylab.firm.diary import prices
from loyaltylab.firm.draws import BLOCK, Draws
from loyaltylab.firm.frames import TABLES
from loyaltylab.firm.people import People, draw
from loyaltylab.firm.truth import Truth

FEWEST, MOST, IN_MEMORY = 200, 10_000_000, 1_000_000
ROWS = 200_000_000
"""Most purchases of a table in memory."""


class Firm:
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
        ``quality_1`` … ``convenience_2`` (how each item is perceived in each year, before any
        answer is rounded), ``origin``.
        """
        return self._table("latent")

    @property
    def importance(self) -> pd.DataFrame:
        """How important each item is called, asked with the first survey.

        ``customer``; whole answers from 1 to 5 for ``quality, service, price, convenience``,
        NaN where left out; ``origin``. What truly matters is ``truth.importances()``.
        """
        return self._table("importance")

    @property
    def kano(self) -> pd.DataFrame:
        """Pairs of answers on six attributes, asked with the first survey.

        ``customer``, ``attribute``, ``functional`` and ``dysfunctional`` (1 like, 2 expect,
        3 neutral, 4 live with, 5 dislike; NaN where left out), ``origin``. The exact share of
        each class among the answers is ``truth.kano()``.
        """
        return self._table("kano")

    @property
    def habits(self) -> pd.DataFrame:
        """How customers choose, forgive and refer, asked with the second survey.

        ``customer``, ``selection_seconds`` (time to choose), ``incidents`` (with products,
        this year), ``forgiven`` (of these), ``new_first`` ("I try its new products first", 1
        to 5), ``referred`` (people brought along), ``bears_rise_percent`` and
        ``resists_cut_percent`` (a price rise borne, a rival's cut resisted), ``origin``.
        """
        return self._table("habits")

    @property
    def tracking(self) -> pd.DataFrame:
        """A survey at the end of each of eight quarters, of those who are customers then.

        ``customer``, ``quarter`` (1 to 8), ``date``; ``belief, liking, intention`` (1 to 5);
        ``obstacles`` (occasions on which the brand was hard to get), ``kept`` (of these, how
        often it was bought all the same), ``origin``.
        """
        return self._table("tracking")

    @property
    def stages(self) -> pd.DataFrame:
        """The true stage of loyalty of every customer in every quarter, which nobody sees.

        ``customer``, ``quarter``, ``stage`` (none < cognitive < affective < conative <
        action), ``origin``. The chain behind it is ``truth.stage_matrix()``.
        """
        return self._table("stages")

    @property
    def diary(self) -> pd.DataFrame:
        """Purchases in a second category of five brands, by those who keep a diary.

        ``customer``, ``date``, ``week`` (from 1), ``brand``, ``price_cents`` (paid),
        ``origin``. ``truth.elasticity(brand)`` is how a brand's share answers to its price.
        """
        return self._table("diary")

    @property
    def prices(self) -> pd.DataFrame:
        """The price of each brand of the diary's category in each of 105 weeks.

        ``week``, ``date`` (its first day), ``brand``, ``price_cents``, ``regular_cents``,
        ``promoted``, ``cost_cents`` (moves the price and nothing else), ``origin``.
        """
        return self._table("prices")

    def write(self, folder: str | Path, *, progress: bool = True) -> Path:
        """Write all tables to a folder as Parquet files, block by block.

        Memory stays that of one block of 100,000 customers, whatever the firm's size.

        Parameters
        ----------
        folder
            A folder that does not exist yet, or is empty. It gets a folder for each table
            (but for the panel) with one file for each block, ``prices.parquet``, ``truth.csv``
            and a ``README.txt`` that says what the data are. It appears under its name when
            all of it is written.
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
        ['README.txt', 'customers', 'diary', 'habits', 'importance']
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
            elif name == "prices":
                self._kept[name] = prices(self._truth, self._seed)
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
        first = [c for c in ("wave", "quarter") if c in table and part is not TABLES["stages"]]
        return table.sort_values([*first, "customer"], ignore_index=True) if first else table
