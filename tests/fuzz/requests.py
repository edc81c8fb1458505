"""Requests to ``POST /hit``: good hits, and hits in which something is wrong, from their fields down to their bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from consent_service.domain.counting import hit
from tests.fuzz.choices import Choices, chance, pick
from tests.world import FIREFOX

MEGABYTE = 1_000_000

FLAGS = sorted(hit.VIEW_FLAGS)
INTERACTION_FLAGS = sorted(hit.INTERACTION_COUNTERS)
PATHS = ("/", "/a", "/2026/11/22/", "/user/jane", "/%2540", "/a;b=c?d#e", "/ü/日本", "/" + "x" * 300, "/" + "a/" * 100)
HOSTS = (
    "",
    "news.example",
    "192.0.2.1",
    "xn--bcher-kva.example",
    "K7x9q2m4zz81.mail.example",
    "localhost",
    "(other)",
    "a:1",
)
CAMPAIGNS = ("", "newsletter", "Jane@Example.org", "%E4%B8%AD", "(none)", "a b+c", "x" * 200)
ZONES = ("", "Europe/Amsterdam", "America/New_York", "../../etc", "Mars/Olympus")
AGENTS = (FIREFOX, "", "curl/8", "Mozilla/5.0 (" + "x" * 900, "\xff\x00\u2603".encode().decode("latin-1"))
ORIGINS = (
    "https://harbour.example",
    "http://harbour.example:8080",
    "null",
    "https://evil.example",
    "://",
    "\xff" * 20,
    "",
)
FORWARDED = (
    "192.0.2.1",
    "192.0.2.1, 127.0.0.1",
    "[2001:db8::1]:443",
    "::ffff:192.0.2.9",
    "%",
    ",,,",
    "\x00",
    "x" * 5_000,
)
DEEDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "event": ("n", ("donate", "sign-up", "unknown", "")),
    "outbound": ("n", HOSTS),
    "download": ("n", PATHS),
    "vitals": ("n", ("lcp", "inp", "cls", "ttfb")),
}
WRONG = (
    "null", "true", "-1", "128", "404", "1e999", "1e308", "1.5", "0.1", "99999999999999999999", '""', '"/"', "[]", "{}",
    "[[[[[]]]]]", '"\\ud800"', '"\\u0000"', '"\\u202e"', '"(none)"', '"%"', "NaN", "-Infinity", "'x'",
    '"' + "x" * 500 + '"', '"\\', "",
)  # fmt: skip
"""JSON, and nearly JSON, in the place of a value."""
NAMES = ("s", "t", "e", "f", "p", "x", "r", "us", "um", "uc", "z", "l", "d", "n", "v", "S", "visitor", "__class__", "")


class Request(NamedTuple):
    headers: dict[str, str]
    """by name"""
    body: bytes


class Target(NamedTuple):
    site: str
    token: str


def draw(choices: Choices, targets: list[Target]) -> Request:
    """One request: a good hit, in a third of all cases as it is."""
    target = pick(choices, targets)
    fields = _good(choices, target)
    if chance(choices, 10):
        fields["t"] = json.dumps(pick(choices, targets).token)
    damage = choices.below(6)
    if damage in (2, 3):
        _spoil(choices, fields)
    body = ("{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in fields.items()) + "}").encode()
    if damage in (3, 4):
        body = _damage(choices, body)
    elif damage == 5:
        body = choices.raw(1_100)
    return Request(_headers(choices), body)


def _good(choices: Choices, target: Target) -> dict[str, str]:
    """A hit as it should be, by field, each as JSON."""
    kind = pick(choices, ("view", "view", "view", "engaged", *DEEDS))
    fields: dict[str, Any] = {"s": target.site, "t": target.token, "e": kind}
    if kind == "view":
        fields |= {"f": pick(choices, FLAGS), "p": pick(choices, PATHS)}
        if chance(choices, 20):
            fields["x"] = 404
        if fields["f"] & hit.FIRST_VIEW:
            fields |= {"r": pick(choices, HOSTS), "us": pick(choices, CAMPAIGNS), "uc": pick(choices, CAMPAIGNS)}
            fields |= {"z": pick(choices, ZONES), "l": pick(choices, ("de-AT", "en", "", "x")), "d": "phone"}
    elif kind == "engaged":
        fields |= {"f": pick(choices, INTERACTION_FLAGS), "v": choices.below(3_000) / 2}
    else:
        name, values = DEEDS[kind]
        fields |= {"f": pick(choices, INTERACTION_FLAGS), name: pick(choices, values), "v": choices.below(6_000)}
    return {name: json.dumps(value, ensure_ascii=chance(choices, 50)) for name, value in fields.items()}


def _spoil(choices: Choices, fields: dict[str, str]) -> None:
    """Wrong values, missing fields, fields that there are not."""
    for _ in range(1 + choices.below(3)):
        name = pick(choices, (*fields, *NAMES))
        if chance(choices, 25):
            fields.pop(name, None)
        elif chance(choices, 25):
            fields[name] = json.dumps(choices.raw(60).decode("utf-8", "replace"))
        elif chance(choices, 10):
            fields[name] = str(choices.below(256) - 64)
        else:
            fields[name] = pick(choices, WRONG)


def _damage(choices: Choices, body: bytes) -> bytes:
    for _ in range(1 + choices.below(3)):
        body = pick(choices, DAMAGES)(choices, body)
    return body


def _flip(choices: Choices, body: bytes) -> bytes:
    place = choices.below(len(body) + 1)
    return body[:place] + bytes([choices.below(256)]) + body[place + 1 :]


def _insert(choices: Choices, body: bytes) -> bytes:
    place = choices.below(len(body) + 1)
    return body[:place] + choices.raw(16) + body[place:]


def _cut(choices: Choices, body: bytes) -> bytes:
    return body[: choices.below(len(body) + 1)]


def _repeat(choices: Choices, body: bytes) -> bytes:
    """A piece of it many times, up to a megabyte."""
    start = choices.below(len(body) + 1)
    piece = body[start : start + 1 + choices.below(20)] or b"["
    most = pick(choices, (10, 100, 1_000)) if not chance(choices, 1) else MEGABYTE
    return body[:start] + piece * (1 + choices.below(most) // len(piece)) + body[start:]


def _recode(choices: Choices, body: bytes) -> bytes:
    text = body.decode("utf-8", "replace")
    return text.encode(pick(choices, ("utf-16", "utf-32-le", "utf-8-sig", "latin-1")), "replace")


def _twice(_: Choices, body: bytes) -> bytes:
    """Every field twice."""
    return body[:-1] + b"," + body[1:]


DAMAGES: tuple[Callable[[Choices, bytes], bytes], ...] = (_flip, _insert, _cut, _repeat, _recode, _twice)


def _headers(choices: Choices) -> dict[str, str]:
    headers = {"User-Agent": pick(choices, AGENTS)}
    if chance(choices, 60):
        headers["X-Forwarded-For"] = f"198.51.{choices.below(256)}.{choices.below(256)}"
    for name, values, share in (
        ("Origin", ORIGINS[:2], 40),
        ("Origin", ORIGINS, 8),
        ("X-Forwarded-For", FORWARDED, 8),
        ("Sec-GPC", ("1", "0", "\xff"), 3),
    ):
        if chance(choices, share):
            headers[name] = pick(choices, values)
    return headers
