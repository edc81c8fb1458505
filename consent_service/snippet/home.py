"""The service's own address, and who can reach it."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_PRIVATE_ENDINGS = ("localhost", "local", "lan", "internal", "arpa")
_ALL_ADDRESSES = ("0.0.0.0", "[::]")  # noqa: S104 - compared with, not bound to


def is_here(public_url: str) -> bool:
    """Whether the owner's pages are on this machine alone, where plain HTTP is as good as HTTPS."""
    return host(public_url) in (*LOOPBACK, *_ALL_ADDRESSES)


def visible_at(public_url: str, hosts: Iterable[str]) -> str:
    """The owner's address, as far as visitors of a site with these hosts can reach it.

    Empty if the owner's side is on this machine alone and the site is not.
    """
    is_local = any(name.rpartition(".")[2] == "localhost" or name.startswith("127.") for name in hosts)
    return public_url if is_local or not is_here(public_url) else ""


def is_private_host(name: str) -> bool:
    """Whether a host, as far as its name tells, is of a private network, which Chromium keeps public pages from."""
    try:
        return not ip_address(name.strip("[]")).is_global
    except ValueError:
        return "." not in name or name.rpartition(".")[2] in _PRIVATE_ENDINGS


def host(public_url: str) -> str:
    """The host of an address, an IPv6 one in brackets."""
    name = urlsplit(public_url).hostname or ""
    return f"[{name}]" if ":" in name else name
