"""Server time and queries of each page of the dashboard, with years of closed periods."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import event

from bench import history
from bench.installation import installed
from bench.results import Figure, Group, Section
from bench.scale import Scale
from consent_service.app import App, create_app
from consent_service.domain.access.roles import EVERYTHING
from consent_service.domain.calendar.periods import Period
from consent_service.storage.database.engine import writing
from consent_service.storage.people import accounts
from tests.owner import EMAIL, PASSWORD, Browser

SLOWEST = 50
"""Milliseconds of server time within which nineteen of twenty requests of a page are answered."""

SLOWEST_OVERVIEW = 100
"""The same of the list of a hundred sites."""

MONTH_DAYS = 30.44


def measure(scale: Scale) -> Section:
    number, months = scale.history
    today = date.today()  # noqa: DTZ011 - any zone does
    first = (today - timedelta(days=months * MONTH_DAYS)).replace(day=1)
    with installed() as place:
        keys = history.fill(place, number, first, today)
        with writing(place.engine) as connection:
            accounts.add(connection, EMAIL, accounts.hashed(PASSWORD), EVERYTHING)
        app = create_app(place.config)
        gc.collect()
        gc.freeze()  # as a worker does
        groups = _groups(app, Browser(_World(app)), _pages(keys, today), scale.requests)
        app.services.engine.dispose()
        size = (place.data / "consent.sqlite3").stat().st_size / 1e6
    return Section(
        "Pages of the dashboard",
        f"{number} sites with {months} months of closed periods, every tenth counted by day, on SQLite ({size:,.0f} "
        f"MB); each page asked for {scale.requests} times in this process, signed in.",
        groups,
    )


class _World:
    """What a browser of the tests wants of a service."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.config = app.services.config


def _pages(keys: dict[str, str], today: date) -> dict[str, str]:
    """Addresses by what they show."""
    month, year = (Period.of(today, kind).preceding for kind in ("month", "year"))
    second = month.first + timedelta(days=1)
    closed = {"year": year, "month": month, "week": Period.of(second, "week"), "day": Period.of(second, "day")}
    found = {"the list of sites": "/"}
    for detail, key in keys.items():
        found[f"a site by {detail}: the present month"] = f"/sites/{key}"
        for kind, period in closed.items():
            found[f"a site by {detail}: a closed {kind}"] = f"/sites/{key}?period={period}"
        found[f"a site by {detail}: forty chosen days"] = (
            f"/sites/{key}?from={today - timedelta(41)}&to={today - timedelta(2)}"
        )
        found[f"a site by {detail}: all pages of a month"] = f"/sites/{key}?period={month}&more=page"
        found[f"a site by {detail}: a month as CSV"] = f"/sites/{key}/export/{month}.csv"
    return found


def _groups(app: App, browser: Browser, pages: dict[str, str], requests: int) -> list[Group]:
    browser.sign_in()
    times, queries = Group("Server time", []), Group("Queries", [])
    for name, path in pages.items():
        found = sorted(_milliseconds(browser, path) for _ in range(requests))
        times.figures.append(Figure(f"{name}, p50", found[len(found) // 2], "ms"))
        slowest = SLOWEST_OVERVIEW if path == "/" else SLOWEST
        times.figures.append(Figure(f"{name}, p95", found[int(len(found) * 0.95)], "ms", most=slowest))
        queries.figures.append(Figure(name, _queries(app, lambda path=path: browser.get(path))))  # type: ignore[misc]
    return [times, queries]


def _milliseconds(browser: Browser, path: str) -> float:
    start = time.perf_counter()
    answer = browser.get(path)
    seconds = time.perf_counter() - start
    if answer.status_code != 200:
        raise RuntimeError(f"{path} was answered {answer.status}")
    return seconds * 1000


def _queries(app: App, ask: Callable[[], object]) -> int:
    """How many statements the database is sent, but for those that begin and end a transaction."""
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(app.services.engine, "before_cursor_execute", note)
    ask()
    event.remove(app.services.engine, "before_cursor_execute", note)
    return len(seen)
