"""Links under which anyone who has one sees a site's closed periods: kept as a hash, and good until their last day."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from consent_service.storage.people.secret import hashed
from consent_service.storage.tables import share_links

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True)
class ShareLink:
    """``name`` says whom it is for, ``frame_hosts`` are the origins whose pages may embed it."""

    id: str
    site: str
    name: str
    frame_hosts: tuple[str, ...]
    made_on: str
    ends_on: str

    def has_ended(self, today: date) -> bool:
        return self.ends_on < today.isoformat()


def make(connection: Connection, site: str, name: str, frame_hosts: Sequence[str], today: date, ends_on: date) -> str:
    """The secret of a new link, which nobody can be shown again."""
    secret = secrets.token_urlsafe(32)
    row = {
        "id": secrets.token_hex(6),
        "site": site,
        "secret_hash": hashed(secret),
        "name": name,
        "frame_hosts": json.dumps(list(frame_hosts)),
        "made_on": today.isoformat(),
        "ends_on": ends_on.isoformat(),
    }
    connection.execute(insert(share_links).values(row))
    return secret


def find(connection: Connection, secret: str) -> ShareLink | None:
    """Whether it has ended is for who knows the site's day to say.

    Looked up by its hash: how long that takes tells of the hash alone, from which no secret follows.
    """
    if not _SHAPE.fullmatch(secret):
        return None
    query = select(share_links).where(share_links.c.secret_hash == hashed(secret))
    row = connection.execute(query).one_or_none()
    return _link(row) if row else None


def of_site(connection: Connection, site: str) -> list[ShareLink]:
    """The latest first."""
    query = select(share_links).where(share_links.c.site == site).order_by(share_links.c.id)
    return sorted(map(_link, connection.execute(query)), key=lambda link: link.made_on, reverse=True)


def revoke(connection: Connection, site: str, number: str) -> ShareLink | None:
    """Remove a site's link; None if it has none such."""
    here = (share_links.c.site == site) & (share_links.c.id == number)
    row = connection.execute(select(share_links).where(here)).one_or_none()
    connection.execute(delete(share_links).where(here))
    return _link(row) if row else None


def _link(row: Row[Any]) -> ShareLink:
    return ShareLink(row.id, row.site, row.name, tuple(json.loads(row.frame_hosts)), row.made_on, row.ends_on)
