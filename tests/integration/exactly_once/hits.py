"""What a hit adds to, worked out plainly: the dictionary that the counting core is compared with."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import NamedTuple, TypeAlias

from consent_service.domain.counting import hit

VIEWS, VISITS, VISITORS, ENGAGED = "views", "visits", "visitors", "engaged_visits"

Cells: TypeAlias = "Counter[tuple[str, str, str, str, str]]"
"""a number by site, period, dimension, value and measure; zeros are not in it"""

FLAG_OF = {"day": 1, "week": 2, "month": 4, "year": 8}


class Hit(NamedTuple):
    """A page view on a site's day."""

    site: str
    detail: str
    day: str
    path: str
    country: str
    flags: int

    @property
    def book(self):
        return (self.site, self.detail, self.day)

    @property
    def increments(self):
        """As collect hands them to the tally."""
        found = [("site", "", hit.SITE_COUNTERS[self.flags]), ("page", self.path, hit.PAGE_COUNTERS[self.flags])]
        if self.flags & 16:
            visit = (hit.CLASS_OF[self.flags & 15],)
            found += [("entry", self.path, visit), ("country", self.country, visit)]
        return found

    @property
    def cells(self) -> Cells:
        """As the design has it, without the code that is tested."""
        found: Cells = Counter()
        for kind, period in self.periods.items():
            self._add(found, period, "site", "", FLAG_OF[kind], is_new=16)
            found[self.site, period, "site", "", ENGAGED] += bool(self.flags & 32)
        self._add(found, self.periods[self.detail], "page", self.path, FLAG_OF[self.detail], is_new=64)
        if self.flags & 16:
            for dimension, value in (("entry", self.path), ("country", self.country)):
                self._add(found, self.periods["month"], dimension, value, FLAG_OF["month"], is_new=16)
        return +found

    @property
    def periods(self) -> dict[str, str]:
        year, week, _ = date.fromisoformat(self.day).isocalendar()
        return {"day": self.day, "week": f"{year}-W{week:02}", "month": self.day[:7], "year": self.day[:4]}

    def _add(self, into: Cells, period: str, dimension: str, value: str, first: int, is_new: int) -> None:
        cell = (self.site, period, dimension, value)
        into[*cell, VIEWS] += 1
        into[*cell, VISITS] += bool(self.flags & is_new)
        into[*cell, VISITORS] += bool(self.flags & is_new and self.flags & first)
