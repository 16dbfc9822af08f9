"""The practice engine: answers as JSON, forms and values, seeds and files, bad input."""

from __future__ import annotations

import io
import json
import math
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
import zipfile
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from practice_tools import KEY, OVERLAY, TINY, tiny
from typer.testing import CliRunner

from loyaltylab import InputError
from loyaltylab.lab.cli import app
from loyaltylab.lab.practice import (
    bundle,
    bwrap,
    commands,
    feedback,
    folders,
    grade,
    issue,
    lms,
    marking,
    own,
    sandbox,
    sheets,
)
from loyaltylab.lab.practice.bundle import Given
from loyaltylab.lab.practice.codec import answer, decode, encode, strict
from loyaltylab.lab.practice.collect import belongs, collect
from loyaltylab.lab.practice.forms import form
from loyaltylab.lab.practice.issue import Person
from loyaltylab.lab.practice.judge import judge
from loyaltylab.lab.practice.questions import Check, Function, Judgement, Number, Table
from loyaltylab.lab.practice.reference import Reference


def column(name: str) -> dict[str, Any]:
    return {"name": name, "kind": "text", "values": []}


PROMPT = "A prompt that is long enough."
PLAIN = st.none() | st.booleans() | st.floats(-1e300, 1e300) | st.text()
NESTED = st.recursive(
    PLAIN, lambda v: st.lists(v, max_size=4) | st.dictionaries(st.text(), v), max_leaves=9
)


class Evil:
    def __repr__(self) -> str:
        raise RuntimeError

    __str__ = __float__ = __eq__ = __hash__ = __repr__  # type: ignore[assignment]


# Answers as JSON


@given(NESTED)
def test_plain_answers_come_back_as_they_were(value: Any) -> None:
    coded = json.loads(json.dumps(encode(value), allow_nan=False))
    assert decode(strict(coded)) == value


@given(NESTED, st.sampled_from(["t", "v", "more"]), st.sampled_from([None, 7, [], {}, "list"]))
def test_a_malformed_answer_is_refused_or_harmless(value: Any, key: str, put: Any) -> None:
    coded = {**encode(value), key: put}
    try:
        strict(coded)
    except ValueError:
        return
    number = Number(key="q1", name="x", prompt=PROMPT, unit="pieces")
    assert judge(number, {"q1": coded}, {"q1": encode(12.5)})[0].got == 0


def test_what_json_has_no_number_for_is_named() -> None:
    values = [math.nan, math.inf, -math.inf, 10**5000, np.float64("nan"), -(10**301)]
    assert [encode(v)["v"] for v in values] == [
        *("nan", "infinite", "infinite", "huge", "nan", "huge")
    ]


@pytest.mark.parametrize("text", ["1e999", "-1e999", "NaN", "1" * 400, "true", '"7"', "[7]"])
def test_a_number_that_was_forged_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        strict(json.loads(f'{{"t": "number", "v": {text}}}'))


def test_a_whole_number_stays_whole() -> None:
    for value in (3, np.int64(3)):
        assert type(decode(json.loads(json.dumps(encode(value))))) is int
    assert type(decode(encode(3.0))) is float


def test_an_array_a_set_and_a_date_are_answers() -> None:
    assert encode(np.array([1, 2])) == encode([1, 2])
    assert encode(np.array(3.0)) == encode(3.0)
    assert encode({"b", "a"}) == encode(["a", "b"])
    assert encode(pd.Timestamp("2024-03-01"))["v"].startswith("2024-03-01")
    assert encode(pd.NaT)["t"] == encode(None)["t"] == "none"
    assert encode(...)["t"] == "blank"


def test_a_frame_keeps_kinds_missing_values_and_a_named_index() -> None:
    frame = pd.DataFrame(
        {
            "n": [1.0, None],
            "who": ["a", None],
            "when": pd.to_datetime(["2024-01-01", None]),
            "yes": [True, False],
            "some": np.array([1, "x"], dtype=object),
        },
        index=pd.Index([7, 8], name="row"),
    )
    coded = strict(json.loads(json.dumps(encode(frame))))["v"]
    kinds = {c["name"]: c["kind"] for c in coded["columns"]}
    assert kinds == {
        **{"row": "number", "n": "number", "who": "text", "when": "date"},
        **{"yes": "flag", "some": "text"},
    }
    values = {c["name"]: c["values"] for c in coded["columns"]}
    assert values["n"] == [1, None]
    assert values["who"] == ["a", None]
    assert values["when"][1] is None
    assert values["some"] == ["1", "x"]


