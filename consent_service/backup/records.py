"""What a backup's file is made of, one record after the other."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from consent_service.spool.pending import SitePending


class Head(msgspec.Struct, array_like=True, tag="head"):
    """The first record: of which schema the rows are, and what else there is.

    ``known_until`` is when everything was read, in seconds since 1970. By ``id`` a restore that was cut short is known.
    """

    id: str
    revision: str
    version: str
    known_until: float
    holds_spool: bool


class Keys(msgspec.Struct, array_like=True, tag="keys"):
    """The secret keys, newest first."""

    keys: list[str]


class Pending(msgspec.Struct, array_like=True, tag="pending"):
    """What the spool held of a site."""

    site: str
    held: SitePending


class Rows(msgspec.Struct, array_like=True, tag="rows"):
    """Rows of a table, their columns in order."""

    table: str
    rows: list[list[Any]]


class End(msgspec.Struct, array_like=True, tag="end"):
    """The last record: SHA-256 of all before it."""

    digest: bytes


Record: TypeAlias = Head | Keys | Pending | Rows | End
