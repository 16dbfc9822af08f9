"""Grades into an LMS's file: the right rows, no other cell, nothing for a spreadsheet to run."""

from __future__ import annotations

import codecs
import csv
import html
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylab.base.errors import InputError
from loyaltylab.lab.practice.lms import Exported, export

GRADES = "student,name,exercise,points,maximum,q1,q2,status,note,file,graded"
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Quiz (11),04 Curve: lab (12),Current Score
,,,,,,Manual Posting,
    Points Possible,,,,,5,10,(read only)
"Ann, A",901,00123,ann@uni.example,S1,4,,80
"Bob, B",902,S2,bob@uni.example,S1,3,2.5,60
"Cyd, C",903,S3,cyd@uni.example,S1,,7,50
"""
MOODLE = """Identifier,"Full name","ID number","Email address",Status,Grade,"Maximum Grade",\
"Grade can be changed","Last modified (grade)","Feedback comments"
"Participant 71","Ann A",00123,ann@uni.example,Submitted,,100.00,Yes,"Monday, 2 March 2026",
"Participant 72","Bob B",S2,bob@uni.example,Submitted,55.00,100.00,Yes,"Monday, 2 March 2026",Fine
"Participant 73","Cyd C",S3,cyd@uni.example,Submitted,,100.00,No,"Monday, 2 March 2026",
"""


class Desk:
    """A folder with grades and a template, and what came out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template, self.out = folder / "exported.csv", folder / "exported-filled.csv"

    def grades(self, *rows: tuple[str, ...], maximum: str = "20") -> Path:
        """Write grades: (student, points, status?, note?); no points means no submission."""
        lines = io.StringIO(newline="")
        writer = csv.writer(lines)
        writer.writerow(GRADES.split(","))
        for student, points, *more in rows:
            status, note = [*more, *("graded" if points else "no submission", "")[len(more) :]]
            named = (student, "A Name", "04_curve", points, maximum, "1", "1", status, note)
            writer.writerow([*named, "f.ipynb", "2026-11-22"])
        path = self.folder / "grades.csv"
        path.write_bytes(lines.getvalue().encode())
        return path

    def export(self, grades: Path, lms: Any, template: str | bytes, **options: Any) -> Exported:
        data = template.encode() if isinstance(template, str) else template
        self.template.write_bytes(data)
        return export(grades, lms, self.template, **options)

    def rows(self) -> list[list[str]]:
        return rows_of(self.out.read_bytes().decode())


