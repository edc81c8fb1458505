"""What a hit touches: the cells that it adds to, each with the counters in it.

What a dimension counts is read only if both the current notice and the accepted one declare it. Texts are
remembered with what they count as, bounded and in memory only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from consent_service.collect.cache import KnownToken, Moment, Remembered
from consent_service.collect.payload import Hit
from consent_service.domain.counting import hit
from consent_service.domain.counting.dimensions import NONE
from consent_service.domain.counting.web_vitals import rating
from consent_service.domain.masking import paths, values
from consent_service.spool.tally import Amounts, Touch


class Touches:
    """Works out what hits touch. One per worker process."""

    def __init__(self, families: Callable[[str], tuple[str, str]], country_of: Callable[[str, str], str]) -> None:
        self._families = families
        self._country_of = country_of
        self._paths = Remembered(paths.safe_path)
        self._hosts = Remembered(values.safe_host)
        self._campaigns = Remembered(values.safe_campaign)

    def of_view(self, message: Hit, agent: str, moment: Moment, token: KnownToken) -> Sequence[Touch] | None:
        """The cells of a page view; None if its flags do not nest or its path is none."""
        flags = message.f
        if flags not in hit.VIEW_FLAGS or message.p[:1] != "/":
            return None
        touches: list[Touch] = [("site", "", hit.SITE_COUNTERS[flags])]
        if "page" in moment.declared:
            path = self._paths[message.p] if "page" in token.declared else NONE
            touches.append(("page", path, hit.PAGE_COUNTERS[flags]))
        if flags & hit.FIRST_VIEW:
            visit = (hit.CLASS_OF[flags & hit.VISIT_FLAGS],)
            touches.append(("hour", moment.hour, visit))
            described = self._describe(message, agent)
            for name in moment.described:
                touches.append((name, described[name] if name in token.declared else NONE, visit))  # noqa: PERF401 - faster
        return touches

    def of_deed(self, message: Hit, moment: Moment, token: KnownToken) -> Sequence[Touch] | None:
        """The cell of what is no view, and the site's, or none if it is not declared; None if the hit is malformed."""
        counters, value = hit.DEED_COUNTERS.get(message.f), self._value(message)
        if counters is None or value is None:
            return None
        # Dimensions are named as kinds of hits are; each vital is a dimension of its own.
        name = message.n if message.e == "vitals" else message.e
        if name not in moment.declared or name not in token.declared:
            return ()
        if name == "event" and not (value in moment.events and value in token.events):
            return ()
        if message.e == "vitals" and not message.f & hit.FIRST_TOUCH:
            return ()  # they count visits alone
        return (("site", "", (hit.FURTHER_HITS,)), (name, value, counters))

    def of_engaged(self, message: Hit, moment: Moment, token: KnownToken) -> Amounts | None:
        """What engaged seconds add; nothing if they are not declared or none, None if the hit is malformed.

        They have a cell of their own, whose support is who reported some: else a sum of seconds might be one visitor's.
        """
        counters = hit.DEED_COUNTERS.get(message.f)
        if counters is None:
            return None
        if "engagement" not in moment.declared or "engagement" not in token.declared:
            return {}
        seconds = min(int(message.v), hit.LONGEST_ENGAGEMENT)
        if not seconds:
            return {}  # who reports none must not hide among the others whose seconds they are
        return {
            ("site", ""): {hit.FURTHER_HITS: 1},
            ("engagement", ""): {**dict.fromkeys(counters, 1), hit.ENGAGED_SECONDS: seconds},
        }

    def _value(self, message: Hit) -> str | None:
        """What a hit that is no view is counted as; None if it does not tell."""
        if message.e == "vitals":
            return rating(message.n, message.v)
        if message.e == "outbound":
            host = self._hosts[message.n]
            return None if host == NONE else host
        if message.e == "event":
            return message.n or None
        path = message.p if message.e == "missing" else message.n
        return self._paths[path] if path[:1] == "/" else None

    def _describe(self, message: Hit, agent: str) -> dict[str, str]:
        """The values that describe the visitor: of the visit's first hit alone, each counted on its own."""
        browser, system = self._families(agent)
        return {
            "referrer": self._hosts[message.r],
            "source": self._campaigns[message.us],
            "medium": self._campaigns[message.um],
            "campaign": self._campaigns[message.uc],
            "country": self._country_of(message.z, NONE),
            "language": values.safe_language(message.l),
            "device": message.d or NONE,
            "browser": browser,
            "system": system,
        }
