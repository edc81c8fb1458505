"""The reserved values of each site, in the spool: whichever keeper merges next finds them without the database.

A cache: a file is written whole, holds published values and listed pages alone, and may be lost. Then seats go to
whoever comes first, until the database was asked again.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

from consent_service.domain.counting.seats import Reserved
from consent_service.spool.directory import Spool, write_whole

_decode = msgspec.msgpack.Decoder(dict[str, dict[str, list[str]]]).decode


def read(spool: Spool, site: str) -> Reserved:
    try:
        return _decode(_file(spool, site).read_bytes())
    except FileNotFoundError:
        return {}


def write(spool: Spool, site: str, values: Reserved) -> None:
    """Only if it differs. Raises OSError (ENOSPC); then the file holds what it held before."""
    if values != read(spool, site):
        write_whole(_file(spool, site), msgspec.msgpack.encode(values))


def keep_only(spool: Spool, sites: set[str]) -> None:
    """Remove the files of all other sites."""
    for file in spool.seats.iterdir():
        if unquote(file.name) not in sites:
            file.unlink()


def _file(spool: Spool, site: str) -> Path:
    return spool.seats / quote(site, safe="")
