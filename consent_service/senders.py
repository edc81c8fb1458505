"""The sender limit: what one address can add in a minute is bounded, and no address is kept.

An address is hashed with a random key into one of 65,536 slots; the key lives in this process alone and for ten
minutes at most. Several senders may share a slot: the limit is a bound, not an account.
"""

from __future__ import annotations

import ipaddress
import secrets
from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import blake2b

from consent_service.config import Network

SLOTS = 65_536
KEY_SECONDS = 600


class SenderLimit:
    """Counts per slot and minute. Each worker has its own, so the bound is per worker."""

    def __init__(self, per_minute: int, trusted: Sequence[Network], clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._trusted = tuple(trusted)
        self._counts = array("H", bytes(2 * SLOTS))
        self._minute = -1
        self._key = b""
        self._key_until = 0.0
        # Asked about peers and proxies alone: a visitor's address must not stay in its memory.
        self._is_trusted = lru_cache(256)(lambda address: _is_in(address, trusted))

    def admits(self, peer: str, forwarded: str) -> bool:
        """Count one request of a sender; False if its slot is used up for this minute."""
        if not self._per_minute:
            return True
        slot = self.slot(peer, forwarded)
        if self._counts[slot] >= self._per_minute:
            return False
        self._counts[slot] += 1
        return True

    def slot(self, peer: str, forwarded: str) -> int:
        """The sender's slot, by the address that the last trusted proxy saw."""
        now = self._clock()
        if now // 60 != self._minute:
            self._start_minute(now)
        address = peer
        if forwarded and self._is_trusted(peer):
            address = self._before_proxies(forwarded)
        digest = blake2b(_network(address), digest_size=2, key=self._key).digest()
        return digest[0] << 8 | digest[1]

    def _before_proxies(self, forwarded: str) -> str:
        """The address that the outermost trusted proxy saw."""
        *hops, address = [hop.strip() for hop in forwarded.split(",")]
        while hops and _is_in(address, self._trusted):
            address = hops.pop()
        return address

    def _start_minute(self, now: float) -> None:
        self._minute = int(now // 60)
        self._counts = array("H", bytes(2 * SLOTS))
        if not self._key_until - KEY_SECONDS <= now < self._key_until:
            self._key, self._key_until = secrets.token_bytes(32), now + KEY_SECONDS - 60


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(_plain(address))
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def _plain(address: str) -> str:
    """Without what some proxies and sockets add: a port, a zone, or the IPv6 form of an IPv4 address."""
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    return address.partition("%")[0].removeprefix("::ffff:") if "." in address else address.partition("%")[0]


def _network(address: str) -> bytes:
    """The bytes to hash: an IPv6 address by its /64, which is one household."""
    address = _plain(address)
    if ":" not in address:
        return address.encode()
    try:
        return ipaddress.IPv6Address(address).packed[:8]
    except ValueError:
        return address.encode()
