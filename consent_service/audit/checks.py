"""The table of checks, and how each is run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from sqlalchemy.exc import DBAPIError

from consent_service.audit import (
    counts,
    files,
    machine,
    memory,
    postgresql,
    proxies,
    running,
    schema,
    sending,
    sqlite,
    time_zones,
)
from consent_service.audit.findings import Finding, unknown
from consent_service.audit.installation import Installation
from consent_service.serving.secrecy import said_by_driver, secrets_of

Check = Callable[[Installation], Finding]


def _settings(installation: Installation) -> Finding:
    file = installation.database_file
    return sqlite.look(installation.engine, file) if file else postgresql.look(installation)


def _log(installation: Installation) -> Finding:
    file = installation.database_file
    return sqlite.look_at_log(installation.engine, file) if file else postgresql.look_at_log(installation)


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "database settings": _settings,
        "database log": _log,
        "schema": schema.look,
        "cells below k": counts.look_at_cells,
        "overdue periods": counts.look_at_periods,
        "file rights": files.look,
        "spool in memory": memory.look_at_place,
        "room in the spool": memory.look_at_room,
        "core dumps": running.look,
        "swap": machine.look_at_swap,
        "hibernation": machine.look_at_hibernation,
        "host": machine.look_at_host,
        "disk snapshots": machine.look_at_snapshots,
        "time zones": time_zones.look,
        "proxy logs": proxies.look,
        "canary": sending.look,
    }
)
"""Every check by the name of its row; docs/configuration.md says what each looks at."""


def run(installation: Installation, checks: Mapping[str, Check] = CHECKS) -> Iterator[tuple[str, Finding]]:
    """Each check's name and what it found; one that fails itself is ``unknown``, and the others go on."""
    for name, check in checks.items():
        try:
            yield name, check(installation)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one check, the table is printed
            yield name, unknown(f"could not be checked: {_reason(error)}")


def _reason(error: Exception) -> str:
    """One line; only of errors whose text is the system's own."""
    if isinstance(error, DBAPIError):
        return f"the database says: {said_by_driver(error.orig, secrets_of(os.environ))}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return type(error).__name__
