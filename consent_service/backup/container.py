"""The file of a backup: records one after the other, plain or sealed under a passphrase, checked to the last byte.

It begins with a line that says which; sealed, a salt and a nonce follow. Each record is its length in four bytes, and
its msgpack or what that was sealed to. The last one holds the digest of all before it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from consent_service.backup.records import End, Record
from consent_service.domain.errors import UserError
from consent_service.spool import saved

if TYPE_CHECKING:
    from consent_service.spool.passphrase import Sealing

PLAIN, SEALED = b"consent-service backup 1\n", b"consent-service encrypted backup 1\n"

SALT_BYTES, NONCE_BYTES, LENGTH_BYTES = 16, 8, 4

LARGEST_RECORD = 512 * 1024 * 1024
"""A site's pending counts are some megabytes, as are a thousand rows."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Record)


class BackupError(UserError):
    """A backup cannot be written or read; the message says why, and what there is now."""


class RecordWriter:
    """Writes records. Raises OSError."""

    def __init__(self, stream: IO[bytes], passphrase: str | None) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self._sealing: Sealing | None = None
        if passphrase is None:
            stream.write(PLAIN)
            return
        salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
        self._sealing = _sealing(passphrase, salt, nonce)
        stream.write(SEALED + salt + nonce)

    def put(self, record: Record) -> None:
        plain = _encoder.encode(record)
        self._digest.update(plain)
        content = self._sealing.seal(plain) if self._sealing else plain
        self._stream.write(len(content).to_bytes(LENGTH_BYTES, "big") + content)

    def end(self) -> None:
        self.put(End(self._digest.digest()))


@contextmanager
def written(file: Path, passphrase: str | None, replace: bool) -> Iterator[RecordWriter]:
    """Write a file whole or not at all, readable by its owner alone. Raises BackupError.

    It is written beside itself, the disk is waited for, and it is renamed.
    """
    check_name(file, replace)
    if passphrase is not None and len(passphrase) < saved.SHORTEST_PASSPHRASE:
        raise BackupError(
            f"the passphrase, read from standard input, needs {saved.SHORTEST_PASSPHRASE} characters or more"
        )
    new = file.with_name(file.name + ".new")
    try:
        with _opened(new) as stream:
            try:
                writer = RecordWriter(stream, passphrase)
                yield writer
                writer.end()
                stream.flush()
                os.fsync(stream.fileno())
                check_name(file, replace)
                new.replace(file)
            except BaseException:
                new.unlink(missing_ok=True)
                raise
        saved.sync_folder(file.parent)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}; no backup was made") from None


def check_name(file: Path, replace: bool) -> None:
    """Raises BackupError for a file that is there and is to stay."""
    if file.exists() and not replace:
        raise BackupError(f"{file} exists already: name another file, or give --replace")


@contextmanager
def _opened(new: Path) -> Iterator[IO[bytes]]:
    """Emptied only once it is ours: a backup that was killed has left it, or another one writes it now."""
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"another backup writes {new} now: wait for it, or name another file") from None
        os.ftruncate(descriptor, 0)
        os.fchmod(descriptor, 0o600)
        yield stream


def is_sealed(file: Path) -> bool:
    """Whether a backup was written under a passphrase. Raises BackupError for a file that is no backup."""
    try:
        with file.open("rb") as stream:
            return _is_sealed(file, stream)
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}") from None


def read(file: Path, passphrase: str | None) -> Iterator[Record]:
    """All records but the last, which is checked. Raises BackupError for a file that is damaged, or not opened so."""
    digest = hashlib.sha256()
    try:
        with file.open("rb") as stream:
            opened = _opener(file, stream, passphrase)
            while True:
                plain = _next(file, stream, opened)
                record = _decoded(file, plain)
                if isinstance(record, End):
                    break
                digest.update(plain)
                yield record
            if record.digest != digest.digest() or stream.read(1):
                raise _damaged(file)
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}") from None


def _opener(file: Path, stream: IO[bytes], passphrase: str | None) -> Sealing | None:
    if not _is_sealed(file, stream):
        return None
    if passphrase is None:
        raise BackupError(f"{file} is encrypted: give --passphrase-stdin, and the passphrase on standard input")
    salt, nonce = stream.read(SALT_BYTES), stream.read(NONCE_BYTES)
    if len(nonce) < NONCE_BYTES:
        raise _cut_off(file)
    return _sealing(passphrase, salt, nonce)


def _is_sealed(file: Path, stream: IO[bytes]) -> bool:
    line = stream.readline(len(SEALED))
    if line not in (PLAIN, SEALED):
        raise BackupError(f"{file} was not written by consent-service backup")
    return line == SEALED


def _next(file: Path, stream: IO[bytes], sealing: Sealing | None) -> bytes:
    """The next record's msgpack."""
    is_first = stream.tell() <= len(SEALED) + SALT_BYTES + NONCE_BYTES
    length = int.from_bytes(stream.read(LENGTH_BYTES), "big")
    if length > LARGEST_RECORD:
        raise _damaged(file)
    content = stream.read(length)
    if not content or len(content) < length:
        raise _cut_off(file)
    if sealing is None:
        return content
    try:
        return sealing.open(content)
    except ValueError:
        if is_first:
            raise BackupError(f"{file} does not open: another passphrase, or the file is damaged") from None
        raise _damaged(file) from None


def _decoded(file: Path, plain: bytes) -> Record:
    try:
        record: Record = _decoder.decode(plain)
    except msgspec.MsgspecError:
        raise _damaged(file) from None
    return record


def _sealing(passphrase: str, salt: bytes, nonce: bytes) -> Sealing:
    from consent_service.spool.passphrase import Sealing  # noqa: PLC0415 - it brings OpenSSL

    return Sealing(passphrase, salt, nonce, SEALED, saved.SCRYPT_COST)


def _damaged(file: Path) -> BackupError:
    return BackupError(f"{file} is damaged: it is not as it was written; nothing was restored")


def _cut_off(file: Path) -> BackupError:
    return BackupError(f"{file} is damaged: it was cut off; nothing was restored")
