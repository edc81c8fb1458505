"""How much is measured: a full run is what the figures in the docs rest on, a quick one shows that all works."""

from __future__ import annotations

from typing import NamedTuple


class Scale(NamedTuple):
    """Numbers of rounds, seconds, hits, sites and pages; ``name`` is that of the report's files."""

    name: str
    rounds: int
    seconds: int
    workers: tuple[int, ...]
    hits: int
    """after which memory and bytes are looked at again"""
    calls: int
    """of the application in this process"""
    many_pages: tuple[int, int]
    """sites, and pages of each"""
    many_sites: tuple[int, int]
    history: tuple[int, int]
    """sites of the dashboard, and months that are closed"""
    requests: int
    """of each page of the dashboard"""
    loads: int
    """of a page in the browser"""
    idle: int
    """connections that say nothing"""


FULL = Scale(
    name="report",
    rounds=5,
    seconds=10,
    workers=(1, 2, 4),
    hits=10_000_000,
    calls=200_000,
    many_pages=(100, 1_000),
    many_sites=(10_000, 10),
    history=(100, 36),
    requests=100,
    loads=20,
    idle=10_000,
)

QUICK = Scale(
    name="quick",
    rounds=1,
    seconds=2,
    workers=(1, 2),
    hits=60_000,
    calls=20_000,
    many_pages=(5, 200),
    many_sites=(200, 10),
    history=(5, 13),
    requests=20,
    loads=3,
    idle=500,
)
