"""What the account that is signed in does, for the audit trail."""

from __future__ import annotations

from flask_login import current_user
from sqlalchemy import Connection

from consent_service.administration import publishing
from consent_service.domain.notice.texts import Texts
from consent_service.domain.site import Site
from consent_service.storage.people import audit_trail
from consent_service.storage.people.audit_trail import ActionName, Actor
from consent_service.web.services import services


def actor() -> Actor:
    """Return the account that is signed in, acting now."""
    return Actor(current_user.email, services().clock())


def note(connection: Connection, name: ActionName, site: str = "", **details: str) -> None:
    """Write down what this request does, in its transaction."""
    audit_trail.note(connection, actor(), name, site, **details)


def publish(connection: Connection, site: Site, texts: Texts) -> None:
    """Publish texts in the name of the account that is signed in."""
    publishing.publish(connection, actor(), site, has_data=has_data(connection, site), texts=texts)


def has_data(connection: Connection, site: Site) -> bool:
    """Whether anything of a site may have been counted: until then its terms change at once."""
    return publishing.has_data(connection, services().engine, services().spool, site.key)
