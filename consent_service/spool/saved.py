"""Carrying the spool over a planned reboot: what is pending, encrypted under a passphrase.

A file that was saved holds the counts, and the spool holds them no longer; a file that was loaded is never
loaded again, on this machine or another: the database remembers its id.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import msgspec

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting import hourly_cap
from consent_service.domain.counting.counts import cells_of
from consent_service.domain.counting.seats import Reserved, Seating
from consent_service.spool import reserved
from consent_service.spool.directory import Spool, SpoolError, write_whole
from consent_service.spool.pending import PendingStore, SitePending

MAGIC = b"consent-service spool 2\n"
FIRST_MAGIC = b"consent-service spool 1\n"
"""Of the first edition, which counted otherwise and was never released."""

ID_BYTES, SALT_BYTES, NONCE_BYTES = 16, 16, 12
SHORTEST_PASSPHRASE = 12

SCRYPT_COST = 2**17
"""With blocks of 8 it takes 128 MB and about half a second (RFC 7914 calls it N)."""


class SavedSpool(msgspec.Struct):
    """What a saved file holds."""

    id: str
    sites: dict[str, SitePending]


class SaveUnderWay(msgspec.Struct):
    """Kept in the spool while a save is under way: which file, and the id in its head."""

    id: str
    file: str


def save(spool: Spool, store: PendingStore, file: Path, passphrase: str) -> int:
    """Move all pending counts into a new file; gives the number of sites. Raises SpoolError or OSError.

    The file's rename is the moment at which the counts change hands; `settle` finishes what a crash cut short.
    """
    if file.exists():
        raise SpoolError(f"{file} exists already: name another file")
    identity = secrets.token_bytes(ID_BYTES)
    # What an earlier save left empty is not saved again.
    saved = SavedSpool(identity.hex(), {site: held for site, held in store.sites.items() if held.periods or held.hours})
    content = _seal(identity, msgspec.msgpack.encode(saved), passphrase)
    write_whole(spool.saving, msgspec.msgpack.encode(SaveUnderWay(saved.id, str(file.absolute()))))
    try:
        _write_durably(file, content)
    except SpoolError:
        spool.saving.unlink()
        raise
    settle(spool, store)
    return len(saved.sites)


def settle(spool: Spool, store: PendingStore) -> None:
    """Finish a save: if its file is there, the spool lets go of what it holds."""
    try:
        saving = msgspec.msgpack.decode(spool.saving.read_bytes(), type=SaveUnderWay)
    except FileNotFoundError:
        return
    if _id_of(Path(saving.file)) == saving.id:
        for site, present in list(store.sites.items()):
            # An empty file stays: terms of a site that has counted wait for the next month, wherever its counts are.
            store.save(site, SitePending(merged=present.merged, batch=present.batch, loaded=present.loaded))
    spool.saving.unlink()


def open_saved(file: Path, passphrase: str) -> SavedSpool:
    """What a saved file holds. Raises SpoolError if it is none, is damaged, or the passphrase is another."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SpoolError(f"{file} cannot be read: {error.strerror}") from None
    if content.startswith(FIRST_MAGIC):
        raise SpoolError(f"{file} was saved by the first edition, which counted otherwise: it cannot be loaded")
    if not content.startswith(MAGIC):
        raise SpoolError(f"{file} was not written by consent-service spool save")
    head, salt, nonce, sealed = _parts(content)
    from consent_service.spool.passphrase import decrypt  # noqa: PLC0415 - it brings OpenSSL

    try:
        plain = decrypt(sealed, passphrase, salt, nonce, head, SCRYPT_COST)
    except ValueError:
        raise SpoolError(f"{file} does not open: another passphrase, or the file is damaged") from None
    return msgspec.msgpack.decode(plain, type=SavedSpool)


def stage(spool: Spool, saved: SavedSpool) -> None:
    """Put down what is to be added, before the database is told that it was."""
    write_whole(spool.loading, msgspec.msgpack.encode(saved))


def staged(spool: Spool) -> SavedSpool | None:
    try:
        return msgspec.msgpack.decode(spool.loading.read_bytes(), type=SavedSpool)
    except FileNotFoundError:
        return None


def add(spool: Spool, store: PendingStore, saved: SavedSpool) -> None:
    """Add what was staged to the pending counts, once: a repetition after a crash skips the sites that have it."""
    for site, loaded in saved.sites.items():
        present = store.sites.get(site, SitePending())
        if present.loaded != saved.id:
            store.save(site, _together(present, loaded, saved.id, reserved.read(spool, site)))
    spool.loading.unlink()


def _together(present: SitePending, loaded: SitePending, identity: str, keeping: Reserved) -> SitePending:
    following = present.copy()
    following.loaded = identity
    following.visits += loaded.visits
    following.hours = hourly_cap.together(present.hours, loaded.hours)
    seating = Seating(following.periods, keeping)
    for name, breakdowns in loaded.periods.items():
        period = Period.parse(name)
        for dimension, value, counts in cells_of(breakdowns):
            seating.add(period, dimension, value, counts)
    for name, drawn in loaded.covers.items():
        # A cover that was drawn here since then holds back what is here.
        following.covers[name] = {**drawn, **following.covers.get(name, {})}
    return following


def _seal(identity: bytes, plain: bytes, passphrase: str) -> bytes:
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise SpoolError(f"the passphrase, read from standard input, needs {SHORTEST_PASSPHRASE} characters or more")
    from consent_service.spool.passphrase import encrypt  # noqa: PLC0415 - it brings OpenSSL

    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    head = MAGIC + identity
    return head + salt + nonce + encrypt(plain, passphrase, salt, nonce, head, SCRYPT_COST)


def _parts(content: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Head, salt, nonce, and what is sealed."""
    salt_at = len(MAGIC) + ID_BYTES
    nonce_at = salt_at + SALT_BYTES
    sealed_at = nonce_at + NONCE_BYTES
    return content[:salt_at], content[salt_at:nonce_at], content[nonce_at:sealed_at], content[sealed_at:]


def _id_of(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            head = stream.read(len(MAGIC) + ID_BYTES)
    except OSError:
        return ""
    return head[len(MAGIC) :].hex() if head.startswith(MAGIC) else ""


def _write_durably(file: Path, content: bytes) -> None:
    """Write, and wait until the disk has it: the machine is about to be switched off."""
    partial = file.with_name(file.name + ".partial")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(file)
        sync_folder(file.parent)
    except OSError as error:
        for written in filter(Path.exists, (partial, file)):
            written.unlink()
        raise SpoolError(f"{file} cannot be written: {error.strerror}; nothing was taken from the spool") from None


def sync_folder(folder: Path) -> None:
    """Wait until the disk knows the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
