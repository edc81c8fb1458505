"""How often in a minute a sender may try to sign in, and a token may read: bounded, and no address is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from flask import Flask, abort, request

from consent_service.web.people import known
from consent_service.web.security.api_caller import token_id
from consent_service.web.services import services

SIGN_INS = 10
"""Per sender slot: enough for a person who mistypes, little for one who guesses. A browser in which somebody has signed
in before has as many for itself."""

WIDER_SIGN_INS = 20
"""Per /48 of IPv6, which is what a provider gives a customer at most (RFC 6177)."""

READINGS = 300
"""Per token: enough for a report of many sites, little for a program that asks without end."""


def install(flask: Flask, sign_ins: Iterable[str], readings: Iterable[str]) -> None:
    """Limit these endpoints, each kind in its way."""
    for endpoint in sign_ins:
        flask.view_functions[endpoint] = _limited(flask.view_functions[endpoint], _may_sign_in)
    for endpoint in readings:
        flask.view_functions[endpoint] = _limited(flask.view_functions[endpoint], _may_read)


def _limited(view: Any, may: Callable[[str], bool]) -> Any:
    @wraps(view)
    def answer(**arguments: Any) -> Any:
        if not may(request.endpoint or ""):
            abort(429)
        return view(**arguments)

    return answer


def _may_sign_in(endpoint: str) -> bool:
    browser, counts = known.name(), services().stranger_counts
    if browser:
        return services().known_counts.admits(f"{endpoint} {browser}", SIGN_INS)
    sender = request.remote_addr or "", request.headers.get("X-Forwarded-For", "")
    slot, wider = (services().rate_limit.slot(*sender, wide=wide) for wide in (False, True))
    return counts.admits(f"{endpoint} {slot}", SIGN_INS) and counts.admits(f"{endpoint} wide {wider}", WIDER_SIGN_INS)


def _may_read(endpoint: str) -> bool:
    return services().known_counts.admits(f"{endpoint} {token_id()}", READINGS)
