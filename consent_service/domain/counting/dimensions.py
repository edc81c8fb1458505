"""The table of dimensions: what is counted, and how each behaves.

Every dimension is its own set of counters; no cell joins two of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

MEASURES = ("views", "visits", "visitors", "entries", "engaged_visits", "engaged_seconds")
"""What a cell can count, in the order of the columns of table, export and page."""

NONE = "(none)"
OTHER = "(other)"
"""Values that begin with a bracket are the service's own; no value from outside may."""


@dataclass(frozen=True)
class Dimension:
    """One kind of breakdown.

    ``seats`` bounds the distinct values per site and period; what comes after goes into ``(other)``.
    ``total`` says that there is one value, the empty one, counted by day, week, month and year.
    ``first`` values describe the visitor, and travel with the first hit of a visit alone.
    ``many`` says that one visit can touch several values, so that neither visits nor visitors add up.
    ``monthly`` dimensions are counted by month whatever the site's detail, ``implied`` ones need not be
    declared by a notice, ``extra`` ones are not in a notice unless its owner puts them there.
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

    @property
    def detailed(self) -> bool:
        """Whether it is counted by the site's detail, and not always by the same periods."""
        return not self.total and not self.monthly

    @property
    def hides_singles(self) -> bool:
        """Whether a cell that is shown may hide one of its counts, which then is in no sum of periods either."""
        return bool(self.measures & {"entries", "engaged_visits"})


_TOTALS = frozenset({"views", "visits", "visitors", "engaged_visits"})
_TIME = frozenset({"visits", "visitors", "engaged_seconds"})
_VISITS = frozenset({"visits", "visitors"})
_PAGES = frozenset({"views", "visits", "visitors", "entries"})
_TIMES = frozenset({"views", "visits", "visitors"})

DIMENSIONS: MappingProxyType[str, Dimension] = MappingProxyType(
    {
        dimension.name: dimension
        for dimension in (
            Dimension("site", _TOTALS, seats=1, total=True, implied=True),
            Dimension("page", _PAGES, seats=2_000, many=True),
            Dimension("referrer", _VISITS, seats=1_000, first=True),
            Dimension("source", _VISITS, seats=200, first=True),
            Dimension("medium", _VISITS, seats=50, first=True),
            Dimension("campaign", _VISITS, seats=300, first=True),
            Dimension("country", _VISITS, seats=300, first=True),
            Dimension("language", _VISITS, seats=200, first=True),
            Dimension("device", _VISITS, seats=4, first=True),
            Dimension("browser", _VISITS, seats=100, first=True),
            Dimension("system", _VISITS, seats=100, first=True),
            Dimension("engagement", _TIME, seats=1, total=True, extra=True),
            Dimension("event", _TIMES, seats=50, many=True, extra=True),
            Dimension("outbound", _TIMES, seats=500, many=True, extra=True),
            Dimension("download", _TIMES, seats=300, many=True, extra=True),
            Dimension("missing", _TIMES, seats=300, many=True, extra=True),
            Dimension("lcp", _VISITS, seats=3, monthly=True, extra=True),
            Dimension("inp", _VISITS, seats=3, monthly=True, extra=True),
            Dimension("cls", _VISITS, seats=3, monthly=True, extra=True),
            Dimension("hour", _VISITS, seats=24, monthly=True, implied=True),
            Dimension("consent", frozenset({"visits"}), seats=100, monthly=True, implied=True),
        )
    }
)

TOTALS = tuple(name for name, dimension in DIMENSIONS.items() if dimension.total)

DECLARABLE = tuple(name for name, dimension in DIMENSIONS.items() if not dimension.implied)
"""What a notice may declare, in the order of the table."""

DEFAULT = tuple(name for name in DECLARABLE if not DIMENSIONS[name].extra)
"""What the shipped notice declares."""
