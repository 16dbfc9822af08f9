"""The ledger's verdicts and reasons, its contradictions, and the way from a claim to its cell."""

from __future__ import annotations

import json
import re
from pathlib import Path

import ledger_checked
import pandas as pd
import pytest

from loyaltylab import claims, datasets
from loyaltylab.base import files
from loyaltylab.base.errors import InputError
from loyaltylab.base.ledger import Finding, derived
from loyaltylab.claims import digitisation, pairs, pairs_money, pairs_talk, places
from loyaltylab.claims.sides import Sides, computed

NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?")


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    return claims.table()


@pytest.fixture(scope="module")
def checked() -> pd.DataFrame:
    return ledger_checked.everything()


# Verdicts: a word, a condition where the word needs one, and a reason


def test_every_verdict_is_used_and_no_other(ledger: pd.DataFrame) -> None:
    assert set(ledger["verdict"]) == set(claims.VERDICTS)


def test_a_condition_stands_exactly_where_the_verdict_needs_one(ledger: pd.DataFrame) -> None:
    bracketed = ledger["verdict"].isin(claims.BRACKETED)
    assert ((ledger["condition"] != "") == bracketed).all()
    under = ledger.loc[ledger["verdict"] == "model-dependent", "condition"]
    assert under.str.startswith("under ").all()
    missing = ledger.loc[ledger["verdict"] == "cannot be reproduced", "condition"]
    assert not missing.str.startswith("under ").any()
    assert not ledger["condition"].str.contains(r"[()]|[.]$").any()


def test_every_reason_is_one_sentence_of_its_own(ledger: pd.DataFrame) -> None:
    for row in ledger.itertuples():
        assert re.fullmatch(r"[A-Z].{20,215}\.", str(row.reason)), row.claim
        assert not re.search(r"(?<!al)\. [A-Z]|nan|None found", str(row.reason)), row.claim
        assert not re.search(r"[^ -~–]", str(row.reason)), row.claim


def test_what_is_not_verified_is_not_stated_as_a_fact(ledger: pd.DataFrame) -> None:
    sourced = ledger["verdict"] == "sourced, qualified"
    unread = ledger[sourced & (ledger["verified"] == "reported, not verified")]
    assert len(unread) >= 3
    assert unread["reason"].str.contains("reported, not verified").all()


def unsupported(reason: str, text: str, found: pd.DataFrame) -> list[str]:
    """Return the numbers of a reason that neither the row nor a finding has."""
    values = [v for c in ("documented", "computed") for v in found[c].dropna()]
    wrong = []
    for token in NUMBER.findall(re.sub(r"\bC\d{3}\b", "", reason)):
        plain = token.rstrip(",").replace(",", "")
        decimals = len(plain.partition(".")[2])
        near = any(
            round(scale * value, decimals) == float(plain) for value in values for scale in (1, 100)
        )
        bare = re.escape(plain.lstrip("-"))
        if not near and not re.search(rf"(?<![\d.]){bare}(?!\d|\.\d)", text.replace(",", "")):
            wrong.append(token)
    return wrong


def test_reasons_quote_no_number_that_is_not_computed_or_sourced(
    ledger: pd.DataFrame, checked: pd.DataFrame
) -> None:
    wrong = {}
    for row in ledger.to_dict("records"):
        found = checked[checked["claim"] == row["claim"]]
        fields = ("statement", "documented_value", "source", "caveat")
        text = " ".join([row[f] for f in fields] + [*found["reading"], *found["assumption"]])
        if bad := unsupported(row["reason"], text, found):
            wrong[row["claim"]] = bad
    assert wrong == {}


def test_a_wrong_number_in_a_reason_is_found(checked: pd.DataFrame) -> None:
    found = checked[checked["claim"] == "C106"]
    assert unsupported("Then 10% leave, or 12.5%, of 1,000.", "a base of 1,000", found) == ["12.5"]


def test_every_claim_has_a_reason_and_a_function(ledger: pd.DataFrame) -> None:
    assert (ledger["reason"] != "").all()
    assert (ledger["check"] != "").all()
    assert ledger["check"].is_unique


def test_a_verdict_in_full_holds_its_condition(ledger: pd.DataFrame) -> None:
    row = ledger.set_index("claim").loc["C006"]
    text = claims.verdict_text(row["verdict"], row["condition"])
    assert text == "model-dependent (under a rule of rounding, which the document does not state)"
    assert claims.verdict_text("definition", "") == "definition"


