"""The keeper's process: it is wired here."""

from __future__ import annotations

import logging

from consent_service.config import Config
from consent_service.keeper.keeper import create_keeper
from consent_service.serving import faults, process
from consent_service.spool.directory import Spool, SpoolError
from consent_service.storage.database.engine import close_connections
from consent_service.storage.database.spool_lock import lock_database


def run(config: Config) -> None:
    """Keep until told to stop. Raises SpoolError if the database is another spool's."""
    from consent_service.keeper import jobs  # noqa: PLC0415 - the other processes need not load its library

    spool = Spool(config.spool_dir)
    held = lock_database(config.database_url, spool)
    with spool.lock("keeper"):
        keeper = create_keeper(config)
        try:
            jobs.run(keeper, spool)
        finally:
            close_connections(keeper.engine)
    if held:
        held.close()


def serve(config: Config) -> int:
    """Keep beside the workers, until told to stop; gives the status to end with."""
    process.harden()
    process.lower_priority()
    try:
        run(config)
    except Exception as error:  # noqa: BLE001 - no traceback reaches a person; the parent starts it again
        logging.getLogger(__name__).critical("%s", error if isinstance(error, SpoolError) else faults.describe(error))
        return 1
    return 0