@pytest.mark.parametrize(
    "value",
    [object(), 1j, range(10**9), [0] * 20_000, pd.DataFrame({"a": range(9_000)}), b"x"],
    ids=["object", "complex", "range", "list", "frame", "bytes"],
)
def test_what_is_too_large_or_no_answer_is_named_and_not_carried(value: Any) -> None:
    coded = strict(encode(value))
    assert coded["t"] == "other"
    assert len(json.dumps(coded)) < 200


def test_a_list_that_holds_itself_ends() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert len(json.dumps(encode(endless))) < 1000


def test_whatever_goes_wrong_is_an_answer() -> None:
    def fails() -> None:
        raise ValueError("x" * 10_000)

    probe = {"id": "q1", "name": "f", "call": []}
    assert len(answer({"f": fails}, probe)["v"]) < 400
    assert answer({}, probe) == {"t": "missing", "v": "f"}
    assert answer({"f": 3}, probe)["t"] == "error"
    assert answer({"f": Evil()}, {**probe, "call": None})["t"] in ("other", "error")
    with pytest.raises(ValueError, match="xxx"):
        answer({"f": fails}, probe, traceback=True)


# Forms and values

NUMBER = Number(key="q1", name="share", prompt=PROMPT, unit="share", low=0, high=1)
COUNT = Number(key="q1", name="n", prompt=PROMPT, unit="customers", low=1, whole=True)
FUNCTION = Function(
    key="q1",
    name="f",
    prompt=PROMPT,
    arguments=("a", "b"),
    checks=(Check(points=1, args=(1, 2)), Check(points=2, args=(3, 4), hidden=True)),
)
TABLE = Table(
    key="q1",
    name="t",
    prompt=PROMPT,
    columns={"who": "text", "n": "number"},
    keys=("who",),
    checks=(Check(points=2, column="n"),),
)
CHOICE = Judgement(
    key="q1",
    name="j",
    prompt=PROMPT,
    verdicts={"A": "yes", "B": "no"},
    reasons={"X": "one", "Y": "two", "Z": "three"},
    choose=2,
)
FORMS = [
    (NUMBER, "0.4", "must be one number (share), not the text '0.4'"),
    (NUMBER, [0.4, "a"], "must be one number (share), not [0.4, the text 'a']"),
    (NUMBER, True, "not True"),
    (NUMBER, math.nan, "finite"),
    (NUMBER, 40.0, "a share is asked for, not a percentage"),
    (NUMBER, -0.1, "between 0 and 1 (share), not -0.1"),
    (NUMBER, None, "not None"),
    (COUNT, 2.5, "whole number (customers), not 2.5"),
    (COUNT, 0, "at least 1"),
    (FUNCTION, 3, "must be a function f(a, b), not 3"),
    (FUNCTION, lambda a: a, "yours takes 1 argument."),
    (NUMBER, pd.Series([0.4]), "not a table of 1 rows (a DataFrame or a Series)"),
    (TABLE, {"who": 1}, "must be a table (a pandas DataFrame), not a map"),
    (
        TABLE,
        pd.DataFrame({"who": ["a"], "m": [1]}),
        "lacks the column 'n'; its columns are: who, m",
    ),
    (TABLE, pd.DataFrame({"who": [], "n": []}), "has no rows"),
    (TABLE, pd.DataFrame({"who": ["a"], "n": ["b"]}), "must hold numbers, not texts"),
    (TABLE, pd.DataFrame({"who": ["a", "A"], "n": [1, 2]}), "more than one row for the same who"),
    (CHOICE, "A", "must be a dictionary of letters"),
    (CHOICE, {"verdict": "X", "reasons": "XY"}, "verdict must be one letter of A, B"),
    (CHOICE, {"verdict": "A", "reasons": "X"}, "reasons must be 2 different letters of X, Y, Z"),
    (CHOICE, {"verdict": "A", "reasons": "XX"}, "2 different letters"),
]


