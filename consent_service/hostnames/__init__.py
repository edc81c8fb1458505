"""Host names as people type and read them.

Stored and compared are A-labels (``xn--mnchen-3ya.example``), as browsers send them; people read U-labels
(``münchen.example``). `idna` is imported where it is needed: most services never meet a name that is not ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from consent_service.domain.errors import UserError
from consent_service.domain.masking.hosts import tidied
from consent_service.hostnames import lookalikes

_ACE = "xn--"
_PORT = re.compile(r"(.+):(\d{1,5})")
_LONGEST_TYPED = 254
"""Of more nothing is a host name, and mapping it would take long."""


class HostNameError(UserError):
    """A text that is no host name."""


@dataclass(frozen=True)
class TypedHosts:
    """Host names as they are stored, and what was done to them that whoever typed them should know."""

    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


def to_ascii(name: str) -> str:
    """A host name in the one spelling in which it is stored and compared: A-labels, lower case, no final dot.

    It is mapped as browsers do it (UTS 46, non-transitional): ``MÜNCHEN.example`` and ``例え。example`` are names too.
    Whether the result is a host name is asked by `domain.masking.hosts.is_host`. Raises HostNameError.
    """
    plain = tidied(name)
    return plain if plain.isascii() else _mapped(name.strip())


def _mapped(name: str) -> str:
    from idna import IDNAError, alabel, uts46_remap  # noqa: PLC0415 - only for names that are not ASCII

    try:
        # What is longer than any host name is cut, and so refused as one.
        labels = uts46_remap(name[:_LONGEST_TYPED], std3_rules=True).rstrip(".").split(".")
        return ".".join(label if label.isascii() else alabel(label).decode() for label in labels)
    except (IDNAError, ValueError):
        raise HostNameError(
            f"{name[:100]!r} is not a host name: write it as in the address bar, or with the xn-- that browsers send"
        ) from None


def to_unicode(host: str) -> str:
    """A stored host name as people read it: in U-labels, but for those that could be taken for others."""
    if _ACE not in host:
        return host
    labels = host.split(".")
    top = _decoded(labels[-1])
    return ".".join(_displayed(label, top) for label in labels)


def origin_to_unicode(origin: str) -> str:
    """An origin with its host name as people read it."""
    scheme, separator, place = origin.partition("://")
    host, colon, port = place.partition(":")
    return f"{scheme}{separator}{to_unicode(host)}{colon}{port}"


def with_stored(host: str) -> str:
    """A stored host name as people read it, with the stored spelling beside it where the two differ."""
    shown = to_unicode(host)
    return host if shown == host else f"{shown} ({host})"


def parse_typed(words: Iterable[str]) -> TypedHosts:
    """Host names that were typed, or copied as addresses; ports are taken off, and a note says so.

    Raises HostNameError.
    """
    names: list[str] = []
    notes: list[str] = []
    for word in words:
        typed = _place_of(word)
        match = _PORT.fullmatch(typed)
        # Of an IPv6 address without its brackets the end is no port.
        has_port = match and (":" not in match[1] or match[1].startswith("["))
        names.append(to_ascii(match[1] if match and has_port else typed))
        if has_port:
            shown = to_unicode(names[-1])
            notes.append(f"the port of {typed} is left out: pages count on every port of {shown}")
    return TypedHosts(tuple(names), tuple(dict.fromkeys(notes)))


def _place_of(word: str) -> str:
    """Of an address copied from a browser host and port."""
    try:
        return urlsplit(word if "://" in word else f"//{word}").netloc.rpartition("@")[2]
    except ValueError:  # one bracket of two
        return word


def _decoded(label: str) -> str:
    """The U-label of an A-label; the label itself if it does not convert back."""
    from idna import IDNAError, alabel, ulabel  # noqa: PLC0415 - only for names with an A-label

    if not label.startswith(_ACE):
        return label
    try:
        read = ulabel(label)
        return read if alabel(read).decode() == label else label
    except (IDNAError, ValueError):
        return label


def _displayed(label: str, top: str) -> str:
    read = _decoded(label)
    return read if lookalikes.is_unmistakable(read, top) else label
