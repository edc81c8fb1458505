"""What a report says of the machine: enough to compare figures, nothing that names it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("uvicorn", "uvloop", "httptools", "flask", "sqlalchemy", "msgspec", "psycopg", "ua-parser")
PROGRAMS = {"wrk": ("wrk", "-v"), "nginx": ("nginx", "-v"), "Chromium": ("chromium", "--version")}


def describe() -> dict[str, str]:
    """By what is described, in the order in which it is shown."""
    memory = re.findall(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[0]
    model = re.findall(r"^model name\s*: (.*)", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "processor": model[0] if model else platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{int(memory) / 1024**2:.1f} GB",
        "kernel": f"{platform.system()} {re.sub(r'[^0-9.].*', '', platform.release())}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": sorted(path.name for path in Path("/usr/lib/postgresql").glob("*"))[-1],
        **{name: version(name) for name in LIBRARIES},
        **{name: _version_of(command) for name, command in PROGRAMS.items()},
    }


def _version_of(command: tuple[str, ...]) -> str:
    if shutil.which(command[0]) is None:
        return "none"
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    found = re.findall(r"\d+(?:\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else "unknown"
