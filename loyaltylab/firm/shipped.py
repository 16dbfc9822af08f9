"""The small firm that the course carries, so that its tables can be read without making it."""

from __future__ import annotations

import pandas as pd

from loyaltylab.firm.made import Firm

SEED, CUSTOMERS = 1, 1000
TABLES = ["customers", "survey", "purchases", "importance", "kano", "habits", "tracking"]
TABLES += ["diary", "prices", "complaints", "problem_survey", "exits"]
TABLES += ["points", "shoppers", "orders", "mailings", "shop"]
TABLES += ["branches", "branch_customers", "employees", "branch_panel"]


def shipped() -> dict[str, pd.DataFrame]:
    """Make the tables of ``Firm(seed=1, customers=1000)`` that stand in ``datasets/``.

    Returns
    -------
    dict
        The name of each data set (see ``datasets.catalogue()``) and its table.

    Examples
    --------
    >>> list(shipped())[:2]
    ['synthetic_firm_customers', 'synthetic_firm_survey']
    """
    firm = Firm(seed=SEED, customers=CUSTOMERS)
    tables = {name: getattr(firm, name) for name in TABLES}
    tables["truth"] = firm.truth.table()
    return {f"synthetic_firm_{name}": table for name, table in tables.items()}


def as_text(table: pd.DataFrame) -> str:
    r"""Write a table as the text of its file: dates without a time, whole answers as 4, not 4.0.

    Examples
    --------
    >>> as_text(pd.DataFrame({"overall": [4.0, None], "wave": [1, 1]}))
    'overall,wave\n4,1\n,1\n'
    """
    return table.to_csv(index=False, float_format="%.10g", lineterminator="\n")
