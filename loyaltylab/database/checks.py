"""What makes a row unfit: every check is one line of SQL over text, with a plain sentence."""

from __future__ import annotations

from typing import NamedTuple

from loyaltylab.database.schema import MOST, Role

ISO = (
    r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}"
    r"([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s?(Z|UTC|[+-]\d{2}(:?\d{2})?)?)?$"
)
ZONE = r":\d{2}(\.\d+)?\s?(Z|UTC|[+-]\d{2}(:?\d{2})?)$"
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
COMMA = r"^[+-]?((\d{1,3}(\.\d{3})+|\d+)(,\d*)?|,\d+)$"
"""A number with a decimal comma, and perhaps points between thousands: 12.50 is none."""
NUMBERS = tuple(f"{u}{n}INT" for u in ("", "U") for n in ("TINY", "SMALL", "", "BIG", "HUGE"))
NUMBERS = (*NUMBERS, "INTEGER", "UINTEGER", "FLOAT", "DOUBLE")
TWO_DAYS = r"^\s*\d{1,2}\D\d{1,2}\D\d{2}"
"""A date that means two days, as long as nobody says which number is the month."""


class Check(NamedTuple):
    """A condition under which a row is rejected: its cause, and the rest of its sentence."""

    when: str
    cause: str
    says: str


def cell(role: str) -> str:
    """Return the text of a cell as it may stand in a sentence: on one line and not too long.

    Examples
    --------
    >>> cell("date").count("t_date")
    1
    """
    return f"left(regexp_replace(CAST(t_{role} AS VARCHAR), '[[:cntrl:]]+', ' ', 'g'), 40)"


def parsed(role: Role, given: str, *, has_format: bool, decimal: str = ".") -> str:
    """Return the expression that reads one column in its type; what is unreadable is NULL.

    ``given`` is the type in which the column came; all but text needs no reading. ``decimal``
    is the sign before the decimals of numbers in text.

    Examples
    --------
    >>> parsed(Role("customer", "id"), "VARCHAR", has_format=False)
    "nullif(trim(t_customer), '')"
    >>> parsed(Role("amount", "amount"), "DOUBLE", has_format=False)
    'TRY_CAST(t_amount AS DECIMAL(18,4))'
    """
    text = f"trim(CAST(t_{role.name} AS VARCHAR))" if given != "VARCHAR" else f"trim(t_{role.name})"
    if role.kind == "date":
        if given.startswith("TIMESTAMP") or given == "DATE":
            return f"TRY_CAST(t_{role.name} AS TIMESTAMP)"
        if has_format:
            return f"try_strptime({text}, $format)"
        zoned = f"CAST(TRY_CAST({text} AS TIMESTAMPTZ) AS TIMESTAMP)"
        plain = f"TRY_CAST({text} AS TIMESTAMP)"
        iso = f"regexp_matches({text}, '{ISO}')"
        zone = f"length({text}) > 16 AND regexp_matches({text}, '{ZONE}')"
        return f"CASE WHEN NOT {iso} THEN NULL WHEN {zone} THEN {zoned} ELSE {plain} END"
    if role.kind in ("amount", "number"):
        kind = "DECIMAL(18,4)" if role.kind == "amount" else "DOUBLE"
        if given in NUMBERS or given.startswith("DECIMAL"):
            return f"TRY_CAST(t_{role.name} AS {kind})"
        like, number = NUMBER, text
        if decimal == ",":
            like, number = COMMA, f"replace(replace({text}, '.', ''), ',', '.')"
        return f"CASE WHEN regexp_matches({text}, '{like}') THEN TRY_CAST({number} AS {kind}) END"
    return f"nullif({text}, '')"


def of(role: Role, *, has_format: bool, decimal: str = ".") -> list[Check]:
    """Return the checks of one column: is it there, can it be read, is it in range.

    Examples
    --------
    >>> [check.cause for check in of(Role("date", "date"), has_format=False)]
    ['no date', 'date unreadable', 'date out of range']
    """
    name = role.name
    checks = []
    blank = f"({name} IS NULL AND nullif(trim(CAST(t_{name} AS VARCHAR)), '') IS NULL)"
    if role.required:
        checks.append(Check(blank, f"no {name}", f"' has no {name}.'"))
    if role.kind == "date":
        how = "' written ' || $format" if has_format else "' such as 2024-02-05'"
        says = f"': the {name} ''' || {cell(name)} || ''' is no date' || {how} || '.'"
        checks.append(Check(f"NOT {blank} AND {name} IS NULL", f"{name} unreadable", says))
        far = f"year({name}) NOT BETWEEN 1900 AND 2199"
        says = f"': the {name} ' || CAST(CAST({name} AS DATE) AS VARCHAR)"
        checks.append(Check(far, f"{name} out of range", f"{says} || ' is outside 1900 to 2199.'"))
    if role.kind in ("amount", "number"):
        most = " up to 10^13" if role.kind == "amount" else ""
        says = f"': the {name} ''' || {cell(name)} || ''' is no finite number{most}'"
        other, sign = (NUMBER, ".") if decimal == "," else (COMMA, ",")
        like = f"{name} IS NULL AND regexp_matches(trim(CAST(t_{name} AS VARCHAR)), '{other}')"
        says += f" || CASE WHEN {like} THEN '; decimal=''{sign}'' would read it.' ELSE '.' END"
        wild = f"abs({name}) > {MOST:.0f}" if role.kind == "amount" else f"NOT isfinite({name})"
        wrong = f"NOT {blank} AND ({name} IS NULL OR {wild})"
        checks.append(Check(wrong, f"{name} unreadable", says))
    return checks


def a_return() -> Check:
    """Return the check for goods that were brought back.

    Examples
    --------
    >>> a_return().cause
    'a return'
    """
    says = (
        "' is a return (amount ' || CAST(amount AS VARCHAR) || coalesce(', quantity ' ||"
        " CAST(quantity AS VARCHAR), '') || '); returns=''keep'' would load it.'"
    )
    return Check("amount < 0 OR quantity < 0", "a return", says)


def off_scale() -> Check:
    """Return the check of an answer against the scale that the caller states.

    Examples
    --------
    >>> off_scale().cause
    'answer off the scale'
    """
    says = (
        "': the score ' || CAST(score AS VARCHAR) || ' is off the scale from ' ||"
        " CAST($lowest AS VARCHAR) || ' to ' || CAST($highest AS VARCHAR) || '.'"
    )
    return Check("score NOT BETWEEN $lowest AND $highest", "answer off the scale", says)


def no_answer() -> Check:
    """Return the check for an answer that is neither a score nor a text.

    Examples
    --------
    >>> no_answer().cause
    'no answer'
    """
    return Check("score IS NULL AND text IS NULL", "no answer", "' holds neither score nor text.'")


def cause(tests: list[Check]) -> str:
    """Return the expression for the cause of the first check that applies, or NULL.

    Examples
    --------
    >>> cause([Check("x < 0", "negative", "' is negative.'")])
    "CASE WHEN x < 0 THEN 'negative' END"
    """
    arms = [f"WHEN {c.when} THEN '{c.cause}'" for c in tests]
    return f"CASE {' '.join(arms)} END"


def reason(tests: list[Check]) -> str:
    """Return the expression for the sentence that belongs to a cause.

    Examples
    --------
    >>> reason([Check("x < 0", "negative", "' is negative.'")])
    "CASE cause WHEN 'negative' THEN 'Row ' || row || ' is negative.' END"
    """
    arms = [f"WHEN '{c.cause}' THEN 'Row ' || row || {c.says}" for c in tests]
    return f"CASE cause {' '.join(arms)} END"
