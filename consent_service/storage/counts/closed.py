"""Which periods are final."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from consent_service.domain.calendar.periods import Kind, Period
from consent_service.domain.site import Site
from consent_service.storage.tables import closed_periods


def without_gap(connection: Connection, sites: Iterable[Site]) -> dict[tuple[str, Kind], Period]:
    """The period of each kind and site up to which all are final, from the first on that is kept.

    They are closed in order, but a failover may lose one and not the next, and a site's first day may turn out to
    be earlier.
    """
    present = {site.key: site for site in sites}
    ends = func.min(closed_periods.c.period), func.max(closed_periods.c.period)
    query = select(closed_periods.c.site, *ends, func.count()).group_by(
        closed_periods.c.site, func.length(closed_periods.c.period)
    )
    last: dict[tuple[str, Kind], Period] = {}
    for site, *names, number in connection.execute(query):
        if site not in present:
            continue
        least, greatest = map(Period.parse, names)
        start = present[site].first_period(greatest.kind)
        if least <= start and number == least.steps_to(greatest) + 1:
            last[site, greatest.kind] = greatest
        elif reached := _before_the_gap(connection, site, start, greatest):
            last[site, greatest.kind] = reached
    return last


def _before_the_gap(connection: Connection, site: str, start: Period, greatest: Period) -> Period | None:
    here = closed_periods.c
    query = select(here.period).where(here.site == site, here.period.between(start.name, greatest.name))
    final, reached, following = set(connection.scalars(query)), None, start
    while following.name in final:
        reached, following = following, following.following
    return reached


def any_of(connection: Connection, site: str) -> bool:
    """Whether any period of a site is final."""
    return (
        connection.execute(select(closed_periods.c.site).where(closed_periods.c.site == site).limit(1)).first()
        is not None
    )


def months(connection: Connection, site: str) -> list[Period]:
    """The months of a site that are final, the latest first."""
    return _named_like("2026-11", connection, site)


def years(connection: Connection, site: str) -> list[Period]:
    """The years of a site that are final, the latest first."""
    return _named_like("2026", connection, site)


def _named_like(example: str, connection: Connection, site: str) -> list[Period]:
    here = closed_periods.c
    query = select(here.period).where(here.site == site, func.length(here.period) == len(example))
    return sorted(map(Period.parse, connection.scalars(query)), reverse=True)
