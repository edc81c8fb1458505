"""Rules that look as good as the cover and are not: the attacker must find something under each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from consent_service.domain.counting.counts import VISITORS, VISITS, Breakdown, Counts, minus, plus, together
from consent_service.domain.counting.dimensions import Dimension
from consent_service.domain.disclosure import cover, publication, release
from consent_service.domain.disclosure.cover import Draw
from consent_service.domain.disclosure.publication import NOTHING, Pages, PublishedRow, Remains
from consent_service.domain.disclosure.release import Released

Plant = Callable[[pytest.MonkeyPatch], None]

_release, _close, _choose = release.release, publication.close_breakdown, release.choose_cover


def no_cover(patch: pytest.MonkeyPatch) -> None:
    """Every cell that has k is stored and published exactly."""
    patch.setattr(release, "release", lambda d, p, s, drawn, k, draw: Released(_large(p, s, k), ""))
    patch.setattr(publication, "close_breakdown", _close_exactly)


def folded_only_if_something_is_small(patch: pytest.MonkeyPatch) -> None:
    def close(dimension: Dimension, remains: Remains, k: int, *others: object) -> list[PublishedRow]:
        is_small = any(0 < counts[VISITORS] < k for counts in remains.named.values())
        return (_close if is_small else _close_exactly)(dimension, remains, k, *others)

    patch.setattr(publication, "close_breakdown", close)


def stored_later(patch: pytest.MonkeyPatch) -> None:
    """The cover is held back at the release that draws it, and stored with the next."""

    def released(d: Dimension, pending: Breakdown, stored: Breakdown, drawn: str, k: int, draw: Draw) -> Released:
        return Released(_large(pending, stored, k), drawn) if drawn else _release(d, pending, stored, drawn, k, draw)

    patch.setattr(release, "release", released)


def drawn_at_each_release(patch: pytest.MonkeyPatch) -> None:
    """At each release another cell is held back, and at the close one more."""

    def released(d: Dimension, pending: Breakdown, stored: Breakdown, drawn: str, k: int, draw: Draw) -> Released:
        chosen = _draw_among_all(d, pending, stored, k, draw)
        return Released({v: counts for v, counts in _large(pending, stored, k).items() if v != chosen}, "")

    patch.setattr(release, "release", released)
    patch.setattr(publication, "choose_cover", _draw_among_all)


def nothing_withheld(patch: pytest.MonkeyPatch) -> None:
    """The cover is rounded so that the rest has k, and no further."""

    def part(dimension: Dimension, held: Counts, rest: Counts, k: int, draw: Draw) -> Counts | None:
        visitors = min(held[VISITORS], rest[VISITORS] - k)
        visits = visitors + held[VISITS] - held[VISITORS]
        return [visits, visits, visitors, 0, 0] if visitors >= k else None

    patch.setattr(publication, "published_part", part)


def waiting_for_a_second(patch: pytest.MonkeyPatch) -> None:
    """The cover is drawn once two cells have k."""

    def released(d: Dimension, pending: Breakdown, stored: Breakdown, drawn: str, k: int, draw: Draw) -> Released:
        large = [counts for counts in together(pending, stored).values() if counts[VISITORS] >= k]
        return _release(d, pending, stored, drawn, k, draw) if len(large) > 1 else Released({}, drawn)

    patch.setattr(release, "release", released)


def fixed_beforehand(patch: pytest.MonkeyPatch) -> None:
    """The cover is drawn among all values, and may turn out small."""

    def fixed(d: Dimension, pending: Breakdown, stored: Breakdown, k: int, draw: Draw, excluded: object = ()) -> str:
        return cover.draw_cover(dict.fromkeys("abc", 1), k, draw)

    patch.setattr(release, "choose_cover", fixed)
    patch.setattr(publication, "choose_cover", fixed)


def _large(pending: Breakdown, stored: Breakdown, k: int) -> Breakdown:
    return {v: counts for v, counts in pending.items() if release.may_release(counts, stored.get(v), k)}


def _draw_among_all(
    dimension: Dimension, pending: Breakdown, stored: Breakdown, k: int, draw: Draw, excluded: object = ()
) -> str:
    large = {v: 1 for v, counts in together(pending, stored).items() if counts[VISITORS] >= k}
    return cover.draw_cover(large, k, draw) if large else ""


def _close_exactly(
    dimension: Dimension, remains: Remains, k: int, draw: Draw, total: Counts, pages: Pages | None = None
) -> list[PublishedRow]:
    large = {v: counts for v, counts in remains.named.items() if counts[VISITORS] >= k}
    rest = remains.unnamed
    for value, counts in remains.named.items():
        rest = plus(rest, counts if value not in large else NOTHING)
    rows = [PublishedRow(dimension.name, value, counts) for value, counts in large.items()]
    return [*rows, *publication.other(dimension, minus(rest, NOTHING), k)]


def entries_regardless_of_pages(patch: pytest.MonkeyPatch) -> None:
    """Any large entry page may be the cover, however often its page was seen."""
    patch.setattr(publication, "without_room", lambda *_: ())


def iceland_may_be_the_cover(patch: pytest.MonkeyPatch) -> None:
    """A country may be the cover although it implies a language, and no more visits fit into it than have that."""

    def choose(dimension: Dimension, *others: object) -> str:
        return _choose(replace(dimension, tied=frozenset()), *others)

    patch.setattr(release, "choose_cover", choose)
    patch.setattr(publication, "choose_cover", choose)


PLANTED: Mapping[str, Plant] = MappingProxyType(
    {
        plant.__name__: plant
        for plant in (
            no_cover,
            folded_only_if_something_is_small,
            stored_later,
            drawn_at_each_release,
            nothing_withheld,
            waiting_for_a_second,
            fixed_beforehand,
        )
    }
)
