"""Reading a backup: all of it is checked before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from consent_service.backup import container
from consent_service.backup.container import BackupError
from consent_service.backup.records import Head, Keys, Pending, Record, Rows
from consent_service.backup.rows import TABLES, Portion
from consent_service.spool.pending import SitePending
from consent_service.spool.saved import SavedSpool
from consent_service.storage.database.schema import REVISION


@dataclass
class Contents:
    """What a backup holds beside its rows, which stay in the file: how many they are, and the keys that they need."""

    head: Head
    keys: list[str] = field(default_factory=list)
    pending: dict[str, SitePending] = field(default_factory=dict)
    rows: int = 0
    fingerprints: list[str] = field(default_factory=list)
    """Of the keys that sign the quarters that the rows know, in their order."""

    @property
    def saved(self) -> SavedSpool | None:
        """What the spool held, as one that was saved and is to be loaded; None if the backup holds nothing of it."""
        return SavedSpool(self.head.id, self.pending) if self.head.holds_spool else None


def check(file: Path, passphrase: str | None) -> Contents:
    """Read a backup to its end. Raises BackupError for one that is damaged, of another version, or not opened so."""
    records = container.read(file, passphrase)
    head = next(records, None)
    if not isinstance(head, Head):
        raise BackupError(f"{file} is damaged: it does not say what it is of; nothing was restored")
    if head.revision != REVISION:
        raise BackupError(
            f"{file} was written by version {head.version}, with the schema {head.revision}; this one has {REVISION}: "
            "restore it with that version, then upgrade"
        )
    contents = Contents(head)
    for record in records:
        _take(file, contents, record)
    return contents


def _take(file: Path, contents: Contents, record: Record) -> None:
    match record:
        case Keys(keys):
            contents.keys = keys
        case Pending(site, held):
            contents.pending[site] = held
        case Rows(table, rows) if table in TABLES and all(len(row) == len(TABLES[table].columns) for row in rows):
            contents.rows += len(rows)
            if table == "quarter_keys":
                contents.fingerprints += [fingerprint for _, fingerprint in rows]
        case _:
            raise BackupError(f"{file} holds what this version does not know; nothing was restored")


def rows(file: Path, passphrase: str | None) -> Iterator[Portion]:
    """The rows of a backup that was checked."""
    for record in container.read(file, passphrase):
        if isinstance(record, Rows):
            yield record.table, record.rows
