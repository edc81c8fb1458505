"""Who may do what with which site."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from consent_service.domain.roles import Role
from consent_service.storage.tables import roles


def held_by(connection: Connection, email: str) -> dict[str, Role]:
    """An account's roles by site."""
    query = select(roles.c.site, roles.c.role).where(roles.c.email == email)
    return {row.site: row.role for row in connection.execute(query)}


def of_site(connection: Connection, site: str) -> dict[str, Role]:
    """The roles at a site by account, without those who have one at every site."""
    query = select(roles.c.email, roles.c.role).where(roles.c.site == site).order_by(roles.c.email)
    return {row.email: row.role for row in connection.execute(query)}


def give(connection: Connection, email: str, site: str, role: Role) -> None:
    """In the place of the role that the account had there."""
    take(connection, email, site)
    connection.execute(insert(roles).values(email=email, site=site, role=role))


def take(connection: Connection, email: str, site: str) -> None:
    connection.execute(delete(roles).where(roles.c.email == email, roles.c.site == site))
