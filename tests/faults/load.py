"""A load client in a process of its own: steady, over kept connections, with a ledger of every hit that it sent.

    python -m tests.faults.load JOB

JOB is a JSON file: host, port, rate (hits per second), connections, seed, hits (a list of request bodies with
their paths, User-Agents and weights), and the files for ledger and progress. It sends until it gets SIGTERM, waits for
the answers that are due, and writes the ledger: for each request how often it was answered 204 (an acceptance
200), answered otherwise (and so not counted), or left without an answer.
"""

from __future__ import annotations

import json
import mmap
import random
import re
import selectors
import signal
import socket
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

ADDRESSES = 50_000
"""So many senders: at six thousand hits a second each sends some seven a minute, and the limit stays on."""

PATIENCE = 20
"""Seconds after which an answer does not come any more: its connection waits for a process that is gone."""

EVER_NEW = b"nnnn-nnnn"
"""Stands in a body for eight letters that are others each time."""

LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class Ledger:
    """What became of each request, by its number."""

    def __init__(self) -> None:
        self.sent = 0
        self.answered: Counter[int] = Counter()
        self.unanswered: Counter[int] = Counter()
        self.refused: Counter[str] = Counter()

    def note(self, number: int, status: bytes) -> None:
        if status in (b"204", b"200"):  # a hit, an acceptance
            self.answered[number] += 1
        else:
            self.refused[status.decode()] += 1


class Lane:
    """One connection, with at most one request on its way."""

    def __init__(self, address: tuple[str, int], ledger: Ledger, selector: selectors.BaseSelector) -> None:
        self._address = address
        self._ledger = ledger
        self._selector = selector
        self._received = b""
        self.socket: socket.socket | None = None
        self.number: int | None = None
        self.since = 0.0

    def connect(self) -> bool:
        with suppress(OSError):
            self.socket = socket.create_connection(self._address, timeout=1)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(self.socket, selectors.EVENT_READ, self)
            return True
        return False

    def send(self, number: int, request: bytes, now: float) -> None:
        self.number, self.since = number, now
        self._ledger.sent += 1
        try:
            self.socket.sendall(request)
        except OSError:
            self.give_up()

    def receive(self) -> None:
        """Take what has come; an answer that is complete frees the lane."""
        try:
            chunk = self.socket.recv(65_536)
        except OSError:
            chunk = b""
        if not chunk:
            self.give_up()
            return
        self._received += chunk
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if separator and _is_whole(head, body) and self.number is not None:
            self._ledger.note(self.number, head[9:12])
            self.number, self._received = None, b""

    def give_up(self) -> None:
        """The connection is gone: whether the hit was counted nobody can say."""
        if self.number is not None:
            self._ledger.unanswered[self.number] += 1
        self._selector.unregister(self.socket)
        self.socket.close()
        self.socket, self.number, self._received = None, None, b""


class Client:
    """Keeps as many lanes busy as the rate allows."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.ledger = Ledger()
        self._job = job
        self._random = random.Random(job["seed"])
        self._requests = [_request(job, hit) for hit in job["hits"]]
        self._numbers = self._random.choices(range(len(job["hits"])), [hit["weight"] for hit in job["hits"]], k=100_000)
        self._addresses = [_any_address(self._random) for _ in range(ADDRESSES)]
        self._selector = selectors.DefaultSelector()
        address = (job["host"], job["port"])
        self._lanes = [Lane(address, self.ledger, self._selector) for _ in range(job["connections"])]
        self._progress = _shared_number(Path(job["progress"]))
        self._retry_at = 0.0

    def run(self) -> None:
        told = []
        signal.signal(signal.SIGTERM, lambda *_: told.append(True))
        start = time.monotonic()
        while not told:
            self._send_what_is_due(start)
            self._receive(0.002)
        while any(lane.number is not None for lane in self._lanes):
            self._receive(0.05)

    def _send_what_is_due(self, start: float) -> None:
        now = time.monotonic()
        due = min(int(self._job["rate"] * (now - start)), self.ledger.sent + len(self._lanes))
        for lane in self._lanes:
            if self.ledger.sent >= due:
                break
            if lane.number is None and (lane.socket or self._connect(lane, now)):
                number = self._numbers[self.ledger.sent % len(self._numbers)]
                head, tail = self._requests[number]
                address = self._addresses[self._random.randrange(ADDRESSES)]
                if EVER_NEW in tail:
                    tail = tail.replace(EVER_NEW, _letters(self.ledger.sent))
                lane.send(number, head + address + tail, now)
        self._progress[0] = self.ledger.sent

    def _connect(self, lane: Lane, now: float) -> bool:
        if now < self._retry_at:
            return False
        if not lane.connect():
            self._retry_at = now + 0.05
            return False
        return True

    def _receive(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            key.data.receive()
        late = time.monotonic() - PATIENCE
        for lane in self._lanes:
            if lane.number is not None and lane.since < late:
                lane.give_up()


def _is_whole(head: bytes, body: bytes) -> bool:
    if b"chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    length = LENGTH.search(head)
    return len(body) >= (int(length[1]) if length else 0)


def _request(job: dict[str, Any], hit: dict[str, Any]) -> tuple[bytes, bytes]:
    """What stands before and after the sender's address."""
    body = json.dumps(hit["body"]).encode()
    head = f"POST {hit['path']} HTTP/1.1\r\nHost: {job['host']}:{job['port']}\r\nUser-Agent: {hit['agent']}\r\n"
    return (
        f"{head}X-Forwarded-For: ".encode(),
        f"\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body,
    )


def _letters(number: int) -> bytes:
    digits = f"{number:08}".translate(str.maketrans("0123456789", "abcdefghij"))
    return f"{digits[:4]}-{digits[4:]}".encode()


def _any_address(source: random.Random) -> bytes:
    return ".".join(str(source.randrange(1, 255)) for _ in range(4)).encode()


def _shared_number(file: Path) -> memoryview:
    with file.open("r+b") as stream:
        return memoryview(mmap.mmap(stream.fileno(), 8)).cast("q")


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_bytes())
    client, start = Client(job), time.monotonic()
    client.run()
    ledger = client.ledger
    content = {
        "seconds": time.monotonic() - start,
        "sent": ledger.sent,
        "answered": ledger.answered,
        "unanswered": ledger.unanswered,
        "refused": ledger.refused,
    }
    partial = Path(job["ledger"] + ".partial")
    partial.write_text(json.dumps(content))
    partial.replace(job["ledger"])


if __name__ == "__main__":
    main()
