"""Time zones by the newer of two tz databases: the system's, and that of the package ``tzdata``.

`zoneinfo` by itself reads the system's wherever there is one, however old. A site's days would then begin an hour
before or after those of its visitors' browsers, which bring a database of their own.
"""

from __future__ import annotations

import re
import zoneinfo
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

import tzdata

_PACKAGED = Path(tzdata.__file__).parent / "zoneinfo"
_SYSTEM = tuple(map(Path, zoneinfo.TZPATH))
"""Where the system's may be: as it was before anything was chosen."""

_VERSION = re.compile(r"# version (\d{4}[a-z]+)\n")


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


def use_newest() -> ZoneDatabase:
    """Have `zoneinfo` read the newest database from now on, in this process and those that it forks."""
    newest = newest_database()
    # Without a path it reads the package. With one it still finds there what the system lacks, such as Debian's
    # older names, which are in a package of their own.
    zoneinfo.reset_tzpath([] if newest.folder == _PACKAGED else [newest.folder])
    zoneinfo.ZoneInfo.clear_cache()
    return newest


def newest_database() -> ZoneDatabase:
    """The newest database, and the package's where two are of one version."""
    return max(all_databases(), key=lambda database: database.version)


def all_databases() -> list[ZoneDatabase]:
    """The package's database, and those of the system that tell their version."""
    versions = [(_version_in(folder), folder) for folder in _SYSTEM]
    return [
        ZoneDatabase(tzdata.IANA_VERSION, _PACKAGED),
        *(ZoneDatabase(version, folder) for version, folder in versions if version),
    ]


def _version_in(folder: Path) -> str:
    with suppress(OSError, UnicodeDecodeError), (folder / "tzdata.zi").open(encoding="utf-8") as lines:
        said = _VERSION.fullmatch(lines.readline())
        return said[1] if said else ""
    return ""
