"""Labels, limits, alternative text: what every picture of the course shares."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from pixels import alike, canvas, decoded

from loyaltylab import show
from loyaltylab.base import figure as fig
from loyaltylab.base import fonts, picture
from loyaltylab.base.errors import InputError
from loyaltylab.bucket import (
    LeakyBucket,
    hazard_table,
    plot_hazard,
    plot_same_sales,
    same_sales,
)

mpl.use("Agg")

VALUES = st.floats(1e-12, 1e15, allow_subnormal=False)


def mantissa(value: float) -> int:
    return int(f"{value:.6e}".split("e")[0].replace(".", "").rstrip("0"))


@given(VALUES)
def test_ceiling_is_the_smallest_step_of_1_2_5_that_holds_the_value(value: float) -> None:
    step = fig.ceiling(value)
    assert step >= value * (1 - 1e-9)
    assert mantissa(step) in (1, 2, 5)
    below = step / 2.5 if mantissa(step) == 5 else step / 2
    assert below < value
    assert fig.ceiling(step) == pytest.approx(step)  # 1e-10 is no sum of powers of two


@given(VALUES, VALUES)
def test_ceiling_never_falls_when_the_value_rises(a: float, b: float) -> None:
    assert fig.ceiling(min(a, b)) <= fig.ceiling(max(a, b))


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), -float("inf"), 5e-324])
def test_ceiling_of_what_no_axis_can_show_is_one(value: float) -> None:
    assert fig.ceiling(value) == 1.0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234.5, "1,234"),
        (-1234.5, "−1,234"),
        (99.5, "99.50"),
        (-0.5, "−0.50"),
        (-0.001, "0"),
        (0, "0"),
        (1e6, "1,000,000"),
    ],
)
def test_money(value: float, text: str) -> None:
    assert fig.money(value) == text


def test_every_label_passes_the_one_door(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {
        "Customers in the bucket": "Kunden im Eimer",
        "period": "Periode",
        "customers at the period's end": "Kunden am Ende",
        "expected": "erwartet",
        "steady state": "Gleichgewicht",
        "about 90% of random runs": "90 % der Läufe",
    }
    for english, german in texts.items():
        monkeypatch.setitem(fig.LABELS, english, german)
    ax = LeakyBucket().plot(fig.canvas().subplots())
    seen = {ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel()}
    seen |= {t.get_text() for t in ax.get_legend().get_texts()}
    assert seen == set(texts.values())


def test_image_escapes_its_alternative_text() -> None:
    alt = 'less < more & "quoted" <img onerror=x>'
    tag = picture.image(b"x", alt, 700)
    assert tag.count("<") == 1
    assert html.unescape(re.findall(r'alt="([^"]*)"', tag)[0]) == alt


def test_png_holds_the_pixels_of_the_canvas_but_for_the_palette() -> None:
    figure = fig.canvas()
    LeakyBucket().plot(figure.subplots())
    figure.canvas.draw()
    data = picture.png(picture.reduced(figure))
    assert data.startswith(b"\x89PNG")
    off = np.abs(decoded(data) - canvas(figure))
    assert off.max() <= 16  # of 255, and that only at the edges of lines
    assert np.mean(off.max(axis=2) > 8) < 0.01
    assert len(np.unique(decoded(data))) > 10


def test_the_palette_of_an_earlier_frame_shows_a_later_one() -> None:
    figures = [fig.canvas() for _ in range(2)]
    for figure, churn in zip(figures, (0.05, 0.06), strict=True):
        LeakyBucket(churn=churn).plot(figure.subplots())
        figure.canvas.draw()
    first = picture.reduced(figures[0])
    second = picture.reduced(figures[1], first)
    assert second.getpalette() == first.getpalette()
    assert alike(decoded(picture.png(second)), canvas(figures[1]))
    assert not alike(decoded(picture.png(second)), canvas(figures[0]))


def test_a_canvas_is_unknown_to_pyplot() -> None:
    before = plt.get_fignums()
    fig.canvas().subplots()
    assert plt.get_fignums() == before


def test_moving_names_what_was_given_a_gid() -> None:
    ax = LeakyBucket().plot(fig.canvas().subplots())
    assert sorted(fig.moving(ax)) == ["band", "path", "steady"]


def test_axes_are_those_given_and_labelled() -> None:
    ax = fig.canvas().subplots()
    assert fig.axes(ax, title="T", x="X (months)", y="Y (USD)") is ax
    labels = (ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel())
    assert labels == ("T", "X (months)", "Y (USD)")
    with pytest.raises(InputError, match="ax must be matplotlib Axes or None, not 'ax'"):
        fig.axes("ax", title="T", x="X", y="Y")  # type: ignore[arg-type]


def test_numbers_of_the_y_axis_have_thousands() -> None:
    ax = fig.canvas().subplots()
    fig.thousands(ax)
    write = ax.yaxis.get_major_formatter()
    assert [write(v, 0) for v in (12000, -2500, 0.1 + 0.2)] == ["12,000", "−2,500", "0.3"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (999.5, "999.5"),
        (1000, "1,000"),
        (-1000, "−1,000"),
        (-999.5, "−999.5"),
        (0, "0"),
        (-0.05, "−0.05"),
        (1_234_567.8, "1,234,568"),
        (1e16, "10,000,000,000,000,000"),
    ],
)
def test_a_tick_of_the_y_axis(value: float, text: str) -> None:
    ax = fig.canvas().subplots()
    fig.thousands(ax)
    assert ax.yaxis.get_major_formatter()(value, 0) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(1234.5)
@example(999.96)
@example(-999.94)
@example(0.0000426)
@example(5e-324)
def test_a_number_of_a_table_has_no_exponent_and_four_digits_that_count(value: float) -> None:
    text = fig.number(value)
    assert re.fullmatch(r"-?\d{1,3}(,\d{3})*|-?\d{1,3}\.\d+", text), text
    digits = re.sub(r"\D", "", text).lstrip("0")
    assert abs(value) >= 999.95 or len(digits) <= 4
    assert float(text.replace(",", "")) == pytest.approx(value, rel=5.01e-4)


def test_a_number_that_is_none_is_called_so() -> None:
    assert [fig.number(v) for v in (float("nan"), float("inf"))] == ["nan", "inf"]


# Chinese labels


def chinese() -> list[str]:
    """Return a family with Chinese glyphs, or skip: such fonts are a user's own matter."""
    if len(fig.families()) == 1:
        pytest.skip("no font with Chinese glyphs is installed")
    return fig.families()[1:]


