"""The realistic mix: what thirty visitors in a hundred send first, and all of them afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

FIRST = 1 | 2 | 4 | 8 | 16 | 64
ZONES = (
    "Europe/Amsterdam Europe/Berlin Europe/Paris Europe/London Europe/Madrid Europe/Rome Europe/Vienna Europe/Zurich "
    "Europe/Warsaw Europe/Prague Europe/Budapest Europe/Athens Europe/Helsinki Europe/Oslo Europe/Stockholm "
    "Europe/Copenhagen Europe/Dublin Europe/Lisbon Europe/Brussels Europe/Kyiv America/New_York America/Chicago "
    "America/Denver America/Los_Angeles America/Toronto America/Mexico_City America/Bogota America/Lima "
    "America/Sao_Paulo America/Buenos_Aires Asia/Tokyo Asia/Seoul Asia/Shanghai Asia/Manila Asia/Kolkata Asia/Dubai "
    "Asia/Jerusalem Africa/Cairo Africa/Lagos Australia/Sydney"
).split()
REQUESTS = 50_000
PAGES, REFERRERS, AGENTS = 200, 500, 300


def write(file: Path, site: str, token: str, seed: int = 1) -> None:
    """Write the requests, one a line: address, User-Agent and body, separated by tabs."""
    random = Random(seed)
    weights = [1 / (rank + 1) for rank in range(PAGES)]
    paths = random.choices([f"/section-{rank % 12}/page-{rank}" for rank in range(PAGES)], weights, k=REQUESTS)
    with file.open("w") as stream:
        for path in paths:
            address = ".".join(str(random.randrange(1, 255)) for _ in range(4))
            stream.write(f"{address}\t{_agent(random)}\t{json.dumps(_hit(random, site, token, path))}\n")


def _hit(random: Random, site: str, token: str, path: str) -> dict[str, object]:
    message: dict[str, object] = {"s": site, "t": token, "e": "view", "p": path}
    if random.random() >= 0.3:
        return {**message, "f": random.choice((0, 1, 64, 32 | 64 | 7, 15 | 64))}
    described = {"z": random.choice(ZONES), "l": random.choice(("en-US", "de", "fr", "es-MX", "nl")), "d": "phone"}
    return {**message, "f": FIRST, "r": f"site-{random.randrange(REFERRERS)}.example", **described}


def _agent(random: Random) -> str:
    number = random.randrange(AGENTS)
    return f"Mozilla/5.0 (X11; Linux x86_64; rv:{number}.0) Gecko/20100101 Firefox/{number}.0"
