"""Things that happen at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from consent_service.storage.database.engine import reading


def at_once(*steps: Callable[[], object]) -> None:
    """Run the steps in threads that start together; what one raises fails the test."""
    barrier = threading.Barrier(len(steps))
    errors: list[Exception] = []

    def run(step: Callable[[], object]) -> None:
        barrier.wait()
        try:
            step()
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def waits_for_a_lock(world: Any) -> bool:
    """Whether something in a world's PostgreSQL waits for another to end."""
    with reading(world.engine) as connection:
        return bool(connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
