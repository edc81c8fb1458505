"""The spellings in which a text may stand in a file, and the search of a file for them."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus

CHUNK = 1024 * 1024
"""Bytes that are read at once; what lies across two chunks is found too."""


def spellings(text: str) -> set[bytes]:
    """A text as it may be written: plain, percent, base64, hex and UTF-16; case and alignment as they come.

    None of them is empty, and each stands whole in every longer text that is encoded and holds this one: of base64
    the characters are left out that depend on what comes before or after.
    """
    plain = text.encode()
    wide = {text.encode("utf-16-le"), text.encode("utf-16-be")}
    return ({plain} | _percent(text) | _hex(plain) | _base64(plain) | wide) - {b""}


def _percent(text: str) -> set[bytes]:
    usual = {quote(text, safe=safe) for safe in ("", "/", ":/?&=")} | {quote_plus(text)}
    every = "".join(f"%{byte:02X}" for byte in text.encode())
    return {spelling.encode() for shown in (*usual, every) for spelling in (shown, _with_small_digits(shown))}


def _with_small_digits(shown: str) -> str:
    first, *rest = shown.split("%")
    return "".join([first, *(f"%{part[:2].lower()}{part[2:]}" for part in rest)])


def _hex(plain: bytes) -> set[bytes]:
    return {plain.hex().encode(), plain.hex().upper().encode()}


def _base64(plain: bytes) -> set[bytes]:
    return {
        _aligned(encode(bytes(before) + plain), before, len(plain))
        for before in range(3)
        for encode in (base64.b64encode, base64.urlsafe_b64encode)
    }


def _aligned(encoded: bytes, before: int, length: int) -> bytes:
    """The characters that hold bits of the text alone, where so many bytes stand before it."""
    first_whole = (8 * before + 5) // 6
    last_whole = 8 * (before + length) // 6
    return encoded[first_whole:last_whole]


def holds(file: Path, needles: Iterable[bytes], start: int = 0) -> bool:
    """Whether a file holds one of these from a byte on, read in chunks. Raises OSError if it cannot be read."""
    wanted = set(needles)
    overlap = max(map(len, wanted), default=1) - 1
    kept = b""
    with file.open("rb") as stream:
        stream.seek(start)
        while chunk := stream.read(CHUNK):
            window = kept + chunk
            if any(needle in window for needle in wanted):
                return True
            kept = window[-overlap:] if overlap else b""
    return False
