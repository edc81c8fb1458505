"""Three months and the days since, visited: over HTTP, through the real keeper, on a moved clock."""

from __future__ import annotations

import heapq
import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date
from functools import partial
from itertools import groupby
from random import Random
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from consent_service.config import Config
from consent_service.demo.clock import MovableClock
from consent_service.demo.examples import DemoSite
from consent_service.demo.visitors import Crowd, Person, Visit, days_between
from consent_service.domain.calendar.periods import local_day, quarter_of, starts_at
from consent_service.domain.errors import UserError
from consent_service.domain.masking.hosts import with_port
from consent_service.front.protocol import MOST_QUEUED
from consent_service.keeper.keeper import create_keeper

SEED = 20261122
START_PATIENCE = 20


class Sender:
    """Sends requests over one connection, as many at once as there are."""

    def __init__(self, config: Config) -> None:
        self._host, self._port = config.host, config.port
        self._socket = socket.create_connection((self._host, self._port))

    def post(self, path: str, messages: Sequence[tuple[Person, dict[str, Any]]]) -> None:
        """Post each message as its visitor's browser would. Raises UserError if one is refused."""
        size = 50 if path == "/hit" else MOST_QUEUED
        for start in range(0, len(messages), size):
            part = messages[start : start + size]
            self._socket.sendall(b"".join(self._request(path, person, message) for person, message in part))
            answered = b""
            while (received := answered.count(b"HTTP/1.1 ")) < len(part) or not answered.endswith((b"\r\n\r\n", b"}")):
                chunk = self._socket.recv(65_536)
                if not chunk:
                    raise UserError("the server closed the connection")
                answered += chunk
            if answered.count(b"HTTP/1.1 20") != received:
                raise UserError(f"a simulated visitor was refused: {answered[:300]!r}")

    def close(self) -> None:
        self._socket.close()

    def ask(self, method: str, path: str, message: dict[str, Any] | None = None) -> dict[str, Any]:
        """One request, and the JSON of its answer."""
        connection = http.client.HTTPConnection(self._host, self._port)
        connection.request(method, path, json.dumps(message) if message else None)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer  # type: ignore[no-any-return]

    def _request(self, path: str, person: Person, message: dict[str, Any]) -> bytes:
        body = json.dumps(message).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {with_port(self._host, self._port)}\r\nContent-Type: text/plain\r\n"
            f"User-Agent: {person.agent}\r\nX-Forwarded-For: {person.address}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


class SiteHistory:
    """One demo site's visitors, and the token that their browsers hold."""

    def __init__(self, site: DemoSite, key: str, number: int) -> None:
        self.key = key
        self._zone = ZoneInfo(site.terms["timezone"])
        self._crowd = Crowd(site.audience, Random(SEED + number))  # noqa: S311 - a simulation
        self._tokens: dict[str, str] = {}

    def hours(self, start: date, now: float) -> Iterator[tuple[float, str, Send]]:
        """For each hour with visits: when it is, and what sends them."""
        for day in days_between(start, local_day(now, self._zone)):
            begin = starts_at(day, self._zone)
            for hour, visits in groupby(self._crowd.visits_on(day), key=lambda visit: visit.hour):
                instant = begin + 3_600 * hour + 60
                if instant < now:
                    yield instant, self.key, partial(self._send, day, list(visits))

    def _send(self, day: date, visits: list[Visit], sender: Sender) -> None:
        """What these visitors' browsers send: who is new accepts, then the page views."""
        quarter = quarter_of(day)
        digest = str(sender.ask("GET", f"/s/{self.key}/notice.json")["digest"])
        acceptance = {"s": self.key, "n": digest}
        if quarter not in self._tokens:
            self._tokens[quarter] = str(sender.ask("POST", "/consent", acceptance)["token"])
        signed = {"s": self.key, "t": self._tokens[quarter]}
        sender.post("/consent", [(visit.person, acceptance) for visit in visits if visit.accepts])
        sender.post("/hit", [(visit.person, signed | message) for visit in visits for message in visit.hits])


Send: TypeAlias = Callable[[Sender], None]


def make(config: Config, sites: Sequence[tuple[DemoSite, str]], start: date, now: float) -> Iterator[date]:
    """Live through all hours from ``start`` until ``now``; yields each day as it begins."""
    clock = MovableClock(config)
    histories = [SiteHistory(site, key, number) for number, (site, key) in enumerate(sites)]
    clock.move_to(starts_at(start, UTC))
    keeper = create_keeper(config, clock)
    keeper.assign()
    today = start
    with _server(config), closing(Sender(config)) as sender:
        hours = heapq.merge(*(history.hours(start, now) for history in histories), key=lambda hour: hour[0])
        for instant, _, send in hours:
            clock.move_to(instant)
            send(sender)
            keeper.merge()
            if local_day(instant, UTC) > today:
                today = local_day(instant, UTC)
                keeper.assign()
                keeper.release()
                keeper.close()
                yield today
    clock.move_to(now)
    keeper.merge()
    keeper.release()
    keeper.close()
    keeper.engine.dispose()  # no connection may be open when the service forks its processes


@contextmanager
def _server(config: Config) -> Iterator[None]:
    """The real server in a process of its own; ended with the block."""
    process = subprocess.Popen([sys.executable, "-m", "consent_service.demo.worker"])
    try:
        _await_port(config, process)
        yield
    finally:
        process.terminate()
        process.wait()


def _await_port(config: Config, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers. Raises UserError if it ended, or takes too long."""
    for _ in range(START_PATIENCE * 20):
        with suppress(ConnectionRefusedError), socket.create_connection((config.host, config.port)):
            return
        if process.poll() is not None:
            raise UserError("the server did not start; is the port in use?")
        time.sleep(0.05)
    raise UserError("the server took too long to start")
