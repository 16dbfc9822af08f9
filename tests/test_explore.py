"""Sliders made from a declaration: what moves, what is spoken, what an exported page keeps."""

from __future__ import annotations

import base64
import html
import re
from typing import Annotated, Any

import pytest
from annotated_types import Ge, Le
from pixels import alike, decoded

from loyaltylab import explore
from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import Label, model
from loyaltylab.bucket import LeakyBucket, PourOrPlug
from loyaltylab.lab import explore as lab
from loyaltylab.lab.explore import build, slider_ranges

widgets = pytest.importorskip("ipywidgets")


@model
class Toy:
    """A model of every kind of slider, whose sentence needs escaping and whose picture is cheap."""

    rate: Annotated[float, Ge(0), Le(1), Label("rate", "share")] = 0.2
    count: Annotated[int, Ge(1), Le(50), Label("count", "customers")] = 7
    bonus: Annotated[float | None, Ge(0), Label("bonus", "money")] = None
    kind: Annotated[tuple[float, ...] | None, Label("path")] = None

    def __post_init__(self) -> None:
        if self.rate > 0.5 and self.count > 10:
            raise InputError("rate above 0.5 and count above 10 do not go together.")

    def table(self) -> Any:
        raise NotImplementedError

    def plot(self, ax: Any = None) -> Any:
        ax = fig.axes(ax, title="Toy", x="x (share)", y="y (customers)")
        ax.plot([0, self.rate], [0, self.count])
        return ax

    def sentence(self) -> str:
        return f'<b>{self.rate:g}</b> & "{self.count}", bonus {self.bonus}.'


@model
class Endless:
    """A model without a field that is bounded on both sides."""

    size: Annotated[float, Ge(0), Label("size")] = 1.0

    def plot(self, ax: Any = None) -> Any:
        return ax


def label_of(explorer: Any, name: str) -> str:
    """Text that stands before a slider."""
    cells = explorer.children[0].children
    return cells[cells.index(explorer.sliders[name]) - 1].value


def built(state: Any, **ranges: Any) -> Any:
    return build(state, slider_ranges(state, ranges))


def spoken(explorer: Any) -> str:
    found = re.fullmatch(
        r'<div role="status" aria-live="polite">(.*)</div>', explorer.spoken.value, re.S
    )
    assert found, explorer.spoken.value
    assert "<" not in found[1]
    return html.unescape(found[1])


def alt(explorer: Any) -> str:
    found = re.fullmatch(
        r'<img alt="([^"]*)" width="720" style="[^"]*" src="data:image/png;base64,[\w+/=]+">',
        explorer.picture.value,
    )
    assert found, explorer.picture.value[:200]
    return html.unescape(found[1])


def seen(explorer: Any) -> Any:
    """Return the pixels of the picture on the page."""
    return decoded(base64.b64decode(explorer.picture.value.split("base64,")[1].rstrip('">')))


def test_a_slider_changes_picture_alternative_text_and_sentence() -> None:
    bucket = LeakyBucket()
    explorer = built(bucket, churn=(0, 0.2), acquired=(0, 100))
    before = explorer.picture.value
    assert spoken(explorer) == alt(explorer) == bucket.sentence()
    for name, value in (("churn", 0.1), ("acquired", 60)):
        explorer.sliders[name].value = value
        state = LeakyBucket(churn=0.1, acquired=60 if name == "acquired" else 40)
        assert spoken(explorer) == alt(explorer) == state.sentence()
        assert explorer.picture.value.split("src=")[1] != before.split("src=")[1]
        before = explorer.picture.value


def test_the_picture_is_the_models_own() -> None:
    explorer = built(LeakyBucket(), churn=(0, 0.2))
    explorer.sliders["churn"].value = 0.1
    fresh = built(LeakyBucket(churn=0.1), churn=(0, 0.2))
    assert alt(explorer) == alt(fresh)
    assert alike(seen(explorer), seen(fresh))


def test_text_is_escaped() -> None:
    explorer = built(Toy(), rate=(0, 1))
    assert spoken(explorer) == alt(explorer) == Toy().sentence()
    for shown in (explorer.picture.value, explorer.spoken.value):
        assert "<b>" not in shown
        assert "&lt;b&gt;0.2&lt;/b&gt; &amp;" in shown


