"""systemd's journal, which compresses what it keeps: read through its own program."""

from __future__ import annotations

import os
import subprocess  # journalctl alone
from shutil import which

from consent_service.audit.encodings import spellings
from consent_service.audit.installation import Installation

PATIENCE_SECONDS = 30
MOST_LINES = 100_000
"""From the newest on."""


class ClosedJournal(Exception):
    """The journal cannot be read by this user."""


def is_kept(installation: Installation) -> bool:
    return any(installation.machine(name).is_dir() for name in ("var/log/journal", "run/log/journal"))


def has_trace(installation: Installation, mark: str) -> bool:
    """Whether an entry of the last quarter of an hour holds a trace. Raises ClosedJournal."""
    program = which("journalctl")
    if not program or not is_kept(installation):
        return False
    options = ("--output=export", "--since=-15min", f"--lines={MOST_LINES}", "--no-pager", "--quiet")
    # Not what this process was given, the keys perhaps: others of its user can read it of another program.
    environ = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
    try:
        done = subprocess.run(
            [program, *options], env=environ, check=True, capture_output=True, timeout=PATIENCE_SECONDS
        )
    except (subprocess.SubprocessError, OSError):
        raise ClosedJournal from None
    return any(needle in done.stdout for needle in spellings(mark))
