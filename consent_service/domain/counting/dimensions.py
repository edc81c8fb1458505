"""The table of dimensions: what is counted, and how each behaves.

Every dimension is its own set of counters; no cell joins two attributes of a visitor. What always comes together is one
value of one dimension, because two breakdowns that are folded apart would give each other's hidden cells away: the
source, medium and name of a link, a system and its device, pages that were found and pages that were not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from consent_service.domain.calendar.periods import Period

MEASURES = ("views", "visits", "visitors", "engaged_visits", "engaged_seconds")
"""What a cell can count, in the order of the columns of table, export and page."""

NONE = "(none)"
OTHER = "(other)"
"""Values that begin with a bracket are the service's own; no value from outside may."""

MASK = ":id"
"""What stands in the place of a part of a value that could name someone."""

CUT = "…"
"""What stands at the end of a value that was cut."""

NOT_FOUND = "404 "
"""Before the path of a page that was not found."""

ABSENT_PART = "\N{EN DASH}"
"""In the place of a part that a value of several parts lacks."""

CAMPAIGN_PARTS, CAMPAIGN_SEPARATOR = ("source", "medium", "name"), " / "
PLATFORM_PARTS, PLATFORM_SEPARATOR = ("system", "device"), ", "


@dataclass(frozen=True)
class Dimension:
    """One kind of breakdown.

    ``seats`` bounds the distinct values per site and period; what comes after goes into ``(other)``.
    ``total`` says that there is one value, the empty one, counted by day, week, month and year.
    ``first`` values travel with the first hit of a visit alone, so each visit has one of them.
    ``many`` says that one visit can touch several values, so that neither visits nor visitors add up.
    ``monthly`` dimensions are counted by month whatever the site's detail, ``implied`` ones need not be
    declared by a notice, ``extra`` ones are not in a notice unless its owner puts them there.

    ``within`` names the dimension whose cell of the same value includes this one's: a visit's entry is one of its
    pages. Such a breakdown is released at the close alone, and published by what is published of the other.
    """

    name: str
    measures: frozenset[str]
    seats: int
    total: bool = False
    first: bool = False
    many: bool = False
    monthly: bool = False
    implied: bool = False
    extra: bool = False
    within: str = ""
    whole: bool = False
    """Whether every view falls into one of the values of a dimension that is ``many``."""
    implies: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """For a value, the dimension and the value that every visit with it also has."""
    tied: frozenset[str] = frozenset()
    """The values that imply one of another dimension, or are implied by one.

    Such a value is never the cover: how many visits hide in it would be bounded by what is published of the other.
    """

    @property
    def detailed(self) -> bool:
        """Whether it is counted by the site's detail, and not always by the same periods."""
        return not self.total and not self.monthly

    @property
    def size(self) -> int:
        """The place of the measure of which each falls into exactly one value: of views or of visits.

        By it the rest of a breakdown is bounded, and its cells are compared.
        """
        return MEASURES.index("views" if self.many else "visits")

    def is_changed(self, value: str) -> bool:
        """Whether the service put a value in the place of several that the browser tells apart.

        Then one visit may be the first of several addresses, and only its first view counts as visit and visitor.
        """
        return self.many and (value.endswith(CUT) or MASK in value)


_TOTALS = frozenset({"views", "visits", "visitors", "engaged_visits"})
_TIME = frozenset({"visits", "visitors", "engaged_seconds"})
_VISITS = frozenset({"visits", "visitors"})
_TIMES = frozenset({"views", "visits", "visitors"})

_TOLD_BY_LANGUAGE = MappingProxyType({"IS": ("language", "is")})
"""Countries that a time zone alone does not tell.

Firefox that resists fingerprinting, and so Tor Browser, says ``Atlantic/Reykjavik`` and ``en-US`` wherever it is
(nsRFPService, since Firefox 117). Of a visit from Iceland the language has to say so too.
"""

DIMENSIONS: MappingProxyType[str, Dimension] = MappingProxyType(
    {
        dimension.name: dimension
        for dimension in (
            Dimension("site", _TOTALS, seats=1, total=True, implied=True),
            Dimension("page", _TIMES, seats=2_000, many=True, whole=True),
            Dimension("entry", _VISITS, seats=2_000, first=True, monthly=True, within="page"),
            Dimension("referrer", _VISITS, seats=1_000, first=True),
            Dimension("campaign", _VISITS, seats=500, first=True),
            Dimension(
                "country",
                _VISITS,
                seats=300,
                first=True,
                monthly=True,
                implies=_TOLD_BY_LANGUAGE,
                tied=frozenset({"IS"}),
            ),
            Dimension("language", _VISITS, seats=200, first=True, monthly=True, tied=frozenset({"is"})),
            Dimension("platform", _VISITS, seats=300, first=True, monthly=True),
            Dimension("browser", _VISITS, seats=500, first=True, monthly=True),
            Dimension("engagement", _TIME, seats=1, total=True, extra=True),
            Dimension("event", _TIMES, seats=50, many=True, extra=True),
            Dimension("outbound", _TIMES, seats=500, many=True, extra=True),
            Dimension("download", _TIMES, seats=300, many=True, extra=True),
            Dimension("lcp", _VISITS, seats=3, monthly=True, extra=True),
            Dimension("inp", _VISITS, seats=3, monthly=True, extra=True),
            Dimension("cls", _VISITS, seats=3, monthly=True, extra=True),
            Dimension("hour", _VISITS, seats=24, monthly=True, implied=True),
            Dimension("consent", frozenset({"visits"}), seats=100, monthly=True, implied=True),
        )
    }
)

TOTALS = tuple(name for name, dimension in DIMENSIONS.items() if dimension.total)

MISSING = "missing"
"""What a notice declares so that pages which were not found are told apart in the dimension ``page``."""

DECLARABLE = (*(name for name, dimension in DIMENSIONS.items() if not dimension.implied), MISSING)
"""What a notice may declare, in the order of the table."""

RENAMED = MappingProxyType({"source": "campaign", "medium": "campaign", "device": "platform", "system": "platform"})
"""Dimensions of earlier drafts, and what counts the same now."""

DEFAULT = tuple(name for name, dimension in DIMENSIONS.items() if not dimension.implied and not dimension.extra)
"""What the shipped notice declares."""


def is_sum_of_days(detail: str, period: Period) -> bool:
    """Whether a period is a month that was counted by day: its breakdowns are those of its days, added up."""
    return detail == "day" and period.kind == "month"
