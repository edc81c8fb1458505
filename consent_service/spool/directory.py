"""The spool's folder: where everything lives that has not reached k. It is in memory and private to the user."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from consent_service.domain.errors import UserError

EDITION = "2"
"""Of the files in a spool. The first edition counted otherwise, and was never released."""


class SpoolError(UserError):
    """The spool cannot be used; the message says what to do."""


class SpoolBusy(SpoolError):
    """Another process holds the lock that was asked for."""


class Spool:
    """One machine's spool. Making one makes the folder.

    ``tallies/`` holds what workers write, ``claimed/`` the tallies being merged, ``pending/`` one file per site,
    ``seats/`` the values of each site that keep their seats, ``batch`` the redo record of the batch under way.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tallies = path / "tallies"
        self.claimed = path / "claimed"
        self.pending = path / "pending"
        self.seats = path / "seats"
        self.batch = path / "batch"
        self.refusals = path / "refusals"
        self.saving = path / "saving"
        self.loading = path / "loading"
        self.generation = path / "generation"
        self.capped = path / "capped"
        self.status = path / "status"
        for folder in (path, self.tallies, self.claimed, self.pending, self.seats):
            _make_private(folder)
        self.id = self._read_or_make_id()

    def _read_or_make_id(self) -> str:
        """The random name of this spool, made with it; a spool that was lost gets another."""
        file = self.path / "id"
        if not file.exists():
            with self.lock("id", wait=True):  # of two processes that begin at once the first one names it
                if not file.exists():
                    write_whole(self.path / "edition", EDITION.encode())
                    write_whole(file, secrets.token_hex(16).encode())
        self._check_edition()
        return file.read_text()

    def _check_edition(self) -> None:
        """Raises SpoolError for a spool whose files another edition wrote."""
        file = self.path / "edition"
        if not file.exists() or file.read_text() != EDITION:
            raise SpoolError(
                f"the spool {self.path} was made by another edition, whose counts this one cannot read: "
                "remove the folder, or set CONSENT_SPOOL_DIR"
            )

    @contextmanager
    def lock(self, name: str, wait: bool = False) -> Iterator[None]:
        """Hold the named lock. Without ``wait``, raises SpoolBusy when another process holds it."""
        descriptor = os.open(self.path / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            # flock, not lockf: the latter is lost when this process closes any other handle of the file.
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            yield
        except BlockingIOError:
            raise SpoolBusy(
                f"the spool {self.path} is in use by another {name}: end that first, or set CONSENT_SPOOL_DIR"
            ) from None
        finally:
            os.close(descriptor)

    def sweep(self) -> None:
        """Remove what a crash left half made. Only while nothing else runs on this spool."""
        for file in self.path.rglob("*.new"):
            file.unlink()

    @property
    def is_in_memory(self) -> bool:
        return in_memory(self.path)


def is_spool(folder: Path) -> bool:
    """Whether a folder is a spool already; to open it as one would make a new spool of it otherwise."""
    return (folder / "id").exists()


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        entry = folder.lstat()
    except OSError as error:
        raise SpoolError(f"the spool {folder} cannot be made: {error.strerror}; set CONSENT_SPOOL_DIR") from None
    if not stat.S_ISDIR(entry.st_mode) or entry.st_uid != os.geteuid():
        raise SpoolError(f"the spool {folder} belongs to another user: run this as that user, or set CONSENT_SPOOL_DIR")
    if stat.S_IMODE(entry.st_mode) != 0o700:
        folder.chmod(0o700)


def write_whole(file: Path, content: bytes) -> None:
    """Replace a file in one step: a reader, also after a crash, sees the old content or the new."""
    new = file.with_name(file.name + ".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    new.replace(file)


def in_memory(folder: Path) -> bool:
    return filesystem_of(folder) in ("tmpfs", "ramfs")


def filesystem_of(path: Path) -> str:
    """The type of file system that a path is on, such as ``tmpfs``; empty where /proc does not tell."""
    try:
        return mount_of(path.resolve(), Path("/proc/self/mounts").read_text())[1]
    except OSError:
        return ""


def mount_of(path: Path, mounts: str) -> tuple[str, str]:
    """Device and type of the file system that a path is on; ``mounts`` as /proc has them, the last one on top."""
    mount_point, filesystem = "", ("", "")
    for mount in mounts.splitlines():
        source, point, kind, *_ = mount.split(" ")
        if path.is_relative_to(point) and len(point) >= len(mount_point):
            mount_point, filesystem = point, (source, kind)
    return filesystem