def rows_of(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def column(rows: list[list[str]], name: str) -> list[str]:
    return [row[rows[0].index(name)] for row in rows[1:]]


def changed(before: list[list[str]], after: list[list[str]]) -> set[tuple[int, int]]:
    """Return the places of the cells that differ; the shapes must be the same."""
    assert [len(row) for row in before] == [len(row) for row in after]
    pairs = ((r, c) for r, row in enumerate(before) for c in range(len(row)))
    return {(r, c) for r, c in pairs if before[r][c] != after[r][c]}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


THREE = (("00123", "15"), ("s2 ", "7.25"), ("S3", ""))


def test_canvas_is_filled_by_id_and_in_no_other_cell(desk: Desk) -> None:
    did = desk.export(desk.grades(*THREE, ("S9", "3")), "canvas", CANVAS)
    assert changed(rows_of(CANVAS), desk.rows()) == {(3, 6), (4, 6)}
    assert column(desk.rows(), "04 Curve: lab (12)") == ["Manual Posting", "10", "7.5", "3.63", "7"]
    assert (did.filled, did.overwritten, did.neutralised) == (2, 1, 0)
    assert (did.without_grade, did.not_in_template) == (("S3",), ("S9",))
    assert (did.out, did.column, did.id_column) == (desk.out, "04 Curve: lab (12)", "SIS User ID")
    assert desk.template.read_text("utf-8") == CANVAS


def test_moodle_is_filled_with_feedback_and_a_locked_row_keeps_its_cells(desk: Desk) -> None:
    grades = desk.grades(
        ("00123", "15", "graded", "=HYPERLINK(<b>)"), ("S2", "20", "graded", "Ours"), ("S3", "9")
    )
    did = desk.export(grades, "moodle", MOODLE)
    assert changed(rows_of(MOODLE), desk.rows()) == {(1, 5), (1, 9), (2, 5)}
    assert column(desk.rows(), "Grade") == ["75", "100", ""]
    assert column(desk.rows(), "Feedback comments") == ["'=HYPERLINK(&lt;b&gt;)", "Fine", ""]
    assert (did.filled, did.kept, did.overwritten) == (2, ("S3",), 1)
    assert did.id_column == "ID number"


def test_a_student_without_a_grade_gets_neither_a_zero_nor_a_note(desk: Desk) -> None:
    rows = (("00123", "0", "not graded", "why"), ("S2", "", "no submission", "why"))
    did = desk.export(desk.grades(*rows), "moodle", MOODLE)
    assert desk.rows() == rows_of(MOODLE)
    assert (did.filled, did.without_grade) == (0, ("00123", "S2"))
    assert did.scale == "Points were not written for anybody."


def test_an_earned_zero_is_written(desk: Desk) -> None:
    desk.export(desk.grades(("00123", "0")), "canvas", CANVAS)
    assert column(desk.rows(), "04 Curve: lab (12)")[2] == "0"


@pytest.mark.parametrize("held", ["EX", "n/a"])
def test_who_is_excused_or_not_assigned_in_canvas_stays_so(desk: Desk, held: str) -> None:
    template = CANVAS.replace("S1,4,,80", f"S1,4,{held},80")
    did = desk.export(desk.grades(*THREE), "canvas", template)
    assert column(desk.rows(), "04 Curve: lab (12)")[2] == held
    assert (did.kept, did.filled) == (("00123",), 1)


@pytest.mark.parametrize(
    ("points", "maximum", "possible", "written", "said"),
    [
        ("15", "20", "10", "7.5", "Points are scaled from our maximum to the LMS's: 20 to 10."),
        ("15", "20", '"10,00"', "7.5", "20 to 10."),
        ("1", "3", "10", "3.33", "3 to 10."),
        ("1", "8", "1", "0.13", "8 to 1."),
        ("1.50", "20", "20.0", "1.5", "Points are as graded where the LMS has our maximum."),
        ("100", "100", "100", "100", "as graded"),
        ("-0", "20", "10", "0", "20 to 10"),
        ("7", "20", "", "7", "Points are as graded where a maximum is missing."),
        ("7", "20", "0", "7", "where a maximum is missing"),
        ("7", "", "10", "7", "where a maximum is missing"),
        ("0.30000000000000004", "20", "20", "0.3", "as graded"),
    ],
)
def test_points_are_scaled_to_the_maximum_of_the_lms(
    desk: Desk, points: str, maximum: str, possible: str, written: str, said: str
) -> None:
    template = CANVAS.replace(",5,10,(read", f",5,{possible},(read")
    did = desk.export(desk.grades(("S3", points), maximum=maximum), "canvas", template)
    assert column(desk.rows(), "04 Curve: lab (12)")[-1] == written
    assert said in did.scale


def test_without_points_possible_nothing_is_scaled(desk: Desk) -> None:
    template = "".join(line for line in CANVAS.splitlines(True) if "Points Possible" not in line)
    did = desk.export(desk.grades(("S3", "15")), "canvas", template)
    assert column(desk.rows(), "04 Curve: lab (12)")[-1] == "15"
    assert "missing" in did.scale


def test_a_student_called_points_possible_sets_no_maximum(desk: Desk) -> None:
    rows = CANVAS.splitlines(True)
    rows[2:3] = ["    Points Possible,909,S9,eve@uni.example,S1,,1,\n", rows[2]]
    desk.export(desk.grades(("S3", "15")), "canvas", "".join(rows))
    assert column(desk.rows(), "04 Curve: lab (12)")[-1] == "7.5"


def test_the_sentences_tell_everything_and_escape_what_is_hostile(desk: Desk) -> None:
    grades = desk.grades(*THREE, ("\x1b[31mS9", "3"))
    template = CANVAS.replace('"Ann, A"', "=1+1").replace("S2,bob", "S2,@bob")
    told = desk.export(grades, "canvas", template).sentences()
    assert len(told) == 6
    for line, words in zip(
        told, [": 2; ", "20 to 10", ": 1.", "1 ('S3')", "S9", ": 2."], strict=True
    ):
        assert words in line
    assert "'SIS User ID'" in told[0]
    assert "\x1b" not in " ".join(told)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_encoding_delimiter_and_line_ends_stay(
    desk: Desk, delimiter: str, end: str, mark: bytes, codec: str
) -> None:
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, delimiter=delimiter, lineterminator=end)
    hostile = [["Zoë;=1+1,x\ty", "9", "S9", "a\rb\nc", "S1", "", "", ""]]
    writer.writerows(rows_of(CANVAS) + hostile)
    text = lines.getvalue().removesuffix(end)  # and no line end after the last row
    desk.export(desk.grades(("00123", "15")), "canvas", mark + text.encode(codec))
    data = desk.out.read_bytes()
    assert data.startswith(mark)
    made = data[len(mark) :].decode(codec)
    wanted = [list(row) for row in rows_of(CANVAS) + hostile]
    wanted[3][6] = "7.5"
    assert rows_of(made, delimiter) == wanted
    assert made.count(end) == text.count(end)
    assert not made.endswith(end)


