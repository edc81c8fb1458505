"""The keeper's process, ``python -m consent_service.keeper_process PARENT``: it is wired here.

It lives as long as the service and imports no more than a keeper needs: Flask and the command line would be 30 MB.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable

from sqlalchemy import Engine

from consent_service import faults, process, scheduler
from consent_service.config import Config, load
from consent_service.keeper import Keeper
from consent_service.spool.place import Spool, SpoolError
from consent_service.storage.claim import claim
from consent_service.storage.engine import connect
from consent_service.storage.patience import BUSY_SECONDS
from consent_service.tokens import KeyRing


def create_keeper(config: Config, clock: Callable[[], float] = time.time, engine: Engine | None = None) -> Keeper:
    """A keeper; on the engine of a command, or on one of its own."""
    return Keeper(
        spool=Spool(config.spool_dir),
        engine=engine or connect(config.database_url, BUSY_SECONDS),
        ring=KeyRing(config.secret_keys),
        clock=clock,
        pause=config.release_seconds,
        hits_per_minute=config.hits_per_minute * config.workers,
    )


def run(config: Config) -> None:
    """Keep until told to stop. Raises SpoolError if the database is another spool's."""
    spool = Spool(config.spool_dir)
    held = claim(config.database_url, spool)
    with spool.lock("keeper"):
        scheduler.run(create_keeper(config), spool)
    if held:
        held.close()


def main(parent: int) -> int:
    """Keep beside the workers, until told to stop or the parent ends; gives the status to end with."""
    process.keep_to_itself()
    process.end_with_parent(parent)
    process.give_way()
    logging.basicConfig(format="consent-service: %(message)s", level=logging.WARNING)
    try:
        run(load(os.environ))
    except Exception as error:  # noqa: BLE001 - no traceback reaches a person; the parent starts it again
        logging.getLogger(__name__).critical("%s", error if isinstance(error, SpoolError) else faults.describe(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
