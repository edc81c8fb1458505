"""``make fuzz``: a million requests, guided by coverage where atheris is installed, else drawn by a seed."""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

CHECKS = 20
"""How often, on the way, everything that was counted is compared with what was sent."""
LONGEST_RUN = 4_096
"""Bytes that atheris proposes for one request."""


def main() -> None:
    options = _options()
    is_guided = importlib.util.find_spec("atheris") is not None and not options.plain
    folder = Path(tempfile.mkdtemp(prefix="consent-fuzz-", dir="/dev/shm"))
    try:
        _guided(options, folder) if is_guided else _plain(options, folder)
    finally:
        shutil.rmtree(folder)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hits", type=int, default=1_000_000, help="how many requests")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of a run that is to be repeated")
    parser.add_argument("--plain", action="store_true", help="drawn by the seed although atheris is installed")
    return parser.parse_args()


def _plain(options: argparse.Namespace, folder: Path) -> None:
    from tests.fuzz.choices import Seeded

    print(f"seed {options.seed}; atheris is not used: requests are drawn, not guided by coverage", flush=True)
    choices, send = Seeded(options.seed), _sending(options.hits, folder)
    while send(choices):
        pass


def _guided(options: argparse.Namespace, folder: Path) -> None:
    """Does not come back: libFuzzer ends the process if something is wrong, and we when all is sent."""
    import atheris

    print(f"seed {options.seed}; atheris proposes what to send, guided by coverage", flush=True)
    with ExitStack() as instrumented:
        instrumented.enter_context(
            atheris.instrument_imports(include=["consent_service"], enable_loader_override=False)
        )
        from tests.fuzz.choices import Proposed

        send = _sending(options.hits, folder)

    def run(data: bytes) -> None:
        if not send(Proposed(atheris.FuzzedDataProvider(data))):
            shutil.rmtree(folder)
            sys.stdout.flush()
            os._exit(0)

    limits = [
        f"-seed={options.seed % 2**32}",
        f"-max_len={LONGEST_RUN}",
        f"-artifact_prefix={folder.parent}/",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], *limits, "-len_control=0"], run)
    atheris.Fuzz()


def _sending(hits: int, folder: Path) -> Callable[[Any], bool]:
    """A function that sends a request; False when it was the last and everything was counted as it must be."""
    from tests.conftest import MovableClock
    from tests.fuzz.service import FuzzedService
    from tests.world import World

    service = FuzzedService(World(_environ(folder), MovableClock()))
    start, between = time.monotonic(), max(hits // CHECKS, 1)

    def send(choices: Any) -> bool:
        service.send(choices)
        if service.sent % between == 0 or service.sent == hits:
            service.check()
            rate = service.sent / (time.monotonic() - start)
            print(f"{service.sent:10,} sent, {rate:7,.0f} a second: {dict(service.statuses)}", flush=True)
        return service.sent < hits

    return send


def _environ(folder: Path) -> dict[str, str]:
    return {
        "CONSENT_DATA_DIR": str(folder / "data"),
        "CONSENT_SPOOL_DIR": str(folder / "spool"),
        "CONSENT_SECRET_KEYS": "k" * 32,
        # A quarter of what comes: one slot has too many, the others have not.
        "CONSENT_HITS_PER_MINUTE": "300",
    }


if __name__ == "__main__":
    main()