@pytest.mark.parametrize(("question", "value", "said"), FORMS)
def test_type_and_shape_are_told_in_a_sentence(question: Any, value: Any, said: str) -> None:
    state, sentence = form(question, {"q1": encode(value)})
    assert state == "form"
    assert said in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("question", "value"),
    [(NUMBER, ...), (TABLE, ...), (CHOICE, {"verdict": "", "reasons": ""}), (CHOICE, ...)],
)
def test_a_starter_cell_is_no_answer(question: Any, value: Any) -> None:
    assert form(question, {"q1": encode(value)})[0] == "missing"
    assert form(question, {})[0] == "missing"


def points(question: Any, given: Any, right: Any) -> list[int]:
    return [m.got for m in judge(question, {"q1": encode(given)}, {"q1": encode(right)})]


def test_a_number_passes_within_its_tolerance_only() -> None:
    assert points(NUMBER, 0.5004, 0.5) == [2]
    assert points(NUMBER, 0.5006, 0.5) == [0]
    assert points(NUMBER, np.float64(0.5), 0.5) == [2]
    assert points(NUMBER, 0.0, 0.0) == [2]


@pytest.mark.parametrize(("given", "near"), [(0.502, True), (0.498, True), (0.51, False)])
def test_who_rounded_too_early_is_told_so(given: float, near: bool) -> None:
    (mark,) = judge(NUMBER, {"q1": encode(given)}, {"q1": encode(0.5)})
    assert ("give all digits" in mark.said) == near


def test_what_all_wrong_numbers_have_in_common_is_told() -> None:
    def said(given: list[float], right: list[float]) -> str:
        tables = ({"q1": encode(pd.DataFrame({"who": list("ab"), "n": v}))} for v in (given, right))
        return judge(TABLE, *tables)[0].said

    assert "not a percentage" in said([12.0, 55.0], [0.12, 0.55])
    assert "give all digits" in said([0.12, 0.556], [0.1204, 0.5555])
    assert said([0.2, 0.55], [0.12, 0.55]) == "Column 'n' of t differs in 1 of 2 rows."
    (first, _) = judge(FUNCTION, calls([73.2, 7]), calls([0.732, 7]), calls={"q1.1": "f(1, 2)"})
    assert first.said == (
        "f(1, 2) returned 73.2, which does not pass; a share is asked for, not a percentage."
    )
    (first, _) = judge(FUNCTION, calls(["0.7", 7]), calls([0.7, 7]), calls={"q1.1": "f(1, 2)"})
    assert first.said.endswith(
        "returned the text '0.7', which does not pass; a number is asked for."
    )


def test_a_mistake_that_changes_a_table_in_place_does_not_spoil_the_next(tmp_path: Path) -> None:
    import shutil

    shutil.copytree(OVERLAY, tmp_path, dirs_exist_ok=True)
    text = "FAILS = {'q3': 'mean'}\nby_shop.loc[0, 'sold'] = 0\n"
    (tmp_path / TINY / "wrong" / "a.py").write_text(text)
    one = Reference(folders.folder(TINY, tmp_path), "s1", KEY)
    for mistake in one.folder.mistakes:
        one.mistaken(mistake)
    assert one.marks(one.questions[2], one.answers(one.solved))[0].state == "passed"


def test_rows_are_matched_by_key_whatever_their_order_and_further_columns() -> None:
    right = pd.DataFrame({"who": ["a", "b"], "n": [1, 2]})
    assert points(TABLE, right.iloc[::-1].assign(more=1), right) == [2]
    assert points(TABLE, right.set_index("who"), right) == [2]
    assert points(TABLE, right.assign(n=[2, 1]), right) == [0]
    assert points(TABLE, right.head(1), right) == [0]
    assert points(TABLE, right.assign(n=[1, None]), right) == [0]
    assert points(TABLE, right.assign(who=["a", "c"]), right) == [0]


def test_missing_cells_pass_where_they_are_asked_for() -> None:
    right = pd.DataFrame({"who": ["a", "b"], "n": [1, None]})
    assert points(TABLE, right, right) == [2]
    assert points(TABLE, right.fillna(0), right) == [0]


