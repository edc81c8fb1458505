"""Coarse numbers: what may be told of open periods, traffic and room without telling of anyone."""

from __future__ import annotations

TRAFFIC = 1_000
"""Hits and refusals are told in steps of so many."""

MEGABYTE = 1_000_000


def in_steps(number: float, step: int) -> int:
    """The largest multiple of the step that is not above the number."""
    return int(number // step) * step
