"""The installation that is looked at: its settings, its database, and the machine it stands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from consent_service.config import Config


@dataclass(frozen=True)
class Installation:
    """What every check is given. Nothing in it is opened yet.

    ``root`` is where the machine's own files are (``proc``, ``sys``, ``etc``, ``var/log``); ``folders`` and ``urls``
    are those that the administrator adds to the canary's; ``patience`` is how many seconds a log may take to be
    written.
    """

    config: Config
    engine: Engine
    now: float
    monotonic: Callable[[], float]
    pause: Callable[[float], None]
    patience: float = 5
    root: Path = Path("/")
    folders: tuple[Path, ...] = ()
    urls: tuple[str, ...] = ()

    @property
    def database_file(self) -> Path | None:
        """SQLite's file; None for a database elsewhere."""
        url = self.config.database_url
        return Path(url.database).absolute() if url.drivername == "sqlite" and url.database else None

    def machine(self, name: str) -> Path:
        """A file of the machine, such as ``proc/swaps``."""
        return self.root / name

    def text_of(self, name: str) -> str:
        """What a file of the machine says; empty where there is none."""
        try:
            return self.machine(name).read_text(errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            return ""
