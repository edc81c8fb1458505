"""Lighthouse of a page with and without the snippet, its notice shown; `bench/lighthouse` pins the tool itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.installation import installed, serving
from bench.results import Figure, Group, Section
from bench.scale import Scale
from bench.snippet import pages
from consent_service.domain.notice.notice import Terms
from consent_service.storage import sites
from consent_service.storage.database.engine import writing

TOOL = Path(__file__).with_name("lighthouse")


def measure(scale: Scale) -> Section:
    rounds = max(1, scale.loads // 4)
    with installed() as place:
        with writing(place.engine) as connection:
            key = sites.add(connection, "Bench", ["localhost"], Terms("Bench"), datetime.now(UTC).date()).key
        tag = f'<script src="{place.url}/s/{key}/consent.js" defer></script>'
        with serving(place), pages("") as plain, pages(tag) as carrying:
            found = _found(rounds, plain, carrying)
    groups = [Group("without the snippet", _figures(found[plain])), Group("with it", _figures(found[carrying]))]
    how = f"As on a phone with a slow network, Lighthouse's own default; medians of {rounds} runs each, in turns."
    return Section("Lighthouse", how, groups)


def _found(rounds: int, *urls: str) -> dict[str, list[dict[str, Any]]]:
    """What Lighthouse says of each address. Raises CalledProcessError, what it complained of having been printed."""
    command = [str(Path(sys.executable).with_name("node")), str(TOOL / "measure.mjs"), str(rounds), *urls]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, list[dict[str, Any]]] = {url: [] for url in urls}
    for line in map(json.loads, said.splitlines()):
        found[line["url"]].append(line)
    return found


def _figures(runs: list[dict[str, Any]]) -> list[Figure]:
    return [
        *_medians(runs, "scores", ""),
        *_medians(runs, "times", "ms"),
        Figure("shift", median(float(one["shift"]) for one in runs)),
    ]


def _medians(runs: list[dict[str, Any]], kind: str, unit: str) -> Iterator[Figure]:
    for name in runs[0][kind]:
        yield Figure(name, median(one[kind][name] for one in runs), unit)
