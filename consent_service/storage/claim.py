"""One spool writes to a SQLite database: a locked file beside it says which.

A command that is run with another CONSENT_SPOOL_DIR than the service's would close periods without what the
service still holds. PostgreSQL is made for several spools, and knows them by their ids.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from sqlalchemy import URL

from consent_service.spool.place import SpoolError

ATTEMPTS, PAUSE = 50, 0.02
"""A process that writes the file holds it alone for an instant."""


def claim(url: URL, spool: Path) -> IO[bytes] | None:
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
        file.seek(0)
        raise SpoolError(
            f"the database {url.database} is in use with the spool {os.fsdecode(file.read())}: "
            "end what uses it, or set CONSENT_SPOOL_DIR to that folder"
        )


def _is_held(file: IO[bytes], spool: Path) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody else is here: this spool's name is the right one
        with suppress(OSError):  # on a full disk the name is missing, and nobody else is refused
            file.truncate(0)
            file.seek(0)
            file.write(os.fsencode(spool))
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        file.seek(0)
        return file.read() in (os.fsencode(spool), b"")
    return False
