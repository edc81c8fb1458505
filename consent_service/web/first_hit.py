"""What a site's pages say of its first hit until there are numbers: that it is awaited, or has arrived."""

from __future__ import annotations

from typing import Literal, TypeAlias

from sqlalchemy import Connection

from consent_service.domain.site import Site
from consent_service.storage.counts import cells

FirstHit: TypeAlias = Literal["awaited", "arrived", ""]


def first_hit(connection: Connection, site: Site) -> FirstHit:
    """Whether a site's first hit has arrived here, never when; empty from its first release on."""
    if not site.has_hits:
        return "awaited"
    return "" if cells.has_cells(connection, site.key) else "arrived"
