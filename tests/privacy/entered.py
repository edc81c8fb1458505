"""One small entry page without any entries, and the others in its place: nothing that is seen of it changes.

Unlike in `moved`, not all of them can be empty at once: nobody enters on a page more often than it is seen.
"""

from __future__ import annotations

from typing import NamedTuple
from unittest.mock import patch

from consent_service.domain.counting.counts import VIEWS, VISITORS, VISITS, Breakdown, PeriodCounts, minus, plus
from consent_service.domain.disclosure import cover, publication
from consent_service.domain.disclosure.publication import NOTHING, PublishedRow

FIRST, AGAIN = [1, 1, 1, 0, 0], [1, 1, 0, 0, 0]


class Drawn(NamedTuple):
    """By breakdown the cover (where it may not be drawn, the first that may) and G, of visitors and of visits."""

    cover: dict[str, str]
    withheld: dict[str, tuple[int, int]]


def close(pages: Breakdown, entries: Breakdown, engaged: int, threshold: int, drawn: Drawn) -> list[PublishedRow]:
    """Close a month of a site. The draws are those given."""
    total = [sum(column) for column in zip(*entries.values(), strict=True)]
    site = [sum(page[VIEWS] for page in pages.values()), total[VISITS], total[VISITORS], engaged, 0]
    counted: PeriodCounts = {"site": {"": site}, "page": pages, "entry": entries}

    def draw_cover(sizes: dict[str, int], _: int, name: str) -> str:
        return drawn.cover[name] if drawn.cover.get(name) in sizes else min(sizes)

    def withheld(name: str, label: str) -> int:
        return dict(zip(("visitors", "visits"), drawn.withheld[name], strict=True)).get(label, 0)

    with patch.object(cover, "draw_cover", draw_cover), patch.object(cover, "withheld", withheld):
        return publication.close({}, counted, {}, threshold, lambda name: name)


def without(value: str, entries: Breakdown, covered: str, pages: Breakdown, threshold: int) -> Breakdown | None:
    """The entries if nobody had entered on a page; None if they fit on no other that may have some more."""
    left = {name: list(counts) for name, counts in entries.items()}
    gone = left.pop(value)
    small = [name for name in pages if name != value and left.get(name, NOTHING)[VISITORS] < threshold]
    for visit in (*[FIRST] * gone[VISITORS], *[AGAIN] * (gone[VISITS] - gone[VISITORS])):
        for name in (covered, *small):
            more, most = plus(left.get(name, NOTHING), visit), pages[name]
            is_small = name == covered or more[VISITORS] < threshold
            if is_small and more[VISITORS] <= most[VISITORS] and more[VISITS] <= most[VISITS]:
                left[name] = more
                break
        else:
            return None
    return left


def same_draws(rows: list[PublishedRow], after: Breakdown, covered: str, drawn: Drawn) -> Drawn:
    """The draws with which of the cover the same is published."""
    [part] = [row.counts for row in rows if (row.dimension, row.value) == ("entry", covered)] or [NOTHING]
    held = minus(after[covered], part)
    entry = (held[VISITORS], held[VISITS] - held[VISITORS])
    return drawn._replace(cover={**drawn.cover, "entry": covered}, withheld={**drawn.withheld, "entry": entry})
