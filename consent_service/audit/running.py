"""The service's processes: none of them may leave a core file, or be read by another process of its user."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from consent_service.audit.findings import Finding, fail, together, unknown, warn
from consent_service.audit.installation import Installation
from consent_service.storage.database.lock_holders import holders

LOCKS = ("serve.lock", "keeper.lock")
"""In the spool: held by the main process and by the keeper for as long as they live."""


def processes(installation: Installation) -> set[int]:
    """The main process, its workers and the keeper, by number; none if the service does not run here."""
    files = [installation.config.spool_dir / name for name in LOCKS]
    numbers = {number for file in files if file.exists() for number in holders(file)}
    parents = dict(_parents())
    while more := {number for number, parent in parents.items() if parent in numbers} - numbers:
        numbers |= more
    return numbers


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").glob("[0-9]*"):
        parent = _field(folder, "PPid")
        if parent:
            yield int(folder.name), int(parent)


def _field(folder: Path, name: str) -> str:
    """The first word of a line of a process's status; empty once it has ended."""
    try:
        match = re.search(rf"^{name}:\s+(\S+)", (folder / "status").read_text(), re.MULTILINE)
    except OSError:
        return ""
    return match[1] if match else ""


def look(installation: Installation) -> Finding:
    """Both are needed: where core dumps go through a program, the kernel does not ask for the limit."""
    numbers = processes(installation)
    if not numbers:
        return unknown("the service does not run here: start it, and run this again")
    pattern = installation.text_of("proc/sys/kernel/core_pattern")
    piped = f", and crashes are piped to {pattern[1:].split()[0]}" if pattern[:1] == "|" and pattern[1:].split() else ""
    troubles = [trouble for number in sorted(numbers) for trouble in _troubles(Path(f"/proc/{number}"), piped)]
    return together(troubles, f"off for all {len(numbers)} processes")


def _troubles(folder: Path, piped: str) -> Iterator[Finding]:
    try:
        limits = (folder / "limits").read_text()
        is_readable = _is_readable(folder)
    except FileNotFoundError:  # it has just ended
        return
    if not re.search(r"^Max core file size\s+0\s+0\s", limits, re.MULTILINE):
        yield fail(f"process {folder.name} may leave core files: end what raised its limit, set LimitCORE=0")
    if _field(folder, "Uid") == "0":
        yield warn(f"process {folder.name} runs as root{piped}: run the service as a user of its own")
    elif is_readable:
        yield fail(f"process {folder.name} can be read by others of its user: start it as consent-service serve")


def _is_readable(folder: Path) -> bool:
    """Whether others of its user can read a process. Raises FileNotFoundError once it has ended.

    The folder is always its user's; what is in it is root's as soon as the process is not dumpable (proc_pid(5)).
    """
    return folder.stat().st_uid == (folder / "environ").stat().st_uid