@pytest.mark.parametrize(
    "data",
    [CANVAS.replace("Ann", "Zoë").encode("cp1252"), CANVAS.encode("utf-16-le"), b"PK\x03\x04\xff"],
)
def test_another_encoding_is_one_sentence(desk: Desk, data: bytes) -> None:
    with pytest.raises(InputError, match="not UTF-8 text"):
        desk.export(desk.grades(*THREE), "canvas", data)
    assert not desk.out.exists()


RISKY = [
    "=1+1",
    "+x",
    "-x",
    "@x",
    "-",
    "\tx",
    "\t-5",
    "\rx",
    "  =1",
    "\u3000=1",
    "\uff1d1",
    "\uff0bx",
]
SAFE = ["-5", "+3.5", "-5,50", " -7", "x=1", "'=1", "", "a;=1+1", "−5"]


@pytest.mark.parametrize("cell", RISKY)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(desk: Desk, cell: str) -> None:
    before = rows_of(CANVAS)
    before[4][0] = cell
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(before)
    did = desk.export(desk.grades(("00123", "15")), "canvas", lines.getvalue())
    assert desk.rows()[4][0] == f"'{cell}"
    assert did.neutralised == 1


@pytest.mark.parametrize("cell", SAFE)
def test_numbers_and_harmless_text_stay(desk: Desk, cell: str) -> None:
    before = rows_of(CANVAS)
    before[4][0] = cell
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(before)
    desk.export(desk.grades(("00123", "15")), "canvas", lines.getvalue())
    assert desk.rows()[4][0] == cell


def test_an_id_that_would_run_is_matched_and_neutralised(desk: Desk) -> None:
    template = CANVAS.replace("00123", "@ann")
    did = desk.export(desk.grades(("@Ann", "15"), ("S2", "1")), "canvas", template)
    assert (desk.rows()[3][2], desk.rows()[3][6], did.filled) == ("'@ann", "7.5", 2)
    again = desk.folder / "again.csv"  # what was neutralised is still known by its id
    assert export(desk.folder / "grades.csv", "canvas", desk.out, out=again).filled == 2


def test_a_risky_title_is_neutralised_only_where_canvas_knows_it_by_number(desk: Desk) -> None:
    desk.export(desk.grades(*THREE), "canvas", CANVAS.replace("Quiz (11)", "=Quiz (11)"))
    assert desk.rows()[0][5] == "'=Quiz (11)"
    desk.out.unlink()
    with pytest.raises(InputError, match=r"'-notes'.*rename it"):
        desk.export(desk.grades(*THREE), "canvas", CANVAS.replace("Section", "-notes"))
    assert not desk.out.exists()


