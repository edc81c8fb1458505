"""The keeper's process, ``python -m consent_service.keeper.process PARENT``: it is wired here.

It lives as long as the service and imports no more than a keeper needs: Flask and the command line would be 30 MB.
"""

from __future__ import annotations

import logging
import os
import sys

from consent_service.config import Config, load
from consent_service.keeper import jobs
from consent_service.keeper.keeper import create_keeper
from consent_service.serving import faults, process
from consent_service.spool.directory import Spool, SpoolError
from consent_service.storage.database.spool_lock import lock_database


def run(config: Config) -> None:
    """Keep until told to stop. Raises SpoolError if the database is another spool's."""
    spool = Spool(config.spool_dir)
    held = lock_database(config.database_url, spool)
    with spool.lock("keeper"):
        jobs.run(create_keeper(config), spool)
    if held:
        held.close()


def main(parent: int) -> int:
    """Keep beside the workers, until told to stop or the parent ends; gives the status to end with."""
    process.harden()
    process.end_with_parent(parent)
    process.lower_priority()
    logging.basicConfig(format="consent-service: %(message)s", level=logging.WARNING)
    try:
        run(load(os.environ))
    except Exception as error:  # noqa: BLE001 - no traceback reaches a person; the parent starts it again
        logging.getLogger(__name__).critical("%s", error if isinstance(error, SpoolError) else faults.describe(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
