"""SQLite as the service uses it: what it is told at each connection, its free pages, and its log."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine

from consent_service.audit.findings import Finding, fail, ok, together, warn
from consent_service.storage.database.engine import truncate_log, writing
from consent_service.storage.database.lock_holders import users_of

WANTED = {"secure_delete": 1, "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "temp_store": 2}
"""What the promises rest on: nothing deleted stays, no temporary file, nothing lost that was committed."""

LONG_LOG = 16_000_000
"""Bytes. SQLite starts its log anew at 4 MB, unless something reads all the while."""


def look(engine: Engine, file: Path) -> Finding:
    """The settings of a connection, and what the free pages hold."""
    with engine.connect() as connection:
        wrong = _wrong(connection)
    return together(
        [
            *(fail(f"{name} is {present}, not {WANTED[name]}: use another build of SQLite") for name, present in wrong),
            *_remains(engine, file),
        ],
        "deleted rows are overwritten, free pages are empty, nothing is sorted in a temporary file",
    )


def _wrong(connection: Connection) -> list[tuple[str, object]]:
    told = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in WANTED}
    return [(name, present) for name, present in told.items() if present != WANTED[name]]


def _remains(engine: Engine, file: Path) -> list[Finding]:
    truncate_log(engine)
    with writing(engine):  # nothing is freed or taken while the file is read
        number = _full_free_pages(file)
    if not number:
        return []
    remedy = "something else deleted from it: stop the service and run sqlite3 FILE VACUUM"
    return [fail(f"{number} free pages of {file} still hold what was deleted: {remedy}")]


def _full_free_pages(file: Path) -> int:
    """How many free pages hold anything but zeros (https://sqlite.org/fileformat2.html#the_freelist)."""
    number = 0
    with file.open("rb") as stream:
        head = stream.read(100)
        size = {1: 65_536}.get(size := int.from_bytes(head[16:18], "big"), size)
        trunk, left = int.from_bytes(head[32:36], "big"), int.from_bytes(head[36:40], "big")
        while trunk and left > 0:
            content = _page(stream, trunk, size)
            trunk, leaves = int.from_bytes(content[:4], "big"), int.from_bytes(content[4:8], "big")
            left -= 1 + leaves
            for place in range(8, 8 + 4 * min(leaves, size // 4 - 2), 4):
                number += any(_page(stream, int.from_bytes(content[place : place + 4], "big"), size))
    return number


def _page(stream: IO[bytes], number: int, size: int) -> bytes:
    stream.seek((number - 1) * size)
    return stream.read(size)


def look_at_log(engine: Engine, file: Path) -> Finding:
    """Whether the log can be emptied now, as the keeper does after each close."""
    log = file.with_name(file.name + "-wal")
    size = log.stat().st_size if log.exists() else 0
    if not truncate_log(engine):
        return fail(f"{log} cannot be emptied, {users_of(file)} uses the database: end that")
    if size > LONG_LOG:
        return warn(f"{log} had grown to {size // 1_000_000} MB and is empty now: something reads for long, end that")
    return ok("it can be emptied, and was")
