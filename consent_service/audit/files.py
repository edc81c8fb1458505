"""Rights and owners: what the service keeps is readable by its user alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from consent_service.audit.findings import Finding, fail, ok, some
from consent_service.audit.installation import Installation

OTHERS = 0o077
"""The rights of the group and of everyone else."""


def look(installation: Installation) -> Finding:
    owner = installation.config.data_dir.stat().st_uid
    if os.geteuid() not in (0, owner):
        return fail(f"the data folder belongs to user {owner}: run this as that user, or as root")
    files = sorted(kept_files(installation))
    wrong = [told for file in files if (told := _trouble(file, owner))]
    if wrong:
        return fail(f"{some(wrong)}; run chown -R {owner} and chmod -R go= on them")
    return ok(f"{len(files)} files and folders are user {owner}'s alone")


def kept_files(installation: Installation) -> set[Path]:
    """Everything that the service keeps: data folder, database, log, spool."""
    config = installation.config
    files = {config.data_dir, *config.data_dir.rglob("*")}
    if config.spool_dir.exists():
        files |= {config.spool_dir, *config.spool_dir.rglob("*")}
    database = installation.database_file
    if database:
        files |= set(database.parent.glob(f"{database.name}*"))
    return files


def _trouble(file: Path, owner: int) -> str:
    try:
        entry = file.lstat()
    except FileNotFoundError:  # the service has just removed it
        return ""
    if entry.st_uid != owner:
        return f"{file} belongs to user {entry.st_uid}"
    if not stat.S_ISLNK(entry.st_mode) and entry.st_mode & OTHERS:
        return f"{file} has mode {stat.S_IMODE(entry.st_mode):04o}"
    return ""
