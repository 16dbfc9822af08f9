"""What the documents say loyalty consists of, each claim as a question of sets and orders.

Each function recomputes one claim of ``datasets/claims.csv``. These claims are definitions: no
document measures anything, so that no finding here agrees or disagrees with a printed number.
What is computed is how the schemes fit together, on this course's own reading of their words
(:func:`loyaltylab.stages.classes`).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.ledger import Finding, derived
from loyaltylab.stages.chain import STAGES, StageChain
from loyaltylab.stages.conflicts import homonyms, order_conflicts, read_widely
from loyaltylab.stages.crosswalk import overlaps, schemes
from loyaltylab.stages.ordered import CUMULATIVE

READ = "this course's reading of the words"
WIDE = "as if a first good impression and identification were liking"
ORDER_001 = ("action", "affective", "cognitive", "conative")
"""The order in which document 001 first lists its four kinds, in Oliver's names."""


def oliver_four_stages(advance: float = 0.2, regress: float = 0.1) -> list[Finding]:
    """Claim C021: loyalty deepens in order, knowing, liking, intending, acting.

    "In order" is what data could refute: of all patterns of four yes-or-no steps few are
    ladders. How long the way is depends on chances that no document has.

    Parameters
    ----------
    advance, regress
        Chance per period to go one stage up, and down; illustrative.

    Examples
    --------
    >>> [round(f.computed, 2) for f in oliver_four_stages()]
    [16.0, 5.0, 0.31, 30.62, 0.52]
    """
    chain = StageChain(advance=advance, regress=regress)
    mean = float(chain.times()["periods_to_action"].iloc[0])
    last = float(chain.steady_state()["share"].iloc[-1])
    how = f"a chain that advances with {advance:g}, falls with {regress:g} a period (illustrative)"
    return [
        derived("patterns of four steps held or not", float(np.size(CUMULATIVE)), "counted"),
        derived("of these ladders", float(CUMULATIVE.sum()), "no step is held above one missed"),
        derived(
            "share of ladders if steps were tosses of a coin", float(CUMULATIVE.mean()), "counted"
        ),
        derived("periods from none to action, on average", mean if mean < 1e12 else None, how),
        derived("share of time in action, long run", last, how),
    ]


def two_levels() -> list[Finding]:
    """Claim C022: loyalty comes in two depths, cognitive and affective.

    Examples
    --------
    >>> [f.computed for f in two_levels()]
    [2, 2, 1]
    """
    return [
        derived("Oliver's stages on which a level maps", _mapped("oliver", "two_levels"), READ),
        derived("Oliver's stages on which none does", 4 - _mapped("oliver", "two_levels"), READ),
        derived(
            "kinds of the same document's definition on which none does",
            3 - _mapped("three_kinds", "two_levels"),
            f"{READ}; it is the behavioural one",
        ),
    ]


def three_expressions() -> list[Finding]:
    """Claim C023: loyalty shows in feeling, behaviour and awareness, the last being intention.

    Examples
    --------
    >>> [f.computed for f in three_expressions()]
    [3, 1, 0]
    """
    pairs = overlaps("oliver", "three_expressions")
    mine = pairs[pairs["second"] == "awareness"]
    shared = dict(zip(mine["first"], mine["shared"].tolist(), strict=True))
    return [
        derived(
            "Oliver's stages on which an expression maps",
            _mapped("oliver", "three_expressions"),
            READ,
        ),
        *(
            derived(f"elements that awareness shares with {stage}", shared[stage], READ)
            for stage in ("conative", "cognitive")
        ),
    ]