def test_a_chinese_font_that_is_installed_is_found() -> None:
    from matplotlib import font_manager

    listed = "\n".join(font_manager.findSystemFonts()).lower()
    if not any(part in listed for part in ("notosanscjk", "sourcehansans", "msyh.", "simhei")):
        pytest.skip("no font with Chinese glyphs is installed")
    first, second = fig.families()
    assert first == "DejaVu Sans"
    assert second in fonts.CHINESE
    assert "DejaVu" not in font_manager.findfont(second, fallback_to_default=False)


def drawn(plot: Callable[[Axes], Axes]) -> list[str]:
    """Draw a picture, and return what matplotlib complains of."""
    figure = fig.canvas()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        plot(figure.subplots())
        figure.canvas.draw()
    return [str(w.message) for w in caught]


PEOPLE = pd.DataFrame(
    {"t": [1, 2, 2, 3] * 2, "left": [1, 0, 1, 0] * 2, "组": ["新客户"] * 4 + ["老客户"] * 4}
)


def test_chinese_names_are_drawn_without_a_missing_glyph(monkeypatch: pytest.MonkeyPatch) -> None:
    chinese()
    texts = ("Customers in the bucket", "period", "customers at the period's end", "expected")
    for text in texts:
        monkeypatch.setitem(fig.LABELS, text, "桶里的客户")
    table = hazard_table(PEOPLE, tenure="t", churned="left", group="组")
    sales = same_sales(LeakyBucket(), 0.01).assign(bucket=["漏", "紧"])
    assert drawn(lambda ax: plot_hazard(table, ax, unit="月")) == []
    assert drawn(lambda ax: plot_same_sales(sales, ax)) == []
    assert drawn(LeakyBucket().plot) == []


