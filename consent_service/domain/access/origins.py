"""Origins: where a page that may embed another is from, such as ``https://www.example.org``."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from consent_service.domain.errors import UserError
from consent_service.domain.masking.hosts import is_host, tidied

MOST_ORIGINS = 20

_HERE = ("localhost", "127.0.0.1", "[::1]")


def origin_of(text: str, to_ascii: Callable[[str], str] = tidied) -> str:
    """The origin in its one spelling; of an address copied from a browser its origin. Raises UserError.

    ``to_ascii`` gives the stored spelling of a host name, where names may come in other letters than ASCII.
    It ends up in a header, so nothing but scheme, host and port may be in it. Plain HTTP is taken of this machine
    alone: elsewhere anyone on the way could embed what they like in such a page.
    """
    wrong = UserError(f"{text!r} is not an address such as https://www.example.org")
    try:
        parts = urlsplit(text.strip().lower())
        port = parts.port
    except ValueError:
        raise wrong from None
    name = to_ascii(parts.hostname or "")
    host = f"[{name}]" if ":" in name else name
    if parts.username is not None or not is_host(host):
        raise wrong
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _HERE):
        raise wrong
    standard = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{host}" if port in (None, standard) else f"{parts.scheme}://{host}:{port}"


def origins_of(text: str, to_ascii: Callable[[str], str] = tidied) -> list[str]:
    """Those of a text with one on each line. Raises UserError."""
    origins = sorted({origin_of(word, to_ascii) for word in text.replace(",", " ").split()})
    if len(origins) > MOST_ORIGINS:
        raise UserError(f"{MOST_ORIGINS} addresses at most")
    return origins
