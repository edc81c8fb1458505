"""Host names: how they are written, and which lies below which."""

from __future__ import annotations

import re

_HOST = re.compile(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?|\[[0-9a-f:.]+\]"
)


def tidied(name: str) -> str:
    """A host name in the one spelling in which it is stored and compared."""
    return name.strip().lower().rstrip(".")


def is_host(name: str) -> bool:
    """Whether a tidied text is a host name or an IP address as addresses of pages have it."""
    return _HOST.fullmatch(name) is not None


def with_port(address: str, port: int) -> str:
    """An address and a port as they are written, an IPv6 address in brackets."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def is_domain(name: str) -> bool:
    """Whether a tidied text is a host name of two labels or more, and no IP address."""
    last = name.rpartition(".")[2]
    # No top-level domain begins with a digit, and each IPv4 address ends in a number.
    return "." in name and not name.startswith("[") and is_host(name) and last[0].isalpha()


def lies_within(host: str, domain: str) -> bool:
    """Whether a host is the domain or a sub-domain of it."""
    return host == domain or host.endswith(f".{domain}")
