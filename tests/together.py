"""Things that happen at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable


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
