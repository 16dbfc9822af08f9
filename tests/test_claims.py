"""The ledger of 136 claims: complete, honest about what is not computed, watched for drift.

Verdicts, reasons, contradictions and the way to the notebooks are in ``test_ledger.py``.
"""

from __future__ import annotations

import csv
import re

import ledger_checked
import pandas as pd
import pytest

from loyaltylab import claims, datasets
from loyaltylab.base.errors import InputError
from loyaltylab.base.ledger import Finding
from loyaltylab.claims import ledger as book

CHAPTERS = (
    *("welcome", "satisfaction", "needs", "drivers", "curve", "stages", "indicators", "matrix"),
    *("delivered_value", "bucket", "lifetime", "complaints", "segments", "database", "churn"),
    *("winback", "chain", "scorecard"),
)
VERDICTS = {
    *("exact arithmetic", "model-dependent", "sourced, qualified"),
    *("folklore", "cannot be reproduced", "definition"),
}
COLUMNS = ["claim", "chapter", "document", "topic", "statement", "documented_value", "unit"]
COLUMNS += ["verdict", "condition", "reason", "source", "caveat", "verified", "check"]
CHECKED = ["claim", "chapter", "reading", "documented", "computed", "agrees", "tolerance"]
CHECKED += ["assumption"]


@pytest.fixture(scope="module")
def everything() -> pd.DataFrame:
    return ledger_checked.everything()


@pytest.fixture(scope="module")
def bucket() -> pd.DataFrame:
    return claims.check("bucket")


def test_all_136_claims_are_there_in_order() -> None:
    table = claims.table()
    assert list(table["claim"]) == [f"C{i:03d}" for i in range(1, 137)]
    assert list(table.columns) == COLUMNS


def test_every_chapter_is_one_of_the_course() -> None:
    assert len(set(CHAPTERS)) == 18
    assert set(claims.table()["chapter"]) <= set(CHAPTERS)


def test_verdicts_are_the_six_words() -> None:
    assert set(claims.VERDICTS) == VERDICTS
    assert set(claims.table()["verdict"]) <= VERDICTS


def test_every_claim_says_what_it_says_and_where() -> None:
    table = claims.table()
    for column in ("statement", "topic", "document", "verdict"):
        assert (table[column].str.strip() != "").all(), column
    documents = set(";".join(table["document"]).split(";"))
    assert documents <= {"000", "001", "002", "003", "004", "all"}
    assert not table.isna().any().any()


def test_no_cell_can_be_taken_for_a_formula() -> None:
    path = datasets.folder() / "claims.csv"
    with path.open(encoding="utf-8", newline="") as file:
        cells = [(i, cell) for i, row in enumerate(csv.reader(file), 1) for cell in row]
    assert [c for c in cells if c[1][:1] in ("=", "+", "-", "@", "\t", "\r")] == []


def test_chapter_09_is_complete() -> None:
    table = claims.table("bucket")
    assert list(table["claim"]) == ["C066", "C067", "C069", "C105", "C106"]
    assert (table["check"] != "").all()
    assert list(table.index) == [0, 1, 2, 3, 4]


def test_every_check_names_a_function_that_returns_findings() -> None:
    table = claims.table()
    named = table[table["check"] != ""]
    assert len(named) >= 5
    for row in named.itertuples():
        assert row.check.split(".")[0] == ("claims" if row.chapter == "welcome" else row.chapter)
        findings = ledger_checked.findings()[row.check]
        assert findings, row.check
        assert all(isinstance(f, Finding) for f in findings)
        assert len({(f.reading, f.assumption) for f in findings}) == len(findings), row.check
        assert all(f.reading.strip() and f.assumption.strip() for f in findings)
        assert f"{row.claim}:" in (claims.function(row.check).__doc__ or "")


def test_check_has_its_columns_and_a_row_for_every_claim(everything: pd.DataFrame) -> None:
    checked = everything
    assert list(checked.columns) == CHECKED
    assert checked["agrees"].dtype == "boolean"
    assert list(dict.fromkeys(checked["claim"])) == list(claims.table()["claim"])


def test_agreement_is_defined_only_between_two_numbers(everything: pd.DataFrame) -> None:
    checked = everything
    both = checked["documented"].notna() & checked["computed"].notna()
    assert (checked["agrees"].notna() == both).all()
    gap = (checked["documented"] - checked["computed"]).abs()
    assert (checked["agrees"][both].astype(bool) == (gap <= checked["tolerance"])[both]).all()
    nothing = checked[checked["claim"].isin(claims.table().query("check == ''")["claim"])]
    assert nothing["computed"].isna().all()
    assert nothing["agrees"].isna().all()


@pytest.mark.parametrize(
    ("documented", "computed", "tolerance", "agrees"),
    [
        (10, 10, 0, True),
        (10, 10.5, 0.5, True),
        (10, 10.51, 0.5, False),
        (10, None, 99, None),
        (None, 10, 99, None),
        (None, None, 99, None),
        (10, float("nan"), 99, None),
        (10, float("inf"), 99, False),
        (0, 0, 0, True),
    ],
)
def test_finding_agrees(documented, computed, tolerance: float, agrees: bool | None) -> None:
    assert Finding("r", documented, computed, tolerance, "a").agrees is agrees


def ledger(monkeypatch: pytest.MonkeyPatch, **findings: list[Finding] | None) -> pd.DataFrame:
    """Check a ledger made up of claims with these findings; None is a claim without a check."""
    rows = [(c, "bucket", "folklore", c if f is not None else "") for c, f in findings.items()]
    table = pd.DataFrame(rows, columns=["claim", "chapter", "verdict", "check"])
    monkeypatch.setattr(book, "table", lambda chapter=None: table)
    monkeypatch.setattr(book, "function", lambda name: lambda: findings[name])
    return claims.check()


