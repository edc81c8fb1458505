"""Publishing what an owner decided, terms or texts, and the history of it."""

from __future__ import annotations

from sqlalchemy import Connection

from consent_service.begun import has_counted
from consent_service.domain.notice.notice import Terms
from consent_service.domain.notice.texts import Texts
from consent_service.domain.notice.timeline import withdraws
from consent_service.domain.site import Site
from consent_service.storage import sites
from consent_service.web import history
from consent_service.web.services import services


def publish(connection: Connection, site: Site, *, terms: Terms | None = None, texts: Texts | None = None) -> None:
    """Publish as of today, and write down the editions that it made, and whether one that waited went."""
    today = site.today(services().clock())
    month = f"{today:%Y-%m}"
    editions = sites.publish(
        connection, site, month, is_counted(connection, site), terms=terms, texts=texts, today=today
    )
    for edition in editions:
        digest, start = edition.notice.digest, edition.current_from
        history.note(connection, "notice published", site.key, digest=digest, current_from=start)
    if withdraws(site.timeline, month, editions):
        history.note(connection, "notice withdrawn", site.key)


def is_counted(connection: Connection, site: Site) -> bool:
    """Whether anything of a site was counted: until then its terms change at once."""
    return has_counted(connection, services().engine, services().spool, site.key)