ID_TEXT = st.sampled_from(["00123", "S2", "S3", "@x", "=y", "'z", "\u017f", "\u0130"])
HOSTILE = st.one_of(
    st.sampled_from([*RISKY, *SAFE, '"', '""', "a\r\nb", "\n", "\r", "EX", "No", "x\x85=1"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6),
)
NUMBER = "+-0123456789., "


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_the_cells_hold_only_grades_notes_and_risky_cells_change(
    data: st.DataObject,
) -> None:
    moodle = data.draw(st.booleans())
    ids = data.draw(st.lists(ID_TEXT, min_size=1, max_size=4, unique=True))
    header = rows_of(MOODLE if moodle else CANVAS)[0]
    at = {name: i for i, name in enumerate(header)}
    target = at["Grade" if moodle else "04 Curve: lab (12)"]
    before = [header]
    for one in ids:
        row = [data.draw(HOSTILE) for _ in header]
        for name in ("Identifier", "Email address", "ID", "SIS Login ID"):
            if name in at:
                row[at[name]] = ""
        row[at["ID number" if moodle else "SIS User ID"]] = one
        before.append(row)
    notes = {one: data.draw(HOSTILE) for one in ids}
    delimiter, end = data.draw(st.sampled_from(",;\t")), data.draw(st.sampled_from(["\n", "\r\n"]))
    lines = io.StringIO(newline="")
    csv.writer(lines, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(
        before
    )
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        grades = desk.grades(*((one, "3", "graded", notes[one]) for one in ids))
        desk.export(grades, "moodle" if moodle else "canvas", lines.getvalue())
        after = rows_of(desk.out.read_bytes().decode(), delimiter)
    for r, c in changed(before, after):
        allowed = {f"'{before[r][c]}"}
        if moodle and c == at["Feedback comments"] and not before[r][c].strip():
            note = html.escape(notes[ids[r - 1]].strip(), quote=False)
            allowed |= {note, f"'{note}"}
        assert r > 0
        assert after[r][c] in allowed or (c == target and float(after[r][c]) >= 0)
    for cell in (cell for row in after for cell in row):
        begins = cell.lstrip()[:1] in {*"=+-@", "\uff1d", "\uff0b", "\uff0d", "\uff20"} - {""}
        if (cell and begins) or cell[:1] in {"\t", "\r"}:
            assert set(cell) <= set(NUMBER)


def test_the_id_column_is_the_one_that_matches_most(desk: Desk) -> None:
    rows = (("ann@uni.example", "15"), ("BOB@uni.example", "10"), ("S3", "5"))
    did = desk.export(desk.grades(*rows), "canvas", CANVAS)
    assert (did.id_column, did.not_in_template) == ("SIS Login ID", ("S3",))
    assert column(desk.rows(), "04 Curve: lab (12)")[2:] == ["7.5", "5", "7"]


def test_a_named_id_column_is_taken(desk: Desk) -> None:
    template = MOODLE.replace("ID number", "Kennung").replace("Email address", "Adresse")
    with pytest.raises(InputError, match=r"No student .*--id-column, one of .*'Kennung'"):
        desk.export(desk.grades(*THREE), "moodle", template)
    did = desk.export(desk.grades(*THREE), "moodle", template, id_column="kennung")
    assert (did.id_column, did.filled) == ("Kennung", 2)


def test_a_named_column_is_taken(desk: Desk) -> None:
    template = MOODLE.replace(",Grade,", ",Bewertung,")
    with pytest.raises(InputError, match=r"no column 'Grade'.*--column, one of 'Bewertung'"):
        desk.export(desk.grades(*THREE), "moodle", template)
    desk.export(desk.grades(*THREE), "moodle", template, column="Bewertung")
    assert column(desk.rows(), "Bewertung")[0] == "75"
    desk.out.unlink()
    desk.export(desk.grades(*THREE), "canvas", CANVAS, column="Quiz (11)")
    assert changed(rows_of(CANVAS), desk.rows()) == {(3, 5), (4, 5)}


def test_the_only_assignment_is_taken_whatever_its_name(desk: Desk) -> None:
    template = CANVAS.replace("04 Curve: lab (12)", "Notes").replace("10,(read", ",(read")
    assert desk.export(desk.grades(*THREE), "canvas", template).column == "Quiz (11)"


def test_totals_and_read_only_columns_are_no_assignment(desk: Desk) -> None:
    template = CANVAS.replace("Current Score", "Override Score (2026)").replace("(read only)", "")
    template = template.replace("04 Curve", "Curve")
    assert "Score" not in _refused(desk, "canvas", template, "cannot be told")
    template = CANVAS.replace("Current Score", "04 curve (13)")
    assert desk.export(desk.grades(*THREE), "canvas", template).column == "04 Curve: lab (12)"


def _refused(desk: Desk, lms: str, template: str | bytes, words: str, **options: Any) -> str:
    """Return the one sentence of a refusal, after which no file is there that was not before."""
    grades = options.pop("grades", None) or desk.grades(*THREE)
    with pytest.raises(InputError, match=words) as caught:
        desk.export(grades, lms, template, **options)
    assert {path.name for path in desk.folder.iterdir()} <= {"grades.csv", "exported.csv"}
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("lms", "template", "options", "words"),
    [
        ("blackboard", CANVAS, {}, "lms must be 'canvas' or 'moodle', not 'blackboard'"),
        ("canvas", CANVAS.replace("04 Curve", "Lab"), {}, "--column, one of 'Quiz .11.', 'Lab"),
        ("canvas", CANVAS.replace("Quiz", "04-curve"), {}, "cannot be told"),
        ("canvas", CANVAS, {"column": "Quizz (11)"}, "--column must be .*did you mean 'Quiz"),
        ("canvas", CANVAS, {"column": "Current Score"}, "--column must be one of 'Quiz"),
        ("canvas", CANVAS, {"id_column": "Student"}, "--id-column must be one of 'ID'"),
        ("canvas", CANVAS.replace("00123", "77"), {"id_column": "ID"}, "No student .* in 'ID'"),
        ("canvas", CANVAS.replace("S3", "00123"), {}, "holds '00123' more than once"),
        ("canvas", CANVAS.replace("903", "s2"), {}, "match different students"),
        ("canvas", CANVAS.replace("ann@uni.example", "S2").replace("bob@uni.example", "S2"),
         {}, "match different students"),
        ("canvas", CANVAS.replace("S2,bob", "T2,bob").replace("S3,", "T3,").replace("903", "S3"),
         {}, "match different students"),
        ("canvas", CANVAS.replace("Quiz (11)", "ID"), {}, "has 2 columns 'ID'"),
        ("canvas", CANVAS.replace("S1,3,2.5,60", "S1,3,2.5,60,9"), {}, "of 's2' must have 8"),
        ("canvas", CANVAS + '"Dan, D', {}, "no sound CSV file at line"),
        ("canvas", "", {}, "must begin with a header"),
        ("canvas", "just text\n", {}, "must begin with a header"),
        ("moodle", MOODLE, {"column": "ID number"}, "--column must be one of 'Grade'"),
        ("moodle", MOODLE, {"column": "Grade", "id_column": "Grade"}, "No student"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_asked(
    desk: Desk, lms: str, template: str, options: dict[str, Any], words: str
) -> None:
    _refused(desk, lms, template, words, **options)


def test_one_column_cannot_be_id_and_grade(desk: Desk) -> None:
    template = MOODLE.replace(",55.00,", ",S2,")
    options = {"column": "Grade", "id_column": "Grade"}
    _refused(desk, "moodle", template, "must differ", **options)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((("S2", "1"), ("s2", "2")), "row 3 must have an id of its own"),
        ((("S2", "1"), (" ", "2")), "row 3 must have an id of its own"),
        ((("S2", "many"),), "points >= 0, not 'graded' and 'many'"),
        ((("S2", "", "graded"),), "points >= 0"),
        ((("S2", "-1"),), "points >= 0"),
        ((("S2", "nan"),), "points >= 0"),
        ((("S2", "1", "late"),), "status of 'graded', 'no submission', 'not graded'"),
        ((), "one exercise, not none"),
    ],
)
def test_grades_that_cannot_be_right_are_refused(
    desk: Desk, rows: tuple[tuple[str, ...], ...], words: str
) -> None:
    _refused(desk, "canvas", CANVAS, words, grades=desk.grades(*rows))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("status", "state", "lacks 'status'"),
        ("\r\nS2,A Name,04_curve", "\r\nS2,A Name,05_stages", "must hold one exercise"),
        ("\r\nS2,", "\r\nS2,=,", "one cell for each column"),
    ],
)
def test_a_damaged_file_of_grades_is_refused(desk: Desk, old: str, new: str, words: str) -> None:
    grades = desk.grades(("00123", "15"), ("S2", "1"))
    text = grades.read_bytes().decode()
    assert old in text
    grades.write_bytes(text.replace(old, new).encode())
    _refused(desk, "canvas", CANVAS, words, grades=grades)


