"""``python -m tests.faults.attackers KIND URL SECONDS``: somebody does his worst to a service, for so long.

It sends to a loopback address alone. What it was answered is printed: how often which status, and how often none.
"""

from __future__ import annotations

import asyncio
import json
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random
from typing import NamedTuple
from urllib.parse import urlsplit

SLOW, FORMS, SIGN_INS, SILENT, KEYS = 500, 20, 50, 10_000, 5_000
"""Senders of slow bodies; large forms, sign-ins and unknown keys in a second; silent connections."""

LANES = 64
"""Connections over which what comes often is sent."""


class Place(NamedTuple):
    """Whom it is done to, and until when."""

    host: str
    port: int
    ends: float
    statuses: Counter[str]

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.ends

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self.host, self.port)


def _request(path: str, body: bytes, *headers: str, method: str = "POST", length: int = -1) -> bytes:
    length = len(body) if length < 0 else length
    lines = (f"{method} {path} HTTP/1.1", "Host: {host}", f"Content-Length: {length}", *headers)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def slow_bodies(place: Place) -> None:
    """Half of them the body of a hit, half of a form; a byte each half second."""

    async def send(number: int) -> None:
        path = "/hit" if number % 2 else "/login"
        while not place.is_over:
            try:
                _, writer = await place.open()
                writer.write(_named(place, _request(path, b"", length=500)))
                while not place.is_over:
                    writer.write(b"{")
                    await writer.drain()
                    await asyncio.sleep(0.5)
                writer.close()
            except OSError:
                place.statuses["closed"] += 1

    await asyncio.gather(*(send(number) for number in range(SLOW)))


async def silent(place: Place) -> None:
    """As many as a process may open, up to ten thousand; whichever is closed is opened again."""
    most = min(SILENT, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 50)

    async def wait() -> None:
        while not place.is_over:
            try:
                reader, writer = await place.open()
                await asyncio.wait_for(reader.read(), max(0.1, place.ends - time.monotonic()))
                writer.close()
            except (OSError, TimeoutError):
                continue

    await asyncio.gather(*(wait() for _ in range(most)))


async def large_forms(place: Place) -> None:
    """A megabyte of very many fields, to addresses that there are and that there are not."""
    body = b"a=1&" * 250_000
    kind = "Content-Type: application/x-www-form-urlencoded"
    requests = [_request(path, body, kind, "Connection: close") for path in ("/nowhere", "/login", "/sites/x/settings")]
    await _at_rate(place, FORMS, lambda random: random.choice(requests), keeps=False)


async def sign_ins(place: Place) -> None:
    """With the mark of a real form, from as many /48; each for another account."""
    reader, writer = await place.open()
    writer.write(_named(place, _request("/login", b"", "Connection: close", method="GET")))
    page = (await reader.read()).decode()
    writer.close()
    mark = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    cookie = re.findall(r"(?i)set-cookie: ([^;]+)", page)[0]

    def draw(random: Random) -> bytes:
        body = f"csrf_token={mark}&email=a{random.random()}@example.org&password=guess".encode()
        return _request("/login", body, *_from_anywhere(random), f"Cookie: {cookie}", FORM)

    await _at_rate(place, SIGN_INS, draw)


async def unknown_keys(place: Place) -> None:
    """Hits and scripts of sites that there are not."""

    def draw(random: Random) -> bytes:
        key = f"{random.getrandbits(40):x}"
        if random.random() < 0.2:
            return _request(f"/s/{key}/consent.js", b"", *_from_anywhere(random), method="GET")
        return _request("/hit", json.dumps({"s": key, "t": key, "e": "view"}).encode(), *_from_anywhere(random))

    await _at_rate(place, KEYS, draw)


FORM = "Content-Type: application/x-www-form-urlencoded"


def _from_anywhere(random: Random) -> tuple[str]:
    return (f"X-Forwarded-For: 2001:db8:{random.getrandbits(16):x}::1",)


async def _at_rate(place: Place, rate: float, draw: Callable[[Random], bytes], *, keeps: bool = True) -> None:
    """Send so many in a second, over a few connections, until the time is over."""
    lanes = min(LANES, int(rate))

    async def lane(number: int) -> None:
        random, due = Random(number), time.monotonic() + number / rate
        reader: asyncio.StreamReader | None = None
        writer: asyncio.StreamWriter | None = None
        while not place.is_over:
            await asyncio.sleep(max(0, due - time.monotonic()))
            due += lanes / rate
            try:
                if writer is None or reader is None:
                    reader, writer = await place.open()
                writer.write(_named(place, draw(random)))
                place.statuses[await asyncio.wait_for(_status(reader), 10)] += 1
                if not keeps:
                    writer.close()
                    writer = None
            except (OSError, TimeoutError, asyncio.IncompleteReadError):
                place.statuses["none"] += 1
                writer = None

    await asyncio.gather(*(lane(number) for number in range(lanes)))


async def _status(reader: asyncio.StreamReader) -> str:
    """The status of an answer, once it has been read whole."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"(?i)content-length: (\d+)", head)
    if length:
        await reader.readexactly(int(length[1]))
    return head.split(" ")[1]


def _named(place: Place, request: bytes) -> bytes:
    return request.replace(b"{host}", f"{place.host}:{place.port}".encode(), 1)


ATTACKS: dict[str, Callable[[Place], Awaitable[None]]] = {
    "slow bodies": slow_bodies,
    "large forms": large_forms,
    "sign-ins": sign_ins,
    "silent connections": silent,
    "unknown keys": unknown_keys,
}


def main() -> None:
    kind, url, seconds = sys.argv[1:]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    parts = urlsplit(url)
    place = Place(str(parts.hostname), parts.port or 80, time.monotonic() + float(seconds), Counter())
    asyncio.run(_attack(ATTACKS[kind], place))
    print(json.dumps(place.statuses))


async def _attack(attack: Callable[[Place], Awaitable[None]], place: Place) -> None:
    try:
        await asyncio.wait_for(attack(place), max(1, place.ends - time.monotonic() + 5))
    except TimeoutError:
        place.statuses["unfinished"] += 1


if __name__ == "__main__":
    main()
