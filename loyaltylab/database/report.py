"""What one load did, for the person who loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd


class Reject(NamedTuple):
    """One cause for which rows were not loaded: how many, and the sentence of the first one.

    Examples
    --------
    >>> Reject("no customer", 2, "Row 3 has no customer.").rows
    2
    """

    cause: str
    rows: int
    example: str


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """How many rows a load brought, added, skipped and rejected, and why.

    ``rows = added + skipped + rejected`` always.

    Examples
    --------
    >>> report = LoadReport(into="purchases", sources=("log.csv",), loads=(1,), rows=3, added=1,
    ...                     skipped=1, causes=(Reject("no date", 1, "Row 2 has no date."),))
    >>> report.sentence()
    'The load into purchases read 3 rows, added 1, skipped 1 as loaded before and rejected 1: 1 no date.'
    >>> report.table()[["outcome", "rows"]].values.tolist()
    [['added', 1], ['skipped: loaded before', 1], ['rejected: no date', 1]]
    """  # noqa: E501

    into: str
    """The table that was filled."""
    sources: tuple[str, ...]
    """What was read: the names of files, or "a frame"."""
    loads: tuple[int, ...]
    """The numbers of the loads in the table ``loads``: one for each file."""
    rows: int
    """Rows read."""
    added: int
    """Rows added."""
    skipped: int
    """Rows that had been loaded before."""
    causes: tuple[Reject, ...]
    """Why rows were rejected, the most frequent cause first."""
    outdated: int = 0
    """Values of a table skipped whole that are no longer the last ones known, and stay so."""

    @property
    def rejected(self) -> int:
        """Rows rejected; each stands in the table ``rejected`` with its reason.

        Examples
        --------
        >>> LoadReport(into="survey", sources=(), loads=(), rows=2, added=1, skipped=0,
        ...            causes=(Reject("no date", 1, "Row 2 has no date."),)).rejected
        1
        """
        return sum(cause.rows for cause in self.causes)

    def table(self) -> pd.DataFrame:
        """Return one row per outcome: outcome, rows, share of the rows read, example.

        Examples
        --------
        >>> LoadReport(into="survey", sources=(), loads=(), rows=2, added=2, skipped=0,
        ...            causes=()).table()["share"].tolist()
        [1.0, 0.0]
        """
        older = f"{_count(self.outdated, 'value')} changed since." if self.outdated else ""
        known = [("added", self.added, ""), ("skipped: loaded before", self.skipped, older)]
        lines = known + [(f"rejected: {c.cause}", c.rows, c.example) for c in self.causes]
        table = pd.DataFrame(lines, columns=["outcome", "rows", "example"])
        table.insert(2, "share", table["rows"] / max(self.rows, 1))
        return table

    def sentence(self) -> str:
        """Say in one sentence what the load did.

        Examples
        --------
        >>> LoadReport(into="survey", sources=(), loads=(), rows=1, added=0, skipped=1,
        ...            causes=()).sentence()
        'The load into survey read 1 row, added 0, skipped 1 as loaded before and rejected 0.'
        """
        why = ", ".join(f"{c.rows:,} {c.cause}" for c in self.causes)
        older = (
            f"; {_count(self.outdated, 'value')} of that table changed since and keep what came"
            " later: name a column since to set them back"
        )
        return (
            f"The load into {self.into} read {_count(self.rows, 'row')}, added {self.added:,},"
            f" skipped {self.skipped:,} as loaded before and rejected {self.rejected:,}"
            f"{f': {why}' if why else ''}{older if self.outdated else ''}."
        )


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"
