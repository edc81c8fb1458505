"""What who is signed in does, for the audit trail."""

from __future__ import annotations

from flask_login import current_user
from sqlalchemy import Connection

from consent_service.storage.people import audit_trail
from consent_service.storage.people.audit_trail import ActionName
from consent_service.web.services import services


def note(connection: Connection, name: ActionName, site: str = "", **details: str) -> None:
    """Write down what this request does, in its transaction."""
    audit_trail.note(connection, services().clock(), current_user.email, name, site, **details)
