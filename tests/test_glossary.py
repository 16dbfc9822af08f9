"""The glossary holds the field's terms in both languages, and labels can speak either."""

from __future__ import annotations

import contextvars
import csv
import importlib
import inspect
import re
import subprocess
import sys
import threading
import unicodedata
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from pixels import canvas, decoded

from loyaltylab import datasets, glossary, show
from loyaltylab.base import figure as fig
from loyaltylab.base import fonts, terms
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import params
from loyaltylab.base.terms import language, speaking, spoken
from loyaltylab.bucket import LeakyBucket, PourOrPlug
from loyaltylab.complaints import Iceberg
from loyaltylab.curve import FalseLoyalty
from loyaltylab.delivered_value import ValueLead
from loyaltylab.lab.explore import build, slider_ranges
from loyaltylab.segments import Concentration
from loyaltylab.stages import StageChain

mpl.use("Agg")

TABLE = glossary.table()
CHAPTERS = ["welcome", *datasets.load("chapters")["chapter"]]
HAN = re.compile(r"[\u4e00-\u9fff]")
NEVER = "不用的字"

# The table


def test_the_table_is_long_enough_and_every_chapter_has_terms() -> None:
    assert len(TABLE) >= 120
    assert list(dict.fromkeys(TABLE["chapter"])) == CHAPTERS
    assert TABLE["chapter"].value_counts().min() >= 5


def test_no_name_stands_for_two_terms() -> None:
    assert not TABLE["term"].str.casefold().duplicated().any()
    assert not TABLE["chinese"].duplicated().any()
    places: dict[str, set[str]] = {}
    for row in TABLE.itertuples():
        for name in {str(row.term).casefold(), row.chinese, row.document_term} - {""}:
            places.setdefault(str(name), set()).add(str(row.term))
    assert {name: t for name, t in places.items() if len(t) > 1} == {}


def test_definitions_are_one_short_sentence() -> None:
    for name, text in zip(TABLE["term"], TABLE["definition"], strict=True):
        assert 5 <= len(text.split()) <= 30, name
        assert text.endswith("."), name
        assert text.count(". ") == 0, name
        assert text[0].isupper(), name
        assert name.casefold() != text.casefold().rstrip(".")


def test_chinese_columns_hold_chinese() -> None:
    for word in TABLE["chinese"]:
        assert HAN.search(word), word
        assert re.fullmatch(r"(ABC)?[\u4e00-\u9fff]+", word), word
    for word in TABLE["document_term"]:
        bare = glossary.PINYIN.sub("", word)
        assert re.fullmatch(r"(ABC|80/20)?[\u4e00-\u9fff]*", bare), word


def test_pinyin_stands_only_in_words_of_the_damaged_document() -> None:
    damaged = TABLE[TABLE["document_term"].str.contains("(", regex=False)]
    assert set(damaged["document"]) == {"004"}
    assert len(damaged) >= 2


def test_a_word_of_a_document_names_the_document() -> None:
    assert (TABLE["document_term"].eq("") == TABLE["document"].eq("")).all()
    assert set(TABLE["document"]) == {"", "000", "001", "002", "003", "004"}
    assert TABLE["document_term"].ne("").sum() >= 90


def test_the_table_is_text_throughout_without_stray_spaces() -> None:
    for column in TABLE:
        assert TABLE[column].map(lambda cell: cell == " ".join(cell.split())).all(), column
        for cell in TABLE[column]:
            assert unicodedata.normalize("NFC", cell) == cell
    for needed in ("term", "chinese", "chapter", "definition"):
        assert TABLE[needed].ne("").all()


@pytest.mark.parametrize(
    ("name", "warns"),
    [
        ("percentage point", "percent"),
        ("recency in RFM", "BG/NBD"),
        ("recency in BG/NBD", "RFM"),
        ("satisfaction rate", "满意度"),
        ("repurchase rate", "回头率"),
        ("revenue", "profit"),
        ("customer delivered value", "lifetime"),
    ],
)
def test_false_friends_are_named(name: str, warns: str) -> None:
    assert warns in glossary.term(name).not_to_be_confused_with


# The functions


def test_a_chapter_is_a_part_of_the_table() -> None:
    part = glossary.table("curve")
    assert set(part["chapter"]) == {"curve"}
    assert list(part.index) == list(range(len(part)))
    assert sum(len(glossary.table(c)) for c in CHAPTERS) == len(TABLE)


def test_a_table_that_was_changed_changes_no_other() -> None:
    mine = glossary.table()
    mine.loc[:, "definition"] = "mine"
    assert not glossary.table()["definition"].eq("mine").any()
    assert glossary.term("churn").definition != "mine"


