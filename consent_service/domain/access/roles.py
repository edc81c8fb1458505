"""Roles: what an account may do, with one site or with all of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["viewer", "editor", "owner"]

ROLES: tuple[Role, ...] = ("viewer", "editor", "owner")
"""Each may do what those before it may.

A viewer sees the numbers, an editor writes what others read (notices, annotations, goals), an owner decides who gets
in, what is counted, and whether the site stays.
"""

EVERY_SITE = "*"
"""In the place of a site's key: all sites, present and to come. An owner of every site may add some, too."""

Roles: TypeAlias = Mapping[str, Role]
"""an account's roles by site"""

EVERYTHING: Roles = MappingProxyType({EVERY_SITE: "owner"})
"""What the first account may do, and those that are made on the machine itself."""


def role_at(roles: Roles, site: str) -> Role | None:
    """The higher one of the role at a site and that at every site; None if there is neither."""
    held = [role for where in (site, EVERY_SITE) if (role := roles.get(where))]
    return max(held, key=ROLES.index, default=None)


def highest(*held: Role) -> Role:
    return max(held, key=ROLES.index)


def suffices(role: Role | None, needed: Role) -> bool:
    return role is not None and ROLES.index(role) >= ROLES.index(needed)
