"""A past that many tests share: lived once in each process that runs tests, and then copied."""

from __future__ import annotations

import atexit
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import update

from consent_service.spool.directory import Spool
from consent_service.storage.database.engine import writing
from consent_service.storage.tables import spools
from tests.world import World

COPIED = ("pending", "seats")
"""Of a spool: all that a keeper leaves there once it has merged."""


class Past(NamedTuple):
    """What `made_once` copies: what ``make`` gave, and how far it moved the clock."""

    given: str
    folder: Path
    seconds: float


_pasts: dict[str, Past] = {}


def made_once(world: World, name: str, make: Callable[[], str]) -> str:
    """Bring a new world into the state in which ``make`` leaves it, merged and settled; gives what that gives.

    On SQLite the database and the spool are copied from the first world of this name. Elsewhere it is lived each time.
    """
    if world.engine.dialect.name != "sqlite":
        return make()
    past = f"{make.__module__} {make.__qualname__} {name}"
    if past not in _pasts:
        began = world.clock()
        given = make()
        world.merge()
        _pasts[past] = Past(given, _keep(world), world.clock() - began)
    else:
        _bring_back(_pasts[past], world)
    return _pasts[past].given


def _keep(world: World) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="consent-test-", dir="/dev/shm"))
    atexit.register(shutil.rmtree, folder)
    _copy_database(Path(world.engine.url.database), folder / "consent.sqlite3")
    spool = Spool(world.config.spool_dir)
    assert not any(file.exists() for file in (spool.batch, spool.saving, spool.loading))
    for part in COPIED:
        shutil.copytree(spool.path / part, folder / part)
    return folder


def _bring_back(past: Past, world: World) -> None:
    _copy_database(past.folder / "consent.sqlite3", Path(world.engine.url.database))
    for part in COPIED:
        shutil.copytree(past.folder / part, world.config.spool_dir / part, dirs_exist_ok=True)
    with writing(world.engine) as connection:
        connection.execute(update(spools).values(id=Spool(world.config.spool_dir).id))
    world.clock.move(seconds=past.seconds)
    world.keeper.watch()


def _copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as held, closing(sqlite3.connect(target)) as into:
        held.backup(into)
