"""What to do about a customer: rules in a table, which a reader sees and changes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, take

RULES = (
    (
        "bought once",
        "ABC",
        0.0,
        1.0,
        1,
        1,
        "thank him and make a second purchase easy, at first for a random half of such customers,"
        " to see whether that helps",
    ),
    (
        "core and active",
        "A",
        0.8,
        1.0,
        2,
        None,
        "look after him, with reliable service and a person who knows him; a discount may pay for"
        " what he does anyway",
    ),
    (
        "core, in doubt",
        "A",
        0.3,
        0.8,
        2,
        None,
        "ask him in person what has changed, now; call only a random half of such customers at"
        " first, to learn whether calling helps",
    ),
    (
        "core, perhaps gone",
        "A",
        0.0,
        0.3,
        2,
        None,
        "ask whether he left, and why, and weigh what winning him back may cost against what he may"
        " still bring (chapter 15)",
    ),
    (
        "active",
        "BC",
        0.8,
        1.0,
        2,
        None,
        "serve him well at ordinary cost; he may be a core customer of a rival, for this log does"
        " not show his wallet, so ask",
    ),
    (
        "in doubt",
        "BC",
        0.3,
        0.8,
        2,
        None,
        "remind him at low cost, at first a random half of such customers; make no effort that his"
        " purchases do not pay",
    ),
    (
        "perhaps gone",
        "BC",
        0.0,
        0.3,
        2,
        None,
        "let him rest, and keep his data only as long as the law and he allow",
    ),
)
NAMES = ["rule", "abc", "active_from", "active_to", "purchases_from", "purchases_to", "advice"]
MANY = 10**9


def default_rules() -> pd.DataFrame:
    """Return the rules by which a card says what to do; change them, and give them back.

    They are the course's opinion, not a finding: nothing in a purchase log says what helps.

    Returns
    -------
    pandas.DataFrame
        ``rule, abc`` (letters of the classes it is for), ``active_from, active_to`` (probability
        of being active: at least the one and below the other, or 1), ``purchases_from,
        purchases_to`` (days with a purchase, both included), ``advice``. The first row that fits
        counts.

    Examples
    --------
    >>> default_rules()[["rule", "abc", "active_from", "active_to"]].head(3)
                  rule  abc  active_from  active_to
    0      bought once  ABC          0.0        1.0
    1  core and active    A          0.8        1.0
    2   core, in doubt    A          0.3        0.8
    """
    table = pd.DataFrame(RULES, columns=NAMES)
    return (
        table.astype({"purchases_to": float})
        .fillna({"purchases_to": MANY})
        .astype({"purchases_from": "int64", "purchases_to": "int64"})
    )


def checked_rules(rules: Any) -> pd.DataFrame:
    """Return rules that can be applied, or say what is wrong with them.

    Examples
    --------
    >>> len(checked_rules(None))
    7
    """
    if rules is None:
        return default_rules()
    if not isinstance(rules, pd.DataFrame):
        raise InputError(
            f"rules must be a table as default_rules() returns it, not {shown(rules)}."
        )
    found = take(
        rules,
        rule=Column("rule", "group"),
        abc=Column("abc", "group"),
        active_from=Column("active_from", "number", 0, 1),
        active_to=Column("active_to", "number", 0, 1),
        purchases_from=Column("purchases_from", "whole", 0),
        purchases_to=Column("purchases_to", "whole", 0),
        advice=Column("advice", "group"),
    )
    empty = found["active_from"] >= found["active_to"]
    empty |= found["purchases_from"] > found["purchases_to"]
    empty |= ~found["abc"].astype(str).str.fullmatch("[ABC]+")
    if empty.any():
        raise InputError(
            f"Rule {shown(str(found.loc[empty, 'rule'].iloc[0]))} fits nobody: abc must be of the"
            " letters A, B, C, and each range must run from the smaller number to the larger."
        )
    return found.reset_index(drop=True)


def applied(rules: pd.DataFrame, letter: str, active: float, purchases: int) -> tuple[str, str]:
    """Return name and advice of the first rule that fits.

    Where it is not known whether he is active, only a rule fits that does not ask.

    Examples
    --------
    >>> applied(default_rules(), "A", 0.5, 12)[0]
    'core, in doubt'
    """
    unasked = (rules["active_from"] == 0) & (rules["active_to"] == 1)
    below = (active < rules["active_to"]) | (rules["active_to"] == 1)
    fits = rules["abc"].astype(str).str.contains(letter, regex=False)
    fits &= ((active >= rules["active_from"]) & below) | unasked
    fits &= (rules["purchases_from"] <= purchases) & (purchases <= rules["purchases_to"])
    if not fits.any():
        return "no rule", "no rule of the table fits; add one"
    first = rules[fits].iloc[0]
    return str(first["rule"]), str(first["advice"]).rstrip(".")
