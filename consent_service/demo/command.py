"""What the demo command does: prepare, live through the past, serve."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, tzinfo
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from consent_service import worker
from consent_service.administration import account_acts, site_acts
from consent_service.config import Config, load
from consent_service.demo import history, pages
from consent_service.demo.examples import SITES, DemoSite
from consent_service.domain.access.roles import EVERY_SITE
from consent_service.domain.calendar.periods import Period, starts_at
from consent_service.domain.notice.notice import Terms
from consent_service.domain.site import Site
from consent_service.keeper import process
from consent_service.serving import server
from consent_service.serving.listening import check_port
from consent_service.serving.supervisor import Child
from consent_service.snippet import home
from consent_service.storage.database import migrate
from consent_service.storage.database.engine import connect, writing
from consent_service.storage.people import accounts
from consent_service.storage.people.audit_trail import COMMAND_LINE, Actor

MONTHS = 3
EMAIL = "demo@example.org"


def run(now: float) -> None:
    """Make the demo and serve it until stopped. Everything is removed at the end."""
    with _throw_away() as config:
        check_port(config.host, config.port)  # else the demo would talk to whoever is there
        password = secrets.token_urlsafe(12)
        start = _start(now)
        keys = _prepare(config, password, start)
        _live(config, keys, start, now)
        demo_pages = pages.server(config, keys)
        address = f"http://{home.host(config.public_url)}:{demo_pages.server_port}"
        greeting = (
            f"\nDashboard   {config.public_url}   sign in as {EMAIL} with {password}\n"
            f"Demo pages  {address}/0/ and {address}/1/   (Ctrl-C ends the demo and removes its data)\n"
            f"{home.advice(config, os.environ, demo_pages.server_port)}\n"
        )
        beside = Child("demo-pages", lambda: demo_pages.serve_forever() or 0, files=(demo_pages.fileno(),))  # type: ignore[func-returns-value]
        server.serve(config, len(keys), worker.ready(config), partial(process.serve, config), greeting, [beside])


@contextmanager
def _throw_away() -> Iterator[Config]:
    """Settings with a data folder and a spool of their own, for this process and those that it starts."""
    data = Path(tempfile.mkdtemp(prefix="consent-demo-"))
    for name in ("CONSENT_DATABASE_URL", "CONSENT_SECRET_KEYS", "CONSENT_SPOOL_DIR"):
        os.environ.pop(name, None)
    os.environ["CONSENT_DATA_DIR"] = str(data)
    config = load(os.environ)
    try:
        yield config
    finally:
        shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(config.spool_dir, ignore_errors=True)


def _start(now: float) -> date:
    month = Period.of(date.fromtimestamp(now), "month")  # noqa: DTZ012 - any zone does: it is where the story begins
    for _ in range(MONTHS):
        month = month.preceding
    return month.first


def _prepare(config: Config, password: str, start: date) -> dict[str, str]:
    engine = connect(config.database_url)
    migrate.migrate(engine)
    password_hash = accounts.hashed(password)
    with writing(engine) as connection:
        account_acts.add(connection, _owner(start, UTC), EMAIL, password_hash, EVERY_SITE, "owner")
        keys = {site.name: _add_site(connection, config, site, start).key for site in SITES}
    engine.dispose()  # no connection may be open when the service forks its processes
    return keys


def _add_site(connection: Connection, config: Config, site: DemoSite, start: date) -> Site:
    terms = Terms(site.name, **site.terms)
    hosts = [*home.LOOPBACK, home.host(config.public_url)]
    return site_acts.add(connection, _owner(start, ZoneInfo(terms.timezone)), site.name, hosts, terms)


def _owner(start: date, zone: tzinfo) -> Actor:
    """Return who makes the demo, acting as the first day begins in a zone."""
    return Actor(COMMAND_LINE, starts_at(start, zone))


def _live(config: Config, keys: dict[str, str], start: date, now: float) -> None:
    length = (date.fromtimestamp(now) - start).days  # noqa: DTZ012
    with click.progressbar(length=length, label=f"{length} days of simulated visitors") as bar:
        for _ in history.make(config, [(site, keys[site.name]) for site in SITES], start, now):
            bar.update(1)