def test_the_missing_glyph_would_have_been_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fig, "families", lambda: ["DejaVu Sans"])
    table = hazard_table(PEOPLE, tenure="t", churned="left", group="组")
    assert any("missing from" in text for text in drawn(lambda ax: plot_hazard(table, ax)))


def test_nothing_is_said_of_fonts_on_stderr() -> None:
    code = """
from loyaltylab import show
from loyaltylab.base import fonts
from loyaltylab.bucket import *
for names in (fonts.CHINESE, ("No Such Font",)):  # as they are, and where there is none
    fonts.CHINESE = names
    fonts.families.cache_clear()
    show(LeakyBucket()), show(PourOrPlug())
    show(plot_same_sales(same_sales(LeakyBucket(), 0.01)), "The same sales.")
"""
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "MPLBACKEND": "Agg"},
    )
    complaints = [s for s in done.stderr.splitlines() if re.search("font|glyph", s, re.I)]
    assert complaints == []


def test_show_of_axes_in_a_part_of_a_figure_shows_the_whole_figure() -> None:
    whole = plt.figure(figsize=(12, 4))
    left, right = whole.subfigures(1, 2)
    LeakyBucket().plot(left.subplots())
    ax = LeakyBucket(churn=0.2).plot(right.subplots())
    picture = show(ax, "Two buckets.")
    assert decoded(picture.png).shape[1] == 1200
    assert not plt.fignum_exists(whole.number)
    free = fig.canvas(12, 4)
    ax = LeakyBucket().plot(free.subfigures(1, 2)[1].subplots())
    assert show(ax, "A bucket.").width == 1200


def contrast(colour: str) -> float:
    """Contrast with white (WCAG 2)."""
    rgb = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return 1.05 / (linear @ np.array([0.2126, 0.7152, 0.0722]) + 0.05)


def test_palette_is_distinct_and_its_first_colour_is_readable_as_text() -> None:
    assert len(set(fig.PALETTE)) == len(fig.PALETTE)
    assert contrast(fig.BLUE) > 4.5
    assert contrast(fig.GREY) > 4.5


def test_show_of_a_model_says_what_it_shows() -> None:
    before = plt.get_fignums()
    bucket = LeakyBucket(churn=0.1)
    picture = show(bucket)
    assert picture.alt == repr(picture) == bucket.sentence()
    bundle = picture._repr_mimebundle_()
    assert bundle["text/plain"] == bucket.sentence()
    assert f'alt="{html.escape(bucket.sentence())}"' in bundle["text/html"]
    assert "data:image/png;base64,iVBOR" in bundle["text/html"]
    assert show(bucket, "My own words.").alt == "My own words."
    assert plt.get_fignums() == before


def test_show_of_axes_closes_its_own_figure_and_no_other() -> None:
    other = plt.figure()
    ax = LeakyBucket().plot()
    mine = ax.figure.number
    picture = show(ax, "What it shows.")
    assert picture.png.startswith(b"\x89PNG")
    assert plt.fignum_exists(other.number)
    assert not plt.fignum_exists(mine)
    plt.close(other)


def test_show_writes_a_note_into_the_picture_and_its_text() -> None:
    plain = show(LeakyBucket(), alt="A bucket.")
    noted = show(LeakyBucket(), alt="A bucket.", note="synthetic data")
    assert noted.alt == "A bucket. (synthetic data)"
    gap = np.abs(decoded(plain.png).astype(int) - decoded(noted.png).astype(int))
    differs = gap.max(axis=-1) > 60  # another palette moves every colour a little
    rows, columns = np.nonzero(differs)
    height, width = differs.shape
    assert rows.min() > 0.9 * height
    assert columns.min() > 0.8 * width
    with pytest.raises(InputError, match="note must be a sentence"):
        show(LeakyBucket(), note=5)
