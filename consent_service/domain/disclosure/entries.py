"""Entry pages: which of them may hide the small ones, seeing what is published of the pages themselves.

Nobody enters on a page more often than it is seen. So an entry page can stand for all the small ones only if its page
has room: if enough visits saw it. Otherwise it would be known of small entry pages that somebody entered there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from consent_service.domain.counting.counts import ENGAGED_VISITS, VIEWS, VISITORS, VISITS, Breakdown, Counts
from consent_service.domain.counting.dimensions import DIMENSIONS, OTHER
from consent_service.domain.disclosure import marks


class Page(NamedTuple):
    """What is published of a page."""

    counts: Counts
    marks: str


class Pages(NamedTuple):
    """The published pages of a period by value; ``added_up`` says that they are its days' added up."""

    rows: Mapping[str, Page]
    added_up: bool

    def room(self, value: str, place: int) -> int:
        """How many visits, or visitors, may have entered on a page.

        The cover of the pages may have had all views of their rest; of days added up only what was published is
        certain. A changed page counts as visits those that entered there, and so has no room at all.
        """
        if DIMENSIONS["page"].is_changed(value):
            return 0
        page = self.rows.get(value)
        if self.added_up or (page and "visits" not in marks.read(page.marks)):
            return page.counts[place] if page else 0
        return sum(self.rows[name].counts[VIEWS] for name in (value, OTHER) if name in self.rows)


class Rest(NamedTuple):
    """What the cover of the entry pages has to stand for, but for its own entries."""

    small: Counts
    """the small entry pages, and what other machines handed over"""
    unnamed: Counts
    """what they handed over: it may have entered on any page"""


def without_room(pages: Pages, large: Breakdown, rest: Rest, threshold: int, total: Counts) -> Collection[str]:
    """The large entry pages that may not be the cover.

    Each small one must be able to have no entries: then the cover and the other small ones have them, k - 1 on each
    whose page is published. A page that more visits have seen than have seen two pages is known to have entries.
    """
    small = {value for value in pages.rows if value not in (OTHER, *large) and pages.room(value, VISITS)}
    if any(pages.rows[value].counts[VISITS] > total[ENGAGED_VISITS] for value in small):
        return large
    elsewhere = max(0, len(small) - 1) * (threshold - 1)
    lacking: set[str] = set()
    for place in (VISITS, VISITORS):
        free = {value: pages.room(value, place) - counts[place] for value, counts in large.items()}
        all_free = sum(max(0, number) for number in free.values())
        for value, number in free.items():
            lack = rest.small[place] - number - elsewhere
            # What other machines handed over may have entered on any large page, which is then marked "or more".
            if lack > min(rest.unnamed[place], all_free - max(0, number)):
                lacking.add(value)
    return lacking