def test_a_choice_is_its_letters_however_written() -> None:
    right = {"verdict": "A", "reasons": "XZ"}
    assert points(CHOICE, {"verdict": "a", "reasons": "z, x"}, right) == [1, 1]
    assert points(CHOICE, {"verdict": "A", "reasons": ["X", "Z"]}, right) == [1, 1]
    assert points(CHOICE, {"verdict": "A", "reasons": [["X"], 3]}, right) == [0, 0]
    assert points(CHOICE, {"verdict": "B", "reasons": "XZ"}, right) == [0, 1]
    assert points(CHOICE, {"verdict": "A", "reasons": "XY"}, right) == [1, 0]


def calls(values: list[Any]) -> dict[str, Any]:
    coded = {f"q1.{n}": encode(v) for n, v in enumerate(values, start=1)}
    return {"q1": encode(lambda a, b: 0), **coded}


def test_a_function_is_marked_call_by_call_and_hidden_ones_only_by_the_grader() -> None:
    right = calls([3, 7])
    assert [m.got for m in judge(FUNCTION, calls([3, 8]), right)] == [1, 0]
    assert [m.check for m in judge(FUNCTION, calls([3, 8]), right, public=True)] == ["q1.1"]
    said = judge(FUNCTION, calls([4, 8]), right, calls={"q1.1": "f(1, 2)", "q1.2": "f(3, 4)"})
    assert said[0].said == "f(1, 2) returned 4, which does not pass."
    assert "f(3, 4)" not in said[1].said
    assert said[1].said == "a call that you do not see does not pass."
    told = calls([3, 7]) | {"q1.2": {"t": "error", "v": "ValueError: (3, 4)"}}
    assert judge(FUNCTION, told, right)[1].said == "a call that you do not see raised an error."
    assert {m.state for m in judge(FUNCTION, calls([None, None]), right)} == {"missing"}


def test_a_declaration_that_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ValueError, match="not one of its columns"):
        TABLE.model_validate({**TABLE.model_dump(), "keys": ("nobody",)})
    with pytest.raises(ValueError, match="points"):
        Check(points=0)


# Seeds, bundles, recognised mistakes


def test_the_seed_depends_on_key_exercise_and_student() -> None:
    seeds = {
        folders.seed(key, name, who)
        for key in (b"a", b"b")
        for name in ("01", "02")
        for who in ("s1", "s2")
    }
    assert len(seeds) == 8
    assert folders.seed(b"a", "01", "s1") == folders.seed(b"a", "01", "s1")


def test_a_bundle_is_the_same_bytes_and_comes_back_as_it_was(tmp_path: Path) -> None:
    made, _ = tiny().bundle("s1", KEY)
    again, _ = tiny().bundle(" S1 ", KEY)
    assert made.to_bytes() == again.to_bytes()
    assert made.to_bytes() != tiny().bundle("s1", b"another key")[0].to_bytes()
    path = tmp_path / "s1.zip"
    path.write_bytes(made.to_bytes())
    back = bundle.read(path)
    assert back.parameters == made.parameters
    pd.testing.assert_frame_equal(back.tables["sales"], made.tables["sales"])
    assert [q.key for q in back.questions] == ["q1", "q2", "q3", "q4"]
    assert back.question("q4") == made.question("q4")
    assert all(check.args is None for q in back.questions for check in q.checks)


def test_letters_differ_between_students_and_codes_stay_here() -> None:
    first, second = (tiny().bundle(who, KEY) for who in ("s1", "s2"))
    assert first[1].keys() != second[1].keys()
    with zipfile.ZipFile(io.BytesIO(first[0].to_bytes())) as packed:
        spec = packed.read("spec.json").decode()
    assert '"sum"' not in spec
    assert "I added." in spec


def test_data_are_attributes_and_a_missing_one_is_named() -> None:
    data = Given({"price": 3})
    assert data.price == data["price"] == 3
    assert "price" in dir(data)
    with pytest.raises(AttributeError, match=r"it has 'price'"):
        _ = data.prize


def test_data_of_one_start_cannot_spoil_the_next() -> None:
    made, _ = tiny().bundle("s1", KEY)
    sales = made.data.sales
    sales["sold"] = 0
    assert made.data.sales["sold"].sum() > 0


def test_a_known_mistake_is_recognised_and_an_unknown_one_is_not() -> None:
    one = Reference(tiny(), "s1", KEY)
    number = one.questions[0]
    percent = {**one.expected, "q1": encode(100 * one.expected["q1"]["v"])}
    assert one.marks(number, percent)[0].hint == "percent"
    assert one.marks(number, {**one.expected, "q1": encode(0.123)})[0].hint == ""
    assert one.marks(number, one.expected)[0].hint == ""
    table = one.questions[2]
    wrong = dict(one.mistaken(one.folder.mistakes[2]))
    assert [m.hint for m in one.marks(table, wrong)] == ["mean", ""]


