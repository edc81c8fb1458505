"""Flask without its habit of logging a request's path and an exception's words and traceback."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from flask import Flask

from consent_service.serving import faults
from consent_service.serving.faults import LogOnce, RedactingFilter


class QuietFlask(Flask):
    """Says of a fault its kind and its place, once."""

    def __init__(self, *arguments: Any, say: LogOnce, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._say = say
        self.logger.addFilter(RedactingFilter())  # Flask logs what goes wrong in an error's own page by itself

    def log_exception(
        self, exc_info: tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> None:
        if exc_info[1] is not None:
            self._say(faults.describe(exc_info[1]))
