"""A service in this process that is sent requests, and what it must have counted of them, worked out plainly."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from consent_service.collect.cache import MOST_CACHED
from consent_service.collect.request import HitRequest
from consent_service.collect.responses import REFUSALS
from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting import hit
from consent_service.domain.counting.counts import ENGAGED_SECONDS, VIEWS, VISITORS, VISITS, PeriodCounts, plus
from consent_service.domain.counting.dimensions import DECLARABLE, DIMENSIONS, NONE, OTHER
from consent_service.front.wsgi import ADMITTED
from consent_service.spool.merge import read_refusals
from consent_service.spool.pending import PendingStore, SitePending
from consent_service.storage.counts import cells
from consent_service.storage.database.engine import reading
from tests.fuzz.choices import Choices
from tests.fuzz.requests import Request, Target, draw
from tests.world import World

BETWEEN_MERGES = 1_000
"""Requests. A tally holds what they touch, so that the spool is never full."""
SECONDS_BETWEEN = 0.05
MOST_IN_SPOOL = 27_000_000 + 3 * 5_000_000
"""Bytes: one worker and three sites, as docs/configuration.md has it."""

STATUSES = {"204", "400", "403", "413", "429"}
NOVEMBER = Period.parse("2026-11")
TEXTS = {answer.text: answer.reason for answer in REFUSALS}


class Wrong(AssertionError):
    """The service did what it must not; the message holds the request."""


class FuzzedService:
    """Three sites: counted by month, by day, and without breakdowns of its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        every = {"dimensions": DECLARABLE, "events": ("donate", "sign-up")}
        sites = [world.add_site(**every), world.add_site(detail="day", **every), world.add_site(dimensions=())]
        self.targets = [Target(site, world.token(site)) for site in sites]
        self.sent = 0
        self.statuses: Counter[str] = Counter()
        self.refused: Counter[int] = Counter()
        self.expected = {site: Counter[str]() for site in sites}

    def send(self, choices: Choices) -> None:
        """Send one request. Raises Wrong, or whatever the application raises."""
        request = draw(choices, self.targets)
        status, text = self._answer(request)
        self.sent += 1
        self.statuses[status] += 1
        if status not in STATUSES:
            raise Wrong(f"answered {status}: {request!r}")
        if status == "204":
            self._expect(json.loads(request.body))
        else:
            self.refused[TEXTS[text]] += 1
        self.world.clock.now += SECONDS_BETWEEN
        if self.sent % BETWEEN_MERGES == 0:
            self.world.merge()
            self.world.keeper.release()

    def _answer(self, request: Request) -> tuple[str, bytes]:
        """What the loop decides, or else Flask."""
        asked = HitRequest(
            request.body,
            "127.0.0.1",
            request.headers.get("X-Forwarded-For", ""),
            request.headers.get("Origin"),
            request.headers.get("User-Agent", ""),
            request.headers.get("Sec-GPC") == "1",
        )
        response = self.world.app.decide(asked)
        if response is not None:
            return response.status[:3], response.text
        environ = {ADMITTED: True, "REMOTE_ADDR": asked.peer}
        answer = self.world.client.post("/hit", data=request.body, headers=request.headers, environ_overrides=environ)
        return str(answer.status_code), answer.data

    def _expect(self, message: dict[str, Any]) -> None:
        expected, flags = self.expected[message["s"]], message.get("f", 0)
        if message["e"] == "engaged":
            if message["s"] != self.targets[-1].site:  # the last declares nothing
                expected["seconds"] += min(int(message.get("v", 0)), hit.LONGEST_ENGAGEMENT)
        elif message["e"] == "view":
            expected["views"] += 1
            expected["visits"] += bool(flags & hit.FIRST_VIEW)
            expected["visitors"] += bool(flags & hit.FIRST_VIEW and flags & hit.FIRST_OF_MONTH)

    def check(self) -> None:
        """Raises AssertionError unless everything was counted whole, and nothing grew beyond its bounds."""
        self.world.merge()
        self._check_refusals()
        self._check_bounds()
        for target in self.targets:
            self._check_site(target.site, self._counted(target.site))

    def _check_refusals(self) -> None:
        totals = read_refusals(self.world.app.services.spool).totals
        assert {reason: number for reason, number in enumerate(totals) if number} == dict(self.refused)

    def _check_bounds(self) -> None:
        spool = self.world.config.spool_dir
        used = sum(file.stat().st_blocks * 512 for file in spool.rglob("*") if file.is_file())
        assert used <= MOST_IN_SPOOL, used
        for pending in PendingStore(self.world.app.services.spool).sites.values():
            for counts in pending.periods.values():
                for name, breakdown in counts.items():
                    assert len(breakdown.keys() - {NONE, OTHER}) <= DIMENSIONS[name].seats, name
        increments = self.world.app.collector._increments
        assert (
            max(len(memory) for memory in (increments._paths, increments._hosts, increments._campaigns)) <= MOST_CACHED
        )

    def _counted(self, site: str) -> dict[str, list[int]]:
        """What was counted in the month and its days, pending or released, all values of a dimension together."""
        counted: dict[str, list[int]] = {}
        for period, breakdowns in self._periods(site):
            for name, breakdown in breakdowns.items():
                if period == "2026-11" or (len(period) == 10 and not DIMENSIONS[name].total):
                    for counts in breakdown.values():
                        assert counts[VIEWS] >= counts[VISITS] >= counts[VISITORS]
                        counted[name] = plus(counted.get(name, [0] * 5), counts)
        return counted

    def _periods(self, site: str) -> Iterator[tuple[str, PeriodCounts]]:
        pending = PendingStore(self.world.app.services.spool).sites.get(site, SitePending()).periods
        yield from pending.items()
        with reading(self.world.engine) as connection:
            stored = cells.stored(connection, site, [NOVEMBER, *NOVEMBER.days])
        yield from ((period.name, breakdowns) for period, breakdowns in stored.items())

    def _check_site(self, site: str, counted: dict[str, list[int]]) -> None:
        expected, nothing = self.expected[site], [0] * 5
        total = counted.get("site", nothing)
        measured = {"views": VIEWS, "visits": VISITS, "visitors": VISITORS}
        assert {name: total[place] for name, place in measured.items()} == {name: expected[name] for name in measured}
        assert counted.get("engagement", nothing)[ENGAGED_SECONDS] == expected["seconds"]
        for name in {*counted} | {"hour"}:
            if DIMENSIONS[name].first or name == "hour":
                assert counted.get(name, nothing)[VISITS] == total[VISITS], name
        if "page" in counted:
            assert counted["page"][VIEWS] == total[VIEWS]
