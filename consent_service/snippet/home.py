"""The service's own address, and who can reach it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from consent_service.config import Config
from consent_service.domain.masking.hosts import with_port

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


def advice(config: Config, environ: Mapping[str, str], *others: int) -> str:
    """What to do where the owner's address does not work from the reader's place; empty if nothing is to be said.

    ``others`` are further ports that are served beside. Whoever reads it by ssh has ``SSH_CONNECTION`` set.
    """
    parts = urlsplit(config.public_url)
    if not is_here(config.public_url):
        return _INSECURE if parts.scheme == "http" else ""
    told = ""
    if environ.get("SSH_CONNECTION"):
        near = {parts.port or 80: config.port, **{port: port for port in others}}
        address = "::1" if ":" in config.host else "127.0.0.1"
        tunnels = " ".join(f"-L {port}:{with_port(address, there)}" for port, there in near.items())
        told = _BY_SSH.format(tunnels=tunnels)
    return told + (_EVERYWHERE if ip_address(config.host).is_unspecified else "")


_BY_SSH = """You are here by ssh. Run this on your own computer, with HOST as you named it; then open the address there:
  ssh -N {tunnels} HOST
"""

_EVERYWHERE = """Owners' pages answer under that address alone. Where browsers reach this machine or container under
another, set CONSENT_PUBLIC_URL to it, such as https://stats.example.org
"""

_INSECURE = """Browsers keep nobody signed in there: owners' cookies need HTTPS, or a loopback address.
Set CONSENT_PUBLIC_URL to an https address, with a proxy that answers it.
"""