def test_an_overlay_replaces_file_by_file(tmp_path: Path) -> None:
    mine = tmp_path / "04_curve"
    mine.mkdir()
    (mine / "solution.py").write_text("dearer = 1\n")
    where = folders.folder("04", tmp_path)
    assert where.text("solution.py") == "dearer = 1\n"
    assert where.exercise.title == folders.folder("curve").exercise.title
    assert where.fingerprint() != folders.folder("04").fingerprint()


# What users get wrong


def says(call: Any, *words: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    sentence = str(caught.value)
    assert 20 <= len(sentence) <= 400
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert all(word in sentence for word in words), sentence


def roster(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "r.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "given", ["", " ", None, 7, "a b", "../x", "-x", "x" * 65, "a/b", "é", "x."]
)
def test_an_id_that_cannot_name_a_file_is_refused(given: Any) -> None:
    says(lambda: folders.student_id(given), "student must be your own id", "s123")


def test_bad_input_is_one_sentence(tmp_path: Path) -> None:
    says(lambda: folders.folder("04_curv"), "04_curv", "did you mean '04_curve'")
    says(lambda: folders.folder("04", tmp_path / "no"), "--overlay")
    says(lambda: bundle.read(tmp_path / "no.zip"), "no.zip", "instructor")
    (tmp_path / "bad.zip").write_bytes(b"PK no zip")
    says(lambda: bundle.read(tmp_path / "bad.zip"), "bad.zip", "damaged")
    says(lambda: tiny().bundle("s1")[0].question("q7"), "'q1', 'q2', 'q3', 'q4'", "q7")
    says(lambda: issue.read_key(tmp_path / "no"), "--key-file", "loyaltylab practice key")
    (tmp_path / "short").write_bytes(b"short")
    says(lambda: issue.read_key(tmp_path / "short"), "16 to 4096 bytes")
    says(lambda: issue.read_roster(tmp_path / "no.csv"), "--roster")
    says(lambda: issue.read_roster(roster(tmp_path, "id\ns1\n")), "column 'student'", "'id'")
    says(lambda: issue.read_roster(roster(tmp_path, "student\n")), "names no student")
    issue.new_key(tmp_path / "key")
    with pytest.raises(InputError) as caught:
        issue.read_roster(tmp_path / "key")
    assert (tmp_path / "key").read_text()[:12] not in str(caught.value)
    says(lambda: issue.read_roster(roster(tmp_path, "student\ns1\nS1\n")), "row 3", "twice")
    says(lambda: issue.read_roster(roster(tmp_path, "student\ns1\na b\n")), "row 3", "'a b'")
    says(lambda: issue.read_roster(roster(tmp_path, "student\n\n\na b\n")), "row 4", "'a b'")
    says(lambda: issue.read_roster(roster(tmp_path, "")), "not nothing")
    says(lambda: issue.read_roster(roster(tmp_path, "student,student\ns1,s2\n")), "one column")
    says(lambda: issue.read_roster(roster(tmp_path, 'student,name\ns1,"A\ns2,B\n')), "sound CSV")
    says(lambda: issue.read_roster(roster(tmp_path, "name,student\nA, B,s1\n")), "more cells")
    says(lambda: issue.read_key(roster(tmp_path, "student,name\ns1,A\ns2,B\n")), "one line")
    says(lambda: collect(tmp_path / "no", TINY, []), "not a folder")
    says(lambda: collect(OVERLAY, TINY, []), "no notebook")


def test_a_roster_may_come_from_a_spreadsheet(tmp_path: Path) -> None:
    text = "\ufeffStudent; Name \r\n S1 ;Ann\r\ns2;\r\n"
    people = issue.read_roster(roster(tmp_path, text))
    assert people == [Person("s1", "Ann"), Person("s2", "")]


def test_a_key_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "course"
    issue.new_key(path)
    assert path.stat().st_mode & 0o077 == 0
    key = issue.read_key(path)
    assert len(key) == 64
    says(lambda: issue.new_key(path), "is there already")
    assert issue.read_key(path) == key


def test_issuing_again_adds_and_never_overwrites(tmp_path: Path) -> None:
    people = [Person("s1"), Person("s2")]
    assert issue.issue(tiny(), people[:1], KEY, tmp_path) == 1
    assert issue.issue(tiny(), people, KEY, tmp_path) == 1
    book = tmp_path / "s1" / f"{TINY}_s1.ipynb"
    assert f'data="{TINY}_s1.zip"' in book.read_text().replace("\\", "")
    book.write_text("mine")
    says(lambda: issue.issue(tiny(), people, KEY, tmp_path), "differs", "--out")
    says(lambda: issue.issue(tiny(), people[1:], b"another key at all", tmp_path), "differs")
    assert book.read_text() == "mine"


def test_what_was_edited_is_moved_aside_each_time(tmp_path: Path) -> None:
    place = tmp_path / "g.csv"
    assert own.put(place, b"1") is None
    assert own.put(place, b"2") is None
    for number, text in ((1, b"a"), (2, b"b")):
        place.write_bytes(text)
        moved = own.put(place, b"3")
        assert moved == tmp_path / f"g.edited-{number}.csv"
        assert moved.read_bytes() == text
    (tmp_path / own.MARKER).write_text("{damaged")
    assert own.put(place, b"4") == tmp_path / "g.edited-3.csv"
    assert place.read_bytes() == b"4"


NAMES = [
    ("90_tiny_s1.ipynb", ["s1"]),
    ("90_tiny_S1-1.ipynb", ["s1"]),
    ("annberg_771_8812_90_tiny_s1.ipynb", ["s1"]),
    ("Ann Berg_771_assignsubmission_file_/90_tiny_s12.ipynb", ["s12"]),
    ("s1/homework.ipynb", ["s1"]),
    ("s1/90_tiny_s12.ipynb", ["s12"]),
    ("90_tiny_s1_s12.ipynb", ["s1", "s12"]),
    ("90_tiny_ann.b.ipynb", ["ann.b"]),
    ("90_tiny.ipynb", []),
    ("90_tiny_s11.ipynb", []),
    ("xs1.ipynb", []),
    ("\xebs1.ipynb", []),
    ("90_tiny_\u017f1.ipynb", []),  # a long s
    ("90_tiny_\uff53\uff11.ipynb", []),
    ("90_tiny_s\u202e1.ipynb", []),
    ("90_tiny_s1\n.ipynb", ["s1"]),
    ("\udcff_s1.ipynb", ["s1"]),
]


@pytest.mark.parametrize(("name", "students"), NAMES)
def test_the_file_name_tells_whose_it_is(name: str, students: list[str]) -> None:
    assert belongs(name, TINY, ["s1", "s12", "ann", "ann.b", "90"]) == students


def test_folders_that_cannot_be_followed_stop_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "90_tiny_s1.ipynb").touch()
    (tmp_path / "around").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "90_tiny_s2.ipynb")
    monkeypatch.chdir(tmp_path)
    for _ in range(20):  # together longer than a path may be
        os.mkdir("d" * 250)
        os.chdir("d" * 250)
    Path("90_tiny_s3.ipynb").touch()
    found, strangers, *_ = collect(tmp_path, TINY, [Person(f"s{n}") for n in (1, 2, 3)])
    assert set(found) == {"s1", "s2"}
    assert "cannot be looked into: File name too long" in strangers[0]


