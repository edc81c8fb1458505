"""What goes into a backup: the keys and what the spool holds only where it is encrypted, and all tables."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from consent_service import __version__
from consent_service.backup import rows
from consent_service.backup.container import RecordWriter
from consent_service.backup.records import Head, Keys, Pending, Rows
from consent_service.spool.pending import SitePending
from consent_service.storage.database.schema import REVISION


def write(
    writer: RecordWriter,
    connection: Connection,
    now: float,
    keys: Sequence[str] = (),
    pending: Mapping[str, SitePending] | None = None,
) -> int:
    """Write all that a transaction sees; gives the number of rows. ``keys`` and ``pending`` only under a passphrase."""
    writer.put(Head(secrets.token_hex(16), REVISION, __version__, now, pending is not None))
    if keys:
        writer.put(Keys(list(keys)))
    for site, held in (pending or {}).items():
        if held.periods or held.hours:
            writer.put(Pending(site, held))
    number = 0
    for name, portion in rows.read(connection):
        writer.put(Rows(name, [list(row) for row in portion]))
        number += len(portion)
    return number
