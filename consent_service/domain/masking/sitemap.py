"""The pages that a sitemap names: a file of https://www.sitemaps.org, or a plain list with an address a line.

XML is read by expat alone, and a document type is refused before anything of it is used: without one no entity can be
declared, so that nothing in a file can grow or lead elsewhere, whichever expat there is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.parsers import expat

from consent_service.domain.errors import UserError
from consent_service.domain.masking.hosts import tidied
from consent_service.domain.masking.paths import safe_path

LARGEST_FILE = 512 * 1024
"""Bytes, some thousands of addresses; the rest of a megabyte is for the form around it."""

_ELEMENT = re.compile(r"\s*(\ufeff)?\s*<")


@dataclass(frozen=True)
class Pages:
    """What was found: ``paths`` made safe, in their order, as many as there may be; and how many are not among them."""

    paths: tuple[str, ...]
    elsewhere: int
    """on hosts that are not the site's"""
    unusable: int
    """no addresses of pages"""
    too_many: int


def read(content: bytes, hosts: Collection[str], most: int) -> Pages:
    """The pages of a site that a file names. Raises UserError."""
    if len(content) > LARGEST_FILE:
        raise UserError("the file is larger than 512 kB: split it, or leave addresses out that differ in ids alone")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise UserError("the file is not UTF-8 text; if it ends in .gz, unpack it first") from None
    addresses = _elements(content) if _ELEMENT.match(text) else text.lstrip("\ufeff").splitlines()
    return _pages(addresses, hosts, most)


def _pages(addresses: Iterable[str], hosts: Collection[str], most: int) -> Pages:
    unique: dict[str, None] = {}
    elsewhere = unusable = 0
    for address in filter(None, map(str.strip, addresses)):
        host, path = _split(address)
        if path is None:
            unusable += 1
        elif host and host not in hosts:
            elsewhere += 1
        else:
            unique[safe_path(path)] = None
    if not unique and not elsewhere:
        raise UserError("the file names no page: a sitemap has <loc> with an address, a plain list one on each line")
    paths = tuple(unique)
    return Pages(paths[:most], elsewhere, unusable, len(paths[most:]))


def _split(address: str) -> tuple[str, str | None]:
    """Host and path; a path alone is the site's own; no path if it is no address of a page."""
    if address.startswith("/") and not address.startswith("//"):
        return "", address
    try:
        parts = urlsplit(address)
        name = parts.hostname or ""
    except ValueError:
        return "", None
    if parts.scheme not in ("http", "https") or not name:
        return "", None
    return tidied(f"[{name}]" if ":" in name else name), parts.path or "/"


def _elements(content: bytes) -> list[str]:
    """The texts of all ``<loc>``. Raises UserError."""
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise UserError(f"the file is not well-formed XML: {expat.ErrorString(error.code)}") from None
    return reader.addresses


class _Reader:
    def __init__(self) -> None:
        self.addresses: list[str] = []
        self._text: list[str] | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._add

    def _refuse(self, *_: Any) -> None:
        raise UserError("a sitemap has no document type: take the lines with <! out of the file")

    def _start(self, name: str, _: Any) -> None:
        if name.endswith("sitemapindex"):
            raise UserError("this is an index of sitemaps: choose the files that it names, one after the other")
        self._text = [] if _is_location(name) else self._text

    def _add(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        if _is_location(name) and self._text is not None:
            self.addresses.append("".join(self._text))
            self._text = None


def _is_location(name: str) -> bool:
    """Whether an element has a page's address; pictures and videos have theirs in name spaces of their own."""
    space, _, local = name.rpartition(" ")
    return local == "loc" and (not space or "/schemas/sitemap/" in space)