def test_a_large_course_and_many_files_are_sorted_at_once(tmp_path: Path) -> None:
    began = time.monotonic()
    students = [f"student{n}" for n in range(3000)]
    for number in range(300):
        assert belongs(f"a{number}/90_tiny_student{number}.ipynb", TINY, students)
    assert time.monotonic() - began < 5  # with a pattern for each student it took minutes


def test_a_file_that_cannot_be_read_has_no_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_file", lambda _: True)
    assert own.hash_of(tmp_path) == ""


@pytest.mark.parametrize(
    "value",
    [
        {"t": "error", "v": "x" * 3000},
        {"t": "function", "v": ["a"] * 30 + ["x" * 3000]},
        {"t": "table", "v": {"rows": 0, "columns": [column("x" * 3000)]}},
    ],
    ids=["text", "argument", "column"],
)
def test_a_text_that_was_forged_has_a_length(value: Any) -> None:
    with pytest.raises(ValueError, match="no "):
        strict(value)


def test_what_a_student_chose_fills_no_disk() -> None:
    reference = Reference(tiny(), "s1", KEY)
    wide = {"t": "table", "v": {"rows": 0, "columns": [column(f"{n}" * 1000) for n in range(60)]}}
    marked = marking._marked(reference, {"q3": strict(wide)})
    assert "lacks the column" in marked.marks["q3"][0].said
    assert max(len(mark.said) for mark in marked.marks["q3"]) <= marking.SAID


