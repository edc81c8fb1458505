"""Who may do what with which site."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from consent_service.domain.access.roles import EVERY_SITE, Role
from consent_service.storage.tables import changes, roles


class LastOwner(ValueError):
    """The site, or the service, would have no owner any more."""


def held_by(connection: Connection, email: str) -> dict[str, Role]:
    """An account's roles by site."""
    query = select(roles.c.site, roles.c.role).where(roles.c.email == email)
    return {row.site: row.role for row in connection.execute(query)}


def of_site(connection: Connection, site: str) -> dict[str, Role]:
    """The roles at a site by account, without those who have one at every site."""
    query = select(roles.c.email, roles.c.role).where(roles.c.site == site).order_by(roles.c.email)
    return {row.email: row.role for row in connection.execute(query)}


def of_everyone(connection: Connection) -> Mapping[str, Mapping[str, Role]]:
    """The roles of all accounts that have any, by account and site."""
    held: dict[str, dict[str, Role]] = {}
    for row in connection.execute(select(roles).order_by(roles.c.email, roles.c.site)):
        held.setdefault(row.email, {})[row.site] = row.role
    return held


def owned_alone(connection: Connection, email: str) -> list[str]:
    """The sites of which an account is the only owner, beside those of every site."""
    owners = select(roles.c.site, roles.c.email).where(roles.c.role == "owner", roles.c.site != EVERY_SITE)
    by_site: dict[str, set[str]] = {}
    for row in connection.execute(owners.order_by(roles.c.site)):
        by_site.setdefault(row.site, set()).add(row.email)
    return [site for site, people in by_site.items() if people == {email}]


def give(connection: Connection, email: str, site: str, role: Role) -> None:
    """In the place of the role that the account had there."""
    take(connection, email, site)
    connection.execute(insert(roles).values(email=email, site=site, role=role))


def take(connection: Connection, email: str, site: str) -> None:
    connection.execute(delete(roles).where(roles.c.email == email, roles.c.site == site))


def hold(connection: Connection) -> None:
    """Let nobody else change who is owner before this transaction ends: of two owners each could remove the other."""
    connection.execute(select(changes).with_for_update())


def check_owned(connection: Connection, site: str) -> None:
    """Raises LastOwner unless a site has an owner, its own or one of every site; call `hold` before the change."""
    owners = select(roles.c.email).where(roles.c.site.in_((site, EVERY_SITE)), roles.c.role == "owner")
    if connection.execute(owners.limit(1)).first() is None:
        raise LastOwner
