"""A site, the real service beside it, and the browsers that come, all at one time that the test chooses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from consent_service.domain.calendar.periods import Period
from consent_service.domain.notice.wording import DEFAULT_TEXTS
from consent_service.snippet import build
from consent_service.spool.directory import Spool
from consent_service.spool.pending import PendingStore
from consent_service.storage import pins, sites
from consent_service.storage.database.engine import writing
from tests.e2e.snippet.pages import SitePages
from tests.e2e.snippet.recorder import Recorder, Request, serving
from tests.e2e.snippet.visitor import Visitor
from tests.world import World

BERLIN = ZoneInfo("Europe/Berlin")
FOUNDED = dt.datetime(2025, 1, 15, 12, 0, tzinfo=BERLIN)
SUNDAY = dt.datetime(2026, 11, 22, 12, 0, tzinfo=BERLIN)

TEXTS = DEFAULT_TEXTS["en"]


class Stage:
    """One test's service, site and browsers.

    Every hit must be answered 204, and everything else as it asks to be, but for ``refusals``: the list of paths and
    statuses that a test is about.
    """

    def __init__(self, world: World, browser: Any, recorder: Recorder, pages: SitePages, site: str) -> None:
        self.world = world
        self.recorder = recorder
        self.pages = pages
        self.site = site
        self.refusals: list[tuple[str, int]] = []
        self._browser = browser
        self._visitors: list[Visitor] = []
        self._now = FOUNDED
        self.at(FOUNDED)
        self.found()
        self.at(SUNDAY)

    @property
    def service(self) -> str:
        return self.pages.service

    # The service

    def found(self, **terms: Any) -> None:
        """The pages belong to a new site with these terms from now on."""
        terms = {"controller": "Example Network", "timezone": "Europe/Berlin", **terms}
        self.key = self.world.add_site(terms.pop("controller"), ("site.localhost",), **terms)
        self.pages.script_path = f"/s/{self.key}/consent.js"

    @property
    def script_path(self) -> str:
        return self.pages.script_path

    @property
    def notice(self) -> Any:
        """The current notice, as the service tells it."""
        return self.world.notice(self.key)

    def publish(self, texts: Mapping[str, Mapping[str, str]] | None = None, **english: str) -> str:
        """Publish another notice, which is current at once: its texts, or changes to the English ones. Its digest."""
        month = f"{self._now:%Y-%m}"
        texts = texts or {"en": {**TEXTS, **english}}
        with writing(self.world.engine) as connection:
            sites.publish(connection, sites.get(connection, self.key), Period.parse(month), True, texts=texts)
        self.world.keeper.watch()
        return self.notice["digest"]

    def host(self, *names: str) -> None:
        """The site's host names, from now on."""
        with writing(self.world.engine) as connection:
            sites.amend(connection, self.key, "Example Network", names)
        self.world.keeper.watch()

    def option(self, **changes: Any) -> None:
        """Change the site's options, which holds at once."""
        with writing(self.world.engine) as connection:
            present = sites.get(connection, self.key)
            sites.amend(connection, self.key, present.name, present.hosts, present.options.amended(changes))
        self.world.keeper.watch()

    def pin(self) -> None:
        """Pin the site's script as it is; its pages embed it by its digest from now on."""
        present = self.world.site(self.key)
        edition = present.timeline.on(present.timeline.day_at(self.world.clock.now))
        files = build.for_site(present, edition, self.world.config.public_url, {"pinned"})
        with writing(self.world.engine) as connection:
            pins.add(connection, self.key, files.digest, files.text)
        self.world.keeper.watch()
        self.pages.script_path = f"/s/{self.key}/consent.{files.digest}.js"
        self.pages.script = (
            f'<script src="{{script}}" integrity="{files.integrity}" crossorigin="anonymous" defer></script>'
        )

    def token(self, quarter: str = "2026Q4", key: str = "") -> str:
        """What the service gives to whoever accepts in the middle of a quarter."""
        now = self.world.clock.now
        middle = dt.datetime(int(quarter[:4]), int(quarter[5]) * 3 - 1, 15, tzinfo=BERLIN)
        self.world.clock.now = middle.timestamp()
        given = self.world.token(key or self.key)
        self.world.clock.now = now
        return given

    def pending(self, period: str) -> Any:
        """Everything counted in a period so far: counts by dimension and value."""
        self.arrive()
        self.world.merge()
        store = PendingStore(Spool(self.world.config.spool_dir))
        return store.sites[self.key].periods[period]

    # The time

    def at(self, time: dt.datetime) -> None:
        """It is this time now, for the service and in every browser; what was sent before has arrived before."""
        self.arrive()
        self._now = time
        self.world.clock.now = time.timestamp()
        self.world.keeper.assign()
        for visitor in self._visitors:
            visitor.at(time)

    def later(self, **parts: float) -> None:
        self.at(self._now + dt.timedelta(**parts))

    # The browsers

    def visitor(self, **options: Any) -> Visitor:
        """Somebody new."""
        visitor = Visitor(self._browser, self.site, self.service, **options)
        visitor.at(self._now)
        self._visitors.append(visitor)
        return visitor

    @property
    def hits(self) -> list[Any]:
        """The hits in the order in which they came."""
        return [request.json for request in self.recorder.to("/hit")]

    def wait_for_hits(self, number: int) -> list[Any]:
        self.recorder.wait(lambda: len(self.recorder.to("/hit")) >= number)
        return self.hits

    def wait_for(self, path: str) -> Request:
        self.recorder.wait(lambda: bool(self.recorder.to(path)))
        return self.recorder.to(path)[0]

    def arrive(self) -> None:
        """Wait until all hits that were sent have come, and all that came is answered."""
        sent = sum(len(visitor.hits) for visitor in self._visitors)
        requests = self.recorder.requests
        self.recorder.wait(lambda: len(self.recorder.to("/hit")) >= sent and all(one.status for one in requests))

    def end(self) -> None:
        """See that the service took what the snippet sent, and send everybody home.

        In this order: what is on its way when a browser is closed is lost.
        """
        self.arrive()
        for visitor in self._visitors:
            visitor.leave()
        assert self.recorder.refused() == self.refusals


@contextmanager
def staged(world: World, browser: Any) -> Iterator[Stage]:
    recorder = Recorder(world.app.flask)
    pages = SitePages(recorder)
    with serving(recorder) as service_port, serving(pages) as site_port:
        pages.service = f"http://service.localhost:{service_port}"
        stage = Stage(world, browser, recorder, pages, f"http://site.localhost:{site_port}")
        yield stage
        stage.end()
