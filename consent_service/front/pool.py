"""A few threads, and a short queue before them: what does not fit is refused at once, and holds nobody up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Busy(Exception):
    """The queue is full."""


class Pool:
    """Runs functions on so many threads, as many more waiting as ``longest`` says. Used by the event loop alone."""

    def __init__(self, name: str, threads: int, longest: int) -> None:
        self._executor = ThreadPoolExecutor(threads, name)
        self._most = threads + longest
        self.under_way = 0
        """how many have a thread or wait for one"""

    async def run(self, function: Callable[[], T]) -> T:
        """The function's result, or what it raises. Raises Busy."""
        if self.under_way >= self._most:
            raise Busy
        self.under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, function)
        finally:
            self.under_way -= 1
