"""What most commands need: the settings, the database, and standard input."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, timedelta
from functools import cached_property, update_wrapper
from typing import IO, Any

from sqlalchemy import Connection, Engine

from consent_service import process
from consent_service.config import Config, load
from consent_service.domain import days
from consent_service.keeper import Keeper
from consent_service.keeper_process import create_keeper
from consent_service.spool.place import Spool
from consent_service.spool.segments import holds
from consent_service.storage import closed, counters, migrate, sites, spools, trail
from consent_service.storage.claim import claim
from consent_service.storage.engine import connect, is_shared
from consent_service.storage.sites import Site

SEAL_PATIENCE = 10
"""Seconds that a command waits for workers to hand their tallies over."""


class Context:
    """The settings, and what most commands need, opened when first asked for."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.engine: Engine = connect(config.database_url)
        self._claim: IO[bytes] | None = None

    @cached_property
    def spool(self) -> Spool:
        """The spool, made if there is none."""
        return Spool(self.config.spool_dir)

    def checked(self) -> Engine:
        """The engine, once the schema is known to be this version's."""
        migrate.check_current(self.engine)
        return self.engine

    def claim(self) -> None:
        """Hold the database for this spool until the command ends. Raises SpoolError."""
        self._claim = self._claim or claim(self.config.database_url, self.spool)

    def close(self) -> None:
        self.engine.dispose()
        if self._claim:
            self._claim.close()

    def keeper(self) -> Keeper:
        engine = self.checked()
        self.claim()
        return create_keeper(self.config, engine=engine)

    def note(self, connection: Connection, name: str, site: str = "", **details: str) -> None:
        """Write what this command does into the audit trail, in its transaction."""
        trail.note(connection, time.time(), trail.COMMAND_LINE, name, site, **details)

    def today_month(self, site: Site) -> str:
        return days.periods_of(site.timeline.day_at(time.time())).month

    def has_counted(self, connection: Connection, key: str) -> bool:
        """Whether a hit of a site may have been counted: here, or on another machine.

        Raises SpoolError if this spool is not the one that the service counts in.
        """
        self.claim()
        return (
            counters.has_cells(connection, key)
            # What was closed may have been folded into nothing, and the spool be lost or saved since.
            or closed.any_of(connection, key)
            or holds(self.spool, key)
            or (is_shared(self.engine) and self._has_company(connection, key))
        )

    def _has_company(self, connection: Connection, key: str) -> bool:
        """Whether another machine was there since the site was made; it may be stopped, and have its spool still."""
        made = days.starts_at(sites.get(connection, key).created_on - timedelta(days=1), UTC)
        return any(one.last_seen >= made for one in spools.others(connection, self.spool.id))


def with_context(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the settings; a wrong one ends it before it does anything."""

    def run(*arguments: Any, **options: Any) -> Any:
        process.keep_to_itself()
        logging.basicConfig(format="consent-service: %(message)s", level=logging.WARNING)
        with closing(Context(load(os.environ))) as context:
            return command(context, *arguments, **options)

    return update_wrapper(run, command)


def take_all(keeper: Keeper) -> None:
    """Merge until every tally that is open now has been handed over. Workers do so each second."""
    start = time.time()
    keeper.merge()
    while keeper.waits_for(start) and time.time() - start < SEAL_PATIENCE:
        time.sleep(0.1)
        keeper.merge()


def read_secret() -> str:
    """A password or passphrase: the first line of standard input."""
    return sys.stdin.readline().rstrip("\n")