def test_a_semicolon_begins_no_formula() -> None:
    assert sheets.safe(["x; =1", "a;-b", "one; two"]) == ["x;' =1", "a;'-b", "one; two"]


def test_a_note_that_becomes_html_begins_no_formula(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "g.csv", tmp_path / "w.csv"
    head = "student,exercise,points,maximum,status,note"
    ours.write_text(f"{head}\ns1,e,0,4,graded,a <=cmd|1\n")
    theirs.write_text("Username,Grade,Maximum Grade,Feedback comments\ns1,,4,\n")
    filled = lms.export(ours, "moodle", theirs).out.read_text()
    assert "a &lt;'=cmd|1" in filled


def test_feedback_quotes_no_markup() -> None:
    said = r"$\href{x}{y}$ &lt; ~~x~~ ![x](y) <b>"
    found = marking.Marked("s1", note=said)
    text = feedback.text(tiny(), found, "f")
    assert r"\$\\href{x}{y}\$ \&lt; \~\~x\~\~ \!\[x\](y) \<b\>" in text


def test_thousands_of_files_of_nobody_do_not_hide_the_rest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = grade.Grading(strangers=[f"file {n}" for n in range(1, 1024)])
    assert commands._report(done, Path("g.csv")) == 1
    said = capsys.readouterr().out
    assert "file 20\n" in said
    assert "file 21" not in said
    assert "passed over: 1,003 more files." in said


def test_what_is_private_may_not_lie_where_every_run_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "available", lambda: "")
    monkeypatch.setattr(bwrap, "_needed", lambda: [tmp_path / "python"])
    private, apart = tmp_path / "python" / "course", tmp_path / "apart"
    for place in (private, apart):
        (place / "in").mkdir(parents=True)
        (place / "in" / "90_tiny_s1.ipynb").write_text("{")
        (place / "K").write_text("k" * 32)
        (place / "r.csv").write_text("student\ns1\n")
        shutil.copytree(OVERLAY / TINY, place / "sets" / TINY)
    (tmp_path / "link").symlink_to(private)
    good = {"submissions": "in", "--roster": "r.csv", "--key-file": "K", "--overlay": "sets"}
    good |= {"--out": "g.csv"}
    for seen in good:
        for around in (private, tmp_path / "link"):
            at = {name: str((around if name == seen else apart) / good[name]) for name in good}
            options = [part for name in list(good)[1:] for part in (name, at[name])]
            done = CliRunner().invoke(app, ["practice", "grade", TINY, at["submissions"], *options])
            assert isinstance(done.exception, InputError)
            assert f"{at[seen]} lies in {tmp_path / 'python'}" in str(done.exception)
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    with pytest.raises(InputError, match="The temporary folder"):
        grade.grade(tiny(), None, apart / "in", [Person("s1")], KEY, apart / "g.csv")
    assert {path.name for path in apart.iterdir()} == {"in", "K", "r.csv", "sets"}


@pytest.mark.parametrize("place", [Path("/usr"), Path(sys.prefix), bwrap._PACKAGE])
def test_what_every_run_can_read(place: Path) -> None:
    with pytest.raises(InputError, match="which every submission can read"):
        bwrap.refuse_shown({"--out": place / "grades.csv"})


def test_nothing_of_ours_may_lie_among_submissions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "available", lambda: "")
    os.mkfifo(tmp_path / own.MARKER)  # to read it would never end
    shutil.copytree(OVERLAY / TINY, tmp_path / "sets" / TINY)
    (tmp_path / "90_tiny_s1.ipynb").write_text("{")
    for overlay, out in ((None, "g.csv"), (tmp_path / "sets", "../g.csv")):
        with pytest.raises(InputError, match="lies in the folder of submissions"):
            grade.grade(tiny(), overlay, tmp_path, [Person("s1")], KEY, tmp_path / out)


