"""Fonts of pictures: which are installed, which know Chinese, and how wide a text is in them."""

from __future__ import annotations

import functools
import unicodedata

CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "WenQuanYi Micro Hei",
)
"""Fonts with Chinese glyphs, on Linux, Windows and macOS."""
CHINESE_FILES = (
    "notosanscjk-regular",
    "notosanscjk-bold",
    "sourcehansans",
    "msyh.",
    "pingfang",
    "simhei",
    "wqy",
)


@functools.cache
def families() -> list[str]:
    """Return the fonts for labels: the usual one, and one that knows Chinese if there is any.

    A family that is not installed is not named, for that would print a warning per label.

    Examples
    --------
    >>> families()[0]
    'DejaVu Sans'
    """
    from matplotlib import font_manager

    def known() -> list[str]:
        installed = set(font_manager.get_font_names())
        return [name for name in CHINESE if name in installed][:1]

    if not known():  # matplotlib lists fonts once; one that came later has to be shown to it
        for path in font_manager.findSystemFonts():
            if any(part in path.lower() for part in CHINESE_FILES):
                font_manager.fontManager.addfont(path)
    return ["DejaVu Sans", *known()]


def wide(text: str) -> int:
    """Return how many Latin letters a text is about as wide as; a Chinese one counts as two.

    Examples
    --------
    >>> wide("churn"), wide("流失")
    (5, 4)
    """
    return len(text) + sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
