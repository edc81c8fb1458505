"""Whether the counting of a site has begun: until then its terms change at once."""

from __future__ import annotations

from datetime import UTC, timedelta

from sqlalchemy import Connection, Engine

from consent_service.domain.calendar import periods
from consent_service.spool.place import Spool
from consent_service.spool.segments import holds
from consent_service.storage import sites
from consent_service.storage.counts import cells, closed, spools
from consent_service.storage.database.engine import is_shared


def has_counted(connection: Connection, engine: Engine, spool: Spool, key: str) -> bool:
    """Whether a hit of a site may have been counted: here, or on another machine. The spool is the service's own."""
    return (
        cells.has_cells(connection, key)
        # What was closed may have been folded into nothing, and the spool be lost or saved since.
        or closed.any_of(connection, key)
        or holds(spool, key)
        or (is_shared(engine) and _has_company(connection, spool, key))
    )


def _has_company(connection: Connection, spool: Spool, key: str) -> bool:
    """Whether another machine was there since the site was made; it may be stopped, and have its spool still."""
    made = periods.starts_at(sites.get(connection, key).created_on - timedelta(days=1), UTC)
    return any(one.last_seen >= made for one in spools.others(connection, spool.id))
