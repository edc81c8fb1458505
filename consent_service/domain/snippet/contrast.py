"""How far two colours stand apart, as WCAG measures it. A colour is ``#rgb`` or ``#rrggbb``."""

from __future__ import annotations

import re
from functools import lru_cache

_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.ASCII | re.IGNORECASE)


def is_colour(text: object) -> bool:
    return isinstance(text, str) and _COLOUR.fullmatch(text) is not None


@lru_cache(1_000)  # a theme is checked whenever its site is read, and has the same few colours each time
def luminance(colour: str) -> float:
    """The relative luminance of a colour in sRGB, from 0 (black) to 1 (white).

    The formula is that of WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    """
    red, green, blue = map(_linear, _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colour: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 (the same) to 21 (black and white).

    The formula is that of WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """
    darker, lighter = sorted((luminance(colour), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _channels(colour: str) -> list[float]:
    """Red, green and blue, from 0 to 1."""
    width = len(colour) // 3
    digits = (colour[start : start + width] for start in range(1, len(colour), width))
    return [int(pair * (3 - width), 16) / 255 for pair in digits]


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