def test_a_missing_file_is_one_sentence(desk: Desk) -> None:
    _refused(desk, "canvas", CANVAS, "cannot be read", grades=desk.folder / "no.csv")


def test_our_own_file_is_replaced_and_an_edited_one_never(desk: Desk) -> None:
    desk.export(desk.grades(("00123", "15")), "canvas", CANVAS)
    desk.export(desk.grades(("00123", "16")), "canvas", CANVAS)
    assert desk.rows()[3][6] == "8"
    (desk.folder / ".loyaltylab-practice.json").unlink()
    desk.export(desk.grades(("00123", "16")), "canvas", CANVAS)  # what is the same is no loss
    edited = desk.out.read_bytes() + b"mine"
    desk.out.write_bytes(edited)
    with pytest.raises(InputError, match=r"no longer.*--out"):
        desk.export(desk.grades(("00123", "17")), "canvas", CANVAS)
    assert desk.out.read_bytes() == edited
    other = desk.folder / "new" / "other.csv"
    assert desk.export(desk.grades(("00123", "17")), "canvas", CANVAS, out=other).out == other
    assert rows_of(other.read_text("utf-8"))[3][6] == "8.5"


@pytest.mark.parametrize("name", ["exported.csv", "grades.csv", "foreign.csv", "link.csv", "."])
def test_a_file_of_somebody_else_is_left_as_it_is(desk: Desk, name: str) -> None:
    (desk.folder / "foreign.csv").write_text("mine")
    (desk.folder / "link.csv").symlink_to(desk.folder / "nowhere.csv")
    (desk.folder / ".loyaltylab-practice.json").write_text("[damaged")
    grades = desk.grades(*THREE)
    there = sorted(path.name for path in desk.folder.iterdir())
    with pytest.raises(InputError, match="left as it is; name another file with --out"):
        desk.export(grades, "canvas", CANVAS, out=desk.folder / name)
    assert sorted(path.name for path in desk.folder.iterdir()) == sorted([*there, "exported.csv"])
    assert desk.template.read_text("utf-8") == CANVAS
    assert (desk.folder / "foreign.csv").read_text() == "mine"


