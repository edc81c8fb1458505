"""How a page felt: the vitals that browsers measure, each good, fair or poor."""

from __future__ import annotations

from types import MappingProxyType

LIMITS = MappingProxyType({"lcp": (2_500, 4_000), "inp": (200, 500), "cls": (0.1, 0.25)})
"""Up to the first a value is good, up to the second fair: milliseconds, cls a score; as web.dev/vitals has it."""


def rating(vital: str, value: float) -> str | None:
    """``good``, ``fair`` or ``poor``; None if it is none of the vitals."""
    if vital not in LIMITS:
        return None
    good, fair = LIMITS[vital]
    return "good" if value <= good else "fair" if value <= fair else "poor"