def test_every_term_is_found_by_each_of_its_names() -> None:
    for row in TABLE.sample(40, random_state=1).itertuples():
        for name in (str(row.term).upper(), f" {row.chinese} ", str(row.document_term)):
            if name:
                assert glossary.term(name).term == row.term


def test_a_damaged_word_is_found_with_and_without_its_pinyin() -> None:
    found = glossary.term("終身價值")
    assert found.document_term == "終身價(jià)值"
    assert found == glossary.term("終身價(jià)值") == glossary.term("顾客终身价值")


def test_a_card_says_all_that_is_known_and_nothing_empty() -> None:
    known = glossary.term("churn rate")
    for part in (known.chinese, known.definition, known.not_to_be_confused_with, "bucket"):
        assert part in str(known)
        assert part in known._repr_html_()
    assert "document 002" in repr(known)
    assert "symbol: c" in str(known)
    assert "symbol" not in str(glossary.term("claim"))
    assert all(line.split(": ", 1)[-1].strip() for line in str(glossary.term("claim")).split("\n"))


def test_a_card_escapes_what_is_not_a_tag() -> None:
    odd = glossary.Term(**{**glossary.term("claim").__dict__, "definition": "a < b & c."})
    assert "a &lt; b &amp; c." in odd._repr_html_()


