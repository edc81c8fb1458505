"""A request like a visitor's, with texts that are found nowhere else, through the address that visitors use."""

from __future__ import annotations

import http.client
import json
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from consent_service.collect import responses
from consent_service.domain.counting import hit

PATIENCE_SECONDS = 10
FIRST_OF_ALL = hit.VISIT_FLAGS | hit.FIRST_VIEW | hit.FIRST_TOUCH

_FIELDS = ("path", "query", "agent", "referrer", "language", "cookie", "token", "value")


@dataclass(frozen=True)
class Canary:
    """``mark`` is in every field that is sent, so that one search finds them all; each field ends in its own way."""

    mark: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """What the public address answered: a status, and whether it was the service that spoke."""

    status: int
    is_ours: bool


def make() -> Canary:
    mark = secrets.token_hex(12)
    return Canary(mark, {name: mark + secrets.token_hex(4) for name in _FIELDS})


def send(url: str, key: str, canary: Canary) -> Answer:
    """Ask for a site's script and send a hit whose token is none, so that it is refused and nothing is counted.

    Raises OSError or http.client.HTTPException where the address does not answer.
    """
    given = canary.fields
    _ask(url, "GET", f"/s/{key}/consent.js?{given['query']}", _headers(url, canary))
    status, text = _ask(url, "POST", "/hit", _headers(url, canary), _hit(key, canary))
    return Answer(status, text in {refusal.text for refusal in responses.REFUSALS})


def _headers(url: str, canary: Canary) -> dict[str, str]:
    given = canary.fields
    return {
        "User-Agent": f"Mozilla/5.0 ({given['agent']})",
        "Referer": f"{url}/{given['referrer']}?from={given['query']}",
        "Accept-Language": f"en, x-{given['language']}",
        "Cookie": f"seen={given['cookie']}",
        "Content-Type": "text/plain",
    }


def _hit(key: str, canary: Canary) -> bytes:
    given = canary.fields
    page = {"s": key, "t": given["token"], "e": "view", "p": f"/{given['path']}", "f": FIRST_OF_ALL}
    described = {"r": f"{given['referrer']}.example", "uc": given["value"], "n": given["value"]}
    return json.dumps({**page, **described}).encode()


def _ask(url: str, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> tuple[int, bytes]:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=PATIENCE_SECONDS)
    try:
        connection.request(method, parts.path.rstrip("/") + path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(100_000)
    finally:
        connection.close()
