"""What most commands need: the settings, the database, and standard input."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from functools import cached_property, update_wrapper
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine

from consent_service.config import Config, load
from consent_service.domain.calendar.periods import Period
from consent_service.domain.site import Site
from consent_service.security import passwords
from consent_service.serving import process, time_zones
from consent_service.serving.secrecy import SecretFormatter, secrets_of
from consent_service.spool.directory import Spool
from consent_service.storage.database import schema
from consent_service.storage.database.engine import close_connections, connect
from consent_service.storage.database.spool_lock import lock_database
from consent_service.storage.people import audit_trail
from consent_service.storage.people.audit_trail import Actor

if TYPE_CHECKING:
    from consent_service.keeper.keeper import Keeper

SEAL_PATIENCE = 10
"""Seconds that a command waits for workers to hand their tallies over."""


class Context:
    """The settings, and what most commands need, opened when first asked for."""

    def __init__(self, config: Config) -> None:
        self.zone_database = time_zones.use_newest()
        self.config = config
        self.engine: Engine = connect(config.database_url)
        self._claim: IO[bytes] | None = None

    @cached_property
    def spool(self) -> Spool:
        """The spool, made if there is none."""
        return Spool(self.config.spool_dir)

    def checked(self) -> Engine:
        """The engine, once the schema is known to be this version's."""
        schema.check_current(self.engine)
        return self.engine

    def claim(self) -> None:
        """Hold the database for this spool until the command ends. Raises SpoolError."""
        self._claim = self._claim or lock_database(self.config.database_url, self.spool)

    def close(self) -> None:
        close_connections(self.engine)
        if self._claim:
            self._claim.close()

    def keeper(self) -> Keeper:
        from consent_service.keeper.keeper import create_keeper  # noqa: PLC0415 - most commands need none

        engine = self.checked()
        self.claim()
        return create_keeper(self.config, engine=engine)

    @contextmanager
    def stopped_service(self) -> Iterator[None]:
        """Keep a service from starting on this spool meanwhile. Raises SpoolError while one runs."""
        self.claim()
        with self.spool.lock("serve"), self.spool.lock("keeper"):
            yield

    def actor(self) -> Actor:
        """Return whoever can run commands on this machine, acting now."""
        return Actor(audit_trail.COMMAND_LINE, time.time())

    def note(self, connection: Connection, name: audit_trail.ActionName, site: str = "", **details: str) -> None:
        """Write what this command does into the audit trail, in its transaction."""
        audit_trail.note(connection, self.actor(), name, site, **details)

    def today(self, site: Site) -> date:
        """The site's day."""
        return site.today(time.time())

    def today_month(self, site: Site) -> Period:
        return Period.of(self.today(site), "month")

    def has_data(self, connection: Connection, key: str) -> bool:
        """Whether a hit of a site may have been counted. Raises SpoolError if this spool is not the service's."""
        from consent_service.administration.publishing import has_data  # noqa: PLC0415

        self.claim()
        return has_data(connection, self.engine, self.spool, key)


def with_context(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the settings; a wrong one ends it before it does anything."""

    def run(*arguments: Any, **options: Any) -> Any:
        process.harden()
        _set_up_log()
        with closing(Context(load(os.environ))) as context:
            return command(context, *arguments, **options)

    return update_wrapper(run, command)


def _set_up_log() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(SecretFormatter("consent-service: %(message)s", secrets_of(os.environ)))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)


def take_all(keeper: Keeper) -> None:
    """Merge until every tally that is open now has been handed over. Workers do so each second."""
    start = time.time()
    keeper.merge()
    while keeper.waits_for(start) and time.time() - start < SEAL_PATIENCE:
        time.sleep(0.1)
        keeper.merge()


def read_secret() -> str:
    """A password or passphrase, normalized: the first line of standard input."""
    return passwords.normalized(sys.stdin.readline().rstrip("\n"))
