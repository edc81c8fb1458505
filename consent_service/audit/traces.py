"""Searching this machine for what a canary left."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from consent_service.audit.encodings import holds, spellings
from consent_service.audit.files import kept_files
from consent_service.audit.installation import Installation

_FOLDERS = ("var/log", "run/log", "var/lib/docker/containers", "tmp", "var/tmp")
"""Where logs, those of containers too, and temporary files are; in them only what has changed since is searched."""

MOST_SECONDS = 120

LAST_BYTES = 64 * 1024 * 1024
"""Of a longer file outside the service's own folders the end is searched: a log grows there."""

_States = dict[Path, tuple[int, int]]


@dataclass
class Traces:
    """What a search found: the files that hold a trace, those that could not be read, and whether time ran out."""

    files: set[Path] = field(default_factory=set)
    closed: set[Path] = field(default_factory=set)
    is_cut_short: bool = False


class Search:
    """Made before the canary is sent, so that it knows which files have changed since."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._folders = [installation.machine(name) for name in _FOLDERS]
        self._folders += [folder.absolute() for folder in installation.folders]
        self._before = self._states(set())

    def traces_of(self, mark: str) -> Traces:
        """Search once. The service's own files are all read: what is written through a mapping shows no change."""
        traces, needles = Traces(), spellings(mark)
        end = self._installation.monotonic() + MOST_SECONDS
        for file, start in self._candidates(traces.closed):
            if self._installation.monotonic() > end:
                traces.is_cut_short = True
                break
            self._look_into(file, start, needles, traces)
        return traces

    def _look_into(self, file: Path, start: int, needles: Iterable[bytes], traces: Traces) -> None:
        try:
            if holds(file, needles, start):
                traces.files.add(file)
        except FileNotFoundError:  # gone since
            return
        except OSError:
            traces.closed.add(file)

    def _candidates(self, closed: set[Path]) -> Iterator[tuple[Path, int]]:
        """Each file with the place from which it is searched."""
        own = {file for file in kept_files(self._installation) if file.is_file()}
        yield from ((file, 0) for file in sorted(own))
        after = self._states(closed)
        for file in sorted(after.keys() - own):
            # A journal is written through a mapping too.
            if after[file] != self._before.get(file) or file.suffix == ".journal":
                yield file, max(0, after[file][1] - LAST_BYTES)

    def _states(self, closed: set[Path]) -> _States:
        """Last change and size of every file. Folders that cannot be opened are noted as closed."""

        def note(error: OSError) -> None:
            if isinstance(error, PermissionError):
                closed.add(Path(error.filename))

        states: _States = {}
        for top in self._folders:
            for folder, _, names in os.walk(top, onerror=note):
                states.update(_states_of(Path(folder), names))
        return states


def _states_of(folder: Path, names: Iterable[str]) -> Iterator[tuple[Path, tuple[int, int]]]:
    for name in names:
        file = folder / name
        try:
            entry = file.lstat()
        except OSError:
            continue
        if stat.S_ISREG(entry.st_mode):
            yield file, (entry.st_mtime_ns, entry.st_size)
