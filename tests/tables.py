"""A table as one test: every row is tried, and all that fail are listed."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest


def every(names: str | tuple[str, ...], rows: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test for each row, as `pytest.mark.parametrize` does, but as one test.

    For tables whose rows are cheap: a test of its own costs each process that runs tests more than such a row. All rows
    have the same fixtures, so that none may change them.
    """
    called, table = (names,) if isinstance(names, str) else names, list(rows)

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def each(**fixtures: Any) -> None:
            misses = []
            for row in table:
                values = dict(zip(called, (row,) if isinstance(names, str) else row, strict=True))
                try:
                    test(**fixtures, **values)
                except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - all of them are told
                    misses.append((f"{values}: {type(error).__name__}: {error}", error))
            assert table
            if misses:
                raise AssertionError("\n".join(text for text, _ in misses)) from misses[0][1]

        signature = inspect.signature(test)
        kept = [parameter for name, parameter in signature.parameters.items() if name not in called]
        each.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
        return each

    return decorate
