"""What who is signed in does, for the audit trail."""

from __future__ import annotations

from collections.abc import Sequence

from flask_login import current_user
from sqlalchemy import Connection

from consent_service.domain.site import Site
from consent_service.domain.timeline import Edition, withdraws
from consent_service.storage import trail
from consent_service.storage.trail import ActionName
from consent_service.web.services import services


def note(connection: Connection, name: ActionName, site: str = "", **details: str) -> None:
    """Write down what this request does, in its transaction."""
    trail.note(connection, services().clock(), current_user.email, name, site, **details)


def note_publication(connection: Connection, site: Site, month: str, editions: Sequence[Edition]) -> None:
    """Write down the editions that a publication made in the present month, and whether one that waited went."""
    for edition in editions:
        digest, start = edition.notice.digest, edition.current_from
        note(connection, "notice published", site.key, digest=digest, current_from=start)
    if withdraws(site.timeline, month, editions):
        note(connection, "notice withdrawn", site.key)
