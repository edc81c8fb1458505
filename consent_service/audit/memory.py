"""The spool: that it is in memory, and that a flood has room in it."""

from __future__ import annotations

from consent_service.audit.findings import Finding, fail, ok, unknown, warn
from consent_service.audit.installation import Installation
from consent_service.spool import capacity
from consent_service.spool.directory import SpoolError, in_memory
from consent_service.storage import sites
from consent_service.storage.database.engine import reading


def look_at_place(installation: Installation) -> Finding:
    folder = installation.config.spool_dir
    if not folder.exists():
        return unknown(f"there is no spool {folder}: start the service, or set CONSENT_SPOOL_DIR as it has it")
    if not in_memory(folder):
        return fail(f"{folder} is on a disk, small counts can be recovered from it: set CONSENT_SPOOL_DIR to a tmpfs")
    return ok(f"{folder} is in memory")


def look_at_room(installation: Installation) -> Finding:
    config = installation.config
    if not config.spool_dir.exists():
        return unknown(f"there is no spool {config.spool_dir}: start the service")
    with reading(installation.engine) as connection:
        number = sites.number(connection)
    try:
        told = capacity.check(config.spool_dir, capacity.total_bytes(config.spool_dir), config.workers, number)
    except SpoolError as error:
        return fail(str(error))
    return warn(told) if told else ok(f"{config.workers} workers and {number} sites have room in a flood")