# What the documents lost


def test_printed_numbers_are_read_as_a_program_would() -> None:
    found = {f.reading: f.computed for f in digitisation.printed_numbers()}
    assert found["23, printed over meant"] == pytest.approx(34.5)
    assert found["90, printed over meant"] == -1
    taken, none = found["wrong numbers that a program takes"], found["no numbers at all"]
    assert taken + none == len(datasets.load("digitisation"))
    assert none == 3


def test_lost_objects_are_counted_by_kind_and_claim() -> None:
    found = {f.reading: f.computed for f in digitisation.lost_objects()}
    assert found["objects lost"] == 12
    assert found["kinds of object"] == 9
    assert all(f.agrees is None for f in digitisation.lost_objects())


@pytest.mark.parametrize(
    ("meant", "number"), [("5-6", 6), ("-90", -90), ("11", 11), ("10 000", 10_000)]
)
def test_the_upper_end_of_what_was_meant(meant: str, number: float) -> None:
    if " " in meant:
        with pytest.raises(ValueError, match="could not convert"):
            digitisation.upper_end(meant)
    else:
        assert digitisation.upper_end(meant) == number


# Contradictions


@pytest.fixture(scope="module")
def contradicting() -> pd.DataFrame:
    return ledger_checked.contradicting()


def test_contradictions_are_listed_in_order_with_their_arithmetic(
    contradicting: pd.DataFrame,
) -> None:
    listed = pairs.listed()
    assert list(contradicting["pair"].unique()) == list(listed["pair"])
    assert list(listed["pair"]) == [f"P{n:02}" for n in range(1, len(listed) + 1)]
    assert len(listed) >= 12
    gap = contradicting["by_a"] - contradicting["by_b"]
    assert gap.equals(contradicting["difference"])
    assert contradicting[["by_a", "by_b"]].notna().all().all()
    named = contradicting[["quantity", "assumption"]]
    assert not named.isin([""]).any().any()
    assert not contradicting.duplicated(["pair", "quantity", "assumption"]).any()


def test_every_pair_clashes_in_at_least_one_quantity(contradicting: pd.DataFrame) -> None:
    clash = contradicting.groupby("pair")["difference"].apply(lambda d: d.abs().max())
    assert (clash > 1e-9).all()


def test_pairs_name_claims_and_documents_of_the_ledger(ledger: pd.DataFrame) -> None:
    listed = pairs.listed()
    documents = ledger.set_index("claim")["document"].str.split(";")
    for side in ("a", "b"):
        for row in listed.to_dict("records"):
            claim, document = row[f"claim_{side}"], row[f"document_{side}"]
            assert document == pairs.EVIDENCE or document in documents[claim], row["pair"]
    assert set(listed["kind"]) == set(claims.KINDS)
    same = listed["claim_a"] == listed["claim_b"]
    assert (listed.loc[same, "says_a"] != listed.loc[same, "says_b"]).all()
    assert not listed.duplicated(["claim_a", "claim_b", "says_a"]).any()
    assert (listed[["says_a", "says_b", "why"]] != "").all().all()
    assert listed["why"].str.endswith(".").all()
    assert listed["function"].str.startswith("claims.pairs_").all()


def test_pairs_that_the_caveats_name_are_listed(ledger: pd.DataFrame) -> None:
    listed = pairs.listed()
    found = {frozenset(p) for p in zip(listed["claim_a"], listed["claim_b"], strict=True)}
    for row in ledger.itertuples():
        for sentence in re.findall(r"Contradicts ([^:.]*)", str(row.caveat)):
            for claim in re.findall(r"C\d{3}", sentence):
                assert frozenset((str(row.claim), claim)) in found, (row.claim, claim)


def test_places_tell_one_document_from_two() -> None:
    listed = pairs.listed().set_index("pair")
    within = listed["document_a"] == listed["document_b"]
    assert (listed.loc[within, "place"] == "within one document").all()
    against = listed["document_b"] == pairs.EVIDENCE
    assert (listed.loc[against, "place"] == "against evidence").all()
    assert (listed.loc[~within & ~against, "place"] == "between documents").all()
    assert listed["place"].nunique() == 3


