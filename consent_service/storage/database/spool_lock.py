"""One spool writes to a SQLite database: a locked file beside it says which.

A command that is run with another CONSENT_SPOOL_DIR than the service's would close periods without what the
service still holds. PostgreSQL is made for several spools, and knows them by their ids.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from typing import IO

from sqlalchemy import URL

from consent_service.spool.directory import Spool, SpoolError

ATTEMPTS, PAUSE = 50, 0.02
"""A process that writes the file holds it alone for an instant."""


def lock_database(url: URL, spool: Spool) -> IO[bytes] | None:
    """Hold the database for a spool until the file is closed or the process ends.

    Processes of one spool hold it together. Raises SpoolError if one of another spool holds it.
    """
    if url.drivername != "sqlite":
        return None
    descriptor = os.open(f"{url.database}-spool", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    file = os.fdopen(descriptor, "r+b", buffering=0)
    for _ in range(ATTEMPTS):
        if _is_held(file, spool):
            return file
        time.sleep(PAUSE)
    with file:
        raise SpoolError(_refusal(url, spool, os.fsdecode(_read(file)).partition(" ")[2]))


def _is_held(file: IO[bytes], spool: Spool) -> bool:
    # By the id: a folder may have several names, and in another container the same name is another folder.
    mine = os.fsencode(f"{spool.id} {spool.path}")
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody else is here: this spool's name is the right one
        if _read(file) != mine:
            _write(file, mine)
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return _read(file).partition(b" ")[0] in (os.fsencode(spool.id), b"")
    return False


def _read(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _write(file: IO[bytes], content: bytes) -> None:
    """On a full disk the name is missing, and nobody else is refused."""
    file.truncate(0)
    file.seek(0)
    with suppress(OSError):
        file.write(content)


def _refusal(url: URL, spool: Spool, theirs: str) -> str:
    if theirs == str(spool.path):  # they see another folder under this name
        return f"the database {url.database} is in use with another spool {theirs}: run this where that service runs"
    return (
        f"the database {url.database} is in use with the spool {theirs}: "
        "end what uses it, or set CONSENT_SPOOL_DIR to that folder"
    )
