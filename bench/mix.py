"""The realistic mix: thirty hits in a hundred are the first of a visit, and describe the visitor."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

from bench.installation import HOST, Visitors
from consent_service.domain.counting import hit

ZONES = (
    "Europe/Amsterdam Europe/Berlin Europe/Paris Europe/London Europe/Madrid Europe/Rome Europe/Vienna Europe/Zurich "
    "Europe/Warsaw Europe/Prague Europe/Budapest Europe/Athens Europe/Helsinki Europe/Oslo Europe/Stockholm "
    "Europe/Copenhagen Europe/Dublin Europe/Lisbon Europe/Brussels Europe/Kyiv America/New_York America/Chicago "
    "America/Denver America/Los_Angeles America/Toronto America/Mexico_City America/Bogota America/Lima "
    "America/Sao_Paulo America/Buenos_Aires Asia/Tokyo Asia/Seoul Asia/Shanghai Asia/Manila Asia/Kolkata Asia/Dubai "
    "Asia/Jerusalem Africa/Cairo Africa/Lagos Australia/Sydney"
).split()
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{0}.0.0.0 Safari/537.36"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{0}.1"
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME}",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Edg/{{0}}.0.0.0",
    f"Mozilla/5.0 (Linux; Android 10; K) {CHROME.replace('Safari', 'Mobile Safari')}",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS {{0}}_1 like Mac OS X) {SAFARI} Mobile/15E148 Safari/604.1",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {SAFARI} Safari/605.1.15",
)
VERSIONS = 50
"""of each of the six: 300 User-Agents"""

PAGES, REFERRERS, REQUESTS = 200, 500, 50_000
FIRST_HITS = 0.3
EVER_NEW = "nnnn-nnnn"
"""Stands for letters that are others each time; load.lua puts them in."""

ARRIVALS = tuple(flags | hit.FIRST_VIEW | hit.FIRST_TOUCH for flags in hit.CLASSES)
FOLLOWING = (hit.VISIT_FLAGS | hit.FIRST_TOUCH | hit.SECOND_VIEW, hit.VISIT_FLAGS | hit.FIRST_TOUCH, 0, hit.FIRST_TOUCH)


def write(file: Path, visitors: Sequence[Visitors], seed: int = 1) -> Path:
    """Write the requests, one a line: address, User-Agent, origin and body, separated by tabs."""
    random = Random(seed)
    weights = [1 / (rank + 1) for rank in range(PAGES)]
    paths = random.choices([f"/section-{rank % 12}/page-{rank}" for rank in range(PAGES)], weights, k=REQUESTS)
    return _write(file, [(any_agent(random), message(random, random.choice(visitors), path)) for path in paths])


def write_pages(file: Path, visitors: Sequence[Visitors], pages: int) -> Path:
    """First hits alone, one for each page of each site."""
    random = Random(1)
    places = [(one, f"/section-{page % 12}/page-{page}") for one in visitors for page in range(pages)]
    random.shuffle(places)
    return _write(file, [(any_agent(random), arrival(random, one, path)) for one, path in places])


def write_new(file: Path, visitors: Sequence[Visitors]) -> Path:
    """One first hit, whose path, referrer and User-Agent are others each time."""
    described = {"r": f"{EVER_NEW}.example", "z": ZONES[0], "l": "en", "d": "phone"}
    found = {**_from(visitors[0]), "p": f"/page-{EVER_NEW}", "f": ARRIVALS[-1], **described}
    return _write(file, [(f"{AGENTS[0].format(140)} {EVER_NEW}", found)])


def message(random: Random, who: Visitors, path: str) -> dict[str, object]:
    if random.random() < FIRST_HITS:
        return arrival(random, who, path)
    return {**_from(who), "p": path, "f": random.choice(FOLLOWING)}


def arrival(random: Random, who: Visitors, path: str) -> dict[str, object]:
    """The first hit of a visit; one visit in ten comes by a campaign."""
    campaign = {"us": "newsletter", "um": "email", "uc": f"week-{random.randrange(50)}"}
    return {
        **_from(who),
        "p": path,
        "f": random.choice(ARRIVALS),
        "r": f"site-{random.randrange(REFERRERS)}.example",
        "z": random.choice(ZONES),
        "l": random.choice(("en-US", "de", "fr", "es-MX", "nl")),
        "d": random.choice(("phone", "desktop", "tablet")),
        **(campaign if random.random() < 0.1 else {}),
    }


def any_agent(random: Random) -> str:
    return random.choice(AGENTS).format(90 + random.randrange(VERSIONS))


def _from(who: Visitors) -> dict[str, object]:
    return {"s": who.site, "t": who.token, "e": "view"}


def _write(file: Path, hits: Sequence[tuple[str, dict[str, object]]]) -> Path:
    random = Random(2)
    with file.open("w") as stream:
        for agent, body in hits:
            address = ".".join(str(random.randrange(1, 255)) for _ in range(4))
            stream.write(f"{address}\t{agent}\thttps://{HOST}\t{json.dumps(body, separators=(',', ':'))}\n")
    return file
