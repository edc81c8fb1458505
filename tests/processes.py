"""Processes that are forked from one which has everything imported: a command without the half second of its start."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from typing import IO, Any

from consent_service import cli

MODULES = (
    "archives",
    "audit",
    "backups",
    "close",
    "migrating",
    "moves",
    "notices",
    "proof",
    "sites",
    "spools",
    "users",
)

forked = multiprocessing.get_context("forkserver")
forked.set_forkserver_preload(
    [
        "pytest",
        "tests.cheap_keys",
        "tests.integration.exactly_once.machine",
        *(f"consent_service.cli.{name}" for name in MODULES),
    ]
)


def run_command(
    environ: dict[str, str], *arguments: str, given: str = "", death: Any = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, with these settings and no others; gives what a real one would give.

    ``death`` is a point at which it kills itself, or after how many lines of our code.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as wrong, tempfile.TemporaryFile() as told:
        told.write(given.encode())
        told.seek(0)
        files = [forked.reducer.DupFd(stream.fileno()) for stream in (told, said, wrong)]
        process = forked.Process(target=_run, args=(environ, arguments, files, death))
        process.start()
        process.join(60)
        assert process.exitcode is not None, f"{arguments} did not end"
        return subprocess.CompletedProcess(arguments, process.exitcode, _text(said), _text(wrong))


def _run(environ: dict[str, str], arguments: tuple[str, ...], files: list[Any], death: Any) -> None:
    for number, file in enumerate(files):
        os.dup2(file.detach(), number)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    for name in [name for name in os.environ if name.startswith("CONSENT_")]:
        del os.environ[name]
    os.environ.update(environ)
    sys.argv = ["consent-service", *arguments]
    if death:
        from tests.integration.exactly_once import crash

        (crash.die_after if isinstance(death, int) else crash.die_at)(death)
    cli.main()


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode()