def graded_by(
    marks: Any, place: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[grade.Grading, Path]:
    """Grade one notebook, with something else in the place of the sandbox."""

    def marked(asked: Any, jobs: int) -> Any:
        for who in asked:
            future: Future[Any] = Future()
            try:
                future.set_result(marks(who))
            except RuntimeError as error:
                future.set_exception(error)
            yield who, future

    monkeypatch.setattr(sandbox, "available", lambda: "")
    monkeypatch.setattr(grade, "apart", marked)
    (place / "in").mkdir(exist_ok=True)
    (place / "in" / "s1.ipynb").touch()
    out = place / "g.csv"
    return grade.grade(tiny(), None, place / "in", [Person("s1")], KEY, out), out


def test_trouble_of_the_grader_is_told_as_plain_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: str) -> Any:
        raise RuntimeError("red \x1b[31m and \ud800" + "x" * 1000)

    done, out = graded_by(fails, tmp_path, monkeypatch)
    assert done.rows["s1"].note.startswith("red ?[31m and ?x")
    assert len(out.read_bytes()) < 1000


def test_a_notebook_that_changes_while_it_is_graded_is_graded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changes(who: str) -> Any:
        with open(tmp_path / "in" / "s1.ipynb", "a") as file:
            file.write("x")
        return marking.Marked(who)

    graded_by(changes, tmp_path, monkeypatch)
    again, _ = graded_by(marking.Marked, tmp_path, monkeypatch)
    assert (again.again, again.kept) == (1, 0)
    third, _ = graded_by(marking.Marked, tmp_path, monkeypatch)
    assert (third.again, third.kept) == (0, 1)


def test_each_job_has_processors_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def shares(jobs: int) -> list[list[int]]:
        given = marking.processors(jobs, multiprocessing)
        return [given.get() for _ in range(jobs)]

    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3, 4, 7, 9}, raising=False)
    assert shares(2) == [[0, 4, 9], [3, 7]]
    assert shares(6) == [[0, 3, 4, 7, 9]] * 6


def test_who_names_his_file_after_another_harms_nobody(tmp_path: Path) -> None:
    names = [
        f"{folder}_file/90_tiny_{who}.ipynb" for folder, who in (("s1_1", "s1"), ("s2_2", "s1"))
    ]
    names.append("ann_3_file/90_tiny_s4.ipynb")
    for name in (*names, "ann/a.ipynb"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    found, strangers, *_ = collect(tmp_path, TINY, [Person(s) for s in ("s1", "s2", "s4", "ann")])
    assert found["s1"] == [tmp_path / names[0]]
    assert found["s4"] == [tmp_path / names[2]]  # Ann, who is s4; another calls himself ann
    assert "s2" not in found
    assert len(strangers) == 1
    assert "s2_2_file/90_tiny_s1.ipynb' names s1, but its folder 's2'" in strangers[0]


def test_a_wrong_key_gives_nothing_to_late_students(tmp_path: Path) -> None:
    one, late = issue.Person("s2"), issue.Person("s1")
    issue.issue(tiny(), [one], KEY, tmp_path)
    says(lambda: issue.issue(tiny(), [late, one], b"another key, too", tmp_path), "the key or")
    assert not (tmp_path / "s1").exists()


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("exercise.py", "exit()", "exercise.py raises SystemExit"),
        ("exercise.py", "(", "exercise.py raises SyntaxError"),
        ("exercise.py", "def draw(rng):\n    1 / 0", "draws nothing"),
        ("solution.py", "exit()", "solution.py ends Python"),
    ],
)
def test_code_of_an_author_that_breaks_is_a_fault(
    tmp_path: Path, file: str, text: str, said: str
) -> None:
    shutil.copytree(OVERLAY / TINY, tmp_path / TINY)
    path = tmp_path / TINY / file
    was = path.read_text()
    path.write_text(was.replace("def draw(rng):", text) if "draw" in text else f"{was}\n{text}\n")
    from loyaltylab.lab.practice.verify import verify

    assert any(said in fault.said for fault in verify(tiny(tmp_path), ("s123",)))


def test_an_exercise_is_named_by_number_too() -> None:
    assert folders.folder("4").name == folders.folder(4).name == "04_curve"
