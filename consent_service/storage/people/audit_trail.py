"""The audit trail: what owners did, for 25 months."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sqlalchemy import Connection, delete, insert, select

from consent_service.domain.access.roles import EVERY_SITE
from consent_service.storage.tables import audit

COMMAND_LINE = "(command line)"
"""In the place of an account: who can run commands on the machine."""

KEPT_SECONDS = 762 * 86_400
"""25 months at their longest, as long as days are kept if nothing else is set; older actions go when one is noted."""


ActionName: TypeAlias = Literal[
    "account made", "account removed", "signed in", "password changed", "e-mail address changed", "sessions ended",
    "second factor turned on",
    "second factor turned off", "second factor failed", "second factor reset", "recovery codes made",
    "recovery code used",
    "person invited", "invitation withdrawn", "invitation accepted", "role changed", "role taken away",
    "site added", "site changed", "site imported", "site removed", "script pinned", "script unpinned",
    "notice published", "notice withdrawn",
    "annotation added", "annotation removed", "goal added", "goal removed",
    "link made", "link revoked", "token made", "token revoked",
    "backup restored", "database moved",
]  # fmt: skip
"""All that is written down; docs/owners.md lists them."""


@dataclass(frozen=True)
class Actor:
    """Who does something, an account's address or ``COMMAND_LINE``, and when, in seconds since 1970."""

    name: str
    now: float


@dataclass(frozen=True)
class Action:
    """What somebody did, at ``at`` (seconds since 1970). ``details`` are what a reader needs beside the name."""

    at: float
    email: str
    site: str
    name: str
    details: dict[str, str]


def note(connection: Connection, actor: Actor, name: ActionName, site: str = "", **details: str) -> None:
    """Write down an action, in the transaction in which it is done.

    ``site`` is empty for an action that concerns no site. ``*``, every site, is noted as none.
    """
    connection.execute(delete(audit).where(audit.c.at < actor.now - KEPT_SECONDS))
    row = {
        "id": secrets.token_hex(8),
        "at": actor.now,
        "email": actor.name,
        "site": "" if site == EVERY_SITE else site,
        "name": name,
        "details": json.dumps(details),
    }
    connection.execute(insert(audit).values(row))


def latest(connection: Connection, site: str | None, most: int = 200, before: int = 0) -> Sequence[Action]:
    """The last actions on a site, None for all of them, the newest first; ``before`` so many newer ones."""
    query = select(audit).order_by(audit.c.at.desc(), audit.c.id).limit(most).offset(before)
    if site is not None:
        query = query.where(audit.c.site == site)
    return [Action(row.at, row.email, row.site, row.name, json.loads(row.details)) for row in connection.execute(query)]