@pytest.mark.parametrize("move", [("churn",), ("churn", "margin", "acquired")])
def test_reset_restores_the_start(move: tuple[str, ...]) -> None:
    explorer = built(LeakyBucket(), churn=(0, 0.2), margin=(0, 50), acquired=(0, 100))
    picture, first = seen(explorer), (alt(explorer), spoken(explorer))
    for name in move:
        explorer.sliders[name].value = explorer.sliders[name].max
    assert (alt(explorer), spoken(explorer)) != first
    assert not alike(seen(explorer), picture)
    explorer.reset.click()
    assert [s.value for s in explorer.sliders.values()] == [0.05, 20.0, 40]
    assert (alt(explorer), spoken(explorer)) == first
    assert alike(seen(explorer), picture)


def test_an_unmoved_optional_stays_none() -> None:
    explorer = built(Toy(), rate=(0, 1), bonus=(10, 50))
    assert "bonus None." in spoken(explorer)
    explorer.sliders["rate"].value = 0.3
    assert "bonus None." in spoken(explorer)
    explorer.sliders["bonus"].value = 30
    assert "bonus 30.0." in spoken(explorer)
    explorer.reset.click()
    assert spoken(explorer) == Toy().sentence()


def test_a_start_between_two_steps_stays_what_it_is_when_the_browser_snaps_it() -> None:
    bucket = LeakyBucket(churn=0.01643, customers=1003)
    explorer = built(bucket, churn=(0, 0.2), customers=(0, 2000), acquired=(0, 100))
    churn, customers = explorer.sliders["churn"], explorer.sliders["customers"]
    assert (churn.step, churn.value, customers.step, customers.value) == (0.002, 0.01643, 20, 1003)
    before = seen(explorer)
    for snapped in (0.016, 0.0172):  # less than half a step away
        churn.value = snapped
        assert spoken(explorer) == alt(explorer) == bucket.sentence()
    customers.value = 1000
    assert spoken(explorer) == bucket.sentence()
    assert alike(seen(explorer), before)
    explorer.sliders["acquired"].value = 60  # another one is moved: the two stay
    moved = LeakyBucket(churn=0.01643, customers=1003, acquired=60)
    assert spoken(explorer) == moved.sentence()
    churn.value = 0.018  # now it is moved
    assert spoken(explorer) == LeakyBucket(churn=0.018, customers=1003, acquired=60).sentence()
    churn.value = 0.0154
    assert spoken(explorer) == LeakyBucket(churn=0.0154, customers=1003, acquired=60).sentence()
    explorer.reset.click()
    assert (churn.value, customers.value, explorer.sliders["acquired"].value) == (0.01643, 1003, 40)
    assert spoken(explorer) == bucket.sentence()


def test_an_optional_stays_none_when_the_browser_snaps_its_slider() -> None:
    explorer = built(LeakyBucket(), revenue=(0.3, 50), churn=(0, 0.2))
    revenue = explorer.sliders["revenue"]
    assert (revenue.value, revenue.step) == (0.3, 0.5)
    revenue.value = 0.5
    explorer.sliders["churn"].value = 0.1
    assert spoken(explorer) == LeakyBucket(churn=0.1).sentence()
    toy = built(Toy(), bonus=(0.3, 50))
    toy.sliders["bonus"].value = 0.5
    assert "bonus None." in spoken(toy)
    toy.sliders["bonus"].value = 1.0
    assert "bonus 1.0." in spoken(toy)
    toy.reset.click()
    assert "bonus None." in spoken(toy)


def test_an_optional_number_gets_a_slider() -> None:
    explorer = built(LeakyBucket(), revenue=(0, 50))
    slider = explorer.sliders["revenue"]
    assert isinstance(slider, widgets.FloatSlider)
    assert (slider.min, slider.max, slider.value) == (0, 50, 0)
    slider.value = 25
    assert spoken(explorer) == LeakyBucket(revenue=25.0).sentence()
    explorer = built(LeakyBucket(revenue=30.0), revenue=(0, 50))
    assert explorer.sliders["revenue"].value == 30


def test_whole_numbers_get_whole_sliders() -> None:
    explorer = built(LeakyBucket(), customers=(0, 5000), acquired=(0, 20))
    for name, step in (("customers", 50), ("acquired", 1)):
        slider = explorer.sliders[name]
        assert isinstance(slider, widgets.IntSlider)
        assert (type(slider.value), slider.step) == (int, step)
    explorer.sliders["customers"].value = 2000
    assert spoken(explorer).startswith("With 2,000 customers")


