"""What a hit increments: the cells that it adds to, each with the counters in it.

What a dimension counts is read only if both the current notice and the accepted one declare it. Safe values are
cached by the text that came, bounded and in memory only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from consent_service.collect.cache import CachedToken, Memo, Moment
from consent_service.collect.payload import Hit
from consent_service.domain.counting import hit
from consent_service.domain.counting.dimensions import DIMENSIONS, MISSING, NONE, NOT_FOUND
from consent_service.domain.counting.web_vitals import rating
from consent_service.domain.masking import paths, values
from consent_service.spool.tally import Amounts, CellIncrement

_IMPLIED_BY_COUNTRY = DIMENSIONS["country"].implies


class Increments:
    """Works out what hits increment. One per worker process."""

    def __init__(self, families: Callable[[str], tuple[str, str]], country_of: Callable[[str, str], str]) -> None:
        self._families = families
        self._country_of = country_of
        self._paths = Memo(paths.safe_path)
        self._hosts = Memo(values.safe_host)
        self._campaigns = Memo(values.campaign)
        self._platforms = Memo(values.platform)

    def of_view(self, payload: Hit, agent: str, moment: Moment, token: CachedToken) -> Sequence[CellIncrement] | None:
        """The cells of a page view; None if its flags do not nest or its path is none."""
        flags = payload.f
        if flags not in hit.VIEW_FLAGS or payload.p[:1] != "/":
            return None
        increments: list[CellIncrement] = [("site", "", hit.SITE_COUNTERS[flags])]
        path = NONE
        if "page" in moment.declared:
            if "page" in token.declared:
                path = self._paths[payload.p]
            counters = hit.PAGE_COUNTERS if path == payload.p else hit.CHANGED_PAGE_COUNTERS
            if payload.x and MISSING in moment.declared and MISSING in token.declared:
                path = NOT_FOUND + path
            increments.append(("page", path, counters[flags]))
        if flags & hit.FIRST_VIEW:
            visit = (hit.CLASS_OF[flags & hit.VISIT_FLAGS],)
            increments.append(("hour", moment.hour, visit))
            described = self._describe(payload, agent, path, moment)
            country = described["country"]
            if country in _IMPLIED_BY_COUNTRY and not _is_implied(country, described, moment, token):
                described["country"] = NONE
            for name in moment.described:
                increments.append((name, described[name] if name in token.declared else NONE, visit))  # noqa: PERF401 - faster
        return increments

    def of_interaction(self, payload: Hit, moment: Moment, token: CachedToken) -> Sequence[CellIncrement] | None:
        """The cell of what is no view, and the site's, or none if it is not declared; None if the hit is malformed."""
        counters, value = hit.INTERACTION_COUNTERS.get(payload.f), self._value(payload)
        if counters is None or value is None or payload.x:
            return None
        # Dimensions are named as kinds of hits are; each vital is a dimension of its own.
        name = payload.n if payload.e == "vitals" else payload.e
        if name not in moment.declared or name not in token.declared:
            return ()
        if name == "event" and not (value in moment.events and value in token.events):
            return ()
        if payload.e == "vitals" and not payload.f & hit.FIRST_TOUCH:
            return ()  # they count visits alone
        if payload.e == "outbound" and payload.n in moment.hosts:
            return ()  # another of the site's own hosts
        if payload.e in ("outbound", "download") and value != payload.n:
            counters = (hit.REPEATS,)  # nothing says which of several addresses was the visit's first
        return (("site", "", (hit.FURTHER_HITS,)), (name, value, counters))

    def of_engaged(self, payload: Hit, moment: Moment, token: CachedToken) -> Amounts | None:
        """What engaged seconds add; nothing if they are not declared or none, None if the hit is malformed.

        They have a cell of their own, whose support is who reported some: else a sum of seconds might be one visitor's.
        """
        counters = hit.INTERACTION_COUNTERS.get(payload.f)
        if counters is None or payload.x:
            return None
        if "engagement" not in moment.declared or "engagement" not in token.declared:
            return {}
        seconds = min(int(payload.v), hit.LONGEST_ENGAGEMENT)
        if not seconds:
            return {}  # who reports none must not hide among the others whose seconds they are
        return {
            ("site", ""): {hit.FURTHER_HITS: 1},
            ("engagement", ""): {**dict.fromkeys(counters, 1), hit.ENGAGED_SECONDS: seconds},
        }

    def _value(self, payload: Hit) -> str | None:
        """What a hit that is no view is counted as; None if it does not tell."""
        if payload.e == "vitals":
            return rating(payload.n, payload.v)
        if payload.e == "outbound":
            host = self._hosts[payload.n]
            return None if host == NONE else host
        if payload.e == "event":
            return payload.n or None
        return self._paths[payload.n] if payload.n[:1] == "/" else None

    def _describe(self, payload: Hit, agent: str, path: str, moment: Moment) -> dict[str, str]:
        """The values that describe the visit: of its first hit alone, each counted on its own."""
        browser, system = self._families(agent)
        return {
            "entry": path,
            "referrer": NONE if payload.r in moment.hosts else self._hosts[payload.r],
            "campaign": self._campaigns[payload.us, payload.um, payload.uc],
            "country": self._country_of(payload.z, NONE),
            "language": values.safe_language(payload.l),
            "platform": self._platforms[system, payload.d],
            "browser": browser,
        }


def _is_implied(country: str, described: Mapping[str, str], moment: Moment, token: CachedToken) -> bool:
    """Whether a visit counts under the value that its country implies, of a dimension that both notices declare."""
    name, value = _IMPLIED_BY_COUNTRY[country]
    return described[name] == value and name in moment.declared and name in token.declared
