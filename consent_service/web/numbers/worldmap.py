"""The map beside the list of countries: which of them is how dark. For those who see it; the list says it all."""

from __future__ import annotations

from collections.abc import Sequence

from consent_service.domain.disclosure.shown import ShownBreakdown

STEPS = (0.02, 0.1, 0.3, 0.6)
"""Where the five shades part: a country's visits against those of the country that has the most."""


def shades(breakdown: ShownBreakdown) -> Sequence[tuple[str, int]]:
    """Country codes, each with its shade from 1 to 5."""
    counts = {code: row["visits"].known for code, row in breakdown.items() if len(code) == 2 and code.isalpha()}
    most = max(counts.values(), default=0) or 1
    return [(code, 1 + sum(number / most >= step for step in STEPS)) for code, number in sorted(counts.items())]