def test_values_that_do_not_go_together_are_said_and_the_picture_stays() -> None:
    explorer = built(Toy(), rate=(0, 1), count=(1, 50))
    explorer.sliders["rate"].value = 0.9
    before = explorer.picture.value
    explorer.sliders["count"].value = 20
    assert spoken(explorer) == "Toy: rate above 0.5 and count above 10 do not go together."
    assert explorer.picture.value == before
    explorer.sliders["rate"].value = 0.4
    assert spoken(explorer) == Toy(rate=0.4, count=20).sentence()
    assert explorer.picture.value != before


def test_cross_field_rule_of_a_course_model_is_said() -> None:
    explorer = built(PourOrPlug(), churn=(0, 0.2), discount=(0, 0.05))
    explorer.sliders["churn"].value = 0
    explorer.sliders["discount"].value = 0
    assert "churn and discount must not both be 0" in spoken(explorer)


def test_most_frames_of_a_sweep_are_fast() -> None:
    explorer = built(LeakyBucket(), churn=(0, 0.2))
    for i in range(60):
        explorer.sliders["churn"].value = 0.03 + 0.001 * i
    assert explorer.live.full + explorer.live.fast == 61
    assert explorer.live.full <= 5
    assert explorer.live.fast >= 56


def test_a_model_without_move_is_drawn_in_full() -> None:
    explorer = built(Toy(), rate=(0, 1))
    explorer.sliders["rate"].value = 0.7
    assert (explorer.live.full, explorer.live.fast) == (2, 0)
    assert len(explorer.live.ax.lines) == 1


def test_an_exported_page_keeps_sentence_and_first_picture() -> None:
    explorer = built(LeakyBucket(), churn=(0, 0.2))
    bundle = explorer._repr_mimebundle_()
    assert bundle["text/plain"] == LeakyBucket().sentence()
    assert f'alt="{html.escape(LeakyBucket().sentence())}"' in bundle["text/html"]
    assert bundle["text/html"].startswith("<img ")
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_labels_steps_and_ranges() -> None:
    explorer = built(LeakyBucket(), churn=(0, 0.2), margin=(-10, 30, 0.5), customers=(10, 200))
    churn, margin, customers = (explorer.sliders[n] for n in ("churn", "margin", "customers"))
    assert label_of(explorer, "churn") == "churn (share leaving per period)"
    assert (churn.min, churn.max, churn.step, churn.value) == (0, 0.2, 0.002, 0.05)
    assert churn.readout_format == ",.3f"
    assert (margin.min, margin.max, margin.step) == (-10, 30, 0.5)
    assert (customers.min, customers.max) == (10, 1000), "widened to the model's own value"
    assert churn.continuous_update


def test_ranges_default_to_fields_bounded_on_both_sides() -> None:
    assert slider_ranges(Toy(), {}) == {"rate": (0, 1, 0.01), "count": (1, 50, 1)}
    assert set(slider_ranges(LeakyBucket(), {})) == {"churn", "discount"}
    with pytest.raises(InputError, match=r"no parameter that is bounded .* size=\(0, 10\)\.$"):
        slider_ranges(Endless(), {})


def test_open_bounds_are_kept_open() -> None:
    low, high, step = slider_ranges(PourOrPlug(), {"save_cost": (0, 100)})["save_cost"]
    assert (low, high, step) == (1, 100, 1)


def test_labels_can_be_in_another_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fig.LABELS, "churn", "Abwanderung")
    monkeypatch.setitem(fig.LABELS, "share leaving per period", "Anteil je Periode")
    monkeypatch.setitem(fig.LABELS, "Reset", "Zurück")
    explorer = built(LeakyBucket(), churn=(0, 0.2))
    assert label_of(explorer, "churn") == "Abwanderung (Anteil je Periode)"
    assert explorer.reset.description == "Zurück"


def test_outside_a_notebook_one_sentence_says_what_to_do() -> None:
    with pytest.raises(InputError, match=r"in a notebook; here, call \.plot\(\) or \.table\(\)"):
        explore(LeakyBucket(), churn=(0, 0.2))


def test_in_a_notebook_the_widget_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "_in_notebook", lambda: True)
    explorer = explore(LeakyBucket(), churn=(0, 0.2))
    assert isinstance(explorer, widgets.VBox)
    assert explorer.sliders["churn"] in explorer.children[0].children
    assert set(explorer.children[1:]) == {explorer.reset, explorer.picture, explorer.spoken}
