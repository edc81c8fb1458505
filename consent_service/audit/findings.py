"""What a check has found: how it stands, and one line that says what was seen and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """``WARN`` is something to know and decide about; ``FAIL`` and ``unknown`` fall short."""

    OK = "ok"
    WARN = "WARN"
    UNKNOWN = "unknown"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """The text holds paths, names of settings and numbers, and never a value that a visitor sent."""

    outcome: Outcome
    text: str


def ok(text: str) -> Finding:
    return Finding(Outcome.OK, text)


def warn(text: str) -> Finding:
    return Finding(Outcome.WARN, text)


def unknown(text: str) -> Finding:
    return Finding(Outcome.UNKNOWN, text)


def fail(text: str) -> Finding:
    return Finding(Outcome.FAIL, text)


def together(findings: Iterable[Finding], otherwise: str) -> Finding:
    """Several findings of one check in one: the worst status, and the texts of all that are not well."""
    troubles = [finding for finding in findings if finding.outcome != Outcome.OK]
    if not troubles:
        return ok(otherwise)
    worst = max((finding.outcome for finding in troubles), key=list(Outcome).index)
    return Finding(worst, "; ".join(finding.text for finding in troubles))


def some(names: Iterable[str], most: int = 3) -> str:
    """The first of many names, and how many more there are."""
    ordered = sorted(names)
    more = len(ordered) - most
    return ", ".join(ordered[:most]) + (f" and {more} more" if more > 0 else "")
