"""Restoring a backup into an empty installation: all of it or nothing, wherever it is cut short.

What the spool held is put down in the spool first, as a load that is under way. One transaction then brings all rows.
Until it commits the database is empty, and what was put down belongs to no site: it is dropped by whoever finds it.
From then on whoever finds it notes and adds it, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from sqlalchemy import Engine

from consent_service.backup import rows
from consent_service.backup.container import BackupError
from consent_service.backup.reader import Contents
from consent_service.backup.rows import Portion
from consent_service.config import add_keys
from consent_service.security import tokens
from consent_service.spool import saved
from consent_service.spool.directory import Spool, SpoolError
from consent_service.spool.pending import PendingStore
from consent_service.spool.saved import SavedSpool
from consent_service.storage.counts import restores
from consent_service.storage.database.engine import reading, shown_url
from consent_service.storage.people import audit_trail
from consent_service.storage.people.audit_trail import Actor

Told = Callable[[int], object]
"""Is told how many rows were written."""


def check(engine: Engine, spool: Spool, pending: SavedSpool | None) -> None:
    """Raises UserError unless the database is empty, and the spool where something is to be loaded into it."""
    with reading(engine) as connection:
        rows.check_empty(connection, shown_url(engine))
    if pending:
        _check_room(spool, pending)


def restore(
    engine: Engine,
    spool: Spool,
    contents: Contents,
    portions: Iterable[Portion],
    now: float,
    told: Told,
    pending: SavedSpool | None,
) -> None:
    """Fill an empty database, and stage what the spool held. Raises UserError where it is not empty.

    The caller holds the spool, and finishes the load afterwards.
    """
    with rows.frozen(engine) as connection:
        rows.check_empty(connection, shown_url(engine))
        try:
            if pending:
                saved.stage(spool, pending)
            for number in rows.fill(connection, portions):
                told(number)
            restores.note(connection, contents.head.known_until, now)
            audit_trail.note(connection, Actor(audit_trail.COMMAND_LINE, now), "backup restored")
        except BaseException:
            # Not after the commit has begun: whether it came through may not be known.
            spool.loading.unlink(missing_ok=True)
            raise


def _check_room(spool: Spool, pending: SavedSpool) -> None:
    """Raises SpoolError if the spool holds counts: those of the backup may be among them."""
    staged = saved.staged(spool)
    is_held = any(held.periods for held in PendingStore(spool).sites.values())
    if is_held or spool.batch.exists() or spool.saving.exists() or (staged and staged.id != pending.id):
        raise SpoolError(
            f"the spool {spool.path} holds counts, and those of the backup may be among them: save it and remove the "
            "folder, or leave out what the backup has of it with --without-spool"
        )


def missing_keys(contents: Contents, keys: Iterable[str]) -> list[str]:
    """The fingerprints of keys that the service needs once these rows are there, and that are not among these."""
    present = {tokens.fingerprint(key) for key in keys}
    return [wanted for wanted in dict.fromkeys(contents.fingerprints[-2:]) if wanted not in present]


def bring_keys(contents: Contents, keys: Iterable[str], keys_file: Path | None) -> None:
    """Put the backup's keys into the data folder's file if they are needed. Raises BackupError if they are not had.

    They come before those that are there, which a later attempt with another backup would not miss.
    """
    keys = list(keys)
    missing = missing_keys(contents, keys)
    if missing and keys_file and not missing_keys(contents, contents.keys):
        add_keys(keys_file, contents.keys)
    elif missing:
        where = f"the file {keys_file}" if keys_file else "CONSENT_SECRET_KEYS"
        shown = "; --show-keys prints those in the backup" if contents.keys else ""
        raise BackupError(
            f"{where} lacks the secret keys with the fingerprints {', '.join(missing)}, which the backup needs: "
            f"put them there, newest first{shown}; nothing was restored"
        )
