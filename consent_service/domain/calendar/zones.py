"""Time zones, by the newer of two tz databases: the system's, and that of the package ``tzdata``.

`zoneinfo` by itself reads the system's wherever there is one, however old. A site's days would then begin an hour
before or after those of its visitors' browsers, which bring a database of their own.
"""

from __future__ import annotations

import re
import zoneinfo
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import tzdata

_PACKAGE = Path(tzdata.__file__).parent
_PACKAGED = _PACKAGE / "zoneinfo"

_VERSION = re.compile(r"# version (\d{4}[a-z]+)\n")

_NOT_OF_BROWSERS = frozenset({"Factory"})
"""What the database lists and no browser knows; ``localtime``, ``posix/…`` and ``right/…`` are not listed."""


class ZoneDatabase(NamedTuple):
    """A tz database: its version, such as ``2026f``, and the folder that holds it."""

    version: str
    folder: Path

    @property
    def name(self) -> str:
        return "the package tzdata" if self.folder == _PACKAGED else str(self.folder)

    def is_outdated(self, today: date) -> bool:
        """Whether it is certainly older than a year. Its version tells the year alone."""
        return self.version < f"{today.year - 1}"


@cache
def database_in_use() -> ZoneDatabase:
    """Give the database that is used: the newer one, and the package's where both are of one version."""
    return max(all_databases(), key=lambda candidate: candidate.version)


def all_databases() -> list[ZoneDatabase]:
    """The package's database, and those of the system that tell their version."""
    folders = [Path(folder) for folder in zoneinfo.TZPATH]
    versions = [(_version_in(folder), folder) for folder in folders]
    return [
        ZoneDatabase(tzdata.IANA_VERSION, _PACKAGED),
        *(ZoneDatabase(version, folder) for version, folder in versions if version),
    ]


def _version_in(folder: Path) -> str:
    with suppress(OSError, UnicodeDecodeError), (folder / "tzdata.zi").open(encoding="utf-8") as lines:
        said = _VERSION.fullmatch(lines.readline())
        return said[1] if said else ""
    return ""


@cache
def names() -> frozenset[str]:
    """Give all names that a time zone may have here: those that browsers know, older ones included."""
    listed = {*(_PACKAGE / "zones").read_text(encoding="utf-8").split()}
    if database_in_use().folder != _PACKAGED:
        listed.update(_names_in(database_in_use().folder))
    return frozenset(listed - _NOT_OF_BROWSERS)


def _names_in(folder: Path) -> list[str]:
    """Of a database's source, in which zones are lines ``Z NAME …`` and links lines ``L TARGET NAME``."""
    words = [line.split() for line in (folder / "tzdata.zi").read_text(encoding="utf-8").splitlines()]
    return [line["ZL".index(line[0]) + 1] for line in words if line and line[0] in ("Z", "L")]


@cache
def zone(name: str) -> ZoneInfo:
    """Give the time zone of a name. Raises KeyError if the name is not known."""
    if name not in names():
        raise KeyError(name)
    for folder in (database_in_use().folder, _PACKAGED):  # Debian keeps older names in a package of their own
        with suppress(OSError), (folder / name).open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
    raise KeyError(name)
