"""The cover: one large cell of a breakdown hides all the small ones, and is the only thing that is ever given up.

A breakdown's small cells, those below the threshold k, are published together with the cover as *the rest*. Of the
cover a part is published under its name, as "or more"; what is left of it and the small cells is ``(other)``.

Why nobody can work out a small cell: move all visits of the small cells to the cover. Every total, every stored cell,
every published number and every branch stays possible, so each small cell may be nought.
`tests/privacy/test_08_what_is_hidden_cannot_be_worked_out.py` tests that sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import TypeAlias

from consent_service.domain.counting.counts import VIEWS, VISITORS, VISITS, Counts
from consent_service.domain.counting.dimensions import Dimension

Draw: TypeAlias = Callable[[str], bytes]
"""A keyed hash of a label, at least eight bytes, bound to service key, site, period and dimension.

Nobody without the key can foresee it, and it is the same each time it is asked.
"""

_SCALE = 1 << 20
"""Weights are whole numbers, in steps of a millionth."""


def draw_cover(sizes: Mapping[str, int], threshold: int, draw: Draw) -> str:
    """Draw the cover among the cells of these sizes, each at least one; smaller ones are more likely.

    A large cover would cost no more visits than a small one, but it is the value that the owner misses most.
    """
    weights = {value: weight(size, threshold) for value, size in sorted(sizes.items())}
    place = int.from_bytes(draw("cover"), "big") % sum(weights.values())
    for value, share in weights.items():
        if place < share:
            return value
        place -= share
    raise AssertionError("the place lies below the sum of the weights")


def weight(size: int, threshold: int) -> int:
    """How likely a cell of this size is drawn: rising to 2 k, level to 4 k, then falling with the square."""
    if size < 4 * threshold:
        return max(1, min(size, 2 * threshold) - threshold + 1) * _SCALE
    return max(1, (threshold + 1) * _SCALE * (4 * threshold) ** 2 // size**2)


def withheld(draw: Draw, label: str) -> int:
    """Draw how much of one of the cover's counts is withheld beyond what the rest needs: G with P(G = g) = ⅓ (⅔)^g.

    Without it the published part would be the exact count wherever the rest is large enough.
    """
    for number in count():
        if int.from_bytes(draw(f"{label} {number}")[:8], "big") * 3 >= 2 << 64:
            return number
    raise AssertionError("a draw ends")


def published_part(dimension: Dimension, cover: Counts, rest: Counts, threshold: int, draw: Draw) -> Counts | None:
    """What is published of the cover under its name; None if that has a support below k.

    ``cover`` is what is held back of it, ``rest`` that and all small cells together. What stays in the rest is at
    least k: visitors and visits, or of a dimension of which a visit can touch several values, views. Each count is
    made of steps (visitors, further visits of theirs, further views), so that no count exceeds one that includes it.
    """
    visitors = cover[VISITORS] - withheld(draw, "visitors")
    further_visits = max(0, cover[VISITS] - cover[VISITORS] - withheld(draw, "visits"))
    further_views = max(0, cover[VIEWS] - cover[VISITS] - withheld(draw, "views"))
    if dimension.many:
        views = min(visitors + further_visits + further_views, rest[VIEWS] - threshold)
        visits = min(visitors + further_visits, views)
        visitors = min(visitors, visits)
    else:
        visitors = min(visitors, rest[VISITORS] - threshold)
        visits = views = visitors + further_visits
    if visitors < threshold:
        return None
    part = [0] * len(cover)
    part[VIEWS], part[VISITS], part[VISITORS] = views, visits, visitors
    return part
