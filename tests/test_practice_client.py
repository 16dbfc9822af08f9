"""The student's side: start, check, hint and choices, as a notebook and a terminal show them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from practice_tools import KEY, tiny

from loyaltylab import InputError
from loyaltylab.lab.practice import start
from loyaltylab.lab.practice.client import Practice
from loyaltylab.lab.practice.folders import folder
from loyaltylab.lab.practice.reference import Reference
from loyaltylab.lab.practice.worker import reply

RIGHT = folder("04").text("solution.py")


@pytest.fixture(scope="module")
def ex() -> Practice:
    return start("04_curve", student="s123")


@pytest.fixture
def names(ex: Practice, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Names as a notebook binds them; here those of this module would be looked at."""
    bound: dict[str, Any] = {}
    monkeypatch.setattr(ex, "_names", bound)
    return bound


def right(ex: Practice) -> dict[str, Any]:
    return Reference(folder("04"), ex.student).solved


def test_the_answer_is_looked_up_where_start_was_called() -> None:
    code = (
        "from loyaltylab.lab.practice import start\n"
        "ex = start('04', student='s123')\n"
        "dearer = 120\n"
        "print(ex.check('q1'))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert run.stdout == "✗ q1: dearer must be between 0 and 20 (logits), not 120.\n", run.stderr


def test_a_check_says_in_turn_what_is_the_matter(ex: Practice, names: dict[str, Any]) -> None:
    assert repr(ex.check("q1")) == "○ q1: dearer is not answered yet."
    names["dearer"] = "3"
    assert "must be one number (logits), not the text '3'" in repr(ex.check("q1"))
    names["dearer"] = 1.5
    assert repr(ex.check("q1")) == "✗ q1: dearer = 1.5 (logits) does not pass."
    space = dict(right(ex))
    exec(next(m.code for m in folder("04").mistakes if m.name == "sign"), space)
    names["dearer"] = space["dearer"]
    assert "Hint: Look at the sign" in repr(ex.check("q1"))
    names["dearer"] = right(ex)["dearer"]
    assert repr(ex.check("q1")) == "✓ q1: all checks passed (2 points)."


def test_correct_is_never_said_while_hidden_checks_remain(
    ex: Practice, names: dict[str, Any]
) -> None:
    names["rivals_for"] = right(ex)["rivals_for"]
    said = repr(ex.check("q2"))
    assert said == "✓ q2: public checks passed (2 points; 1 more is given by hidden checks)."
    assert "correct" not in said
    names["rivals_for"] = lambda satisfaction, share: None
    assert "not answered yet: it returns nothing" in repr(ex.check("q2"))


def test_an_error_of_the_student_is_a_sentence_unless_the_traceback_is_asked_for(
    ex: Practice, names: dict[str, Any]
) -> None:
    names["rivals_for"] = lambda satisfaction, share: 1 / 0
    said = repr(ex.check("q2"))
    assert "rivals_for(4.0, 0.6) raised ZeroDivisionError: division by zero." in said
    with pytest.raises(ZeroDivisionError):
        ex.check("q2", traceback=True)


def test_an_unknown_question_is_a_sentence_and_no_traceback(ex: Practice) -> None:
    for ask in (ex.check, ex.hint, ex.choices):
        assert "'q1', 'q2', 'q3', 'q4', not 'q9'" in repr(ask("q9"))
    assert "q1 has no options" in repr(ex.choices("q1"))


def test_options_have_the_students_letters_and_the_hint_is_the_questions(ex: Practice) -> None:
    options = ex.choices("q4")
    letters = [line.split()[0] for line in repr(options).split("\n") if line.startswith("  ")]
    assert len(set(letters)) == 10
    assert all(f"<b>{letter}</b>" in options._repr_html_() for letter in letters)
    assert folder("04").hints["q2"] in repr(ex.hint("q2"))


def test_what_a_student_typed_is_text_in_the_page(ex: Practice, names: dict[str, Any]) -> None:
    names["dearer"] = "<script>alert(1)</script>"
    assert "<script>" not in ex.check("q1")._repr_html_()
    assert "&lt;script&gt;" in ex.check("q1")._repr_html_()


def test_the_exercise_at_a_glance_names_what_is_asked_and_given(ex: Practice) -> None:
    said = repr(ex)
    assert "04_curve: Two curves (student s123)" in said
    assert "q2 rivals_for" in said
    assert "1 of them hidden" in said
    assert f"ex.data.goal = {ex.data.goal!r}" in said
    assert "ex.data.survey: " in said


@pytest.mark.slow
def test_comparing_goes_on_after_the_other_process_was_killed(
    ex: Practice, names: dict[str, Any]
) -> None:
    names["dearer"] = right(ex)["dearer"]
    assert ex._comparison is not None
    ex._comparison._process.kill()
    ex._comparison._process.wait()
    assert "all checks passed" in repr(ex.check("q1"))


@pytest.mark.slow
def test_an_interrupted_check_does_not_answer_the_next_one(
    ex: Practice, names: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(process: Any) -> Any:
        print('{"question": "q1", "answers": {}}', file=process.stdin, flush=True)
        raise KeyboardInterrupt

    names["dearer"] = right(ex)["dearer"]
    with monkeypatch.context() as patch:
        patch.setattr("loyaltylab.lab.practice.client._pipes", interrupted)
        with pytest.raises(KeyboardInterrupt):
            ex.check("q1")
    assert "all checks passed" in repr(ex.check("q1"))


def test_the_other_process_ends_with_the_exercise() -> None:
    mine = start("04", student="s5")
    assert mine._comparison is not None
    process = mine._comparison._process
    assert process.poll() is None
    del mine
    assert process.wait(timeout=30) is not None


def test_patched_builtins_of_the_student_do_not_reach_the_comparison(
    ex: Practice, names: dict[str, Any]
) -> None:
    import builtins

    names["dearer"] = 1.5
    was = builtins.abs
    try:
        builtins.abs = lambda x: 0  # type: ignore[assignment]
        said = repr(ex.check("q1"))
    finally:
        builtins.abs = was
    assert "does not pass" in said


def test_every_start_that_cannot_be_meant_is_one_sentence(tmp_path: Path) -> None:
    data = tmp_path / "s1.zip"
    data.write_bytes(tiny().bundle("s1", KEY)[0].to_bytes())
    wrong = [
        (lambda: start("04_curv", student="s1"), "did you mean"),
        (lambda: start("04"), "student must be your own id"),
        (lambda: start("04", student="a b"), "'a b'"),
        (lambda: start("04", data=tmp_path / "no.zip"), "no file"),
        (lambda: start("04", data=data), "holds 90_tiny, not '04'"),
        (lambda: start("90_tiny", student="s2", data=data), "made for s1, not for 's2'"),
    ]
    for call, said in wrong:
        with pytest.raises(InputError, match=said) as caught:
            call()
        assert caught.value._render_traceback_() == [f"InputError: {caught.value}"]


def test_with_issued_data_only_the_form_is_told(tmp_path: Path) -> None:
    data = tmp_path / "s1.zip"
    data.write_bytes(tiny().bundle("s1", KEY)[0].to_bytes())
    mine = start("90_tiny", data=data)
    mine._names = {"rate": 0.123, "revenue": lambda sales, shop: 1}
    assert "public checks passed: the form is right" in repr(mine.check("q1"))
    assert "compared when your notebook is graded" in repr(mine.check("q2"))
    mine._names = {"rate": 12.3}
    assert "a share is asked for, not a percentage" in repr(mine.check("q1"))
    assert "I added." in repr(mine.choices("q4"))
    assert mine._comparison is None


def test_in_the_sandbox_the_issued_data_win(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "s1.zip"
    data.write_bytes(tiny().bundle("s1", KEY)[0].to_bytes())
    monkeypatch.setenv("LOYALTYLAB_PRACTICE_DATA", str(data))
    assert start("04", student="somebody-else").student == "s1"


def test_the_reply_holds_no_expected_value_and_nothing_of_hidden_calls() -> None:
    one = Reference(tiny(), "s123")
    wrong = {**one.expected, "q2.1": {"t": "number", "v": 1.0}}
    said = reply(one, {"question": "q2", "answers": {k: wrong[k] for k in ("q2", "q2.1")}})
    assert [mark[0] for mark in said["marks"]] == ["q2.1"]
    assert f"{one.expected['q2.1']['v']:.6g}" not in str(said)
    assert said["hidden"] == 2