def test_find_puts_names_before_definitions() -> None:
    found = glossary.find("Loyalty")
    names = found[["term", "chinese", "document_term"]].apply(" ".join, axis=1).str.casefold()
    hit = names.str.contains("loyalty")
    assert 5 < hit.sum() < len(found)
    assert hit.is_monotonic_decreasing
    assert glossary.find("流失")["term"].tolist()[0] == "churn"
    assert len(glossary.find("no such words at all")) == 0
    assert list(glossary.find("终身").columns) == list(TABLE.columns)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: glossary.term("chrun"), ("no term 'chrun'", "did you mean 'churn'", "find")),
        (lambda: glossary.term("虚假忠城"), ("虚假忠诚",)),
        (lambda: glossary.term(""), ("no term ''",)),
        (lambda: glossary.term(5), ("name must be a word", "5")),  # type: ignore[arg-type]
        (lambda: glossary.find(" "), ("must not be empty",)),
        (lambda: glossary.find(None), ("text must be a word", "None")),  # type: ignore[arg-type]
        (lambda: glossary.table("curves"), ("no chapter 'curves'", "did you mean 'curve'")),
        (lambda: glossary.table(4), ("no chapter 4",)),  # type: ignore[arg-type]
        (lambda: language("de"), ("'en', 'zh' or 'both'", "'de'")),  # type: ignore[arg-type]
        (lambda: language(["zh"]), ("'en', 'zh' or 'both'",)),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_word_is_answered_in_one_sentence(call: Any, words: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        call()
    text = str(caught.value)
    assert all(word in text for word in words), text
    assert text.endswith(".")
    assert ". " not in text
    assert len(text) <= 400
    assert spoken() == "en"


# The tables of labels


def labels() -> list[tuple[str, str]]:
    with open(datasets.folder() / "labels.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["label", "chinese"]
    return [(english, chinese) for english, chinese in rows[1:]]


def test_no_label_is_translated_twice() -> None:
    keys = [" ".join(e.split()).casefold() for e, _ in labels()]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set(TABLE["term"].str.casefold())
    assert all(e.strip() and c.strip() for e, c in labels())


def test_numbers_of_a_label_stay_what_they_are() -> None:
    for english, chinese in labels():
        digits = sorted(re.findall(r"\d+(?:\.\d+)?", chinese))
        said = sorted(re.findall(r"\d+(?:\.\d+)?", english))
        assert set(digits) <= {*said, "0"}, english


EXPLORED = (LeakyBucket, PourOrPlug, Iceberg, FalseLoyalty, ValueLead, Concentration, StageChain)


def models() -> list[type]:
    """Return every model that a chapter hands on."""
    found: list[type] = []
    for chapter in CHAPTERS[1:]:
        module = importlib.import_module(f"loyaltylab.{chapter}")
        things = [getattr(module, name) for name in getattr(module, "__all__", [])]
        found += [t for t in things if hasattr(t, "__pydantic_fields__") and hasattr(t, "plot")]
    return found


def test_nine_in_ten_titles_and_units_of_all_models_are_covered() -> None:
    texts = {t for m in models() for p in params(m).values() for t in (p.title, p.unit) if t}
    with speaking("zh"):
        unknown = sorted(t for t in texts if terms.translated(t) == t)
    assert len(texts) > 200
    assert len(unknown) < 0.1 * len(texts), unknown


@pytest.mark.parametrize("model", EXPLORED, ids=lambda m: m.__name__)
def test_texts_of_a_picture_are_covered(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_font()
    asked: list[str] = []
    inner = terms.translated

    def listening(text: str) -> str:
        asked.append(text)
        return inner(text)

    monkeypatch.setattr(terms, "translated", listening)
    with language("zh"):
        model().plot(fig.canvas().subplots())
        unknown = [t for t in asked if t and not HAN.search(inner(t)) and t != "80/20"]
    assert len(asked) > 4
    assert unknown == []


# The language


def needs_font() -> None:
    if not terms.has_font():
        pytest.skip("no font with Chinese glyphs is installed")


@pytest.fixture
def no_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "families", lambda: ["DejaVu Sans"])


@pytest.fixture
def some_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let labels be Chinese on a machine that has no such font; nothing is rendered."""
    monkeypatch.setattr(terms, "has_font", lambda: True)


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    assert spoken() == "en"
    yield
    assert spoken() == "en"


def texts_of(ax: Any) -> list[str]:
    legend = [t.get_text() for t in ax.get_legend().get_texts()]
    return [ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel(), *legend]


ENGLISH = [
    "Customers in the bucket", "period", "customers at the period's end",
    "about 90% of random runs", "expected", "steady state",
]  # fmt: skip
CHINESE = ["桶中的顾客", "期", "期末顾客数", "约90%的随机模拟", "预期", "稳态"]


def plotted() -> list[str]:
    return texts_of(LeakyBucket().plot(fig.canvas().subplots()))


@pytest.mark.usefixtures("some_font")
def test_a_picture_speaks_the_language_chosen() -> None:
    assert plotted() == ENGLISH
    with language("zh"):
        assert plotted() == CHINESE
    with language("both"):
        pairs = zip(ENGLISH, CHINESE, strict=True)
        assert [t.replace("\n", " ") for t in plotted()] == [f"{e} {c}" for e, c in pairs]
    assert plotted() == ENGLISH


@pytest.mark.usefixtures("some_font")
def test_a_sentence_and_an_alternative_text_stay_english() -> None:
    with language("zh"):
        assert LeakyBucket().sentence() == show(LeakyBucket()).alt
        assert not HAN.search(LeakyBucket().sentence())


def test_sliders_speak_it_with_or_without_a_font(no_font: None) -> None:
    with pytest.warns(UserWarning, match="No font with Chinese glyphs"), language("both"):
        explorer = build(LeakyBucket(), slider_ranges(LeakyBucket(), {"churn": (0, 0.2)}))
    label = explorer.children[0].children[0].value
    assert label == "churn 流失 (share leaving per period 每期流失比例)"
    assert explorer.reset.description == "Reset 复位"
    assert texts_of(explorer.live.ax) == ENGLISH
    plain = build(LeakyBucket(), slider_ranges(LeakyBucket(), {"churn": (0, 0.2)}))
    assert plain.children[0].children[0].value == "churn (share leaving per period)"
    assert plain.reset.description == "Reset"


def test_without_a_font_pictures_stay_english_and_one_sentence_says_so(no_font: None) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with language("zh"):
            assert plotted() == ENGLISH
            show(LeakyBucket(), note="synthetic data")
    assert [str(w.message) for w in caught] == [
        "No font with Chinese glyphs is installed, so pictures keep English labels and only"
        " sliders become Chinese; install one, such as Noto Sans CJK, and start again."
    ]
    assert caught[0].filename == __file__


def test_english_needs_no_font(no_font: None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with language("en"):
            assert plotted() == ENGLISH


@pytest.mark.usefixtures("some_font")
def test_a_widget_keeps_the_language_in_which_it_was_made() -> None:
    with language("zh"):
        explorer = build(LeakyBucket(), slider_ranges(LeakyBucket(), {"churn": (0, 0.2)}))
    assert texts_of(explorer.live.ax) == CHINESE
    explorer.live._moving = {}  # as if nothing could be moved: every frame is plotted anew
    before = explorer.picture.value
    contextvars.Context().run(setattr, explorer.sliders["churn"], "value", 0.1)
    assert explorer.picture.value != before
    assert texts_of(explorer.live.ax) == CHINESE
    explorer.live._plot(LeakyBucket())  # what is drawn outside of it is English
    assert texts_of(explorer.live.ax) == ENGLISH


def test_a_language_ends_with_its_block_also_after_an_error() -> None:
    with pytest.raises(KeyError), speaking("zh"), language("en"):
        raise KeyError
    assert spoken() == "en"
    with speaking("zh"):
        with pytest.raises(ZeroDivisionError), language("en"):
            raise ZeroDivisionError
        assert spoken() == "zh"


@pytest.mark.usefixtures("some_font")
def test_blocks_can_stand_in_blocks_and_a_plain_call_lasts() -> None:
    def steps() -> list[str]:
        seen = []
        with language("zh"):
            with language("both"):
                seen.append(spoken())
            seen.append(spoken())
            language("both")
            seen.append(spoken())
        seen.append(spoken())
        chosen = language("zh")
        return [*seen, spoken(), repr(chosen)]

    assert contextvars.copy_context().run(steps) == [
        "both", "zh", "both", "en", "zh",
        "Labels in Chinese; sentences and alternative texts in English.",
    ]  # fmt: skip


@pytest.mark.usefixtures("some_font")
def test_a_language_kept_for_later_holds_where_it_is_entered() -> None:
    def steps() -> list[str]:
        kept = language("zh")
        language("en")
        with kept:
            inside = spoken()
        return [inside, spoken()]

    assert contextvars.copy_context().run(steps) == ["zh", "en"]


def test_threads_do_not_hear_each_other(some_font: None) -> None:
    seen: dict[str, list[str]] = {"zh": [], "both": [], "en": []}
    ready = threading.Barrier(3)

    def speak(which: Any) -> None:
        with language(which):
            for _ in range(50):
                ready.wait(5)
                seen[which].append(fig.label("steady state"))

    threads = [threading.Thread(target=speak, args=(w,)) for w in seen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert {w: set(t) for w, t in seen.items()} == {
        "zh": {"稳态"}, "both": {"steady state 稳态"}, "en": {"steady state"},
    }  # fmt: skip
    assert [len(t) for t in seen.values()] == [50] * 3


@pytest.mark.usefixtures("some_font")
@pytest.mark.parametrize(
    ("text", "chinese", "both"),
    [
        ("steady  STATE", "稳态", "steady  STATE 稳态"),
        ("loyalty (no such unit)", "忠诚度 (no such unit)", "loyalty (no such unit) 忠诚度"),
        (
            "satisfaction (points of the scale)",
            "满意度 (量表分)",
            "satisfaction (points of the scale) 满意度 (量表分)",
        ),
        ("plug (keep)", "堵(保持)", "plug (keep) 堵(保持)"),
        ("no such words (share)", "no such words (share)", "no such words (share)"),
        ("customers, and no such words", *["customers, and no such words"] * 2),
        ("", "", ""),
        ("1,234 customers", "1,234 customers", "1,234 customers"),
    ],
)
def test_a_label_is_looked_up_whole_and_then_without_its_unit(
    text: str, chinese: str, both: str
) -> None:
    with language("zh"):
        assert fig.label(text) == chinese
    with language("both"):
        assert fig.label(text) == both
    assert fig.label(text) == text


@pytest.mark.usefixtures("some_font")
def test_labels_of_ones_own_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fig.LABELS, "steady state", NEVER)
    with language("zh"):
        assert fig.label("steady state") == NEVER
    assert fig.label("steady state") == NEVER


@pytest.mark.usefixtures("some_font")
def test_two_languages_take_two_lines_only_where_they_must() -> None:
    with language("both"):
        assert fig.fitted("steady state", 40) == "steady state 稳态"
        assert fig.fitted("steady state", 16) == "steady state\n稳态"
        assert fig.fitted("no such label at all", 5) == "no such label at all"
    with language("zh"):
        assert fig.fitted("steady state", 1) == "稳态"


def test_default_pictures_do_not_know_of_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn() -> Any:
        figure = fig.canvas()
        PourOrPlug().plot(figure.subplots())
        figure.canvas.draw()
        return canvas(figure)

    with speaking("en"):
        first = drawn()
    monkeypatch.setattr(terms, "chinese", lambda: pytest.fail("no table is read for English"))
    assert np.array_equal(first, drawn())


def test_chinese_is_drawn_without_a_missing_glyph_and_differs() -> None:
    needs_font()
    plain = decoded(show(LeakyBucket()).png)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with language("zh"):
            chinese = decoded(show(LeakyBucket(), note="synthetic data").png)
        with language("both"):
            show(FalseLoyalty())
    assert not np.array_equal(plain, chinese)
    assert np.array_equal(plain, decoded(show(LeakyBucket()).png))


def test_a_choice_of_language_loads_nothing_of_the_chapters() -> None:
    code = (
        "import sys\nfrom loyaltylab.base.terms import speaking, translated\n"
        "with speaking('zh'):\n    assert translated('steady state') == '稳态'\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('pandas', 'matplotlib', 'numpy')])"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=Path(datasets.__file__).parents[1],
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_the_public_doors_say_what_they_do() -> None:
    for thing in (glossary.table, glossary.term, glossary.find, language):
        assert "Examples" in (inspect.getdoc(thing) or "")
    assert isinstance(glossary.find("a"), pd.DataFrame)