def four_kinds(listed: tuple[str, ...] = ORDER_001) -> list[Finding]:
    """Claim C024: four kinds, listed with behaviour in front, then with behaviour last.

    Parameters
    ----------
    listed
        Oliver's four stages in the order of the first list.

    Examples
    --------
    >>> [f.computed for f in four_kinds()]
    [6, 4, 4]
    """
    if not isinstance(listed, tuple | list) or sorted(map(str, listed)) != sorted(STAGES[1:]):
        raise InputError(
            f"listed must name {', '.join(STAGES[1:])} once each, in any order, not"
            f" {shown(listed)}."
        )
    place = [STAGES.index(name) for name in listed]
    pairs = list(combinations(place, 2))
    return [
        derived("pairs of kinds", len(pairs), "counted"),
        derived(
            "pairs that the first list has the other way round than Oliver",
            sum(a > b for a, b in pairs),
            "behaviour, feeling, thought, intention against Oliver's order",
        ),
        derived("Oliver's stages on which a kind maps", _mapped("oliver", "four_kinds"), READ),
    ]


def three_classes() -> list[Finding]:
    """Claim C025: loyalty is latent, then behavioural, then emotional.

    Examples
    --------
    >>> [f.computed for f in three_classes()]
    [1, 0, 0, 0, 1]
    """
    reverse, wide = [], read_widely()
    for found in (order_conflicts(), order_conflicts(wide)):
        pair = (found["first_scheme"] == "oliver") & (found["second_scheme"] == "three_classes")
        reverse.append(int(pair.sum()))
    others = overlaps("three_classes", "dick_basu", wide)
    alike = (others["first"] == "latent") & (others["second"] == "latent")
    words = homonyms()
    latent = words[(words["loyalty_class"] == "latent") & (words["shared"] != "–")]
    apart = overlaps("oliver", "three_classes")
    return [
        derived(
            "pairs of elements in the reverse of Oliver's order",
            reverse[0],
            f"{READ}; liking and buying",
        ),
        derived(
            "elements that its latent shares with Dick & Basu's latent (C032)",
            len(latent),
            f"{READ}; a first impression is not counted as liking",
        ),
        derived(
            "elements that its latent shares with any of Oliver's stages",
            int(apart.loc[apart["second"] == "latent", "shared"].sum()),
            READ,
        ),
        derived("pairs in the reverse of Oliver's order, widely read", reverse[1], WIDE),
        derived(
            "elements shared with Dick & Basu's latent, widely read",
            int(others.loc[alike, "shared"].sum()),
            WIDE,
        ),
    ]


def pyramid() -> list[Finding]:
    """Claim C026: four tiers, none, satisfied or habitual, preferring, devoted.

    Aaker (1991) has five levels. Two of them are parts of one tier here.

    Examples
    --------
    >>> [f.computed for f in pyramid()]
    [1, 2, 0]
    """
    pairs = overlaps("pyramid", "aaker")
    tier = pairs[pairs["first"] == "satisfied or habitual"]
    untouched = pairs.groupby("second")["shared"].sum() == 0
    return [
        derived(
            "levels of Aaker more than tiers of the document",
            _classes("aaker") - _classes("pyramid"),
            "five levels as read in a later text",
        ),
        derived(
            "levels of Aaker within the second tier", int((tier["relation"] == "part").sum()), READ
        ),
        derived("levels of Aaker that map on no tier", int(untouched.sum()), READ),
    ]


def telecom_five_steps() -> list[Finding]:
    """Claim C047: five stages on the way to loyalty, of which the text names four.

    Examples
    --------
    >>> [f.computed for f in telecom_five_steps()]
    [5, 4, 3]
    """
    table = schemes()
    row = table[table["scheme"] == "telecom_steps"]
    named = int(row["named"].item())
    return [
        derived("stages said", _classes("telecom_steps"), "the text's word; figure 1 is missing"),
        derived("stages named in the text", named, READ),
        derived(
            "places where the missing one may stand",
            named - 1,
            "between two named ones, if acceptance is the first and loyalty the last",
        ),
    ]


def _mapped(first: str, second: str) -> int:
    """Count the classes of one scheme on which any class of the other maps."""
    pairs = overlaps(first, second)
    return int((pairs.groupby("first")["shared"].sum() > 0).sum())


def _classes(name: str) -> int:
    table = schemes()
    return int(table.loc[table["scheme"] == name, "classes"].item())