def test_what_nothing_computes_is_never_counted_as_reproduced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checked = ledger(
        monkeypatch,
        no_check=None,
        no_number=[Finding("r", 5.0, None, 1e9, "a")],
        undefined=[Finding("r", 5.0, float("nan"), 1e9, "a")],
        not_documented=[Finding("r", None, 5.0, 1e9, "a")],
    )
    assert checked["agrees"].isna().all()
    assert claims.summary(checked) == (
        "4 claims: 0 exact arithmetic, 0 model-dependent, 0 sourced and qualified, 4 folklore,"
        " 0 cannot be reproduced, 0 definition; set against what a function computes, 0 agree,"
        " 0 disagree and 0 do either by the reading; 3 leave nothing to compare, so that they are"
        " not reproduced, and 1 have a reason alone."
    )


def test_summary_counts_claims_and_not_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    yes, no = Finding("r", 1.0, 1.0, 0, "a"), Finding("r", 1.0, 2.0, 0, "b")
    checked = ledger(monkeypatch, x=[yes, yes], y=[no, no], z=[yes, no], w=None)
    fares = claims.summary(checked).partition("; ")[2]
    assert re.findall(r"\d+", fares) == ["1", "1", "1", "0", "1"]
    assert book.fares(checked).to_dict() == {
        **{"x": "agrees", "y": "disagrees", "z": "either", "w": "reason alone"}
    }


def test_summary_of_the_course_adds_up_in_one_line(everything: pd.DataFrame) -> None:
    line = claims.summary(everything, 18)
    assert "\n" not in line
    head, compared, rest, ran = line.split("; ")
    total, *verdicts = map(int, re.findall(r"\d+", head))
    counted = claims.table()["verdict"].value_counts()
    assert total == sum(verdicts) == 136
    assert verdicts == [counted[v] for v in claims.VERDICTS]
    assert compared.startswith("set against what a function computes, ")
    assert "not reproduced" in rest
    numbers = [int(n) for n in re.findall(r"\d+", f"{compared} {rest}")]
    assert sum(numbers) == 136
    assert len(numbers) == 4
    found = everything.groupby("claim")["agrees"].agg(lambda a: set(a.dropna()))
    ways = [{True}, {False}, {True, False}, set()]
    assert numbers == [sum(f == way for f in found) for way in ways]
    assert ran == "18 notebooks re-run."
    assert claims.summary(everything, 1).endswith("; 1 notebook re-run.")
    assert claims.summary(everything).endswith("so that they are not reproduced.")


def test_summary_of_a_chapter_counts_its_own_verdicts(bucket: pd.DataFrame) -> None:
    assert claims.summary(bucket).startswith("5 claims: 0 exact arithmetic, 1 model-dependent, ")
    assert "4 folklore" in claims.summary(bucket)


def test_equal_tables_have_not_drifted(bucket: pd.DataFrame) -> None:
    assert claims.drift(bucket, bucket) == []
    noise = bucket.assign(computed=bucket["computed"] * (1 + 1e-12))
    assert claims.drift(noise, bucket) == []


def test_drift_survives_a_round_trip_through_csv(bucket: pd.DataFrame, tmp_path) -> None:
    bucket.to_csv(tmp_path / "c.csv", index=False)
    assert claims.drift(bucket, pd.read_csv(tmp_path / "c.csv")) == []


def test_drift_sees_a_changed_a_new_and_a_missing_value(bucket: pd.DataFrame) -> None:
    rows = bucket.index[bucket["computed"].notna()]
    for change, words in [
        (lambda v: v + 1, "accepted was"),
        (lambda v: v + 1e-7 * max(abs(v), 1), "accepted was"),
        (lambda v: float("nan"), "no longer computed"),
        (lambda v: float("inf"), "inf, accepted was"),
    ]:
        now = bucket.copy()
        now.loc[rows[0], "computed"] = change(float(bucket.loc[rows[0], "computed"]))
        (sentence,) = claims.drift(now, bucket)
        assert sentence.startswith(bucket.loc[rows[0], "claim"])
        assert words in sentence
    (sentence,) = claims.drift(bucket, bucket.drop(index=rows[1]))
    assert "is new, not accepted yet" in sentence
    (sentence,) = claims.drift(bucket.drop(index=rows[1]), bucket)
    assert "is no longer computed" in sentence
    was_infinite = bucket.copy()
    was_infinite.loc[rows[0], "computed"] = float("inf")
    assert len(claims.drift(bucket, was_infinite)) == 1
    assert len(claims.drift(bucket.assign(computed=float("nan")), bucket)) == len(rows)


def test_a_small_drift_shows_two_different_numbers(bucket: pd.DataFrame) -> None:
    row = bucket.index[bucket["computed"] > 1000][0]
    now = bucket.copy()
    now.loc[row, "computed"] *= 1 + 1e-8
    (sentence,) = claims.drift(now, bucket)
    new, old = re.findall(r"([\d.]+), accepted was ([\d.]+)\.$", sentence)[0]
    assert new != old


def test_the_accepted_values_are_those_computed_today(everything: pd.DataFrame) -> None:
    assert claims.drift(everything, datasets.load("claims_computed")) == []


def test_unknown_chapter_suggests_the_nearest() -> None:
    with pytest.raises(InputError, match=r"no chapter 'buckets' \(did you mean 'bucket'\?\)"):
        claims.table("buckets")
    with pytest.raises(InputError, match="no chapter 'buckets'"):
        claims.check("buckets")
