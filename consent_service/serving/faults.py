"""What the log says of a fault: its kind and its place. An exception's own words may hold a value."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

MOST_SAID = 100


def describe(error: BaseException) -> str:
    """Type, file and line; nothing of the message."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"an error in the program: {type(error).__name__}{place}"


class LogOnce:
    """Logs each text once in a process's life: a line for each hit would tell when visitors came."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._said: set[str] = set()

    def __call__(self, text: str) -> None:
        if text not in self._said and len(self._said) < MOST_SAID:
            self._said.add(text)
            self._log.error("%s", text)


class RedactingFilter(logging.Filter):
    """Puts type and place where a log record would have an exception with its words and its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info:
            error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
            record.msg, record.args = (describe(error) if error else record.levelname), ()
            record.exc_info = record.exc_text = None
        return True
