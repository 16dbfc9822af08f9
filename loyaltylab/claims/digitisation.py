"""What the documents lost on their way into a file: changed numbers and missing pictures."""

from __future__ import annotations

import re

import pandas as pd

from loyaltylab import datasets
from loyaltylab.base.ledger import Finding, derived
from loyaltylab.claims.ledger import table

TELECOM = "figures of the telecom article"
"""Figures 1 to 3 of document 000, which the claim counts as one kind of object."""


def printed_numbers() -> list[Finding]:
    """Claim C126: scanning changed numbers, 5~6 into 56, 3~5 into 35, 2/3 into 23 and others.

    Every printed form is read as a program would read it: as a number, or as none. Where it is
    one, it is divided by the upper end of what was meant.

    Examples
    --------
    >>> [(f.reading, round(f.computed, 2)) for f in printed_numbers()][:4]
    [('56, printed over meant', 9.33), ('35, printed over meant', 7.0), \
('23, printed over meant', 34.5), ('90, printed over meant', -1.0)]
    """
    rows = datasets.load("digitisation").astype(str)
    found, unreadable = [], 0
    for row in rows.itertuples():
        read = pd.to_numeric(str(row.printed).replace(" ", ""), errors="coerce")
        if pd.isna(read):
            unreadable += 1
            continue
        reading, meant = f"{row.printed}, printed over meant", upper_end(str(row.meant))
        found.append(derived(reading, float(read) / meant, f"{row.meant} was meant"))
    listed = "forms on this course's own list"
    return [
        *found,
        derived("wrong numbers that a program takes", float(len(found)), listed),
        derived("no numbers at all", float(unreadable), listed),
    ]


def upper_end(meant: str) -> float:
    """Return the number that was meant, or the upper one of two.

    Examples
    --------
    >>> upper_end("5-6"), upper_end("-90"), round(upper_end("2/3"), 3)
    (6.0, -90.0, 0.667)
    """
    top, _, bottom = meant.partition("/")
    if bottom:
        return float(top) / float(bottom)
    return float(re.split(r"(?<=\d)-", meant)[-1])


def lost_objects() -> list[Finding]:
    """Claim C135: figures, tables, formulas and answers that the documents have lost.

    The claim names nine kinds: the two formulas are one of them, and so are the three figures
    of the telecom article.

    Examples
    --------
    >>> [(f.reading, f.computed) for f in lost_objects()]
    [('objects lost', 12.0), ('kinds of object', 9.0), \
('claims that rest on one', 12.0), ('of these, claims that cannot be reproduced', 4.0)]
    """
    rows = datasets.load("lost_objects")
    kind = rows["object"].str.replace(r"^formula .*", "formulas", regex=True)
    kind = kind.str.replace(r"^figure \d: .*", TELECOM, regex=True)
    ledger = table().set_index("claim")
    resting = rows["claim"].drop_duplicates()
    gone = ledger.loc[resting, "verdict"] == "cannot be reproduced"
    listed = "this course's own list of what is lost"
    return [
        derived("objects lost", float(len(rows)), listed),
        derived("kinds of object", float(kind.nunique()), "formulas and telecom figures one each"),
        derived("claims that rest on one", float(len(resting)), listed),
        derived(
            "of these, claims that cannot be reproduced",
            float(gone.sum()),
            "the others are reconstructed, and say so",
        ),
    ]