def test_a_filled_file_is_not_replaced_by_itself(desk: Desk) -> None:
    desk.export(desk.grades(("00123", "15")), "canvas", CANVAS)
    before = desk.out.read_bytes()
    with pytest.raises(InputError, match="may be replaced"):
        export(desk.grades(("00123", "2")), "canvas", desk.out, out=desk.out)
    assert desk.out.read_bytes() == before


def test_a_place_that_cannot_be_written_is_one_sentence(desk: Desk) -> None:
    out = desk.folder / "exported.csv" / "inside.csv"
    with pytest.raises(InputError, match=r"could not be written.*--out"):
        desk.export(desk.grades(*THREE), "canvas", CANVAS, out=out)


def test_a_tilde_in_out_is_the_home(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(desk.folder / "home"))
    monkeypatch.setenv("USERPROFILE", str(desk.folder / "home"))
    did = desk.export(desk.grades(*THREE), "canvas", CANVAS, out=Path("~/mine.csv"))
    assert did.out == desk.folder / "home" / "mine.csv"
    assert did.out.is_file()


def test_blank_lines_in_the_grades_are_nobody(desk: Desk) -> None:
    grades = desk.grades(("00123", "15"))
    grades.write_bytes(grades.read_bytes().replace(b"\r\n", b"\r\n\r\n"))
    assert desk.export(grades, "canvas", CANVAS).filled == 1
