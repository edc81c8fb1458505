"""The rate limit: what one address can add in a minute is bounded, and no address is kept.

An address is hashed with a random key into one of 65,536 slots; the key lives in this process alone and for ten
minutes at most, also if nobody comes any more. Several senders may share a slot: the limit is a bound, not an
account.
"""

from __future__ import annotations

import ipaddress
import secrets
from array import array
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import TypeAlias

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

SLOTS = 65_536
KEY_SECONDS = 600
MOST_PROXIES = 256


class RateLimit:
    """Counts per slot and minute. Each worker has its own, so the bound is per worker."""

    def __init__(
        self,
        per_minute: int,
        trusted: Sequence[Network],
        clock: Callable[[], float],
    ) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._trusted = tuple(trusted)
        self._counts = array("H", bytes(2 * SLOTS))
        self._seen = self._minute_ends = self._key_ends = float("-inf")
        self._keyed = blake2b(digest_size=2)  # with the key in it, which costs more than the address
        self._proxies: set[str] = set()  # those that are trusted alone: no visitor's address may stay in memory

    def admits(self, peer: str, forwarded: str) -> bool:
        """Count one request of a sender; False if its slot is used up for this minute."""
        if not self._per_minute:
            return True
        slot = self.slot(peer, forwarded)
        if self._counts[slot] >= self._per_minute:
            return False
        self._counts[slot] += 1
        return True

    def slot(self, peer: str, forwarded: str, *, wide: bool = False) -> int:
        """The sender's slot, by the address that the last trusted proxy saw: of IPv6 its /64, or /48 if ``wide``."""
        now = self._clock()
        if not self._seen <= now < self._minute_ends:
            self._start_minute(now)
        self._seen = now
        address = peer
        if forwarded and self._is_trusted(peer):
            address = self._before_proxies(forwarded)
        keyed = self._keyed.copy()
        keyed.update(_network(address, 6 if wide else 8))
        digest = keyed.digest()
        return digest[0] << 8 | digest[1]

    def forget(self) -> None:
        """Let go of a minute's counts and of the key once their time is over, though no request came since."""
        now = self._clock()
        if not self._seen <= now < self._minute_ends:
            self._start_minute(now)

    def _is_trusted(self, peer: str) -> bool:
        """Whether a peer is a trusted proxy. Cached for those that are; for others it is worked out each time."""
        if peer in self._proxies:
            return True
        if not _is_in(peer, self._trusted):
            return False
        if len(self._proxies) < MOST_PROXIES:
            self._proxies.add(peer)
        return True

    def _before_proxies(self, forwarded: str) -> str:
        """The address that the outermost trusted proxy saw."""
        if "," not in forwarded:
            return forwarded.strip()
        *hops, address = [hop.strip() for hop in forwarded.split(",")]
        while hops and _is_in(address, self._trusted):
            address = hops.pop()
        return address

    def _start_minute(self, now: float) -> None:
        """Begin to count from zero. A key that would be ten minutes old within this minute goes.

        So it does if the clock went back: then its age is not known.
        """
        self._counts = array("H", bytes(2 * SLOTS))
        if now < self._seen or now + 60 > self._key_ends:
            self._keyed, self._key_ends = blake2b(digest_size=2, key=secrets.token_bytes(32)), now + KEY_SECONDS
        self._seen, self._minute_ends = now, now - now % 60 + 60


class PerSecond:
    """So many in a second, whoever they are for."""

    def __init__(self, most: int, clock: Callable[[], float]) -> None:
        self._most = most
        self._clock = clock
        self._second = self._count = 0

    def admits(self) -> bool:
        """Count one; False if there were enough in this second."""
        second = int(self._clock())
        if second != self._second:
            self._second, self._count = second, 0
        self._count += 1
        return self._count <= self._most


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
    address = address.partition("%")[0]
    if address[:2] not in ("::", "0:", "00"):  # no IPv4 address in any spelling
        return address
    mapped = _ipv6(address)
    return str(mapped.ipv4_mapped) if mapped and mapped.ipv4_mapped else address


def _network(address: str, length: int) -> bytes:
    """The bytes to hash: an IPv6 address by so many of its bytes, of which eight are the /64 of one household."""
    if ":" not in address:
        return address.partition("%")[0].encode()
    plain = _plain(address)
    parsed = _ipv6(plain) if ":" in plain else None
    return parsed.packed[:length] if parsed else plain.encode()


def _ipv6(address: str) -> ipaddress.IPv6Address | None:
    try:
        return ipaddress.IPv6Address(address)
    except ValueError:
        return None
