"""What a hit's answer depends on, wherever the request came from: the event loop, or Flask."""

from __future__ import annotations

from typing import NamedTuple


class HitRequest(NamedTuple):
    """One ``POST /hit``: the body as it came, the peer's address, and the headers that are looked at."""

    body: bytes
    peer: str
    forwarded: str = ""
    """``X-Forwarded-For``"""
    origin: str | None = None
    agent: str = ""
    opts_out: bool = False
    """``Sec-GPC: 1``"""
    is_admitted: bool = False
    """whether the limits on a sender and on look-ups have counted it already"""
