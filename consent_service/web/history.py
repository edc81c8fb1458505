"""What who is signed in does, for the audit trail."""

from __future__ import annotations

from flask_login import current_user
from sqlalchemy import Connection

from consent_service import publishing
from consent_service.domain.notice.notice import Terms
from consent_service.domain.notice.texts import Texts
from consent_service.domain.site import Site
from consent_service.storage.people import audit_trail
from consent_service.storage.people.audit_trail import ActionName
from consent_service.web.services import services


def note(connection: Connection, name: ActionName, site: str = "", **details: str) -> None:
    """Write down what this request does, in its transaction."""
    audit_trail.note(connection, services().clock(), current_user.email, name, site, **details)


def publish(connection: Connection, site: Site, *, terms: Terms | None = None, texts: Texts | None = None) -> None:
    """Publish terms or texts in the name of the account that is signed in."""
    publishing.publish(
        connection,
        site,
        author=current_user.email,
        now=services().clock(),
        has_data=has_data(connection, site),
        terms=terms,
        texts=texts,
    )


def has_data(connection: Connection, site: Site) -> bool:
    """Whether anything of a site may have been counted: until then its terms change at once."""
    return publishing.has_data(connection, services().engine, services().spool, site.key)
