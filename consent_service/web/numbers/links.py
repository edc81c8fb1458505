"""Addresses within the page of a site: which period, what it is compared with, which panel is shown whole."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from consent_service.domain.calendar.comparison import Comparison
from consent_service.domain.calendar.ranges import PeriodOrRange, Range


@dataclass(frozen=True)
class Asked:
    """What a page is asked for beside its period. ``base`` is the page's own address.

    ``more`` is the panel that is shown whole, ``find`` what is looked for in it, ``tab`` the panel in front of a card.
    """

    base: str
    comparison: Comparison = "previous"
    more: str = ""
    find: str = ""
    tab: str = ""

    def to(self, period: PeriodOrRange, comparison: Comparison | None = None, more: str = "", tab: str = "") -> str:
        """The address of a period or range; defaults are left out."""
        fields = fields_of(period)
        wanted = comparison or self.comparison
        if wanted != "previous":
            fields["compare"] = wanted
        fields |= {name: panel for name, panel in (("more", more), ("tab", tab)) if panel}
        return f"{self.base}?{urlencode(fields)}"

    def hidden(self, period: PeriodOrRange, more: str) -> dict[str, str]:
        """The same as fields of a form."""
        compare = {"compare": self.comparison} if self.comparison != "previous" else {}
        return {**fields_of(period), **compare, "more": more}


def fields_of(period: PeriodOrRange) -> dict[str, str]:
    """How an address names a period or range."""
    if isinstance(period, Range):
        return {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return {"period": period.name}