@pytest.mark.parametrize(
    ("lines", "quantity", "by_a", "by_b"),
    [
        (pairs_talk.iceberg_or_one_in_ten, "silent for each who complains", 24, 9),
        (pairs_talk.one_in_ten_or_survey, "dissatisfied who complain (percent)", 10, 69),
        (pairs_talk.iceberg_added_up, "dissatisfied behind one complaint", 25, 24 + 6),
        (pairs_talk.service_or_both, "leavers left for all other causes (percent)", 22, 30),
        (pairs_talk.service_or_both, "leavers over service (percent)", 68, 70),
        (pairs_talk.needs_or_rivals, "place of what competitors do, at best", 2, 1),
        (pairs_money.ten_or_one, "new customers that fill the gap", 10 * 100, 100),
        (
            pairs_money.one_market,
            "growth of the market (percent a year)",
            100 * (1.12 / 1.06 - 1),
            100 * (1.01 / 0.98 - 1),
        ),
        (
            pairs_money.loyalty_or_defection,
            "gain in what a customer is worth (percent)",
            100 * (0.10 / 0.055 - 1),
            100 * (0.10 / 0.095 - 1),
        ),
    ],
)
def test_arithmetic_by_hand(lines, quantity: str, by_a: float, by_b: float) -> None:
    (line,) = [found for found in lines() if found.quantity == quantity]
    assert (line.by_a, line.by_b) == pytest.approx((by_a, by_b))
    assert line.difference == pytest.approx(by_a - by_b)


def test_a_reading_that_a_chapter_no_longer_has_is_an_error() -> None:
    found = [derived("x", 1.0, "one way"), derived("x", 2.0, "one way and more")]
    found.append(Finding("empty", 1.0, None, 0, "a"))
    assert computed(found, "x", "one way") == 1
    assert computed(found, "x", "one way and") == 2
    for reading, assumption in (("x", ""), ("y", ""), ("x", "another"), ("empty", "")):
        with pytest.raises(LookupError, match="findings are"):
            computed(found, reading, assumption)
    assert Sides("q", 3, 5, "a").difference == -2


# From a claim to its cell


def test_every_claim_is_discussed_in_its_own_chapter(ledger: pd.DataFrame) -> None:
    main = claims.where().query("main").set_index("claim")
    assert main.index.is_unique
    assert set(ledger["claim"]) - set(main.index) == set()
    assert (main["notebook"].str[3:-6] == main["chapter"]).all()


def test_the_cells_exist_are_markdown_and_name_the_claim() -> None:
    found = claims.where()
    for name, rows in found.groupby("notebook"):
        book = json.loads((files.root() / "notebooks" / str(name)).read_text("utf-8"))
        cells = {c["id"]: c for c in book["cells"]}
        for row in rows.itertuples():
            assert cells[row.cell]["cell_type"] == "markdown"
            names = places.named_in("".join(cells[row.cell]["source"]))
            assert row.claim in names, (row.claim, row.cell)


def write_notebook(path: Path, *cells: tuple[str, str]) -> None:
    made = [
        {"cell_type": kind, "id": f"{path.stem[:2]}-{n:02}", "source": [text]}
        for n, (kind, text) in enumerate(cells)
    ]
    path.write_text(json.dumps({"cells": made}), encoding="utf-8")


def test_the_own_chapter_comes_first_and_the_others_follow(tmp_path: Path) -> None:
    write_notebook(tmp_path / "00_welcome.ipynb", ("markdown", "early: C066"))
    write_notebook(
        tmp_path / "09_bucket.ipynb",
        ("code", "# C066 in code"),
        ("markdown", "C067 to C069 and XC066"),
        ("markdown", "(C066)"),
        ("markdown", "again C066, C999"),
        ("markdown", "C105\n\n## Sources\n\n- as in C106"),
    )
    (tmp_path / "notes.ipynb").write_text("not read")
    found = claims.where(folder=tmp_path)
    assert list(found.columns) == ["claim", "chapter", "notebook", "cell", "main"]
    of_66 = found[found["claim"] == "C066"]
    assert list(of_66["cell"]) == ["09-02", "00-00", "09-03"]
    assert list(of_66["main"]) == [True, False, False]
    assert set(found["claim"]) == {"C066", "C067", "C068", "C069", "C105"}
    assert not found.loc[found["claim"] == "C068", "main"].any()  # another chapter's claim
    assert claims.where("C106", folder=tmp_path).empty
    pd.testing.assert_frame_equal(
        claims.where("C066", folder=tmp_path), of_66.reset_index(drop=True)
    )


@pytest.mark.parametrize("claim", ["C999", "c066", 66])
def test_an_unknown_claim_is_refused(claim: str) -> None:
    with pytest.raises(InputError, match="There is no claim"):
        claims.where(claim)
