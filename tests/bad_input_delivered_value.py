"""What chapter 08 refuses, and the words that its one sentence must hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.delivered_value import (
    HabitChoice,
    ValueLead,
    ValueShare,
    clone_effect,
    delivered,
    dominance,
    elasticities,
    explained,
    fit_choices,
    flip_points,
    frontier,
    habit_or_taste,
    logit_shares,
    offers_from_text,
    parts_of_cost,
    plot_along,
    plot_robustness,
    plot_survey,
    plot_tornado,
    robustness,
    score_flips,
    simulate_choices,
    survey_scores,
    survey_winner,
    tornado,
    value_choice_loyalty,
    value_less_cost,
    winners_along,
    winning_weights,
    with_copy,
    with_last,
)
from loyaltylab.delivered_value.offers import COMPONENTS

NAN = float("nan")
ONE = dict.fromkeys(COMPONENTS, 1.0)
OFFERS = pd.DataFrame(
    {"offer": ["near", "far", "web"], **{c: [3.0, 2.0, 1.0] for c in COMPONENTS}},
    index=[7, 7, 9],
)
CHOICES = simulate_choices({"quality": 0.5, "price": -0.5}, customers=20, occasions=3, seed=1)
FLAT = CHOICES.assign(flat=CHOICES["occasion"], twice=2 * CHOICES["price"])
SURE = CHOICES.assign(quality=CHOICES["chosen"] * 5)
RATINGS = pd.DataFrame(
    {
        "respondent": [1, 1, 2, 2, 3, 3],
        "offer": ["near", "far"] * 3,
        "component": "product",
        "rating": [7, 6, 8, 5, 6, 6],
    }
)
BOUGHT = HabitChoice().simulate(customers=5, occasions=6, seed=1)
PANEL = pd.DataFrame({"quality": [1, 2, 3, 4, 5, 3], "who": [1, 1, 2, 2, 3, 3]})
PANEL["text"] = list("abcdef")
PANEL["share"] = [0.1, 0.4, 0.3, 0.7, 0.9, 0.5]
PANEL["flat"], PANEL["rank"] = 1, [1, 5, 2, 4, 3, 6]
DIARY = pd.DataFrame(
    {
        "household": [1, 1, 2, 2],
        "occasion": [1, 1, 1, 1],
        "brand": ["a", "b"] * 2,
        "chosen": [True, False] * 2,
    }
)
FRAMES: list[pd.DataFrame] = [OFFERS, CHOICES, RATINGS, BOUGHT, PANEL, DIARY]


def cell(frame: pd.DataFrame, column: str, row: int, value: Any) -> pd.DataFrame:
    """Return a frame with one cell changed."""
    cells = list(frame[column].astype(object))
    cells[row] = value
    return frame.assign(**{column: pd.Series(cells, index=frame.index).infer_objects()})


def with_weight(**change: Any) -> dict[str, Any]:
    return {**ONE, **change}


ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    # offers and weights
    ("no-column", lambda: delivered(OFFERS.drop(columns="time")), ("'time'", "columns are")),
    ("near-miss", lambda: delivered(OFFERS.rename(columns={"psychic": "psychik"})), ("psychik",)),
    ("negative", lambda: delivered(cell(OFFERS, "money", 1, -5.0)), ("'money'", ">= 0", "-5")),
    ("text-cell", lambda: delivered(cell(OFFERS, "time", 0, "an hour")), ("'time'", "an hour")),
    ("missing", lambda: delivered(cell(OFFERS, "image", 2, NAN)), ("'image'", "row 9")),
    ("huge", lambda: delivered(cell(OFFERS, "image", 2, 1e15)), ("'image'", "1e+14")),
    ("twice", lambda: delivered(cell(OFFERS, "offer", 1, "near")), ("'near'", "twice")),
    ("name-column", lambda: delivered(OFFERS, offer="shop"), ("'shop'",)),
    ("no-offer", lambda: delivered(OFFERS.iloc[:0]), ("no rows",)),
    ("no-frame", lambda: delivered({"offer": ["a"]}), ("DataFrame", ".csv")),
    ("one-offer", lambda: flip_points(OFFERS.iloc[:1]), ("1 offer", "at least 2")),
    ("one-offer-shares", lambda: logit_shares(OFFERS.iloc[:1]), ("1 offer", "at least 2")),
    ("one-offer-dominance", lambda: dominance(OFFERS.iloc[:1]), ("1 offer", "at least 2")),
    ("one-offer-frontier", lambda: frontier(OFFERS.iloc[:1]), ("1 offer", "at least 2")),
    ("weights-0", lambda: delivered(OFFERS, dict.fromkeys(COMPONENTS, 0)), ("all 0",)),
    ("weights-lack", lambda: delivered(OFFERS, {"time": 2}), ("lack", "'product'")),
    ("weights-more", lambda: delivered(OFFERS, with_weight(tim=1)), ("'tim'", "'time'")),
    ("weights-list", lambda: delivered(OFFERS, [1] * 8), ("weights", "[1, 1")),
    ("weight-low", lambda: delivered(OFFERS, with_weight(time=-1)), ("weights['time']", "-1")),
    ("weight-nan", lambda: delivered(OFFERS, with_weight(time=NAN)), ("weights['time']", "nan")),
    ("weight-text", lambda: delivered(OFFERS, with_weight(time="5")), ("time", "without quotes")),
    ("weight-flag", lambda: delivered(OFFERS, with_weight(time=True)), ("time", "True")),
    ("text-none", lambda: offers_from_text("offer product"), ("text", "line per offer")),
    ("text-number", lambda: offers_from_text(5), ("text", "5")),
    ("text-ragged", lambda: offers_from_text("offer time\na b 5"), ("Line 1", "3", "2")),
    # flips, ranges, tornado, robustness
    ("upper-low", lambda: flip_points(OFFERS, with_weight(time=9), upper=5), ("upper", "9", "5")),
    ("upper-0", lambda: winners_along(OFFERS, upper=0), ("upper", "above 0")),
    ("upper-none", lambda: winners_along(OFFERS, upper=None), ("upper", "None")),
    ("component", lambda: winners_along(OFFERS, component="tine", upper=5), ("tine", "'time'")),
    ("component-ax", lambda: plot_along(OFFERS, component=3, upper=5), ("component", "3")),
    ("score-flips", lambda: score_flips(cell(OFFERS, "time", 0, None)), ("'time'", "lacks")),
    ("percent-change", lambda: tornado(OFFERS, change=25), ("change", "25 % as 0.25")),
    ("change-0", lambda: tornado(OFFERS, change=0), ("change", "above 0")),
    ("tornado-of", lambda: tornado(OFFERS, of="weight"), ("'both'", "'weight'")),
    ("tornado-who", lambda: tornado(OFFERS, who="nea"), ("'nea'", "'near'")),
    ("tornado-measure", lambda: tornado(OFFERS, measure="odds"), ("measure", "'odds'")),
    ("tornado-plot", lambda: plot_tornado(OFFERS), ("tornado()",)),
    ("tornado-most", lambda: plot_tornado(tornado(OFFERS), most=0), ("most", "0")),
    ("percent-spread", lambda: robustness(OFFERS, spread=50), ("spread", "50 % as 0.5")),
    ("draws", lambda: robustness(OFFERS, draws=10), ("draws", "100")),
    ("method", lambda: robustness(OFFERS, method="normal"), ("method", "'normal'")),
    ("concentration", lambda: robustness(OFFERS, concentration=0), ("concentration", "above 0")),
    ("robust-plot", lambda: plot_robustness(None), ("robustness()", "None")),
    ("robust-level", lambda: robustness(OFFERS, level=95), ("level", "95 % as 0.95")),
    ("robust-seed", lambda: robustness(OFFERS, seed=-1), ("seed", "-1")),
    ("never-wins", lambda: winning_weights(OFFERS.assign(**ONE), "near"), ("'near'", "sole")),
    ("nobody", lambda: winning_weights(OFFERS, "nowhere"), ("'nowhere'", "no offer")),
    # shares
    ("sensitivity", lambda: logit_shares(OFFERS, sensitivity=-0.1), ("sensitivity", "-0.1")),
    ("elasticity", lambda: elasticities(OFFERS, sensitivity=NAN), ("sensitivity", "nan")),
    ("likeness", lambda: clone_effect(OFFERS, "near", likeness=50), ("likeness", "0.5")),
    ("clone-who", lambda: clone_effect(OFFERS, "bus"), ("'bus'", "no offer")),
    ("clone-none", lambda: clone_effect(OFFERS, None), ("None", "the offers are")),
    ("copy-none", lambda: with_copy(OFFERS, "near", None), ("name", "None")),
    ("copy-list", lambda: with_copy(OFFERS, "near", ["x"]), ("name", "['x']")),
    ("copy-name", lambda: with_copy(OFFERS, "near", "far"), ("'far'", "already")),
    # models
    ("lead-short", lambda: ValueLead(ours=(1, 2)), ("ours", "eight", "2")),
    ("lead-negative", lambda: ValueLead(rival=(-1,) * 8), ("rival", ">= 0", "-1")),
    ("lead-weight", lambda: ValueLead(time_weight=-2), ("time_weight", ">= 0", "-2")),
    ("lead-zero", lambda: zero_lead().flips(), ("weights are all 0",)),
    ("lead-of", lambda: ValueLead.of(OFFERS, ours="near", rival="fra"), ("'fra'", "'far'")),
    ("share-copies", lambda: ValueShare(copies=0), ("copies", ">= 1")),
    ("share-likeness", lambda: ValueShare(likeness=50), ("likeness", "50 % as 0.5")),
    ("habit-low", lambda: HabitChoice(habit=-1), ("habit", ">= 0", "-1")),
    ("habit-nobody", lambda: HabitChoice().simulate(customers=0), ("customers", "0")),
    ("habit-many", lambda: HabitChoice().simulate(customers=10**6, occasions=99), ("occasions",)),
    # choices
    ("attributes-text", lambda: fit_choices(CHOICES, "price"), ("attributes", "'price'")),
    ("attributes-none", lambda: fit_choices(CHOICES, []), ("attributes", "[]")),
    ("attributes-twice", lambda: fit_choices(CHOICES, ["price", "price"]), ("twice", "price")),
    ("attribute-lost", lambda: chosen_by("cost"), ("'cost'", "columns are")),
    ("attribute-flat", lambda: chosen_by("flat", frame=FLAT), ("'flat'", "never differs")),
    ("attribute-same", lambda: chosen_by("price", "twice", frame=FLAT), ("follow", "'twice'")),
    ("occasion-mixed", lambda: fit_choices(CHOICES, ["price"]), ("20 chosen", "just one")),
    ("occasion-none", lambda: chosen_by("price", frame=none_chosen()), ("0 chosen", "just one")),
    ("occasion-single", lambda: chosen_by("price", frame=only_chosen()), ("at least two",)),
    ("choices-sure", lambda: chosen_by("quality", frame=SURE), ("without any exception",)),
    ("choices-base", lambda: branded(base="x"), ("base", "'x'")),
    ("choices-one", lambda: one_customer(), ("cluster", "one customer only")),
    ("choices-level", lambda: fit_choices(CHOICES, ["price"], level=1), ("level", "1")),
    ("worth-price", lambda: FIT.willingness_to_pay("cost"), ("'cost'", "'price'")),
    ("worth-positive", lambda: FIT.willingness_to_pay("quality"), ("'quality'", "not below 0")),
    ("worth-method", lambda: FIT.willingness_to_pay(method="fieller"), ("method", "'fieller'")),
    ("predict-column", lambda: FIT.predict(CHOICES.drop(columns="price")), ("'price'",)),
    ("predict-constants", lambda: branded().predict(CHOICES), ("constants", "data=None")),
    ("predict-who", lambda: FIT.predict(CHOICES, cluster="who"), ("'who'", "columns are")),
    ("attributes-list", lambda: fit_choices(CHOICES, [["price"]]), ("attributes", "[['price']]")),
    ("never-chosen", lambda: never(), ("Nobody ever chose 3", "leave out")),
    ("simulate-name", lambda: simulate_choices({"occasion": 1}), ("'occasion'", "column")),
    ("simulate-none", lambda: simulate_choices({}), ("weights", "{}")),
    ("simulate-nan", lambda: simulate_choices({"price": NAN}), ("weights['price']", "nan")),
    ("simulate-one", lambda: simulate_choices({"price": -1}, alternatives=1), ("alternatives",)),
    ("last-once", lambda: with_last(DIARY), ("second occasion", "'household'")),
    ("last-two", lambda: with_last(DIARY.assign(chosen=True)), ("2 alternatives", "just one")),
    ("last-taken", lambda: with_last(DIARY.assign(last="Li")), ("'last'", "already")),
    ("last-column", lambda: with_last(DIARY, customer="who"), ("'who'",)),
    # habit or taste, explained, survey
    ("order-twice", lambda: habit_or_taste(BOUGHT.assign(occasion=1)), ("Customer 1", "once")),
    ("order-own", lambda: habit_or_taste(BOUGHT.assign(own=7)), ("'own'", "7")),
    ("order-few", lambda: habit_or_taste(BOUGHT.assign(own=True)), ("too few", "5 customers")),
    ("order-gap", lambda: habit_or_taste(BOUGHT.assign(occasion=NAN)), ("'occasion'", "lacks")),
    ("blocks", lambda: explained(PANEL, "share", ["quality"]), ("blocks", "['quality']")),
    ("block-text", lambda: explained(PANEL, "share", {"value": "quality"}), ("blocks['value']",)),
    ("block-twice", lambda: two_blocks("quality", "quality"), ("'quality'", "twice")),
    ("block-flat", lambda: two_blocks("quality", "flat"), ("'flat'", "one value only")),
    ("block-lost", lambda: two_blocks("quality", "qualty"), ("'qualty'", "'quality'")),
    ("block-many", lambda: two_blocks("quality", "text"), ("6 customers", "6 columns")),
    ("block-outcome", lambda: two_blocks("quality", "share"), ("'share'", "explains itself")),
    ("block-numbers", lambda: digits(), ("'quality'", "pandas.to_numeric")),
    ("block-dates", lambda: dates(), ("'rank'", "must hold numbers")),
    ("block-empty", lambda: gaps(), ("No row", "'quality'")),
    (
        "block-cluster",
        lambda: two_blocks("quality", "rank", "who"),
        ("3 customers",),
    ),
    (
        "rating-off",
        lambda: survey_scores(off_scale()),
        ("rating", "99", "row 1"),
    ),
    ("rating-component", lambda: rated(component="servise"), ("'servise'", "components are")),
    ("rating-twice", lambda: survey_winner(pd.concat([RATINGS, RATINGS])), ("more than once",)),
    ("rating-one", lambda: survey_winner(RATINGS[RATINGS["offer"] == "far"]), ("1 offers",)),
    ("rating-people", lambda: survey_winner(RATINGS.iloc[:2]), ("1 respondents",)),
    ("rating-hole", lambda: survey_winner(half_rated()), ("'service'", "'far'")),
    ("rating-scale", lambda: survey_scores(RATINGS, scale=(5, 5)), ("scale", "(5, 5)")),
    ("rating-scale-3", lambda: survey_scores(RATINGS, scale=(0, 5, 10)), ("scale", "two numbers")),
    ("rating-none", lambda: survey_scores(RATINGS.assign(rating=NAN)), ("no rows",)),
    ("survey-plot", lambda: plot_survey(RATINGS), ("survey_winner()",)),
    # claims
    ("claim-cost", lambda: value_less_cost(cost=(-1, 2)), ("cost", "-1")),
    ("claim-pair", lambda: value_less_cost(value=(100,)), ("value", "two numbers", "(100,)")),
    ("claim-number", lambda: value_less_cost(cost=60), ("cost", "two numbers", "60")),
    ("claim-sensitivity", lambda: parts_of_cost(sensitivity=0), ("sensitivity", "above 0")),
    ("claim-habit", lambda: value_choice_loyalty(habit=-1), ("habit", "-1")),
]


def zero_lead() -> ValueLead:
    return ValueLead(**dict.fromkeys((f"{name}_weight" for name in COMPONENTS), 0.0))


def chosen_by(*attributes: str, frame: pd.DataFrame = CHOICES) -> Any:
    return fit_choices(frame, list(attributes), cluster="customer")


def none_chosen() -> pd.DataFrame:
    return CHOICES.assign(chosen=CHOICES["chosen"] & (CHOICES["customer"] != 2))


def only_chosen() -> pd.DataFrame:
    return CHOICES[CHOICES["chosen"] | (CHOICES["customer"] != 2)]


def branded(base: Any = None) -> Any:
    return fit_choices(CHOICES, ["price"], alternative="alternative", base=base, cluster="customer")


def one_customer() -> Any:
    frame = simulate_choices({"price": -0.3}, customers=1, occasions=30, seed=1)
    return fit_choices(frame, ["price"], cluster="customer")


def two_blocks(one: str, other: str, cluster: str | None = None) -> Any:
    return explained(PANEL, "share", {"value": [one], "more": [other]}, cluster=cluster)


def never() -> Any:
    taken = CHOICES["chosen"] & (CHOICES["alternative"] == 3)
    lost = taken.groupby([CHOICES["customer"], CHOICES["occasion"]]).transform("any")
    return fit_choices(CHOICES[~lost], ["price"], alternative="alternative", cluster="customer")


def explained_by(frame: pd.DataFrame) -> Any:
    return explained(frame, "share", {"value": ["quality", "rank"]})


def digits() -> Any:
    return explained_by(PANEL.astype({"quality": str}))


def dates() -> Any:
    return explained_by(PANEL.assign(rank=pd.Timestamp("2024-01-01")))


def gaps() -> Any:
    return explained_by(PANEL.assign(quality=NAN))


def off_scale() -> pd.DataFrame:
    return cell(RATINGS, "rating", 1, 99)


def rated(**column: Any) -> Any:
    return survey_winner(RATINGS.assign(**column))


def half_rated() -> pd.DataFrame:
    more = RATINGS[RATINGS["offer"] == "near"].assign(component="service")
    return pd.concat([RATINGS, more])


FIT = fit_choices(CHOICES, ["quality", "price"], cluster="customer")
assert np.isfinite(FIT.weights).all()
